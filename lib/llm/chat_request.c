/* chat_request.c: a question in OpenAI's words. */
#include "llm/chat_request.h"
#include "base/limits.h"
#include "base/str.h"
#include "text/json.h"

#include <string.h>
#include <strings.h>

const char *
llm_url(struct arena *a, const char *base_url, const char *path)
{
	static const char tail[] = "/chat/completions";
	size_t n = strlen(base_url);
	const char *host = strstr(base_url, "://");

	if (n >= sizeof(tail) - 1 &&
		strcmp(base_url + n - (sizeof(tail) - 1), tail) == 0)
		n -= sizeof(tail) - 1;
	while (n > 0 && base_url[n - 1] == '/')
		n--;
	host = host == NULL ? base_url : host + 3;
	if (host > base_url + n ||
		memchr(host, '/', n - (size_t)(host - base_url)) == NULL)
		return arena_printf(a, "%.*s/v1%s", (int)n, base_url, path);
	return arena_printf(a, "%.*s%s", (int)n, base_url, path);
}

struct net_header *
llm_headers(struct arena *a, const struct llm_endpoint *e, size_t more,
	size_t *count_r)
{
	struct net_header *h =
		arena_array(a, e->nheaders + 1 + more, sizeof(*h));
	bool own_key = false;
	size_t n;

	for (n = 0; n < e->nheaders; n++) {
		h[n] = e->headers[n];
		own_key |= strcasecmp(h[n].name, "Authorization") == 0;
	}
	if (e->key != NULL && !own_key)
		h[n++] = (struct net_header){
			"Authorization", arena_printf(a, "Bearer %s", e->key)};
	*count_r = n;
	return h;
}

void
llm_endpoint_copy(struct arena *a, struct llm_endpoint *to,
	const struct llm_endpoint *from)
{
	struct net_header *h;
	size_t i;

	*to = *from;
	to->base_url = arena_strdup(a, from->base_url);
	to->key = arena_strdup(a, from->key);
	to->model = arena_strdup(a, from->model);
	to->way.ca = arena_strdup(a, from->way.ca);
	to->way.proxy = arena_strdup(a, from->way.proxy);
	to->schema_name = arena_strdup(a, from->schema_name);
	to->schema = from->schema == NULL ? NULL : value_clone(a, from->schema);
	to->headers = h = arena_array(a, from->nheaders + 1, sizeof(*h));
	for (i = 0; i < from->nheaders; i++) {
		h[i].name = arena_strdup(a, from->headers[i].name);
		h[i].value = arena_strdup(a, from->headers[i].value);
	}
}

struct value *
llm_messages(struct arena *a, const struct llm_message *messages, size_t count)
{
	struct value *list = value_array(a);
	size_t i;

	for (i = 0; i < count; i++) {
		struct value *m = value_append(list, value_object(a));

		value_set_text(a, m, "role", messages[i].role);
		value_set_text(a, m, "content", messages[i].text);
	}
	return list;
}

int
llm_tokens_about(const struct llm_message *messages, size_t count)
{
	size_t ascii = 0;
	size_t other = 0;
	const char *s;
	size_t i;

	for (i = 0; i < count; i++)
		for (s = messages[i].text; *s != '\0'; s++) {
			ascii += ((unsigned char)*s & 0x80) == 0;
			other += ((unsigned char)*s & 0xC0) == 0xC0;
		}
	return (int)(ascii / 4 + other * 3 / 5);
}

static void
set_format(struct arena *a, struct value *body, const struct llm_endpoint *e)
{
	struct value *format;
	struct value *s;

	if (e->output == LLM_PLAIN)
		return;
	format = value_set(a, body, "response_format", value_object(a));
	if (e->output == LLM_JSON_OBJECT || e->schema == NULL) {
		value_set_text(a, format, "type", "json_object");
		return;
	}
	value_set_text(a, format, "type", "json_schema");
	s = value_set(a, format, "json_schema", value_object(a));
	value_set_text(a, s, "name",
		e->schema_name == NULL ? "answer" : e->schema_name);
	value_set_bool(a, s, "strict", true);
	value_set(a, s, "schema", value_clone(a, e->schema));
}

static void
set_numbers(struct arena *a, struct value *body, const struct llm_endpoint *e)
{
	bool other = (e->quirks & LLM_MAX_COMPLETION_TOKENS) != 0;

	if (e->temperature >= 0 && (e->quirks & LLM_NO_TEMPERATURE) == 0)
		value_set(
			a, body, "temperature", value_float(a, e->temperature));
	if (e->max_tokens > 0)
		value_set_int(a, body,
			other ? "max_completion_tokens" : "max_tokens",
			e->max_tokens);
}

const char *
llm_request_body(struct arena *a, const struct llm_endpoint *e,
	const struct value *messages, size_t *len_r)
{
	struct value *v = value_object(a);
	struct str out;

	value_set_text(a, v, "model", e->model);
	value_set(a, v, "messages", value_clone(a, messages));
	value_set_bool(a, v, "stream", true);
	if ((e->quirks & LLM_NO_STREAM_OPTIONS) == 0) {
		struct value *o =
			value_set(a, v, "stream_options", value_object(a));

		value_set_bool(a, o, "include_usage", true);
	}
	set_numbers(a, v, e);
	set_format(a, v, e);
	str_init(&out, a, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	*len_r = out.len;
	return out.s;
}

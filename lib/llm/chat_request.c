/* chat_request.c: a question in OpenAI's words. */
#include "llm/chat_request.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "text/json.h"

#include <string.h>

static const struct quirk {
	const char *word; /* in the text of the refusal */
	unsigned flag;
} quirk_words[] = {
	{"stream_options", WITHOUT_STREAM_OPTIONS},
	{"temperature", WITHOUT_TEMPERATURE},
	{"max_tokens", OTHER_MAX_TOKENS},
};

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

const char *
llm_error_text(struct arena *a, const char *body, size_t len)
{
	static const char *const names[] = {
		"message", "detail", "error", "msg"};
	struct jsonx_report report;
	struct value *v = jsonx_read(a, body, len, 0, &report);
	size_t i;

	if (value_is(value_get(v, "error"), VALUE_OBJECT))
		v = value_get(v, "error");
	for (i = 0; i < nitems(names); i++)
		if (value_text(value_get(v, names[i])) != NULL)
			return value_text(value_get(v, names[i]));
	return NULL;
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

const char *
llm_request_body(struct arena *a, const struct llm_endpoint *e,
	const struct value *messages, unsigned quirks, size_t *len_r)
{
	struct value *v = value_object(a);
	struct str out;

	value_set_text(a, v, "model", e->model);
	value_set(a, v, "messages", value_clone(a, messages));
	value_set_bool(a, v, "stream", true);
	if ((quirks & WITHOUT_STREAM_OPTIONS) == 0) {
		struct value *o =
			value_set(a, v, "stream_options", value_object(a));

		value_set_bool(a, o, "include_usage", true);
	}
	if (e->temperature >= 0 && (quirks & WITHOUT_TEMPERATURE) == 0)
		value_set(a, v, "temperature", value_float(a, e->temperature));
	if (e->max_tokens > 0)
		value_set_int(a, v,
			(quirks & OTHER_MAX_TOKENS) != 0
				? "max_completion_tokens"
				: "max_tokens",
			e->max_tokens);
	str_init(&out, a, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	*len_r = out.len;
	return out.s;
}

unsigned
llm_quirks_in(const char *body)
{
	unsigned found = 0;
	size_t i;

	for (i = 0; i < nitems(quirk_words); i++)
		if (strstr(body, quirk_words[i].word) != NULL)
			found |= quirk_words[i].flag;
	return found;
}

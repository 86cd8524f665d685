/* model_answer.c: see model_answer.h. */
#include "api/model_answer.h"
#include "base/nitems.h"

#include <string.h>
#include <strings.h>

enum { MOST_HEADERS = 20, NAME_MAX_BYTES = 100, VALUE_MAX_BYTES = 2000 };

static void
put_real(struct str *out, const char *key, double n)
{
	if (n < 0)
		jsonw_null(out, key);
	else
		jsonw_real(out, key, n);
}

/* The words as a list. */
static void
put_quirks(struct str *out, const char *words)
{
	char one[64];
	size_t n;

	jsonw_open(out, "quirks", '[');
	for (; words != NULL && *words != '\0'; words += n) {
		n = strcspn(words, " ");
		if (n > 0 && n < sizeof(one)) {
			memcpy(one, words, n);
			one[n] = '\0';
			jsonw_text(out, NULL, one);
		}
		n += words[n] == ' ';
	}
	jsonw_close(out, ']');
}

static void
put_found(struct str *out, const struct llm_model *m)
{
	jsonw_text(out, "output", llm_model_output_names[m->output]);
	jsonw_text(out, "found_output",
		m->found == LLM_MODEL_AUTO ? NULL
					   : llm_model_output_names[m->found]);
	put_quirks(out, m->quirks);
	jsonw_since(out, "probed_at", m->probed_at, 1);
	if (m->last_ok < 0)
		jsonw_null(out, "last_ok");
	else
		jsonw_bool(out, "last_ok", m->last_ok == 1);
	jsonw_text(out, "last_error", m->last_error);
	jsonw_since(out, "last_used_at", m->last_used_at, 1);
}

void
model_json(struct str *out, const struct llm_model *m)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "id", m->id);
	jsonw_text(out, "name", m->name);
	jsonw_text(out, "base_url", m->base_url);
	jsonw_text(out, "model", m->model);
	jsonw_text(out, "api_key_hint", m->api_key_hint);
	jsonw_raw(out, "headers",
		m->header_hints == NULL ? "{}" : m->header_hints);
	put_real(out, "temperature", m->temperature);
	jsonw_since(out, "max_tokens", m->max_tokens, 1);
	jsonw_since(out, "context_size", m->context_size, 1);
	jsonw_int(out, "timeout_s", m->timeout_s);
	jsonw_since(out, "at_once", m->at_once, 1);
	jsonw_text(out, "ca", m->ca);
	jsonw_text(out, "proxy", m->proxy);
	jsonw_bool(out, "insecure", m->insecure);
	put_real(out, "price_in", m->price_in);
	put_real(out, "price_out", m->price_out);
	jsonw_text(out, "currency", m->currency);
	put_found(out, m);
	jsonw_bool(out, "is_default", m->is_default);
	jsonw_bool(out, "from_environment", m->from_environment);
	jsonw_int(out, "created_at", m->created_at);
	jsonw_int(out, "updated_at", m->updated_at);
	jsonw_close(out, '}');
}

/* A token of RFC 9110 5.6.2 that we do not send ourselves. */
static bool
name_ok(const char *name)
{
	static const char *const ours[] = {"Accept", "Connection",
		"Content-Length", "Content-Type", "Expect", "Host", "TE",
		"Trailer", "Transfer-Encoding", "Upgrade"};
	static const char token[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789!#$%&'*+-.^_`|~";
	size_t n = strlen(name);
	size_t i;

	if (n == 0 || n > NAME_MAX_BYTES || strspn(name, token) != n)
		return false;
	for (i = 0; i < nitems(ours); i++)
		if (strcasecmp(name, ours[i]) == 0)
			return false;
	return true;
}

static bool
value_ok(const struct value *v)
{
	const unsigned char *s = (const unsigned char *)value_text(v);
	size_t n;

	if (value_is(v, VALUE_NULL))
		return true;
	if (s == NULL || *s == '\0')
		return false;
	for (n = 0; s[n] != '\0'; n++)
		if (s[n] < ' ' || s[n] == 0x7F || n == VALUE_MAX_BYTES)
			return false;
	return true;
}

int
model_check_headers(struct req *r, const struct value *headers)
{
	if (value_count(headers) > MOST_HEADERS)
		return http_refuse_field(
			r, "/headers", "too_long", "At most 20 headers.");
	value_each(h, headers) {
		const char *pointer = value_pointer(http_arena(r), h);

		if (!name_ok(h->key))
			return http_refuse_field(r, pointer, "invalid",
				"No name of a header that can be set here.");
		if (!value_ok(h))
			return http_refuse_field(r, pointer, "invalid",
				"The value is a text of at most 2000 bytes in "
				"one line, or null to take the header away.");
	}
	return 0;
}

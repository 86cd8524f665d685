/* message.c: Dify has a dozen shapes of errors; people get one sentence. */
#include "dify/dify.h"
#include "base/nitems.h"
#include "base/str.h"

#include <string.h>

enum { MESSAGE_MAX = 1000 };

static const struct {
	int status;
	const char *text;
} status_texts[] = {
	{400, "Dify did not accept the request"},
	{401, "Dify does not accept the sign-in"},
	{403, "Dify does not allow this"},
	{404, "Dify does not know this"},
	{413, "the file is too large for Dify"},
	{415, "Dify does not take this kind of content"},
	{429, "Dify asks to slow down"},
	{500, "Dify met an error of its own"},
	{502, "the gateway in front of Dify cannot reach it"},
	{503, "Dify is not ready"},
	{504, "the gateway in front of Dify gave up waiting"},
};

static const char *
status_text(struct arena *a, int status)
{
	size_t i;

	for (i = 0; i < nitems(status_texts); i++)
		if (status_texts[i].status == status)
			return arena_printf(
				a, "%s (%d)", status_texts[i].text, status);
	return arena_printf(a, "Dify answered %d", status);
}

/* {"field": "text", ...} as Dify 1.8 has it, or a list of {code, detail}. */
static const char *
joined(struct arena *a, const struct value *errors)
{
	struct str out;

	str_init(&out, a, MESSAGE_MAX);
	value_each(e, errors) {
		const char *text = value_text(e);

		if (text == NULL)
			text = value_get_text(e, "detail",
				value_get_text(e, "message",
					value_get_text(e, "code", NULL)));
		if (text == NULL)
			continue;
		if (out.len > 0)
			str_puts(&out, "; ");
		if (e->key != NULL)
			str_printf(&out, "%s: ", e->key);
		str_puts(&out, text);
	}
	return out.len == 0 ? NULL : out.s;
}

static const char *
text_of(struct arena *a, const struct value *body, const char **code_r)
{
	const struct value *error = value_get(body, "error");
	const char *text = value_get_text(body, "message", "");
	const char *all = joined(a, value_get(body, "errors"));

	*code_r = value_get_text(body, "code", "");
	if (all != NULL)
		return all;
	if (*text != '\0')
		return text;
	if (value_is(value_get(body, "message"), VALUE_OBJECT))
		return joined(a, value_get(body, "message"));
	if (value_is(error, VALUE_OBJECT))
		return value_get_text(error, "message", NULL);
	text = value_text(error);
	return text != NULL && *text != '\0' ? text : NULL;
}

/* Flask adds a guess at other addresses, which helps nobody here. */
static const char *
tidy(struct arena *a, const char *text)
{
	const char *tail = strstr(text, " You have requested this URI");
	size_t n = tail == NULL ? strlen(text) : (size_t)(tail - text);

	if (n > MESSAGE_MAX) {
		n = MESSAGE_MAX;
		while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
			n--;
	}
	return arena_memdup(a, text, n);
}

const char *
dify_message(struct arena *a, int status, const struct value *body,
	const char **code_r)
{
	const char *text;

	*code_r = "";
	text = text_of(a, body, code_r);
	if (text == NULL || *text == '<')
		return status_text(a, status);
	return tidy(a, text);
}

bool
dify_gone(const struct dify_answer *answer)
{
	return answer->status == 404 && *answer->code != '\0';
}

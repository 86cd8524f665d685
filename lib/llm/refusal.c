/* refusal.c: see refusal.h. Servers agree on little but the statuses, so their
 * words are looked at as well. */
#include "llm/refusal.h"
#include "base/nitems.h"
#include "base/str.h"
#include "text/json.h"

#include <string.h>

static const struct quirk {
	unsigned flag;
	const char *name;
	const char *word; /* in the text of the refusal */
} table[] = {
	{LLM_NO_STREAM_OPTIONS, "no_stream_options", "stream_options"},
	{LLM_NO_TEMPERATURE, "no_temperature", "temperature"},
	{LLM_MAX_COMPLETION_TOKENS, "max_completion_tokens",
		"max_completion_tokens"},
};

/* Of a refusal that is about the response_format. */
static const char *const format_words[] = {"response_format", "json_schema",
	"json_object", "guided", "grammar", "schema", "structured output",
	NULL};

static const char *const context_words[] = {"context_length", "context length",
	"maximum context", "context size", "context window", "too many tokens",
	"prompt is too long", "input is too long", "range of input length",
	"token limit", NULL};

static const char *const quota_words[] = {"insufficient_quota",
	"insufficient balance", "insufficient credit", "current quota",
	"arrearage", NULL};

static const char *const filter_words[] = {"content_filter", "content_policy",
	"data_inspection_failed", "datainspectionfailed", "content exists risk",
	NULL};

static const char *const absent_words[] = {"not exist", "not found", "no such",
	"no model", "unknown model", "not a valid model", "model_not_found",
	NULL};

static bool
says(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcasestr(text, *words) != NULL)
			return true;
	return false;
}

const char *
llm_error_text(struct arena *a, const char *body, size_t len)
{
	static const char *const names[] = {
		"message", "detail", "error", "msg"};
	struct jsonx_report report;
	struct value *v = jsonx_read(a, body, len, 0, &report);
	size_t i;

	if (value_is(v, VALUE_ARRAY))
		v = value_at(v, 0);
	if (value_is(value_get(v, "error"), VALUE_OBJECT))
		v = value_get(v, "error");
	for (i = 0; i < nitems(names); i++)
		if (value_text(value_get(v, names[i])) != NULL)
			return value_text(value_get(v, names[i]));
	return NULL;
}

static bool
is_request_fault(int status)
{
	return status == 400 || status == 404 || status == 413 || status == 422;
}

enum llm_end
llm_refusal(struct arena *a, int status, const char *body, size_t len,
	const char **text_r)
{
	*text_r = llm_error_text(a, body, len);
	if (status == 402 || says(body, quota_words))
		return LLM_QUOTA;
	if ((is_request_fault(status) || status == 500) &&
		says(body, context_words))
		return LLM_CONTEXT;
	if (status == 429 || status == 503 || status == 529)
		return LLM_BUSY;
	if (status >= 500 || status == 408)
		return LLM_TROUBLE;
	if (status == 401 || status == 403)
		return LLM_KEY;
	if (is_request_fault(status) && says(body, filter_words))
		return LLM_FILTERED;
	if (*text_r != NULL && is_request_fault(status) &&
		strcasestr(body, "model") != NULL && says(body, absent_words))
		return LLM_UNKNOWN;
	return LLM_REFUSED;
}

/* Quirks that can have to do with what this endpoint is sent. */
static unsigned
sent(const struct llm_endpoint *e)
{
	return LLM_NO_STREAM_OPTIONS |
	       (e->temperature >= 0 ? LLM_NO_TEMPERATURE : 0) |
	       (e->max_tokens > 0 ? LLM_MAX_COMPLETION_TOKENS : 0);
}

bool
llm_learn(struct llm_endpoint *e, int status, const char *body)
{
	unsigned more = 0;
	size_t i;

	if ((status != 400 && status != 422) || says(body, context_words) ||
		says(body, filter_words))
		return false;
	for (i = 0; i < nitems(table); i++)
		if (strstr(body, table[i].word) != NULL)
			more |= table[i].flag & sent(e) & ~e->quirks;
	if (more != 0) {
		e->quirks |= more;
		return true;
	}
	if (e->output == LLM_PLAIN || !says(body, format_words))
		return false;
	e->output = e->output == LLM_JSON_SCHEMA && e->schema != NULL
			    ? LLM_JSON_OBJECT
			    : LLM_PLAIN;
	return true;
}

const char *
llm_quirks_text(struct arena *a, unsigned quirks)
{
	struct str out;
	size_t i;

	str_init(&out, a, 200);
	for (i = 0; i < nitems(table); i++)
		if ((quirks & table[i].flag) != 0)
			str_printf(&out, "%s%s", out.len == 0 ? "" : " ",
				table[i].name);
	return out.s;
}

unsigned
llm_quirks_of(const char *words)
{
	unsigned set = 0;
	size_t i;

	for (i = 0; words != NULL && i < nitems(table); i++)
		if (strstr(words, table[i].name) != NULL)
			set |= table[i].flag;
	return set;
}

/* reply.c: see reply.h. */
#include "llm/reply.h"
#include "base/utf8.h"
#include "llm/chat.h"
#include "text/json.h"

#include <string.h>

static void on_frame(const struct sse_event *e, void *context);

void
llm_reply_init(struct llm_reply *r, struct arena *a, struct arena *scratch)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
	r->scratch = scratch;
	r->prompt_tokens = r->completion_tokens = -1;
	str_init(&r->text, a, LLM_ANSWER_MAX);
	str_init(&r->reasoning, a, LLM_ANSWER_MAX);
	str_init(&r->whole, a, LLM_FRAME_MAX);
	sse_init(&r->sse, a, LLM_FRAME_MAX, on_frame, r);
}

/* A content is a text, or a list of parts that have texts. */
static void
add_content(struct str *out, const struct value *content)
{
	if (value_text(content) != NULL) {
		str_puts(out, value_text(content));
		return;
	}
	if (!value_is(content, VALUE_ARRAY))
		return;
	value_each(part, content)
		str_puts(out, value_get_text(part, "text", ""));
}

/* ---- thoughts in front of the answer ---- */

static const char open_mark[] = "<think>";
static const char shut_mark[] = "</think>";

static size_t
blanks(const char *s)
{
	return strspn(s, " \t\r\n");
}

/* The first n bytes of the text are thoughts; behind them, skip bytes are a
 * mark. */
static void
move_thoughts(struct llm_reply *r, size_t n, size_t skip)
{
	str_add(&r->reasoning, r->text.s, n);
	memmove(r->text.s, r->text.s + n + skip, r->text.len - n - skip + 1);
	str_cut(&r->text, r->text.len - n - skip);
}

/* Whether the answer begins with the mark, once that can be said. */
static void
find_thoughts(struct llm_reply *r)
{
	const size_t n = sizeof(open_mark) - 1;
	size_t at = blanks(r->text.s);
	size_t left = r->text.len - at;

	if (strncmp(r->text.s + at, open_mark, left < n ? left : n) != 0) {
		r->think = THINK_OUT;
	} else if (left >= n) {
		r->think = THINK_IN;
		memmove(r->text.s, r->text.s + at + n, left - n + 1);
		str_cut(&r->text, left - n);
	}
}

static void
sort_thoughts(struct llm_reply *r)
{
	const size_t n = sizeof(shut_mark) - 1;
	const char *end;

	if (r->think == THINK_UNKNOWN && r->text.len > 0)
		find_thoughts(r);
	if (r->think != THINK_IN)
		return;
	end = strstr(r->text.s, shut_mark);
	if (end != NULL) {
		move_thoughts(r, (size_t)(end - r->text.s), n);
		r->think = THINK_OUT;
	} else if (r->text.len >= n) { /* the mark may have begun */
		move_thoughts(r, r->text.len - (n - 1), 0);
	}
}

/* At the end: thoughts that were never closed, or never opened because the
 * server's template did that. JSON may speak of the mark as it likes. */
static void
end_thoughts(struct llm_reply *r)
{
	const char *end;

	if (r->think == THINK_IN) {
		move_thoughts(r, r->text.len, 0);
		return;
	}
	if (strchr("{[`", r->text.s[blanks(r->text.s)]) != NULL)
		return;
	end = strstr(r->text.s, shut_mark);
	if (end != NULL)
		move_thoughts(
			r, (size_t)(end - r->text.s), sizeof(shut_mark) - 1);
}

/* ---- one frame ---- */

static void
take_finish(struct llm_reply *r, const char *reason)
{
	if (reason == NULL || *reason == '\0')
		return;
	r->done = true;
	r->cut |= strcmp(reason, "length") == 0;
	r->filtered |= strcmp(reason, "content_filter") == 0;
}

static void
take_usage(struct llm_reply *r, const struct value *usage)
{
	if (!value_is(usage, VALUE_OBJECT))
		return;
	r->prompt_tokens = value_get_int(usage, "prompt_tokens", -1);
	r->completion_tokens = value_get_int(usage, "completion_tokens", -1);
}

static void
take_error(struct llm_reply *r, const struct value *error)
{
	const char *text = value_text(error);

	if (text == NULL)
		text = value_get_text(
			error, "message", "an error without text");
	r->error = arena_strdup(r->arena, text);
	r->done = true;
}

/* One completion, or one piece of one; they differ in one name. */
static void
take_completion(struct llm_reply *r, const struct value *v)
{
	const struct value *choice = value_at(value_get(v, "choices"), 0);
	const struct value *error = value_get(v, "error");
	const struct value *m = value_get(choice, "delta");

	r->frames += choice != NULL || error != NULL;
	if (error != NULL && !value_is(error, VALUE_NULL)) {
		take_error(r, error);
		return;
	}
	if (m == NULL)
		m = value_get(choice, "message");
	add_content(&r->text, value_get(m, "content"));
	sort_thoughts(r);
	/* Some servers say it under both names. */
	add_content(&r->reasoning,
		value_text(value_get(m, "reasoning_content")) != NULL
			? value_get(m, "reasoning_content")
			: value_get(m, "reasoning"));
	take_finish(r, value_text(value_get(choice, "finish_reason")));
	if (value_text(value_get(m, "refusal")) != NULL) {
		r->filtered = true;
		add_content(&r->text, value_get(m, "refusal"));
	}
	take_usage(r, value_get(v, "usage"));
}

/* The bytes of the character at s, 0 when they are no UTF-8. */
static size_t
character(const char *s, size_t n)
{
	size_t len;

	for (len = 1; len <= 4 && len <= n; len++)
		if (utf8_valid(s, len))
			return len;
	return 0;
}

/* A copy in which what is no UTF-8 became U+FFFD. */
static const char *
mended(struct arena *a, const char *text, size_t n, size_t *n_r)
{
	struct str out;
	size_t i = 0;

	str_init(&out, a, n * 3);
	while (i < n) {
		size_t len = character(text + i, n - i);

		if (len == 0)
			str_puts(&out, "\xEF\xBF\xBD");
		else
			str_add(&out, text + i, len);
		i += len == 0 ? 1 : len;
	}
	*n_r = out.len;
	return out.s;
}

static bool
take_json(struct llm_reply *r, const char *text, size_t len)
{
	struct jsonx_report report;
	struct value *v;

	arena_reset(r->scratch);
	if (!utf8_valid(text, len))
		text = mended(r->scratch, text, len, &len);
	v = jsonx_read(r->scratch, text, len, 0, &report);
	if (!value_is(v, VALUE_OBJECT))
		return false;
	take_completion(r, v);
	return true;
}

static void
on_frame(const struct sse_event *e, void *context)
{
	struct llm_reply *r = context;

	if (e->data_len == 0)
		return;
	if (strcmp(e->data, "[DONE]") == 0)
		r->done = true;
	else
		take_json(r, e->data, e->data_len);
}

/* The first byte that is no blank tells a JSON text from a stream. */
static void
find_form(struct llm_reply *r, const char *bytes, size_t n)
{
	size_t i = 0;

	while (i < n && strchr(" \t\r\n", bytes[i]) != NULL)
		i++;
	if (i < n)
		r->form = bytes[i] == '{' || bytes[i] == '[' ? REPLY_WHOLE
							     : REPLY_STREAM;
}

bool
llm_reply_feed(struct llm_reply *r, const char *bytes, size_t n)
{
	if (r->form == REPLY_UNKNOWN)
		find_form(r, bytes, n);
	if (r->form == REPLY_WHOLE) {
		str_add(&r->whole, bytes, n);
		return !r->whole.full;
	}
	if (sse_feed(&r->sse, bytes, n) != 0)
		return false;
	return !r->text.full && r->error == NULL;
}

void
llm_reply_end(struct llm_reply *r)
{
	if (r->form == REPLY_STREAM)
		sse_end(&r->sse);
	else if (r->form == REPLY_WHOLE &&
		 take_json(r, r->whole.s, r->whole.len))
		r->done = true;
	end_thoughts(r);
}

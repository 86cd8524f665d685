/* extract.c: finds the plan in an answer, whatever stands around it. */
#include "dsl/extract.h"

#include "base/limits.h"
#include "base/nitems.h"
#include "text/json.h"
#include "text/yaml.h"

const char *const dialect_names[DIALECT__MAX] = {
	[DIALECT_NONE] = "",
	[DIALECT_PLAN] = "plan",
	[DIALECT_FLOW] = "flow",
	[DIALECT_GRAPH] = "graph",
	[DIALECT_DIFY] = "dify",
};

/* A text that may hold a workflow, and what came of reading it. */
struct candidate {
	const char *at;
	size_t len;
	struct value *v;
	struct jsonx_report report;
};

struct extract {
	struct arena *a;
	extract_fn *unwrap;
	const char *at;
	const char *end;
	struct candidate best;
	bool json; /* some JSON object was read */
	size_t tries;
	size_t used; /* of the arena, before */
};

/* Broken texts are not tried again and again. */
enum { MAX_TRIES = 200, MAX_FENCES = 100, MAX_BYTES = 24 << 20 };

static bool
has_list(const struct value *v, const char *key)
{
	return value_is(value_get(v, key), VALUE_ARRAY);
}

static bool
own_routes(const struct value *nodes)
{
	value_each(node, nodes)
		if (value_get(node, "next") != NULL)
			return true;
	return false;
}

enum dialect
dialect_of(const struct value *v)
{
	static const char *const lists[] = {
		"nodes", "nodes_info", "node_list", "vertices"};
	const struct value *graph = value_get(v, "graph");

	if (value_get(value_get(v, "workflow"), "graph") != NULL ||
		(value_get(v, "app") != NULL &&
			value_get(v, "workflow") != NULL))
		return DIALECT_DIFY;
	if (has_list(v, "steps"))
		return DIALECT_PLAN;
	if (graph == NULL)
		graph = v;
	for (size_t i = 0; i < nitems(lists); i++)
		if (has_list(graph, lists[i]))
			return value_get(graph, "edges") == NULL &&
					       own_routes(value_get(
						       graph, lists[i]))
				       ? DIALECT_FLOW
				       : DIALECT_GRAPH;
	return DIALECT_NONE;
}

/* The workflow may be a member of what was written, or a bare list. */
static struct value *
unwrapped(struct arena *a, struct value *v)
{
	struct value *plan;

	if (dialect_of(v) != DIALECT_NONE)
		return v;
	if (value_is(v, VALUE_OBJECT))
		value_each(member, v)
			if (dialect_of(member) != DIALECT_NONE)
				return member;
	if (value_is(v, VALUE_ARRAY) &&
		value_text(value_get(value_first(v), "type")) != NULL) {
		plan = value_object(a);
		value_set(a, plan, "steps", v);
		return plan;
	}
	return NULL;
}

/* Notes the workflow that stands in n bytes, if there is one. */
static bool
try_json(struct extract *x, const char *at, size_t n, size_t *size_r)
{
	struct candidate c = {.at = at, .len = n};
	struct value *v;

	if (x->tries++ > MAX_TRIES || arena_used(x->a) - x->used > MAX_BYTES)
		return false;
	v = jsonx_read(x->a, at, n, JSONX_TOLERANT, &c.report);
	*size_r = c.report.end;
	if (v == NULL || (v->type != VALUE_OBJECT && v->type != VALUE_ARRAY))
		return false;
	x->json = true;
	c.v = x->unwrap(x->a, v);
	if (c.v == NULL)
		return false;
	x->best = c;
	return true;
}

static bool
try_yaml(struct extract *x, const char *at, size_t n)
{
	struct candidate c = {.at = at, .len = n};
	struct yamlx_report report;
	struct value *v;

	if (x->tries++ > MAX_TRIES || arena_used(x->a) - x->used > MAX_BYTES)
		return false;
	v = yamlx_read(x->a, at, n, &report);
	if (v == NULL)
		return false;
	c.v = x->unwrap(x->a, v);
	if (c.v == NULL)
		return false;
	x->best = c;
	return true;
}

/* A workflow that was written as a JSON string, quotes and all. */
static bool
try_string(struct extract *x, const char *at, const char *end)
{
	struct jsonx_report report;
	const struct value *v;
	const char *text;
	size_t size;

	if (at == end || *at != '"')
		return false;
	v = jsonx_read(x->a, at, (size_t)(end - at), 0, &report);
	text = value_text(v);
	return text != NULL && (*text == '{' || *text == '[') &&
	       try_json(x, text, strlen(text), &size);
}

/* Looks for objects in prose, one behind the other. */
static bool
scan_text(struct extract *x, const char *at, const char *end)
{
	bool found = false;

	while (at < end) {
		const char *brace = memchr(at, '{', (size_t)(end - at));
		size_t size = 0;

		if (brace == NULL)
			return found;
		if (try_json(x, brace, (size_t)(end - brace), &size))
			found = true;
		else if (size == 0 || !x->json)
			size = 1;
		at = brace + (size > 0 ? size : 1);
	}
	return found;
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/* A full-width brace, as some write it among Chinese text. */
static bool
starts_wide(const char *p, const char *end)
{
	return end - p > 3 && memcmp(p, "\xEF\xBD\x9B", 3) == 0;
}

/* A block of its own: JSON, or YAML when it does not begin like JSON. */
static bool
try_block(struct extract *x, const char *at, const char *end)
{
	const char *first = skip_blanks(at, end);
	size_t size;

	if (first == end)
		return false;
	if (*first == '{' || *first == '[' || starts_wide(first, end))
		return try_json(x, first, (size_t)(end - first), &size) ||
		       scan_text(x, first, end);
	return try_string(x, first, end) ||
	       try_yaml(x, at, (size_t)(end - at)) || scan_text(x, at, end);
}

static const char *
find(const char *at, const char *end, const char *what)
{
	return memmem(at, (size_t)(end - at), what, strlen(what));
}

/* Where the block behind a fence begins: mostly in the next line. */
static const char *
fence_body(const char *fence, const char *end)
{
	const char *line = memchr(fence, '\n', (size_t)(end - fence));

	fence += 3;
	if (line == NULL || memchr(fence, '{', (size_t)(line - fence)) != NULL)
		return fence;
	return line + 1;
}

/* The next fence that begins a line; one inside of a line is part of a text. */
static const char *
next_fence(const struct extract *x, const char *p)
{
	while (p < x->end && (p = find(p, x->end, "```")) != NULL) {
		const char *line = p;

		while (line > x->at && (line[-1] == ' ' || line[-1] == '\t'))
			line--;
		if (line == x->at || line[-1] == '\n')
			return p;
		p += 3;
	}
	return NULL;
}

/* Fenced blocks; the last good one stays, an end may be missing. */
static bool
try_fences(struct extract *x)
{
	const char *p = x->at;
	bool found = false;

	for (int i = 0; i < MAX_FENCES && p < x->end; i++) {
		const char *open = next_fence(x, p), *close;

		if (open == NULL)
			break;
		open = fence_body(open, x->end);
		close = next_fence(x, open);
		found |= try_block(x, open, close == NULL ? x->end : close);
		if (close == NULL)
			break;
		p = close + 3;
	}
	return found;
}

/* All blocks between one tag and its end, which may be missing. */
static bool
try_tag(struct extract *x, const char *tag)
{
	const char *name = arena_memdup(x->a, tag, strlen(tag) - 1);
	const char *end_tag = arena_printf(x->a, "</%s>", name + 1);
	const char *p = x->at;
	bool found = false;

	for (int i = 0; i < MAX_FENCES && p < x->end; i++) {
		const char *open = find(p, x->end, tag), *close;

		if (open == NULL)
			break;
		open += strlen(tag);
		close = find(open, x->end, end_tag);
		p = close == NULL ? x->end : close;
		found |= try_block(x, open, p);
	}
	return found;
}

static bool
try_tags(struct extract *x)
{
	static const char *const tags[] = {"<workflow>", "<plan>", "<dsl>",
		"<answer>", "<output>", "<json>"};

	for (size_t i = 0; i < nitems(tags); i++)
		if (try_tag(x, tags[i]))
			return true;
	return false;
}

/* An answer that is one JSON value from its first byte to its last. */
static bool
try_whole(struct extract *x)
{
	const char *first = skip_blanks(x->at, x->end);
	size_t size;

	if (first == x->end || (*first != '{' && *first != '['))
		return false;
	return try_json(x, first, (size_t)(x->end - first), &size) &&
	       !x->best.report.cut &&
	       skip_blanks(first + size, x->end) == x->end;
}

/* Reasoning comes first and is passed over, also when its start is missing. */
static void
skip_thinking(struct extract *x)
{
	static const char *const tags[] = {
		"</think>", "</thinking>", "</reasoning>"};

	for (size_t i = 0; i < nitems(tags); i++) {
		const char *p = x->at, *last = NULL;

		while (p < x->end && (p = find(p, x->end, tags[i])) != NULL)
			last = p += strlen(tags[i]);
		if (last != NULL && skip_blanks(last, x->end) < x->end)
			x->at = last;
	}
}

/* One repair for each kind of thing that was forgiven. */
static void
report_notes(struct extract *x, struct repairs *repairs)
{
	for (struct jsonx_note *n = x->best.report.notes; n != NULL;
		n = n->next) {
		const struct jsonx_note *m = x->best.report.notes;

		while (m != n && strcmp(m->code, n->code) != 0)
			m = m->next;
		if (m == n)
			repair_add(x->a, repairs,
				arena_printf(x->a, "json_%s", n->code), "",
				arena_printf(x->a, "line %u", n->line), "");
	}
}

struct value *
extract_answer(struct arena *a, const char *answer, size_t len,
	struct findings *findings, struct repairs *repairs)
{
	return extract_with(
		a, answer, len, unwrapped, "steps", findings, repairs);
}

struct value *
extract_with(struct arena *a, const char *answer, size_t len,
	extract_fn *unwrap, const char *wanted, struct findings *findings,
	struct repairs *repairs)
{
	struct extract x = {.a = a,
		.unwrap = unwrap,
		.at = answer,
		.end = answer + len,
		.used = arena_used(a)};
	const struct candidate *best = &x.best;

	if (len >= 3 && memcmp(answer, "\xEF\xBB\xBF", 3) == 0)
		x.at += 3;
	x.at = skip_blanks(x.at, x.end);
	if (x.at == x.end) {
		finding_add(
			a, findings, "answer_empty", "", "", NULL, NULL, NULL);
		return NULL;
	}
	if (len > LIMIT_ANSWER) {
		finding_add(a, findings, "text_too_large", "", "",
			arena_printf(a, "%zu", LIMIT_ANSWER), NULL, NULL);
		return NULL;
	}
	skip_thinking(&x);
	if (!try_whole(&x) && !try_tags(&x) && !try_fences(&x))
		try_block(&x, x.at, x.end);
	if (best->v == NULL) {
		finding_add(a, findings,
			x.json ? "answer_not_plan" : "answer_no_json", "", "",
			x.json ? wanted : NULL, NULL, NULL);
		return NULL;
	}
	report_notes(&x, repairs);
	if (best->report.cut)
		finding_add(a, findings, "answer_cut", "", "",
			arena_printf(a, "%u", best->v->line), NULL, NULL);
	if (best->v->parent != NULL)
		value_remove(best->v);
	best->v->key = NULL;
	return best->v;
}

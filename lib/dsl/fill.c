/* fill.c: reads the fields of a step whatever their spelling. */
#include "dsl/fill.h"

#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "text/json.h"

const struct filler fillers[] = {
	{"llm", fill_llm},
	{"question-classifier", fill_classifier},
	{"parameter-extractor", fill_extractor},
	{"code", fill_code},
	{"template-transform", fill_template},
	{"http-request", fill_http},
	{"knowledge-retrieval", fill_knowledge},
	{"document-extractor", fill_document},
	{"list-operator", fill_list},
	{"tool", fill_tool},
	{"assigner", fill_assigner},
	{"answer", fill_answer},
	{"end", fill_end},
	{"if-else", fill_cases},
	{"human-input", fill_human},
	{NULL, NULL},
};

void
fill_node(struct fill *f)
{
	const char *type = value_get_text(f->node->data, "type", "");
	const char *title = value_get_text(f->fields, "title", "");
	const char *desc = value_get_text(f->fields, "description", "");
	const struct value *dify = fill_field(f, "dify");

	if (title[0] != '\0')
		value_set_text(f->a, f->node->data, "title", title);
	if (desc[0] != '\0')
		value_set_text(f->a, f->node->data, "desc", desc);
	for (size_t i = 0; fillers[i].type != NULL; i++)
		if (strcmp(fillers[i].type, type) == 0 &&
			value_get(dify, "type") == NULL)
			fillers[i].fill(f);
	fill_dify(f);
}

void
fill_dify(struct fill *f)
{
	const struct value *dify = fill_field(f, "dify");

	value_each(member, value_is(dify, VALUE_OBJECT) ? dify : NULL)
		if (!list_has("type|title", member->key))
			value_set(f->a, f->node->data, member->key,
				value_clone(f->a, member));
}

const struct value *
fill_get(const struct value *object, const char *names)
{
	if (!value_is(object, VALUE_OBJECT))
		return NULL;
	while (*names != '\0') {
		size_t n = strcspn(names, "|");

		value_each(member, object)
			if (strlen(member->key) == n &&
				memcmp(member->key, names, n) == 0 &&
				member->type != VALUE_NULL)
				return member;
		names += n + (names[n] == '|');
	}
	return NULL;
}

const struct value *
fill_field(const struct fill *f, const char *names)
{
	return fill_get(f->fields, names);
}

static const char *
joined(struct arena *a, const struct value *list)
{
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	value_each(item, list) {
		const char *s = fill_plain(a, item);

		if (s == NULL)
			return NULL;
		if (out.len > 0)
			str_putc(&out, '\n');
		str_puts(&out, s);
	}
	return out.s;
}

const char *
fill_plain(struct arena *a, const struct value *v)
{
	struct str out;

	if (v == NULL || v->type == VALUE_NULL)
		return NULL;
	if (v->type == VALUE_STRING)
		return v->u.text.s;
	if (v->type == VALUE_ARRAY)
		return joined(a, v);
	str_init(&out, a, LIMIT_DOCUMENT);
	jsonx_write(&out, v, v->type == VALUE_OBJECT ? JSONX_PRETTY : 0);
	return out.s;
}

const char *
fill_text(struct fill *f, const struct value *v)
{
	struct value *selector = NULL;
	const char *s;

	if (value_is(v, VALUE_ARRAY))
		selector = fill_reference(f, v);
	if (selector != NULL)
		return arena_printf(f->a, "{{#%s#}}", ref_join(f->a, selector));
	s = fill_plain(f->a, v);
	return s == NULL ? "" : ref_text(&f->reader, s);
}

static bool
is_head(const struct fill *f, const char *s)
{
	return strcmp(s, "sys") == 0 || strcmp(s, "env") == 0 ||
	       strcmp(s, "conversation") == 0 ||
	       scope_find(f->reader.scope, s, strlen(s)) != NULL;
}

/* [id, var, ...] or [var, id] as one dotted text; NULL when it is neither. */
static const char *
dotted(struct fill *f, const struct value *v)
{
	size_t n = value_count(v);
	const char *first = value_text(value_at(v, 0));
	const char *last = n > 0 ? value_text(value_at(v, n - 1)) : NULL;

	if (n < 2 || first == NULL || last == NULL)
		return NULL;
	value_each(part, v)
		if (value_text(part) == NULL)
			return NULL;
	if (n == 2 && is_head(f, last) &&
		(!is_head(f, first) || (last[0] >= '0' && last[0] <= '9')))
		return arena_printf(f->a, "%s.%s", last, first);
	return ref_join(f->a, v);
}

struct value *
fill_reference(struct fill *f, const struct value *v)
{
	const char *s = value_text(v);

	if (value_is(v, VALUE_ARRAY) && value_count(v) == 1)
		return fill_reference(f, value_first(v));
	if (value_is(v, VALUE_ARRAY))
		s = dotted(f, v);
	if (value_is(v, VALUE_OBJECT)) {
		const struct value *inner = fill_get(v,
			"value_selector|variable_selector|selector|ref|from|"
			"reference");

		if (inner != NULL)
			return fill_reference(f, inner);
	}
	return s == NULL ? NULL : ref_selector(&f->reader, s, strlen(s));
}

/* "{{ a.b }} and more" as a template over bound variables. */
static const char *
template_of(struct fill *f, const char *text, struct value *bindings)
{
	const char *p = ref_text(&f->reader, text);
	struct str out;

	str_init(&out, f->a, LIMIT_DOCUMENT);
	while (*p != '\0') {
		const char *open = strstr(p, "{{#");
		const char *close = open ? strstr(open + 3, "#}}") : NULL;
		struct value *b;
		const char *ref;

		if (close == NULL)
			open = p + strlen(p);
		str_puts(&out, ref_raw(f->a, arena_memdup(f->a, p,
						     (size_t)(open - p))));
		if (close == NULL)
			break;
		ref = arena_memdup(f->a, open + 3, (size_t)(close - open - 3));
		b = value_append(bindings, value_object(f->a));
		value_set_text(f->a, b, "variable",
			arena_printf(f->a, "value_%zu", value_count(bindings)));
		value_set(f->a, b, "value_selector", value_array(f->a));
		for (const char *part = ref; part != NULL;
			part = strchr(part, '.') ? strchr(part, '.') + 1 : NULL)
			value_append(value_get(b, "value_selector"),
				value_string_n(f->a, part, strcspn(part, ".")));
		str_printf(&out, "{{ %s }}", value_get_text(b, "variable", ""));
		p = close + 3;
	}
	return out.s;
}

struct value *
fill_carrier(struct fill *f, const char *text, const char *base)
{
	struct value *bindings = value_array(f->a);
	struct flow_node *n;

	if (f->before_count == nitems(f->before))
		return value_array(f->a);
	n = flow_node_new(f->flow, "template-transform", base, f->node->parent,
		f->reader.pointer);
	if (n == NULL)
		return value_array(f->a);
	value_set_text(
		f->a, n->data, "template", template_of(f, text, bindings));
	value_set(f->a, n->data, "variables", bindings);
	f->before[f->before_count++] = n;
	return flow_selector(f->a, n->id, "output");
}

/* A reference whose head is unknown stays as it was written; a finding has
 * been made already. */
static struct value *
as_written(struct fill *f, const struct value *v)
{
	const char *text =
		value_is(v, VALUE_ARRAY) ? dotted(f, v) : value_text(v);
	struct value *selector = value_array(f->a);

	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, ".");

		value_append(selector, value_string_n(f->a, text, n));
		text += n + (text[n] == '.');
	}
	return selector;
}

struct value *
fill_selector(struct fill *f, const struct value *v, const char *field)
{
	size_t before = f->flow->findings->count[TIER_R];
	struct value *selector = fill_reference(f, v);
	const char *text;

	if (selector != NULL)
		return selector;
	text = value_is(v, VALUE_OBJECT) ? NULL : fill_plain(f->a, v);
	if (text == NULL || text[0] == '\0') {
		flow_finding(f->flow, "plan_field_missing", f->reader.pointer,
			f->node, field, f->node->id, NULL);
		return value_array(f->a);
	}
	if (f->flow->findings->count[TIER_R] > before)
		return as_written(f, v);
	if (ref_has(&f->reader, text)) {
		repair_add(f->a, f->flow->repairs, "text_for_reference",
			f->reader.pointer, text, "template-transform");
		return fill_carrier(f, text,
			arena_printf(f->a, "%s__%s", f->node->id, field));
	}
	flow_finding(f->flow, "plan_no_reference", f->reader.pointer, f->node,
		field, text, NULL);
	return value_array(f->a);
}

/* [name, ref], or flat [name, variable, node]. */
static struct value *
pair_content(struct arena *a, const struct value *item)
{
	struct value *rest;

	if (value_count(item) < 3)
		return value_at(item, 1);
	rest = value_array(a);
	for (struct value *v = value_at(item, 1); v != NULL; v = v->next)
		value_append(rest, value_clone(a, v));
	return rest;
}

static void
set_pair(struct arena *a, struct value *object, const struct value *item)
{
	const struct value *name =
		value_is(item, VALUE_ARRAY)
			? value_at(item, 0)
			: fill_get(
				  item, "name|key|variable|label|parameter|id");
	const struct value *content =
		value_is(item, VALUE_ARRAY)
			? pair_content(a, item)
			: fill_get(item, "value|from|value_selector|ref|"
					 "reference|selector|"
					 "type|text|default");
	const char *key = fill_plain(a, name);

	if (key != NULL)
		value_set(a, object, key,
			content == NULL ? value_null(a)
					: value_clone(a, content));
}

struct value *
fill_pairs(struct arena *a, const struct value *v)
{
	struct value *object;

	if (value_is(v, VALUE_OBJECT))
		return value_clone(a, v);
	if (!value_is(v, VALUE_ARRAY))
		return NULL;
	object = value_object(a);
	value_each(item, v)
		set_pair(a, object, item);
	return object;
}

int64_t
fill_int(const struct value *v, int64_t other)
{
	char *end;
	long long n;

	if (value_is(v, VALUE_INT))
		return v->u.integer;
	if (value_is(v, VALUE_FLOAT) && v->u.number > -1e15 &&
		v->u.number < 1e15)
		return (int64_t)v->u.number;
	if (value_text(v) == NULL || value_text(v)[0] == '\0')
		return other;
	n = strtoll(value_text(v), &end, 10);
	return *end == '\0' ? n : other;
}

static const struct alias types[] = {
	{"string", "string"},
	{"str", "string"},
	{"text", "string"},
	{"number", "number"},
	{"int", "number"},
	{"integer", "number"},
	{"float", "number"},
	{"boolean", "boolean"},
	{"bool", "boolean"},
	{"object", "object"},
	{"dict", "object"},
	{"json", "object"},
	{"file", "file"},
	{"files", "array[file]"},
	{"array", "array[string]"},
	{"list", "array[string]"},
	{"array[string]", "array[string]"},
	{"list[str]", "array[string]"},
	{"array[text]", "array[string]"},
	{"list[string]", "array[string]"},
	{"string[]", "array[string]"},
	{"array[str]", "array[string]"},
	{"array[number]", "array[number]"},
	{"number[]", "array[number]"},
	{"array[int]", "array[number]"},
	{"array[integer]", "array[number]"},
	{"list[int]", "array[number]"},
	{"list[float]", "array[number]"},
	{"array[object]", "array[object]"},
	{"object[]", "array[object]"},
	{"list[dict]", "array[object]"},
	{"list[object]", "array[object]"},
	{"array[boolean]", "array[boolean]"},
	{"array[file]", "array[file]"},
	{"file[]", "array[file]"},
};

const char *
fill_type(const char *type, const char *other)
{
	for (size_t i = 0; type != NULL && i < nitems(types); i++)
		if (strcmp(types[i].from, type) == 0)
			return types[i].to;
	return other;
}

/* fix_field.c: mends of single fields of a node's data. */
#include "dsl/fix.h"

#include "base/nitems.h"
#include "base/str.h"

#include <ctype.h>
#include <strings.h>

bool
fix_type_missing(struct fix *f)
{
	const char *wrapper = value_get_text(f->node, "type", NULL);
	const struct node_type *type = node_type_guess(wrapper);

	return type != NULL && fix_put_text(f, type->name);
}

/* The old name of the aggregator, and other spellings of a type. */
bool
fix_type_unknown(struct fix *f)
{
	const char *name = value_text(f->at);
	const struct node_type *type = node_type_guess(name);

	if (name != NULL && strcmp(name, "variable-assigner") == 0)
		type = node_type_find("variable-aggregator");
	if (name == NULL || type == NULL || !node_type_in(type, f->version) ||
		strcmp(type->name, name) == 0)
		return false;
	return fix_put_text(f, type->name);
}

/* What a missing text most surely says: what its neighbour says. */
static const char *
from_neighbour(struct fix *f)
{
	static const struct {
		const char *key;
		const char *other;
	} pairs[] = {
		{"label", "variable"},
		{"variable", "label"},
		{"title", "type"},
		{"description", "name"},
		{"tool_label", "tool_name"},
		{"provider_name", "provider_id"},
		{"agent_strategy_label", "agent_strategy_name"},
		{"name", "id"},
	};

	for (size_t i = 0; i < nitems(pairs); i++)
		if (strcmp(pairs[i].key, f->key) == 0)
			return value_get_text(f->parent, pairs[i].other, NULL);
	return NULL;
}

bool
fix_missing(struct fix *f)
{
	const struct data_field *row = fix_row(f);
	const char *text = from_neighbour(f);

	if (row == NULL)
		return false;
	if (text != NULL && text[0] != '\0')
		return fix_put_text(f, text);
	return fix_put(f, fix_default(f, row));
}

/* What may be absent goes; what must be there is made anew. */
bool
fix_null(struct fix *f)
{
	const struct data_field *row = fix_row(f);

	if (row == NULL)
		return false;
	if ((row->flags & DATA_REQUIRED) || row->name == NULL)
		return fix_missing(f);
	return fix_drop(f);
}

static const char *
scalar_text(struct arena *a, const struct value *v)
{
	if (v->type == VALUE_INT)
		return arena_printf(a, "%lld", (long long)v->u.integer);
	if (v->type == VALUE_FLOAT)
		return arena_printf(a, "%.15g", v->u.number);
	if (v->type == VALUE_BOOL)
		return v->u.truth ? "true" : "false";
	return NULL;
}

/* "k: v" lines, as http-request wants its headers and parameters. */
static const char *
lines_of(struct arena *a, const struct value *v)
{
	struct str out;

	str_init(&out, a, 20000);
	value_each(item, v) {
		const char *key = item->key != NULL
					  ? item->key
					  : value_get_text(item, "key", NULL);
		const struct value *value =
			item->key != NULL ? item : value_get(item, "value");
		const char *text = value_text(value);

		if (text == NULL && value != NULL)
			text = scalar_text(a, value);
		if (key == NULL || text == NULL)
			return NULL;
		str_printf(&out, "%s%s:%s", out.len > 0 ? "\n" : "", key, text);
	}
	return out.s;
}

static struct value *
to_text(struct fix *f)
{
	const char *s = scalar_text(f->arena, f->at);

	if (s == NULL && list_has("headers|params", f->key))
		s = lines_of(f->arena, f->at);
	return s != NULL ? value_string(f->arena, s) : NULL;
}

/* "{{#a.b#}}", "{{a.b}}" or "a.b" as ["a", "b"]; {value_selector: [...]} and
 * numbers inside. */
static struct value *
to_selector(struct fix *f)
{
	const char *s = value_text(f->at);
	const struct value *inner = value_get(f->at, "value_selector");
	struct value *list = value_array(f->arena);

	if (inner != NULL)
		return value_clone(f->arena, inner);
	if (value_is(f->at, VALUE_ARRAY)) {
		value_each(item, f->at) {
			const char *part =
				value_text(item) ? value_text(item)
						 : scalar_text(f->arena, item);

			if (part == NULL)
				return NULL;
			value_append_text(f->arena, list, part);
		}
		return list;
	}
	if (s == NULL)
		return NULL;
	s += strspn(s, "{# ");
	while (isalnum((unsigned char)*s) || *s == '_' || *s == '-') {
		size_t n = 0;

		while (isalnum((unsigned char)s[n]) || s[n] == '_' ||
			s[n] == '-')
			n++;
		value_append(list, value_string_n(f->arena, s, n));
		s += n;
		if (*s != '.')
			break;
		s++;
	}
	return value_count(list) >= 2 && s[strspn(s, "}# ")] == '\0' ? list
								     : NULL;
}

/* {name: [node, var]} as a list of bindings. */
static struct value *
to_bindings(struct fix *f)
{
	struct value *list = value_array(f->arena);

	if (!value_is(f->at, VALUE_OBJECT) || strcmp(f->key, "variables") != 0)
		return NULL;
	value_each(item, f->at) {
		struct value *binding = value_object(f->arena);

		if (!value_is(item, VALUE_ARRAY))
			return NULL;
		value_set_text(f->arena, binding, "variable", item->key);
		value_set(f->arena, binding, "value_selector",
			value_clone(f->arena, item));
		value_append(list, binding);
	}
	return list;
}

/* The short form of an output of a code node: its type alone. */
static struct value *
to_object(struct fix *f)
{
	struct value *v;

	if (value_text(f->at) == NULL || f->parent->key == NULL ||
		strcmp(f->parent->key, "outputs") != 0)
		return NULL;
	v = value_object(f->arena);
	value_set_text(f->arena, v, "type", value_text(f->at));
	value_set(f->arena, v, "children", value_null(f->arena));
	return v;
}

/* An item {label, value} of a list of texts is its value. */
static struct value *
to_item(struct fix *f)
{
	const struct value *inner = value_get(f->at, "value");

	if (value_text(inner) == NULL)
		inner = value_get(f->at, "label");
	return value_text(inner) != NULL
		       ? value_string(f->arena, value_text(inner))
		       : to_text(f);
}

bool
fix_type(struct fix *f)
{
	const struct data_field *row = fix_row(f);

	if (row == NULL) {
		/* a part of a selector */
		return f->at != NULL && f->parent->type == VALUE_ARRAY &&
		       fix_put(f, to_text(f));
	}
	switch (row->kind) {
	case DATA_TEXT:
	case DATA_TEMPLATE:
	case DATA_LITERAL:
		return fix_put(f, row->name == NULL ? to_item(f) : to_text(f));
	case DATA_SELECTOR:
		return fix_put(f, to_selector(f));
	case DATA_LIST:
		return fix_put(f, to_bindings(f));
	case DATA_OBJECT:
		return fix_put(f, to_object(f));
	default:
		return false;
	}
}

/* Other words for values that Dify has only one word for. */
static const struct alias words[] = {
	{"python", "python3"},
	{"js", "javascript"},
	{"==", "="},
	{"!=", "≠"},
	{">=", "≥"},
	{"<=", "≤"},
	{"equals", "is"},
	{"equal", "is"},
	{"not equals", "is not"},
	{"is empty", "empty"},
	{"is not empty", "not empty"},
	{"starts with", "start with"},
	{"ends with", "end with"},
	{"does not contain", "not contains"},
	{"greater than", ">"},
	{"less than", "<"},
	{"&&", "and"},
	{"||", "or"},
	{"int", "number"},
	{"integer", "number"},
	{"float", "number"},
	{"str", "string"},
	{"text", "string"},
	{"bool", "boolean"},
	{"dict", "object"},
	{"list", "array[string]"},
	{"human", "user"},
	{"ai", "assistant"},
	{"ascending", "asc"},
	{"descending", "desc"},
	{"none", "no-auth"},
	{"assign", "over-write"},
	{"overwrite", "over-write"},
	{"ignore", "continue-on-error"},
	{"literal", "constant"},
	{NULL, NULL},
};

/* The one allowed word that s means; NULL when there is none. */
static const char *
meant(struct arena *a, const char *allowed, const char *s)
{
	const char *at = allowed;

	for (size_t i = 0; words[i].from != NULL; i++)
		if (strcasecmp(words[i].from, s) == 0 &&
			list_has(allowed, words[i].to))
			return words[i].to;
	while (at != NULL) {
		const char *end = strchr(at, '|');
		size_t n = end ? (size_t)(end - at) : strlen(at);

		if (n == strlen(s) && n > 0 && strncasecmp(at, s, n) == 0)
			return arena_memdup(a, at, n);
		at = end ? end + 1 : NULL;
	}
	return NULL;
}

/* A form type says less than "text": then nothing is chosen. */
bool
fix_value(struct fix *f)
{
	const struct data_field *row = fix_row(f);
	const char *s = value_text(f->at);

	if (row == NULL || row->allowed == NULL)
		return false;
	if (s != NULL && s[0] != '\0' &&
		fix_put_text(f, meant(f->arena, row->allowed, s)))
		return true;
	if (row->fallback != NULL && (s == NULL || s[0] == '\0'))
		return fix_put(f, fix_default(f, row));
	if (!(row->flags & DATA_REQUIRED) && f->parent->type == VALUE_OBJECT)
		return fix_drop(f);
	return false;
}

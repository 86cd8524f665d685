/* check_data.c: node data against the rows of the catalogue, as pydantic
 * reads it in its lax mode. */
#include "dsl/check.h"

#include "base/nitems.h"
#include "dsl/types/types.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_DEPTH = 20 };

/* Where in a node's data we are. */
struct data_walk {
	struct check *c;
	const struct check_node *node;
	int depth;
};

static void check_kind(struct data_walk *w, const struct data_field *row,
	const struct value *v);

static bool
is_numeric(const char *s)
{
	char *end;

	if (s == NULL || *s == '\0')
		return false;
	strtod(s, &end);
	return *end == '\0';
}

static bool
is_digits(const char *s)
{
	if (s != NULL && (*s == '-' || *s == '+'))
		s++;
	if (s == NULL || *s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (!isdigit((unsigned char)*s))
			return false;
	return true;
}

static bool
reads_as_int(const struct value *v)
{
	if (v->type == VALUE_FLOAT)
		return v->u.number >= -1e15 && v->u.number <= 1e15 &&
		       (double)(long long)v->u.number == v->u.number;
	return v->type == VALUE_INT || v->type == VALUE_BOOL ||
	       is_digits(value_text(v));
}

static bool
reads_as_number(const struct value *v)
{
	return v->type == VALUE_INT || v->type == VALUE_FLOAT ||
	       v->type == VALUE_BOOL || is_numeric(value_text(v));
}

static bool
reads_as_bool(const struct value *v)
{
	static const char *const words[] = {"0", "off", "f", "false", "n", "no",
		"1", "on", "t", "true", "y", "yes"};
	const char *s = value_text(v);

	if (v->type == VALUE_INT)
		return v->u.integer == 0 || v->u.integer == 1;
	if (v->type == VALUE_FLOAT)
		return v->u.number == 0 || v->u.number == 1;
	for (size_t i = 0; s != NULL && i < nitems(words); i++)
		if (strcasecmp(s, words[i]) == 0)
			return true;
	return v->type == VALUE_BOOL;
}

static bool
is_text_list(const struct value *v)
{
	if (v->type != VALUE_ARRAY)
		return false;
	value_each(item, v)
		if (item->type != VALUE_STRING)
			return false;
	return true;
}

/* "a, b, c" of "a|b|c". */
static const char *
comma_list(struct arena *a, const char *list)
{
	struct str out;

	str_init(&out, a, 4000);
	for (; *list != '\0'; list++)
		if (*list == '|')
			str_puts(&out, ", ");
		else
			str_putc(&out, *list);
	return out.s;
}

static void
say_value(struct data_walk *w, const struct data_field *row,
	const struct value *v)
{
	const char *text = value_text(v);
	struct finding *f;

	if (text == NULL)
		text = value_type_names[v->type];
	f = check_refuse(w->c, "field_value", v, NULL, w->node,
		v->key ? v->key : "", text);
	if (f != NULL)
		f->allowed = comma_list(w->c->arena, row->allowed);
}

static void
say_type(struct data_walk *w, const struct value *v, const char *wanted)
{
	check_refuse(w->c, v->type == VALUE_NULL ? "field_null" : "field_type",
		v, NULL, w->node, v->key ? v->key : "an item", wanted);
}

static void
check_rows(struct data_walk *w, const struct data_field *rows,
	const struct value *object)
{
	for (; rows->name != NULL; rows++) {
		const struct value *v;

		if (!in_versions(w->c->version, rows->since, rows->until) ||
			(rows->flags & DATA_SOFT))
			continue;
		v = value_get(object, rows->name);
		if (v != NULL)
			check_kind(w, rows, v);
		else if (rows->flags & DATA_REQUIRED)
			check_refuse(w->c, "field_missing", object, rows->name,
				w->node, rows->name, NULL);
	}
}

static void
check_items(struct data_walk *w, const struct data_field *row,
	const struct value *v)
{
	value_each(item, v)
		check_kind(w, row->item, item);
}

/* Whether a scalar reads as what the row wants. */
static bool
scalar_fits(const struct data_field *row, const struct value *v)
{
	switch (row->kind) {
	case DATA_TEXT:
	case DATA_TEMPLATE:
	case DATA_JINJA:
	case DATA_CODE:
		return v->type == VALUE_STRING;
	case DATA_INT:
		return reads_as_int(v);
	case DATA_NUMBER:
		return reads_as_number(v);
	case DATA_BOOL:
		return reads_as_bool(v);
	case DATA_LITERAL:
		return v->type == VALUE_STRING || reads_as_bool(v) ||
		       is_text_list(v);
	case DATA_SELECTOR:
		return is_text_list(v);
	default:
		return true;
	}
}

static void
check_structure(struct data_walk *w, const struct data_field *row,
	const struct value *v)
{
	bool list = row->kind == DATA_LIST ||
		    (row->kind == DATA_EITHER && v->type == VALUE_ARRAY);
	enum value_type wanted = list ? VALUE_ARRAY : VALUE_OBJECT;

	if (v->type != wanted) {
		say_type(w, v, data_kind_names[row->kind]);
		return;
	}
	if (w->depth >= MOST_DEPTH)
		return;
	w->depth++;
	if (list || row->kind == DATA_MAP)
		check_items(w, row, v);
	else
		check_rows(w, row->members, v);
	w->depth--;
}

static void
check_kind(struct data_walk *w, const struct data_field *row,
	const struct value *v)
{
	if (v->type == VALUE_NULL && (row->flags & DATA_NULLABLE))
		return;
	if (v->type == VALUE_STRING && (row->flags & DATA_OR_TEXT))
		return;
	if ((row->flags & DATA_FALSY) && check_is_falsy(v))
		return;
	switch (row->kind) {
	case DATA_ANY:
		break;
	case DATA_ENUM:
		if (v->type == VALUE_NULL)
			say_type(w, v, comma_list(w->c->arena, row->allowed));
		else if (value_text(v) == NULL ||
			 !list_has(row->allowed, value_text(v)))
			say_value(w, row, v);
		break;
	case DATA_OBJECT:
	case DATA_LIST:
	case DATA_EITHER:
	case DATA_MAP:
		check_structure(w, row, v);
		break;
	default:
		if (!scalar_fits(row, v))
			say_type(w, v, data_kind_names[row->kind]);
		break;
	}
}

void
check_members(struct check *c, const struct check_node *node,
	const struct data_field *rows, const struct value *object)
{
	struct data_walk w = {.c = c, .node = node};

	check_rows(&w, rows, object);
}

/* An unknown type, or one that this version does not have. */
static bool
check_type(struct check *c, const struct check_node *n)
{
	const struct value *type = value_get(n->data, "type");
	const struct node_type *near = node_type_guess(value_text(type));
	bool hangs = check_type_is(n, "human-input") &&
		     in_versions(c->version, VERSION_GRAPH, VERSION_NODE);

	if (value_text(type) == NULL)
		return false;
	if (n->type == NULL)
		check_refuse(c, "node_type_unknown", type, NULL, n,
			value_text(type), near != NULL ? near->name : "?");
	else if (hangs)
		check_run(c, "node_type_hangs", type, NULL, n, n->type->name,
			NULL);
	else if (!node_type_in(n->type, c->version))
		check_refuse(c, "node_type_version", type, NULL, n,
			n->type->name, NULL);
	return n->type != NULL && node_type_in(n->type, c->version);
}

void
check_data(struct check *c)
{
	for (size_t i = 0; i < c->node_count; i++) {
		const struct check_node *n = &c->nodes[i];

		if (n->note || n->data == NULL || !check_type(c, n))
			continue;
		check_members(c, n, common_fields, n->data);
		check_members(
			c, n, node_rows(n->type, n->data, c->version), n->data);
		check_special(c, n);
	}
}

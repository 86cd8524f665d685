/* fill_cases.c: conditions, and the node that splits the flow by them. */
#include "dsl/fill.h"

#include "base/nitems.h"

#define GE "\xE2\x89\xA5"
#define LE "\xE2\x89\xA4"
#define NE "\xE2\x89\xA0"

/* Spellings of an operator, and what it is on a number and elsewhere. */
static const struct {
	const char *from;
	const char *number;
	const char *other;
} operators[] = {
	{"=", "=", "is"},
	{"==", "=", "is"},
	{"===", "=", "is"},
	{"is", "=", "is"},
	{"equals", "=", "is"},
	{"equal", "=", "is"},
	{"eq", "=", "is"},
	{"equal to", "=", "is"},
	{"!=", NE, "is not"},
	{"<>", NE, "is not"},
	{"!==", NE, "is not"},
	{NE, NE, "is not"},
	{"is not", NE, "is not"},
	{"ne", NE, "is not"},
	{"not equals", NE, "is not"},
	{"not equal", NE, "is not"},
	{">=", GE, GE},
	{"=>", GE, GE},
	{"ge", GE, GE},
	{"gte", GE, GE},
	{"<=", LE, LE},
	{"=<", LE, LE},
	{"le", LE, LE},
	{"lte", LE, LE},
	{"gt", ">", ">"},
	{"lt", "<", "<"},
	{"greater than", ">", ">"},
	{"less than", "<", "<"},
	{"starts with", "start with", "start with"},
	{"startswith", "start with", "start with"},
	{"ends with", "end with", "end with"},
	{"endswith", "end with", "end with"},
	{"includes", "contains", "contains"},
	{"contain", "contains", "contains"},
	{"not contain", "not contains", "not contains"},
	{"does not contain", "not contains", "not contains"},
	{"is empty", "empty", "empty"},
	{"is not empty", "not empty", "not empty"},
	{"not_empty", "not empty", "not empty"},
	{"not_contains", "not contains", "not contains"},
	{"start_with", "start with", "start with"},
	{"end_with", "end with", "end with"},
	{"is_not", NE, "is not"},
	{"not_in", "not in", "not in"},
	{"is null", "null", "null"},
	{"is not null", "not null", "not null"},
	{"exist", "exists", "exists"},
	{"not exist", "not exists", "not exists"},
};

static bool
is_number(const char *type)
{
	return strcmp(type, "number") == 0 || strcmp(type, "integer") == 0 ||
	       strcmp(type, "float") == 0;
}

static const char *
operator_of(const char *op, const char *type)
{
	for (size_t i = 0; i < nitems(operators); i++)
		if (strcmp(operators[i].from, op) == 0)
			return is_number(type) ? operators[i].number
					       : operators[i].other;
	return op;
}

const char *
fill_operator(const char *op)
{
	return operator_of(op, "number");
}

static bool
unary(const char *op)
{
	static const char *const all[] = {"empty", "not empty", "null",
		"not null", "exists", "not exists"};

	for (size_t i = 0; i < nitems(all); i++)
		if (strcmp(all[i], op) == 0)
			return true;
	return false;
}

/* "value" is a text, a truth value or a list of texts, never a number. */
static struct value *
right_side(
	struct fill *f, const struct value *v, const char *op, const char *type)
{
	const char *text;
	struct value *list;

	if (unary(op))
		return value_string(f->a, "");
	if (strcmp(type, "boolean") == 0) {
		text = fill_plain(f->a, v);
		return value_bool(f->a,
			text != NULL && (text[0] == 't' || text[0] == 'T' ||
						text[0] == '1'));
	}
	if (value_is(v, VALUE_ARRAY) && fill_reference(f, v) == NULL) {
		list = value_array(f->a);
		value_each(item, v)
			value_append_text(f->a, list, fill_text(f, item));
		return list;
	}
	text = fill_text(f, v);
	if (strcmp(op, "in") != 0 && strcmp(op, "not in") != 0)
		return value_string(f->a, text);
	list = value_array(f->a);
	value_append_text(f->a, list, text);
	return list;
}

/* [variable, node, operator, value] without brackets around the reference. */
static bool
flat_row(struct fill *f, const struct value *v)
{
	const char *first = value_text(value_at(v, 0));
	const char *second = value_text(value_at(v, 1));

	return first != NULL && second != NULL && value_count(v) > 2 &&
	       scope_find(f->reader.scope, second, strlen(second)) != NULL;
}

static struct value *
row_left(struct fill *f, const struct value *v)
{
	struct value *left = value_array(f->a);

	value_append(left, value_clone(f->a, value_at(v, 0)));
	value_append(left, value_clone(f->a, value_at(v, 1)));
	return left;
}

struct value *
fill_condition(struct fill *f, const struct value *v, const char *id)
{
	const struct value *left, *right, *op;
	struct value *c = value_object(f->a), *selector;
	const char *type, *name;

	if (flat_row(f, v)) {
		left = row_left(f, v);
		op = value_at(v, 2);
		right = value_at(v, 3);
	} else if (value_is(v, VALUE_ARRAY)) {
		left = value_at(v, 0);
		op = value_at(v, 1);
		right = value_at(v, 2);
	} else {
		left = fill_get(v,
			"left|variable_selector|variable|ref|field|value_of");
		op = fill_get(v, "op|operator|comparison_operator|comparison");
		right = fill_get(v, "right|value|compare_to");
	}
	selector = fill_selector(f, left, "left");
	type = ref_type(f->flow, selector);
	name = value_text(op) != NULL ? value_text(op) : "is";
	if (strcmp(type, "any") == 0)
		type = fill_type(value_text(fill_get(v, "varType|type")), type);
	if (strcmp(type, "any") == 0 &&
		(value_is(right, VALUE_INT) || value_is(right, VALUE_FLOAT)))
		type = "number";
	name = operator_of(name, type);
	value_set_text(f->a, c, "id", id);
	value_set(f->a, c, "variable_selector", selector);
	value_set_text(f->a, c, "comparison_operator", name);
	value_set(f->a, c, "value", right_side(f, right, name, type));
	value_set_text(
		f->a, c, "varType", strcmp(type, "any") == 0 ? "string" : type);
	return c;
}

void
fill_conditions(struct fill *f, const struct value *when, const char *prefix,
	struct value *out)
{
	const struct value *any = fill_get(when, "any|or");
	const struct value *all = fill_get(when, "all|and|conditions");
	const char *joiner =
		value_text(fill_get(when, "logical_operator|logic|joiner"));
	struct value *list = value_array(f->a);
	bool either =
		any != NULL ||
		(joiner != NULL && (joiner[0] == 'o' || joiner[0] == 'O'));

	if (any != NULL)
		all = any;
	if (value_is(when, VALUE_ARRAY))
		all = when;
	value_set_text(f->a, out, "logical_operator", either ? "or" : "and");
	if (all == NULL && value_is(when, VALUE_OBJECT))
		value_append(list, fill_condition(f, when,
					   arena_printf(f->a, "%s_1", prefix)));
	if (value_is(all, VALUE_OBJECT))
		value_append(list, fill_condition(f, all,
					   arena_printf(f->a, "%s_1", prefix)));
	else
		value_each(item, all)
			value_append(list,
				fill_condition(f, item,
					arena_printf(f->a, "%s_%zu", prefix,
						value_count(list) + 1)));
	value_set(f->a, out, "conditions", list);
}

/* A condition as a row: its first item is a reference, not another row. */
static bool
is_row(const struct value *v)
{
	const struct value *first = value_first(v);

	return value_is(v, VALUE_ARRAY) &&
	       (value_text(first) != NULL ||
		       value_text(value_first(first)) != NULL) &&
	       value_text(value_at(v, 1)) != NULL;
}

/* [joiner, conditions] with a joiner of null, "and" or "or". */
static bool
is_case(const struct value *v)
{
	const struct value *joiner = value_first(v);
	const char *text = value_text(joiner);

	if (!value_is(value_at(v, 1), VALUE_ARRAY))
		return false;
	return value_is(joiner, VALUE_NULL) ||
	       (text != NULL && list_has("and|or|AND|OR", text));
}

static void
add_rows(struct fill *f, struct value *list, const struct value *v,
	const char *prefix)
{
	if (is_case(v))
		return;
	if (is_row(v) || value_is(v, VALUE_OBJECT)) {
		value_append(list, fill_condition(f, v,
					   arena_printf(f->a, "%s_%zu", prefix,
						   value_count(list) + 1)));
		return;
	}
	value_each(item, value_is(v, VALUE_ARRAY) ? v : NULL)
		add_rows(f, list, item, prefix);
}

/* [joiner, conditions] */
static void
case_row(struct fill *f, const struct value *item, const char *prefix,
	struct value *out)
{
	const char *joiner = value_text(value_first(item));
	struct value *list = value_array(f->a);

	value_set_text(f->a, out, "logical_operator",
		joiner != NULL && (joiner[0] == 'o' || joiner[0] == 'O')
			? "or"
			: "and");
	add_rows(f, list, value_at(item, 1), prefix);
	value_set(f->a, out, "conditions", list);
}

static void add_case(
	struct fill *f, struct value *cases, const struct value *item);

/* Cases that a lost bracket put inside of another one follow it. */
static void
add_nested(struct fill *f, struct value *cases, const struct value *v)
{
	value_each(item, value_is(v, VALUE_ARRAY) ? v : NULL) {
		if (!is_case(item)) {
			add_nested(f, cases, item);
			continue;
		}
		repair_add(f->a, f->flow->repairs, "case_lifted",
			f->reader.pointer, "",
			arena_printf(f->a, "case %zu", value_count(cases) + 1));
		add_case(f, cases, item);
	}
}

static void
add_case(struct fill *f, struct value *cases, const struct value *item)
{
	struct value *c = value_append(cases, value_object(f->a));
	size_t n = value_count(cases);
	const struct value *when =
		fill_get(item, "when|if|condition|conditions");
	const char *id = n == 1 ? "true" : arena_printf(f->a, "case_%zu", n);
	const char *prefix = arena_printf(f->a, "%s_%zu", f->node->id, n);

	value_set_text(f->a, c, "id", id);
	value_set_text(f->a, c, "case_id", id);
	if (value_is(item, VALUE_ARRAY)) {
		case_row(f, item, prefix, c);
		add_nested(f, cases, item);
		return;
	}
	if (fill_get(item, "logical_operator") != NULL || when == NULL)
		when = item;
	fill_conditions(f, when, prefix, c);
}

/* The old form of Dify: conditions of the node itself are its one case. */
static bool
one_case(const struct fill *f)
{
	const struct value *list = fill_field(f, "conditions");

	return fill_field(f, "cases|branches") == NULL && list != NULL &&
	       (fill_field(f, "logical_operator") != NULL ||
		       fill_get(value_first(list),
			       "comparison_operator|operator|op") != NULL);
}

void
fill_cases(struct fill *f)
{
	struct value *cases = value_array(f->a);

	if (one_case(f))
		add_case(f, cases, f->fields);
	else
		value_each(item, fill_field(f, "cases|branches|conditions"))
			add_case(f, cases, item);
	value_set(f->a, f->node->data, "cases", cases);
}

/* edit_plan.c: operations on the steps of a plan. */
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "dsl/edit_parts.h"
#include "dsl/fill.h"
#include "dsl/ident.h"

#include <ctype.h>
#include <string.h>

/* One plan that is being edited, and the operation at hand. */
struct plan_edit {
	struct arena *a;
	struct value *plan;
	const struct value *op;
	const char *why; /* it cannot be applied */
};

/* The step of that id in a list or in what its members hold. */
static struct value *
find_step(struct value *v, const char *id, int depth)
{
	if (depth > LIMIT_DEPTH)
		return NULL;
	value_each(child, v) {
		struct value *found;

		if (value_is(child, VALUE_OBJECT) &&
			value_get_text(child, "type", NULL) != NULL &&
			strcmp(value_get_text(child, "id", ""), id) == 0)
			return child;
		found = find_step(child, id, depth + 1);
		if (found != NULL)
			return found;
	}
	return NULL;
}

static struct value *
step_named(struct plan_edit *e, const char *member)
{
	const char *id = value_get_text(e->op, member, "");
	struct value *step =
		id[0] != '\0' ? find_step(value_get(e->plan, "steps"), id, 0)
			      : NULL;

	if (step == NULL)
		e->why = arena_printf(e->a, "there is no step \"%s\"", id);
	return step;
}

/* Puts a value behind another one of its list; NULL: before all. */
static void
insert(struct value *list, struct value *after, struct value *v)
{
	struct value *rest = after != NULL ? after->next : value_first(list);

	value_append(list, v);
	while (rest != NULL && rest != v) {
		struct value *next = rest->next;

		value_remove(rest);
		value_append(list, rest);
		rest = next;
	}
}

/* The list "do" of a part: that of the step itself, of a member that holds
 * one, or of a part by its number; made where it is missing. */
static struct value *
part_list(struct plan_edit *e, struct value *step, const struct value *part)
{
	static const char lists[] = "cases|classes|actions|branches";
	const char *name = value_text(part);
	struct value *at = step, *steps;

	if (value_is(part, VALUE_INT) && part->u.integer >= 0)
		at = value_at(fill_get(step, lists), (size_t)part->u.integer);
	else if (name != NULL && list_has("else|timeout|on_error", name))
		at = value_get(step, name) != NULL
			     ? value_get(step, name)
			     : value_set(e->a, step, name, value_object(e->a));
	else if (part != NULL && (name == NULL || strcmp(name, "do") != 0))
		at = NULL;
	if (!value_is(at, VALUE_OBJECT)) {
		e->why = "the step has no such part";
		return NULL;
	}
	steps = value_get(at, "do");
	return value_is(steps, VALUE_ARRAY)
		       ? steps
		       : value_set(e->a, at, "do", value_array(e->a));
}

/* Puts a step where the operation says: after a step, first in a part, or at
 * the end of all. */
static bool
put_step(struct plan_edit *e, struct value *step)
{
	struct value *after, *holder, *list;

	if (value_get(e->op, "after") != NULL) {
		after = step_named(e, "after");
		if (after == NULL)
			return false;
		insert(after->parent, after, step);
		return true;
	}
	if (value_get(e->op, "in") == NULL) {
		list = value_get(e->plan, "steps");
		value_append(list, step);
		return true;
	}
	holder = step_named(e, "in");
	list = holder == NULL ? NULL
			      : part_list(e, holder, value_get(e->op, "part"));
	if (list != NULL)
		insert(list, NULL, step);
	return list != NULL;
}

static bool
add(struct plan_edit *e)
{
	const struct value *node = fill_get(e->op, "node|step");
	const char *id = value_get_text(node, "id", "");

	if (!ident_step(id) || value_get_text(node, "type", NULL) == NULL)
		e->why = "it needs a step with an id and a type";
	else if (find_step(value_get(e->plan, "steps"), id, 0) != NULL)
		e->why = "it needs an id of its own";
	return e->why == NULL && put_step(e, value_clone(e->a, node));
}

static bool
take(struct plan_edit *e)
{
	struct value *step = step_named(e, "node");

	if (step != NULL)
		value_remove(step);
	return step != NULL;
}

static bool
move(struct plan_edit *e)
{
	struct value *step = step_named(e, "node"), *copy, *place;
	const char *to =
		value_get_text(e->op, "after", value_get_text(e->op, "in", ""));

	if (step == NULL)
		return false;
	if (strcmp(to, value_get_text(step, "id", "")) == 0 ||
		find_step(step, to, 0) != NULL) {
		e->why = "a step cannot be moved into itself";
		return false;
	}
	copy = value_clone(e->a, step);
	place = value_null(e->a);
	value_replace(step, place);
	if (!put_step(e, copy)) {
		value_replace(place, step);
		return false;
	}
	value_remove(place);
	return true;
}

static bool
set(struct plan_edit *e)
{
	struct value *step = step_named(e, "node");
	const char *path = value_get_text(e->op, "path", "");
	const struct value *v = value_get(e->op, "value");

	if (step == NULL)
		return false;
	if (strcmp(path, "/id") == 0 || strcmp(path, "/type") == 0)
		e->why = "ids are renamed, and types stay";
	else
		e->why = edit_set_at(e->a, step, path, v);
	return e->why == NULL;
}

static bool
name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-';
}

/* The text with each "from." that begins a reference inside of braces, or
 * that is all of it, as "to.". */
static const char *
renamed(struct arena *a, const char *text, const char *from, const char *to)
{
	size_t n = strlen(from);
	int open = strpbrk(text, " \n{}") == NULL;
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	for (const char *p = text; *p != '\0'; p++) {
		if (p[0] == '{' && (p[1] == '{' || p[1] == '%'))
			open++;
		if ((p[0] == '}' || p[0] == '%') && p[1] == '}' && open > 0)
			open--;
		if (open > 0 && strncmp(p, from, n) == 0 && p[n] == '.' &&
			(p == text || !name_char(p[-1]))) {
			str_puts(&out, to);
			p += n - 1;
			continue;
		}
		str_putc(&out, *p);
	}
	return out.s;
}

static void
rename_in(struct arena *a, struct value *v, const char *from, const char *to,
	int depth)
{
	const char *text;

	if (depth > LIMIT_DEPTH)
		return;
	value_each(child, v) {
		text = value_text(child);
		if (text != NULL && (child->key == NULL ||
					    strcmp(child->key, "code") != 0)) {
			text = renamed(a, text, from, to);
			child->u.text.s = text;
			child->u.text.len = strlen(text);
		}
		rename_in(a, child, from, to, depth + 1);
	}
}

static bool
rename_step(struct plan_edit *e)
{
	const char *to = value_get_text(e->op, "to", "");
	struct value *step = step_named(e, "node");

	if (step == NULL)
		return false;
	if (!ident_step(to) ||
		find_step(value_get(e->plan, "steps"), to, 0) != NULL) {
		e->why = "it needs an id of its own";
		return false;
	}
	rename_in(e->a, e->plan, value_get_text(step, "id", ""), to, 0);
	value_set_text(e->a, step, "id", to);
	return true;
}

static bool
no_edges(struct plan_edit *e)
{
	e->why = "a plan has no edges; move the step";
	return false;
}

/* Adds to a list of the plan what the operation holds under that name. */
static bool
add_named(struct plan_edit *e, const char *list_name, const char *member)
{
	const struct value *wanted = value_get(e->op, member);
	const char *name = value_get_text(wanted, "name", "");
	struct value *list = value_get(e->plan, list_name);

	if (!ident_name(name))
		e->why = "it needs a name";
	value_each(item, list)
		if (strcmp(value_get_text(item, "name",
				   item->key != NULL ? item->key : ""),
			    name) == 0)
			e->why = "the name is taken";
	if (e->why != NULL)
		return false;
	if (value_is(list, VALUE_OBJECT)) {
		value_set(e->a, list, name,
			value_clone(e->a, fill_get(wanted, "from|type")));
		return true;
	}
	if (!value_is(list, VALUE_ARRAY))
		list = value_set(e->a, e->plan, list_name, value_array(e->a));
	value_append(list, value_clone(e->a, wanted));
	return true;
}

static bool
add_input(struct plan_edit *e)
{
	return add_named(e, "inputs", "input");
}

static bool
add_output(struct plan_edit *e)
{
	return add_named(e, "outputs", "output");
}

static const struct {
	const char *name;
	bool (*apply)(struct plan_edit *e);
} operations[] = {
	{"add", add},
	{"remove", take},
	{"move", move},
	{"set", set},
	{"rename", rename_step},
	{"rewire", no_edges},
	{"connect", no_edges},
	{"add_input", add_input},
	{"add_output", add_output},
};

/* NULL, or why the operation at hand cannot be applied. */
static const char *
apply(struct plan_edit *e)
{
	const char *name = value_get_text(e->op, "op", "");

	e->why = NULL;
	for (size_t i = 0; i < nitems(operations); i++)
		if (strcmp(operations[i].name, name) == 0) {
			operations[i].apply(e);
			return e->why;
		}
	return "no such operation";
}

void
plan_edit(struct arena *a, struct dsl_result *result,
	const struct value *wanted, const struct dsl_target *target)
{
	struct plan_edit e = {.a = a, .plan = result->plan};

	result->findings = (struct findings){0};
	if (!value_is(value_get(e.plan, "steps"), VALUE_ARRAY) ||
		!value_is(wanted, VALUE_ARRAY)) {
		finding_add(a, &result->findings, "edit_refused", "", "", "",
			"there are no steps, or no list of operations", NULL);
		return;
	}
	value_each(op, wanted) {
		e.op = op;
		edit_tell(a, result, op, apply(&e));
	}
	dsl_build_plan(a, target, result);
}

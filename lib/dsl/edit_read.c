/* edit_read.c: the operations that a model answered, whatever it calls them. */
#include "base/nitems.h"
#include "dsl/edit.h"
#include "dsl/extract.h"
#include "dsl/fill.h"

#include <ctype.h>
#include <string.h>

enum { MOST_OPERATIONS = 100 };

static const char wrappers[] =
	"operations|ops|edits|changes|actions|patch|edit_operations";

/* What each operation is called elsewhere. */
static const struct {
	const char *name;
	const char *others;
} names[] = {
	{"add", "add|insert|add_node|add_step|add_nodes|add_steps|insert_node|"
		"insert_step|create|create_node|append|insert_after|"
		"insert_before"},
	{"remove", "remove|delete|remove_node|delete_node|remove_step|"
		   "delete_step|drop"},
	{"change",
		"change|update|modify|edit|update_node|change_node|"
		"modify_node|edit_node|update_step|change_fields|set_fields"},
	{"move", "move|move_node|move_step"},
	{"set", "set|set_field|set_path|replace"},
	{"rename", "rename|rename_node|rename_step"},
	{"connect", "connect|rewire|link|add_edge|connect_nodes|reconnect|"
		    "remove_edge|delete_edge|disconnect|unlink"},
	{"add_branch", "add_branch|add_case|add_class|add_category|add_action"},
	{"remove_branch", "remove_branch|delete_branch|remove_case|delete_case|"
			  "remove_class|delete_class"},
	{"add_input", "add_input|create_input"},
	{"change_input", "change_input|update_input|modify_input|edit_input"},
	{"remove_input", "remove_input|delete_input"},
	{"add_output", "add_output|create_output"},
	{"change_output",
		"change_output|update_output|modify_output|set_output|"
		"edit_output"},
	{"remove_output", "remove_output|delete_output"},
	{"set_variable",
		"set_variable|add_variable|add_env|add_conversation_variable"},
	{"workflow", "workflow|change_workflow|update_workflow|set_workflow|"
		     "rename_workflow"},
};

/* Our name of an operation, NULL: it is none. */
static const char *
known(struct arena *a, const char *said)
{
	char *word;

	if (said == NULL || strlen(said) > 40)
		return NULL;
	word = arena_strdup(a, said);
	for (char *p = word; *p != '\0'; p++)
		*p = *p == '-' || *p == ' ' ? '_'
					    : (char)tolower((unsigned char)*p);
	for (size_t i = 0; i < nitems(names); i++)
		if (list_has(names[i].others, word))
			return names[i].name;
	return NULL;
}

static const char *
name_of(const struct value *op)
{
	return value_text(fill_get(op, "op|operation|action|command|kind"));
}

static bool
is_operation(struct arena *a, const struct value *v)
{
	const struct value *first = value_first(v);

	if (!value_is(v, VALUE_OBJECT))
		return false;
	if (name_of(v) != NULL)
		return known(a, name_of(v)) != NULL;
	return value_count(v) == 1 && known(a, first->key) != NULL &&
	       first->type == VALUE_OBJECT;
}

static struct value *
wrapped(struct arena *a, struct value *list)
{
	struct value *out = value_object(a);

	if (list->parent != NULL)
		value_remove(list);
	value_set(a, out, "operations", list);
	return out;
}

/* Whether a list holds operations; an empty one does under its own name. */
static bool
holds(struct arena *a, const struct value *list)
{
	value_each(item, list)
		if (is_operation(a, item))
			return true;
	return false;
}

static struct value *
unwrapped(struct arena *a, struct value *v)
{
	struct value *list, *alone;

	if (value_is(v, VALUE_ARRAY))
		return holds(a, v) ? wrapped(a, v) : NULL;
	list = (struct value *)(uintptr_t)fill_get(v, wrappers);
	if (value_is(list, VALUE_ARRAY) &&
		(value_count(list) == 0 || holds(a, list)))
		return v;
	if (is_operation(a, list)) {
		alone = value_array(a);
		value_replace(list, alone);
		alone->key = "operations";
		value_append(alone, list);
		return v;
	}
	if (value_is(v, VALUE_OBJECT) && !is_operation(a, v))
		value_each(member, v)
			if (value_is(fill_get(member, wrappers), VALUE_ARRAY))
				return unwrapped(a, member);
	if (is_operation(a, v)) {
		alone = value_array(a);
		if (v->parent != NULL)
			value_remove(v);
		value_append(alone, v);
		return wrapped(a, alone);
	}
	return NULL;
}

/* {"add": {...}} as {"op": "add", ...}. */
static struct value *
spread(struct arena *a, const struct value *op)
{
	const struct value *inner = value_first(op);
	struct value *out = value_object(a);

	value_set_text(a, out, "op", inner->key);
	value_each(member, inner)
		value_set(a, out, member->key, value_clone(a, member));
	return out;
}

/* Members of an object that stands in the way of them, where they are not
 * there yet. */
static void
lift(struct arena *a, struct value *to, const struct value *from)
{
	value_each(member, value_is(from, VALUE_OBJECT) ? from : NULL)
		if (value_get(to, member->key) == NULL)
			value_set(a, to, member->key, value_clone(a, member));
}

/* A step whose fields stand in an object of their own, as those of a node. */
static void
lift_fields(struct arena *a, struct value *step)
{
	if (value_is(step, VALUE_OBJECT))
		lift(a, step, fill_get(step, "data|config|fields|settings"));
}

/* What operations hold is where we look for it. */
static void
straighten(struct arena *a, struct value *op)
{
	struct value *branch = value_get(op, "branch");
	bool named = fill_get(op, "case|class|action") != NULL;

	lift(a, op, fill_get(op, "position|where|at"));
	lift_fields(a, value_get(op, "node"));
	lift_fields(a, value_get(op, "step"));
	value_each(step, value_get(op, "steps"))
		lift_fields(a, step);
	if (list_has("add_input|add_output", value_get_text(op, "op", "")) &&
		fill_get(op, "input|output") == NULL)
		value_set(a, op,
			strcmp(value_get_text(op, "op", ""), "add_input") == 0
				? "input"
				: "output",
			value_clone(a, op));
	if (strcmp(value_get_text(op, "op", ""), "add_branch") != 0 ||
		value_is(branch, VALUE_OBJECT) || named)
		return;
	branch = value_clone(a, op);
	if (value_text(value_get(op, "branch")) != NULL)
		value_set_text(
			a, branch, "name", value_text(value_get(op, "branch")));
	value_set(a, op, "branch", branch);
}

/* insert_before and remove_edge say more than our names do. */
static void
keep_sense(struct arena *a, const char *said, struct value *op)
{
	struct value *target = value_get(op, "target");

	if (strcmp(said, "insert_before") == 0 && target != NULL &&
		value_get(op, "before") == NULL)
		value_set(a, op, "before", value_clone(a, target));
	else if (strcmp(said, "insert_after") == 0 && target != NULL &&
		 value_get(op, "after") == NULL)
		value_set(a, op, "after", value_clone(a, target));
	else if (strcmp(said, "add_edge") == 0 || strcmp(said, "link") == 0)
		value_set_bool(a, op, "beside", true);
	else if (list_has("remove_edge|delete_edge|disconnect|unlink", said))
		value_set_bool(a, op, "away", true);
	else if (strcmp(said, "replace") == 0 && value_get(op, "path") == NULL)
		value_set_text(a, op, "op", "change");
}

static struct value *
one(struct arena *a, const struct value *item, struct repairs *repairs)
{
	struct value *op;
	const char *said, *name;

	if (!value_is(item, VALUE_OBJECT) || name_of(item) != NULL ||
		!is_operation(a, item))
		op = value_clone(a, item);
	else
		op = spread(a, item);
	said = name_of(op);
	name = known(a, said);
	if (name == NULL)
		return op;
	if (strcmp(name, said) != 0)
		repair_add(a, repairs, "edit_alias", value_pointer(a, item),
			said, name);
	value_set_text(a, op, "op", name);
	keep_sense(a, said, op);
	straighten(a, op);
	return op;
}

static struct value *
texts(struct arena *a, const struct value *v)
{
	return value_is(v, VALUE_ARRAY) ? value_clone(a, v) : value_array(a);
}

struct value *
edit_read(struct arena *a, const char *answer, size_t len,
	struct findings *findings, struct repairs *repairs)
{
	struct value *found = extract_with(
		a, answer, len, unwrapped, "operations", findings, repairs);
	struct value *out, *list;
	const char *summary;
	size_t n = 0;

	if (found == NULL)
		return NULL;
	out = value_object(a);
	list = value_set(a, out, "operations", value_array(a));
	value_each(item, fill_get(found, wrappers))
		if (n++ < MOST_OPERATIONS)
			value_append(list, one(a, item, repairs));
	summary = value_text(
		fill_get(found, "summary|explanation|description|message"));
	value_set_text(a, out, "summary", summary != NULL ? summary : "");
	value_set(a, out, "questions", texts(a, value_get(found, "questions")));
	value_set(a, out, "assumptions",
		texts(a, value_get(found, "assumptions")));
	return out;
}

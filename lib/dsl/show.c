/* show.c: names, references and the frame of what is shown. */
#include "dsl/show.h"

#include "base/limits.h"
#include "base/str.h"
#include "dsl/graph.h"
#include "dsl/show_parts.h"

/* What a value that leaves a split is called, NULL: it is no such value. The
 * rest of the selector begins at *rest_r. */
static const char *
given_name(const struct show *s, const struct value *selector, size_t *rest_r)
{
	const char *head = value_text(value_at(selector, 0));
	const char *name = value_text(value_at(selector, 1));

	for (const struct given *g = s->given; g != NULL; g = g->next) {
		if (head == NULL || name == NULL ||
			strcmp(g->join->id, head) != 0 ||
			(g->group != NULL && strcmp(g->group, name) != 0))
			continue;
		*rest_r = g->group != NULL ? 3 : 2;
		return g->name;
	}
	return NULL;
}

const char *
show_ref(const struct show *s, const struct value *selector)
{
	const char *head = value_text(value_first(selector));
	size_t rest = 1;
	const char *text = given_name(s, selector, &rest);
	const struct flow_node *n =
		head != NULL ? flow_find(s->flow, head) : NULL;

	if (text == NULL)
		text = s->plan && flow_is(n, "start") ? "inputs"
		       : head != NULL                 ? head
						      : "";
	for (; rest < value_count(selector); rest++)
		text = arena_printf(s->a, "%s.%s", text,
			fill_plain(s->a, value_at(selector, rest)));
	return text;
}

/* With literal, every other {{ is marked as one that means itself. */
static const char *
converted(const struct show *s, const char *p, bool literal)
{
	struct str out;

	str_init(&out, s->a, LIMIT_DOCUMENT);
	while (*p != '\0') {
		const char *open = strstr(p, "{{");
		const char *close = NULL;
		struct value *selector = NULL;

		if (open == NULL)
			break;
		str_add(&out, p, (size_t)(open - p));
		if (open[2] == '#')
			close = strstr(open + 3, "#}}");
		if (close != NULL)
			selector = ref_split(
				s->a, open + 3, (size_t)(close - open - 3));
		if (close != NULL && value_count(selector) > 1) {
			str_printf(&out, "{{%s}}", show_ref(s, selector));
			p = close + 3;
			continue;
		}
		str_puts(&out, literal ? "\\{{" : "{{");
		p = open + 2;
	}
	str_puts(&out, p);
	return out.s;
}

const char *
show_text(const struct show *s, const char *text)
{
	struct findings found = {0};
	struct repairs mended = {0};
	struct flow f = *s->flow;
	struct reader r = {.flow = &f, .scope = &s->scope, .pointer = ""};
	const char *plain = converted(s, text, false);

	f.findings = &found;
	f.repairs = &mended;
	if (strcmp(ref_text(&r, plain), text) == 0)
		return plain;
	return converted(s, text, true);
}

struct value *
show_when(const struct show *s, const struct value *list, const char *joiner)
{
	struct value *when = value_object(s->a), *all;

	all = value_set(s->a, when, strcmp(joiner, "or") == 0 ? "any" : "all",
		value_array(s->a));
	value_each(c, list) {
		struct value *row = value_append(all, value_object(s->a));
		const struct value *right = value_get(c, "value");

		value_set_text(s->a, row, "left",
			show_ref(s, value_get(c, "variable_selector")));
		value_set_text(s->a, row, "op",
			value_get_text(c, "comparison_operator", ""));
		if (!s->plan &&
			strcmp(value_get_text(c, "varType", ""), "number") == 0)
			value_set_text(s->a, row, "type", "number");
		if (value_text(right) != NULL)
			value_set_text(s->a, row, "right",
				show_text(s, value_text(right)));
		else if (right != NULL && right->type != VALUE_NULL)
			value_set(s->a, row, "right", value_clone(s->a, right));
	}
	return when;
}

struct value *
show_outputs(const struct show *s, const struct value *data)
{
	struct value *list = value_array(s->a);

	value_each(o, value_get(data, "outputs")) {
		struct value *row = value_append(list, value_object(s->a));

		value_set_text(
			s->a, row, "name", value_get_text(o, "variable", ""));
		value_set_text(s->a, row, "from",
			show_ref(s, value_get(o, "value_selector")));
	}
	return list;
}

struct value *
show_variables(struct show *s, const struct value *list)
{
	struct value *out = value_array(s->a);

	value_each(v, list) {
		struct value *row = value_append(out, value_object(s->a));
		const char *description = value_get_text(v, "description", "");

		value_set_text(
			s->a, row, "name", value_get_text(v, "name", ""));
		value_set_text(s->a, row, "type",
			value_get_text(v, "value_type", "string"));
		if (value_get(v, "value") != NULL)
			value_set(s->a, row, "value",
				value_clone(s->a, value_get(v, "value")));
		if (description[0] != '\0')
			value_set_text(s->a, row, "description", description);
	}
	return out;
}

/* The flow of a DSL; what is found while it is read is not told. */
static struct flow *
read_flow(struct arena *a, const struct value *dsl,
	const struct dsl_target *target)
{
	struct findings *found = arena_alloc(a, sizeof(*found));
	struct repairs *mended = arena_alloc(a, sizeof(*mended));
	struct flow *f = flow_new(a, target, found, mended);

	graph_read(f, dsl);
	return f;
}

struct show
show_begin(struct arena *a, struct flow *f, const struct dsl_target *target)
{
	struct show s = {.a = a, .flow = f, .target = target};

	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		scope_add(a, &s.scope, n->id, n);
	if (flow_first_of(f, "start") != NULL)
		scope_add(a, &s.scope, "inputs", flow_first_of(f, "start"));
	return s;
}

static void
put_frame(struct show *s, struct value *out)
{
	const struct flow *f = s->flow;

	value_set_text(s->a, out, "name", f->name);
	if (f->description[0] != '\0')
		value_set_text(s->a, out, "description", f->description);
	value_set_text(s->a, out, "mode", f->chat ? "chat" : "workflow");
	if (value_count(f->env) > 0)
		value_set(s->a, out, "env", show_variables(s, f->env));
	if (value_count(f->conversation) > 0)
		value_set(s->a, out, "conversation",
			show_variables(s, f->conversation));
}

/* The one target behind a handle, or all of them; NULL for none. */
static struct value *
next_of(struct arena *a, const struct flow_node *n, const char *handle)
{
	struct value *list = value_array(a);

	for (const struct route *r = n->routes; r != NULL; r = r->next)
		if (strcmp(r->handle, handle) == 0)
			value_append_text(a, list, r->target->id);
	if (value_count(list) == 0)
		return NULL;
	if (value_count(list) > 1)
		return list;
	return value_string(a, value_text(value_first(list)));
}

static void
put_next(struct arena *a, struct value *to, const char *name,
	const struct flow_node *n, const char *handle)
{
	struct value *next = next_of(a, n, handle);

	if (next != NULL)
		value_set(a, to, name, next);
}

static void
put_routes(struct show *s, const struct flow_node *n, struct value *node)
{
	struct value *handles = node_handles(s->a, n->data), *part, *other;
	struct value *parts = value_get(node, "cases");

	if (parts == NULL)
		parts = value_get(node, "classes");
	if (parts == NULL)
		parts = value_get(node, "actions");
	if (n->type == NULL || n->type->handles == HANDLES_SOURCE) {
		put_next(s->a, node, "next", n, "source");
		put_next(s->a, node, "on_error_next", n, "fail-branch");
		return;
	}
	part = value_first(parts);
	value_each(handle, handles) {
		if (part != NULL) {
			put_next(s->a, part, "next", n, value_text(handle));
			part = part->next;
			continue;
		}
		other = value_object(s->a);
		put_next(s->a, other, "next", n, value_text(handle));
		if (value_count(other) > 0)
			value_set(s->a, node,
				flow_is(n, "human-input") ? "timeout" : "else",
				other);
	}
}

static void
put_nodes(struct show *s, const struct flow_node *parent, struct value *list)
{
	for (const struct flow_node *n = s->flow->first; n != NULL;
		n = n->next) {
		struct value *node;

		if (n->parent != parent || n->type == NULL)
			continue;
		node = value_append(list, value_object(s->a));
		value_set_text(s->a, node, "id", n->id);
		value_set_text(s->a, node, "type",
			value_get_text(n->data, "type", ""));
		if (value_get(n->data, "title") != NULL)
			value_set_text(s->a, node, "title",
				value_get_text(n->data, "title", ""));
		if (flow_is(n, "start"))
			value_set(s->a, node, "inputs", show_inputs(s, n));
		else
			show_words(s, n, node);
		put_routes(s, n, node);
		if (n->type->traits & NODE_CONTAINER)
			put_nodes(s, n,
				value_set(s->a, node, "nodes",
					value_array(s->a)));
	}
}

struct value *
dsl_show_flow(struct arena *a, const struct value *dsl,
	const struct dsl_target *target)
{
	struct show s = show_begin(a, read_flow(a, dsl, target), target);
	struct value *out = value_object(a);

	put_frame(&s, out);
	put_nodes(&s, NULL, value_set(a, out, "nodes", value_array(a)));
	return out;
}

struct value *
dsl_show_plan(struct arena *a, const struct value *dsl,
	const struct dsl_target *target, const char **why_r)
{
	struct flow *f = read_flow(a, dsl, target);
	struct show s;
	struct value *out = value_object(a);

	*why_r = show_rename(f);
	s = show_begin(a, f, target);
	s.plan = true;
	if (*why_r == NULL) {
		put_frame(&s, out);
		show_steps(&s, out);
		*why_r = s.why != NULL ? s.why : show_same(&s, out);
	}
	return *why_r == NULL ? out : NULL;
}

/* compile.c: writes the nodes, edges and frame of a DSL. */
#include "dsl/compile.h"

#include "dsl/layout.h"
#include "dsl/ref.h"
#include "text/json.h"

static const char usual_features[] =
	"{\"file_upload\":{\"enabled\":false,\"allowed_file_types\":[\"image\"]"
	","
	"\"allowed_file_extensions\":[],\"allowed_file_upload_methods\":"
	"[\"local_file\",\"remote_url\"],\"number_limits\":3,"
	"\"image\":{\"enabled\":false,\"number_limits\":3,"
	"\"transfer_methods\":[\"local_file\",\"remote_url\"]}},"
	"\"opening_statement\":\"\",\"suggested_questions\":[],"
	"\"suggested_questions_after_answer\":{\"enabled\":false},"
	"\"speech_to_text\":{\"enabled\":false},"
	"\"text_to_speech\":{\"enabled\":false,\"language\":\"\","
	"\"voice\":\"\"},\"retriever_resource\":{\"enabled\":false},"
	"\"sensitive_word_avoidance\":{\"enabled\":false}}";

static struct value *
constant(struct arena *a, const char *json)
{
	struct jsonx_report report;

	return jsonx_read(a, json, strlen(json), 0, &report);
}

/* Everything a new node of the type has, under what this one says. */
static struct value *
whole_data(struct flow *f, const struct flow_node *n)
{
	struct arena *a = f->arena;
	struct value *data;

	if (n->type == NULL || n->raw != NULL)
		return value_clone(a, n->data);
	data = node_data_new(a, n->type, flow_version(f));
	value_each(member, n->data)
		if (member->type != VALUE_NULL ||
			value_get(data, member->key) == NULL)
			value_set(a, data, member->key, value_clone(a, member));
	return data;
}

/* What the editor keeps about the container around a node. */
static void
mark_parent(struct arena *a, const struct flow_node *n, struct value *data)
{
	bool loop = flow_is(n->parent, "loop");

	value_set_bool(a, data, "isInIteration", n->parent && !loop);
	value_set_bool(a, data, "isInLoop", n->parent && loop);
	if (n->parent != NULL)
		value_set_text(a, data, loop ? "loop_id" : "iteration_id",
			n->parent->id);
}

/* Types that the catalogue knows only by looking at the flow. */
static void
settle_types(struct flow *f, const struct flow_node *n, struct value *data)
{
	if (flow_is(n, "end"))
		value_each(output, value_get(data, "outputs")) {
			const char *type = ref_type(
				f, value_get(output, "value_selector"));

			if (value_get(output, "value_type") == NULL)
				value_set_text(f->arena, output, "value_type",
					strncmp(type, "array[any", 9) == 0
						? "any"
						: type);
		}
	if (flow_is(n, "iteration") && n->type != NULL &&
		field_find(n->type->fields, "flatten_output",
			flow_version(f)) == NULL &&
		value_get(data, "flatten_output") != NULL)
		value_remove(value_get(data, "flatten_output"));
}

/* What the canvas keeps beside the data of a node. */
static void
add_canvas(struct arena *a, const struct flow_node *n, struct value *v)
{
	value_set_text(a, v, "sourcePosition", "right");
	value_set_text(a, v, "targetPosition", "left");
	value_set_bool(a, v, "selected", false);
	if (n->parent != NULL) {
		value_set_text(a, v, "parentId", n->parent->id);
		value_set_text(a, v, "extent", "parent");
		value_set_int(a, v, "zIndex", 1002);
	}
	if (n->type != NULL && (n->type->traits & NODE_CHILD_START)) {
		value_set_bool(a, v, "draggable", false);
		value_set_bool(a, v, "selectable", false);
	}
}

struct value *
flow_compile_node(struct flow *f, const struct flow_node *n)
{
	struct arena *a = f->arena;
	struct value *v =
		n->raw != NULL ? value_clone(a, n->raw) : value_object(a);
	struct value *data = whole_data(f, n);

	value_set_text(a, v, "id", n->id);
	if (n->raw == NULL)
		value_set_text(a, v, "type",
			n->type != NULL ? n->type->wrapper : "custom");
	if (n->raw == NULL) {
		mark_parent(a, n, data);
		settle_types(f, n, data);
	}
	value_set(a, v, "data", data);
	if (n->raw == NULL)
		add_canvas(a, n, v);
	return v;
}

/* Zero on the canvas, above its container inside of one. */
static int64_t
edge_height(const struct flow_node *n)
{
	return n->parent != NULL ? 1002 : 0;
}

static struct value *
compile_edge(struct flow *f, const struct flow_node *n, const struct route *r)
{
	struct arena *a = f->arena;
	struct value *e = value_object(a), *data = value_object(a);
	const struct flow_node *both =
		n->parent == r->target->parent ? n : &(struct flow_node){0};

	value_set_text(a, e, "id",
		arena_printf(
			a, "%s-%s-%s-target", n->id, r->handle, r->target->id));
	value_set_text(a, e, "type", "custom");
	value_set_text(a, e, "source", n->id);
	value_set_text(a, e, "sourceHandle", r->handle);
	value_set_text(a, e, "target", r->target->id);
	value_set_text(a, e, "targetHandle", "target");
	value_set_int(a, e, "zIndex", edge_height(both));
	value_set_text(
		a, data, "sourceType", value_get_text(n->data, "type", ""));
	value_set_text(a, data, "targetType",
		value_get_text(r->target->data, "type", ""));
	mark_parent(a, both, data);
	value_set(a, e, "data", data);
	return e;
}

static struct value *
compile_graph(struct flow *f)
{
	struct arena *a = f->arena;
	struct value *graph = value_object(a);
	struct value *nodes = value_array(a), *edges = value_array(a);
	struct value *viewport = value_object(a);

	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		value_append(nodes, flow_compile_node(f, n));
		for (struct route *r = n->routes; r != NULL; r = r->next)
			value_append(edges, compile_edge(f, n, r));
	}
	value_set_int(a, viewport, "x", 0);
	value_set_int(a, viewport, "y", 0);
	value_set_int(a, viewport, "zoom", 1);
	value_set(a, graph, "nodes", nodes);
	value_set(a, graph, "edges", edges);
	value_set(a, graph, "viewport", viewport);
	return graph;
}

static struct value *
compile_app(struct flow *f)
{
	struct arena *a = f->arena;
	struct value *app = value_object(a);

	value_set_text(
		a, app, "name", f->name[0] != '\0' ? f->name : "Workflow");
	value_set_text(a, app, "mode", f->chat ? "advanced-chat" : "workflow");
	value_set_text(a, app, "icon", "\xF0\x9F\xA4\x96");
	value_set_text(a, app, "icon_type", "emoji");
	value_set_text(a, app, "icon_background", "#FFEAD5");
	value_set_text(a, app, "description", f->description);
	value_set_bool(a, app, "use_icon_as_answer_icon", false);
	return app;
}

/* The plugin of a provider, once, when the Dify that is asked for has told. */
static void
add_dependency(struct flow *f, struct value *list, const char *provider)
{
	const struct resources *all =
		f->target != NULL ? f->target->resources : NULL;

	for (size_t i = 0; all != NULL && i < all->count; i++) {
		const struct resource *r = &all->items[i];
		struct value *v;

		if (r->provider == NULL || r->extra == NULL ||
			strcmp(r->provider, provider) != 0)
			continue;
		v = value_get(constant(f->arena, r->extra), "dependency");
		if (v == NULL)
			return;
		value_each(known, list)
			if (value_equal(known, v))
				return;
		value_append(list, value_clone(f->arena, v));
		return;
	}
}

/* What has to be installed in a Dify for the models and tools of a flow. */
static struct value *
compile_dependencies(struct flow *f)
{
	struct value *list = value_array(f->arena);

	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		add_dependency(f, list,
			value_get_text(
				value_get(n->data, "model"), "provider", ""));
		add_dependency(
			f, list, value_get_text(n->data, "provider_id", ""));
	}
	return list;
}

struct value *
flow_compile(struct flow *f)
{
	struct arena *a = f->arena;
	struct value *dsl = value_object(a), *workflow = value_object(a);

	value_set(a, workflow, "graph", compile_graph(f));
	value_set(a, workflow, "features",
		f->features != NULL ? value_clone(a, f->features)
				    : constant(a, usual_features));
	value_set(a, workflow, "environment_variables", value_clone(a, f->env));
	value_set(a, workflow, "conversation_variables",
		value_clone(a, f->conversation));
	value_set(a, workflow, "rag_pipeline_variables", value_array(a));
	value_set(a, dsl, "app", compile_app(f));
	value_set(a, dsl, "dependencies", compile_dependencies(f));
	value_set_text(a, dsl, "kind", "app");
	value_set_text(a, dsl, "version", dsl_format(flow_version(f)));
	value_set(a, dsl, "workflow", workflow);
	layout_graph(a, value_get(workflow, "graph"));
	return dsl;
}

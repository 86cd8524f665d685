/* fix.c: mends what has exactly one mend, finding by finding. */
#include "dsl/fix.h"

#include "base/nitems.h"
#include "text/json.h"

#include <stdlib.h>

enum { MOST_ROUNDS = 5, MOST_SHOWN = 300 };

static const struct {
	const char *code;
	fix_rule *rule;
} rules[] = {
	{"version_absent", fix_version},
	{"version_not_text", fix_version},
	{"version_invalid", fix_version},
	{"version_newer", fix_version},
	{"version_old", fix_version},
	{"kind_other", fix_kind},
	{"app_name_missing", fix_name},
	{"app_name_null", fix_name},
	{"app_text_long", fix_long_text},
	{"app_text_halves", fix_halves},
	{"dependency_invalid", fix_remove},
	{"feature_invalid", fix_remove},
	{"variable_type_missing", fix_variable_type},
	{"variable_value_missing", fix_variable_value},
	{"variable_value_wrong", fix_variable_value},
	{"conversation_id", fix_remove},
	{"conversation_id_repeated", fix_remove},
	{"node_shape", fix_remove},
	{"edge_shape", fix_remove},
	{"node_type_missing", fix_type_missing},
	{"node_type_unknown", fix_type_unknown},
	{"node_type_version", fix_type_unknown},
	{"node_id_type", fix_id_type},
	{"node_id_shape", fix_id_shape},
	{"edge_end_type", fix_end_type},
	{"edge_end_unknown", fix_remove},
	{"edge_repeated", fix_remove},
	{"edge_id_missing", fix_edge_id},
	{"edge_id_repeated", fix_edge_id},
	{"edge_handle_unknown", fix_handle},
	{"edge_handle_odd", fix_handle_source},
	{"edge_after_end", fix_remove},
	{"edge_into_container", fix_remove},
	{"edge_into_start", fix_into_start},
	{"edge_drawing", fix_edge_drawing},
	{"node_wrapper", fix_wrapper},
	{"node_position", fix_position},
	{"viewport_missing", fix_viewport},
	{"container_start_missing", fix_container_start},
	{"container_start_unknown", fix_container_start},
	{"container_start_type", fix_container_start},
	{"container_start_outside", fix_start_outside},
	{"child_parent", fix_child_parent},
	{"child_mark", fix_child_mark},
	{"parent_unknown", fix_remove},
	{"field_missing", fix_missing},
	{"field_null", fix_null},
	{"field_type", fix_type},
	{"field_value", fix_value},
	{"editor_field", fix_missing},
	{"retrieval_config", fix_missing},
	{"input_file_types", fix_file_types},
	{"loop_count", fix_loop_count},
	{"parallel_zero", fix_parallel},
	{"memory_in_workflow", fix_remove},
	{"prompt_shape", fix_prompt_shape},
	{"http_url_scheme", fix_url},
	{"model_unknown", fix_model},
	{"template_reference", fix_template},
};

/* Findings of the file as it was written. Nothing is to be done for the DSL
 * that was read from it: written anew, it is without them. */
static const char *const of_the_file[] = {"export_wrapper", "text_date",
	"text_halves", "text_not_yaml", "text_repeated"};

static bool
is_of_the_file(const char *code)
{
	for (size_t i = 0; i < nitems(of_the_file); i++)
		if (strcmp(of_the_file[i], code) == 0)
			return true;
	return false;
}

static void
log_file(struct arena *a, struct dsl_result *result)
{
	for (const struct finding *f = result->findings.first; f != NULL;
		f = f->next)
		if (is_of_the_file(f->kind->code)) {
			repair_add(
				a, &result->repairs, f->kind->code, "", "", "");
			result->repairs.last->why = f;
		}
}

static fix_rule *
rule_of(const char *code)
{
	for (size_t i = 0; i < nitems(rules); i++)
		if (strcmp(rules[i].code, code) == 0)
			return rules[i].rule;
	return NULL;
}

bool
fix_exists(const char *code)
{
	return rule_of(code) != NULL || is_of_the_file(code);
}

static const char *
shown(struct fix *f, const struct value *v)
{
	struct str out;

	if (v == NULL)
		return "";
	if (value_text(v) != NULL && v->u.text.len <= MOST_SHOWN)
		return value_text(v);
	str_init(&out, f->arena, MOST_SHOWN);
	jsonx_write(&out, v, 0);
	return out.s;
}

void
fix_log(struct fix *f, const struct value *before, const struct value *after)
{
	repair_add(f->arena, f->repairs, f->finding->kind->code,
		f->finding->pointer, shown(f, before), shown(f, after));
	f->repairs->last->why = f->finding;
}

bool
fix_put(struct fix *f, struct value *v)
{
	if (v == NULL || f->parent == NULL)
		return false;
	fix_log(f, f->at, v);
	if (f->at != NULL)
		value_replace(f->at, v);
	else if (f->parent->type == VALUE_OBJECT)
		value_set(f->arena, f->parent, f->key, v);
	else
		return false;
	f->at = v;
	return true;
}

bool
fix_put_text(struct fix *f, const char *s)
{
	return s != NULL && fix_put(f, value_string(f->arena, s));
}

bool
fix_drop(struct fix *f)
{
	if (f->at == NULL || f->at->parent == NULL)
		return false;
	fix_log(f, f->at, NULL);
	value_remove(f->at);
	return true;
}

struct value *
fix_find(struct fix *f, const char *id)
{
	value_each(node, f->nodes) {
		const char *mine = value_get_text(node, "id", NULL);

		if (mine != NULL && id != NULL && strcmp(mine, id) == 0)
			return node;
	}
	return NULL;
}

/* The pointer begins /workflow/graph/nodes/N. */
static struct value *
node_of(const struct fix *f)
{
	static const char prefix[] = "/workflow/graph/nodes/";
	const char *pointer = f->finding->pointer;

	if (strncmp(pointer, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	return value_at(
		f->nodes, strtoul(pointer + sizeof(prefix) - 1, NULL, 10));
}

/* Sets where a finding is: its value, what is around, the last part. All
 * places of a round are looked up before anything moves. */
static void
locate(struct fix *f, const struct finding *finding)
{
	const char *slash = strrchr(finding->pointer, '/');
	struct value *graph = value_get(value_get(f->dsl, "workflow"), "graph");

	f->finding = finding;
	f->nodes = value_get(graph, "nodes");
	f->edges = value_get(graph, "edges");
	f->node = node_of(f);
	f->at = value_find(f->dsl, finding->pointer);
	f->key = slash != NULL ? slash + 1 : "";
	f->parent = f->at != NULL ? f->at->parent : NULL;
	if (f->at == NULL && slash != NULL)
		f->parent = value_find(
			f->dsl, arena_memdup(f->arena, finding->pointer,
					(size_t)(slash - finding->pointer)));
}

/* One round: every finding that can be mended; whether any was. */
static bool
mend(const struct fix *base, const struct findings *list, const char *code,
	const char *pointer)
{
	size_t count = 0;
	struct fix *places;
	bool any = false;

	for (const struct finding *i = list->first; i != NULL; i = i->next)
		count++;
	places = arena_array(base->arena, count + 1, sizeof(*places));
	count = 0;
	for (const struct finding *i = list->first; i != NULL; i = i->next) {
		if ((code != NULL && strcmp(i->kind->code, code) != 0) ||
			(pointer != NULL && strcmp(i->pointer, pointer) != 0) ||
			rule_of(i->kind->code) == NULL)
			continue;
		places[count] = *base;
		locate(&places[count++], i);
	}
	for (size_t i = 0; i < count; i++)
		if (places[i].parent != NULL &&
			rule_of(places[i].finding->kind->code)(&places[i]))
			any = true;
	return any;
}

static void
check_again(struct arena *a, struct dsl_result *result,
	const struct dsl_target *target)
{
	result->findings = (struct findings){0};
	dsl_validate(a, result->dsl, target, &result->findings);
}

void
dsl_fix(struct arena *a, struct dsl_result *result,
	const struct dsl_target *target)
{
	dsl_fix_only(a, result, target, NULL, NULL);
}

void
dsl_fix_only(struct arena *a, struct dsl_result *result,
	const struct dsl_target *target, const char *code, const char *pointer)
{
	struct fix f = {
		.arena = a,
		.dsl = result->dsl,
		.version = target != NULL && target->version > 0
				   ? target->version
				   : DSL_VERSION_NEWEST,
		.resources = target != NULL ? target->resources : NULL,
		.repairs = &result->repairs,
	};

	if (result->dsl == NULL)
		return;
	log_file(a, result);
	check_again(a, result, target);
	for (int round = 0; round < MOST_ROUNDS; round++) {
		if (!mend(&f, &result->findings, code, pointer))
			break;
		check_again(a, result, target);
		if (pointer != NULL)
			break;
	}
}

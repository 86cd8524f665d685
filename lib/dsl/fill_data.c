/* fill_data.c: the node types that compute: code, templates, knowledge, lists
 * and documents. */
#include "dsl/fill.h"

#include "base/nitems.h"
#include "dsl/ident.h"

/* Arguments of a program: {arg: reference}, in any spelling. */
static void
bindings(struct fill *f, const struct value *v, struct value *out)
{
	struct value *pairs = fill_pairs(f->a, v);

	if (pairs == NULL)
		return;
	value_each(pair, pairs) {
		struct value *b = value_append(out, value_object(f->a));
		const char *text = value_text(pair);
		const struct scope_entry *e =
			text == NULL ? NULL
				     : scope_find(f->reader.scope, text,
					       strlen(text));

		value_set_text(f->a, b, "variable", pair->key);
		if (e != NULL && e->node != NULL)
			value_set(f->a, b, "value_selector",
				flow_selector(f->a, e->node->id, pair->key));
		else
			value_set(f->a, b, "value_selector",
				fill_selector(f, pair, pair->key));
	}
}

static void
code_outputs(struct fill *f, const struct value *v)
{
	struct value *pairs = fill_pairs(f->a, v);
	struct value *outputs = value_object(f->a);

	if (pairs != NULL)
		value_each(pair, pairs) {
			struct value *o = value_object(f->a);
			const char *type = value_text(pair);

			if (value_is(pair, VALUE_OBJECT))
				type = value_get_text(pair, "type", NULL);
			value_set_text(f->a, o, "type",
				fill_type(type, type ? type : "string"));
			value_set(f->a, o, "children", value_null(f->a));
			value_set(f->a, outputs, pair->key, o);
		}
	value_set(f->a, f->node->data, "outputs", outputs);
}

void
fill_code(struct fill *f)
{
	const char *language =
		value_text(fill_field(f, "language|code_language|lang"));
	const char *code =
		fill_plain(f->a, fill_field(f, "code|script|source|python"));
	struct value *variables = value_array(f->a);
	bool script =
		language != NULL && (strstr(language, "script") != NULL ||
					    strcmp(language, "js") == 0 ||
					    strcmp(language, "node") == 0);

	bindings(
		f, fill_field(f, "inputs|variables|arguments|args"), variables);
	value_set(f->a, f->node->data, "variables", variables);
	value_set_text(f->a, f->node->data, "code_language",
		script ? "javascript" : "python3");
	value_set_text(f->a, f->node->data, "code", code ? code : "");
	code_outputs(f, fill_field(f, "outputs|output|returns"));
}

void
fill_template(struct fill *f)
{
	const char *text =
		fill_plain(f->a, fill_field(f, "template|text|content|jinja"));
	struct value *variables = value_array(f->a);

	bindings(f, fill_field(f, "variables|inputs"), variables);
	value_set_text(f->a, f->node->data, "template",
		ref_jinja(&f->reader, text ? text : "", variables));
	value_set(f->a, f->node->data, "variables", variables);
}

static void
dataset(struct fill *f, struct value *ids, const char *name)
{
	const struct resources *all =
		f->flow->target == NULL ? NULL : f->flow->target->resources;
	const struct resource *r = resource_find(all, RESOURCE_DATASET, name);

	if (r == NULL)
		flow_finding(f->flow, "plan_dataset_unknown", f->reader.pointer,
			f->node, name, NULL, NULL);
	value_append_text(f->a, ids, r != NULL && r->id != NULL ? r->id : name);
}

void
fill_knowledge(struct fill *f)
{
	const struct value *bases =
		fill_field(f, "knowledge|dataset_ids|datasets|knowledge_base|"
			      "knowledge_bases|dataset");
	const struct value *score =
		fill_field(f, "score|score_threshold|threshold");
	struct value *ids = value_array(f->a), *config;

	value_set(f->a, f->node->data, "query_variable_selector",
		fill_selector(f,
			fill_field(f, "query|query_variable_selector|text|"
				      "question|input"),
			"query"));
	if (value_text(bases) != NULL)
		dataset(f, ids, value_text(bases));
	value_each(item, bases)
		if (fill_plain(f->a, item) != NULL)
			dataset(f, ids,
				value_is(item, VALUE_OBJECT)
					? value_get_text(item, "name", "")
					: fill_plain(f->a, item));
	if (value_count(ids) == 0)
		flow_finding(f->flow, "plan_field_missing", f->reader.pointer,
			f->node, "knowledge", f->node->id, NULL);
	value_set(f->a, f->node->data, "dataset_ids", ids);
	value_set_text(f->a, f->node->data, "retrieval_mode", "multiple");
	config = value_object(f->a);
	value_set_int(f->a, config, "top_k",
		fill_int(fill_field(f, "top_k|limit"), 4));
	value_set(f->a, config, "score_threshold",
		score != NULL && value_text(score) == NULL
			? value_clone(f->a, score)
			: value_null(f->a));
	value_set_bool(f->a, config, "reranking_enable", false);
	value_set(f->a, f->node->data, "multiple_retrieval_config", config);
}

static bool
is_array(const char *type)
{
	return strncmp(type, "array", 5) == 0;
}

void
fill_document(struct fill *f)
{
	struct value *selector = fill_selector(f,
		fill_field(f, "file|files|variable_selector|document|input|"
			      "variable"),
		"file");

	value_set_bool(f->a, f->node->data, "is_array_file",
		is_array(ref_type(f->flow, selector)));
	value_set(f->a, f->node->data, "variable_selector", selector);
}

static const struct alias list_operators[] = {
	{"==", "is"},
	{"=", "="},
	{"!=", "is not"},
	{">=", "\xE2\x89\xA5"},
	{"<=", "\xE2\x89\xA4"},
	{"equals", "is"},
};

static const char *
list_operator(const char *op)
{
	for (size_t i = 0; i < nitems(list_operators); i++)
		if (strcmp(list_operators[i].from, op) == 0)
			return list_operators[i].to;
	return op;
}

/* {key, op, value}, ["op", "value"] or a list of such. */
static void
add_filter(struct fill *f, struct value *conditions, const struct value *v,
	bool files)
{
	const struct value *content;
	struct value *c;
	const char *op;

	if (value_is(v, VALUE_ARRAY) && value_text(value_first(v)) == NULL) {
		value_each(item, v)
			add_filter(f, conditions, item, files);
		return;
	}
	c = value_append(conditions, value_object(f->a));
	op = value_is(v, VALUE_ARRAY)
		     ? value_text(value_first(v))
		     : value_text(
			       fill_get(v, "op|operator|comparison_operator"));
	content = value_is(v, VALUE_ARRAY) ? value_at(v, 1)
					   : fill_get(v, "value|right");
	value_set_text(f->a, c, "key",
		value_get_text(v, "key",
			value_get_text(v, "left", files ? "type" : "")));
	value_set_text(f->a, c, "comparison_operator",
		list_operator(op ? op : "contains"));
	if (files && content != NULL && value_text(content) != NULL) {
		struct value *list = value_array(f->a);

		value_append_text(f->a, list, value_text(content));
		value_set(f->a, c, "value", list);
	} else {
		value_set(f->a, c, "value",
			content == NULL ? value_string(f->a, "")
			: content->type == VALUE_ARRAY
				? value_clone(f->a, content)
				: value_string(f->a, fill_text(f, content)));
	}
}

static void
set_order(struct fill *f, const struct value *v)
{
	struct value *o = value_object(f->a);
	const char *way = value_text(v);
	const char *key = "";

	if (value_is(v, VALUE_OBJECT)) {
		way = value_text(fill_get(v, "value|order|direction"));
		key = value_get_text(v, "key", "");
	}
	value_set_bool(f->a, o, "enabled", true);
	value_set_text(f->a, o, "key", key);
	value_set_text(f->a, o, "value",
		way != NULL && (way[0] == 'd' || way[0] == 'D') ? "desc"
								: "asc");
	value_set(f->a, f->node->data, "order_by", o);
}

static void
set_size(struct fill *f, const char *field, const char *member,
	const struct value *v)
{
	struct value *o = value_object(f->a);

	if (value_is(v, VALUE_OBJECT))
		v = fill_get(v, "size|serial|value");
	value_set_bool(f->a, o, "enabled", true);
	if (strcmp(member, "size") == 0)
		value_set_int(f->a, o, member, fill_int(v, 10));
	else
		value_set_text(f->a, o, member, fill_text(f, v));
	value_set(f->a, f->node->data, field, o);
}

static void
set_filter(struct fill *f, const struct value *v, bool files)
{
	struct value *o = value_object(f->a);
	struct value *conditions = value_array(f->a);

	if (value_is(v, VALUE_OBJECT) && fill_get(v, "conditions") != NULL)
		v = fill_get(v, "conditions");
	add_filter(f, conditions, v, files);
	value_set_bool(f->a, o, "enabled", true);
	value_set(f->a, o, "conditions", conditions);
	value_set(f->a, f->node->data, "filter_by", o);
}

/* ["filter_by", "in", "image"], ["limit", 3] ... */
static void
set_operator(struct fill *f, const struct value *v, bool files)
{
	const char *kind = value_text(value_at(v, 0));
	const struct value *arg = value_at(v, 1);
	struct value *filter;

	if (kind == NULL)
		return;
	if (strcmp(kind, "limit") == 0) {
		set_size(f, "limit", "size", arg);
	} else if (strcmp(kind, "extract_by") == 0) {
		set_size(f, "extract_by", "serial", arg);
	} else if (strcmp(kind, "order_by") == 0) {
		set_order(f, arg);
	} else if (strcmp(kind, "filter_by") == 0) {
		filter = value_array(f->a);
		for (; arg != NULL; arg = arg->next)
			value_append(filter, value_clone(f->a, arg));
		set_filter(f, filter, files);
	}
}

void
fill_list(struct fill *f)
{
	struct value *selector = fill_selector(
		f, fill_field(f, "list|variable|array|input|over"), "list");
	const char *type = ref_type(f->flow, selector);
	const struct value *filter = fill_field(f, "filter|filter_by");
	const struct value *order = fill_field(f, "order|order_by|sort");
	const struct value *limit = fill_field(f, "limit|top");
	const struct value *extract = fill_field(f, "extract|extract_by");

	set_operator(
		f, fill_field(f, "operator"), strcmp(type, "array[file]") == 0);
	value_set(f->a, f->node->data, "variable", selector);
	if (is_array(type) && strchr(type, '[') != NULL) {
		value_set_text(f->a, f->node->data, "var_type", type);
		value_set_text(f->a, f->node->data, "item_var_type",
			arena_memdup(f->a, type + 6, strlen(type) - 7));
	}
	if (filter != NULL)
		set_filter(f, filter, strcmp(type, "array[file]") == 0);
	if (order != NULL)
		set_order(f, order);
	if (limit != NULL)
		set_size(f, "limit", "size", limit);
	if (extract != NULL)
		set_size(f, "extract_by", "serial", extract);
}

void
fill_answer(struct fill *f)
{
	value_set_text(f->a, f->node->data, "answer",
		fill_text(
			f, fill_field(f, "text|answer|content|message|from")));
	value_set(f->a, f->node->data, "variables", value_array(f->a));
}

/* An output is a reference or a text; a text is made by a node before. */
static struct value *
output_selector(struct fill *f, const struct value *v, const char *name)
{
	const char *text = fill_plain(f->a, v);
	struct value *selector;

	if (v != NULL && (value_is(v, VALUE_ARRAY) ||
				 strchr(text ? text : "", ' ') == NULL)) {
		selector = fill_reference(f, v);
		if (selector != NULL)
			return selector;
	}
	selector = text == NULL ? NULL : ref_whole(&f->reader, text);
	if (selector != NULL)
		return selector;
	return fill_carrier(f, text ? text : "",
		arena_printf(f->a, "%s__%s", f->node->id, name));
}

static void
add_output(struct fill *f, struct value *list, const struct value *pair)
{
	const char *name = ident_name(pair->key)
				   ? pair->key
				   : ident_name_of(f->a, pair->key, "output");
	struct value *o = value_append(list, value_object(f->a));

	if (name != pair->key)
		repair_add(f->a, f->flow->repairs, "name_cleaned",
			f->reader.pointer, pair->key, name);
	value_set_text(f->a, o, "variable", name);
	value_set(f->a, o, "value_selector", output_selector(f, pair, name));
}

/* A list is taken item by item: a name may stand there once a branch. */
void
fill_end(struct fill *f)
{
	const struct value *outputs = fill_field(f, "outputs|give");
	struct value *list = value_array(f->a);

	if (value_is(outputs, VALUE_ARRAY))
		value_each(item, outputs) {
			struct value *one = value_array(f->a);

			value_append(one, value_clone(f->a, item));
			value_each(pair, fill_pairs(f->a, one))
				add_output(f, list, pair);
		}
	else
		value_each(pair, fill_pairs(f->a, outputs))
			add_output(f, list, pair);
	value_set(f->a, f->node->data, "outputs", list);
}

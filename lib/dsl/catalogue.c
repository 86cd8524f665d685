/* catalogue.c: see catalogue.h; the list of types and how to look into it. */
#include "dsl/catalogue.h"

#include "base/fatal.h"
#include "base/nitems.h"
#include "dsl/dsl.h"
#include "dsl/types/types.h"
#include "text/json.h"

#include <ctype.h>
#include <string.h>

enum { NAME_ROOM = 64 };

const char *const data_kind_names[DATA__MAX] = {
	[DATA_ANY] = "anything",
	[DATA_TEXT] = "text",
	[DATA_TEMPLATE] = "text",
	[DATA_JINJA] = "text",
	[DATA_CODE] = "text",
	[DATA_INT] = "whole number",
	[DATA_NUMBER] = "number",
	[DATA_BOOL] = "true or false",
	[DATA_ENUM] = "one of the allowed texts",
	[DATA_LITERAL] = "text, true or false, or list of texts",
	[DATA_SELECTOR] = "list of texts",
	[DATA_OBJECT] = "object",
	[DATA_LIST] = "list",
	[DATA_EITHER] = "list or object",
	[DATA_MAP] = "object",
};

const struct node_type *const node_types[] = {
	&type_start,
	&type_end,
	&type_answer,
	&type_llm,
	&type_knowledge_retrieval,
	&type_if_else,
	&type_code,
	&type_template_transform,
	&type_question_classifier,
	&type_http_request,
	&type_tool,
	&type_variable_aggregator,
	&type_variable_assigner,
	&type_assigner,
	&type_iteration,
	&type_iteration_start,
	&type_loop,
	&type_loop_start,
	&type_loop_end,
	&type_parameter_extractor,
	&type_document_extractor,
	&type_list_operator,
	&type_agent,
	&type_human_input,
	&type_trigger_webhook,
	&type_trigger_schedule,
	&type_trigger_plugin,
	&type_datasource,
	&type_knowledge_index,
};

const size_t node_type_count = nitems(node_types);

static const struct {
	const char *form;
	const char *type;
} input_types[] = {
	{"text-input", "string"},
	{"paragraph", "string"},
	{"select", "string"},
	{"number", "number"},
	{"checkbox", "boolean"},
	{"file", "file"},
	{"file-list", "array[file]"},
	{"json_object", "object"},
	{"external_data_tool", "string"},
};

const struct node_type *
node_type_find(const char *name)
{
	if (name == NULL)
		return NULL;
	for (size_t i = 0; i < node_type_count; i++)
		if (strcmp(node_types[i]->name, name) == 0)
			return node_types[i];
	return NULL;
}

/* plain: name in small letters, with a hyphen for every blank and underscore.
 */
static bool
plain(const char *name, char out[static NAME_ROOM])
{
	size_t n = 0;

	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if (n + 1 >= NAME_ROOM)
			return false;
		if (c == '_' || c == ' ' || c == '/')
			c = '-';
		out[n++] = (char)tolower(c);
	}
	out[n] = '\0';
	return n > 0;
}

const struct node_type *
node_type_guess(const char *name)
{
	char wanted[NAME_ROOM];
	const struct node_type *exact = node_type_find(name);

	if (exact != NULL || name == NULL || !plain(name, wanted))
		return exact;
	exact = node_type_find(wanted);
	if (exact != NULL)
		return exact;
	for (size_t i = 0; i < node_type_count; i++)
		for (const char *const *a = node_types[i]->aliases; *a; a++)
			if (strcmp(*a, wanted) == 0)
				return node_types[i];
	return NULL;
}

const char *
node_type_word(struct arena *a, const struct node_type *type)
{
	return arena_memdup(a, type->prompt, strcspn(type->prompt, ": ("));
}

bool
in_versions(int version, int since, int until)
{
	return version >= since && (until == 0 || version < until);
}

bool
node_type_in(const struct node_type *type, int version)
{
	return in_versions(version, type->since, type->until);
}

const struct data_field *
field_find(const struct data_field *fields, const char *name, int version)
{
	if (fields == NULL || name == NULL)
		return NULL;
	for (; fields->name != NULL; fields++)
		if (strcmp(fields->name, name) == 0 &&
			in_versions(version, fields->since, fields->until))
			return fields;
	return NULL;
}

const struct data_field *
node_field(const struct node_type *type, const char *name, int version)
{
	const struct data_field *own = field_find(type->fields, name, version);

	return own != NULL ? own : field_find(common_fields, name, version);
}

const struct data_field *
node_rows(const struct node_type *type, const struct value *data, int version)
{
	const char *kind = value_get_text(data, "version", "1");

	if (type == &type_assigner &&
		(strcmp(kind, "1") == 0 ||
			(version < V1_9 && strcmp(kind, "2") != 0)))
		return assigner_old_fields;
	return type->fields;
}

bool
list_has(const char *list, const char *text)
{
	size_t n = text != NULL ? strlen(text) : 0;

	while (list != NULL && text != NULL) {
		const char *end = strchr(list, '|');
		size_t len = end ? (size_t)(end - list) : strlen(list);

		if (len == n && memcmp(list, text, n) == 0)
			return true;
		list = end ? end + 1 : NULL;
	}
	return false;
}

static struct value *
fallback(struct arena *a, const struct data_field *f)
{
	struct jsonx_report report;
	struct value *v;

	v = jsonx_read(a, f->fallback, strlen(f->fallback), 0, &report);
	if (v == NULL)
		fatal("catalogue: the fallback of %s is no JSON", f->name);
	return v;
}

static void
add_fallbacks(struct arena *a, struct value *data,
	const struct data_field *fields, int version)
{
	for (; fields->name != NULL; fields++)
		if (fields->fallback != NULL &&
			in_versions(version, fields->since, fields->until))
			value_set(a, data, fields->name, fallback(a, fields));
}

struct value *
node_data_new(struct arena *a, const struct node_type *type, int version)
{
	struct value *data = value_object(a);

	value_set_text(a, data, "type", type->name);
	value_set_text(a, data, "title", type->title);
	add_fallbacks(a, data, common_fields, version);
	value_set_bool(a, data, "selected", false);
	add_fallbacks(a, data, type->fields, version);
	return data;
}

const char *
input_type(const char *form_type)
{
	for (size_t i = 0; form_type && i < nitems(input_types); i++)
		if (strcmp(input_types[i].form, form_type) == 0)
			return input_types[i].type;
	return NULL;
}

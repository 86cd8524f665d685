/* types.h: what the files of lib/dsl/types/ share: the shape of a row, and
 * rows that several node types have. */
#ifndef TYPES_H
#define TYPES_H

#include "dsl/catalogue.h"
#include "dsl/plan_field.h"

#define ROW(row_name, row_kind, ...)                                   \
	{                                                              \
		.name = row_name, .kind = DATA_##row_kind, __VA_ARGS__ \
	}

/* The flags in short, for rows that fit on a line. */
enum {
	REQ = DATA_REQUIRED,
	NUL = DATA_NULLABLE,
	EDI = DATA_EDITOR,
	CHK = DATA_CHECKLIST,
	FUL = DATA_NOT_EMPTY
};

/* The Dify versions at which something changed. */
enum {
	V1_9 = 10900,
	V1_10 = 11000,
	V1_11 = 11100,
	V1_13 = 11300,
	V1_14 = 11400,
	V1_16 = 11600
};

#define MODEL_FALLBACK                                        \
	"{\"provider\":\"\",\"name\":\"\",\"mode\":\"chat\"," \
	"\"completion_params\":{}}"

/* The types that a value can have (contract.md 5.6). */
#define VALUE_TYPES_OLD                                                      \
	"number|integer|float|string|object|secret|file|boolean|array[any]|" \
	"array[string]|array[number]|array[object]|array[file]|"             \
	"array[boolean]|none|group"
#define VALUE_TYPES_END                                             \
	"string|number|integer|secret|boolean|object|file|array|"   \
	"array[string]|array[number]|array[object]|array[boolean]|" \
	"array[file]|any|array[any]"

/* Items and members. */
extern const struct data_field text_item;
extern const struct data_field any_item;
extern const struct data_field selector_item;
extern const struct data_field binding_item;   /* {variable, value_selector} */
extern const struct data_field condition_item; /* of if-else and loop */
extern const struct data_field form_item; /* a variable of the start node */
extern const struct data_field tool_input_item; /* {type, value} */
extern const struct data_field model_members[];
extern const struct data_field memory_members[];
extern const struct data_field vision_members[];

extern const struct data_field http_key_members[];    /* authorization.config */
extern const struct data_field assigner_old_fields[]; /* version 1 */

extern const struct node_type type_start;
extern const struct node_type type_end;
extern const struct node_type type_answer;
extern const struct node_type type_llm;
extern const struct node_type type_knowledge_retrieval;
extern const struct node_type type_if_else;
extern const struct node_type type_code;
extern const struct node_type type_template_transform;
extern const struct node_type type_question_classifier;
extern const struct node_type type_http_request;
extern const struct node_type type_tool;
extern const struct node_type type_variable_aggregator;
extern const struct node_type type_variable_assigner;
extern const struct node_type type_assigner;
extern const struct node_type type_iteration;
extern const struct node_type type_iteration_start;
extern const struct node_type type_loop;
extern const struct node_type type_loop_start;
extern const struct node_type type_loop_end;
extern const struct node_type type_parameter_extractor;
extern const struct node_type type_document_extractor;
extern const struct node_type type_list_operator;
extern const struct node_type type_agent;
extern const struct node_type type_human_input;
extern const struct node_type type_trigger_webhook;
extern const struct node_type type_trigger_schedule;
extern const struct node_type type_trigger_plugin;
extern const struct node_type type_datasource;
extern const struct node_type type_knowledge_index;

#endif

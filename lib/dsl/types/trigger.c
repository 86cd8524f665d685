/* trigger.c: events that begin a run: webhooks, timetables and plugins. */
#include "dsl/types/types.h"

static const struct data_field header_members[] = {
	ROW("name", TEXT, .flags = REQ),
	ROW("required", BOOL),
	{.name = NULL},
};

static const struct data_field header_item =
	ROW(NULL, OBJECT, .members = header_members);

static const struct data_field parameter_members[] = {
	ROW("name", TEXT, .flags = REQ),
	ROW("type", ENUM,
		.allowed = "string|number|boolean|object|array[string]|"
			   "array[number]|array[boolean]|array[object]|file"),
	ROW("required", BOOL),
	{.name = NULL},
};

static const struct data_field parameter_item =
	ROW(NULL, OBJECT, .members = parameter_members);

static const struct data_field webhook_fields[] = {
	ROW("method", ENUM, .fallback = "\"post\"",
		.allowed = "get|post|head|patch|put|delete|"
			   "GET|POST|HEAD|PATCH|PUT|DELETE"),
	ROW("content_type", ENUM, .fallback = "\"application/json\"",
		.allowed = "application/json|multipart/form-data|"
			   "application/x-www-form-urlencoded|text/plain|"
			   "application/octet-stream"),
	ROW("headers", LIST, .flags = EDI, .item = &header_item,
		.fallback = "[]"),
	ROW("params", LIST, .flags = EDI, .item = &parameter_item,
		.fallback = "[]"),
	ROW("body", LIST, .flags = EDI, .item = &parameter_item,
		.fallback = "[]"),
	ROW("status_code", INT, .fallback = "200"),
	ROW("response_body", TEXT, .fallback = "\"\""),
	ROW("async_mode", BOOL, .flags = DATA_SOFT, .fallback = "true"),
	ROW("variables", LIST, .flags = EDI | DATA_SOFT, .item = &any_item,
		.fallback = "[]"),
	{.name = NULL},
};

static const struct output webhook_outputs[] = {
	{"_webhook_raw", "object", 0},
	{NULL, NULL, 0},
};

static const char *const no_aliases[] = {NULL};

const struct node_type type_trigger_webhook = {
	.name = "trigger-webhook",
	.aliases = no_aliases,
	.title = "Webhook Trigger",
	.purpose = "Begins a run when its address is called.",
	.wrapper = "custom",
	.modes = MODE_WORKFLOW,
	.traits = NODE_START | NODE_TRIGGER | NODE_NEVER_MADE,
	.since = V1_10,
	.fields = webhook_fields,
	.outputs = webhook_outputs,
	.output_rule = OUTPUTS_WEBHOOK,
	.handles = HANDLES_SOURCE,
};

static const struct data_field schedule_fields[] = {
	ROW("mode", ENUM, .allowed = "visual|cron", .fallback = "\"visual\""),
	ROW("frequency", ENUM, .flags = NUL, .fallback = "\"daily\"",
		.allowed = "hourly|daily|weekly|monthly"),
	ROW("cron_expression", TEXT, .flags = NUL, .fallback = "\"\""),
	ROW("visual_config", MAP, .flags = NUL, .item = &any_item,
		.fallback = "{\"time\":\"12:00 AM\",\"weekdays\":[\"sun\"],"
			    "\"on_minute\":0,\"monthly_days\":[1]}"),
	ROW("timezone", TEXT, .fallback = "\"UTC\""),
	{.name = NULL},
};

static const char *const schedule_aliases[] = {
	"schedule", "cron", "timer", NULL};

const struct node_type type_trigger_schedule = {
	.name = "trigger-schedule",
	.aliases = schedule_aliases,
	.title = "Schedule Trigger",
	.purpose = "Begins a run by the clock.",
	.wrapper = "custom",
	.modes = MODE_WORKFLOW,
	.traits = NODE_START | NODE_TRIGGER,
	.since = V1_10,
	.fields = schedule_fields,
	.handles = HANDLES_SOURCE,
};

static const struct data_field plugin_fields[] = {
	ROW("plugin_id", TEXT, .flags = REQ | CHK),
	ROW("provider_id", TEXT, .flags = REQ | CHK),
	ROW("event_name", TEXT, .flags = REQ | CHK),
	ROW("subscription_id", TEXT, .flags = REQ | CHK),
	ROW("plugin_unique_identifier", TEXT, .flags = REQ),
	ROW("event_parameters", MAP, .item = &any_item, .fallback = "{}"),
	{.name = NULL},
};

const struct node_type type_trigger_plugin = {
	.name = "trigger-plugin",
	.aliases = no_aliases,
	.title = "Plugin Trigger",
	.purpose = "Begins a run when a plugin reports an event.",
	.wrapper = "custom",
	.modes = MODE_WORKFLOW,
	.traits = NODE_START | NODE_TRIGGER | NODE_NEVER_MADE,
	.since = V1_10,
	.fields = plugin_fields,
	.output_rule = OUTPUTS_FREE,
	.handles = HANDLES_SOURCE,
};

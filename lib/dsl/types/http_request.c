/* http_request.c: a call over HTTP. */
#include "dsl/types/types.h"

#define METHODS                                   \
	"get|post|put|patch|delete|head|options|" \
	"GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"

const struct data_field http_key_members[] = {
	ROW("type", ENUM, .flags = REQ, .allowed = "basic|bearer|custom"),
	ROW("api_key", TEMPLATE, .flags = REQ),
	ROW("header", TEXT, .flags = NUL, .until = V1_14),
	ROW("header", TEXT, .since = V1_14),
	{.name = NULL},
};

static const struct data_field auth_members[] = {
	ROW("type", ENUM, .flags = REQ, .allowed = "no-auth|api-key"),
	ROW("config", ANY),
	{.name = NULL},
};

static const struct data_field body_item_members[] = {
	ROW("key", TEMPLATE),
	ROW("type", ENUM, .flags = REQ, .allowed = "file|text"),
	ROW("value", TEMPLATE),
	ROW("file", SELECTOR),
	{.name = NULL},
};

static const struct data_field body_item =
	ROW(NULL, OBJECT, .members = body_item_members);

static const struct data_field body_members[] = {
	ROW("type", ENUM, .flags = REQ,
		.allowed = "none|form-data|x-www-form-urlencoded|raw-text|"
			   "json|binary"),
	ROW("data", LIST, .flags = NUL | EDI | DATA_OR_TEXT | DATA_FALSY,
		.item = &body_item),
	{.name = NULL},
};

static const struct data_field timeout_members[] = {
	ROW("connect", INT),
	ROW("read", INT),
	ROW("write", INT),
	{.name = NULL},
};

static const struct data_field fields[] = {
	ROW("variables", LIST, .flags = EDI | DATA_SOFT, .item = &any_item,
		.fallback = "[]"),
	ROW("method", ENUM, .flags = REQ, .allowed = METHODS,
		.fallback = "\"get\""),
	ROW("url", TEMPLATE, .flags = REQ | CHK, .fallback = "\"\""),
	ROW("authorization", OBJECT, .flags = REQ | EDI,
		.members = auth_members,
		.fallback = "{\"type\":\"no-auth\",\"config\":null}"),
	ROW("headers", TEMPLATE, .flags = REQ, .fallback = "\"\""),
	ROW("params", TEMPLATE, .flags = REQ, .fallback = "\"\""),
	ROW("body", OBJECT, .flags = NUL | EDI, .members = body_members,
		.fallback = "{\"type\":\"none\",\"data\":[]}"),
	ROW("timeout", OBJECT, .flags = NUL, .members = timeout_members,
		.fallback = "{\"max_connect_timeout\":0,"
			    "\"max_read_timeout\":0,\"max_write_timeout\":0}"),
	ROW("ssl_verify", BOOL, .flags = NUL),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"body", "string", 0},
	{"status_code", "number", 0},
	{"headers", "object", 0},
	{"files", "array[file]", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"http", "api", "api-call", "request",
	"webhook", "rest", "fetch", "api-request", "http-call", NULL};

static const struct alias output_aliases[] = {
	{"status", "status_code"},
	{"code", "status_code"},
	{"statusCode", "status_code"},
	{"header", "headers"},
	{NULL, NULL},
};

static const struct plan_field plan_data[] = {
	PLAN_ROW("text", TEXT),
	PLAN_ROW("pairs", SHAPE, .item = &plan_texts),
	{.name = NULL},
};

static const struct plan_field plan_body[] = {
	PLAN_ROW("type", WORD, .needed = true,
		.allowed = "none|json|raw-text|form-data|"
			   "x-www-form-urlencoded|binary"),
	PLAN_ROW("data", EITHER, .members = plan_data),
	{.name = NULL},
};

static const struct plan_field plan_auth[] = {
	PLAN_ROW("type", WORD, .needed = true,
		.allowed = "none|bearer|basic|custom"),
	PLAN_ROW("key", TEXT),
	PLAN_ROW("header", TEXT),
	{.name = NULL},
};

static const struct plan_field plan[] = {
	PLAN_ROW("method", WORD, .needed = true,
		.allowed = "get|post|put|patch|delete|head"),
	PLAN_ROW("url", TEXT, .needed = true),
	PLAN_ROW("headers", SHAPE, .item = &plan_texts),
	PLAN_ROW("params", SHAPE, .item = &plan_texts),
	PLAN_ROW("body", OBJECT, .members = plan_body),
	PLAN_ROW("auth", OBJECT, .members = plan_auth),
	PLAN_ROW("timeout", INT),
	PLAN_ROW("on_error", SHAPE, .item = &plan_on_error),
	PLAN_ROW("retry", SHAPE, .item = &plan_retry),
	{.name = NULL},
};

const struct node_type type_http_request = {
	.name = "http-request",
	.aliases = aliases,
	.title = "HTTP Request",
	.purpose = "Calls a web address and hands on the answer.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.traits = NODE_FAIL_BRANCH | NODE_RETRY,
	.fields = fields,
	.outputs = outputs,
	.main_output = "body",
	.handles = HANDLES_SOURCE,
	.output_aliases = output_aliases,
	.words = "http|https|api|url|link|fetch|webhook|request|post|web|page|"
		 "site|service|send|notify|接口|请求|网址|链接|网页|抓取|调用|"
		 "推送|通知|发送|查询|天气",
	.plan = plan,
	.prompt = "http-request: method, url; headers {}, params {}, body "
		  "{type: none|json|raw-text|form-data|x-www-form-urlencoded, "
		  "data}, auth {type: bearer|basic|custom, key, header}. "
		  "Outputs: body, status_code, headers, files.",
};

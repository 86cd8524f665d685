/* dsl.c: /api/dsl: checks, mends, builds, rewrites and compares DSLs. Nothing
 * is kept, and Dify is not asked. */
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/diff.h"
#include "dsl/dsl.h"
#include "dsl/edit.h"
#include "dsl/plan_place.h"
#include "dsl/show.h"
#include "io/http.h"
#include "model/connection.h"
#include "text/json.h"
#include "text/yaml.h"

#include <string.h>

/* What a body may hold; each route takes some of it. */
enum { IN_DSL, IN_TARGET, IN_CONNECTION, IN_CODE, IN_POINTER, FIX__MAX };
enum { IN_FORMAT = IN_CODE, CONVERT__MAX };
enum { CHECK__MAX = IN_CODE };

#define TARGET_FIELDS                                         \
	[IN_TARGET] = {"target", FIELD_STRING, false, 1, 20}, \
	[IN_CONNECTION] = {"connection_id", FIELD_ID}

static const struct field check_fields[CHECK__MAX] = {
	[IN_DSL] = {"dsl", FIELD_ANY, true},
	TARGET_FIELDS,
};

static const struct field fix_fields[FIX__MAX] = {
	[IN_DSL] = {"dsl", FIELD_ANY, true},
	TARGET_FIELDS,
	[IN_CODE] = {"code", FIELD_STRING, false, 1, 100},
	[IN_POINTER] = {"pointer", FIELD_STRING, false, 0, 1000},
};

enum { IN_OPERATIONS = IN_CODE, IN_PLAN_FORMAT, BUILD__MAX };
static const char *const plan_formats[] = {"yaml", "json", NULL};
static const struct field build_fields[BUILD__MAX] = {
	[IN_DSL] = {"answer", FIELD_ANY, true},
	TARGET_FIELDS,
	[IN_OPERATIONS] = {"operations", FIELD_ANY},
	[IN_PLAN_FORMAT] = {"format", FIELD_ENUM, false, 0, 0, plan_formats},
};

enum { FORMAT_YAML, FORMAT_JSON, FORMAT_PLAN, FORMAT_FLOW };
static const char *const formats[] = {"yaml", "json", "plan", "flow", NULL};
static const struct field convert_fields[CONVERT__MAX] = {
	[IN_DSL] = {"dsl", FIELD_ANY, true},
	TARGET_FIELDS,
	[IN_FORMAT] = {"format", FIELD_ENUM, true, 0, 0, formats},
};

enum { IN_A, IN_B, DIFF__MAX };
static const struct field diff_fields[DIFF__MAX] = {
	[IN_A] = {"a", FIELD_ANY, true},
	[IN_B] = {"b", FIELD_ANY, true},
};

/* ---- the request ---- */

/* The version that is asked for, else that of the connection that is named or
 * the default one, else the newest. 0, or -1 with 400 answered. */
static int
take_target(struct req *r, struct dsl_target *target)
{
	const char *version = http_str(r, IN_TARGET);
	const char *id = http_str(r, IN_CONNECTION);
	struct connection c;
	bool found = id != NULL ? connection_find(http_arena(r), id, &c) == 1
				: connection_default(http_arena(r), &c) == 1;

	*target = (struct dsl_target){.version = DSL_VERSION_NEWEST};
	if (id != NULL && !found) {
		http_field_problem(r, "/connection_id", "unknown",
			"There is no such connection.");
		return -1;
	}
	if (found) {
		target->resources = connection_resources(http_arena(r), c.id);
		if (version == NULL)
			version = c.version;
	}
	if (version == NULL)
		return 0;
	target->version = dsl_version(version);
	if (target->version != 0)
		return 0;
	http_field_problem(r, "/target", "invalid",
		"This is no version of Dify, such as 1.16.1.");
	return -1;
}

/* The text of a member that is a text, or a tree as JSON. */
static const char *
text_of(struct req *r, size_t at, size_t *n_r)
{
	const char *text = http_str(r, at);
	struct str s;

	if (text != NULL) {
		*n_r = strlen(text);
		return text;
	}
	str_init(&s, http_arena(r), LIMIT_DOCUMENT);
	jsonx_write(&s, http_obj(r, at), 0);
	*n_r = s.len;
	return s.s;
}

static void
read_dsl(struct req *r, size_t at, const struct dsl_target *target,
	struct dsl_result *result)
{
	size_t n;
	const char *text = text_of(r, at, &n);

	dsl_read(http_arena(r), text, n, target, result);
}

/* ---- the answer ---- */
static void
put_findings(struct req *r, const struct dsl_result *result,
	const struct value *findings)
{
	struct str *out = http_out(r);
	int tier;

	jsonw_bool(out, "ok", result->findings.count[TIER_E] == 0);
	jsonw_open(out, "tier", '{');
	for (tier = 0; tier < TIER__MAX; tier++)
		jsonw_int(out, finding_tier_names[tier],
			(int64_t)result->findings.count[tier]);
	jsonw_close(out, '}');
	jsonw_value(out, "findings", findings);
	jsonw_value(
		out, "fixes", repairs_json(http_arena(r), &result->repairs));
	jsonw_value(out, "dsl", result->dsl);
}

static int
answer(struct req *r, const struct dsl_result *result)
{
	jsonw_open(http_out(r), NULL, '{');
	put_findings(
		r, result, findings_json(http_arena(r), &result->findings));
	jsonw_close(http_out(r), '}');
	return http_json(r, 200);
}

/* ---- the routes ---- */
static int
validate(struct req *r)
{
	struct dsl_target target;
	struct dsl_result result;

	if (take_target(r, &target) != 0)
		return 0;
	read_dsl(r, IN_DSL, &target, &result);
	return answer(r, &result);
}

static int
fix(struct req *r)
{
	struct dsl_target target;
	struct dsl_result result;

	if (take_target(r, &target) != 0)
		return 0;
	read_dsl(r, IN_DSL, &target, &result);
	dsl_fix_only(http_arena(r), &result, &target, http_str(r, IN_CODE),
		http_str(r, IN_POINTER));
	return answer(r, &result);
}

/* Steps of the plan are added, moved, changed or removed, then it is built. */
static void
edit_plan(struct req *r, const struct dsl_target *target,
	struct dsl_result *result)
{
	const struct value *operations = http_obj(r, IN_OPERATIONS);

	if (operations == NULL || result->plan == NULL)
		return;
	result->repairs = (struct repairs){0};
	result->assumptions = value_array(http_arena(r));
	result->questions = value_array(http_arena(r));
	plan_edit(http_arena(r), result, operations, target);
}

/* Lines that were passed over before the plan began. */
static uint32_t
lines_before(const char *text)
{
	uint32_t n = 0;

	for (; *text == ' ' || *text == '\t' || *text == '\r' || *text == '\n';
		text++)
		n += *text == '\n';
	return n;
}

/* The findings once more, with their lines in the text that was sent. */
static struct value *
findings_with_lines(
	struct req *r, const char *text, const struct dsl_result *result)
{
	struct arena *a = http_arena(r);
	struct value *all = findings_json(a, &result->findings);
	const struct finding *f = result->findings.first;

	value_each(v, all) {
		uint32_t line = plan_line(a, result->plan, f);

		if (line > 0)
			value_set_int(a, v, "line",
				(int64_t)line + lines_before(text));
		f = f->next;
	}
	return all;
}

/* Why a text that should be a plan cannot be read, and where. */
static void
put_unreadable(struct req *r, const char *text, size_t n)
{
	struct arena *a = http_arena(r);
	struct str *out = http_out(r);
	struct jsonx_report json;
	struct yamlx_report yaml;
	bool braces = text[strspn(text, " \t\r\n")] == '{';

	if (braces ? jsonx_read(a, text, n, 0, &json) != NULL
		   : yamlx_read(a, text, n, &yaml) != NULL)
		return;
	jsonw_open(out, "unreadable", '{');
	jsonw_int(out, "line", braces ? json.line : yaml.line);
	jsonw_text(out, "message", braces ? json.error : yaml.error);
	jsonw_close(out, '}');
}

static void
put_plan(struct req *r, const struct dsl_result *result)
{
	int format = http_enum(r, IN_PLAN_FORMAT, -1);
	struct str text;

	jsonw_value(http_out(r), "plan", result->plan);
	jsonw_text(http_out(r), "dialect", result->dialect);
	jsonw_value(http_out(r), "assumptions", result->assumptions);
	jsonw_value(http_out(r), "questions", result->questions);
	if (format < 0 || result->plan == NULL)
		return;
	str_init(&text, http_arena(r), LIMIT_DOCUMENT);
	if (format == FORMAT_YAML)
		yamlx_write(&text, result->plan);
	else
		jsonx_write(&text, result->plan, JSONX_PRETTY);
	jsonw_text(http_out(r), "text", text.s);
}

static int
build(struct req *r)
{
	struct dsl_target target;
	struct dsl_result result;
	size_t n;
	const char *text = text_of(r, IN_DSL, &n);

	if (take_target(r, &target) != 0)
		return 0;
	dsl_build(http_arena(r), text, n, &target, &result);
	edit_plan(r, &target, &result);
	jsonw_open(http_out(r), NULL, '{');
	put_findings(r, &result, findings_with_lines(r, text, &result));
	put_plan(r, &result);
	if (result.plan == NULL && http_str(r, IN_DSL) != NULL)
		put_unreadable(r, text, n);
	jsonw_close(http_out(r), '}');
	return http_json(r, 200);
}

/* A text that cannot be read is the caller's mistake. */
static int
unreadable(struct req *r, const char *pointer, const struct dsl_result *result)
{
	const struct finding *f = result->findings.first;

	return http_field_problem(r, pointer, "unreadable",
		f != NULL ? finding_message(http_arena(r), f, "en")
			  : "This is no DSL.");
}

/* The DSL in the form that is asked for; a graph that no plan expresses is a
 * flow, and *form says so. */
static struct value *
in_form(struct req *r, const struct value *dsl, const struct dsl_target *target,
	int *form, const char **why)
{
	struct arena *a = http_arena(r);
	struct value *plan = NULL;

	if (*form == FORMAT_PLAN) {
		plan = dsl_show_plan(a, dsl, target, why);
		if (plan == NULL)
			*form = FORMAT_FLOW;
	}
	if (*form == FORMAT_FLOW)
		plan = dsl_show_flow(a, dsl, target);
	return plan != NULL ? plan : value_clone(a, dsl);
}

static int
convert(struct req *r)
{
	int form = http_enum(r, IN_FORMAT, FORMAT_YAML);
	const char *why = NULL;
	struct dsl_target target;
	struct dsl_result result;
	struct value *v;
	struct str text;

	if (take_target(r, &target) != 0)
		return 0;
	read_dsl(r, IN_DSL, &target, &result);
	if (!value_is(result.dsl, VALUE_OBJECT))
		return unreadable(r, "/dsl", &result);
	if (http_has(r, IN_TARGET))
		value_set_text(http_arena(r), result.dsl, "version",
			dsl_format(target.version));
	v = in_form(r, result.dsl, &target, &form, &why);
	str_init(&text, http_arena(r), LIMIT_DOCUMENT);
	if (form == FORMAT_YAML)
		yamlx_write(&text, v);
	else
		jsonx_write(&text, v, JSONX_PRETTY);
	jsonw_open(http_out(r), NULL, '{');
	jsonw_text(http_out(r), "format", formats[form]);
	jsonw_text(http_out(r), "text", text.s);
	if (why != NULL)
		jsonw_text(http_out(r), "reason", why);
	jsonw_close(http_out(r), '}');
	return http_json(r, 200);
}

static int
diff(struct req *r)
{
	struct dsl_target target = {.version = DSL_VERSION_NEWEST};
	struct dsl_result a;
	struct dsl_result b;

	read_dsl(r, IN_A, &target, &a);
	read_dsl(r, IN_B, &target, &b);
	if (!value_is(a.dsl, VALUE_OBJECT))
		return unreadable(r, "/a", &a);
	if (!value_is(b.dsl, VALUE_OBJECT))
		return unreadable(r, "/b", &b);
	jsonw_value(http_out(r), NULL, dsl_diff(http_arena(r), a.dsl, b.dsl));
	return http_json(r, 200);
}

static const struct route routes[] = {
	{HTTP_POST, "/api/dsl/validate", ROLE_VIEWER, validate, check_fields,
		CHECK__MAX},
	{HTTP_POST, "/api/dsl/fix", ROLE_VIEWER, fix, fix_fields, FIX__MAX},
	{HTTP_POST, "/api/dsl/build", ROLE_VIEWER, build, build_fields,
		BUILD__MAX},
	{HTTP_POST, "/api/dsl/convert", ROLE_VIEWER, convert, convert_fields,
		CONVERT__MAX},
	{HTTP_POST, "/api/dsl/diff", ROLE_VIEWER, diff, diff_fields, DIFF__MAX},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "dsl", routes, nitems(routes));
}

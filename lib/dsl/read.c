/* read.c: reads a DSL file, in YAML or JSON, as Dify would or better. */
#include "base/limits.h"
#include "dsl/dsl_parts.h"
#include "dsl/extract.h"
#include "text/json.h"
#include "text/yaml.h"

#include <string.h>

/* One text that is being read. */
struct source {
	struct arena *arena;
	const char *text;
	size_t len;
	struct findings *findings;
};

static void
say(struct source *s, const char *code, const char *arg1, const char *arg2,
	const char *arg3)
{
	finding_add(s->arena, s->findings, code, "", "", arg1, arg2, arg3);
}

static const char *
number(struct source *s, uint32_t n)
{
	return arena_printf(s->arena, "%u", n);
}

/* The line behind the last one of the graph. */
static uint32_t
graph_end(const struct value *v)
{
	const struct value *workflow = value_get(v, "workflow");
	const struct value *graph = value_get(workflow, "graph");

	if (graph != NULL && graph->next != NULL)
		return graph->next->line;
	if (workflow != NULL && workflow->next != NULL)
		return workflow->next->line;
	return UINT32_MAX;
}

/* A bare date is no text to Dify, and nothing that it could store. */
static void
check_dates(struct source *s, const struct value *v,
	const struct yamlx_report *report)
{
	const struct value *graph =
		value_get(value_get(v, "workflow"), "graph");

	if (report->date != 0 && graph != NULL && report->date >= graph->line &&
		report->date < graph_end(v))
		say(s, "text_date", number(s, report->date), NULL, NULL);
	if (report->repeated)
		say(s, "text_repeated", NULL, NULL, NULL);
}

static struct value *
read_yaml(struct source *s)
{
	struct yamlx_report report;
	struct value *v = yamlx_read(s->arena, s->text, s->len, &report);

	if (v == NULL)
		say(s, "text_unreadable", number(s, report.line),
			number(s, report.column), report.error);
	else
		check_dates(s, v, &report);
	return v;
}

static bool
has_halves(const struct value *app, const char *key)
{
	const char *text = value_get_text(app, key, "");

	for (; *text != '\0'; text++)
		if ((unsigned char)text[0] == 0xED &&
			(unsigned char)text[1] >= 0xA0)
			return true;
	return false;
}

/* Dify reads JSON by its YAML reader, which refuses tabs between values and
 * leaves the halves of an escaped pair apart. */
static void
check_as_yaml(struct source *s)
{
	struct yamlx_report report;
	const struct value *v;
	const struct value *app;

	if (memchr(s->text, '\t', s->len) == NULL &&
		strstr(s->text, "\\ud") == NULL &&
		strstr(s->text, "\\uD") == NULL)
		return;
	v = yamlx_read(s->arena, s->text, s->len, &report);
	if (v == NULL) {
		say(s, "text_not_yaml", number(s, report.line),
			number(s, report.column), report.error);
		return;
	}
	app = value_get(v, "app");
	if (has_halves(app, "name") || has_halves(app, "icon"))
		say(s, "text_halves", NULL, NULL, NULL);
}

static struct value *
read_text(struct source *s)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(s->arena, s->text, s->len, 0, &report);

	if (v == NULL && report.limit) {
		say(s, "text_unreadable", number(s, report.line),
			number(s, report.column), report.error);
		return NULL;
	}
	if (v == NULL)
		return read_yaml(s);
	check_as_yaml(s);
	return v;
}

/* Dify's export answer wraps the DSL as a text; it takes no such file back. */
static struct value *
unwrap(struct source *s, struct value *v)
{
	const struct value *data = value_get(v, "data");

	if (value_text(data) == NULL || value_get(v, "app") != NULL)
		return v;
	say(s, "export_wrapper", NULL, NULL, NULL);
	s->text = data->u.text.s;
	s->len = data->u.text.len;
	return read_text(s);
}

static void
judge(struct source *s, const struct dsl_target *target,
	struct dsl_result *result)
{
	if (result->dsl != NULL)
		result->dsl = unwrap(s, result->dsl);
	if (result->dsl == NULL)
		return;
	result->dialect = dialect_names[DIALECT_DIFY];
	dsl_check(s->arena, target, result);
}

void
dsl_read(struct arena *a, const char *text, size_t len,
	const struct dsl_target *target, struct dsl_result *result)
{
	struct source s = {a, text, len, &result->findings};

	dsl_start(a, result);
	if (len > LIMIT_DOCUMENT) {
		say(&s, "text_too_large",
			arena_printf(a, "%zu", LIMIT_DOCUMENT), NULL, NULL);
		return;
	}
	s.text = arena_memdup(a, text, len);
	result->dsl = read_text(&s);
	judge(&s, target, result);
}

void
dsl_read_value(struct arena *a, struct value *v, const char *text, size_t len,
	const struct dsl_target *target, struct dsl_result *result)
{
	struct source s = {a, text, len, &result->findings};

	dsl_start(a, result);
	value_remove(v);
	result->dsl = v;
	if (text != NULL)
		check_as_yaml(&s);
	judge(&s, target, result);
}

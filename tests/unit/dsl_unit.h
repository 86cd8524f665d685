/* dsl_unit.h: what tests of the DSL engine share: texts in, flows out as
 * lines that can be compared. */
#ifndef DSL_UNIT_H
#define DSL_UNIT_H

#include "unit.h"

#include "base/limits.h"
#include "dsl/extract.h"
#include "dsl/flow.h"
#include "dsl/graph.h"
#include "dsl/lower.h"
#include "dsl/repair.h"
#include "text/json.h"

#include <string.h>

static struct arena *arena;
static struct findings findings;
static struct repairs repairs;

static const struct resource unit_items[] = {
	{.kind = RESOURCE_MODEL,
		.handle = "fast",
		.id = "small-model",
		.provider = "org/plugin/provider",
		.mode = "chat"},
	{.kind = RESOURCE_DATASET, .handle = "handbook", .id = "set-1"},
	{.kind = RESOURCE_TOOL,
		.handle = "clock",
		.id = "current_time",
		.name = "Clock",
		.provider = "org/time/time"},
};

static const struct resources unit_resources = {unit_items, nitems(unit_items)};

__attribute__((unused)) static const struct dsl_target unit_target = {
	11601, &unit_resources};

__attribute__((unused)) static struct value *
read_json(const char *text)
{
	struct jsonx_report report;
	struct value *v =
		jsonx_read(arena, text, strlen(text), JSONX_TOLERANT, &report);

	assert_non_null(v);
	return v;
}

__attribute__((unused)) static const char *
json(const struct value *v)
{
	struct str out;

	if (v == NULL)
		return "(nothing)";
	str_init(&out, arena, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	return out.s;
}

/* A flow of a plan or a graph, without repairs. */
__attribute__((unused)) static struct flow *
flow_of(const char *text)
{
	struct value *v = read_json(text);
	struct flow *f = flow_new(arena, &unit_target, &findings, &repairs);

	if (dialect_of(v) == DIALECT_PLAN)
		plan_lower(f, v);
	else
		graph_read(f, v);
	return f;
}

/* "a>b a/true>c": all routes in the order of the flow. */
__attribute__((unused)) static const char *
routes(const struct flow *f)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	for (const struct flow_node *n = f->first; n != NULL; n = n->next)
		for (const struct route *r = n->routes; r != NULL;
			r = r->next) {
			const char *handle = r->handle;

			if (out.len > 0)
				str_putc(&out, ' ');
			str_puts(&out, n->id);
			if (strcmp(handle, "source") != 0)
				str_printf(&out, "/%s", handle);
			str_printf(&out, ">%s", r->target->id);
		}
	return out.s;
}

/* "code code": the codes of all findings in order. */
__attribute__((unused)) static const char *
found(void)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	for (const struct finding *f = findings.first; f != NULL; f = f->next)
		str_printf(&out, "%s%s", out.len > 0 ? " " : "", f->kind->code);
	return out.s;
}

__attribute__((unused)) static const char *
mended(void)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	for (const struct repair *r = repairs.first; r != NULL; r = r->next)
		str_printf(&out, "%s%s", out.len > 0 ? " " : "", r->code);
	return out.s;
}

/* A part of the data of a node, as JSON. */
__attribute__((unused)) static const char *
data(const struct flow *f, const char *id, const char *pointer)
{
	const struct flow_node *n = flow_find(f, id);

	return n == NULL ? "(no node)" : json(value_find(n->data, pointer));
}

__attribute__((unused)) static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(LIMIT_ARENA);
	findings = (struct findings){0};
	repairs = (struct repairs){0};
	return 0;
}

__attribute__((unused)) static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif

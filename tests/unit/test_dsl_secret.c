/* test_dsl_secret.c: which texts of a DSL are secrets, and that they return. */
#include "base/limits.h"
#include "base/str.h"
#include "dsl/secret.h"
#include "text/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 16 };

struct kept {
	const char *secrets[MOST];
	size_t count;
};

static const char *
keep(void *context, struct arena *a, const char *secret)
{
	struct kept *k = context;

	k->secrets[k->count] = arena_strdup(a, secret);
	return arena_printf(a, "id%zu", k->count++);
}

static const char *
find(void *context, struct arena *a, const char *id)
{
	struct kept *k = context;
	size_t at;

	(void)a;
	if (sscanf(id, "id%zu", &at) != 1 || at >= k->count)
		return NULL;
	return k->secrets[at];
}

static struct value *
parse(struct arena *a, const char *json)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(a, json, strlen(json), 0, &report);

	assert_non_null(v);
	return v;
}

#define DATA(members) \
	"{\"workflow\":{\"graph\":{\"nodes\":[{\"data\":{" members "}}]}}}"

/* A DSL, and the one secret in it; NULL for none. */
static const struct row {
	int line;
	const char *json;
	const char *secret;
} rows[] = {
	{__LINE__,
		"{\"workflow\":{\"environment_variables\":[{\"name\":\"K\","
		"\"value_type\":\"secret\",\"value\":\"sk-1\"}]}}",
		"sk-1"},
	{__LINE__,
		"{\"workflow\":{\"environment_variables\":[{\"name\":\"K\","
		"\"value_type\":\"string\",\"value\":\"plain\"}]}}",
		NULL},
	{__LINE__,
		"{\"workflow\":{\"environment_variables\":[{\"name\":\"K\","
		"\"value_type\":\"secret\",\"value\":\"********\"}]}}",
		NULL},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"authorization\":{\"config\":"
		     "{\"api_key\":\"sk-2\"}}"),
		"sk-2"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"authorization\":{\"config\":"
		     "{\"api_key\":\"{{#env.KEY#}}\"}}"),
		NULL},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"headers\":"
		     "\"Accept:text/plain\\nX-Api-Key: sk-3\\nA:b\""),
		"sk-3"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"params\":"
		     "\"q:x\\naccess_token:sk-4\""),
		"sk-4"},
	{__LINE__, DATA("\"type\":\"http-request\",\"headers\":\"Accept:a/b\""),
		NULL},
	{__LINE__,
		DATA("\"type\":\"tool\",\"tool_parameters\":{\"api_key\":"
		     "{\"type\":\"constant\",\"value\":\"sk-5\"},\"q\":"
		     "{\"type\":\"mixed\",\"value\":\"x\"}}"),
		"sk-5"},
	{__LINE__,
		DATA("\"type\":\"tool\",\"tool_configurations\":"
		     "{\"password\":\"sk-6\"}"),
		"sk-6"},
	{__LINE__,
		DATA("\"type\":\"agent\",\"agent_parameters\":{\"token\":"
		     "{\"type\":\"constant\",\"value\":\"sk-7\"}}"),
		"sk-7"},
};

static const char *
text_of(struct arena *a, const struct value *v)
{
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	return out.s;
}

static void
check(const struct row *r)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct kept kept = {.count = 0};
	struct value *dsl = parse(a, r->json);
	const char *before = text_of(a, dsl);
	size_t n = secret_take(a, dsl, keep, &kept);

	if (n != (r->secret != NULL))
		fail_msg("line %d: %zu secrets", r->line, n);
	if (r->secret != NULL) {
		assert_string_equal(kept.secrets[0], r->secret);
		assert_null(strstr(text_of(a, dsl), r->secret));
		assert_non_null(strstr(text_of(a, dsl), SECRET_PREFIX "id0"));
	}
	assert_int_equal(secret_take(a, dsl, keep, &kept), 0);
	assert_int_equal(secret_put(a, dsl, find, &kept), 0);
	assert_string_equal(text_of(a, dsl), before);
	arena_free(&a);
}

static void
finds_secrets_and_nothing_else(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

static void
counts_what_is_not_known(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct kept none = {.count = 0};
	struct value *dsl =
		parse(a, DATA("\"type\":\"http-request\",\"headers\":"
			      "\"Authorization: studio-secret:id9\""));

	(void)state;
	assert_int_equal(secret_put(a, dsl, find, &none), 1);
	assert_non_null(strstr(text_of(a, dsl), "studio-secret:id9"));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_secrets_and_nothing_else),
		cmocka_unit_test(counts_what_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

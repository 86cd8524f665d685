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
	{__LINE__,
		DATA("\"type\":\"http-request\",\"headers\":"
		     "\"Authorization:Bearer {{#env.T#}}\""),
		NULL},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"headers\":"
		     "\"Authorization:Bearer part-8{{#1.x#}}\""),
		"part-8"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"params\":\"key:k-9\\nq:a\""),
		"k-9"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"url\":"
		     "\"https://me:pw-10@{{#env.HOST#}}/a@b\""),
		"pw-10"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"url\":"
		     "\"https://key-eleven@host/a\""),
		"key-eleven"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"url\":"
		     "\"https://h/{{#1.p#}}?a=1&api_key=k-12&b=2#top\""),
		"k-12"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"url\":"
		     "\"https://h/p?max_tokens=5&token={{#env.T#}}\""),
		NULL},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"url\":"
		     "\"{{#env.HOST#}}/x?a=1&api_key=k-12b\""),
		"k-12b"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"url\":"
		     "\"https://{{#env.HOST#}}/x?token=k-12c#top\""),
		"k-12c"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"body\":{\"type\":"
		     "\"form-data\",\"data\":[{\"key\":\"password\",\"type\":"
		     "\"text\",\"value\":\"pw-13\"},{\"key\":\"q\",\"value\":"
		     "\"x\"}]}"),
		"pw-13"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"body\":{\"type\":\"json\","
		     "\"data\":[{\"type\":\"text\",\"value\":\"{\\\"user\\\": "
		     "\\\"{{#1.u#}}\\\", \\\"secret\\\" : \\\"s-14\\\"}\"}]}"),
		"s-14"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"body\":{\"type\":\"json\","
		     "\"data\":\"{\\\"token\\\": \\\"s-15\\\", \\\"a=b&c\\\": "
		     "1}\"}"),
		"s-15"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"body\":{\"type\":"
		     "\"x-www-form-urlencoded\",\"data\":"
		     "\"user:me\\npassword:pw-16\"}"),
		"pw-16"},
	{__LINE__,
		DATA("\"type\":\"http-request\",\"body\":{\"type\":"
		     "\"raw-text\",\"data\":\"user=me&password=pw-17&x=1\"}"),
		"pw-17"},
	{__LINE__,
		DATA("\"type\":\"code\",\"code\":\"API_KEY = 'k-18-long'\\n"
		     "max_tokens = '4000'\\n\""),
		"k-18-long"},
	{__LINE__,
		DATA("\"type\":\"code\",\"code\":\"h = {\\\"Authorization\\\": "
		     "f\\\"Bearer {key}\\\"}\\nif token == 'abcdef': pass\""),
		NULL},
	{__LINE__,
		DATA("\"type\":\"code\",\"code\":\"const clientSecret: string"
		     " = `s-19-long`;\""),
		"s-19-long"},
	{__LINE__,
		DATA("\"type\":\"code\",\"code\":\"x = call("
		     "'sk-aaaabbbbccccdddd1')\""),
		"sk-aaaabbbbccccdddd1"},
	{__LINE__,
		DATA("\"type\":\"llm\",\"prompt_template\":[{\"role\":\"user\","
		     "\"text\":\"Say ghp_0123456789abcdefghij01, twice.\"}]"),
		"ghp_0123456789abcdefghij01"},
	{__LINE__,
		DATA("\"type\":\"llm\",\"prompt_template\":[{\"text\":"
		     "\"AKIA0123456789ABCDEF.\"}]"),
		"AKIA0123456789ABCDEF"},
	{__LINE__,
		DATA("\"type\":\"template-transform\",\"template\":"
		     "\"curl -H 'X: Bearer abcdefghijklmno1' {{ x }}\""),
		"abcdefghijklmno1"},
	{__LINE__,
		DATA("\"type\":\"llm\",\"prompt_template\":[{\"text\":"
		     "\"task-sk-force-of-the-ninth-division 9\"}]"),
		NULL},
	{__LINE__,
		DATA("\"type\":\"code\",\"code\":\"-----BEGIN PRIVATE KEY-----"
		     "\\\\nMIIabc\\\\n-----END PRIVATE KEY-----\""),
		"\\nMIIabc\\n"},
	{__LINE__,
		DATA("\"type\":\"tool\",\"credentials\":{\"pin\":"
		     "\"pin-30\",\"id\":\"i\"}"),
		"pin-30"},
	{__LINE__,
		DATA("\"type\":\"tool\",\"credential_id\":\"5b6c\","
		     "\"tool_parameters\":{\"max_tokens\":\"512\"}"),
		NULL},
	{__LINE__,
		DATA("\"type\":\"agent\",\"agent_parameters\":{\"tools\":"
		     "{\"value\":[{\"settings\":{\"app_secret\":{\"value\":"
		     "\"s-20\"}}}]}}"),
		"s-20"},
	{__LINE__,
		DATA("\"type\":\"start\",\"variables\":[{\"variable\":"
		     "\"access_token\",\"default\":\"t-21\",\"type\":"
		     "\"text-input\"}]"),
		"t-21"},
	{__LINE__,
		"{\"workflow\":{\"environment_variables\":[{\"name\":"
		"\"api_key\",\"value_type\":\"string\",\"value\":\"k-22\"}]}}",
		"k-22"},
	{__LINE__,
		"{\"workflow\":{\"environment_variables\":[{\"name\":"
		"\"OPENAI_KEY\",\"value_type\":\"string\",\"value\":"
		"\"abcdef0123456\"},{\"name\":\"SORT_KEY\",\"value_type\":"
		"\"string\",\"value\":\"abcdef0654321\"}]}}",
		"abcdef0123456"},
	{__LINE__,
		"{\"workflow\":{\"conversation_variables\":[{\"name\":"
		"\"password\",\"value_type\":\"string\",\"value\":\"p-23\"}]}}",
		"p-23"},
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
		if (strstr(text_of(a, dsl), r->secret) != NULL)
			fail_msg("line %d: it stands there still", r->line);
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

static void
several_in_one_text_come_back(void **state)
{
	static const char json[] =
		DATA("\"type\":\"http-request\",\"url\":"
		     "\"https://u:pw-a@h/?token=t-b{{#1.x#}}&key=k-c\","
		     "\"headers\":\"Cookie: s=c-d; {{#1.y#}}\\nX-Token:t-e\"");
	static const char *const secrets[] = {"pw-a", "k-c", "s=c-d;", "t-e"};
	struct arena *a = arena_new(LIMIT_ARENA);
	struct kept kept = {.count = 0};
	struct value *dsl = parse(a, json);
	const char *before = text_of(a, dsl);
	size_t i;

	(void)state;
	secret_take(a, dsl, keep, &kept);
	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		assert_null(strstr(text_of(a, dsl), secrets[i]));
	assert_non_null(strstr(text_of(a, dsl), "{{#1.x#}}"));
	assert_int_equal(secret_put(a, dsl, find, &kept), 0);
	assert_string_equal(text_of(a, dsl), before);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_secrets_and_nothing_else),
		cmocka_unit_test(counts_what_is_not_known),
		cmocka_unit_test(several_in_one_text_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

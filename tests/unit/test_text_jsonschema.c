/* test_text_jsonschema.c: every required case of Debian's
 * json-schema-test-suite for draft-07, and what an error says. */
#include "unit.h"

#include "base/limits.h"
#include "text/json.h"
#include "text/jsonschema.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE "/usr/share/json-schema-test-suite/"
#define META  "/usr/lib/python3/dist-packages/jsonschema/schemas/draft7.json"

static struct arena *arena;

static struct value *
parse(const char *text, size_t n)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(arena, text, n, 0, &report);

	if (v == NULL)
		fail_msg("line %u: %s", report.line, report.error);
	return v;
}

static struct value *
read_file(const char *path)
{
	static char text[1000000];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		fail_msg("%s is missing", path);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return parse(text, n);
}

static void
add_remotes(struct schema *s)
{
	static const char *const names[] = {"integer.json", "name.json",
		"subSchemas.json", "folder/folderInteger.json"};

	for (size_t i = 0; i < nitems(names); i++)
		schema_add(s,
			arena_printf(
				arena, "http://localhost:1234/%s", names[i]),
			read_file(arena_printf(
				arena, SUITE "remotes/%s", names[i])));
	schema_add(
		s, "http://json-schema.org/draft-07/schema", read_file(META));
}

static size_t
run_group(const char *file, const struct value *group)
{
	struct schema *s = schema_new(
		arena, value_clone(arena, value_get(group, "schema")));
	size_t count = 0;

	add_remotes(s);
	value_each(test, value_get(group, "tests")) {
		struct schema_errors errors = {0};
		bool fits = schema_check(arena, s,
			value_clone(arena, value_get(test, "data")), &errors);

		if (fits != value_get_bool(test, "valid", !fits))
			fail_msg("%s: %s: %s", file,
				value_get_text(group, "description", ""),
				value_get_text(test, "description", ""));
		assert_int_equal(fits, errors.count == 0);
		count++;
	}
	schema_free(&s);
	assert_null(s);
	return count;
}

static void
takes_every_required_case_of_draft_07(void **state)
{
	DIR *dir = opendir(SUITE "tests/draft7");
	struct dirent *entry;
	size_t count = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		struct value *groups;

		if (strstr(entry->d_name, ".json") == NULL)
			continue;
		groups = read_file(arena_printf(
			arena, SUITE "tests/draft7/%s", entry->d_name));
		value_each(group, groups)
			count += run_group(entry->d_name, group);
		arena_reset(arena);
	}
	closedir(dir);
	assert_true(count > 400);
}

static const char schema_text[] =
	"{\"type\":\"object\",\"required\":[\"name\"],\"properties\":{"
	"\"name\":{\"type\":\"string\",\"pattern\":\"^[a-z]+$\"},"
	"\"items\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/definitions/"
	"n\"}}"
	"},\"additionalProperties\":false,\"definitions\":{\"n\":{\"type\":"
	"\"integer\",\"minimum\":1}}}";

static const struct {
	int line;
	const char *value;
	const char *errors; /* pointer keyword detail, a line each */
} told[] = {
	{__LINE__, "{\"name\":\"abc\",\"items\":[1,2]}", ""},
	{__LINE__, "{}", " required name\n"},
	{__LINE__, "{\"name\":\"A1\"}", "/name pattern ^[a-z]+$\n"},
	{__LINE__, "{\"name\":\"a\",\"items\":[1,\"x\",0]}",
		"/items/1 type integer\n/items/2 minimum \n"},
	{__LINE__, "{\"name\":\"a\",\"other\":1}",
		"/other additionalProperties other\n"},
	{__LINE__, "[]", " type object\n"},
};

static void
tells_all_with_pointers(void **state)
{
	struct schema *s =
		schema_new(arena, parse(schema_text, strlen(schema_text)));

	(void)state;
	for (size_t i = 0; i < nitems(told); i++) {
		struct schema_errors errors = {0};
		struct str out;

		schema_check(arena, s,
			parse(told[i].value, strlen(told[i].value)), &errors);
		str_init(&out, arena, 10000);
		for (const struct schema_error *e = errors.first; e != NULL;
			e = e->next)
			str_printf(&out, "%s %s %s\n", e->pointer, e->keyword,
				e->detail);
		if (strcmp(out.s, told[i].errors) != 0)
			fail_msg("line %d: %s", told[i].line, out.s);
	}
	schema_free(&s);
}

static bool
fits(const char *schema, const char *value)
{
	struct schema *s = schema_new(arena, parse(schema, strlen(schema)));
	struct schema_errors errors = {0};
	bool result =
		schema_check(arena, s, parse(value, strlen(value)), &errors);

	schema_free(&s);
	return result;
}

static void
ends_where_others_would_not(void **state)
{
	const char *slow = "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"";

	(void)state;
	assert_false(fits("{\"$ref\":\"#\"}", "1"));
	assert_false(
		fits("{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", "1"));
	assert_false(fits("{\"pattern\":\"^(a+)+$\"}", slow));
	assert_false(fits("{\"pattern\":\"(\"}", "\"x\""));
	assert_false(fits("{\"$ref\":\"#/nowhere\"}", "1"));
	assert_false(fits("{\"$ref\":\"http://example.com/x.json\"}", "1"));
	assert_true(fits("{\"patternProperties\":[null]}", "{\"a\":1}"));
	assert_true(fits("{\"dependencies\":[[\"b\"]]}", "{\"a\":1}"));
}

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(LIMIT_ARENA);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(takes_every_required_case_of_draft_07),
	TEST(tells_all_with_pointers),
	TEST(ends_where_others_would_not),
};

UNIT_MAIN(tests)

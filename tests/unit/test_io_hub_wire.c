/* test_io_hub_wire.c: records of FastCGI. */
#include "folder.h"

#include "base/str.h"
#include "io/hub_wire.h"

#include <string.h>

static void
a_record_is_taken_when_it_is_whole(void **state)
{
	static const unsigned char bytes[] = {
		1, WIRE_STDIN, 1, 2, 0, 3, 2, 0, 'a', 'b', 'c', 0, 0, 9};
	struct wire_record r;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(bytes) - 1; n++)
		assert_int_equal(wire_take(bytes, n, &r), 0);
	assert_int_equal(wire_take(bytes, sizeof(bytes), &r), 13);
	assert_int_equal(r.type, WIRE_STDIN);
	assert_int_equal(r.id, 0x0102);
	assert_int_equal(r.len, 3);
	assert_memory_equal(r.content, "abc", 3);
}

static void
another_version_is_broken_at_once(void **state)
{
	struct wire_record r;

	(void)state;
	assert_int_equal(wire_take((const unsigned char *)"GET / HT", 8, &r),
		WIRE_HEADER);
	assert_int_equal(r.type, WIRE_BROKEN);
	assert_int_equal(r.len, 0);
}

static void
what_is_written_reads_back(void **state)
{
	unsigned char out[WIRE_HEADER + WIRE_BODY];
	struct wire_record r;

	(void)state;
	wire_end(out, 300, WIRE_OVERLOADED);
	assert_int_equal(wire_take(out, sizeof(out), &r), sizeof(out));
	assert_int_equal(r.type, WIRE_END);
	assert_int_equal(r.id, 300);
	assert_int_equal(r.content[4], WIRE_OVERLOADED);
	wire_unknown(out, 9);
	assert_int_equal(wire_take(out, sizeof(out), &r), sizeof(out));
	assert_int_equal(r.type, WIRE_UNKNOWN_TYPE);
	assert_int_equal(r.id, 0);
	assert_int_equal(r.content[0], 9);
	wire_header(out, WIRE_STDOUT, 1, WIRE_CONTENT_MAX);
	assert_int_equal(out[4], 255);
	assert_int_equal(out[5], 255);
}

static void
begin_has_a_role_and_flags(void **state)
{
	struct wire_record r = {.type = WIRE_BEGIN,
		.content = (const unsigned char *)"\0\1\1\0\0\0\0",
		.len = 8};
	unsigned role;
	unsigned flags;

	(void)state;
	assert_int_equal(wire_begin(&r, &role, &flags), 0);
	assert_int_equal(role, WIRE_RESPONDER);
	assert_int_equal(flags, WIRE_KEEP);
	r.len = 7;
	assert_int_equal(wire_begin(&r, &role, &flags), -1);
}

#define BYTES(text) text, sizeof(text) - 1

static const struct {
	int line;
	const char *bytes;
	size_t n;
	const char *first; /* NULL: malformed */
} params[] = {
	{__LINE__, BYTES("\1\1AB"), "A=B"},
	{__LINE__, BYTES("\1\0A"), "A="},
	{__LINE__, BYTES("\0\0"), "="},
	{__LINE__, BYTES("\x80\0\0\1\1AB"), "A=B"},
	{__LINE__, BYTES("\1\x80\0\0\1AB"), "A=B"},
	{__LINE__, BYTES("\1"), NULL},
	{__LINE__, BYTES("\1\1A"), NULL},
	{__LINE__, BYTES("\x80\0\0"), NULL},
	{__LINE__, BYTES("\xff\xff\xff\xff\1AB"), NULL},
	{__LINE__,
		BYTES("\1\xff\xff\xff\xff"
		      "AB"),
		NULL},
	{__LINE__, BYTES("\1\1AB\1"), NULL},
};

static void
params_are_pairs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(params); i++) {
		char **env = wire_params(arena, params[i].bytes, params[i].n);

		if ((env == NULL) != (params[i].first == NULL) ||
			(env != NULL && strcmp(env[0], params[i].first) != 0))
			fail_msg("line %d", params[i].line);
	}
	assert_null(wire_params(arena, "", 0)[0]);
}

static void
many_params_fit(void **state)
{
	enum { MANY = 200 };
	struct str s;
	char **env;
	int i;

	(void)state;
	str_init(&s, arena, 10000);
	for (i = 0; i < MANY; i++)
		str_add(&s, "\1\1AB", 4);
	env = wire_params(arena, s.s, s.len);
	for (i = 0; i < MANY; i++)
		assert_string_equal(env[i], "A=B");
	assert_null(env[MANY]);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_record_is_taken_when_it_is_whole),
	cmocka_unit_test(another_version_is_broken_at_once),
	cmocka_unit_test(what_is_written_reads_back),
	cmocka_unit_test(begin_has_a_role_and_flags),
	FOLDER_TEST(params_are_pairs),
	FOLDER_TEST(many_params_fit),
};

UNIT_MAIN(tests)

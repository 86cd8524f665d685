/* test_io_http_cache.c: answers from memory. */
#include "request.h"

static int calls;

static int
count(struct req *r)
{
	jsonw_int(http_out(r), NULL, ++calls);
	return http_json(r, 200);
}

static int
missing(struct req *r)
{
	calls++;
	return http_problem(r, 404, "gone", "Gone.");
}

static int
large(struct req *r)
{
	size_t i;

	calls++;
	str_putc(http_out(r), '"');
	for (i = 0; i < 40000; i++)
		str_putc(http_out(r), 'x');
	str_putc(http_out(r), '"');
	return http_json(r, 200);
}

static const struct field any[] = {{"q", FIELD_STRING}};
static const struct route table[] = {
	{HTTP_GET, "/kept", ROLE_PUBLIC, count, NULL, 0, any, 1, ROUTE_CACHED},
	{HTTP_GET, "/fresh", ROLE_PUBLIC, count},
	{HTTP_GET, "/missing", ROLE_PUBLIC, missing, .flags = ROUTE_CACHED},
	{HTTP_GET, "/large", ROLE_PUBLIC, large, .flags = ROUTE_CACHED},
};
static const struct http_service service = {"t", table, nitems(table)};

/* How often the handler has run when the target was asked for. */
static int
after(const char *target)
{
	ask_forget();
	http_handle(ask_init(&service, "GET", target, NULL));
	return calls;
}

static void
one_answer_a_target_until_something_is_written(void **state)
{
	(void)state;
	calls = 0;
	assert_int_equal(after("/kept"), 1);
	assert_int_equal(after("/kept"), 1);
	ask_says("\r\n\r\n1");
	ask_says("Content-Type: application/json\r\n");
	assert_int_equal(after("/kept?q=1"), 2);
	assert_int_equal(after("/kept"), 2);
	MEDDLE("INSERT INTO facts VALUES ('a', 1, 1)");
	assert_int_equal(after("/kept"), 3);
	assert_int_equal(after("/kept"), 3);
	http_cache_clear();
	assert_int_equal(after("/kept"), 4);
	http_cache_clear();
}

static void
what_may_not_be_kept_is_not(void **state)
{
	(void)state;
	calls = 0;
	after("/fresh");
	assert_int_equal(after("/fresh"), 2);
	after("/missing");
	assert_int_equal(after("/missing"), 4);
	after("/large");
	assert_int_equal(after("/large"), 6);
	http_cache_clear();
}

/* More targets than places: each gets its own answer all the same. */
static void
targets_that_share_a_place(void **state)
{
	int round;
	int i;

	(void)state;
	calls = 0;
	for (round = 0; round < 2; round++) {
		for (i = 0; i < 30; i++) {
			const char *target =
				arena_printf(arena, "/kept?q=%d", i);

			after(target);
			after(target);
		}
	}
	assert_in_range(calls, 30, 60);
	http_cache_clear();
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(one_answer_a_target_until_something_is_written),
	STORE_TEST(what_may_not_be_kept_is_not),
	STORE_TEST(targets_that_share_a_place),
};

UNIT_MAIN(tests)

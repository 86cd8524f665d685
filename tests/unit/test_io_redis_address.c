/* test_io_redis_address.c: addresses of a Redis, right and wrong. */
#include "unit.h"

#include "io/redis_address.h"

#include <string.h>

static const struct {
	int line;
	const char *url;
	const char *host;
	int port;
	const char *user;
	const char *password;
	const char *db;
} right[] = {
	{__LINE__, "redis://localhost", "localhost", 6379, "", "", "0"},
	{__LINE__, "redis://localhost/", "localhost", 6379, "", "", "0"},
	{__LINE__, "redis://10.0.0.1:7000/12", "10.0.0.1", 7000, "", "", "12"},
	{__LINE__, "redis://[::1]:7000/3", "::1", 7000, "", "", "3"},
	{__LINE__, "redis://:secret@h", "h", 6379, "", "secret", "0"},
	{__LINE__, "redis://me:a%40b%2Fc@h:1/0", "h", 1, "me", "a@b/c", "0"},
	{__LINE__, "redis://me:a@b@h", "h", 6379, "me", "a@b", "0"},
	{__LINE__, "redis://h/9999", "h", 6379, "", "", "9999"},
};

static const struct {
	int line;
	const char *url;
} wrong[] = {
	{__LINE__, ""},
	{__LINE__, "localhost:6379"},
	{__LINE__, "rediss://localhost"},
	{__LINE__, "redis://"},
	{__LINE__, "redis://:6379"},
	{__LINE__, "redis://[::1"},
	{__LINE__, "redis://h:0"},
	{__LINE__, "redis://h:65536"},
	{__LINE__, "redis://h:x"},
	{__LINE__, "redis://h:"},
	{__LINE__, "redis://h/x"},
	{__LINE__, "redis://h/1/2"},
	{__LINE__, "redis://h/10000"},
	{__LINE__, "redis://h?x=1"},
	{__LINE__, "redis://user@h"},
	{__LINE__, "redis://:a%4@h"},
	{__LINE__, "redis://:a%zz@h"},
	{__LINE__, "redis://:a%00b@h"},
};

static void
right_addresses(void **state)
{
	struct redis_address a;
	const char *error;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(right); i++) {
		if (redis_address_read(right[i].url, &a, &error) != 0)
			fail_msg("line %d: %s", right[i].line, error);
		assert_string_equal(a.host, right[i].host);
		assert_int_equal(a.port, right[i].port);
		assert_string_equal(a.user, right[i].user);
		assert_string_equal(a.password, right[i].password);
		assert_string_equal(a.db, right[i].db);
	}
}

static void
wrong_addresses(void **state)
{
	struct redis_address a;
	const char *error;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(wrong); i++) {
		if (redis_address_read(wrong[i].url, &a, &error) == 0)
			fail_msg("line %d: %s", wrong[i].line, wrong[i].url);
		assert_non_null(strstr(error, "STUDIO_QUEUE"));
	}
}

static void
names_have_a_longest(void **state)
{
	char url[400] = "redis://";
	struct redis_address a;
	const char *error;

	(void)state;
	memset(url + 8, 'h', 255);
	assert_int_equal(redis_address_read(url, &a, &error), 0);
	memset(url + 8, 'h', 256);
	assert_int_equal(redis_address_read(url, &a, &error), -1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(right_addresses),
	cmocka_unit_test(wrong_addresses),
	cmocka_unit_test(names_have_a_longest),
};

UNIT_MAIN(tests)

/* test_io_http_route.c: paths, methods and what is allowed. */
#include "request.h"

#define ID "0123456789abcdefghjk"

static const struct {
	int line;
	const char *pattern;
	const char *path;
	bool matches;
} paths[] = {
	{__LINE__, "/a", "/a", true},
	{__LINE__, "/a", "/a/", false},
	{__LINE__, "/a", "/ab", false},
	{__LINE__, "/a", "/", false},
	{__LINE__, "/a", "", false},
	{__LINE__, "/a/{id}", "/a/" ID, true},
	{__LINE__, "/a/{id}", "/a/" ID "x", false},
	{__LINE__, "/a/{id}", "/a/" ID "/", false},
	{__LINE__, "/a/{id}", "/a/0123456789ABCDEFGHJK", false},
	{__LINE__, "/a/{id}", "/a/0123456789abcdefghil", false},
	{__LINE__, "/a/{id}", "/a/", false},
	{__LINE__, "/a/{id}/b", "/a/" ID "/b", true},
	{__LINE__, "/a/{id}/b", "/a/" ID "/c", false},
	{__LINE__, "/a/{id}/b/{id}", "/a/" ID "/b/" ID, true},
	{__LINE__, "/a/{id}/{id}/{id}", "/a/" ID "/" ID "/" ID, false},
};

static void
paths_match_whole(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(paths); i++) {
		char ids[HTTP_IDS][ID_SIZE];

		if (http_path_match(paths[i].pattern, paths[i].path, ids) !=
			paths[i].matches)
			fail_msg("line %d", paths[i].line);
	}
}

static int
nothing(struct req *r)
{
	(void)r;
	return 0;
}

static const struct route table[] = {
	{HTTP_GET, "/a", ROLE_PUBLIC, nothing},
	{HTTP_POST, "/a", ROLE_PUBLIC, nothing},
	{HTTP_HEAD, "/a/{id}", ROLE_PUBLIC, nothing},
	{HTTP_GET, "/a/{id}", ROLE_PUBLIC, nothing},
	{HTTP_OPTIONS, "/o", ROLE_PUBLIC, nothing},
	{HTTP_DELETE, "/d", ROLE_PUBLIC, nothing},
};
static const struct http_service service = {"t", table, nitems(table)};

static const struct {
	int line;
	const char *method;
	const char *path;
	int row; /* -1: none */
	int status;
	const char *allow;
} methods[] = {
	{__LINE__, "GET", "/a", 0, 0, NULL},
	{__LINE__, "POST", "/a?x=1", 1, 0, NULL},
	{__LINE__, "HEAD", "/a", 0, 0, NULL},
	{__LINE__, "HEAD", "/a/" ID, 2, 0, NULL},
	{__LINE__, "OPTIONS", "/o", 4, 0, NULL},
	{__LINE__, "PUT", "/a", -1, 405, "Allow: GET, HEAD, POST, OPTIONS\r\n"},
	{__LINE__, "HEAD", "/d", -1, 405, "Allow: DELETE, OPTIONS\r\n"},
	{__LINE__, "BREW", "/d", -1, 405, "Allow: DELETE, OPTIONS\r\n"},
	{__LINE__, "OPTIONS", "/d", -1, 204, "Allow: DELETE, OPTIONS\r\n"},
	{__LINE__, "GET", "/b", -1, 404, NULL},
	{__LINE__, "OPTIONS", "/b", -1, 404, NULL},
};

static void
methods_choose_the_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(methods); i++) {
		struct req *r;
		int done;

		ask_forget();
		r = ask_init(
			&service, methods[i].method, methods[i].path, NULL);
		done = http_match(r);
		if (methods[i].row >= 0
				? done != 0 ||
					  r->route != &table[methods[i].row]
				: done != -1 || r->status != methods[i].status)
			fail_msg("line %d: %s", methods[i].line, ask_out);
		if (methods[i].allow != NULL)
			ask_says(methods[i].allow);
	}
}

static void
ids_are_handed_on(void **state)
{
	struct req *r;

	(void)state;
	ask_forget();
	r = ask_init(&service, "GET", "/a/" ID, NULL);
	assert_int_equal(http_match(r), 0);
	assert_string_equal(http_path_id(r, 0), ID);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(paths_match_whole),
	FOLDER_TEST(methods_choose_the_row),
	FOLDER_TEST(ids_are_handed_on),
};

UNIT_MAIN(tests)

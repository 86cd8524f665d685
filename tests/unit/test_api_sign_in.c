/* test_api_sign_in.c: cookies of browsers, and guesses that have to wait. */
#include "request.h"

#include "api/sign_in.h"

#include <sys/wait.h>
#include <unistd.h>

static const struct http_service service = {"t", NULL, 0};
static const struct user somebody = {
	.id = "0123456789abcdefghjk", .name = "boss", .role = "admin"};

static struct req *
with(const char *name, const char *value)
{
	ask_forget();
	if (name != NULL)
		ask_with(name, value);
	return ask_init(&service, "POST", "/", NULL);
}

static void
cookies_keep_to_themselves(void **state)
{
	struct req *r = with(NULL, NULL);

	(void)state;
	sign_in_cookies(r, &somebody, "0123456789abcdefghjk", "refresh-1");
	http_empty(r, 204);
	ask_says("Set-Cookie: studio=ey");
	ask_says("Set-Cookie: studio-refresh=refresh-1; Path=/api/auth; "
		 "Max-Age=2592000; HttpOnly; SameSite=Strict\r\n");
	assert_null(strstr(ask_out, "Secure"));
	r = with("HTTPS", "on");
	sign_in_cookies(r, &somebody, "0123456789abcdefghjk", "refresh-1");
	http_empty(r, 204);
	ask_says("Set-Cookie: __Host-studio=ey");
	ask_says("Set-Cookie: __Secure-studio-refresh=refresh-1; ");
	ask_says("SameSite=Strict; Secure\r\n");
}

static void
the_refresh_token_comes_back(void **state)
{
	(void)state;
	assert_string_equal(sign_in_refresh_token(with("HTTP_COOKIE",
				    "studio=a; studio-refresh=b")),
		"b");
	assert_null(sign_in_refresh_token(with("HTTP_COOKIE", "studio=a")));
}

static void
forgetting_ends_both(void **state)
{
	struct req *r = with(NULL, NULL);

	(void)state;
	sign_in_forget(r);
	http_empty(r, 204);
	ask_says("Set-Cookie: studio=; Path=/; Max-Age=0;");
	ask_says("Set-Cookie: studio-refresh=; Path=/api/auth; Max-Age=0;");
}

static void
five_guesses_are_free(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		assert_int_equal(sign_in_wait("ann"), 0);
		sign_in_tried("ann", false);
	}
	assert_in_range(sign_in_wait("ann"), 1, 3);
	assert_int_equal(sign_in_wait("bob"), 0);
	for (i = 0; i < 20; i++)
		sign_in_tried("ann", false);
	assert_in_range(sign_in_wait("ann"), 299, 301);
	sign_in_tried("ann", true);
	assert_int_equal(sign_in_wait("ann"), 0);
}

/* As another process, and as the same one after a restart. */
static void
guesses_are_counted_over_all_processes(void **state)
{
	pid_t pid;
	int i;

	(void)state;
	assert_int_equal(sign_in_wait("carl"), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		for (i = 0; i < 9; i++)
			sign_in_tried("carl", false);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_in_range(sign_in_wait("carl"), 1, 301);
}

/* Guessing many names does not make room for guessing one. */
static void
a_name_that_waits_longest_is_kept(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 30; i++)
		sign_in_tried("target", false);
	for (i = 0; i < 1000; i++)
		sign_in_tried(arena_printf(arena, "other-%d", i), false);
	assert_in_range(sign_in_wait("target"), 299, 301);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(cookies_keep_to_themselves),
	STORE_TEST(the_refresh_token_comes_back),
	STORE_TEST(forgetting_ends_both),
	STORE_TEST(five_guesses_are_free),
	STORE_TEST(guesses_are_counted_over_all_processes),
	STORE_TEST(a_name_that_waits_longest_is_kept),
};

UNIT_MAIN(tests)

/* test_dify_session.c: being let in, once for all that wait. The server is a
 * Dify that forgets everything but what a file says. */
#include "server.h"
#include "unit.h"

#include "dify/console.h"
#include "io/net.h"

#include <fcntl.h>
#include <sys/mman.h>

/* What the server and the tests share. */
static struct shared {
	char version[20];
	char prefix[20];    /* of the cookies */
	char password[100]; /* as it must come */
	int logins;
	int refreshes;
	int probes;
	int calls;
	int expired;     /* so many calls get 401 */
	bool first_over; /* so does whoever comes with the first session */
	bool refuse_refresh;
	const char *gone; /* what stands before Dify says to a sign-in, once */
	bool bearer;
	char last_head[16384];
} * shared;

static void
say_json(int fd, const char *status, const char *more, const char *body)
{
	char text[4000];

	snprintf(text, sizeof(text),
		"HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
		"X-Version: %s\r\n%sContent-Length: %zu\r\n\r\n%s",
		status, shared->version, more, strlen(body), body);
	server_say(fd, text);
}

static void
say_tokens(int fd, int n)
{
	char cookies[1000];
	char body[200];

	snprintf(cookies, sizeof(cookies),
		"Set-Cookie: %saccess_token=acc%d; Path=/; HttpOnly\r\n"
		"Set-Cookie: other=1\r\n"
		"Set-Cookie: %srefresh_token=ref%d; Path=/\r\n"
		"Set-Cookie: %scsrf_token=csrf%d; Path=/\r\n",
		shared->prefix, n, shared->prefix, n, shared->prefix, n);
	snprintf(body, sizeof(body),
		"{\"result\":\"success\",\"data\":{\"access_token\":\"acc%d\","
		"\"refresh_token\":\"ref%d\"}}",
		n, n);
	usleep(50000);
	if (shared->bearer)
		say_json(fd, "200 OK", "", body);
	else
		say_json(fd, "200 OK", cookies, "{\"result\":\"success\"}");
}

static void
log_in(struct server_request *r)
{
	char wanted[200];

	shared->logins++;
	snprintf(wanted, sizeof(wanted), "\"password\":\"%s\"",
		shared->password);
	if (strstr(r->body, wanted) != NULL)
		say_tokens(r->fd, shared->logins);
	else if (strcmp(shared->version, "1.16.1") == 0 &&
		 strstr(r->body, "==\"") == NULL)
		say_json(r->fd, "401 Unauthorized", "",
			"{\"code\":\"authentication_failed\",\"message\":"
			"\"Invalid encrypted data\",\"status\":401}");
	else
		say_json(r->fd, "401 Unauthorized", "",
			"{\"code\":\"authentication_failed\",\"message\":"
			"\"Invalid email or password.\",\"status\":401}");
}

/* Whether a call comes with a session that is over; each connection has a
 * process of its own here, so that a count would hit another call. */
static bool
is_over(const struct server_request *r)
{
	if (shared->first_over)
		return strstr(r->head, "access_token=acc1;") != NULL;
	return shared->expired > 0 && shared->expired-- > 0;
}

static bool
answer(struct server_request *r)
{
	if (server_is(r, "GET /console/api/setup")) {
		shared->probes++;
		say_json(r->fd, "200 OK", "", "{\"step\":\"finished\"}");
	} else if (server_is(r, "POST /console/api/login") &&
		   shared->gone != NULL) {
		server_answer(
			r->fd, shared->gone, "text/html", "<p>Sorry.</p>");
		shared->gone = NULL;
	} else if (server_is(r, "POST /console/api/login")) {
		log_in(r);
	} else if (server_is(r, "POST /console/api/refresh-token")) {
		shared->refreshes++;
		if (shared->refuse_refresh)
			say_json(r->fd, "401 Unauthorized", "",
				"{\"result\":\"fail\",\"message\":"
				"\"Invalid refresh token\"}");
		else
			say_tokens(r->fd, 100 + shared->refreshes);
	} else if (server_is(r, "GET /console/api/all-workspaces")) {
		say_json(r->fd, "200 OK", "",
			"{\"data\":[{\"id\":\"ws-1\",\"name\":\"W\"}]}");
	} else {
		shared->calls++;
		snprintf(shared->last_head, sizeof(shared->last_head), "%s",
			r->head);
		if (is_over(r)) {
			say_json(r->fd, "401 Unauthorized", "",
				"{\"code\":\"unauthorized\",\"message\":"
				"\"Token has expired.\",\"status\":401}");
		} else {
			say_json(r->fd, "200 OK", "", "{\"data\":[]}");
		}
	}
	return true;
}

/* ---- the client's side ---- */

static struct server server;
static int under_way;
static int oks;
static enum dify_end last_end;
static char last_message[300];
static char saved[1000];
static int saves;

static void
save(void *context, const char *session)
{
	(void)context;
	saves++;
	snprintf(saved, sizeof(saved), "%s", session == NULL ? "" : session);
}

static void
on_answer(void *context, const struct dify_answer *a)
{
	(void)context;
	oks += a->end == DIFY_OK;
	last_end = a->end;
	snprintf(last_message, sizeof(last_message), "%s",
		a->message == NULL ? "" : a->message);
	if (--under_way == 0)
		net_stop();
}

/* Makes n calls at once; how many were answered well. */
static int
calls(struct dify *d, int n)
{
	int i;

	oks = 0;
	net_init();
	for (i = 0; i < n; i++) {
		under_way++;
		dify_get(d, "/apps", on_answer, NULL);
	}
	net_loop(2000);
	net_release();
	return oks;
}

static struct dify *
client(bool admin_key, const char *secret, const char *session)
{
	static char url[60];
	struct dify_config c = {.base_url = url,
		.admin_key = admin_key,
		.email = "a@b.c",
		.secret = secret,
		.session = session};

	snprintf(url, sizeof(url), "http://127.0.0.1:%d", server.port);
	return dify_new(&c, save, NULL);
}

static int
reset(void **state)
{
	(void)state;
	memset(shared, 0, sizeof(*shared));
	snprintf(shared->version, sizeof(shared->version), "1.16.1");
	snprintf(shared->password, sizeof(shared->password), "cGFzcw==");
	saves = 0;
	saved[0] = '\0';
	return 0;
}

static bool
sent(const char *text)
{
	return strstr(shared->last_head, text) != NULL;
}

static void
an_admin_key_finds_its_workspace(void **state)
{
	struct dify *d = client(true, "the-admin-key", NULL);

	(void)state;
	assert_int_equal(calls(d, 3), 3);
	assert_true(sent("Authorization: Bearer the-admin-key\r\n"));
	assert_true(sent("X-WORKSPACE-ID: ws-1\r\n"));
	assert_false(sent("Cookie:"));
	assert_string_equal(dify_version(d), "1.16.1");
	assert_string_equal(dify_workspace(d), "ws-1");
	assert_int_equal(shared->probes, 1);
	dify_free(&d);
	assert_null(d);
}

static void
many_calls_wait_for_one_sign_in(void **state)
{
	struct dify *d = client(false, "pass", NULL);

	(void)state;
	assert_int_equal(calls(d, 20), 20);
	assert_int_equal(shared->logins, 1);
	assert_int_equal(shared->probes, 1);
	assert_true(sent("access_token=acc1; refresh_token=ref1; "
			 "csrf_token=csrf1"));
	assert_true(sent("X-CSRF-Token: csrf1\r\n"));
	assert_int_equal(saves, 1);
	assert_non_null(strstr(saved, "\"refresh\":\"ref1\""));
	assert_null(strstr(saved, "pass"));
	dify_free(&d);
}

static void
old_versions_take_a_bearer_and_a_plain_password(void **state)
{
	struct dify *d = client(false, "pass", NULL);

	(void)state;
	shared->bearer = true;
	snprintf(shared->version, sizeof(shared->version), "1.8.1");
	snprintf(shared->password, sizeof(shared->password), "pass");
	assert_int_equal(calls(d, 2), 2);
	assert_true(sent("Authorization: Bearer acc1\r\n"));
	assert_false(sent("Cookie:"));
	dify_free(&d);
}

static void
cookies_with_a_host_prefix_keep_it(void **state)
{
	struct dify *d = client(false, "pass", NULL);

	(void)state;
	snprintf(shared->prefix, sizeof(shared->prefix), "__Host-");
	assert_int_equal(calls(d, 1), 1);
	assert_true(sent("Cookie: __Host-access_token=acc1; "
			 "__Host-refresh_token=ref1; __Host-csrf_token=csrf1"));
	dify_free(&d);
	/* and so does a session that was kept */
	d = client(false, "pass", saved);
	assert_int_equal(calls(d, 1), 1);
	assert_true(sent("__Host-csrf_token=csrf1"));
	assert_int_equal(shared->logins, 1);
	dify_free(&d);
}

static void
an_expired_session_is_renewed_once_for_all(void **state)
{
	struct dify *d = client(false, "pass", NULL);

	(void)state;
	assert_int_equal(calls(d, 1), 1);
	shared->first_over = true;
	assert_int_equal(calls(d, 10), 10);
	assert_int_equal(shared->refreshes, 1);
	assert_int_equal(shared->logins, 1);
	assert_true(sent("csrf_token=csrf101"));
	dify_free(&d);
}

static void
a_call_is_not_repeated_for_ever(void **state)
{
	struct dify *d = client(false, "pass", NULL);

	(void)state;
	assert_int_equal(calls(d, 1), 1);
	shared->expired = 100;
	assert_int_equal(calls(d, 1), 0);
	assert_int_equal(last_end, DIFY_AUTH);
	assert_string_equal(last_message, "Token has expired.");
	assert_int_equal(shared->calls, 3);
	dify_free(&d);
}

static void
a_dead_refresh_token_leaves_the_password(void **state)
{
	struct dify *d = client(false, "pass", NULL);

	(void)state;
	assert_int_equal(calls(d, 1), 1);
	shared->expired = 1;
	shared->refuse_refresh = true;
	assert_int_equal(calls(d, 1), 1);
	assert_int_equal(shared->refreshes, 1);
	assert_int_equal(shared->logins, 2);
	dify_free(&d);
}

static void
a_wrong_password_is_tried_once(void **state)
{
	struct dify *d = client(false, "wrong-one!", NULL);

	(void)state;
	assert_int_equal(calls(d, 5), 0);
	assert_int_equal(calls(d, 5), 0);
	assert_int_equal(last_end, DIFY_AUTH);
	assert_non_null(strstr(last_message, "Invalid email or password."));
	assert_int_equal(shared->logins, 1);
	dify_forgive(d);
	assert_int_equal(calls(d, 1), 0);
	assert_int_equal(shared->logins, 2);
	dify_free(&d);
}

/* A web server whose Dify is away may say any of these. */
static void
what_is_not_of_dify_is_no_refusal(void **state)
{
	static const char *const said[] = {"404 Not Found", "403 Forbidden",
		"401 Unauthorized", "400 Bad Request"};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(said); i++) {
		struct dify *d = client(false, "pass", NULL);

		shared->gone = said[i];
		assert_int_equal(calls(d, 1), 0);
		assert_int_equal(calls(d, 1), 1);
		dify_free(&d);
	}
}

static void
the_other_form_of_the_password_is_tried(void **state)
{
	struct dify_config c = {.email = "a@b.c",
		.secret = "pass",
		.version = "1.11.1"}; /* it was updated meanwhile */
	char url[60];
	struct dify *d;

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", server.port);
	c.base_url = url;
	d = dify_new(&c, save, NULL);
	assert_int_equal(calls(d, 1), 1);
	assert_int_equal(shared->logins, 2);
	dify_free(&d);
}

static void
nobody_at_the_address(void **state)
{
	struct dify_config c = {.base_url = "http://127.0.0.1:1",
		.email = "a@b.c",
		.secret = "pass"};
	struct dify *d = dify_new(&c, save, NULL);

	(void)state;
	assert_int_equal(calls(d, 3), 0);
	assert_int_equal(last_end, DIFY_UNREACHABLE);
	assert_null(dify_version(d));
	dify_free(&d);
}

static int
set_up(void **state)
{
	(void)state;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	server = server_start(answer);
	return shared == MAP_FAILED ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	server_stop(&server);
	return munmap(shared, sizeof(*shared));
}

#define SESSION_TEST(f) cmocka_unit_test_setup(f, reset)

static const struct CMUnitTest tests[] = {
	SESSION_TEST(an_admin_key_finds_its_workspace),
	SESSION_TEST(many_calls_wait_for_one_sign_in),
	SESSION_TEST(old_versions_take_a_bearer_and_a_plain_password),
	SESSION_TEST(cookies_with_a_host_prefix_keep_it),
	SESSION_TEST(an_expired_session_is_renewed_once_for_all),
	SESSION_TEST(a_call_is_not_repeated_for_ever),
	SESSION_TEST(a_dead_refresh_token_leaves_the_password),
	SESSION_TEST(a_wrong_password_is_tried_once),
	SESSION_TEST(what_is_not_of_dify_is_no_refusal),
	SESSION_TEST(the_other_form_of_the_password_is_tried),
	SESSION_TEST(nobody_at_the_address),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* test_io_http_auth.c: who is calling and from which page. The two halves that
 * know the tables are played here. */
#include "request.h"

int
caller_of_bearer(struct arena *a, const char *token, struct caller *out)
{
	(void)a;
	out->role = strcmp(token, "ds_admin") == 0 ? ROLE_ADMIN : ROLE_VIEWER;
	out->name = token;
	memcpy(out->user_id, "0123456789abcdefghjk", ID_SIZE);
	return strncmp(token, "ds_", 3) == 0;
}

int
caller_of_session(struct arena *a, const char *jwt, struct caller *out)
{
	(void)a;
	out->role = ROLE_EDITOR;
	out->name = jwt;
	memcpy(out->session_id, "0123456789abcdefghjk", ID_SIZE);
	return strcmp(jwt, "good") == 0;
}

static int
ok(struct req *r)
{
	return http_empty(r, 204);
}

static const struct route table[] = {
	{HTTP_GET, "/public", ROLE_PUBLIC, ok},
	{HTTP_POST, "/public", ROLE_PUBLIC, ok},
	{HTTP_GET, "/viewer", ROLE_VIEWER, ok},
	{HTTP_POST, "/editor", ROLE_EDITOR, ok},
	{HTTP_POST, "/admin", ROLE_ADMIN, ok},
};
static const struct http_service service = {"t", table, nitems(table)};

static const struct {
	int line;
	const char *method;
	const char *path;
	const char *variable; /* "NAME=value" */
	int status;
	const char *code;
} callers[] = {
	{__LINE__, "GET", "/public", NULL, 204, NULL},
	{__LINE__, "GET", "/public", "HTTP_COOKIE=studio=bad", 204, NULL},
	{__LINE__, "GET", "/viewer", NULL, 401, "not_signed_in"},
	{__LINE__, "GET", "/viewer", "HTTP_COOKIE=studio=bad", 401,
		"session_expired"},
	{__LINE__, "GET", "/viewer", "HTTP_COOKIE=studio=good", 204, NULL},
	{__LINE__, "GET", "/viewer", "HTTP_COOKIE=__Host-studio=good", 204,
		NULL},
	{__LINE__, "GET", "/viewer", "HTTP_AUTHORIZATION=bearer ds_x", 204,
		NULL},
	{__LINE__, "GET", "/viewer", "HTTP_AUTHORIZATION=Bearer x", 401,
		"token_invalid"},
	{__LINE__, "GET", "/viewer", "HTTP_AUTHORIZATION=Basic ds_x", 401,
		"not_signed_in"},
	{__LINE__, "POST", "/editor", "HTTP_AUTHORIZATION=Bearer ds_x", 403,
		"forbidden"},
	{__LINE__, "POST", "/editor", "HTTP_COOKIE=studio=good", 204, NULL},
	{__LINE__, "POST", "/admin", "HTTP_COOKIE=studio=good", 403,
		"forbidden"},
	{__LINE__, "POST", "/admin", "HTTP_AUTHORIZATION=Bearer ds_admin", 204,
		NULL},
};

static void
roles_decide(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(callers); i++) {
		struct req *r;

		ask_forget();
		if (callers[i].variable != NULL) {
			ask_env[0] = arena_strdup(arena, callers[i].variable);
			ask_env[1] = NULL;
		}
		r = ask_init(
			&service, callers[i].method, callers[i].path, NULL);
		http_handle(r);
		if (r->status != callers[i].status)
			fail_msg("line %d: %s", callers[i].line, ask_out);
		if (callers[i].code != NULL)
			ask_says(callers[i].code);
		if (r->status == 401)
			ask_says("WWW-Authenticate: Bearer");
	}
}

static const struct {
	int line;
	const char *method;
	const char *site;
	const char *origin;
	const char *host;
	int status;
} pages[] = {
	{__LINE__, "POST", NULL, NULL, "a.test", 204},
	{__LINE__, "POST", "same-origin", NULL, NULL, 204},
	{__LINE__, "POST", "none", NULL, NULL, 204},
	{__LINE__, "POST", "same-site", NULL, NULL, 403},
	{__LINE__, "POST", "cross-site", NULL, NULL, 403},
	{__LINE__, "POST", "anything", NULL, NULL, 403},
	{__LINE__, "GET", "cross-site", "http://b.test", "a.test", 204},
	{__LINE__, "HEAD", "cross-site", NULL, NULL, 204},
	{__LINE__, "POST", NULL, "http://a.test", "a.test", 204},
	{__LINE__, "POST", NULL, "https://A.test:8", "a.test:8", 204},
	{__LINE__, "POST", NULL, "http://a.test:8", "a.test", 403},
	{__LINE__, "POST", NULL, "http://b.test", "a.test", 403},
	{__LINE__, "POST", NULL, "http://a.test.b", "a.test", 403},
	{__LINE__, "POST", NULL, "null", "a.test", 403},
	{__LINE__, "POST", NULL, "", "a.test", 403},
	{__LINE__, "POST", NULL, "http://a.test", NULL, 403},
	{__LINE__, "POST", "same-origin", "http://b.test", "a.test", 204},
};

static void
pages_of_other_sites_change_nothing(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(pages); i++) {
		struct req *r;

		ask_forget();
		if (pages[i].site != NULL)
			ask_with("HTTP_SEC_FETCH_SITE", pages[i].site);
		if (pages[i].origin != NULL)
			ask_with("HTTP_ORIGIN", pages[i].origin);
		if (pages[i].host != NULL)
			ask_with("HTTP_HOST", pages[i].host);
		r = ask_init(&service, pages[i].method, "/public", NULL);
		http_handle(r);
		if (r->status != pages[i].status)
			fail_msg("line %d: %s", pages[i].line, ask_out);
	}
}

static void
a_token_is_no_ambient_authority(void **state)
{
	(void)state;
	ask_forget();
	ask_with("HTTP_SEC_FETCH_SITE", "cross-site");
	ask_with("HTTP_AUTHORIZATION", "Bearer ds_admin");
	http_handle(ask_init(&service, "POST", "/admin", NULL));
	ask_says("Status: 204");
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(roles_decide),
	STORE_TEST(pages_of_other_sites_change_nothing),
	STORE_TEST(a_token_is_no_ambient_authority),
};

UNIT_MAIN(tests)

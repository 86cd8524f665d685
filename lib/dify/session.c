/* session.c: being known to Dify's console (contract.md 2.3 and 2.4): one
 * sign-in at a time, whatever number of calls wait for it. */
#include "base/fatal.h"
#include "base/limits.h"
#include "dify/client.h"
#include "text/base64.h"
#include "text/json.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	SESSION_ARENA = 32 << 20,
	ANSWER_MAX = 1 << 20,
	TURN_MS = 50 /* between two tries to be the one who signs in */
};

static const char host_prefix[] = "__Host-";

/* ---- what a console call needs ---- */

bool
session_ready(const struct dify *d)
{
	if (d->signing_in || d->version[0] == '\0')
		return false;
	return d->config.admin_key ? d->workspace != NULL : d->access != NULL;
}

static const char *
cookies(const struct dify *d, struct arena *a)
{
	const char *p = d->host_prefix ? host_prefix : "";

	return arena_printf(a,
		"%saccess_token=%s; %srefresh_token=%s; "
		"%scsrf_token=%s",
		p, d->access == NULL ? "" : d->access, p,
		d->refresh == NULL ? "" : d->refresh, p,
		d->csrf == NULL ? "" : d->csrf);
}

size_t
session_headers(const struct dify *d, struct arena *a, struct net_header *out)
{
	size_t n = 0;

	if (d->config.admin_key) {
		out[n++] = (struct net_header){"Authorization",
			arena_printf(a, "Bearer %s", d->config.secret)};
		if (d->workspace != NULL)
			out[n++] = (struct net_header){
				"X-WORKSPACE-ID", d->workspace};
	} else if (dify_profile_of(d)->sign_in == SIGN_IN_BEARER) {
		out[n++] = (struct net_header){"Authorization",
			arena_printf(a, "Bearer %s",
				d->access == NULL ? "" : d->access)};
	} else {
		out[n++] = (struct net_header){"Cookie", cookies(d, a)};
		out[n++] = (struct net_header){
			"X-CSRF-Token", d->csrf == NULL ? "" : d->csrf};
	}
	return n;
}

/* ---- what an answer gives ---- */

/* One Set-Cookie header; other cookies than the three do not matter. */
static void
take_cookie(struct dify *d, const char *text)
{
	const char *equals = strchr(text, '=');
	bool prefixed =
		strncmp(text, host_prefix, sizeof(host_prefix) - 1) == 0;
	const char *name = prefixed ? text + sizeof(host_prefix) - 1 : text;
	size_t n;
	char **slot = NULL;

	if (equals == NULL || equals < name)
		return;
	n = (size_t)(equals - name);
	if (n == 12 && memcmp(name, "access_token", n) == 0)
		slot = &d->access;
	else if (n == 13 && memcmp(name, "refresh_token", n) == 0)
		slot = &d->refresh;
	else if (n == 10 && memcmp(name, "csrf_token", n) == 0)
		slot = &d->csrf;
	if (slot == NULL)
		return;
	secret_replace(slot, equals + 1, strcspn(equals + 1, "; "));
	d->host_prefix = prefixed;
}

static void
take_tokens(struct dify *d, const struct net_answer *n,
	const struct dify_answer *answer)
{
	const struct value *data = value_get(answer->body, "data");
	const char *access = value_get_text(data, "access_token", NULL);
	const char *refresh = value_get_text(data, "refresh_token", NULL);
	size_t i;

	for (i = 0; i < n->nheaders; i++)
		if (strcmp(n->headers[i].name, "set-cookie") == 0)
			take_cookie(d, n->headers[i].value);
	if (access != NULL)
		secret_replace(&d->access, access, strlen(access));
	if (refresh != NULL)
		secret_replace(&d->refresh, refresh, strlen(refresh));
}

/* ---- the steps of signing in ---- */

static void next_step(struct dify *d);

static void
send(struct dify *d, const char *method, const char *path,
	const struct value *body,
	void (*on_end)(void *, const struct net_answer *))
{
	struct net_header headers[6] = {
		{"Content-Type", "application/json"},
	};
	struct net_callbacks callbacks = {.on_end = on_end};
	struct net_request r = {
		.method = method,
		.headers = headers,
		.total_ms = DIFY_CALL_MS,
		.max_body = ANSWER_MAX,
		.way = d->config.way,
	};
	struct str text;

	r.url = arena_printf(
		d->scratch, "%s/console/api%s", d->config.base_url, path);
	r.nheaders = 1 + session_headers(d, d->scratch, headers + 1);
	if (body != NULL) {
		str_init(&text, d->scratch, ANSWER_MAX);
		jsonx_write(&text, body, 0);
		r.body = text.s;
		r.body_len = text.len;
	}
	d->transfer = net_start(&r, &callbacks, d);
}

/* All that waited go on: with the session, or with why there is none. */
static void
settle(struct dify *d, const struct dify_answer *why)
{
	struct dify_call *list = d->waiting;

	d->waiting = NULL;
	d->signing_in = false;
	if (d->in_turn && d->turn != NULL)
		d->turn->give(d->context);
	d->in_turn = false;
	d->calls++; /* nobody frees the client in between */
	while (list != NULL) {
		struct dify_call *c = list;

		list = c->next;
		c->next = NULL;
		if (c->cancelled) {
			struct dify_answer gone = {.end = DIFY_CANCELLED,
				.code = "",
				.message = "cancelled",
				.arena = c->arena};

			call_end(c, &gone);
		} else if (why != NULL) {
			struct dify_answer copy = *why;

			copy.arena = c->arena;
			call_end(c, &copy);
		} else {
			call_send(c);
		}
	}
	d->calls--;
	if (d->freed)
		dify_free(&d);
}

/* Dify's own word on who we are; what a web server before it says is none. */
static bool
is_refusal(const struct dify_answer *answer)
{
	int status = answer->status;

	return (status == 401 && answer->body != NULL) ||
	       ((status == 400 || status == 403) &&
		       value_get(answer->body, "code") != NULL);
}

static void
give_up(struct dify *d, struct dify_answer *answer)
{
	bool says_no = is_refusal(answer);

	if (says_no)
		answer->end = DIFY_AUTH;
	if (says_no && !d->config.admin_key) {
		free(d->refused);
		d->refused = strdup(answer->message == NULL
					    ? "Dify refuses the sign-in"
					    : answer->message);
		session_keep_refusal(d);
	}
	settle(d, answer);
}

static void
on_login(void *context, const struct net_answer *n)
{
	struct dify *d = context;
	struct dify_answer answer;

	d->transfer = NULL;
	note_version(d, n);
	answer_read(d->scratch, n, &answer);
	if (answer.end != DIFY_OK && d->form == FORM_BY_PROFILE &&
		answer.message != NULL &&
		strstr(answer.message, "encrypted data") != NULL) {
		d->form = d->sent_coded ? FORM_PLAIN : FORM_CODED;
		next_step(d);
		return;
	}
	if (answer.end == DIFY_OK)
		take_tokens(d, n, &answer);
	if (answer.end == DIFY_OK && d->access == NULL) {
		answer.end = DIFY_FAILED;
		answer.message = "Dify's sign-in gave no session";
	}
	if (answer.end != DIFY_OK) {
		give_up(d, &answer);
		return;
	}
	session_keep(d);
	settle(d, NULL);
}

static void
log_in(struct dify *d)
{
	struct arena *a = d->scratch;
	struct value *body = value_object(a);
	const char *password = d->config.secret;
	bool coded = dify_profile_of(d)->base64_password;

	if (d->form != FORM_BY_PROFILE)
		coded = d->form == FORM_CODED;
	d->sent_coded = coded;
	if (coded)
		password = base64(a, password, strlen(password));
	value_set_text(a, body, "email", d->config.email);
	value_set_text(a, body, "password", password);
	value_set_bool(a, body, "remember_me", true);
	send(d, "POST", "/login", body, on_login);
}

/* A refresh token that is no longer good leaves the password. */
static void
on_refresh(void *context, const struct net_answer *n)
{
	struct dify *d = context;
	struct dify_answer answer;

	d->transfer = NULL;
	note_version(d, n);
	answer_read(d->scratch, n, &answer);
	if (answer.end == DIFY_OK)
		take_tokens(d, n, &answer);
	if (answer.end == DIFY_OK && d->access != NULL) {
		session_keep(d);
		settle(d, NULL);
	} else if (n->end == NET_OK && n->status / 100 == 4) {
		secret_forget(&d->refresh);
		next_step(d);
	} else {
		settle(d, &answer);
	}
}

static void
refresh(struct dify *d)
{
	struct value *body = value_object(d->scratch);

	value_set_text(d->scratch, body, "refresh_token", d->refresh);
	send(d, "POST", "/refresh-token", body, on_refresh);
}

static void
on_workspaces(void *context, const struct net_answer *n)
{
	struct dify *d = context;
	struct dify_answer answer;
	const char *id;

	d->transfer = NULL;
	note_version(d, n);
	answer_read(d->scratch, n, &answer);
	id = value_get_text(
		value_at(value_get(answer.body, "data"), 0), "id", NULL);
	if (answer.end == DIFY_OK && id == NULL) {
		answer.end = DIFY_AUTH;
		answer.message = "Dify has no workspace, or the admin key is "
				 "not in use there";
	}
	if (answer.end != DIFY_OK || id == NULL) {
		give_up(d, &answer);
		return;
	}
	secret_replace(&d->workspace, id, strlen(id));
	settle(d, NULL);
}

static void
on_probe(void *context, const struct net_answer *n)
{
	struct dify *d = context;
	struct dify_answer answer;

	d->transfer = NULL;
	note_version(d, n);
	answer_read(d->scratch, n, &answer);
	if (n->end != NET_OK) {
		settle(d, &answer);
	} else if (d->version[0] == '\0') {
		answer.end = DIFY_FAILED;
		answer.message = "what answers at this address is no Dify";
		settle(d, &answer);
	} else {
		next_step(d);
	}
}

static void
next_step(struct dify *d)
{
	if (d->version[0] == '\0')
		send(d, "GET", "/setup", NULL, on_probe);
	else if (d->config.admin_key && d->workspace == NULL)
		send(d, "GET", "/all-workspaces?page=1&limit=20", NULL,
			on_workspaces);
	else if (d->config.admin_key || d->access != NULL)
		settle(d, NULL);
	else if (d->refresh != NULL)
		refresh(d);
	else
		log_in(d);
}

static void
start_signing_in(void *context)
{
	struct dify *d = context;
	struct dify_answer answer = {
		.end = DIFY_AUTH, .status = 401, .code = ""};

	arena_reset(d->scratch);
	if (d->turn != NULL && !d->config.admin_key) {
		if (!d->turn->take(d->context)) {
			net_timer(TURN_MS, start_signing_in, d);
			return;
		}
		session_take_turn(d);
	}
	if (d->refused == NULL) {
		next_step(d);
		return;
	}
	answer.message = arena_printf(d->scratch,
		"%s (not tried again until the connection is tested or "
		"changed)",
		d->refused);
	settle(d, &answer);
}

void
session_begin(struct dify *d)
{
	if (d->signing_in)
		return;
	d->signing_in = true;
	net_timer(0, start_signing_in, d);
}

void
session_stale(struct dify *d, const char *used_access)
{
	if (d->access == NULL || used_access == NULL ||
		strcmp(d->access, used_access) != 0)
		return;
	secret_replace(&d->stale, used_access, strlen(used_access));
	secret_forget(&d->access);
}

/* poll_runs.c: what the apps that are kept here did in Dify, whoever ran them.
 * One app at a time is asked for its newest run; one where something happened
 * soon again, one where nothing does more and more seldom. */
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "dify/console.h"
#include "io/db.h"
#include "io/net.h"
#include "model/app_run.h"
#include "text/value.h"
#include "worker/kinds.h"
#include "worker/pace.h"
#include "worker/servers.h"
#include "worker/store.h"
#include "worker/watched.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LIST_MS = 5000,     /* between two looks for new apps */
	FIRST_MS = 15000,   /* after something happened */
	RUNNING_MS = 30000, /* at most, while a run goes on */
	LONGEST_MS = 3600 * 1000,
	TROUBLE_MS = 30000, /* after an answer that was none */
	TEXT = 64,
	PATH_SIZE = 200
};

struct app {
	char workflow_id[ID_SIZE];
	char app_id[TEXT];
	char last[TEXT + 24]; /* run and state when last asked */
	bool chat;
	int64_t due; /* monotonic ms */
	int64_t every;
};

/* The apps of one connection, by workflow id. */
struct group {
	struct watched known;
	struct app *apps;
	size_t count;
	int64_t listed_at;
	int64_t version; /* of the database then */
	int64_t rest;    /* not to be asked before, monotonic ms */
	bool busy;
	char asked[ID_SIZE]; /* the workflow of the app that was asked */
};

/* A run on its way to the disk. */
struct seen {
	struct arena *arena;
	char workflow_id[ID_SIZE];
	struct app_run run;
};

static struct watched *groups;

static int
by_workflow(const void *a, const void *b)
{
	const struct app *x = a;
	const struct app *y = b;

	return strcmp(x->workflow_id, y->workflow_id);
}

static struct app *
find(const struct group *g, const char *workflow_id)
{
	struct app key = {0};

	memcpy(key.workflow_id, workflow_id, ID_SIZE);
	return g->count == 0 ? NULL
			     : bsearch(&key, g->apps, g->count, sizeof(key),
				       by_workflow);
}

/* ---- which apps there are ---- */

/* What is known of an app goes along; another app in its place is a new one. */
static void
take(const struct group *g, const struct app_ref *ref, struct app *out)
{
	const struct app *old = find(g, ref->workflow_id);

	memset(out, 0, sizeof(*out));
	if (old != NULL && strcmp(old->app_id, ref->app_id) == 0) {
		*out = *old;
		return;
	}
	memcpy(out->workflow_id, ref->workflow_id, ID_SIZE);
	snprintf(out->app_id, sizeof(out->app_id), "%s", ref->app_id);
	out->chat = ref->chat;
	out->every = FIRST_MS;
}

static void
list(struct group *g)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct app_ref *refs;
	size_t n = (size_t)app_list(a, g->known.id, &refs);
	struct app *apps = calloc(n + 1, sizeof(*apps));
	size_t i;

	if (apps == NULL)
		fatal("poll: out of memory");
	for (i = 0; i < n; i++)
		take(g, &refs[i], &apps[i]);
	free(g->apps);
	g->apps = apps;
	g->count = n;
	arena_free(&a);
}

static void
list_when_changed(struct group *g, int64_t now)
{
	int64_t version;

	if (g->listed_at != 0 && now - g->listed_at < LIST_MS)
		return;
	g->listed_at = now;
	version = db_data_version();
	if (version != g->version)
		list(g);
	g->version = version;
}

/* ---- what was heard ---- */

static void
write_seen(void *context)
{
	struct seen *s = context;

	app_run_seen(s->workflow_id, &s->run);
}

static void
seen_written(void *context)
{
	struct seen *s = context;
	struct arena *a = s->arena;

	arena_free(&a);
}

static void
keep(const struct app *app, const struct value *run, const char *user)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct seen *s = arena_alloc(a, sizeof(*s));
	int64_t ended = value_get_int(run, "finished_at", 0);

	s->arena = a;
	memcpy(s->workflow_id, app->workflow_id, ID_SIZE);
	s->run.id = arena_strdup(a, value_get_text(run, "id", ""));
	s->run.status = arena_strdup(a, value_get_text(run, "status", ""));
	s->run.user = arena_strdup(a, user);
	s->run.at = 1000 *
		    (ended > 0 ? ended : value_get_int(run, "created_at", 0));
	store_note(write_seen, seen_written, s);
}

/* The newest run changes when the app is asked next. */
static void
hear(struct app *app, const struct value *run, const char *user)
{
	const char *status = value_get_text(run, "status", "");
	char now[sizeof(app->last)];

	snprintf(now, sizeof(now), "%.63s %.20s", value_get_text(run, "id", ""),
		status);
	if (run != NULL && strcmp(now, app->last) != 0) {
		memcpy(app->last, now, sizeof(now));
		app->every = FIRST_MS;
		keep(app, run, user);
		return;
	}
	app->every *= 2;
	if (strcmp(status, "running") == 0 && app->every > RUNNING_MS)
		app->every = RUNNING_MS;
	if (app->every > LONGEST_MS)
		app->every = LONGEST_MS;
}

static void
on_runs(void *context, const struct dify_answer *answer)
{
	struct group *g = context;
	struct app *app = find(g, g->asked);
	const struct value *row = value_at(value_get(answer->body, "data"), 0);
	const struct value *run = value_get(row, "workflow_run");
	int64_t now = clock_mono_ms();

	g->busy = false;
	if (answer->end == DIFY_OK && app != NULL)
		hear(app, run == NULL ? row : run,
			value_get_text(value_get(row, "created_by_end_user"),
				"session_id", ""));
	else if (answer->end != DIFY_FAILED || answer->status >= 500)
		g->rest = now + pace_rest(TROUBLE_MS, answer->retry_after_ms);
	else if (app != NULL)
		app->every = LONGEST_MS;
	if (app != NULL)
		app->due = now + app->every;
}

/* ---- asking ---- */

static void
ask(void *context)
{
	struct group *g = context;
	const struct app *app = find(g, g->asked);
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection c;
	struct dify *d = server_of(a, g->known.id, &c);
	char path[PATH_SIZE];

	if (d == NULL || app == NULL || net_stopping()) {
		g->busy = false;
		arena_free(&a);
		return;
	}
	snprintf(path, sizeof(path),
		app->chat ? "/apps/%s/advanced-chat/workflow-runs?limit=1"
			    "&triggered_from=app-run"
			  : "/apps/%s/workflow-app-logs?page=1&limit=1",
		app->app_id);
	dify_get(d, path, on_runs, g);
	arena_free(&a);
}

static const struct app *
next_due(const struct group *g, int64_t now)
{
	const struct app *best = NULL;
	size_t i;

	for (i = 0; i < g->count; i++)
		if (g->apps[i].due <= now &&
			(best == NULL || g->apps[i].due < best->due))
			best = &g->apps[i];
	return best;
}

static void
look(const char *id)
{
	struct group *g = watched_of(&groups, id, sizeof(*g));
	int64_t now = clock_mono_ms();
	const struct app *app;

	if (g->busy || now < g->rest)
		return;
	list_when_changed(g, now);
	app = next_due(g, now);
	if (app == NULL)
		return;
	memcpy(g->asked, app->workflow_id, ID_SIZE);
	g->busy = true;
	net_timer(pace_slot(g->known.id), ask, g);
}

void
poll_runs_start(void)
{
	watched_each_second(look);
}

void
poll_runs_release(void)
{
	struct group *g;

	while ((g = (struct group *)groups) != NULL) {
		groups = g->known.next;
		free(g->apps);
		free(g);
	}
}

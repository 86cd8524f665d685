/* poll_edits.c: what somebody changes in Dify's own editor. The list of apps
 * tells which were published or renamed; a draft is read when that says so, and
 * else one after the other, the longest unread first. */
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "base/log.h"
#include "dify/console.h"
#include "io/net.h"
#include "model/workflow.h"
#include "text/value.h"
#include "worker/found.h"
#include "worker/kinds.h"
#include "worker/pace.h"
#include "worker/servers.h"
#include "worker/store.h"
#include "worker/watched.h"

#include <stdlib.h>
#include <string.h>

enum {
	LIST_MS = 15000, /* between two lists, and so much more a page */
	PAGE_MS = 6000,
	PAGE = 100,
	MOST_PAGES = 50,
	SWEEP_MS = 2000,   /* between two drafts that nothing points at */
	UNREAD_MS = 20000, /* a draft is not read again before */
	TROUBLE_MS = 30000,
	/* for a draft of LIMIT_DOCUMENT, its export, and what is known: each of
	 * them as a text, as values, and as what counts of them */
	LOOK_ARENA = 512 << 20
};

/* One connection. */
struct group {
	struct watched known;
	bool busy;
	int page;         /* of the list that is under way; 0: none */
	int64_t list_due; /* monotonic ms, these three */
	int64_t sweep_due;
	int64_t rest;
	struct look *look; /* the draft that is asked for */
};

/* One draft on its way. */
struct look {
	struct arena *arena;
	struct group *group;
	char workflow_id[ID_SIZE];
	const char *app_id;
	struct workflow_dify known; /* when it was asked for */
	unsigned char hash[SEAL_HASH_BYTES];
	int64_t draft_at;    /* when it was saved */
	bool read;           /* hash is set */
	bool values;         /* nothing else may have changed */
	struct value *found; /* NULL: nothing new */
};

/* The times of a page of apps, on their way to the disk. */
struct times {
	struct arena *arena;
	const char *connection_id;
	struct workflow_dify_time *rows;
	size_t n;
};

static struct watched *groups;

/* An answer that is none: not for a while. */
static bool
trouble(struct group *g, const struct dify_answer *answer)
{
	if (answer->end == DIFY_OK ||
		(answer->end == DIFY_FAILED && answer->status < 500))
		return false;
	g->rest =
		clock_mono_ms() + pace_rest(TROUBLE_MS, answer->retry_after_ms);
	return true;
}

/* ---- a draft ---- */

static void
look_over(struct look *l)
{
	struct group *g = l->group;
	struct arena *a = l->arena;

	g->look = NULL;
	g->busy = false;
	arena_free(&a);
}

/* Unless a deploy went on meanwhile: it looks by itself. What an app is like
 * that was never looked at is nobody's edit. */
static void
write_look(void *context)
{
	struct look *l = context;
	struct workflow_dify now;
	struct workflow w;
	bool same;

	if (workflow_find(l->arena, l->workflow_id, &w) != 1 ||
		workflow_dify(l->workflow_id, &now) != 1)
		return;
	same = now.known == l->known.known && now.version == l->known.version &&
	       memcmp(now.seen, l->known.seen, sizeof(now.seen)) == 0;
	if (w.last_status == STATUS_DEPLOYING || !same)
		return;
	if (l->read)
		workflow_set_dify_draft(w.id, l->draft_at);
	if (!l->read)
		workflow_set_dify_read(w.id);
	else if (!now.known)
		workflow_set_dify(
			w.id, w.version == 1 ? 1 : now.version, l->hash);
	else if (l->found != NULL)
		log_info("edited_in_dify", log_str("workflow", w.id),
			log_int("version",
				found_keep(l->arena, w.id, l->found, l->hash)));
	else
		workflow_set_dify_read(w.id);
}

static void
look_written(void *context)
{
	look_over(context);
}

static void
on_export(void *context, const struct dify_answer *answer)
{
	struct look *l = context;
	bool differs;

	if (trouble(l->group, answer)) {
		look_over(l);
		return;
	}
	differs = found_fill(l->arena, l->workflow_id, l->found,
		answer->end == DIFY_OK ? answer->body : NULL);
	if (l->values && answer->end != DIFY_OK)
		l->draft_at = l->known.draft_at; /* to be asked again */
	if (l->values && !differs)
		l->found = NULL;
	store_write(write_look, look_written, l);
}

/* A draft that was saved may have another secret, which it does not show. */
static void
compare(struct look *l, const struct value *draft)
{
	struct arena *scratch = arena_new(LOOK_ARENA);
	bool differs = found_differs(scratch, l->workflow_id, draft, l->hash);
	struct value *found;

	arena_free(&scratch);
	l->draft_at = value_get_int(draft, "updated_at", 0);
	if (!l->known.known || (!differs && l->draft_at == l->known.draft_at))
		return;
	found = found_workflow(l->arena, draft);
	l->values = !differs && found_is_masked(l->arena, found);
	if (differs || l->values)
		l->found = found;
}

static void
on_draft(void *context, const struct dify_answer *answer)
{
	struct look *l = context;
	struct connection c;
	struct dify *d;

	if (trouble(l->group, answer)) {
		look_over(l);
		return;
	}
	l->read = answer->end == DIFY_OK;
	if (l->read)
		compare(l, answer->body);
	d = server_of(l->arena, l->group->known.id, &c);
	if (l->found != NULL && d != NULL &&
		found_is_masked(l->arena, l->found))
		dify_export(d, l->app_id, on_export, l);
	else if (l->found != NULL)
		store_write(write_look, look_written, l);
	else
		store_note(write_look, look_written, l);
}

static void
ask_draft(void *context)
{
	struct look *l = context;
	struct connection c;
	struct dify *d = server_of(l->arena, l->group->known.id, &c);

	if (d == NULL || net_stopping())
		look_over(l);
	else
		dify_draft(d, l->app_id, on_draft, l);
}

/* False: there is none to be read now. */
static bool
read_one(struct group *g, int64_t now)
{
	struct arena *a = arena_new(LOOK_ARENA);
	struct look *l = arena_alloc(a, sizeof(*l));
	bool swept = now >= g->sweep_due;

	*l = (struct look){.arena = a, .group = g};
	if (!workflow_dify_unread(a, g->known.id,
		    swept ? clock_now_ms() - UNREAD_MS : 0, l->workflow_id,
		    &l->app_id) ||
		workflow_dify(l->workflow_id, &l->known) != 1) {
		arena_free(&a);
		return false;
	}
	if (swept)
		g->sweep_due = now + SWEEP_MS;
	g->look = l;
	g->busy = true;
	net_timer(pace_slot(g->known.id), ask_draft, l);
	return true;
}

/* ---- the list ---- */

static void
write_times(void *context)
{
	const struct times *t = context;

	for (size_t i = 0; i < t->n; i++)
		workflow_dify_changed(t->connection_id, &t->rows[i]);
}

static void
times_written(void *context)
{
	struct times *t = context;
	struct arena *a = t->arena;

	arena_free(&a);
}

static void
keep_times(const struct group *g, const struct value *apps)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct times *t = arena_alloc(a, sizeof(*t));

	*t = (struct times){.arena = a, .connection_id = g->known.id};
	t->rows = arena_array(a, value_count(apps) + 1, sizeof(*t->rows));
	value_each(app, apps) {
		const struct value *published = value_get(app, "workflow");
		int64_t at = value_get_int(app, "updated_at", 0);
		int64_t also = value_get_int(published, "updated_at", 0);

		t->rows[t->n].app_id =
			arena_strdup(a, value_get_text(app, "id", ""));
		t->rows[t->n++].updated_at = at > also ? at : also;
	}
	if (workflow_dify_news(t->connection_id, t->rows, t->n))
		store_note(write_times, times_written, t);
	else
		arena_free(&a);
}

static void
on_page(void *context, const struct dify_answer *answer)
{
	struct group *g = context;
	int64_t now = clock_mono_ms();

	g->busy = false;
	if (!trouble(g, answer) && answer->end == DIFY_OK) {
		keep_times(g, value_get(answer->body, "data"));
		if (value_get_bool(answer->body, "has_more", false) &&
			g->page < MOST_PAGES) {
			g->page++;
			return;
		}
	}
	g->list_due = now + LIST_MS + (int64_t)g->page * PAGE_MS;
	g->page = 0;
}

static void
ask_page(void *context)
{
	struct group *g = context;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection c;
	struct dify *d = server_of(a, g->known.id, &c);

	if (d == NULL || net_stopping())
		g->busy = false;
	else
		dify_apps_page(d, g->page, PAGE, on_page, g);
	arena_free(&a);
}

/* ---- when ---- */

static void
look(const char *id)
{
	struct group *g = watched_of(&groups, id, sizeof(*g));
	int64_t now = clock_mono_ms();

	if (g->busy || now < g->rest || !workflow_dify_any(g->known.id))
		return;
	if (g->page == 0 && now >= g->list_due)
		g->page = 1;
	if (g->page > 0) {
		g->busy = true;
		net_timer(pace_slot(g->known.id), ask_page, g);
	} else {
		read_one(g, now);
	}
}

void
poll_edits_start(void)
{
	watched_each_second(look);
}

void
poll_edits_release(void)
{
	struct group *g;

	while ((g = (struct group *)groups) != NULL) {
		groups = g->known.next;
		if (g->look != NULL)
			look_over(g->look);
		free(g);
	}
}

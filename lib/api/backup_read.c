/* backup_read.c: workflows out of a zip; see backup.h. */
#include "api/backup.h"
#include "base/limits.h"
#include "dsl/app.h"
#include "dsl/dsl.h"
#include "io/db.h"
#include "model/backup.h"
#include "model/workflow.h"
#include "text/json.h"

#include <string.h>

enum { DESCRIPTION_MAX = 2000 };

const char *const backup_state_names[BACKUP_STATE__MAX] = {
	[BACKUP_NEW] = "new",
	[BACKUP_EQUAL] = "equal",
	[BACKUP_CHANGED] = "changed",
	[BACKUP_CLASHES] = "clash",
	[BACKUP_FAILED] = "failed",
};

/* Ends with NULL: it is also the list of a query's values. */
const char *const backup_clash_names[BACKUP_CLASH__MAX + 1] = {
	[BACKUP_SKIP] = "skip",
	[BACKUP_ADD] = "add",
	[BACKUP_REPLACE] = "replace",
};

/* One file, and what is here of it. */
struct piece {
	struct arena *a;
	const struct value *entry; /* of the manifest, or NULL */
	struct value *dsl;
	struct workflow w; /* as the file says */
	struct workflow here;
	bool known;
	enum backup_state state;
	bool dsl_differs;
	bool name_differs;
	bool tags_differ;
	bool done;
	const char *code;
	const char *message;
};

/* ---- reading ---- */

static bool
fail(struct piece *p, const char *code, const char *message)
{
	p->state = BACKUP_FAILED;
	p->code = code;
	p->message = message;
	return false;
}

static const struct value *
entry_of(const struct value *manifest, const char *file)
{
	value_each(e, value_get(manifest, "workflows"))
		if (strcmp(value_get_text(e, "file", ""), file) == 0)
			return e;
	return NULL;
}

static bool
is_dsl_name(const char *file)
{
	const char *dot = strrchr(file, '.');

	return dot != NULL &&
	       (strcmp(dot, ".yml") == 0 || strcmp(dot, ".yaml") == 0 ||
		       strcmp(dot, ".json") == 0);
}

/* What a request may name a tag: no control characters. */
static bool
is_tag(const char *text)
{
	const char *p = text;

	while ((unsigned char)*p >= ' ' && *p != 0x7F)
		p++;
	return *text != '\0' && *p == '\0';
}

static void
take_tags(struct piece *p)
{
	p->w.tags = arena_array(p->a, LIMIT_TAGS, sizeof(p->w.tags[0]));
	value_each(tag, value_get(p->entry, "tags")) {
		const char *text = value_text(tag);

		if (text != NULL && is_tag(text) && p->w.ntags < LIMIT_TAGS)
			p->w.tags[p->w.ntags++] =
				arena_strcut(p->a, text, LIMIT_TAG);
	}
}

static void
take_words(struct piece *p)
{
	const char *name = value_get_text(p->entry, "name", dsl_name(p->dsl));

	p->w.name = arena_strcut(
		p->a, *name == '\0' ? "Untitled" : name, LIMIT_NAME);
	p->w.description = arena_strcut(p->a,
		value_get_text(p->entry, "description",
			value_get_text(
				value_get(p->dsl, "app"), "description", "")),
		DESCRIPTION_MAX);
	p->w.mode = dsl_mode(p->dsl);
	p->w.prompt = value_get_text(p->entry, "prompt", NULL);
	take_tags(p);
}

static bool
read_piece(struct piece *p, const struct zip_file *f)
{
	struct dsl_target target = {.version = DSL_VERSION_NEWEST};
	struct dsl_result result = {0};

	if (!is_dsl_name(f->name))
		return fail(p, "wrong_file",
			"Only .yml, .yaml and .json files are workflows.");
	dsl_read(p->a, f->bytes, f->n, &target, &result);
	if (!value_is(value_get(result.dsl, "workflow"), VALUE_OBJECT) ||
		!app_is_managed(dsl_mode(result.dsl)))
		return fail(p, "not_a_workflow",
			result.dsl == NULL && result.findings.first != NULL
				? finding_message(
					  p->a, result.findings.first, "en")
				: "The file is no DSL of a workflow or "
				  "chatflow.");
	p->dsl = result.dsl;
	take_words(p);
	return true;
}

/* ---- comparing ---- */

static bool
same_dsl(struct piece *p, const char *id)
{
	const char *here = version_dsl(p->a, id, 0);
	struct str text;

	str_init(&text, p->a, LIMIT_DOCUMENT);
	jsonx_write(&text, dsl_canon(p->a, p->dsl), 0);
	return here != NULL && strcmp(here, text.s) == 0;
}

static bool
has_tag(const struct workflow *w, const char *tag)
{
	size_t i;

	for (i = 0; i < w->ntags; i++)
		if (strcmp(w->tags[i], tag) == 0)
			return true;
	return false;
}

static bool
same_tags(const struct workflow *x, const struct workflow *y)
{
	size_t i;

	for (i = 0; i < x->ntags; i++)
		if (!has_tag(y, x->tags[i]))
			return false;
	return x->ntags == y->ntags;
}

static void
compare(struct piece *p)
{
	if (strcmp(p->here.mode, p->w.mode) != 0) {
		fail(p, "mode_differs",
			"A workflow and a chat cannot take each other's "
			"place.");
		return;
	}
	p->dsl_differs = !same_dsl(p, p->here.id);
	p->name_differs = strcmp(p->here.name, p->w.name) != 0 ||
			  strcmp(p->here.description, p->w.description) != 0;
	p->tags_differ = !same_tags(&p->here, &p->w);
	p->state = p->dsl_differs || p->name_differs || p->tags_differ
			   ? BACKUP_CHANGED
			   : BACKUP_EQUAL;
}

/* By its id, else by its name. */
static void
look(struct piece *p)
{
	const char *id = value_get_text(p->entry, "id", "");
	const char **ids;
	int n;
	int i;

	if (workflow_find(p->a, id, &p->here) == 1) {
		p->known = true;
		compare(p);
		return;
	}
	n = backup_named(p->a, p->w.name, &ids);
	p->state = n == 0 ? BACKUP_NEW : BACKUP_CLASHES;
	if (n > 0)
		workflow_find(p->a, ids[0], &p->here);
	for (i = 0; i < n; i++)
		if (same_dsl(p, ids[i])) {
			p->state = BACKUP_EQUAL;
			workflow_find(p->a, ids[i], &p->here);
			return;
		}
}

/* ---- writing ---- */

/* At its old place: the connection of that name and address, and the app, when
 * it is nobody else's. */
static void
place(struct piece *p, const char **app_r)
{
	struct connection *c = arena_alloc(p->a, sizeof(*c));
	const char *app = value_get_text(p->entry, "app_id", NULL);
	char other[ID_SIZE];

	*app_r = NULL;
	if (backup_connection(p->a, value_get_text(p->entry, "connection", ""),
		    value_get_text(p->entry, "base_url", ""), c) != 1)
		return;
	p->w.connection_id = c->id;
	if (app_is_id(app) && workflow_of_app(c->id, app, other) == 0)
		*app_r = app;
}

static void
add(struct piece *p, const char *user_id)
{
	const char *app;

	place(p, &app);
	p->w.last_status = app != NULL ? STATUS_DEPLOYED : STATUS_DRAFT;
	workflow_add(&p->w, p->dsl, VERSION_RESTORED, user_id);
	if (app != NULL)
		workflow_set_app(p->w.id, p->w.connection_id, app, NULL);
	p->here = p->w;
	p->done = true;
}

static void
change(struct piece *p, const char *user_id)
{
	const struct version_new v = {.workflow_id = p->here.id,
		.dsl = p->dsl,
		.origin = VERSION_RESTORED,
		.user_id = user_id};
	int number;

	if (strcmp(p->here.mode, p->w.mode) != 0) {
		fail(p, "mode_differs",
			"A workflow and a chat cannot take each other's "
			"place.");
		return;
	}
	version_add(p->a, &v, &number);
	workflow_update(p->here.id, p->w.name, p->w.description,
		p->entry == NULL ? NULL : p->w.tags, p->w.ntags);
	p->done = true;
}

static void
write_piece(struct piece *p, const struct backup_restore *b)
{
	bool clash = p->state == BACKUP_CLASHES;

	if (p->state == BACKUP_NEW || (clash && b->clash == BACKUP_ADD))
		add(p, b->user_id);
	else if (p->state == BACKUP_CHANGED ||
		 (clash && b->clash == BACKUP_REPLACE))
		change(p, b->user_id);
}

/* ---- the row ---- */

static void
put_row(struct str *out, const struct piece *p, const char *file)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "file", file);
	jsonw_text(out, "state", backup_state_names[p->state]);
	if (p->w.name != NULL)
		jsonw_text(out, "name", p->w.name);
	if (p->here.id[0] != '\0')
		jsonw_text(out, "workflow_id", p->here.id);
	if (p->state == BACKUP_CHANGED) {
		jsonw_open(out, "what", '[');
		if (p->dsl_differs)
			jsonw_text(out, NULL, "dsl");
		if (p->name_differs)
			jsonw_text(out, NULL, "name");
		if (p->tags_differ)
			jsonw_text(out, NULL, "tags");
		jsonw_close(out, ']');
	}
	if (p->state == BACKUP_FAILED) {
		jsonw_text(out, "code", p->code);
		jsonw_text(out, "message", p->message);
	}
	jsonw_bool(out, "done", p->done);
	jsonw_close(out, '}');
}

int
backup_restore(
	struct backup_restore *b, struct arena *a, const struct zip_file *f)
{
	struct piece p = {.a = a, .entry = entry_of(b->manifest, f->name)};

	if (read_piece(&p, f)) {
		if (b->apply && db_begin(LIMIT_LOCK_MS) != 0)
			return -1;
		look(&p);
		if (b->apply) {
			write_piece(&p, b);
			db_commit();
		}
	}
	b->counts[p.state]++;
	put_row(b->out, &p, f->name);
	return 0;
}

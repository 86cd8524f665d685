/* backup_write.c: workflows into a zip; see backup.h. */
#include "api/backup.h"
#include "base/clock.h"
#include "base/limits.h"
#include "model/backup.h"
#include "model/workflow.h"
#include "text/yaml.h"

#include <string.h>

enum { NAME_BYTES = 120 };

/* A name for people, and an id so that it is the only one. */
static const char *
file_of(struct arena *a, const struct workflow *w)
{
	char *name = arena_strcut(a, w->name, NAME_BYTES);
	char *p;

	for (p = name; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || strchr("/\\:*?\"<>|.", *p) ||
			*p == 0x7F)
			*p = '-';
	return arena_printf(a, "workflows/%s-%s.yml", name, w->id);
}

static void
put_connection(struct str *out, struct arena *a, const struct workflow *w)
{
	struct connection c;

	if (w->connection_id == NULL ||
		connection_find(a, w->connection_id, &c) != 1)
		return;
	jsonw_text(out, "connection", c.name);
	jsonw_text(out, "base_url", c.base_url);
	if (w->dify_app_id != NULL)
		jsonw_text(out, "app_id", w->dify_app_id);
}

static void
put_workflow(struct str *out, struct arena *a, const struct workflow *w)
{
	size_t i;

	jsonw_open(out, NULL, '{');
	jsonw_text(out, "file", file_of(a, w));
	jsonw_text(out, "id", w->id);
	jsonw_text(out, "name", w->name);
	jsonw_text(out, "description", w->description);
	jsonw_text(out, "mode", w->mode);
	jsonw_open(out, "tags", '[');
	for (i = 0; i < w->ntags; i++)
		jsonw_text(out, NULL, w->tags[i]);
	jsonw_close(out, ']');
	jsonw_int(out, "version", w->version);
	if (w->prompt != NULL)
		jsonw_text(out, "prompt", w->prompt);
	put_connection(out, a, w);
	jsonw_close(out, '}');
}

static void
write_manifest(struct zip_out *z, const char *const *ids, size_t n)
{
	struct arena *all = arena_new(LIMIT_ARENA);
	struct arena *a = arena_new(LIMIT_ARENA);
	struct workflow w;
	struct str out;
	size_t i;

	str_init(&out, all, LIMIT_ARENA / 4);
	jsonw_open(&out, NULL, '{');
	jsonw_int(&out, "format", BACKUP_FORMAT);
	jsonw_int(&out, "made_at", clock_now_ms());
	jsonw_open(&out, "workflows", '[');
	for (i = 0; i < n; i++) {
		if (workflow_find(a, ids[i], &w) == 1)
			put_workflow(&out, a, &w);
		arena_reset(a);
	}
	jsonw_close(&out, ']');
	jsonw_close(&out, '}');
	zip_out_add(z, BACKUP_MANIFEST, out.s, out.len, clock_now_ms());
	arena_free(&a);
	arena_free(&all);
}

static void
write_one(struct zip_out *z, struct arena *a, const char *id)
{
	const struct value *dsl = version_value(a, id, 0);
	struct workflow w;
	struct str yaml;

	if (dsl == NULL || workflow_find(a, id, &w) != 1)
		return;
	str_init(&yaml, a, LIMIT_DOCUMENT * 2);
	yamlx_write(&yaml, dsl);
	zip_out_add(z, file_of(a, &w), yaml.s, yaml.len, w.updated_at);
}

void
backup_write(struct zip_out *z, const char *const *ids, size_t n)
{
	struct arena *a = arena_new(LIMIT_ARENA * 2);
	size_t i;

	write_manifest(z, ids, n);
	for (i = 0; i < n; i++) {
		write_one(z, a, ids[i]);
		arena_reset(a);
	}
	arena_free(&a);
}

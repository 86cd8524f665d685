/* backup.h: workflows as a zip of YAML files, and back. */
#ifndef API_BACKUP_H
#define API_BACKUP_H

#include "io/zip.h"
#include "text/jsonw.h"

/*
 * A backup holds manifest.json - {"format": 1, "made_at", "workflows": [{file,
 * id, name, description, mode, tags, version, prompt, app_id, connection,
 * base_url}]} - and workflows/NAME-ID.yml of each: its newest DSL. Secrets are
 * not in it: the DSLs name them by ids, which this studio knows.
 */
#define BACKUP_FORMAT   1
#define BACKUP_MANIFEST "manifest.json"

/* backup_write: the workflows of those ids; one that is gone by now is left
 * out. */
void backup_write(struct zip_out *z, const char *const *ids, size_t n);

/* What becomes of a file whose workflow is not here, while another one has its
 * name. */
enum backup_clash {
	BACKUP_SKIP,
	BACKUP_ADD,
	BACKUP_REPLACE,
	BACKUP_CLASH__MAX
};

/* What a file is to the studio. */
enum backup_state {
	BACKUP_NEW,     /* there is no such workflow */
	BACKUP_EQUAL,   /* nothing differs */
	BACKUP_CHANGED, /* the workflow says something else */
	BACKUP_CLASHES, /* another one has its name */
	BACKUP_FAILED,  /* it cannot be used */
	BACKUP_STATE__MAX
};

extern const char *const backup_state_names[BACKUP_STATE__MAX];
extern const char *const backup_clash_names[BACKUP_CLASH__MAX + 1];

struct backup_restore {
	const struct value *manifest; /* NULL: the archive has none */
	bool apply;                   /* else nothing is written */
	enum backup_clash clash;
	const char *user_id;
	struct str *out; /* rows go here, by jsonw.h */
	int counts[BACKUP_STATE__MAX];
};

/*
 * backup_restore: one file of the archive: a row {file, state, name,
 * workflow_id, what, code, message, done}. Each is a transaction of its own.
 * 0, or -1: the lock was not to be had.
 */
int backup_restore(
	struct backup_restore *b, struct arena *a, const struct zip_file *f);

#endif

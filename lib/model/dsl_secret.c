/* dsl_secret.c: see dsl_secret.h. */
#include "model/dsl_secret.h"
#include "base/clock.h"
#include "base/id.h"
#include "dsl/secret.h"
#include "io/db.h"
#include "io/seal.h"
#include "model/sealed.h"

/* The keyed hash finds an equal secret again without opening any. */
static const char sql_known[] = "SELECT id FROM dsl_secrets WHERE hash = ?1";
static const char sql_add[] =
	"INSERT INTO dsl_secrets (id, hash, secret, created_at)"
	" VALUES (?1, ?2, ?3, ?4)";
/* When it was last taken out of a DSL, to the hour. */
static const char sql_touch[] = "UPDATE dsl_secrets SET created_at = ?2"
				" WHERE id = ?1 AND created_at < ?2 - 3600000";
static const char sql_get[] = "SELECT secret FROM dsl_secrets WHERE id = ?1";

static const char *
keep(void *context, struct arena *a, const char *secret)
{
	unsigned char hash[SEAL_HASH_BYTES];
	struct db_stmt *s = db_stmt(sql_known);
	const char *known = NULL;
	char id[ID_SIZE];

	(void)context;
	seal_keyed_hash(SEAL_DSL, secret, hash);
	db_bind_blob(s, 1, hash, sizeof(hash));
	if (db_step(s) == DB_ROW) {
		known = db_text(s, 0, a);
		db_done(s);
		s = db_stmt(sql_touch);
		db_bind(s, "ti", known, clock_now_ms());
		db_run(s);
		return known;
	}
	id_new_r(id);
	s = db_stmt(sql_add);
	db_bind(s, "tnni", id, clock_now_ms());
	db_bind_blob(s, 2, hash, sizeof(hash));
	sealed_bind(a, s, 3, SEAL_DSL, secret);
	db_run(s);
	return arena_strdup(a, id);
}

static const char *
find(void *context, struct arena *a, const char *id)
{
	(void)context;
	return sealed_select(a, sql_get, id, SEAL_DSL);
}

size_t
dsl_secret_take(struct arena *a, struct value *dsl)
{
	return secret_take(a, dsl, keep, NULL);
}

const char *
dsl_secret_keep(struct arena *a, const char *secret)
{
	return arena_printf(a, "%s%s", SECRET_PREFIX, keep(NULL, a, secret));
}

size_t
dsl_secret_put(struct arena *a, struct value *dsl)
{
	return secret_put(a, dsl, find, NULL);
}

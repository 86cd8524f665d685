/* dsl_secret_use.c: which DSLs have which secrets; see dsl_secret.h. */
#include "base/clock.h"
#include "base/fatal.h"
#include "base/id.h"
#include "base/limits.h"
#include "dsl/secret.h"
#include "io/db.h"
#include "io/pack.h"
#include "io/seal.h"
#include "model/dsl_secret.h"

#include <string.h>

enum { KEEP_MS = 24 * 60 * 60 * 1000 };

static const char sql_use[] =
	"INSERT OR IGNORE INTO dsl_text_secrets (hash, secret_id)"
	" VALUES (?1, ?2)";
static const char sql_listed[] =
	"UPDATE dsl_texts SET listed = 1 WHERE hash = ?1";
static const char sql_unlisted[] = "SELECT hash, packed, bytes FROM dsl_texts"
				   " WHERE listed = 0 LIMIT 1";
static const char sql_drop[] =
	"DELETE FROM dsl_secrets WHERE created_at < ?1 AND NOT EXISTS"
	" (SELECT 1 FROM dsl_text_secrets u WHERE u.secret_id = "
	"dsl_secrets.id)";

void
dsl_secret_used(const unsigned char *hash, const char *text)
{
	const size_t n = strlen(SECRET_PREFIX);
	struct db_stmt *s;
	char id[ID_SIZE];

	while ((text = strstr(text, SECRET_PREFIX)) != NULL) {
		text += n;
		memcpy(id, text, strnlen(text, ID_LEN));
		id[strnlen(text, ID_LEN)] = '\0';
		if (!id_valid(id))
			continue;
		s = db_stmt(sql_use);
		db_bind_blob(s, 1, hash, SEAL_HASH_BYTES);
		db_bind_text(s, 2, id);
		db_run(s);
	}
	s = db_stmt(sql_listed);
	db_bind_blob(s, 1, hash, SEAL_HASH_BYTES);
	db_run(s);
}

/* False: all texts are looked through. */
static bool
list_one(struct arena *a)
{
	struct db_stmt *s = db_stmt(sql_unlisted);
	const unsigned char *hash;
	const void *packed;
	const char *text;
	size_t bytes;
	size_t n;

	if (db_step(s) != DB_ROW)
		return false;
	hash = db_blob(s, 0, &n, a);
	packed = db_blob(s, 1, &n, a);
	bytes = (size_t)db_int(s, 2);
	db_done(s);
	text = pack_open(a, packed, n, bytes);
	if (text == NULL)
		fatal("versions: a text is damaged");
	dsl_secret_used(hash, text);
	return true;
}

int
dsl_secret_sweep(int most)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s;
	bool more = true;

	for (; most > 0 && more; most--) {
		more = list_one(a);
		arena_reset(a);
	}
	arena_free(&a);
	if (more)
		return 0;
	s = db_stmt(sql_drop);
	db_bind(s, "i", clock_now_ms() - KEEP_MS);
	db_run(s);
	return db_changes();
}

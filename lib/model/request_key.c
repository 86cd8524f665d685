/* request_key.c: see request_key.h. */
#include "model/request_key.h"
#include "base/clock.h"
#include "io/db.h"

#include <string.h>

/* A row from before hashes were kept is taken for the same request. */
static const char sql_find[] =
	"SELECT made, coalesce(hash, ?3) = ?3 FROM request_keys"
	" WHERE user_id = coalesce(?1, '') AND key = ?2";
static const char sql_add[] =
	"INSERT INTO request_keys (user_id, key, hash, made, created_at)"
	" VALUES (coalesce(?1, ''), ?2, ?3, ?4, ?5)";
static const char sql_forget[] =
	"DELETE FROM request_keys WHERE created_at < ?1";

static void
forget_old(int64_t now)
{
	struct db_stmt *s = db_stmt(sql_forget);

	db_bind(s, "i", now - REQUEST_KEY_KEPT_MS);
	db_run(s);
}

/* -1, 0, or 1: there is none. */
static int
find(const struct request_key *k, char made[static ID_SIZE])
{
	struct db_stmt *s = db_stmt(sql_find);
	int result = 1;
	size_t n;

	db_bind(s, "tt", k->user_id, k->key);
	db_bind_blob(s, 3, k->hash, sizeof(k->hash));
	if (db_step(s) == DB_ROW) {
		result = db_int(s, 1) != 0 ? 0 : -1;
		if (result == 0)
			memcpy(made, db_peek(s, 0, &n), ID_SIZE);
		db_done(s);
	}
	return result;
}

static void
keep(const struct request_key *k, const char *made, int64_t now)
{
	struct db_stmt *s = db_stmt(sql_add);

	db_bind(s, "ttnti", k->user_id, k->key, made, now);
	db_bind_blob(s, 3, k->hash, sizeof(k->hash));
	db_run(s);
}

int
request_key_take(const struct request_key *k, char made[static ID_SIZE])
{
	int64_t now = clock_now_ms();
	int result;

	if (k->key == NULL)
		return 1;
	forget_old(now);
	result = find(k, made);
	if (result == 1)
		keep(k, made, now);
	return result;
}

/* session.c: browsers that are signed in, and API tokens; see user.h. */
#include "base/clock.h"
#include "io/db.h"
#include "io/seal.h"
#include "model/user.h"

#include <stdio.h>
#include <string.h>

enum { MOST_TOKENS = 100, DAY_MS = 24 * 60 * 60 * 1000 };

/* Written at most this often, so that reading stays reading. */
enum { TOUCH_MS = 10 * 60 * 1000 };

static const char sql_add[] =
	"INSERT INTO sessions (id, user_id, refresh_hash, created_at,"
	" expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char sql_by_hash[] =
	"SELECT id, user_id FROM sessions WHERE refresh_hash = ?1"
	" AND expires_at > ?2";
static const char sql_rotate[] =
	"UPDATE sessions SET refresh_hash = ?2, expires_at = ?3 WHERE id = ?1";
static const char sql_exists[] = "SELECT count(*) FROM sessions WHERE id = ?1";
static const char sql_delete[] = "DELETE FROM sessions WHERE id = ?1";
static const char sql_delete_all[] =
	"DELETE FROM sessions WHERE user_id = ?1 AND id IS NOT ?2";
static const char sql_prune[] = "DELETE FROM sessions WHERE expires_at < ?1";

static const char sql_token_add[] =
	"INSERT INTO api_tokens (id, user_id, name, role, hash, hint,"
	" created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char sql_token_list[] =
	"SELECT id, name, role, hint, created_at, last_used_at FROM api_tokens"
	" WHERE user_id = ?1 ORDER BY id DESC LIMIT 100";
static const char sql_token_delete[] =
	"DELETE FROM api_tokens WHERE id = ?1 AND user_id = ?2";
static const char sql_token_check[] =
	"SELECT user_id, role, id, coalesce(last_used_at, 0) FROM api_tokens"
	" WHERE hash = ?1";
static const char sql_token_used[] =
	"UPDATE api_tokens SET last_used_at = ?2 WHERE id = ?1";

static int64_t
expiry(void)
{
	return clock_now_ms() + (int64_t)SESSION_DAYS * DAY_MS;
}

void
session_add(const char *user_id, char out[static ID_SIZE], char *refresh)
{
	unsigned char hash[SEAL_HASH_BYTES];
	struct db_stmt *s = db_stmt(sql_prune);

	db_bind(s, "i", clock_now_ms());
	db_run(s);
	id_new_r(out);
	seal_token_r(refresh);
	seal_hash(refresh, hash);
	s = db_stmt(sql_add);
	db_bind(s, "ttnii", out, user_id, clock_now_ms(), expiry());
	db_bind_blob(s, 3, hash, sizeof(hash));
	db_run(s);
}

int
session_refresh(struct arena *a, char *refresh, char out[static ID_SIZE],
	struct user *user)
{
	unsigned char hash[SEAL_HASH_BYTES];
	struct db_stmt *s = db_stmt(sql_by_hash);
	const char *user_id;
	size_t n;

	seal_hash(refresh, hash);
	db_bind(s, "ni", clock_now_ms());
	db_bind_blob(s, 1, hash, sizeof(hash));
	if (db_step(s) != DB_ROW)
		return 0;
	memcpy(out, db_peek(s, 0, &n), ID_SIZE);
	user_id = db_text(s, 1, a);
	db_done(s);
	if (!user_find(a, user_id, user))
		return 0;
	seal_token_r(refresh);
	seal_hash(refresh, hash);
	s = db_stmt(sql_rotate);
	db_bind(s, "tni", out, expiry());
	db_bind_blob(s, 2, hash, sizeof(hash));
	db_run(s);
	return 1;
}

bool
session_exists(const char *id)
{
	struct db_stmt *s = db_stmt(sql_exists);

	db_bind(s, "t", id);
	return db_one_int(s, 0) > 0;
}

void
session_delete(const char *id)
{
	struct db_stmt *s = db_stmt(sql_delete);

	db_bind(s, "t", id);
	db_run(s);
}

void
session_delete_all(const char *user_id, const char *but)
{
	struct db_stmt *s = db_stmt(sql_delete_all);

	db_bind(s, "tt", user_id, but);
	db_run(s);
}

void
api_token_add(struct api_token *t, const char *user_id, char *clear)
{
	unsigned char hash[SEAL_HASH_BYTES];
	struct arena *a = arena_new((size_t)1 << 16);
	char noise[SEAL_TOKEN_SIZE];
	struct db_stmt *s = db_stmt(sql_token_add);

	id_new_r(t->id);
	t->created_at = clock_now_ms();
	seal_token_r(noise);
	snprintf(clear, API_TOKEN_SIZE, "ds_%s", noise);
	seal_wipe(noise);
	seal_hash(clear, hash);
	db_bind(s, "ttttnti", t->id, user_id, t->name, t->role,
		seal_hint(a, clear), t->created_at);
	db_bind_blob(s, 5, hash, sizeof(hash));
	db_run(s);
	arena_free(&a);
}

int
api_token_list(struct arena *a, const char *user_id, struct api_token **out_r)
{
	struct db_stmt *s = db_stmt(sql_token_list);
	struct api_token *rows = arena_array(a, MOST_TOKENS, sizeof(*rows));
	size_t len;
	int n = 0;

	db_bind(s, "t", user_id);
	while (n < MOST_TOKENS && db_step(s) == DB_ROW) {
		struct api_token *t = &rows[n++];

		memcpy(t->id, db_peek(s, 0, &len), ID_SIZE);
		t->name = db_text(s, 1, a);
		t->role = db_text(s, 2, a);
		t->hint = db_text(s, 3, a);
		t->created_at = db_int(s, 4);
		t->last_used_at = db_int(s, 5);
	}
	db_done(s);
	*out_r = rows;
	return n;
}

int
api_token_delete(const char *user_id, const char *id)
{
	struct db_stmt *s = db_stmt(sql_token_delete);

	db_bind(s, "tt", id, user_id);
	db_run(s);
	return db_changes() > 0;
}

/* One try at the lock: a missed time of use is worth no waiting. */
static void
touch(const char *id, int64_t last)
{
	int64_t now = clock_now_ms();
	struct db_stmt *s;

	if (now - last < TOUCH_MS || db_in_transaction() || db_begin(0) != 0)
		return;
	s = db_stmt(sql_token_used);
	db_bind(s, "ti", id, now);
	db_run(s);
	db_commit();
}

int
api_token_check(struct arena *a, const char *clear, struct user *out,
	const char **role_r)
{
	unsigned char hash[SEAL_HASH_BYTES];
	struct db_stmt *s = db_stmt(sql_token_check);
	const char *user_id;
	const char *id;
	int64_t last;

	seal_hash(clear, hash);
	db_bind_blob(s, 1, hash, sizeof(hash));
	if (db_step(s) != DB_ROW)
		return 0;
	user_id = db_text(s, 0, a);
	*role_r = db_text(s, 1, a);
	id = db_text(s, 2, a);
	last = db_int(s, 3);
	db_done(s);
	if (!user_find(a, user_id, out))
		return 0;
	touch(id, last);
	return 1;
}

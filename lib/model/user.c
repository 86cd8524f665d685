/* user.c: people and the first of them; see user.h. */
#include "model/user.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/db.h"
#include "io/seal.h"
#include "model/fact.h"

#include <string.h>

enum { SETUP_MS = 15 * 60 * 1000 };

#define FACT_SETUP_HASH  "setup_hash"
#define FACT_SETUP_UNTIL "setup_until"

#define COLUMNS "id, name, role, password_hash, created_at"

static const char sql_add[] =
	"INSERT OR IGNORE INTO users (id, name, role, password_hash,"
	" created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char sql_find[] =
	"SELECT " COLUMNS " FROM users WHERE id = ?1 AND disabled_at IS NULL";
static const char sql_by_name[] =
	"SELECT " COLUMNS " FROM users WHERE name = ?1 AND disabled_at IS NULL";
static const char sql_admin[] =
	"SELECT count(*) FROM users WHERE role = 'admin'"
	" AND disabled_at IS NULL";
static const char sql_password[] =
	"UPDATE users SET password_hash = ?2 WHERE id = ?1";
static const char sql_rename[] =
	"UPDATE OR IGNORE users SET name = ?2 WHERE id = ?1";

static int
one(struct arena *a, struct db_stmt *s, struct user *out)
{
	size_t n;

	if (db_step(s) != DB_ROW)
		return 0;
	memset(out, 0, sizeof(*out));
	memcpy(out->id, db_peek(s, 0, &n), ID_SIZE);
	out->name = db_text(s, 1, a);
	out->role = db_text(s, 2, a);
	out->password_hash = db_text(s, 3, a);
	out->created_at = db_int(s, 4);
	db_done(s);
	return 1;
}

int
user_add(struct user *u)
{
	struct db_stmt *s = db_stmt(sql_add);

	id_new_r(u->id);
	u->created_at = clock_now_ms();
	db_bind(s, "tttti", u->id, u->name, u->role, u->password_hash,
		u->created_at);
	db_run(s);
	return db_changes() > 0;
}

int
user_find(struct arena *a, const char *id, struct user *out)
{
	struct db_stmt *s = db_stmt(sql_find);

	db_bind(s, "t", id);
	return one(a, s, out);
}

int
user_by_name(struct arena *a, const char *name, struct user *out)
{
	struct db_stmt *s = db_stmt(sql_by_name);

	db_bind(s, "t", name);
	return one(a, s, out);
}

bool
user_admin_exists(void)
{
	return db_one_int(db_stmt(sql_admin), 0) > 0;
}

void
user_set_password(const char *id, const char *hash)
{
	struct db_stmt *s = db_stmt(sql_password);

	db_bind(s, "tt", id, hash);
	db_run(s);
}

int
user_rename(const char *id, const char *name)
{
	struct db_stmt *s = db_stmt(sql_rename);

	db_bind(s, "tt", id, name);
	db_run(s);
	return db_changes() > 0;
}

static void
hex_hash(const char *token, char out[static 2 * SEAL_HASH_BYTES + 1])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char hash[SEAL_HASH_BYTES];
	size_t i;

	seal_hash(token, hash);
	for (i = 0; i < SEAL_HASH_BYTES; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[(size_t)2 * SEAL_HASH_BYTES] = '\0';
}

void
setup_new(char *token)
{
	char hash[2 * SEAL_HASH_BYTES + 1];

	seal_token_r(token);
	hex_hash(token, hash);
	fact_set(FACT_SETUP_HASH, hash);
	fact_set_int(FACT_SETUP_UNTIL, clock_now_ms() + SETUP_MS);
}

bool
setup_take(const char *token)
{
	struct arena *a = arena_new((size_t)1 << 16);
	const char *wanted = fact_get(a, FACT_SETUP_HASH);
	char hash[2 * SEAL_HASH_BYTES + 1];
	bool ok;

	hex_hash(token, hash);
	ok = !user_admin_exists() && wanted != NULL &&
	     strlen(wanted) == sizeof(hash) - 1 &&
	     seal_equal(wanted, hash, sizeof(hash)) &&
	     fact_get_int(FACT_SETUP_UNTIL, 0) > clock_now_ms();
	if (ok)
		fact_set(FACT_SETUP_HASH, "");
	arena_free(&a);
	return ok;
}

/* version.c: see version.h. */
#include "model/version.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "base/str.h"
#include "dsl/canon.h"
#include "dsl/mask.h"
#include "io/db.h"
#include "io/pack.h"
#include "io/seal.h"
#include "model/dsl_secret.h"
#include "model/names.h"
#include "model/search.h"
#include "model/version_parts.h"
#include "text/json.h"

#include <string.h>

enum { MOST_LISTED = 1000 };

const char *const version_origin_names[VERSION__MAX] = {
	[VERSION_CREATED] = "created",
	[VERSION_GENERATED] = "generated",
	[VERSION_EDITED] = "edited",
	[VERSION_UPLOADED] = "uploaded",
	[VERSION_IMPORTED] = "imported",
	[VERSION_FOUND] = "found",
	[VERSION_ROLLBACK] = "rollback",
	[VERSION_RESTORED] = "restored",
	[VERSION_SECRETS] = "secrets",
	[VERSION_MAPPED] = "mapped",
	[VERSION_PROMOTED] = "promoted",
};

static const char sql_text_known[] = "SELECT 1 FROM dsl_texts WHERE hash = ?1";
static const char sql_text_add[] =
	"INSERT INTO dsl_texts (hash, bytes, packed) VALUES (?1, ?2, ?3)";
static const char sql_newest[] =
	"SELECT number, hash FROM versions WHERE workflow_id = ?1"
	" ORDER BY number DESC LIMIT 1";
static const char sql_add[] =
	"INSERT INTO versions (workflow_id, number, origin, from_number, note,"
	" created_by, created_at, hash) VALUES (?1, ?2, ?3, nullif(?4, 0), ?5,"
	" ?6, ?7, ?8)";
static const char sql_dsl[] =
	"SELECT t.packed, t.bytes FROM versions v JOIN dsl_texts t"
	" ON t.hash = v.hash WHERE v.workflow_id = ?1"
	" AND (?2 = 0 OR v.number = ?2) ORDER BY v.number DESC LIMIT 1";
static const char sql_list[] =
	"SELECT v.number, v.origin, v.from_number, v.note, u.name,"
	" v.created_at, t.bytes, lower(hex(v.hash)) FROM versions v"
	" JOIN dsl_texts t ON t.hash = v.hash"
	" LEFT JOIN users u ON u.id = v.created_by"
	" WHERE v.workflow_id = ?1 ORDER BY v.number DESC LIMIT 1000";

/* ---- writing ---- */

/* The text of a DSL as it is kept. */
struct text {
	const char *s;
	size_t len;
	unsigned char hash[SEAL_HASH_BYTES];
};

static void
keep_text(struct arena *a, const struct text *t)
{
	struct db_stmt *s = db_stmt(sql_text_known);
	const void *packed;
	size_t n;

	db_bind_blob(s, 1, t->hash, SEAL_HASH_BYTES);
	if (db_one_int(s, 0) != 0)
		return;
	packed = pack_close(a, t->s, t->len, &n);
	s = db_stmt(sql_text_add);
	db_bind_blob(s, 1, t->hash, SEAL_HASH_BYTES);
	db_bind_int(s, 2, (int64_t)t->len);
	db_bind_blob(s, 3, packed, n);
	db_run(s);
	dsl_secret_used(t->hash, t->s);
}

/* The number of the newest version, 0 without any, and whether it says what
 * hash stands for. */
static int
newest(struct arena *a, const char *workflow_id, const unsigned char *hash,
	bool *same_r)
{
	struct db_stmt *s = db_stmt(sql_newest);
	const void *there;
	int number;
	size_t n;

	*same_r = false;
	db_bind(s, "t", workflow_id);
	if (db_step(s) != DB_ROW)
		return 0;
	number = (int)db_int(s, 0);
	there = db_blob(s, 1, &n, a);
	*same_r = n == SEAL_HASH_BYTES && memcmp(there, hash, n) == 0;
	db_done(s);
	return number;
}

static void
add_row(const struct version_new *v, int number, int64_t created_at,
	const unsigned char *hash)
{
	struct db_stmt *s = db_stmt(sql_add);

	db_bind(s, "tititti", v->workflow_id, (int64_t)number,
		version_origin_names[v->origin], (int64_t)v->from, v->note,
		v->user_id, created_at);
	db_bind_blob(s, 8, hash, SEAL_HASH_BYTES);
	db_run(s);
}

static void
take_text(struct arena *a, struct value *dsl, struct text *out)
{
	struct str s;

	dsl_secret_take(a, dsl);
	str_init(&s, a, LIMIT_DOCUMENT);
	jsonx_write(&s, dsl_canon(a, dsl), 0);
	out->s = s.s;
	out->len = s.len;
	seal_hash(s.s, out->hash);
}

static void
put(struct arena *a, const struct version_new *v, const struct text *t,
	int number, int64_t created_at)
{
	keep_text(a, t);
	add_row(v, number, created_at, t->hash);
}

int
version_add(struct arena *a, const struct version_new *v, int *number_r)
{
	struct text t;
	bool same;

	if (value_count(mask_names(a, v->dsl)) > 0)
		mask_fill(a, v->dsl, version_value(a, v->workflow_id, 0));
	take_text(a, v->dsl, &t);
	*number_r = newest(a, v->workflow_id, t.hash, &same);
	if (same)
		return 0;
	put(a, v, &t, ++*number_r, clock_now_ms());
	search_index(v->workflow_id);
	return 1;
}

void
version_put(struct arena *a, const struct version_new *v, int number,
	int64_t created_at)
{
	struct text t;

	take_text(a, v->dsl, &t);
	put(a, v, &t, number, created_at);
}

/* ---- reading ---- */

const char *
version_dsl(struct arena *a, const char *workflow_id, int number)
{
	struct db_stmt *s = db_stmt(sql_dsl);
	const void *packed;
	const char *text;
	size_t bytes;
	size_t n;

	db_bind(s, "ti", workflow_id, (int64_t)number);
	if (db_step(s) != DB_ROW)
		return NULL;
	packed = db_blob(s, 0, &n, a);
	bytes = (size_t)db_int(s, 1);
	db_done(s);
	text = pack_open(a, packed, n, bytes);
	if (text == NULL)
		fatal("versions: a text of %s is damaged", workflow_id);
	return text;
}

struct value *
version_value(struct arena *a, const char *workflow_id, int number)
{
	const char *text = version_dsl(a, workflow_id, number);
	struct jsonx_report report;

	return text == NULL ? NULL
			    : jsonx_read(a, text, strlen(text), 0, &report);
}

int
version_list(struct arena *a, const char *workflow_id, struct version **out_r)
{
	struct db_stmt *s = db_stmt(sql_list);
	struct version *rows = arena_array(a, MOST_LISTED, sizeof(*rows));
	int n = 0;

	db_bind(s, "t", workflow_id);
	for (; n < MOST_LISTED && db_step(s) == DB_ROW; n++) {
		rows[n].number = (int)db_int(s, 0);
		rows[n].origin = (enum version_origin)name_index(
			db_text(s, 1, a), version_origin_names, VERSION__MAX);
		rows[n].from = (int)db_int_or(s, 2, 0);
		rows[n].note = db_text(s, 3, a);
		rows[n].created_by = db_text(s, 4, a);
		rows[n].created_at = db_int(s, 5);
		rows[n].bytes = db_int(s, 6);
		rows[n].hash = db_text(s, 7, a);
	}
	db_done(s);
	*out_r = rows;
	return n;
}

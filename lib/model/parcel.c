/* parcel.c: see parcel.h. */
#include "model/parcel.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/db_rows.h"
#include "model/generation.h"

#include <string.h>

/* The model and the Dify of job ?1, as the worker chooses them. */
#define MODEL                                                  \
	"(SELECT coalesce(lane, (SELECT id FROM models"        \
	" ORDER BY is_default DESC, created_at LIMIT 1)) FROM" \
	" jobs WHERE id = ?1)"
#define CONNECTION                                                         \
	"(SELECT coalesce(payload ->> '$.connection_id', (SELECT id"       \
	" FROM connections ORDER BY is_default DESC, created_at LIMIT 1))" \
	" FROM jobs WHERE id = ?1)"

struct part {
	const char *table;
	const char *sql;
};

static const char sql_models[] = "SELECT * FROM models WHERE id = " MODEL;
static const char sql_connections[] =
	"SELECT * FROM connections WHERE id = " CONNECTION;
static const char sql_resources[] =
	"SELECT * FROM resources WHERE connection_id = " CONNECTION;
static const char sql_jobs[] =
	"SELECT id, kind, 'queued' AS state, payload, user_id, lane,"
	" created_at, started_at FROM jobs WHERE id = ?1";

static const struct part parts[] = {
	{"models", sql_models},
	{"connections", sql_connections},
	{"resources", sql_resources},
	{"jobs", sql_jobs},
};

/* What the job finds out about its model. */
static const char sql_used[] =
	"SELECT id, last_ok, last_error, last_used_at, found_output, quirks,"
	" probed_at FROM models"
	" WHERE id = " MODEL;
static const char sql_lane[] = "SELECT * FROM lanes WHERE model_id = " MODEL;
static const char sql_generation[] =
	"SELECT * FROM generations WHERE job_id = ?1";
static const char sql_clear[] = "DELETE FROM jobs WHERE id = ?1";
static const char sql_clear_row[] = "DELETE FROM generations WHERE job_id = ?1";

bool
parcel_fits(const struct value *payload)
{
	return strcmp(value_get_text(payload, "engine", ""),
		       generation_engine_names[ENGINE_DIFY]) != 0;
}

void
parcel_clear(const char *job_id)
{
	struct db_stmt *s = db_stmt(sql_clear);

	db_bind(s, "t", job_id);
	db_run(s);
	s = db_stmt(sql_clear_row);
	db_bind(s, "t", job_id);
	db_run(s);
}

static struct value *
rows_of(struct arena *a, const char *sql, const char *job_id)
{
	struct db_stmt *s = db_stmt(sql);

	db_bind(s, "t", job_id);
	return db_rows_read(a, s);
}

/* A generation signs in nowhere. */
static void
drop_secrets(struct arena *a, struct value *connections)
{
	value_each(row, connections) {
		struct value *empty = value_object(a);

		value_set_text(a, empty, "bytes", "");
		value_set(a, row, "secret", empty);
		value_set(a, row, "session", value_null(a));
		value_set(a, row, "dataset_key", value_null(a));
	}
}

struct value *
parcel_pack(struct arena *a, const char *job_id)
{
	struct value *parcel = value_object(a);
	struct value *rows = value_object(a);
	size_t i;

	value_set_int(a, parcel, "schema", db_version());
	for (i = 0; i < nitems(parts); i++)
		value_set(a, rows, parts[i].table,
			rows_of(a, parts[i].sql, job_id));
	drop_secrets(a, value_get(rows, "connections"));
	value_set(a, parcel, "rows", rows);
	return parcel;
}

bool
parcel_unpack(const struct value *parcel)
{
	const struct value *rows = value_get(parcel, "rows");
	const struct value *job = value_first(value_get(rows, "jobs"));
	bool ok = value_get_int(parcel, "schema", 0) == db_version();
	size_t i;

	parcel_clear(value_get_text(job, "id", ""));
	for (i = 0; ok && i < nitems(parts); i++)
		ok = db_rows_put(
			parts[i].table, value_get(rows, parts[i].table));
	return ok;
}

struct value *
parcel_pack_back(struct arena *a, const char *job_id)
{
	struct value *back = value_object(a);

	value_set(a, back, "used", rows_of(a, sql_used, job_id));
	value_set(a, back, "lanes", rows_of(a, sql_lane, job_id));
	value_set(a, back, "generations", rows_of(a, sql_generation, job_id));
	return back;
}

void
parcel_take_back(const struct value *back)
{
	db_rows_change("models", value_get(back, "used"));
	db_rows_put("lanes", value_get(back, "lanes"));
	db_rows_put("generations", value_get(back, "generations"));
}

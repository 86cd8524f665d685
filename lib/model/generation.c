/* generation.c: see generation.h; reading the end of a job is in
 * generation_read.c. */
#include "model/generation.h"
#include "base/limits.h"
#include "io/db.h"
#include "model/rows.h"

#include <string.h>

const char *const generation_engine_names[ENGINE__MAX] = {
	[ENGINE_STUDIO] = "studio",
	[ENGINE_DIFY] = "dify",
};

#define COLUMNS                                                              \
	"job_id, engine, model_id, model, user_id, request, prompt_version," \
	" prompt_hash, result, stage, rounds, phases, prompt_tokens,"        \
	" completion_tokens, cost, currency, fixes, findings, started_at,"   \
	" finished_at"

static const char sql_add[] =
	"INSERT OR REPLACE INTO generations (" COLUMNS ", answer)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
	" ?15, ?16, ?17, ?18, ?19, ?20, ?21)";
static const char sql_prune[] =
	"DELETE FROM generations WHERE job_id < (SELECT job_id FROM generations"
	" ORDER BY job_id DESC LIMIT 1 OFFSET ?1)";
static const char sql_find[] =
	"SELECT " COLUMNS ", answer FROM generations WHERE job_id = ?1";
static const char sql_list[] =
	"SELECT " COLUMNS ", NULL FROM generations"
	" WHERE (?1 IS NULL OR engine = ?1) AND (?2 IS NULL OR model = ?2)"
	" AND (?3 IS NULL OR result = ?3"
	" OR (?3 = 'failed' AND result NOT IN ('ok', 'cancelled')))"
	" AND (?4 IS NULL OR job_id < ?4) ORDER BY job_id DESC LIMIT ?5";
static const char sql_models[] =
	"WITH parts AS (SELECT engine, model, currency, count(*) AS n,"
	" sum(result = 'ok') AS ok, sum(result = 'cancelled') AS cancelled,"
	" sum(iif(result = 'ok', finished_at - started_at, 0)) AS ms,"
	" sum(prompt_tokens + completion_tokens) AS tokens, sum(cost) AS cost"
	" FROM generations WHERE finished_at >= ?1 GROUP BY 1, 2, 3)"
	" SELECT engine, model, sum(n - cancelled), sum(ok), sum(cancelled),"
	" sum(ms) / nullif(sum(ok), 0), sum(tokens),"
	" json_group_array(json_object('amount', cost,"
	" 'currency', coalesce(currency, '')))"
	" FILTER (WHERE cost IS NOT NULL)"
	" FROM parts GROUP BY engine, model"
	" ORDER BY sum(n) DESC, model LIMIT 100";
static const char sql_findings[] =
	"SELECT j.key, sum(j.value), count(*) FROM generations AS g,"
	" json_each(g.findings) AS j WHERE g.finished_at >= ?1"
	" GROUP BY j.key ORDER BY 2 DESC, 1 LIMIT 100";
static const char sql_fixes[] =
	"SELECT j.key, sum(j.value), count(*) FROM generations AS g,"
	" json_each(g.fixes) AS j WHERE g.finished_at >= ?1"
	" GROUP BY j.key ORDER BY 2 DESC, 1 LIMIT 100";
static const char sql_results[] =
	"SELECT result, count(*), count(*) FROM generations"
	" WHERE finished_at >= ?1 GROUP BY result ORDER BY 2 DESC, 1 LIMIT 100";

static void
from_row(struct arena *a, struct db_stmt *s, void *out)
{
	struct generation *g = out;
	size_t n;

	memcpy(g->job_id, db_peek(s, 0, &n), ID_SIZE);
	g->engine = db_text(s, 1, a);
	g->model_id = db_text(s, 2, a);
	g->model = db_text(s, 3, a);
	g->user_id = db_text(s, 4, a);
	g->request = db_text(s, 5, a);
	g->prompt_version = db_int(s, 6);
	g->prompt_hash = db_text(s, 7, a);
	g->result = db_text(s, 8, a);
	g->stage = db_text(s, 9, a);
	g->rounds = db_int(s, 10);
	g->phases = db_text(s, 11, a);
	g->prompt_tokens = db_int(s, 12);
	g->completion_tokens = db_int(s, 13);
	g->cost = db_is_null(s, 14) ? -1 : db_real(s, 14);
	g->currency = db_text(s, 15, a);
	g->fixes = db_text(s, 16, a);
	g->findings = db_text(s, 17, a);
	g->started_at = db_int(s, 18);
	g->finished_at = db_int(s, 19);
	g->answer = db_text(s, 20, a);
}

void
generation_add(const struct generation *g)
{
	struct db_stmt *s = db_stmt(sql_add);

	db_bind(s, "ttttttntttitii", g->job_id, g->engine, g->model_id,
		g->model, g->user_id, g->request, g->prompt_hash, g->result,
		g->stage, g->rounds, g->phases, g->prompt_tokens,
		g->completion_tokens);
	if (g->prompt_version > 0)
		db_bind_int(s, 7, g->prompt_version);
	if (g->cost >= 0)
		db_bind_real(s, 15, g->cost);
	else
		db_bind_null(s, 15);
	db_bind_text(s, 16, g->currency);
	db_bind_text(s, 17, g->fixes);
	db_bind_text(s, 18, g->findings);
	db_bind_int(s, 19, g->started_at);
	db_bind_int(s, 20, g->finished_at);
	db_bind_text(s, 21, g->answer);
	db_run(s);
}

void
generation_prune(int most)
{
	struct db_stmt *s = db_stmt(sql_prune);

	db_bind(s, "i", (int64_t)most - 1);
	db_run(s);
}

int
generation_find(struct arena *a, const char *id, struct generation *out)
{
	return rows_find(a, sql_find, id, from_row, out);
}

/* The rows of a bound statement, at most that many of size bytes. */
static int
rows_of(struct arena *a, struct db_stmt *s, int most, size_t size,
	rows_from *from, void *out_r)
{
	char *rows = arena_array(a, (size_t)most, size);
	int n = 0;

	while (n < most && db_step(s) == DB_ROW)
		from(a, s, rows + (size_t)n++ * size);
	db_done(s);
	memcpy(out_r, &rows, sizeof(rows));
	return n;
}

int
generation_list(struct arena *a, const struct generation_filter *f,
	struct generation **out_r)
{
	struct db_stmt *s = db_stmt(sql_list);

	db_bind(s, "tttti",
		f->engine < 0 ? NULL : generation_engine_names[f->engine],
		f->model, f->result, f->after, (int64_t)f->limit);
	return rows_of(a, s, f->limit, sizeof(**out_r), from_row, out_r);
}

static void
model_from_row(struct arena *a, struct db_stmt *s, void *out)
{
	struct generation_model *m = out;

	m->engine = db_text(s, 0, a);
	m->model = db_text(s, 1, a);
	m->count = db_int(s, 2);
	m->ok = db_int(s, 3);
	m->cancelled = db_int(s, 4);
	m->ms = db_is_null(s, 5) ? -1 : db_int(s, 5);
	m->tokens = db_int(s, 6);
	m->costs = db_text(s, 7, a);
}

static void
code_from_row(struct arena *a, struct db_stmt *s, void *out)
{
	struct generation_code *c = out;

	c->code = db_text(s, 0, a);
	c->count = db_int(s, 1);
	c->generations = db_int(s, 2);
}

static int
codes(struct arena *a, const char *sql, int64_t since,
	struct generation_code **out_r)
{
	struct db_stmt *s = db_stmt(sql);

	db_bind(s, "i", since);
	return rows_of(a, s, LIMIT_PAGE, sizeof(**out_r), code_from_row, out_r);
}

int
generation_models(
	struct arena *a, int64_t since, struct generation_model **out_r)
{
	struct db_stmt *s = db_stmt(sql_models);

	db_bind(s, "i", since);
	return rows_of(
		a, s, LIMIT_PAGE, sizeof(**out_r), model_from_row, out_r);
}

int
generation_findings(
	struct arena *a, int64_t since, struct generation_code **out_r)
{
	return codes(a, sql_findings, since, out_r);
}

int
generation_fixes(struct arena *a, int64_t since, struct generation_code **out_r)
{
	return codes(a, sql_fixes, since, out_r);
}

int
generation_results(
	struct arena *a, int64_t since, struct generation_code **out_r)
{
	return codes(a, sql_results, since, out_r);
}

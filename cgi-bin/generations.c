/* generations.c: /api/generations: what came of each generation, and how models
 * and engines did. */
#include "base/clock.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "io/http.h"
#include "dsl/finding.h"
#include "model/generation.h"

#include <string.h>

enum { DAYS = 30, MOST_DAYS = 3650 };

/* In the order of enum generation_engine. */
static const char *const engines[] = {"studio", "dify", NULL};

enum { Q_ENGINE, Q_MODEL, Q_RESULT, Q_LIMIT, Q_AFTER, Q__MAX };
static const struct field list_query[Q__MAX] = {
	[Q_ENGINE] = {"engine", FIELD_ENUM, .values = engines},
	[Q_MODEL] = {"model", FIELD_STRING, false, 1, 300},
	[Q_RESULT] = {"result", FIELD_STRING, false, 1, 60},
	[Q_LIMIT] = {"limit", FIELD_INT, false, 1, LIMIT_PAGE},
	[Q_AFTER] = {"after", FIELD_ID},
};

static const struct field summary_query[] = {
	{"days", FIELD_INT, false, 1, MOST_DAYS},
};

static void
put_cost(struct str *out, double cost, const char *currency)
{
	if (cost < 0) {
		jsonw_null(out, "cost");
		return;
	}
	jsonw_open(out, "cost", '{');
	jsonw_real(out, "amount", cost);
	jsonw_text(out, "currency", currency == NULL ? "" : currency);
	jsonw_close(out, '}');
}

static void
put_tokens(struct str *out, const struct generation *g)
{
	jsonw_open(out, "tokens", '{');
	jsonw_int(out, "prompt", g->prompt_tokens);
	jsonw_int(out, "completion", g->completion_tokens);
	jsonw_close(out, '}');
}

/* The answer is in a generation alone, not in one of a list. */
static void
generation_json(struct str *out, const struct generation *g)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "id", g->job_id);
	jsonw_text(out, "engine", g->engine);
	jsonw_text(out, "model_id", g->model_id);
	jsonw_text(out, "model", g->model);
	jsonw_text(out, "request", g->request);
	jsonw_since(out, "prompt_version", g->prompt_version, 1);
	jsonw_text(out, "prompt_hash", g->prompt_hash);
	jsonw_text(out, "result", g->result);
	jsonw_text(out, "stage", g->stage);
	jsonw_int(out, "rounds", g->rounds);
	jsonw_raw(out, "phases", g->phases);
	put_tokens(out, g);
	put_cost(out, g->cost, g->currency);
	jsonw_raw(out, "fixes", g->fixes);
	jsonw_raw(out, "findings", g->findings);
	jsonw_int(out, "ms", g->finished_at - g->started_at);
	jsonw_int(out, "started_at", g->started_at);
	jsonw_int(out, "finished_at", g->finished_at);
	if (g->answer != NULL)
		jsonw_text(out, "answer", g->answer);
	jsonw_close(out, '}');
}

static int
list(struct req *r)
{
	int limit = (int)http_query_int(r, Q_LIMIT, 50);
	const struct generation_filter f = {
		.engine = http_query_enum(r, Q_ENGINE, -1),
		.model = http_query(r, Q_MODEL),
		.result = http_query(r, Q_RESULT),
		.after = http_query(r, Q_AFTER),
		.limit = limit + 1};
	struct generation *rows;
	int n = generation_list(http_arena(r), &f, &rows);
	int i;

	http_page_begin(r);
	for (i = 0; i < n && i < limit; i++)
		generation_json(http_out(r), &rows[i]);
	return http_page_end(r, n > limit ? rows[limit - 1].job_id : NULL);
}

static int
read_one(struct req *r)
{
	struct generation g;

	if (generation_find(http_arena(r), http_path_id(r, 0), &g) != 1)
		return http_problem(r, 404, "generation_not_found",
			"There is no such generation.");
	generation_json(http_out(r), &g);
	return http_json(r, 200);
}

/* ---- the summary ---- */

static void
put_models(struct str *out, const struct generation_model *rows, int n)
{
	int i;

	jsonw_open(out, "models", '[');
	for (i = 0; i < n; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_text(out, "engine", rows[i].engine);
		jsonw_text(out, "model", rows[i].model);
		jsonw_int(out, "count", rows[i].count);
		jsonw_int(out, "ok", rows[i].ok);
		jsonw_int(out, "cancelled", rows[i].cancelled);
		jsonw_since(out, "ms", rows[i].ms, 0);
		jsonw_int(out, "tokens", rows[i].tokens);
		jsonw_raw(out, "costs", rows[i].costs);
		jsonw_close(out, '}');
	}
	jsonw_close(out, ']');
}

/* What a finding says, with dots for what it speaks of. */
static const char *
general(struct arena *a, const char *message)
{
	struct str out;

	str_init(&out, a, LIMIT_BODY);
	for (; *message != '\0'; message++) {
		if (message[0] != '%') {
			str_putc(&out, *message);
		} else {
			str_puts(&out, "…");
			message += message[1] != '\0';
		}
	}
	return out.s;
}

/* Codes of findings have words; what repairs do is for the pages to say. */
static void
put_words(struct req *r, const char *code)
{
	const struct finding_kind *kind = NULL;
	size_t i;

	for (i = 0; (kind = finding_kind_at(i)) != NULL; i++)
		if (strcmp(kind->code, code) == 0)
			break;
	jsonw_text(http_out(r), "message_en",
		kind == NULL ? NULL : general(http_arena(r), kind->en));
	jsonw_text(http_out(r), "message_zh",
		kind == NULL ? NULL : general(http_arena(r), kind->zh));
}

static void
put_codes(struct req *r, const char *key, const struct generation_code *rows,
	int n)
{
	struct str *out = http_out(r);
	int i;

	jsonw_open(out, key, '[');
	for (i = 0; i < n; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_text(out, "code", rows[i].code);
		jsonw_int(out, "count", rows[i].count);
		jsonw_int(out, "generations", rows[i].generations);
		put_words(r, rows[i].code);
		jsonw_close(out, '}');
	}
	jsonw_close(out, ']');
}

static int
summary(struct req *r)
{
	int64_t days = http_query_int(r, 0, DAYS);
	int64_t since = clock_now_ms() - days * 86400000;
	struct str *out = http_out(r);
	struct generation_model *models;
	struct generation_code *codes;
	int n;

	jsonw_open(out, NULL, '{');
	jsonw_int(out, "days", days);
	n = generation_models(http_arena(r), since, &models);
	put_models(out, models, n);
	n = generation_results(http_arena(r), since, &codes);
	put_codes(r, "results", codes, n);
	n = generation_findings(http_arena(r), since, &codes);
	put_codes(r, "findings", codes, n);
	n = generation_fixes(http_arena(r), since, &codes);
	put_codes(r, "fixes", codes, n);
	jsonw_close(out, '}');
	return http_json(r, 200);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/generations", ROLE_VIEWER, list, NULL, 0, list_query,
		Q__MAX, ROUTE_CACHED},
	{HTTP_GET, "/api/generations/summary", ROLE_VIEWER, summary, NULL, 0,
		summary_query, nitems(summary_query)},
	{HTTP_GET, "/api/generations/{id}", ROLE_VIEWER, read_one,
		.flags = ROUTE_CACHED},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "generations", routes, nitems(routes));
}

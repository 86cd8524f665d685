/* llm_model.c: see llm_model.h; headers are in llm_model_headers.c. */
#include "model/llm_model.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/conf.h"
#include "model/names.h"
#include "model/rows.h"
#include "model/sealed.h"

#include <string.h>

enum { TIMEOUT_S = 120, MILLION = 1000000 };

const char *const llm_model_output_names[LLM_MODEL_OUTPUT__MAX] = {
	[LLM_MODEL_AUTO] = "auto",
	[LLM_MODEL_PLAIN] = "plain",
	[LLM_MODEL_JSON_OBJECT] = "json_object",
	[LLM_MODEL_JSON_SCHEMA] = "json_schema",
};

#define COLUMNS                                                              \
	"id, name, base_url, model, api_key_hint, temperature, max_tokens,"  \
	" timeout_s, is_default, origin, last_ok, last_error, last_used_at," \
	" created_at, updated_at, context_size, header_hints, ca, proxy,"    \
	" insecure, price_in, price_out, currency, output, found_output,"    \
	" quirks, probed_at, at_once"

static const char sql_add[] =
	"INSERT OR IGNORE INTO models (id, name, base_url, model, api_key,"
	" api_key_hint, is_default, origin, timeout_s, created_at, updated_at)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
	" ?7 OR NOT EXISTS (SELECT 1 FROM models), ?8, ?9, ?10, ?10)";
static const char sql_find[] = "SELECT " COLUMNS " FROM models WHERE id = ?1";
static const char sql_default[] =
	"SELECT " COLUMNS " FROM models"
	" ORDER BY is_default DESC, created_at LIMIT 1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM models ORDER BY name LIMIT 100";
static const char sql_environment[] =
	"SELECT " COLUMNS " FROM models WHERE origin = 'environment'";
static const char sql_only_default[] =
	"UPDATE models SET is_default = (id = ?1)";
static const char sql_forget[] =
	"UPDATE models SET found_output = NULL, quirks = NULL,"
	" probed_at = NULL WHERE id = ?1 AND (base_url <> ?2 OR model <> ?3)";
static const char sql_update[] =
	"UPDATE OR IGNORE models SET name = ?2, base_url = ?3, model = ?4,"
	" updated_at = ?5, timeout_s = ?6, temperature = ?7, max_tokens = ?8,"
	" context_size = ?9, price_in = ?10, price_out = ?11, currency = ?12,"
	" ca = ?13, proxy = ?14, insecure = ?15, output = ?16,"
	" at_once = ?17 WHERE id = ?1";
static const char sql_key[] =
	"UPDATE models SET api_key = ?2, api_key_hint = ?3 WHERE id = ?1";
static const char sql_get_key[] = "SELECT api_key FROM models WHERE id = ?1";
static const char sql_delete[] = "DELETE FROM models WHERE id = ?1";
static const char sql_used[] =
	"UPDATE models SET last_ok = ?2, last_error = ?3, last_used_at = ?4"
	" WHERE id = ?1";
static const char sql_learnt[] =
	"UPDATE models SET found_output = coalesce(?2, found_output),"
	" quirks = ?3, probed_at = iif(?2 IS NULL, probed_at, ?4)"
	" WHERE id = ?1";

void
llm_model_init(struct llm_model *m)
{
	*m = (struct llm_model){.temperature = -1,
		.timeout_s = TIMEOUT_S,
		.last_ok = -1,
		.price_in = -1,
		.price_out = -1};
}

static double
real_or_none(struct db_stmt *s, int at)
{
	return db_is_null(s, at) ? -1 : db_real(s, at);
}

/* What only some models need. */
static void
rest_from_row(struct arena *a, struct db_stmt *s, struct llm_model *m)
{
	const char *found = db_text(s, 24, a);
	size_t n;

	m->context_size = (int)db_int(s, 15);
	m->header_hints = db_text(s, 16, a);
	m->ca = db_text(s, 17, a);
	m->proxy = db_text(s, 18, a);
	m->insecure = db_int(s, 19) != 0;
	m->price_in = real_or_none(s, 20);
	m->price_out = real_or_none(s, 21);
	m->currency = db_text(s, 22, a);
	m->output = (enum llm_model_output)name_index(db_peek(s, 23, &n),
		llm_model_output_names, LLM_MODEL_OUTPUT__MAX);
	m->found = found == NULL ? LLM_MODEL_AUTO
				 : (enum llm_model_output)name_index(found,
					   llm_model_output_names,
					   LLM_MODEL_OUTPUT__MAX);
	m->quirks = db_text(s, 25, a);
	m->probed_at = db_int(s, 26);
	m->at_once = (int)db_int(s, 27);
}

static void
from_row(struct arena *a, struct db_stmt *s, void *out)
{
	struct llm_model *m = out;
	size_t n;

	llm_model_init(m);
	memcpy(m->id, db_peek(s, 0, &n), ID_SIZE);
	m->name = db_text(s, 1, a);
	m->base_url = db_text(s, 2, a);
	m->model = db_text(s, 3, a);
	m->api_key_hint = db_text(s, 4, a);
	m->temperature = real_or_none(s, 5);
	m->max_tokens = (int)db_int(s, 6);
	m->timeout_s = (int)db_int(s, 7);
	m->is_default = db_int(s, 8) != 0;
	m->from_environment = strcmp(db_peek(s, 9, &n), "environment") == 0;
	m->last_ok = db_is_null(s, 10) ? -1 : (int)db_int(s, 10);
	m->last_error = db_text(s, 11, a);
	m->last_used_at = db_int(s, 12);
	m->created_at = db_int(s, 13);
	m->updated_at = db_int(s, 14);
	rest_from_row(a, s, m);
}

int
llm_model_find(struct arena *a, const char *id, struct llm_model *out)
{
	return rows_find(a, sql_find, id, from_row, out);
}

int
llm_model_default(struct arena *a, struct llm_model *out)
{
	return rows_one(a, db_stmt(sql_default), from_row, out);
}

int
llm_model_list(struct arena *a, struct llm_model **out_r)
{
	return rows_list(a, sql_list, sizeof(**out_r), from_row, out_r);
}

static void
bind_real(struct db_stmt *s, int at, double n)
{
	if (n >= 0)
		db_bind_real(s, at, n);
	else
		db_bind_null(s, at);
}

static void
bind_count(struct db_stmt *s, int at, int n)
{
	if (n > 0)
		db_bind_int(s, at, n);
	else
		db_bind_null(s, at);
}

/* All that can be changed but the key and the headers; false: name taken. */
static bool
write(const struct llm_model *m)
{
	struct db_stmt *s = db_stmt(sql_update);

	db_bind(s, "ttttii", m->id, m->name, m->base_url, m->model,
		clock_now_ms(), (int64_t)m->timeout_s);
	bind_real(s, 7, m->temperature);
	bind_count(s, 8, m->max_tokens);
	bind_count(s, 9, m->context_size);
	bind_real(s, 10, m->price_in);
	bind_real(s, 11, m->price_out);
	db_bind_text(s, 12, m->currency);
	db_bind_text(s, 13, m->ca);
	db_bind_text(s, 14, m->proxy);
	db_bind_int(s, 15, m->insecure);
	db_bind_text(s, 16, llm_model_output_names[m->output]);
	bind_count(s, 17, m->at_once);
	db_run(s);
	if (db_changes() == 0)
		return false;
	if (m->is_default)
		rows_change(sql_only_default, m->id);
	return true;
}

int
llm_model_add(struct llm_model *m, const char *key)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql_add);
	int added;

	id_new_r(m->id);
	m->created_at = m->updated_at = clock_now_ms();
	if (key != NULL && *key == '\0')
		key = NULL;
	db_bind(s, "ttttntitii", m->id, m->name, m->base_url, m->model,
		key == NULL ? NULL : seal_hint(a, key), (int64_t)m->is_default,
		m->from_environment ? "environment" : "user",
		(int64_t)m->timeout_s, m->created_at);
	sealed_bind(a, s, 5, SEAL_MODEL, key);
	db_run(s);
	added = db_changes() > 0;
	arena_free(&a);
	return added && write(m);
}

int
llm_model_update(const struct llm_model *m, const char *key)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct llm_model there;
	int found = llm_model_find(a, m->id, &there);
	struct db_stmt *s;

	arena_free(&a);
	if (!found)
		return 0;
	s = db_stmt(sql_forget);
	db_bind(s, "ttt", m->id, m->base_url, m->model);
	db_run(s);
	if (!write(m))
		return -1;
	if (key != NULL)
		rows_secret(sql_key, m->id, SEAL_MODEL, key);
	return 1;
}

int
llm_model_delete(const char *id)
{
	return rows_change(sql_delete, id) > 0;
}

char *
llm_model_key(struct arena *a, const char *id)
{
	return sealed_select(a, sql_get_key, id, SEAL_MODEL);
}

double
llm_model_cost(const struct llm_model *m, int64_t in, int64_t out)
{
	if (m->price_in < 0 && m->price_out < 0)
		return -1;
	return ((m->price_in > 0 ? m->price_in : 0) * (double)in +
		       (m->price_out > 0 ? m->price_out : 0) * (double)out) /
	       MILLION;
}

void
llm_model_used(const char *id, bool ok, const char *error)
{
	struct db_stmt *s = db_stmt(sql_used);

	db_bind(s, "titi", id, (int64_t)ok, error, clock_now_ms());
	db_run(s);
}

void
llm_model_learnt(
	const char *id, enum llm_model_output found, const char *quirks)
{
	struct db_stmt *s = db_stmt(sql_learnt);

	db_bind(s, "ttti", id,
		found == LLM_MODEL_AUTO ? NULL : llm_model_output_names[found],
		quirks == NULL || *quirks == '\0' ? NULL : quirks,
		clock_now_ms());
	db_run(s);
}

void
llm_model_from_environment(void)
{
	const char *url = conf_text(CONF_LLM_BASE_URL);
	const char *model = conf_text(CONF_LLM_MODEL);
	const char *key = conf_text(CONF_LLM_API_KEY);
	struct arena *a = arena_new(LIMIT_ARENA);
	struct llm_model m;
	bool there;

	llm_model_init(&m);
	if (url != NULL && model != NULL) {
		there = rows_one(a, db_stmt(sql_environment), from_row, &m);
		m.base_url = rows_url(a, url);
		m.name = model;
		m.model = model;
		m.from_environment = true;
		if (there)
			llm_model_update(&m, key == NULL ? "" : key);
		else
			llm_model_add(&m, key);
	}
	arena_free(&a);
}

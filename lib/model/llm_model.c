/* llm_model.c: see llm_model.h. */
#include "model/llm_model.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/conf.h"
#include "io/db.h"
#include "model/sealed.h"

#include <string.h>

enum { MOST_LISTED = 100, TIMEOUT_S = 120 };

#define COLUMNS                                                              \
	"id, name, base_url, model, api_key_hint, temperature, max_tokens,"  \
	" timeout_s, is_default, origin, last_ok, last_error, last_used_at," \
	" created_at, updated_at"

static const char sql_add[] =
	"INSERT OR IGNORE INTO models (id, name, base_url, model, api_key,"
	" api_key_hint, temperature, max_tokens, timeout_s, is_default, origin,"
	" created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
	" ?10 OR NOT EXISTS (SELECT 1 FROM models), ?11, ?12, ?12)";
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
static const char sql_update[] =
	"UPDATE OR IGNORE models SET name = ?2, base_url = ?3, model = ?4,"
	" temperature = ?5, max_tokens = ?6, timeout_s = ?7, updated_at = ?8"
	" WHERE id = ?1";
static const char sql_key[] =
	"UPDATE models SET api_key = ?2, api_key_hint = ?3 WHERE id = ?1";
static const char sql_get_key[] = "SELECT api_key FROM models WHERE id = ?1";
static const char sql_delete[] = "DELETE FROM models WHERE id = ?1";
static const char sql_used[] =
	"UPDATE models SET last_ok = ?2, last_error = ?3, last_used_at = ?4"
	" WHERE id = ?1";

static void
from_row(struct arena *a, struct db_stmt *s, struct llm_model *m)
{
	size_t n;

	memset(m, 0, sizeof(*m));
	memcpy(m->id, db_peek(s, 0, &n), ID_SIZE);
	m->name = db_text(s, 1, a);
	m->base_url = db_text(s, 2, a);
	m->model = db_text(s, 3, a);
	m->api_key_hint = db_text(s, 4, a);
	m->temperature = db_is_null(s, 5) ? -1 : db_real(s, 5);
	m->max_tokens = (int)db_int(s, 6);
	m->timeout_s = (int)db_int(s, 7);
	m->is_default = db_int(s, 8) != 0;
	m->from_environment = strcmp(db_peek(s, 9, &n), "environment") == 0;
	m->last_ok = db_is_null(s, 10) ? -1 : (int)db_int(s, 10);
	m->last_error = db_text(s, 11, a);
	m->last_used_at = db_int(s, 12);
	m->created_at = db_int(s, 13);
	m->updated_at = db_int(s, 14);
}

static int
one(struct arena *a, struct db_stmt *s, struct llm_model *out)
{
	if (db_step(s) != DB_ROW)
		return 0;
	from_row(a, s, out);
	db_done(s);
	return 1;
}

int
llm_model_find(struct arena *a, const char *id, struct llm_model *out)
{
	struct db_stmt *s = db_stmt(sql_find);

	db_bind(s, "t", id);
	return one(a, s, out);
}

int
llm_model_default(struct arena *a, struct llm_model *out)
{
	return one(a, db_stmt(sql_default), out);
}

int
llm_model_list(struct arena *a, struct llm_model **out_r)
{
	struct db_stmt *s = db_stmt(sql_list);
	struct llm_model *rows = arena_array(a, MOST_LISTED, sizeof(*rows));
	int n = 0;

	while (n < MOST_LISTED && db_step(s) == DB_ROW)
		from_row(a, s, &rows[n++]);
	db_done(s);
	*out_r = rows;
	return n;
}

static void
bind_numbers(struct db_stmt *s, int at, const struct llm_model *m)
{
	if (m->temperature >= 0)
		db_bind_real(s, at, m->temperature);
	if (m->max_tokens > 0)
		db_bind_int(s, at + 1, m->max_tokens);
	db_bind_int(s, at + 2, m->timeout_s);
}

static void
only_default(const char *id)
{
	struct db_stmt *s = db_stmt(sql_only_default);

	db_bind(s, "t", id);
	db_run(s);
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
	db_bind(s, "ttttntnnniti", m->id, m->name, m->base_url, m->model,
		key == NULL ? NULL : seal_hint(a, key), (int64_t)m->is_default,
		m->from_environment ? "environment" : "user", m->created_at);
	sealed_bind(a, s, 5, SEAL_MODEL, key);
	bind_numbers(s, 7, m);
	db_run(s);
	added = db_changes() > 0;
	arena_free(&a);
	if (added && m->is_default)
		only_default(m->id);
	return added;
}

static void
set_key(const char *id, const char *key)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql_key);

	if (*key == '\0')
		key = NULL;
	db_bind(s, "tnt", id, key == NULL ? NULL : seal_hint(a, key));
	sealed_bind(a, s, 2, SEAL_MODEL, key);
	db_run(s);
	arena_free(&a);
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
	s = db_stmt(sql_update);
	db_bind(s, "ttttnnni", m->id, m->name, m->base_url, m->model,
		clock_now_ms());
	bind_numbers(s, 5, m);
	db_run(s);
	if (db_changes() == 0)
		return -1;
	if (key != NULL)
		set_key(m->id, key);
	if (m->is_default)
		only_default(m->id);
	return 1;
}

int
llm_model_delete(const char *id)
{
	struct db_stmt *s = db_stmt(sql_delete);

	db_bind(s, "t", id);
	db_run(s);
	return db_changes() > 0;
}

char *
llm_model_key(struct arena *a, const char *id)
{
	return sealed_select(a, sql_get_key, id, SEAL_MODEL);
}

void
llm_model_used(const char *id, bool ok, const char *error)
{
	struct db_stmt *s = db_stmt(sql_used);

	db_bind(s, "titi", id, (int64_t)ok, error, clock_now_ms());
	db_run(s);
}

void
llm_model_from_environment(void)
{
	const char *url = conf_text(CONF_LLM_BASE_URL);
	const char *model = conf_text(CONF_LLM_MODEL);
	const char *key = conf_text(CONF_LLM_API_KEY);
	struct arena *a = arena_new(LIMIT_ARENA);
	struct llm_model m = {.temperature = -1, .timeout_s = TIMEOUT_S};

	if (url != NULL && model != NULL) {
		bool there = one(a, db_stmt(sql_environment), &m);
		size_t n = strlen(url);

		while (n > 0 && url[n - 1] == '/')
			n--;
		m.base_url = arena_memdup(a, url, n);
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

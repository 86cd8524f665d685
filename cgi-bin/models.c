/* models.c: /api/models: the language models that write plans. */
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "model/llm_model.h"

#include <string.h>

enum { TIMEOUT_S = 120 };

enum {
	IN_NAME,
	IN_BASE_URL,
	IN_MODEL,
	IN_API_KEY,
	IN_TEMPERATURE,
	IN_MAX_TOKENS,
	IN_TIMEOUT,
	IN_DEFAULT,
	IN__MAX
};

/* Creating demands the first three; changing demands nothing. */
#define FIELDS(needed)                                                         \
	{                                                                      \
		[IN_NAME] = {"name", FIELD_STRING, needed, 1, 200},            \
		[IN_BASE_URL] = {"base_url", FIELD_URL, needed, 1, 500},       \
		[IN_MODEL] = {"model", FIELD_STRING, needed, 1, 200},          \
		[IN_API_KEY] = {"api_key", FIELD_STRING, false, 0, 500},       \
		[IN_TEMPERATURE] = {"temperature", FIELD_NUMBER, false, 0, 2}, \
		[IN_MAX_TOKENS] = {"max_tokens", FIELD_INT, false, 1,          \
			1000000},                                              \
		[IN_TIMEOUT] = {"timeout_s", FIELD_INT, false, 1, 3600},       \
		[IN_DEFAULT] = {"is_default", FIELD_BOOL},                     \
	}
static const struct field create_fields[IN__MAX] = FIELDS(true);
static const struct field change_fields[IN__MAX] = FIELDS(false);

static void
model_json(struct str *out, const struct llm_model *m)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "id", m->id);
	jsonw_text(out, "name", m->name);
	jsonw_text(out, "base_url", m->base_url);
	jsonw_text(out, "model", m->model);
	jsonw_text(out, "api_key_hint", m->api_key_hint);
	if (m->temperature < 0)
		jsonw_null(out, "temperature");
	else
		jsonw_real(out, "temperature", m->temperature);
	jsonw_since(out, "max_tokens", m->max_tokens, 1);
	jsonw_int(out, "timeout_s", m->timeout_s);
	jsonw_bool(out, "is_default", m->is_default);
	jsonw_bool(out, "from_environment", m->from_environment);
	if (m->last_ok < 0)
		jsonw_null(out, "last_ok");
	else
		jsonw_bool(out, "last_ok", m->last_ok == 1);
	jsonw_text(out, "last_error", m->last_error);
	jsonw_since(out, "last_used_at", m->last_used_at, 1);
	jsonw_int(out, "created_at", m->created_at);
	jsonw_int(out, "updated_at", m->updated_at);
	jsonw_close(out, '}');
}

static int
not_found(struct req *r)
{
	return http_problem(
		r, 404, "model_not_found", "There is no such model.");
}

static int
name_taken(struct req *r)
{
	return http_problem(
		r, 409, "name_taken", "Another model has this name already.");
}

/* What the body says, over what is there. */
static void
take(struct req *r, struct llm_model *m)
{
	if (http_has(r, IN_NAME))
		m->name = http_str(r, IN_NAME);
	if (http_has(r, IN_BASE_URL))
		m->base_url = http_url(r, IN_BASE_URL);
	if (http_has(r, IN_MODEL))
		m->model = http_str(r, IN_MODEL);
	m->temperature = http_has_null(r, IN_TEMPERATURE)
				 ? -1
				 : http_num(r, IN_TEMPERATURE, m->temperature);
	m->max_tokens =
		http_has_null(r, IN_MAX_TOKENS)
			? 0
			: (int)http_int(r, IN_MAX_TOKENS, m->max_tokens);
	m->timeout_s = (int)http_int(r, IN_TIMEOUT, m->timeout_s);
	m->is_default = http_bool(r, IN_DEFAULT, m->is_default);
}

static int
show(struct req *r, const char *id, int status)
{
	struct llm_model m;

	if (llm_model_find(http_arena(r), id, &m) != 1)
		return not_found(r);
	model_json(http_out(r), &m);
	return http_json(r, status);
}

static int
list(struct req *r)
{
	struct llm_model *models;
	int n = llm_model_list(http_arena(r), &models);
	int i;

	http_page_begin(r);
	for (i = 0; i < n; i++)
		model_json(http_out(r), &models[i]);
	return http_page_end(r, NULL);
}

static int
create(struct req *r)
{
	struct llm_model m = {.temperature = -1, .timeout_s = TIMEOUT_S};
	int added;

	take(r, &m);
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	added = llm_model_add(&m, http_str(r, IN_API_KEY));
	db_commit();
	if (added != 1)
		return name_taken(r);
	http_set(r, "Location",
		arena_printf(http_arena(r), "/api/models/%s", m.id));
	return show(r, m.id, 201);
}

static int
read_one(struct req *r)
{
	return show(r, http_path_id(r, 0), 200);
}

/* An api_key of null takes the key away, as "" does. */
static int
change(struct req *r)
{
	const char *key =
		http_has_null(r, IN_API_KEY) ? "" : http_str(r, IN_API_KEY);
	struct llm_model m;
	int done = 0;

	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	if (llm_model_find(http_arena(r), http_path_id(r, 0), &m) == 1) {
		take(r, &m);
		done = llm_model_update(&m, key);
	}
	db_commit();
	return done < 0 ? name_taken(r) : show(r, http_path_id(r, 0), 200);
}

static int
remove_one(struct req *r)
{
	int found;

	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	found = llm_model_delete(http_path_id(r, 0));
	db_commit();
	return found == 1 ? http_empty(r, 204) : not_found(r);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/models", ROLE_VIEWER, list, .flags = ROUTE_CACHED},
	{HTTP_POST, "/api/models", ROLE_ADMIN, create, create_fields, IN__MAX},
	{HTTP_GET, "/api/models/{id}", ROLE_VIEWER, read_one,
		.flags = ROUTE_CACHED},
	{HTTP_PATCH, "/api/models/{id}", ROLE_ADMIN, change, change_fields,
		IN__MAX},
	{HTTP_DELETE, "/api/models/{id}", ROLE_ADMIN, remove_one},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "models", routes, nitems(routes));
}

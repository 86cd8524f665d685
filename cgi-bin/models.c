/* models.c: /api/models: the language models that write plans. */
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "api/model_answer.h"
#include "api/way_take.h"

/* In the order of enum llm_model_output. */
static const char *const outputs[] = {
	"auto", "plain", "json_object", "json_schema", NULL};

static const char *const currencies[] = {"CNY", "EUR", "GBP", "HKD", "INR",
	"JPY", "KRW", "SGD", "TWD", "USD", NULL};

enum {
	IN_NAME,
	IN_BASE_URL,
	IN_MODEL,
	IN_API_KEY,
	IN_HEADERS,
	IN_TEMPERATURE,
	IN_MAX_TOKENS,
	IN_CONTEXT_SIZE,
	IN_TIMEOUT,
	IN_AT_ONCE,
	IN_PRICE_IN,
	IN_PRICE_OUT,
	IN_CURRENCY,
	IN_OUTPUT,
	IN_DEFAULT,
	IN_WAY,
	IN__MAX = IN_WAY + WAY__MAX
};

enum { MOST_TOKENS = 100000000, MOST_MONEY = 1000000 };

/* Creating demands the first three; changing demands nothing. */
#define FIELDS(needed)                                                         \
	{                                                                      \
		[IN_NAME] = {"name", FIELD_STRING, needed, 1, 200},            \
		[IN_BASE_URL] = {"base_url", FIELD_URL, needed, 1, 500},       \
		[IN_MODEL] = {"model", FIELD_STRING, needed, 1, 200},          \
		[IN_API_KEY] = {"api_key", FIELD_STRING, false, 0, 500},       \
		[IN_HEADERS] = {"headers", FIELD_OBJECT},                      \
		[IN_TEMPERATURE] = {"temperature", FIELD_NUMBER, false, 0, 2}, \
		[IN_MAX_TOKENS] = {"max_tokens", FIELD_INT, false, 1,          \
			1000000},                                              \
		[IN_CONTEXT_SIZE] = {"context_size", FIELD_INT, false, 256,    \
			MOST_TOKENS},                                          \
		[IN_TIMEOUT] = {"timeout_s", FIELD_INT, false, 1, 3600},       \
		[IN_AT_ONCE] = {"at_once", FIELD_INT, false, 1, 1000},         \
		[IN_PRICE_IN] = {"price_in", FIELD_NUMBER, false, 0,           \
			MOST_MONEY},                                           \
		[IN_PRICE_OUT] = {"price_out", FIELD_NUMBER, false, 0,         \
			MOST_MONEY},                                           \
		[IN_CURRENCY] = {"currency", FIELD_ENUM,                       \
			.values = currencies},                                 \
		[IN_OUTPUT] = {"output", FIELD_ENUM, .values = outputs},       \
		[IN_DEFAULT] = {"is_default", FIELD_BOOL}, WAY_FIELDS(IN_WAY), \
	}
static const struct field create_fields[IN__MAX] = FIELDS(true);
static const struct field change_fields[IN__MAX] = FIELDS(false);

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

/* A number that null makes unknown. */
static double
real(const struct req *r, size_t at, double there)
{
	return http_has_null(r, at) ? -1 : http_num(r, at, there);
}

static int
count(const struct req *r, size_t at, int there)
{
	return http_has_null(r, at) ? 0 : (int)http_int(r, at, there);
}

static void
take_numbers(struct req *r, struct llm_model *m)
{
	m->temperature = real(r, IN_TEMPERATURE, m->temperature);
	m->max_tokens = count(r, IN_MAX_TOKENS, m->max_tokens);
	m->context_size = count(r, IN_CONTEXT_SIZE, m->context_size);
	m->timeout_s = (int)http_int(r, IN_TIMEOUT, m->timeout_s);
	m->at_once = count(r, IN_AT_ONCE, m->at_once);
	m->price_in = real(r, IN_PRICE_IN, m->price_in);
	m->price_out = real(r, IN_PRICE_OUT, m->price_out);
	if (http_says(r, IN_CURRENCY))
		m->currency = http_str(r, IN_CURRENCY);
}

/* What the body says, over what is there: 0, or -1 with 400 answered. */
static int
take(struct req *r, struct llm_model *m)
{
	if (http_has(r, IN_NAME))
		m->name = http_str(r, IN_NAME);
	if (http_has(r, IN_BASE_URL))
		m->base_url = http_url(r, IN_BASE_URL);
	if (http_has(r, IN_MODEL))
		m->model = http_str(r, IN_MODEL);
	take_numbers(r, m);
	m->output =
		(enum llm_model_output)http_enum(r, IN_OUTPUT, (int)m->output);
	m->is_default = http_bool(r, IN_DEFAULT, m->is_default);
	if (model_check_headers(r, http_obj(r, IN_HEADERS)) != 0)
		return -1;
	return way_take(r, IN_WAY, &m->ca, &m->proxy, &m->insecure);
}

/* The headers that the body names, as llm_model_set_headers() has it. */
static void
set_headers(struct req *r, const char *id)
{
	if (http_says(r, IN_HEADERS))
		llm_model_set_headers(id, http_obj(r, IN_HEADERS));
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
	struct llm_model m;
	int added;

	llm_model_init(&m);
	if (take(r, &m) != 0)
		return 0;
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	added = llm_model_add(&m, http_str(r, IN_API_KEY));
	if (added == 1)
		set_headers(r, m.id);
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
		if (take(r, &m) != 0) {
			db_rollback();
			return 0;
		}
		done = llm_model_update(&m, key);
		if (done == 1)
			set_headers(r, m.id);
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

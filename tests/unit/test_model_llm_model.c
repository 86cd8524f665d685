/* test_model_llm_model.c: the models that write plans, and their keys. */
#include "folder.h"

#include "model/llm_model.h"
#include "text/json.h"

#include <string.h>

static struct llm_model
added(const char *name, const char *key)
{
	struct llm_model m;

	llm_model_init(&m);
	m.name = name;
	m.base_url = "http://llm/v1";
	m.model = "gpt";
	m.timeout_s = 60;
	IN_TRANSACTION(assert_int_equal(llm_model_add(&m, key), 1));
	return m;
}

static struct llm_model
found(const char *id)
{
	struct llm_model m;

	assert_int_equal(llm_model_find(arena, id, &m), 1);
	return m;
}

static int
update(const struct llm_model *m, const char *key)
{
	int result;

	IN_TRANSACTION(result = llm_model_update(m, key));
	return result;
}

static void
a_new_one_is_found(void **state)
{
	struct llm_model m = added("one", "sk-0123456789");
	struct llm_model there = found(m.id);

	(void)state;
	assert_string_equal(there.name, "one");
	assert_string_equal(there.base_url, "http://llm/v1");
	assert_string_equal(there.model, "gpt");
	assert_string_equal(there.api_key_hint, "••••6789");
	assert_true(there.temperature < 0);
	assert_int_equal(there.max_tokens, 0);
	assert_int_equal(there.timeout_s, 60);
	assert_int_equal(there.last_ok, -1);
	assert_true(there.is_default);
	assert_string_equal(llm_model_key(arena, m.id), "sk-0123456789");
	assert_int_equal(
		NUMBER("SELECT instr(api_key, '0123456789') FROM models"), 0);
}

static void
numbers_are_kept_and_forgotten(void **state)
{
	struct llm_model m = added("one", NULL);

	(void)state;
	m.temperature = 0;
	m.max_tokens = 4096;
	assert_int_equal(update(&m, NULL), 1);
	assert_true(found(m.id).temperature == 0);
	assert_int_equal(found(m.id).max_tokens, 4096);
	m.temperature = -1;
	m.max_tokens = 0;
	assert_int_equal(update(&m, NULL), 1);
	assert_true(found(m.id).temperature < 0);
	assert_int_equal(found(m.id).max_tokens, 0);
}

static void
the_rest_is_kept_as_well(void **state)
{
	struct llm_model m = added("one", NULL);
	struct llm_model there = found(m.id);

	(void)state;
	assert_int_equal(there.context_size, 0);
	assert_true(there.price_in < 0 && there.price_out < 0);
	assert_null(there.ca);
	assert_int_equal(there.output, LLM_MODEL_AUTO);
	assert_int_equal(there.found, LLM_MODEL_AUTO);
	m.context_size = 8192;
	m.price_in = 0;
	m.price_out = 2.5;
	m.currency = "CNY";
	m.ca = "certificate";
	m.proxy = "http://proxy:3128";
	m.insecure = true;
	m.output = LLM_MODEL_JSON_OBJECT;
	assert_int_equal(update(&m, NULL), 1);
	there = found(m.id);
	assert_int_equal(there.context_size, 8192);
	assert_true(there.price_in == 0 && there.price_out == 2.5);
	assert_string_equal(there.currency, "CNY");
	assert_string_equal(there.ca, "certificate");
	assert_string_equal(there.proxy, "http://proxy:3128");
	assert_true(there.insecure);
	assert_int_equal(there.output, LLM_MODEL_JSON_OBJECT);
	assert_true(llm_model_cost(&there, 1000, 400000) == 1);
	there.price_in = there.price_out = -1;
	assert_true(llm_model_cost(&there, 1000, 400000) < 0);
}

static void
set_headers(const char *id, const char *json)
{
	struct jsonx_report report;

	IN_TRANSACTION(llm_model_set_headers(
		id, jsonx_read(arena, json, strlen(json), 0, &report)));
}

static void
headers_are_merged(void **state)
{
	struct llm_model m = added("one", NULL);

	(void)state;
	assert_null(llm_model_headers(arena, m.id));
	set_headers(m.id, "{\"X-A\":\"alpha-alpha-alpha\",\"X-B\":\"b\"}");
	assert_string_equal(llm_model_headers(arena, m.id),
		"{\"X-A\":\"alpha-alpha-alpha\",\"X-B\":\"b\"}");
	assert_string_equal(found(m.id).header_hints,
		"{\"X-A\":\"••••lpha\",\"X-B\":\"••••\"}");
	assert_int_equal(
		NUMBER("SELECT instr(headers, 'alpha') FROM models"), 0);
	set_headers(m.id, "{\"x-a\":\"other\",\"X-B\":null,\"X-C\":null}");
	assert_string_equal(
		llm_model_headers(arena, m.id), "{\"x-a\":\"other\"}");
	set_headers(m.id, "{\"X-A\":null}");
	assert_null(llm_model_headers(arena, m.id));
	assert_null(found(m.id).header_hints);
}

static void
what_a_test_found_is_kept_until_the_model_is_another(void **state)
{
	struct llm_model m = added("one", NULL);
	struct llm_model there;

	(void)state;
	IN_TRANSACTION(llm_model_learnt(
		m.id, LLM_MODEL_JSON_SCHEMA, "no_temperature"));
	there = found(m.id);
	assert_int_equal(there.found, LLM_MODEL_JSON_SCHEMA);
	assert_string_equal(there.quirks, "no_temperature");
	assert_true(there.probed_at > 0);
	IN_TRANSACTION(llm_model_learnt(m.id, LLM_MODEL_AUTO, ""));
	there = found(m.id);
	assert_int_equal(there.found, LLM_MODEL_JSON_SCHEMA);
	assert_null(there.quirks);
	m.name = "two";
	assert_int_equal(update(&m, NULL), 1);
	assert_int_equal(found(m.id).found, LLM_MODEL_JSON_SCHEMA);
	m.base_url = "http://other/v1";
	assert_int_equal(update(&m, NULL), 1);
	assert_int_equal(found(m.id).found, LLM_MODEL_AUTO);
	assert_int_equal(found(m.id).probed_at, 0);
}

static void
a_key_is_kept_changed_and_removed(void **state)
{
	struct llm_model m = added("one", "key-one-0123");

	(void)state;
	assert_int_equal(update(&m, NULL), 1);
	assert_string_equal(llm_model_key(arena, m.id), "key-one-0123");
	assert_int_equal(update(&m, "key-two-4567"), 1);
	assert_string_equal(llm_model_key(arena, m.id), "key-two-4567");
	assert_string_equal(found(m.id).api_key_hint, "••••4567");
	assert_int_equal(update(&m, ""), 1);
	assert_null(llm_model_key(arena, m.id));
	assert_null(found(m.id).api_key_hint);
	m = added("two", "");
	assert_null(llm_model_key(arena, m.id));
	assert_null(found(m.id).api_key_hint);
}

static void
names_are_taken_once(void **state)
{
	struct llm_model one = added("one", NULL);
	struct llm_model two = added("two", NULL);
	struct llm_model again = one;

	(void)state;
	IN_TRANSACTION(assert_int_equal(llm_model_add(&again, NULL), 0));
	two.name = "one";
	assert_int_equal(update(&two, NULL), -1);
	memcpy(two.id, "0123456789abcdefghjk", ID_SIZE);
	assert_int_equal(update(&two, NULL), 0);
}

static void
there_is_one_default(void **state)
{
	struct llm_model one = added("one", NULL);
	struct llm_model two = added("two", NULL);
	struct llm_model m;

	(void)state;
	two.is_default = true;
	assert_int_equal(update(&two, NULL), 1);
	assert_false(found(one.id).is_default);
	assert_int_equal(llm_model_default(arena, &m), 1);
	assert_string_equal(m.id, two.id);
	IN_TRANSACTION(assert_int_equal(llm_model_delete(two.id), 1));
	IN_TRANSACTION(assert_int_equal(llm_model_delete(two.id), 0));
	assert_int_equal(llm_model_default(arena, &m), 1);
	assert_string_equal(m.id, one.id);
}

static void
use_is_noted(void **state)
{
	struct llm_model m = added("one", NULL);

	(void)state;
	IN_TRANSACTION(llm_model_used(m.id, false, "no route"));
	m = found(m.id);
	assert_int_equal(m.last_ok, 0);
	assert_string_equal(m.last_error, "no route");
	assert_true(m.last_used_at > 0);
	IN_TRANSACTION(llm_model_used(m.id, true, NULL));
	assert_int_equal(found(m.id).last_ok, 1);
	assert_null(found(m.id).last_error);
}

static void
from_environment(const char *url, const char *model, const char *key)
{
	const char *error;

	setenv("LLM_BASE_URL", url, 1);
	setenv("LLM_MODEL", model, 1);
	setenv("LLM_API_KEY", key, 1);
	assert_int_equal(conf_load(NULL, &error), 0);
	IN_TRANSACTION(llm_model_from_environment());
	unsetenv("LLM_BASE_URL");
	unsetenv("LLM_MODEL");
	unsetenv("LLM_API_KEY");
}

static void
the_settings_make_one_and_change_it(void **state)
{
	struct llm_model m;

	(void)state;
	from_environment("", "gpt", "");
	from_environment("http://llm/v1", "", "");
	assert_int_equal(llm_model_default(arena, &m), 0);
	from_environment("http://llm/v1/", "gpt", "key");
	assert_int_equal(llm_model_default(arena, &m), 1);
	assert_string_equal(m.base_url, "http://llm/v1");
	assert_string_equal(m.name, "gpt");
	assert_true(m.from_environment);
	assert_string_equal(llm_model_key(arena, m.id), "key");
	from_environment("http://other/v1", "gpt-2", "");
	m = found(m.id);
	assert_string_equal(m.base_url, "http://other/v1");
	assert_string_equal(m.model, "gpt-2");
	assert_null(llm_model_key(arena, m.id));
	assert_int_equal(NUMBER("SELECT count(*) FROM models"), 1);
}

static void
lists_are_by_name(void **state)
{
	struct llm_model *rows;

	(void)state;
	added("b", NULL);
	added("a", NULL);
	assert_int_equal(llm_model_list(arena, &rows), 2);
	assert_string_equal(rows[0].name, "a");
	assert_string_equal(rows[1].name, "b");
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(a_new_one_is_found),
	STORE_TEST(numbers_are_kept_and_forgotten),
	STORE_TEST(the_rest_is_kept_as_well),
	STORE_TEST(headers_are_merged),
	STORE_TEST(what_a_test_found_is_kept_until_the_model_is_another),
	STORE_TEST(a_key_is_kept_changed_and_removed),
	STORE_TEST(names_are_taken_once),
	STORE_TEST(there_is_one_default),
	STORE_TEST(use_is_noted),
	STORE_TEST(the_settings_make_one_and_change_it),
	STORE_TEST(lists_are_by_name),
};

UNIT_MAIN(tests)

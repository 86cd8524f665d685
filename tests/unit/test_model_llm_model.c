/* test_model_llm_model.c: the models that write plans, and their keys. */
#include "folder.h"

#include "model/llm_model.h"

#include <string.h>

static struct llm_model
added(const char *name, const char *key)
{
	struct llm_model m = {.name = name,
		.base_url = "http://llm/v1",
		.model = "gpt",
		.temperature = -1,
		.timeout_s = 60};

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
	STORE_TEST(a_key_is_kept_changed_and_removed),
	STORE_TEST(names_are_taken_once),
	STORE_TEST(there_is_one_default),
	STORE_TEST(use_is_noted),
	STORE_TEST(the_settings_make_one_and_change_it),
	STORE_TEST(lists_are_by_name),
};

UNIT_MAIN(tests)

/* test_model_dsl_secret.c: secrets of a DSL are sealed apart and put back. */
#include "folder.h"

#include "dsl/secret.h"
#include "model/dsl_secret.h"
#include "model/sealed.h"
#include "model/workflow.h"
#include "text/json.h"

#include <string.h>

static const char dsl[] =
	"{\"workflow\":{\"environment_variables\":["
	"{\"name\":\"k\",\"value_type\":\"secret\",\"value\":\"top-one\"},"
	"{\"name\":\"l\",\"value_type\":\"secret\",\"value\":\"top-two\"},"
	"{\"name\":\"m\",\"value_type\":\"secret\",\"value\":\"top-one\"},"
	"{\"name\":\"n\",\"value_type\":\"string\",\"value\":\"plain\"}]}}";

static struct value *
read_dsl(void)
{
	struct jsonx_report report;

	return jsonx_read(arena, dsl, strlen(dsl), 0, &report);
}

static const char *
text(const struct value *v)
{
	struct str out;

	str_init(&out, arena, 10000);
	jsonx_write(&out, v, 0);
	return out.s;
}

static void
taken_out_and_put_back(void **state)
{
	struct value *v = read_dsl();
	size_t taken;

	(void)state;
	IN_TRANSACTION(taken = dsl_secret_take(arena, v));
	assert_int_equal(taken, 3);
	assert_null(strstr(text(v), "top-"));
	assert_non_null(strstr(text(v), SECRET_PREFIX));
	assert_non_null(strstr(text(v), "plain"));
	assert_int_equal(dsl_secret_put(arena, v), 0);
	assert_string_equal(text(v), text(read_dsl()));
}

static void
an_equal_secret_keeps_its_id(void **state)
{
	struct value *first = read_dsl();
	struct value *again = read_dsl();

	(void)state;
	IN_TRANSACTION(dsl_secret_take(arena, first));
	IN_TRANSACTION(dsl_secret_take(arena, again));
	assert_string_equal(text(first), text(again));
	assert_int_equal(NUMBER("SELECT count(*) FROM dsl_secrets"), 2);
	assert_int_equal(
		NUMBER("SELECT count(*) FROM dsl_secrets"
		       " WHERE instr(secret, 'top-') OR instr(hash, 'top-')"),
		0);
}

static void
what_is_not_known_here_stays(void **state)
{
	struct value *v = read_dsl();
	const char *without;

	(void)state;
	IN_TRANSACTION(dsl_secret_take(arena, v));
	without = text(v);
	MEDDLE("DELETE FROM dsl_secrets");
	assert_int_equal(dsl_secret_put(arena, v), 3);
	assert_string_equal(text(v), without);
}

static void
columns_are_sealed(void **state)
{
	static const char sql_set[] =
		"UPDATE facts SET value = ?2 WHERE key = ?1";
	static const char sql_get[] = "SELECT value FROM facts WHERE key = ?1";

	(void)state;
	MEDDLE("INSERT INTO facts VALUES ('k', 'none', 1)");
	IN_TRANSACTION(sealed_update(sql_set, "k", SEAL_MODEL, "clear"));
	assert_int_equal(NUMBER("SELECT typeof(value) = 'blob' AND"
				" instr(value, 'clear') = 0 FROM facts"),
		1);
	assert_string_equal(
		sealed_select(arena, sql_get, "k", SEAL_MODEL), "clear");
	assert_null(sealed_select(arena, sql_get, "k", SEAL_APP_KEY));
	assert_null(sealed_select(arena, sql_get, "x", SEAL_MODEL));
}

static struct workflow
added(void)
{
	struct workflow w = {.name = "one", .mode = "workflow"};

	IN_TRANSACTION(workflow_add(&w, read_dsl(), VERSION_CREATED, NULL));
	return w;
}

#define SWEEP(most)                                              \
	({                                                       \
		int swept_;                                      \
		IN_TRANSACTION(swept_ = dsl_secret_sweep(most)); \
		swept_;                                          \
	})
#define OLD() MEDDLE("UPDATE dsl_secrets SET created_at = 1")

static void
they_go_with_the_last_dsl_that_has_them(void **state)
{
	struct workflow first = added();
	struct workflow second = added();
	struct value *v = read_dsl();

	(void)state;
	OLD();
	assert_int_equal(SWEEP(10), 0);
	IN_TRANSACTION(workflow_delete(first.id));
	assert_int_equal(SWEEP(10), 0);
	assert_int_equal(NUMBER("SELECT count(*) FROM dsl_secrets"), 2);
	IN_TRANSACTION(workflow_delete(second.id));
	IN_TRANSACTION(dsl_secret_take(arena, v)); /* somebody enters it */
	assert_int_equal(SWEEP(10), 0);
	OLD();
	assert_int_equal(SWEEP(10), 2);
	assert_int_equal(NUMBER("SELECT count(*) FROM dsl_secrets"), 0);
	assert_int_equal(NUMBER("SELECT count(*) FROM dsl_text_secrets"), 0);
}

static void
dsls_of_before_are_looked_through_first(void **state)
{
	struct value *other = folder_value(
		"{\"workflow\":{\"environment_variables\":[{\"name\":\"x\","
		"\"value_type\":\"secret\",\"value\":\"top-three\"}]}}");
	struct workflow w = added();

	(void)state;
	IN_TRANSACTION(dsl_secret_take(arena, other));
	MEDDLE("DELETE FROM dsl_text_secrets");
	MEDDLE("UPDATE dsl_texts SET listed = 0");
	OLD();
	assert_int_equal(SWEEP(1), 0); /* there may be another one */
	assert_int_equal(NUMBER("SELECT count(*) FROM dsl_text_secrets"), 2);
	assert_int_equal(SWEEP(1), 1);
	assert_int_equal(NUMBER("SELECT count(*) FROM dsl_secrets"), 2);
	assert_int_equal(
		dsl_secret_put(arena, version_value(arena, w.id, 0)), 0);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(taken_out_and_put_back),
	STORE_TEST(an_equal_secret_keeps_its_id),
	STORE_TEST(what_is_not_known_here_stays),
	STORE_TEST(columns_are_sealed),
	STORE_TEST(they_go_with_the_last_dsl_that_has_them),
	STORE_TEST(dsls_of_before_are_looked_through_first),
};

UNIT_MAIN(tests)

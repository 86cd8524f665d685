/* test_io_db_rows.c: rows go out of one database and into another. */
#include "folder.h"

#include "io/db_rows.h"
#include "text/json.h"

#include <string.h>
#include <unistd.h>

static const char sql_models[] = "SELECT * FROM models ORDER BY id";

static const struct value *
read_json(const char *text)
{
	struct jsonx_report report;

	return jsonx_read(arena, text, strlen(text), 0, &report);
}

static void
add_models(void)
{
	MEDDLE("INSERT INTO models (id, name, base_url, model, api_key,"
	       " temperature, created_at, updated_at)"
	       " VALUES ('m1', 'ä\"b', 'u', 'x', x'00ff10', 0.25, 1, 2),"
	       " ('m2', 'c', 'u', 'x', NULL, NULL, 1, 9007199254740993)");
}

static void
all_types_come_through(void **state)
{
	struct value *rows;
	bool ok;

	(void)state;
	add_models();
	rows = db_rows_read(arena, db_stmt(sql_models));
	assert_int_equal(value_count(rows), 2);
	MEDDLE("DELETE FROM models");
	IN_TRANSACTION(ok = db_rows_put("models", rows));
	assert_true(ok);
	assert_int_equal(NUMBER("SELECT count(*) FROM models WHERE id = 'm1'"
				" AND name = 'ä\"b' AND api_key = x'00ff10'"
				" AND temperature = 0.25 AND updated_at = 2"),
		1);
	assert_int_equal(NUMBER("SELECT updated_at FROM models"
				" WHERE api_key IS NULL AND temperature IS"
				" NULL"),
		9007199254740993);
}

static void
a_row_takes_the_place_of_its_like(void **state)
{
	struct value *rows;
	bool ok;

	(void)state;
	add_models();
	rows = db_rows_read(arena, db_stmt(sql_models));
	MEDDLE("UPDATE models SET name = 'other', api_key = NULL");
	IN_TRANSACTION(ok = db_rows_put("models", rows));
	assert_true(ok);
	assert_int_equal(NUMBER("SELECT count(*) FROM models"), 2);
	assert_int_equal(NUMBER("SELECT count(*) FROM models"
				" WHERE api_key = x'00ff10'"),
		1);
}

static void
what_is_there_is_changed(void **state)
{
	bool ok;

	(void)state;
	add_models();
	IN_TRANSACTION(
		ok = db_rows_change("models",
			read_json("[{\"id\":\"m1\",\"last_ok\":1,"
				  "\"last_error\":\"e\"},{\"id\":\"none\","
				  "\"last_ok\":0}]")));
	assert_true(ok);
	assert_int_equal(NUMBER("SELECT count(*) FROM models WHERE last_ok = 1"
				" AND last_error = 'e' AND id = 'm1'"),
		1);
	assert_int_equal(NUMBER("SELECT count(*) FROM models"), 2);
}

static const char *const wrong[] = {
	"[{\"no_such_column\":1}]",
	"[{\"id\":\"m9\"}]",
	"[{\"id, name\":\"m9\"}]",
	"[{\"id) VALUES (1); --\":\"m9\"}]",
	"[{}]",
};

static void
what_does_not_fit_is_refused(void **state)
{
	size_t i;
	bool ok;

	(void)state;
	for (i = 0; i < nitems(wrong); i++) {
		IN_TRANSACTION(ok = db_rows_put("models", read_json(wrong[i])));
		assert_false(ok);
	}
	assert_int_equal(NUMBER("SELECT count(*) FROM models"), 0);
}

static void
a_scratch_has_the_schema_and_no_file(void **state)
{
	const char *error = NULL;

	(void)state;
	assert_int_equal(db_open_scratch("schema", &error), 0);
	add_models();
	MEDDLE("INSERT INTO lanes (model_id, paused_until, why)"
	       " VALUES ('nobody', 1, '')");
	assert_int_equal(NUMBER("SELECT count(*) FROM models"), 2);
	assert_int_not_equal(access(folder_path("studio.db"), F_OK), 0);
	db_close();
	assert_int_equal(db_open_scratch("no-such-folder", &error), -1);
	assert_non_null(strstr(error, "no-such-folder"));
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(all_types_come_through),
	STORE_TEST(a_row_takes_the_place_of_its_like),
	STORE_TEST(what_is_there_is_changed),
	STORE_TEST(what_does_not_fit_is_refused),
	FOLDER_TEST(a_scratch_has_the_schema_and_no_file),
};

UNIT_MAIN(tests)

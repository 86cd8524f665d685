/* test_model_version.c: the DSLs that a workflow had: each text once, packed.
 */
#include "folder.h"

#include "model/search.h"
#include "model/user.h"
#include "model/version.h"
#include "model/workflow.h"

#include <string.h>

static struct workflow
added(const char *json)
{
	struct workflow w = {.name = "one", .mode = "workflow"};

	IN_TRANSACTION(
		workflow_add(&w, folder_value(json), VERSION_CREATED, NULL));
	return w;
}

/* What version_add() said; the number is in *number_r. */
static int
add(const struct workflow *w, const char *json, enum version_origin origin,
	int *number_r)
{
	const struct version_new v = {.workflow_id = w->id,
		.dsl = folder_value(json),
		.origin = origin,
		.from = origin == VERSION_ROLLBACK ? 1 : 0,
		.note = "why"};
	int result;

	IN_TRANSACTION(result = version_add(arena, &v, number_r));
	return result;
}

static void
they_count_up(void **state)
{
	struct workflow w = added("{\"v\":1}");
	struct version *rows;
	int number;

	(void)state;
	assert_int_equal(add(&w, "{\"v\":22}", VERSION_EDITED, &number), 1);
	assert_int_equal(number, 2);
	assert_string_equal(version_dsl(arena, w.id, 0), "{\"v\":22}");
	assert_string_equal(version_dsl(arena, w.id, 1), "{\"v\":1}");
	assert_null(version_dsl(arena, w.id, 3));
	assert_null(version_value(arena, w.id, 3));
	assert_int_equal(version_list(arena, w.id, &rows), 2);
	assert_int_equal(rows[0].number, 2);
	assert_int_equal(rows[0].origin, VERSION_EDITED);
	assert_int_equal(rows[0].bytes, 8);
	assert_string_equal(rows[0].note, "why");
	assert_null(rows[0].created_by);
	assert_int_equal(strlen(rows[0].hash), 64);
	assert_null(rows[1].note);
}

static void
who_made_one_is_told_by_name(void **state)
{
	struct user ada = {.name = "Ada", .role = "admin"};
	struct workflow w = {.name = "one", .mode = "workflow"};
	struct version *rows;

	(void)state;
	IN_TRANSACTION(user_add(&ada); workflow_add(
		&w, folder_value("{}"), VERSION_GENERATED, ada.id));
	assert_int_equal(version_list(arena, w.id, &rows), 1);
	assert_string_equal(rows[0].created_by, "Ada");
	assert_int_equal(rows[0].origin, VERSION_GENERATED);
}

static void
the_same_again_adds_none(void **state)
{
	struct workflow w =
		added("{\"kind\":\"app\",\"app\":{\"name\":\"x\"}}");
	int number;

	(void)state;
	assert_int_equal(add(&w, "{\"app\":{\"name\":\"x\"},\"kind\":\"app\"}",
				 VERSION_UPLOADED, &number),
		0);
	assert_int_equal(number, 1);
	assert_int_equal(NUMBER("SELECT count(*) FROM versions"), 1);
}

static void
equal_texts_are_kept_once(void **state)
{
	struct workflow w = added("{\"v\":1}");
	struct workflow other = added("{\"v\":1}");
	struct version *rows;
	int number;

	(void)state;
	add(&w, "{\"v\":2}", VERSION_EDITED, &number);
	assert_int_equal(add(&w, "{\"v\":1}", VERSION_ROLLBACK, &number), 1);
	assert_int_equal(number, 3);
	assert_int_equal(NUMBER("SELECT count(*) FROM versions"), 4);
	assert_int_equal(NUMBER("SELECT count(*) FROM dsl_texts"), 2);
	assert_int_equal(version_list(arena, w.id, &rows), 3);
	assert_int_equal(rows[0].from, 1);
	assert_string_equal(rows[0].hash, rows[2].hash);
	IN_TRANSACTION(workflow_delete(w.id));
	assert_int_equal(NUMBER("SELECT count(*) FROM dsl_texts"), 1);
	assert_string_equal(version_dsl(arena, other.id, 0), "{\"v\":1}");
	IN_TRANSACTION(workflow_delete(other.id));
	assert_int_equal(NUMBER("SELECT count(*) FROM dsl_texts"), 0);
}

static void
texts_are_packed(void **state)
{
	char json[4096] = "{\"text\":\"";

	(void)state;
	memset(json + strlen(json), 'x', 4000);
	memcpy(json + 4000, "\"}", 3);
	added(json);
	assert_in_range(
		NUMBER("SELECT length(packed) FROM dsl_texts"), 10, 200);
	assert_int_equal(NUMBER("SELECT bytes FROM dsl_texts"), 4002);
}

static void
plain_ones_move(void **state)
{
	struct workflow w = added("{\"v\":1}");
	struct version *rows;

	(void)state;
	MEDDLE("DELETE FROM versions");
	MEDDLE("INSERT INTO versions_plain (workflow_id, number, dsl, reason,"
	       " created_at) SELECT id, 1, '{\"workflow\":"
	       "{\"environment_variables\":[{\"name\":\"K\",\"value_type\":"
	       "\"secret\",\"value\":\"sk-clear\"}]}}', 'created', 7"
	       " FROM workflows");
	MEDDLE("INSERT INTO versions_plain (workflow_id, number, dsl, reason,"
	       " created_at) SELECT id, 2, '{}', 'rollback to 1', 8"
	       " FROM workflows");
	IN_TRANSACTION(assert_int_equal(version_catch_up(), 2));
	db_vacuum();
	assert_int_equal(version_list(arena, w.id, &rows), 2);
	assert_int_equal(rows[0].origin, VERSION_ROLLBACK);
	assert_int_equal(rows[0].from, 1);
	assert_int_equal(rows[0].created_at, 8);
	assert_int_equal(rows[1].origin, VERSION_CREATED);
	assert_null(strstr(version_dsl(arena, w.id, 1), "sk-clear"));
	assert_non_null(strstr(version_dsl(arena, w.id, 1), "studio-secret:"));
	IN_TRANSACTION(assert_int_equal(version_catch_up(), 0));
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(they_count_up),
	STORE_TEST(who_made_one_is_told_by_name),
	STORE_TEST(the_same_again_adds_none),
	STORE_TEST(equal_texts_are_kept_once),
	STORE_TEST(texts_are_packed),
	STORE_TEST(plain_ones_move),
};

UNIT_MAIN(tests)

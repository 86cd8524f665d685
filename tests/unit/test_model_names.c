/* test_model_names.c: enumerators and their names match one to one. */
#include "dies.h"

#include "io/http.h"
#include "model/connection.h"
#include "model/event.h"
#include "model/job.h"
#include "model/names.h"
#include "model/upload.h"
#include "model/workflow.h"

static const char *const few[] = {"one", "two", "three"};

static const struct {
	int line;
	const char *text;
	int place;
} rows[] = {
	{__LINE__, "one", 0},
	{__LINE__, "three", 2},
	{__LINE__, "four", -1},
	{__LINE__, "", -1},
	{__LINE__, "One", -1},
	{__LINE__, "one ", -1},
	{__LINE__, "on", -1},
	{__LINE__, NULL, -1},
};

static void
finds_whole_names(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		if (name_find(rows[i].text, few, 3) != rows[i].place)
			fail_msg("line %d", rows[i].line);
	assert_int_equal(name_index("two", few, 3), 1);
}

static void
look_up_a_stranger(void)
{
	name_index("four", few, 3);
}

static void
look_up_nothing(void)
{
	name_index(NULL, few, 3);
}

static void
a_stranger_in_the_database_is_fatal(void **state)
{
	(void)state;
	assert_dies(look_up_a_stranger, "unknown word \\\"four\\\"");
	assert_dies(look_up_nothing, "unknown word");
}

static const struct {
	const char *const *names;
	int count;
} tables[] = {
	{connection_auth_names, AUTH__MAX},
	{connection_state_names, CONNECTION_STATE__MAX},
	{event_kind_names, EVENT__MAX},
	{job_state_names, JOB_STATE__MAX},
	{job_kind_names, JOB_KIND__MAX},
	{upload_state_names, UPLOAD_STATE__MAX},
	{workflow_status_names, STATUS__MAX},
	{http_role_names, ROLE__MAX},
	{http_method_names, HTTP_METHOD__MAX},
};

static void
every_table_is_whole_and_without_doubles(void **state)
{
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < nitems(tables); i++)
		for (k = 0; k < tables[i].count; k++) {
			assert_non_null(tables[i].names[k]);
			assert_int_equal(
				name_find(tables[i].names[k], tables[i].names,
					tables[i].count),
				k);
		}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(finds_whole_names),
	cmocka_unit_test(a_stranger_in_the_database_is_fatal),
	cmocka_unit_test(every_table_is_whole_and_without_doubles),
};

UNIT_MAIN(tests)

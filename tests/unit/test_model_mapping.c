/* test_model_mapping.c: what was chosen for another Dify is there again. */
#include "folder.h"

#include "model/mapping.h"
#include "model/workflow.h"

#include <string.h>

#define A "0000000000000000000a"
#define B "0000000000000000000b"

/* A connection of that id. */
#define CONNECTION(id)                                                        \
	MEDDLE("INSERT INTO connections (id, name, base_url, auth, secret,"   \
	       " secret_hint, created_at, updated_at) VALUES ('" id "', '" id \
	       "', 'http://x', 'admin_key', x'00', '', 1, 1)")

#define MODEL(key, to) \
	"{\"kind\":\"model\",\"key\":\"" key "\",\"to\":\"" to "\"}"

static void
remember(const char *source, const char *target, const char *mapping)
{
	IN_TRANSACTION(mapping_remember(source, target, folder_value(mapping)));
}

static void
is_known(const char *source, const char *target, const char *mapping)
{
	assert_true(value_equal(
		mapping_known(arena, source, target), folder_value(mapping)));
}

static void
the_last_choice_is_known(void **state)
{
	(void)state;
	CONNECTION(A);
	is_known(NULL, A, "[]");
	remember(NULL, A, "[" MODEL("x", "y") "," MODEL("z", "z") "]");
	remember(NULL, A, "[" MODEL("x", "w") "]");
	is_known(NULL, A, "[" MODEL("x", "w") "," MODEL("z", "z") "]");
	is_known(NULL, B, "[]");
}

static void
a_pair_has_choices_of_its_own_behind_those_of_all(void **state)
{
	(void)state;
	CONNECTION(A);
	CONNECTION(B);
	remember(B, A, "[" MODEL("x", "pair") "]");
	remember(NULL, A, "[" MODEL("x", "all") "]");
	is_known(B, A, "[" MODEL("x", "all") "," MODEL("x", "pair") "]");
	is_known(NULL, A, "[" MODEL("x", "all") "]");
}

static void
secrets_are_not_kept(void **state)
{
	(void)state;
	CONNECTION(A);
	remember(NULL, A,
		"[{\"kind\":\"secret\",\"key\":\"env K\",\"to\":\"same\"}]");
	is_known(NULL, A, "[]");
	remember(NULL, A, "[]");
	IN_TRANSACTION(mapping_remember(NULL, A, NULL));
	is_known(NULL, A, "[]");
}

static void
they_go_with_the_connection(void **state)
{
	(void)state;
	CONNECTION(A);
	remember(NULL, A, "[" MODEL("x", "y") "]");
	MEDDLE("DELETE FROM connections");
	assert_int_equal(NUMBER("SELECT count(*) FROM mappings"), 0);
}

static struct workflow
added(const char *connection)
{
	struct workflow w = {
		.name = "w", .mode = "workflow", .connection_id = connection};

	IN_TRANSACTION(workflow_add(
		&w, folder_value("{\"v\":1}"), VERSION_CREATED, NULL));
	return w;
}

static void
a_promotion_is_found_by_both_ends(void **state)
{
	struct workflow from;
	struct workflow there;
	char id[ID_SIZE];

	(void)state;
	CONNECTION(A);
	CONNECTION(B);
	from = added(A);
	there = added(B);
	assert_int_equal(promotion_of(from.id, B, id), 0);
	IN_TRANSACTION(promotion_link(there.id, from.id));
	assert_int_equal(promotion_of(from.id, B, id), 1);
	assert_string_equal(id, there.id);
	assert_int_equal(promotion_of(from.id, A, id), 0);
	assert_int_equal(promotion_of(there.id, B, id), 0);
	IN_TRANSACTION(workflow_delete(from.id));
	assert_int_equal(promotion_of(from.id, B, id), 0);
	assert_int_equal(NUMBER("SELECT count(*) FROM workflows"), 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		STORE_TEST(the_last_choice_is_known),
		STORE_TEST(a_pair_has_choices_of_its_own_behind_those_of_all),
		STORE_TEST(secrets_are_not_kept),
		STORE_TEST(they_go_with_the_connection),
		STORE_TEST(a_promotion_is_found_by_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

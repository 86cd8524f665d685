/* test_model_request_key.c: a repeated request is known again, and no other. */
#include "folder.h"

#include "model/request_key.h"

#include <string.h>

static const char first[ID_SIZE] = "0000000000000000000a";

static int
take(const char *user, const char *key, unsigned char hash, char *made)
{
	struct request_key k = {.user_id = user, .key = key, .hash = {hash}};
	int result;

	IN_TRANSACTION(result = request_key_take(&k, made));
	return result;
}

static void
the_same_request_gets_what_the_first_made(void **state)
{
	char made[ID_SIZE] = "0000000000000000000b";

	(void)state;
	memcpy(made, first, ID_SIZE);
	assert_int_equal(take("u", "k", 1, made), 1);
	made[0] = 'x';
	assert_int_equal(take("u", "k", 1, made), 0);
	assert_string_equal(made, first);
}

static void
another_request_may_not_have_the_key(void **state)
{
	char made[ID_SIZE] = "0000000000000000000b";

	(void)state;
	assert_int_equal(take("u", "k", 1, made), 1);
	assert_int_equal(take("u", "k", 2, made), -1);
	assert_int_equal(take("u", "K", 2, made), 1);
}

static void
each_user_has_keys_of_their_own(void **state)
{
	char made[ID_SIZE] = "0000000000000000000b";

	(void)state;
	assert_int_equal(take("u1", "k", 1, made), 1);
	assert_int_equal(take("u2", "k", 2, made), 1);
	assert_int_equal(take(NULL, "k", 3, made), 1);
	assert_int_equal(take(NULL, "k", 4, made), -1);
}

static void
without_a_key_all_is_new(void **state)
{
	char made[ID_SIZE] = "0000000000000000000b";

	(void)state;
	assert_int_equal(take("u", NULL, 1, made), 1);
	assert_int_equal(take("u", NULL, 1, made), 1);
	assert_int_equal(NUMBER("SELECT count(*) FROM request_keys"), 0);
}

static void
a_day_later_it_is_forgotten(void **state)
{
	char made[ID_SIZE] = "0000000000000000000b";

	(void)state;
	assert_int_equal(take("u", "k", 1, made), 1);
	MEDDLE("UPDATE request_keys SET created_at = created_at - 86300000");
	assert_int_equal(take("u", "k", 2, made), -1);
	MEDDLE("UPDATE request_keys SET created_at = created_at - 200000");
	assert_int_equal(take("u", "k", 2, made), 1);
}

static void
a_row_without_a_hash_is_the_same_request(void **state)
{
	char made[ID_SIZE] = "0000000000000000000b";

	(void)state;
	MEDDLE("INSERT INTO request_keys (user_id, key, made, created_at)"
	       " VALUES ('u', 'k', '0000000000000000000a', 1e15)");
	assert_int_equal(take("u", "k", 9, made), 0);
	assert_string_equal(made, first);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(the_same_request_gets_what_the_first_made),
	STORE_TEST(another_request_may_not_have_the_key),
	STORE_TEST(each_user_has_keys_of_their_own),
	STORE_TEST(without_a_key_all_is_new),
	STORE_TEST(a_day_later_it_is_forgotten),
	STORE_TEST(a_row_without_a_hash_is_the_same_request),
};

UNIT_MAIN(tests)

/* test_model_upload.c: a file on its way into a knowledge base. */
#include "folder.h"

#include "model/connection.h"
#include "model/event.h"
#include "model/upload.h"

#include <string.h>

static struct connection connection;

static int
set_up(void **state)
{
	if (store_set_up(state) != 0 || db_begin(0) != 0)
		return -1;
	connection = (struct connection){
		.name = "c", .base_url = "http://c", .auth = AUTH_ADMIN_KEY};
	connection_add(&connection, "secret");
	db_commit();
	return 0;
}

static struct upload
added(void)
{
	struct upload u = {.connection_id = connection.id,
		.dataset_id = "d",
		.filename = "a.pdf",
		.size = 5000000000};

	IN_TRANSACTION(upload_add(&u, NULL));
	return u;
}

static void
a_new_one_is_receiving(void **state)
{
	struct upload u = added();
	struct upload there;

	(void)state;
	assert_int_equal(upload_find(arena, u.id, &there), 1);
	assert_int_equal(there.state, UPLOAD_RECEIVING);
	assert_true(there.size == 5000000000);
	assert_int_equal(there.received, 0);
	assert_int_equal(there.segments, -1);
	assert_null(there.document_id);
	assert_string_equal(there.filename, "a.pdf");
	assert_int_equal(upload_find(arena, "0123456789abcdefghjk", &there), 0);
}

static void
changes_are_kept_and_told(void **state)
{
	struct upload u = added();
	struct upload there;
	struct event *rows;
	int64_t before = event_newest();

	(void)state;
	u.received = 4999999999;
	u.state = UPLOAD_INDEXING;
	u.document_id = "doc";
	u.segments = 0;
	u.total_segments = 12;
	IN_TRANSACTION(assert_int_equal(upload_set(&u), 1));
	assert_int_equal(upload_find(arena, u.id, &there), 1);
	assert_true(there.received == 4999999999);
	assert_int_equal(there.state, UPLOAD_INDEXING);
	assert_string_equal(there.document_id, "doc");
	assert_int_equal(there.segments, 0);
	assert_int_equal(there.total_segments, 12);
	assert_int_equal(event_after(arena, before, 10, &rows), 1);
	assert_int_equal(rows[0].kind, EVENT_UPLOAD);
	assert_non_null(strstr(rows[0].data, "\"state\":\"indexing\""));
	memcpy(u.id, "0123456789abcdefghjk", ID_SIZE);
	IN_TRANSACTION(assert_int_equal(upload_set(&u), 0));
}

static void
lists_are_paged_newest_first(void **state)
{
	struct upload *rows;
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		added();
	assert_int_equal(upload_list(arena, NULL, 3, &rows), 3);
	assert_true(strcmp(rows[0].id, rows[1].id) > 0);
	assert_int_equal(upload_list(arena, rows[2].id, 3, &rows), 2);
}

static void
it_goes_alone_or_with_its_connection(void **state)
{
	struct upload u = added();

	(void)state;
	IN_TRANSACTION(assert_int_equal(upload_delete(u.id), 1));
	IN_TRANSACTION(assert_int_equal(upload_delete(u.id), 0));
	u = added();
	IN_TRANSACTION(connection_delete(connection.id));
	assert_int_equal(upload_find(arena, u.id, &u), 0);
}

static void
its_bytes_lie_in_the_spool(void **state)
{
	char path[128];

	(void)state;
	upload_path_r("0123456789abcdefghjk", path, sizeof(path));
	assert_string_equal(path, folder_path("spool/0123456789abcdefghjk"));
	upload_path_r("0123456789abcdefghjk/../../x", path, sizeof(path));
	assert_string_equal(path, folder_path("spool/0123456789abcdefghjk"));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, folder_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(a_new_one_is_receiving),
	TEST(changes_are_kept_and_told),
	TEST(lists_are_paged_newest_first),
	TEST(it_goes_alone_or_with_its_connection),
	TEST(its_bytes_lie_in_the_spool),
};

UNIT_MAIN(tests)

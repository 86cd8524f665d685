/* test_model_parcel.c: a job goes into an empty database, without secrets, and
 * what it found out comes back. */
#include "folder.h"

#include "base/clock.h"
#include "model/job.h"
#include "model/lane.h"
#include "model/llm_model.h"
#include "model/parcel.h"
#include "text/json.h"

#include <string.h>

enum { KEEP = 16 << 20 };

static char job_id[ID_SIZE];

static void
fill(void)
{
	struct job_new n = {.kind = JOB_GENERATE,
		.payload = "{\"prompt\":\"p\",\"model_id\":"
			   "\"m1000000000000000000\"}",
		.user_id = "u"};

	MEDDLE("INSERT INTO models (id, name, base_url, model, api_key,"
	       " created_at, updated_at) VALUES"
	       " ('m1000000000000000000', 'a', 'u', 'x', x'0011', 1, 1),"
	       " ('m2', 'b', 'u', 'x', NULL, 1, 1)");
	MEDDLE("INSERT INTO connections (id, name, base_url, auth, secret,"
	       " secret_hint, session, version, created_at, updated_at)"
	       " VALUES ('c1', 'home', 'u', 'admin_key', x'5ec2e7', 'h',"
	       " x'5e5510', '1.16.1', 1, 1)");
	MEDDLE("INSERT INTO resources (connection_id, kind, handle, dify_id,"
	       " name, position) VALUES ('c1', 'model', 'fast', 'd', 'n', 1)");
	IN_TRANSACTION(assert_int_equal(job_add(&n, job_id), 1));
}

/* As it travels: as text, from one database into another. */
static const struct value *
travelled(struct arena *a, const struct value *v)
{
	struct jsonx_report report;
	struct str out;

	str_init(&out, a, KEEP);
	jsonx_write(&out, v, 0);
	return jsonx_read(a, out.s, out.len, 0, &report);
}

static void
open_scratch(void)
{
	const char *error = NULL;

	db_close();
	assert_int_equal(db_open_scratch("schema", &error), 0);
}

static void
open_again(void)
{
	const char *error = NULL;

	db_close();
	assert_int_equal(db_open(folder, &error), 0);
}

static void
all_that_is_needed_arrives(void **state)
{
	const struct value *parcel;
	struct llm_model m;
	struct job job;
	bool ok;

	(void)state;
	fill();
	parcel = travelled(arena, parcel_pack(arena, job_id));
	open_scratch();
	IN_TRANSACTION(ok = parcel_unpack(parcel));
	assert_true(ok);
	assert_int_equal(job_find(arena, job_id, &job), 1);
	assert_int_equal(job.state, JOB_QUEUED);
	assert_string_equal(job.payload,
		"{\"prompt\":\"p\",\"model_id\":\"m1000000000000000000\"}");
	assert_int_equal(llm_model_find(arena, "m1000000000000000000", &m), 1);
	assert_int_equal(llm_model_find(arena, "m2", &m), 0);
	assert_int_equal(NUMBER("SELECT count(*) FROM models"
				" WHERE api_key = x'0011'"),
		1);
	assert_int_equal(NUMBER("SELECT count(*) FROM resources"
				" WHERE handle = 'fast'"),
		1);
	assert_int_equal(NUMBER("SELECT count(*) FROM connections"
				" WHERE version = '1.16.1' AND secret = x''"
				" AND session IS NULL"),
		1);
}

static void
what_was_found_out_comes_back(void **state)
{
	const struct value *parcel;
	const struct value *back;
	struct job job;
	bool ok;

	(void)state;
	fill();
	parcel = travelled(arena, parcel_pack(arena, job_id));
	open_scratch();
	IN_TRANSACTION(ok = parcel_unpack(parcel));
	assert_true(ok);
	IN_TRANSACTION(llm_model_used("m1000000000000000000", false, "no");
		       lane_pause("m1000000000000000000",
			       clock_now_ms() + 60000, "busy"));
	back = travelled(arena, parcel_pack_back(arena, job_id));
	IN_TRANSACTION(parcel_clear(job_id));
	assert_int_equal(job_find(arena, job_id, &job), 0);
	open_again();
	IN_TRANSACTION(parcel_take_back(back));
	assert_int_equal(NUMBER("SELECT count(*) FROM models WHERE id = "
				"'m1000000000000000000'"
				" AND last_ok = 0 AND last_error = 'no'"
				" AND api_key = x'0011'"),
		1);
	assert_int_equal(NUMBER("SELECT count(*) FROM lanes"
				" WHERE model_id = 'm1000000000000000000' AND "
				"why = 'busy'"),
		1);
}

static void
a_second_parcel_begins_anew(void **state)
{
	const struct value *parcel;
	struct job job;
	bool ok;

	(void)state;
	fill();
	parcel = travelled(arena, parcel_pack(arena, job_id));
	open_scratch();
	IN_TRANSACTION(ok = parcel_unpack(parcel));
	MEDDLE("UPDATE jobs SET state = 'cancelled', cancel = 1, memo = '{}'");
	IN_TRANSACTION(ok = ok && parcel_unpack(parcel));
	assert_true(ok);
	assert_int_equal(job_find(arena, job_id, &job), 1);
	assert_int_equal(job.state, JOB_QUEUED);
	assert_false(job.cancel);
	assert_null(job.memo);
}

static void
another_schema_is_refused(void **state)
{
	struct value *parcel;
	struct job job;
	bool ok;

	(void)state;
	fill();
	parcel = parcel_pack(arena, job_id);
	value_set_int(arena, parcel, "schema", db_version() + 1);
	open_scratch();
	IN_TRANSACTION(ok = parcel_unpack(parcel));
	assert_false(ok);
	assert_int_equal(job_find(arena, job_id, &job), 0);
	IN_TRANSACTION(ok = parcel_unpack(NULL));
	assert_false(ok);
}

static void
what_a_dify_generates_stays(void **state)
{
	struct value *payload = value_object(arena);

	(void)state;
	assert_true(parcel_fits(payload));
	value_set_text(arena, payload, "engine", "studio");
	assert_true(parcel_fits(payload));
	value_set_text(arena, payload, "engine", "dify");
	assert_false(parcel_fits(payload));
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(all_that_is_needed_arrives),
	STORE_TEST(what_was_found_out_comes_back),
	STORE_TEST(a_second_parcel_begins_anew),
	STORE_TEST(another_schema_is_refused),
	STORE_TEST(what_a_dify_generates_stays),
};

UNIT_MAIN(tests)

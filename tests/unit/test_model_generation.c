/* test_model_generation.c: the ends of generations, kept and summed up. */
#include "folder.h"

#include "model/generation.h"
#include "text/json.h"

#include <string.h>

static const struct value *
json(const char *text)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(arena, text, strlen(text), 0, &report);

	assert_non_null(v);
	return v;
}

static const char result[] =
	"{\"engine\":\"studio\",\"model_id\":\"m\",\"model\":\"qwen\","
	"\"tokens\":{\"prompt\":3000,\"completion\":500},\"rounds\":2,"
	"\"cost\":{\"amount\":0.25,\"currency\":\"CNY\"},\"prompt_version\":3,"
	"\"fixes\":[{\"code\":\"alias\"},{\"code\":\"alias\"},{\"code\":"
	"\"wire\"}],\"findings\":[{\"code\":\"field_null\"}],"
	"\"answer\":\"{}\"}";

static const char memo[] =
	"{\"prompt_hash\":\"ab12\",\"progress\":{\"phase\":\"done\",\"phases\":"
	"[{\"phase\":\"ask\",\"ms\":5}]},\"prompt_tokens\":7,\"model_id\":"
	"\"m2\"}";

static struct generation
ended(const char *id, enum job_state state, const char *result_json,
	const char *error)
{
	struct job job = {.created_at = 1000, .started_at = 2000};
	struct generation g;

	memcpy(job.id, id, ID_SIZE);
	generation_read(arena, &job, state, "fallback",
		json("{\"prompt\":\"Do it\"}"), json(memo),
		result_json == NULL ? NULL : json(result_json),
		error == NULL ? NULL : json(error), &g);
	IN_TRANSACTION(generation_add(&g));
	return g;
}

#define ID(n) "0000000000000000000" n

static void
a_good_end_is_kept(void **state)
{
	struct generation g;

	(void)state;
	ended(ID("1"), JOB_SUCCEEDED, result, NULL);
	assert_int_equal(generation_find(arena, ID("1"), &g), 1);
	assert_string_equal(g.engine, "studio");
	assert_string_equal(g.model, "qwen");
	assert_string_equal(g.request, "Do it");
	assert_string_equal(g.result, "ok");
	assert_string_equal(g.stage, "done");
	assert_string_equal(g.prompt_hash, "ab12");
	assert_int_equal(g.prompt_version, 3);
	assert_int_equal(g.rounds, 2);
	assert_int_equal(g.prompt_tokens, 3000);
	assert_int_equal(g.completion_tokens, 500);
	assert_true(g.cost == 0.25);
	assert_string_equal(g.currency, "CNY");
	assert_string_equal(g.fixes, "{\"alias\":2,\"wire\":1}");
	assert_string_equal(g.findings, "{\"field_null\":1}");
	assert_string_equal(g.phases, "[{\"phase\":\"ask\",\"ms\":5}]");
	assert_string_equal(g.answer, "{}");
	assert_int_equal(g.started_at, 2000);
	assert_true(g.finished_at > 2000);
	assert_int_equal(generation_find(arena, ID("2"), &g), 0);
}

static void
ends_without_a_result_say_what_is_known(void **state)
{
	struct generation g;

	(void)state;
	g = ended(ID("1"), JOB_FAILED, NULL,
		"{\"code\":\"generation_failed\",\"reason\":\"model_key\"}");
	assert_string_equal(g.result, "model_key");
	assert_string_equal(g.model, "fallback");
	assert_string_equal(g.model_id, "m2");
	assert_int_equal(g.prompt_tokens, 7);
	assert_true(g.cost < 0);
	assert_string_equal(g.fixes, "{}");
	g = ended(ID("2"), JOB_FAILED,
		"{\"answer\":\"\",\"findings\":[{\"code\":\"answer_empty\"}]}",
		"{\"code\":\"model_not_found\"}");
	assert_string_equal(g.findings, "{}");
	assert_string_equal(g.result, "model_not_found");
	g = ended(ID("3"), JOB_CANCELLED, NULL, NULL);
	assert_string_equal(g.result, "cancelled");
}

static int
count(struct generation_filter f)
{
	struct generation *rows;

	f.limit = 10;
	return generation_list(arena, &f, &rows);
}

static void
lists_are_filtered_and_paged(void **state)
{
	struct generation_filter f = {.engine = -1, .limit = 2};
	struct generation *rows;

	(void)state;
	ended(ID("1"), JOB_SUCCEEDED, result, NULL);
	ended(ID("2"), JOB_FAILED, NULL, "{\"code\":\"x\"}");
	ended(ID("3"), JOB_CANCELLED, NULL, NULL);
	ended(ID("4"), JOB_SUCCEEDED, "{\"engine\":\"dify\",\"model\":\"d\"}",
		NULL);
	assert_int_equal(generation_list(arena, &f, &rows), 2);
	assert_string_equal(rows[0].job_id, ID("4"));
	assert_string_equal(rows[1].job_id, ID("3"));
	assert_null(rows[0].answer);
	f.after = rows[1].job_id;
	assert_int_equal(generation_list(arena, &f, &rows), 2);
	assert_string_equal(rows[0].job_id, ID("2"));
	assert_int_equal(
		count((struct generation_filter){.engine = ENGINE_DIFY}), 1);
	assert_int_equal(count((struct generation_filter){
				 .engine = -1, .model = "qwen"}),
		1);
	assert_int_equal(
		count((struct generation_filter){.engine = -1, .result = "ok"}),
		2);
	assert_int_equal(count((struct generation_filter){
				 .engine = -1, .result = "failed"}),
		1);
	assert_int_equal(
		count((struct generation_filter){.engine = -1, .result = "x"}),
		1);
}

static void
the_oldest_are_forgotten(void **state)
{
	struct generation g;

	(void)state;
	IN_TRANSACTION(generation_prune(2));
	ended(ID("1"), JOB_SUCCEEDED, result, NULL);
	ended(ID("2"), JOB_SUCCEEDED, result, NULL);
	IN_TRANSACTION(generation_prune(2));
	assert_int_equal(generation_find(arena, ID("1"), &g), 1);
	ended(ID("3"), JOB_SUCCEEDED, result, NULL);
	IN_TRANSACTION(generation_prune(2));
	assert_int_equal(generation_find(arena, ID("1"), &g), 0);
	assert_int_equal(generation_find(arena, ID("2"), &g), 1);
	assert_int_equal(generation_find(arena, ID("3"), &g), 1);
}

static void
sums_are_by_model_and_code(void **state)
{
	struct generation_model *models;
	struct generation_code *codes;

	(void)state;
	assert_int_equal(generation_models(arena, 0, &models), 0);
	assert_int_equal(generation_fixes(arena, 0, &codes), 0);
	ended(ID("1"), JOB_SUCCEEDED, result, NULL);
	ended(ID("2"), JOB_SUCCEEDED, result, NULL);
	ended(ID("3"), JOB_FAILED, result, "{\"code\":\"no_json\"}");
	ended(ID("4"), JOB_CANCELLED, NULL, NULL);
	assert_int_equal(generation_models(arena, 0, &models), 2);
	assert_string_equal(models[0].model, "qwen");
	assert_int_equal(models[0].count, 3);
	assert_int_equal(models[0].ok, 2);
	assert_int_equal(models[0].tokens, 10500);
	assert_string_equal(
		models[0].costs, "[{\"amount\":0.75,\"currency\":\"CNY\"}]");
	assert_true(models[0].ms > 0);
	assert_int_equal(models[1].count, 0);
	assert_int_equal(models[1].cancelled, 1);
	assert_int_equal(models[1].ms, -1);
	assert_string_equal(models[1].costs, "[]");
	assert_int_equal(generation_fixes(arena, 0, &codes), 2);
	assert_string_equal(codes[0].code, "alias");
	assert_int_equal(codes[0].count, 6);
	assert_int_equal(codes[0].generations, 3);
	assert_int_equal(generation_findings(arena, 0, &codes), 1);
	assert_int_equal(generation_results(arena, 0, &codes), 3);
	assert_string_equal(codes[0].code, "ok");
	assert_int_equal(generation_models(arena, INT64_MAX, &models), 0);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(a_good_end_is_kept),
	STORE_TEST(ends_without_a_result_say_what_is_known),
	STORE_TEST(lists_are_filtered_and_paged),
	STORE_TEST(the_oldest_are_forgotten),
	STORE_TEST(sums_are_by_model_and_code),
};

UNIT_MAIN(tests)

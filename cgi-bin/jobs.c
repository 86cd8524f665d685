/* jobs.c: /api/jobs: what the worker does; waiting for its end, calling off. */
#include "base/limits.h"
#include "base/nitems.h"
#include "io/hub.h"
#include "api/job_answer.h"
#include "api/job_over.h"
#include "model/job_cancel.h"

/* In the orders of enum job_kind and enum job_state. */
static const char *const kinds[] = {"generate", "deploy", "run", "undeploy",
	"forward", "test_model", "test_connection", "list_apps", "import_apps",
	"test_run", "promote", NULL};
static const char *const states[] = {
	"queued", "running", "succeeded", "failed", "cancelled", NULL};

enum { Q_KIND, Q_STATE, Q_WORKFLOW, Q_LIMIT, Q_AFTER, Q__MAX };
static const struct field list_query[Q__MAX] = {
	[Q_KIND] = {"kind", FIELD_ENUM, .values = kinds},
	[Q_STATE] = {"state", FIELD_ENUM, .values = states},
	[Q_WORKFLOW] = {"workflow_id", FIELD_ID},
	[Q_LIMIT] = {"limit", FIELD_INT, false, 1, LIMIT_PAGE},
	[Q_AFTER] = {"after", FIELD_ID},
};

static int
show(struct req *r)
{
	struct job job;

	if (job_find(http_arena(r), http_path_id(r, 0), &job) != 1)
		return http_problem(
			r, 404, "job_not_found", "There is no such job.");
	job_json(http_out(r), NULL, &job);
	return http_json(r, 200);
}

static int
list(struct req *r)
{
	int limit = (int)http_query_int(r, Q_LIMIT, 50);
	struct job_filter f = {
		.kind = http_query_enum(r, Q_KIND, -1),
		.state = http_query_enum(r, Q_STATE, -1),
		.workflow_id = http_query(r, Q_WORKFLOW),
		.after = http_query(r, Q_AFTER),
		.limit = limit + 1,
	};
	struct job *rows;
	int n = job_list(http_arena(r), &f, &rows);
	int i;

	http_page_begin(r);
	for (i = 0; i < n && i < limit; i++)
		job_json(http_out(r), NULL, &rows[i]);
	return http_page_end(r, n > limit ? rows[limit - 1].id : NULL);
}

static enum hub_poll
look(struct req *r, void *context, bool late)
{
	(void)context;
	if (!late && !job_over(http_path_id(r, 0)))
		return HUB_WAIT;
	show(r);
	return HUB_ANSWERED;
}

static int
read_one(struct req *r)
{
	return hub_wait(r, http_wait_ms(r, 0), look, NULL);
}

static bool
call_off(struct req *r, void *context)
{
	int *result = context;

	*result = job_cancel(http_arena(r), http_path_id(r, 0));
	return *result == 1;
}

static int
called_off(struct req *r, void *context, bool written)
{
	const int *result = context;

	(void)written;
	if (*result == 0)
		return http_problem(
			r, 409, "job_ended", "The job has ended already.");
	job_wake();
	return show(r);
}

static int
cancel(struct req *r)
{
	return hub_write(r, call_off, called_off,
		arena_alloc(http_arena(r), sizeof(int)));
}

static const struct route routes[] = {
	{HTTP_GET, "/api/jobs", ROLE_VIEWER, list, NULL, 0, list_query, Q__MAX,
		ROUTE_CACHED},
	{HTTP_GET, "/api/jobs/{id}", ROLE_VIEWER, read_one},
	{HTTP_POST, "/api/jobs/{id}/cancel", ROLE_EDITOR, cancel},
};

int
main(int argc, char **argv)
{
	return hub_serve(argc, argv, "jobs", routes, nitems(routes));
}

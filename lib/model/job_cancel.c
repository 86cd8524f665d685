/* job_cancel.c: see job_cancel.h. */
#include "model/job_cancel.h"
#include "base/clock.h"
#include "model/job.h"
#include "model/run.h"
#include "model/upload.h"
#include "model/workflow.h"
#include "text/json.h"

#include <string.h>

static void
end_run(struct arena *a, const struct value *payload)
{
	struct run run;

	if (run_find(a, value_get_text(payload, "run_id", NULL), &run) != 1)
		return;
	run.status = "stopped";
	run.finished_at = clock_now_ms();
	run_set(&run);
}

static void
end_deploy(struct arena *a, const struct value *payload)
{
	const char *id = value_get_text(payload, "workflow_id", "");
	struct workflow w;

	if (workflow_find(a, id, &w) == 1 && !job_deploys(id))
		workflow_set_status(id,
			w.dify_app_id == NULL ? STATUS_DRAFT : STATUS_DEPLOYED,
			NULL);
}

static void
end_forward(struct arena *a, const struct value *payload)
{
	const char *id = value_get_text(payload, "upload_id", "");
	struct upload u;

	if (upload_find(a, id, &u) != 1)
		return;
	u.state = UPLOAD_CANCELLED;
	upload_set(&u);
}

static void (*const enders[JOB_KIND__MAX])(
	struct arena *, const struct value *) = {
	[JOB_RUN] = end_run,
	[JOB_DEPLOY] = end_deploy,
	[JOB_FORWARD] = end_forward,
};

int
job_cancel(struct arena *a, const char *id)
{
	struct jsonx_report report;
	struct job job;
	int done;

	if (job_find(a, id, &job) != 1)
		return -1;
	done = job_request_cancel(id);
	if (done == 1 && job.state == JOB_QUEUED && enders[job.kind] != NULL)
		enders[job.kind](a, jsonx_read(a, job.payload,
					    strlen(job.payload), 0, &report));
	return done;
}

/* metrics.c: /metrics: the counters of all processes, for Prometheus. */
#include "base/nitems.h"
#include "io/conf.h"
#include "io/http.h"
#include "io/metrics.h"
#include "model/fact.h"
#include "model/job.h"

static void
jobs(struct str *out)
{
	int64_t counts[JOB_STATE__MAX];

	job_counts(counts);
	str_puts(out, "# HELP studio_jobs_open Jobs that have not ended.\n"
		      "# TYPE studio_jobs_open gauge\n");
	str_printf(out, "studio_jobs_open{state=\"queued\"} %lld\n",
		(long long)counts[JOB_QUEUED]);
	str_printf(out, "studio_jobs_open{state=\"running\"} %lld\n",
		(long long)counts[JOB_RUNNING]);
}

/* Which way generations go, and whether it is open. */
static void
queue(struct str *out)
{
	bool redis = conf_text(CONF_QUEUE) != NULL;

	str_puts(out,
		"# HELP studio_queue_up Whether generations reach workers.\n"
		"# TYPE studio_queue_up gauge\n");
	str_printf(out, "studio_queue_up{kind=\"%s\"} %d\n",
		redis ? "redis" : "database",
		!redis || fact_get_int(FACT_QUEUE_UP, 0) == 1);
}

static int
show(struct req *r)
{
	struct str *out = http_out(r);

	metrics_write(out);
	jobs(out);
	queue(out);
	return http_send(r, 200, "text/plain; version=0.0.4; charset=utf-8",
		out->s, out->len);
}

static const struct route routes[] = {
	{HTTP_GET, "/metrics", ROLE_VIEWER, show},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "metrics", routes, nitems(routes));
}

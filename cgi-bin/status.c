/* status.c: /api/status: what is up and what is not; /api/health for probes. */
#include "base/clock.h"
#include "base/nitems.h"
#include "io/conf.h"
#include "io/db.h"
#include "io/http.h"
#include "io/redis_address.h"
#include "api/connection_answer.h"
#include "model/fact.h"
#include "model/job.h"
#include "model/llm_model.h"

#include <sys/statvfs.h>

/* The worker beats every few seconds; older than this it counts as dead. */
enum { BEAT_MS = 15000 };

/* When this process began, which the web server starts with itself. */
static int64_t started_ms;

static void
worker(struct str *out)
{
	int64_t beat = fact_get_int(FACT_WORKER_BEAT, 0);

	jsonw_open(out, "worker", '{');
	jsonw_bool(out, "alive", clock_now_ms() - beat < BEAT_MS);
	jsonw_since(out, "last_beat_at", beat, 1);
	jsonw_close(out, '}');
}

/* Which way generations go, and whether it is open. */
static void
queue(struct str *out)
{
	const char *url = conf_text(CONF_QUEUE);
	struct redis_address at;
	const char *error;

	jsonw_open(out, "queue", '{');
	jsonw_text(out, "kind", url == NULL ? "database" : "redis");
	if (url != NULL && redis_address_read(url, &at, &error) == 0) {
		jsonw_text(out, "host", at.host);
		jsonw_int(out, "port", at.port);
	} else {
		jsonw_null(out, "host");
		jsonw_null(out, "port");
	}
	jsonw_bool(
		out, "up", url == NULL || fact_get_int(FACT_QUEUE_UP, 0) == 1);
	jsonw_close(out, '}');
}

static void
jobs(struct str *out)
{
	int64_t counts[JOB_STATE__MAX];

	job_counts(counts);
	jsonw_open(out, "jobs", '{');
	jsonw_int(out, "queued", counts[JOB_QUEUED]);
	jsonw_int(out, "running", counts[JOB_RUNNING]);
	jsonw_int(out, "failed_24h", counts[JOB_FAILED]);
	jsonw_close(out, '}');
}

static void
connections(struct arena *a, struct str *out)
{
	struct connection *rows;
	int n = connection_list(a, &rows);
	int i;

	jsonw_open(out, "connections", '[');
	for (i = 0; i < n; i++)
		connection_json(out, &rows[i]);
	jsonw_close(out, ']');
}

static void
models(struct arena *a, struct str *out)
{
	struct llm_model *rows;
	int n = llm_model_list(a, &rows);
	int i;

	jsonw_open(out, "models", '[');
	for (i = 0; i < n; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_text(out, "id", rows[i].id);
		jsonw_text(out, "name", rows[i].name);
		if (rows[i].last_ok < 0)
			jsonw_null(out, "ok");
		else
			jsonw_bool(out, "ok", rows[i].last_ok == 1);
		jsonw_text(out, "error", rows[i].last_error);
		jsonw_since(out, "last_used_at", rows[i].last_used_at, 1);
		jsonw_close(out, '}');
	}
	jsonw_close(out, ']');
}

static void
storage(struct str *out)
{
	struct statvfs fs;
	int64_t database;
	int64_t wal;

	db_size(&database, &wal);
	jsonw_open(out, "disk", '{');
	if (statvfs(conf_text(CONF_DATA), &fs) == 0)
		jsonw_int(out, "free_bytes",
			(int64_t)fs.f_bavail * (int64_t)fs.f_frsize);
	else
		jsonw_null(out, "free_bytes");
	jsonw_close(out, '}');
	jsonw_open(out, "database", '{');
	jsonw_int(out, "bytes", database);
	jsonw_int(out, "wal_bytes", wal);
	jsonw_close(out, '}');
}

static int
show(struct req *r)
{
	struct str *out = http_out(r);

	jsonw_open(out, NULL, '{');
	jsonw_text(out, "version", STUDIO_VERSION);
	jsonw_int(out, "uptime_s", (clock_mono_ms() - started_ms) / 1000);
	worker(out);
	queue(out);
	jobs(out);
	connections(http_arena(r), out);
	models(http_arena(r), out);
	storage(out);
	jsonw_close(out, '}');
	return http_json(r, 200);
}

static int
health(struct req *r)
{
	str_puts(http_out(r), "{\"status\":\"ok\"}");
	return http_json(r, 200);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/status", ROLE_VIEWER, show},
	{HTTP_GET, "/api/health", ROLE_PUBLIC, health},
};

int
main(int argc, char **argv)
{
	started_ms = clock_mono_ms();
	return http_serve(argc, argv, "status", routes, nitems(routes));
}

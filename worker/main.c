/* main.c: dify-studio-worker: does the jobs; one process, one loop. */
#include "base/fatal.h"
#include "base/limits.h"
#include "base/log.h"
#include "dify/profile.h"
#include "io/conf.h"
#include "io/db.h"
#include "io/metrics.h"
#include "io/net.h"
#include "io/seal.h"
#include "io/wake.h"
#include "worker/forms.h"
#include "worker/courier.h"
#include "worker/kinds.h"
#include "worker/pace.h"
#include "worker/sent.h"
#include "worker/servers.h"
#include "worker/store.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Memory of this size goes back to the system as soon as it is free, so that
 * one large answer does not stay with the worker. */
enum { LARGE = 128 << 10 };

enum { GRACE_MS = 5000 };

static const struct task_kind *const kinds[] = {
	&generate_kind,
	&deploy_kind,
	&run_kind,
	&undeploy_kind,
	&forward_kind,
	&test_model_kind,
	&test_connection_kind,
	&list_apps_kind,
	&import_apps_kind,
	&promote_kind,
	&trial_kind,
	NULL,
};

static int signals = -1;

/* The worker of a data folder. */
static int
begin_beside(const char **error_r)
{
	char path[LIMIT_PATH];

	if (db_open(conf_text(CONF_DATA), error_r) != 0 ||
		seal_init(false, error_r) != 0)
		return -1;
	conf_path_r("profile.json", path, sizeof(path));
	if (dify_profile_load(path, error_r) != 0)
		return -1;
	metrics_open();
	return 0;
}

static int
begin_remote(const char *schema_dir, const char **error_r)
{
	if (db_open_scratch(schema_dir, error_r) != 0)
		return -1;
	return seal_init(false, error_r);
}

/* schema_dir: of a worker without a data folder, else NULL. */
static int
begin(const char *schema_dir, const char **error_r)
{
	if (conf_load(NULL, error_r) != 0)
		return -1;
	log_init("worker", (enum log_level)conf_int(CONF_LOG_LEVEL));
	return schema_dir == NULL ? begin_beside(error_r)
				  : begin_remote(schema_dir, error_r);
}

static void
on_signal(void *context)
{
	struct signalfd_siginfo info;

	(void)context;
	if (read(signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	log_info("worker_stopping", log_int("tasks", tasks_count()));
	net_stop();
	tasks_stop();
}

static void
catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		fatal("no signalfd");
	net_watch(signals, on_signal, NULL);
}

/* Who is told and the log are not in the way of what is to be sent next. */
static void
tell(void)
{
	wake_batch(true);
	log_hold(false);
	log_hold(true);
}

static int
start(bool remote, const char **error_r)
{
	net_init();
	tell();
	net_before_wait(tell);
	catch_signals();
	tasks_start(kinds);
	if (remote)
		return courier_start(error_r);
	poll_start();
	poll_runs_start();
	poll_edits_start();
	run_paused_start();
	upkeep_start();
	return sent_start(error_r);
}

static void
end(bool remote)
{
	store_flush();
	if (remote)
		courier_stop();
	else
		sent_stop();
	forms_release();
	poll_runs_release();
	poll_edits_release();
	pace_release();
	servers_release();
	net_release();
	db_close();
	wake_batch(false);
}

/* With "--remote SCHEMA" it works without a data folder. */
int
main(int argc, char **argv)
{
	const char *error = NULL;
	bool remote = argc == 3 && strcmp(argv[1], "--remote") == 0;

	log_init("worker", LOG_INFO);
	mallopt(M_MMAP_THRESHOLD, LARGE);
	if (begin(remote ? argv[2] : NULL, &error) != 0 ||
		start(remote, &error) != 0) {
		log_error("start_failed", log_str("reason", error));
		return 1;
	}
	log_info("worker_started", log_int("pid", getpid()));
	net_loop(GRACE_MS);
	end(remote);
	log_info("worker_stopped", log_int("tasks", tasks_count()));
	log_hold(false);
	return 0;
}

/* run.c: see run.h. */
#include "studio/run.h"
#include "base/limits.h"
#include "base/log.h"
#include "io/conf.h"
#include "io/db.h"
#include "io/seal.h"
#include "model/connection.h"
#include "model/llm_model.h"
#include "model/search.h"
#include "model/user.h"
#include "model/version.h"
#include "studio/children.h"
#include "studio/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	GRACE_MS = 10000,
	LOGS_MS = 20, /* between two looks at the log */
	NUMBER_BYTES = 16,
	URL_BYTES = 64,
	ERROR_BYTES = 2048
};

#define SANDBOX_KEY   "sandbox-admin-key"
#define SANDBOX_MODEL "sandbox-strong"
#define PYTHON        "/usr/bin/python3"

static char port_text[CONF__MAX][NUMBER_BYTES];

int
studio_prepare(const struct place *p, const char **error_r)
{
	char schema[PLACE_BYTES + 8];
	int moved;

	snprintf(schema, sizeof(schema), "%s/schema", p->share);
	if (db_migrate(p->data, schema, error_r) != 0 ||
		seal_init(true, error_r) != 0)
		return -1;
	if (db_begin(LIMIT_LOCK_MS) != 0) {
		*error_r = "the database is locked by another process";
		return -1;
	}
	connection_from_environment(conf_text(CONF_SANDBOX) != NULL);
	llm_model_from_environment();
	moved = version_catch_up();
	search_missing();
	db_commit();
	search_catch_up();
	if (moved > 0)
		db_vacuum();
	return 0;
}

void
studio_print_address(void)
{
	char token[SEAL_TOKEN_SIZE];
	const char *host = conf_text(CONF_BIND);
	int port = (int)conf_int(CONF_PORT);

	if (strcmp(host, "0.0.0.0") == 0)
		host = "127.0.0.1";
	if (user_admin_exists() || db_begin(LIMIT_LOCK_MS) != 0) {
		printf("Dify Studio: http://%s:%d/\n", host, port);
	} else {
		setup_new(token);
		db_commit();
		printf("Dify Studio, first sign-in (good for 15 minutes, "
		       "once):\n  http://%s:%d/#setup=%s\n",
			host, port, token);
		seal_wipe(token);
	}
	fflush(stdout);
}

/* A free port near the studio's own. */
static int
free_port(int from)
{
	int port = from;

	while (port < from + 100 && !place_port_free("127.0.0.1", port))
		port++;
	return port;
}

static const char *
number(int slot, int n)
{
	snprintf(port_text[slot], NUMBER_BYTES, "%d", n);
	return port_text[slot];
}

static void
set_url(const char *name, int port, const char *path)
{
	char value[URL_BYTES];

	snprintf(value, sizeof(value), "http://127.0.0.1:%d%s", port, path);
	setenv(name, value, 1);
}

/* The sandbox stands in for what the settings leave open. */
static int
add_sandbox(struct children *c, const struct place *p, const char **error_r)
{
	static char llm_py[PLACE_BYTES + 8];
	static char dify_py[PLACE_BYTES + 8];
	static char state[PLACE_BYTES + 16];
	static char llm_url[URL_BYTES];
	bool own_dify = conf_text(CONF_DIFY_BASE_URL) != NULL;
	bool own_llm = conf_text(CONF_LLM_BASE_URL) != NULL;
	int llm = free_port((int)conf_int(CONF_PORT) + 2);
	int dify = free_port((int)conf_int(CONF_PORT) + 1);
	struct child *child;

	if (p->sandbox[0] == '\0' || (own_dify && own_llm))
		return 0;
	if (llm == dify)
		llm = free_port(dify + 1);
	snprintf(llm_py, sizeof(llm_py), "%s/llm.py", p->sandbox);
	snprintf(dify_py, sizeof(dify_py), "%s/dify.py", p->sandbox);
	snprintf(state, sizeof(state), "%s/sandbox", p->data);
	snprintf(llm_url, sizeof(llm_url), "http://127.0.0.1:%d/v1", llm);
	child = children_add(c, "sandbox-llm");
	child_arg(child, PYTHON);
	child_arg(child, llm_py);
	child_arg(child, "--port");
	child_arg(child, number(0, llm));
	if (!own_llm) {
		set_url("LLM_BASE_URL", llm, "/v1");
		setenv("LLM_MODEL", SANDBOX_MODEL, 1);
	}
	if (!own_dify) {
		child = children_add(c, "sandbox-dify");
		child_arg(child, PYTHON);
		child_arg(child, dify_py);
		child_arg(child, "--port");
		child_arg(child, number(1, dify));
		child_arg(child, "--data");
		child_arg(child, state);
		child_arg(child, "--admin-key");
		child_arg(child, SANDBOX_KEY);
		child_arg(child, "--llm-url");
		child_arg(child, llm_url);
		set_url("DIFY_BASE_URL", dify, "");
		set_url("STUDIO_SANDBOX", dify, "");
		setenv("DIFY_API_KEY", SANDBOX_KEY, 1);
	}
	return conf_load(".env", error_r);
}

static void
add_servers(struct children *c, const struct place *p)
{
	static char conf[PLACE_BYTES + 16];
	static char worker[PLACE_BYTES + 32];
	struct child *child;

	snprintf(conf, sizeof(conf), "%s/lighttpd.conf", p->share);
	snprintf(worker, sizeof(worker), "%s/bin/dify-studio-worker",
		p->programs);
	child = children_add(c, "worker");
	child_arg(child, worker);
	child = children_add(c, "lighttpd");
	child_arg(child, p->lighttpd);
	child_arg(child, "-D");
	child_arg(child, "-f");
	child_arg(child, conf);
}

/*
 * What the children find in their environment: every setting that is no
 * secret, the master key, the queue, and where things lie. The keys of Dify and
 * of the model are in the database, sealed, and nowhere else.
 */
static void
set_environment(const struct place *p)
{
	int key;

	for (key = 0; key < CONF__MAX; key++) {
		const struct conf_record *r = &conf_records[key];
		const char *value = conf_text((enum conf_key)key);

		if (r->secret && key != CONF_SECRET_KEY && key != CONF_QUEUE)
			unsetenv(r->name);
		else if (value != NULL)
			setenv(r->name, value, 1);
	}
	setenv("DATA", p->data, 1);
	setenv("STUDIO_PROGRAMS", p->programs, 1);
	setenv("STUDIO_SHARE", p->share, 1);
}

static int
watch_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Reads the pending signals; whether one of them says to end. */
static bool
asked_to_end(int fd)
{
	struct signalfd_siginfo info;
	bool end = false;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			end = true;
	return end;
}

static void
supervise(struct children *c, int signals)
{
	struct pollfd fds[2] = {
		{.fd = signals, .events = POLLIN},
		{.fd = logs_fd(), .events = POLLIN},
	};
	bool end = false;

	while (!end) {
		int wait = children_start(c);
		bool pause = fds[1].revents != 0; /* lines come a few at once */

		if (pause && (wait < 0 || wait > LOGS_MS))
			wait = LOGS_MS;
		fds[1].revents = 0;
		poll(fds, pause ? 1 : 2, wait);
		logs_pump();
		if (fds[0].revents == 0)
			continue;
		end = asked_to_end(signals);
		if (!end)
			children_reap(c);
	}
	log_info("stopping", log_int("pid", getpid()));
	children_stop(c, GRACE_MS);
	logs_pump();
}

/* Of processes that end at once none may be the last one of the database, so
 * that its log stays beside it; here all others are gone. */
static void
fold_log(const struct place *p)
{
	const char *error = NULL;

	if (db_open(p->data, &error) == 0)
		db_close();
	else
		log_warn("database_not_settled", log_str("reason", error));
}

static void __attribute__((noreturn))
prepare_and_tell(const struct place *p, int out)
{
	const char *error = NULL;

	if (studio_prepare(p, &error) != 0) {
		dprintf(out, "%s", error);
		_exit(1);
	}
	studio_print_address();
	db_close();
	_exit(0);
}

/* What the start takes ends with a process of its own: this one will wait for
 * the rest of its life, and is small meanwhile. */
static int
prepare_apart(const struct place *p, const char **error_r)
{
	static char error[ERROR_BYTES] = "the start failed";
	int ends[2];
	int status = 1;
	pid_t child = -1;

	fflush(stdout);
	if (pipe2(ends, O_CLOEXEC) == 0)
		child = fork();
	if (child == 0)
		prepare_and_tell(p, ends[1]);
	*error_r = error;
	if (child < 0)
		return -1;
	close(ends[1]);
	(void)!read(ends[0], error, sizeof(error) - 1);
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return status == 0 ? 0 : -1;
}

int
studio_run(struct place *p, const char **error_r)
{
	struct children c = {.count = 0};
	int signals;

	if (place_check(p, error_r) != 0 || add_sandbox(&c, p, error_r) != 0)
		return 1;
	c.log_fd = logs_open(p->data);
	if (c.log_fd < 0) {
		*error_r = "the log file cannot be written";
		return 1;
	}
	if (prepare_apart(p, error_r) != 0)
		return 1;
	add_servers(&c, p);
	set_environment(p);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signals = watch_signals();
	supervise(&c, signals);
	fold_log(p);
	return 0;
}

/* children.c: see children.h. */
#include "studio/children.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/log.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	STEADY_MS = 10000,
	FIRST_BACK_OFF_MS = 1000,
	LAST_BACK_OFF_MS = 30000,
	POLL_MS = 20,
	ORPHANS_MS = 3000, /* for the request in hand */
	DESCENDANTS = 256
};

struct child *
children_add(struct children *c, const char *name)
{
	struct child *child = &c->all[c->count++];

	if (c->count > CHILDREN)
		fatal("more than %d children", CHILDREN);
	memset(child, 0, sizeof(*child));
	child->name = name;
	child->start_at = clock_mono_ms();
	return child;
}

void
child_arg(struct child *child, const char *text)
{
	int i = 0;

	while (child->argv[i] != NULL)
		i++;
	if (i + 1 >= CHILD_ARGS)
		fatal("more than %d arguments", CHILD_ARGS);
	child->argv[i] = text;
}

static void __attribute__((noreturn))
become(const struct child *child, int log_fd, pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	dup2(log_fd, STDOUT_FILENO);
	dup2(log_fd, STDERR_FILENO);
	execv(child->argv[0], (char *const *)(uintptr_t)child->argv);
	perror(child->argv[0]);
	_exit(127);
}

static void
start(struct child *child, int log_fd)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid == 0)
		become(child, log_fd, parent);
	child->start_at = 0;
	if (pid < 0) {
		log_error("fork_failed", log_str("child", child->name));
		child->start_at = clock_mono_ms() + FIRST_BACK_OFF_MS;
		return;
	}
	child->pid = pid;
	child->started_at = clock_mono_ms();
	log_info("child_started", log_str("child", child->name),
		log_int("pid", pid));
}

/* The pids of our own children, also of those that were left to us. */
static int
own_children(pid_t out[static DESCENDANTS])
{
	char path[64];
	FILE *file;
	long pid;
	int n = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
		(long)getpid());
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (n < DESCENDANTS && fscanf(file, "%ld", &pid) == 1)
		out[n++] = (pid_t)pid;
	fclose(file);
	return n;
}

static bool
is_ours(const struct children *c, pid_t pid)
{
	int i;

	for (i = 0; i < c->count; i++)
		if (c->all[i].pid == pid)
			return true;
	return false;
}

/* What a dead child had started lost its parent and came to us. Returns how
 * many there were. */
static int
end_orphans(const struct children *c, int signal_number)
{
	pid_t pids[DESCENDANTS];
	int n = own_children(pids);
	int orphans = 0;
	int i;

	for (i = 0; i < n; i++) {
		if (is_ours(c, pids[i]))
			continue;
		kill(pids[i], signal_number);
		orphans++;
	}
	return orphans;
}

/* A web server that is started while endpoints of the last one still listen
 * takes their sockets for those of a stranger, and never starts its own. */
static bool
orphans_left(struct children *c, int64_t now)
{
	bool late =
		c->orphans_since != 0 && now - c->orphans_since > ORPHANS_MS;

	if (end_orphans(c, late ? SIGKILL : 0) == 0)
		c->orphans_since = 0;
	else if (c->orphans_since == 0)
		c->orphans_since = now;
	return c->orphans_since != 0;
}

static bool
is_waiting(const struct children *c)
{
	int i;

	for (i = 0; i < c->count; i++)
		if (c->all[i].start_at != 0)
			return true;
	return false;
}

int
children_start(struct children *c)
{
	int64_t now = clock_mono_ms();
	int64_t next = -1;
	int i;

	if (is_waiting(c) && orphans_left(c, now))
		return POLL_MS;
	for (i = 0; i < c->count; i++) {
		struct child *child = &c->all[i];

		if (child->start_at != 0 && child->start_at <= now)
			start(child, c->log_fd);
		if (child->start_at != 0 &&
			(next < 0 || child->start_at - now < next))
			next = child->start_at - now;
	}
	return (int)next;
}

static void
note_end(struct child *child, int status)
{
	int64_t now = clock_mono_ms();
	bool steady = now - child->started_at > STEADY_MS;

	log_warn("child_ended", log_str("child", child->name),
		log_int("pid", child->pid),
		log_int("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
		log_int("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
	child->pid = 0;
	if (steady)
		child->back_off_ms = 0;
	child->start_at = now + child->back_off_ms;
	child->back_off_ms = child->back_off_ms == 0 ? FIRST_BACK_OFF_MS
						     : child->back_off_ms * 2;
	if (child->back_off_ms > LAST_BACK_OFF_MS)
		child->back_off_ms = LAST_BACK_OFF_MS;
}

void
children_reap(struct children *c)
{
	int status;
	pid_t pid;
	int i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < c->count; i++)
			if (c->all[i].pid == pid)
				note_end(&c->all[i], status);
	end_orphans(c, SIGTERM);
}

static bool
all_gone(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	return waitpid(-1, NULL, WNOHANG) < 0;
}

static void
signal_all(const struct children *c, int signal_number)
{
	int i;

	for (i = 0; i < c->count; i++)
		if (c->all[i].pid > 0)
			kill(c->all[i].pid, signal_number);
	end_orphans(c, signal_number);
}

void
children_stop(struct children *c, int grace_ms)
{
	const struct timespec nap = {0, POLL_MS * 1000000L};
	int64_t until = clock_mono_ms() + grace_ms;

	signal_all(c, SIGTERM);
	while (!all_gone()) {
		if (clock_mono_ms() > until)
			signal_all(c, SIGKILL);
		else
			end_orphans(c, SIGTERM);
		nanosleep(&nap, NULL);
	}
}

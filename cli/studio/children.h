/* children.h: the programs that belong to a running studio. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { CHILDREN = 4, CHILD_ARGS = 16 };

/* One program; argv ends with NULL and lives as long as the child. */
struct child {
	const char *name;
	const char *argv[CHILD_ARGS];
	pid_t pid;          /* 0: not running */
	int64_t started_at; /* monotonic ms */
	int64_t start_at;   /* when to start it again; 0: not waiting */
	int64_t back_off_ms;
};

struct children {
	struct child all[CHILDREN];
	int count;
	int log_fd;            /* their standard output and error */
	int64_t orphans_since; /* what a dead child left, monotonic ms; 0: none
				*/
};

/* children_add: one more, not started yet. */
struct child *children_add(struct children *c, const char *name);

/* child_arg: appends an argument; text must live as long as the child. */
void child_arg(struct child *child, const char *text);

/*
 * children_start: starts every child whose time has come, once nothing is left
 * of what a dead one had started. A child dies with its parent
 * (PR_SET_PDEATHSIG). Returns the ms until the next start is due, -1 when none
 * is waiting.
 */
int children_start(struct children *c);

/*
 * children_reap: takes note of every process that ended. A child that did is
 * started again: at once when it ran for more than 10 s, else after 1, 2, 4
 * ... 30 s. What it had started itself is ended too (we are its subreaper).
 */
void children_reap(struct children *c);

/* children_stop: SIGTERM to all, SIGKILL to what is left after grace_ms, until
 * no descendant is left. */
void children_stop(struct children *c, int grace_ms);

#endif

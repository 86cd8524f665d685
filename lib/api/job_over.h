/* job_over.h: what waits in a hub for the end of a job asks for it here. */
#ifndef JOB_OVER_H
#define JOB_OVER_H

#include <stdbool.h>

/*
 * job_over: whether a job has ended, or is none. While a hub looks at all that
 * wait because somebody woke it, the ends since its last such look are read
 * once for all of them; else the job itself is read.
 */
bool job_over(const char *id);

#endif

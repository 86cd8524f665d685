/* inside.h: a worker inside an endpoint, for jobs whose callers wait there. */
#ifndef INSIDE_H
#define INSIDE_H

#include "io/hub.h"
#include "model/job.h"

#include <stdbool.h>

/*
 * inside: of hub_beside(). It has the leases of its jobs like any worker; when
 * the endpoint ends they go back to the queue, and another worker goes on.
 */
extern const struct hub_beside inside;

/*
 * inside_take: within hub_write(), after job_add(), as the last thing: the job
 * is done in this process and begins with the commit. false: a worker has to
 * take it (job_wake()), since there is no room here, others of the kind wait
 * for their turn, or this is plain CGI.
 */
bool inside_take(enum job_kind kind, const char *job_id);

#endif

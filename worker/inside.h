/* inside.h: a worker inside an endpoint, for jobs whose callers wait there. */
#ifndef INSIDE_H
#define INSIDE_H

#include "io/hub.h"
#include "model/job.h"

/*
 * inside: of hub_beside(). It has the leases of its jobs like any worker; when
 * the endpoint ends they go back to the queue, and another worker goes on.
 */
extern const struct hub_beside inside;

/*
 * inside_owner: within hub_write(): the owner to add a job with that is done in
 * this process. NULL: a worker has to take it (job_wake()), since there is no
 * room here, others of the kind wait for their turn, or this is plain CGI.
 * inside_begin: the job was added with it; as the last thing there. It begins
 * with the commit.
 */
const char *inside_owner(enum job_kind kind);
void inside_begin(const char *job_id);

#endif

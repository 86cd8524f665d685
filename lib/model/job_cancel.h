/* job_cancel.h: calling a job off, and what that means for what it was about.
 */
#ifndef JOB_CANCEL_H
#define JOB_CANCEL_H

#include "base/arena.h"

/*
 * job_cancel: as job_request_cancel(); when the job had not begun, its run,
 * deploy or upload is brought to an end here, since no worker will; but not the
 * workflow's state while another deploy of it is open. In a transaction. 1, 0
 * when it had ended already, -1: no such job.
 */
int job_cancel(struct arena *a, const char *id);

#endif

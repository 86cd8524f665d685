/* run_start.h: what a run begins with, for the endpoints that begin one. */
#ifndef RUN_START_H
#define RUN_START_H

#include "io/http.h"
#include "model/run.h"
#include "text/value.h"

/* run_start_payload: the payload of a run's job. */
const char *run_start_payload(struct arena *a, const struct run *run);

/*
 * run_start_uploads: whether all files that the inputs name by upload_id are
 * here, whole and free. 0, or -1 with 400 answered. run_start_claim: they
 * belong to that job from now on; in a transaction.
 */
int run_start_uploads(struct req *r, const struct value *inputs);
void run_start_claim(
	struct arena *a, const struct value *inputs, const char *job_id);

#endif

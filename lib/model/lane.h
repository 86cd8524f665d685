/* lane.h: what the jobs of one language model share: whether it may be asked
 * at all right now. */
#ifndef LANE_H
#define LANE_H

#include "base/arena.h"

#include <stdint.h>

/*
 * lane_pause: the model's server wants to be left alone until then (ms UTC);
 * why is for people. Its queued jobs are not picked before, and say so in
 * their progress. An end that is later already stays. In the caller's
 * transaction.
 */
void lane_pause(const char *model_id, int64_t until, const char *why);

/* lane_paused: until when, with *why_r in a; 0 when it may be asked. */
int64_t lane_paused(struct arena *a, const char *model_id, const char **why_r);

#endif

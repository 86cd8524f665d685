/* pace.h: how often one Dify is asked how things are. */
#ifndef PACE_H
#define PACE_H

#include <stdint.h>

/*
 * pace_slot: takes the next turn to ask that connection's Dify something that
 * can wait; how many ms until then. Turns are as far apart as DIFY_POLL_RATE
 * says. pace_release: forgets all, at the end.
 */
int64_t pace_slot(const char *connection_id);
void pace_release(void);

/* pace_rest: ms to leave a Dify alone that is in trouble: ours, or those that
 * it asked for (-1: none) when they are more. */
int64_t pace_rest(int64_t ms, int64_t retry_after_ms);

#endif

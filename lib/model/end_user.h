/* end_user.h: as whom a run is begun in Dify. */
#ifndef END_USER_H
#define END_USER_H

#include "base/arena.h"

/*
 * end_user_take: a name for the run of that id, which is added in the same
 * transaction: "studio-" and an id. Dify keeps every end user for ever and
 * takes longer over a new one, so one is used again when this process gave it
 * to a run that has ended since, of which all in Dify is known; two runs never
 * have one at once. A run whose stream broke before its id was told is found in
 * Dify by this name.
 */
const char *end_user_take(struct arena *a, const char *run_id);

#endif

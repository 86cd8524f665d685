/* elsewhere.h: a worker on a host that has no studio. */
#ifndef ELSEWHERE_H
#define ELSEWHERE_H

#include "studio/place.h"

/* studio_worker: becomes a worker that has STUDIO_QUEUE and the key, and no
 * data folder. Returns 1 with *error_r when it cannot. */
int studio_worker(const struct place *p, const char **error_r);

#endif

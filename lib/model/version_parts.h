/* version_parts.h: what the files of version.h share. */
#ifndef VERSION_PARTS_H
#define VERSION_PARTS_H

#include "model/version.h"

/* version_put: writes a version under a number that is free. */
void version_put(struct arena *a, const struct version_new *v, int number,
	int64_t created_at);

#endif

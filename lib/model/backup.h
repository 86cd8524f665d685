/* backup.h: what a backup of the workflows asks of the tables. */
#ifndef BACKUP_H
#define BACKUP_H

#include "base/arena.h"
#include "model/connection.h"

/* backup_ids: the ids of all workflows, oldest first; their number. */
int backup_ids(struct arena *a, const char ***ids_r);

/* backup_named: the ids of those of exactly that name, at most 50. */
int backup_named(struct arena *a, const char *name, const char ***ids_r);

/* backup_connection: the connection of that name and address. 1 and *out, or
 * 0. */
int backup_connection(struct arena *a, const char *name, const char *base_url,
	struct connection *out);

#endif

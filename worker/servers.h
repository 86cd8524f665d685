/* servers.h: one Dify client for each connection. */
#ifndef SERVERS_H
#define SERVERS_H

#include "dify/dify.h"
#include "model/connection.h"

/*
 * server_of: the client of a connection (id NULL: the default one), which is
 * read into *out, its texts in a. A connection that was changed gets a new
 * client. NULL when there is no such connection.
 */
struct dify *server_of(struct arena *a, const char *id, struct connection *out);

/* servers_release: ends all clients. */
void servers_release(void);

#endif

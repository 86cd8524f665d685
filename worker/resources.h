/* resources.h: finding out what a connected Dify has. */
#ifndef RESOURCES_H
#define RESOURCES_H

#include "dify/dify.h"

/*
 * resources_refresh: asks for models, knowledge bases and tools, and keeps
 * them for the connection. done (or NULL) is called once, from the loop; what
 * could not be asked stays as it was. One refresh a connection at a time is
 * the caller's care.
 */
void resources_refresh(struct dify *d, const char *connection_id,
	void (*done)(void *context), void *context);

#endif

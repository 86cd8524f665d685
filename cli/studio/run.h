/* run.h: dify-studio run: the whole studio under one supervisor. */
#ifndef STUDIO_RUN_H
#define STUDIO_RUN_H

#include "studio/place.h"

/* studio_prepare: migrates, makes the keys, enters what the settings say of
 * Dify and the model. 0, or -1 with *error_r. */
int studio_prepare(const struct place *p, const char **error_r);

/*
 * studio_run: starts lighttpd (which starts the endpoints), the worker and,
 * where p has one and the settings name no server of their own, the sandbox;
 * prints the address, with a setup token while there is no administrator;
 * ends all on SIGINT or SIGTERM. Returns the exit status; 1 with *error_r.
 */
int studio_run(struct place *p, const char **error_r);

/* studio_print_address: the address, and how to sign in first. */
void studio_print_address(void);

#endif

/* place.h: where the programs, the shared files and the data lie. */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>

enum { PLACE_BYTES = 1024 };

struct place {
	char programs[PLACE_BYTES]; /* holds cgi-bin/ and bin/ */
	char share[PLACE_BYTES];    /* holds htdocs/, schema/, lighttpd.conf */
	char data[PLACE_BYTES];
	char sandbox[PLACE_BYTES]; /* holds dify.py and llm.py; "" for none */
	char lighttpd[PLACE_BYTES];
};

/*
 * place_find: fills p from --programs, --share and --sandbox (NULL: those
 * compiled in, no sandbox) and the settings, all as absolute paths; makes the
 * data folder (0700) and what belongs in it. Returns 0, or -1 with one line
 * in *error_r that says what is wrong and what to do.
 */
int place_find(struct place *p, const char *programs, const char *share,
	const char *sandbox, const char **error_r);

/* place_find_programs: the first two alone, without a data folder. */
int place_find_programs(struct place *p, const char *programs,
	const char *share, const char **error_r);

/*
 * place_check: whether a server can be started there: the socket paths fit,
 * lighttpd is installed, the port is free. 0, or -1 with *error_r.
 */
int place_check(struct place *p, const char **error_r);

/* place_port_free: whether a server could listen on address:port. */
bool place_port_free(const char *address, int port);

#endif

/* way_take.h: how a server is reached, as bodies say it: certificates, a proxy.
 */
#ifndef WAY_TAKE_H
#define WAY_TAKE_H

#include "io/http.h"

enum { WAY_CA, WAY_PROXY, WAY_INSECURE, WAY__MAX, WAY_CA_MAX = 32000 };

/* WAY_FIELDS: the rows of a table of fields, from at on. */
#define WAY_FIELDS(at)                                                    \
	[(at) + WAY_CA] = {"ca", FIELD_TEXT, false, 1, WAY_CA_MAX},       \
		[(at) + WAY_PROXY] = {"proxy", FIELD_URL, false, 1, 500}, \
		[(at) + WAY_INSECURE] = {"insecure", FIELD_BOOL}

/* way_take: what the body says, over what is there. 0, or -1 with 400 answered
 * when ca is no certificate. */
int way_take(struct req *r, size_t at, const char **ca, const char **proxy,
	bool *insecure);

#endif

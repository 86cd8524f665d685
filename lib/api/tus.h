/* tus.h: the headers of tus 1.0.0, the protocol of resumable uploads. */
#ifndef TUS_H
#define TUS_H

#include "io/http.h"

/* tus_options: 204 with what we speak (tus 5.2.4). */
int tus_options(struct req *r);

/* tus_begin: sets Tus-Resumable and checks that of the request: 0, or -1 with
 * 412 answered. */
int tus_begin(struct req *r);

/* tus_number: a header that is a whole number; -1 when it is absent or not. */
int64_t tus_number(const struct req *r, const char *cgi_name);

/* tus_metadata: the decoded value of a key in Upload-Metadata, NULL when it is
 * absent, malformed or no UTF-8. */
const char *tus_metadata(struct req *r, const char *key);

/* tus_offset: sets Upload-Offset. */
void tus_offset(struct req *r, int64_t offset);

#endif

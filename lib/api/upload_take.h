/* upload_take.h: what the requests of an upload bring, and how it is shown. */
#ifndef UPLOAD_TAKE_H
#define UPLOAD_TAKE_H

#include "io/http.h"
#include "model/connection.h"
#include "model/upload.h"

void upload_json(struct str *out, const struct upload *u);

/*
 * upload_take_length, upload_take_metadata: Upload-Length and Upload-Metadata
 * (tus 5.3) into a new u; c is the connection that is meant. 0, or -1 with the
 * answer given.
 */
int upload_take_length(struct req *r, struct upload *u);
int upload_take_metadata(struct req *r, struct upload *u, struct connection *c);

/* upload_may_go_on: whether a PATCH fits what is there already. 0, or -1 with
 * the answer given. */
int upload_may_go_on(struct req *r, const struct upload *u);

/*
 * upload_receive: reads the body into the spooled file fd until its end or the
 * file's, and counts in u->received only what is on disk and in the row. With
 * the last byte the worker gets its job. 0, or -1 with errno, which is 0 when
 * the write lock was not to be had.
 */
int upload_receive(struct req *r, int fd, struct upload *u);

#endif

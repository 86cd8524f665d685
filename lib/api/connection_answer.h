/* connection_answer.h: a connection and what it has, as endpoints show them. */
#ifndef CONNECTION_ANSWER_H
#define CONNECTION_ANSWER_H

#include "model/connection.h"
#include "text/jsonw.h"

void connection_json(struct str *out, const struct connection *c);
void resource_json(struct str *out, const struct resource *r);

#endif

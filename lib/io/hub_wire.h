/* hub_wire.h: the records of the FastCGI protocol (specification 1.0, 8). */
#ifndef HUB_WIRE_H
#define HUB_WIRE_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

enum wire_type {
	WIRE_BROKEN = 0, /* not of version 1 */
	WIRE_BEGIN = 1,
	WIRE_ABORT = 2,
	WIRE_END = 3,
	WIRE_PARAMS = 4,
	WIRE_STDIN = 5,
	WIRE_STDOUT = 6,
	WIRE_STDERR = 7,
	WIRE_DATA = 8,
	WIRE_GET_VALUES = 9,
	WIRE_GET_VALUES_RESULT = 10,
	WIRE_UNKNOWN_TYPE = 11
};

/* What an END record says about the protocol. */
enum wire_status {
	WIRE_COMPLETE = 0,
	WIRE_CANNOT_MULTIPLEX = 1,
	WIRE_OVERLOADED = 2,
	WIRE_UNKNOWN_ROLE = 3
};

enum {
	WIRE_HEADER = 8,
	WIRE_BODY = 8,            /* of BEGIN, END and UNKNOWN_TYPE */
	WIRE_CONTENT_MAX = 65535, /* of one record */
	WIRE_RECORD_MAX = WIRE_HEADER + WIRE_CONTENT_MAX + 255,
	WIRE_RESPONDER = 1, /* role */
	WIRE_KEEP = 1       /* flag of BEGIN */
};

struct wire_record {
	enum wire_type type;
	uint16_t id;
	const unsigned char *content;
	size_t len;
};

/* wire_take: the record at the front of n bytes; its size with padding, 0 when
 * it is not whole yet. */
size_t wire_take(const unsigned char *bytes, size_t n, struct wire_record *out);

/* wire_begin: role and flags of a BEGIN record. 0, or -1 when it is short. */
int wire_begin(
	const struct wire_record *r, unsigned *role_r, unsigned *flags_r);

/* wire_header: the header in front of len bytes of content. */
void wire_header(unsigned char out[static WIRE_HEADER], enum wire_type type,
	uint16_t id, size_t len);

/* wire_end: a whole END record. wire_unknown: a whole UNKNOWN_TYPE record. */
void wire_end(unsigned char out[static WIRE_HEADER + WIRE_BODY], uint16_t id,
	enum wire_status status);
void wire_unknown(
	unsigned char out[static WIRE_HEADER + WIRE_BODY], unsigned type);

/* wire_params: name-value pairs as "NAME=value" texts, NULL at the end; NULL
 * when they are malformed. */
char **wire_params(struct arena *a, const char *bytes, size_t n);

#endif

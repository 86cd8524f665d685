/* hub_wire.c: see hub_wire.h. */
#include "io/hub_wire.h"

#include <stdbool.h>
#include <string.h>

/* Places in a header. */
enum { AT_VERSION, AT_TYPE, AT_ID, AT_LENGTH = 4, AT_PADDING = 6 };

enum { VERSION = 1 };

static size_t
two(const unsigned char *p)
{
	return (size_t)p[0] << 8 | p[1];
}

size_t
wire_take(const unsigned char *bytes, size_t n, struct wire_record *out)
{
	size_t whole;

	if (n < WIRE_HEADER)
		return 0;
	memset(out, 0, sizeof(*out));
	if (bytes[AT_VERSION] != VERSION)
		return WIRE_HEADER;
	out->type = (enum wire_type)bytes[AT_TYPE];
	out->id = (uint16_t)two(bytes + AT_ID);
	out->len = two(bytes + AT_LENGTH);
	out->content = bytes + WIRE_HEADER;
	whole = WIRE_HEADER + out->len + bytes[AT_PADDING];
	return n < whole ? 0 : whole;
}

int
wire_begin(const struct wire_record *r, unsigned *role_r, unsigned *flags_r)
{
	if (r->len < WIRE_BODY)
		return -1;
	*role_r = (unsigned)two(r->content);
	*flags_r = r->content[2];
	return 0;
}

void
wire_header(unsigned char out[static WIRE_HEADER], enum wire_type type,
	uint16_t id, size_t len)
{
	memset(out, 0, WIRE_HEADER);
	out[AT_VERSION] = VERSION;
	out[AT_TYPE] = (unsigned char)type;
	out[AT_ID] = (unsigned char)(id >> 8);
	out[AT_ID + 1] = (unsigned char)(id & 255);
	out[AT_LENGTH] = (unsigned char)(len >> 8);
	out[AT_LENGTH + 1] = (unsigned char)(len & 255);
}

void
wire_end(unsigned char out[static WIRE_HEADER + WIRE_BODY], uint16_t id,
	enum wire_status status)
{
	wire_header(out, WIRE_END, id, WIRE_BODY);
	memset(out + WIRE_HEADER, 0, WIRE_BODY);
	out[WIRE_HEADER + 4] = (unsigned char)status;
}

void
wire_unknown(unsigned char out[static WIRE_HEADER + WIRE_BODY], unsigned type)
{
	wire_header(out, WIRE_UNKNOWN_TYPE, 0, WIRE_BODY);
	memset(out + WIRE_HEADER, 0, WIRE_BODY);
	out[WIRE_HEADER] = (unsigned char)type;
}

/* A length of one byte, or of four with the highest bit set. */
static bool
take_length(const unsigned char **p, const unsigned char *end, size_t *out)
{
	if (*p == end)
		return false;
	if (**p < 0x80) {
		*out = *(*p)++;
		return true;
	}
	if (end - *p < 4)
		return false;
	*out = (two(*p) & 0x7FFF) << 16 | two(*p + 2);
	*p += 4;
	return true;
}

/* One pair from *p as "NAME=value"; NULL when it is malformed. */
static char *
take_pair(struct arena *a, const unsigned char **p, const unsigned char *end)
{
	size_t name;
	size_t value;
	char *text;

	if (!take_length(p, end, &name) || !take_length(p, end, &value) ||
		name > (size_t)(end - *p) || value > (size_t)(end - *p) - name)
		return NULL;
	text = arena_alloc(a, name + value + 2);
	memcpy(text, *p, name);
	text[name] = '=';
	memcpy(text + name + 1, *p + name, value);
	*p += name + value;
	return text;
}

char **
wire_params(struct arena *a, const char *bytes, size_t n)
{
	const unsigned char *p = (const unsigned char *)bytes;
	const unsigned char *end = p + n;
	size_t room = 64;
	size_t count = 0;
	char **env = arena_array(a, room, sizeof(*env));

	while (p < end) {
		if (count + 1 == room) {
			env = arena_grow(a, env, room * sizeof(*env),
				2 * room * sizeof(*env));
			room *= 2;
		}
		env[count] = take_pair(a, &p, end);
		if (env[count++] == NULL)
			return NULL;
	}
	return env;
}

/* tus.c: see tus.h. */
#include "api/tus.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define VERSION "1.0.0"

int
tus_options(struct req *r)
{
	http_set(r, "Tus-Resumable", VERSION);
	http_set(r, "Tus-Version", VERSION);
	http_set(r, "Tus-Extension", "creation,termination");
	http_set(r, "Tus-Max-Size",
		arena_printf(http_arena(r), "%zu", LIMIT_UPLOAD));
	return http_empty(r, 204);
}

int
tus_begin(struct req *r)
{
	const char *version = http_header(r, "HTTP_TUS_RESUMABLE");

	http_set(r, "Tus-Resumable", VERSION);
	if (version != NULL && strcmp(version, VERSION) == 0)
		return 0;
	http_set(r, "Tus-Version", VERSION);
	return http_refuse(r, 412, "tus_version",
		"Uploads speak tus %s: send Tus-Resumable: %s.", VERSION,
		VERSION);
}

int64_t
tus_number(const struct req *r, const char *cgi_name)
{
	const char *text = http_header(r, cgi_name);
	char *end;
	int64_t n;

	if (text == NULL || *text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtoll(text, &end, 10);
	return *end != '\0' || errno != 0 ? -1 : n;
}

void
tus_offset(struct req *r, int64_t offset)
{
	http_set(r, "Upload-Offset",
		arena_printf(http_arena(r), "%" PRId64, offset));
}

static int
sextet(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Base64 with or without its padding (RFC 4648 4); NULL when malformed. */
static const char *
decode(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1);
	size_t len = 0;
	unsigned bits = 0;
	int count = 0;
	size_t i;

	while (n > 0 && s[n - 1] == '=')
		n--;
	for (i = 0; i < n; i++) {
		int six = sextet(s[i]);

		if (six < 0)
			return NULL;
		bits = (bits << 6 | (unsigned)six) & 0xFFFFFF;
		count += 6;
		if (count >= 8) {
			count -= 8;
			out[len++] = (char)(bits >> count & 0xFF);
		}
	}
	return utf8_valid(out, len) ? out : NULL;
}

const char *
tus_metadata(struct req *r, const char *key)
{
	const char *p = http_header(r, "HTTP_UPLOAD_METADATA");
	size_t key_len = strlen(key);

	while (p != NULL && *p != '\0') {
		size_t n;

		p += strspn(p, " ,");
		n = strcspn(p, ",");
		if (n > key_len && strncmp(p, key, key_len) == 0 &&
			p[key_len] == ' ')
			return decode(http_arena(r), p + key_len + 1,
				n - key_len - 1);
		p += n;
	}
	return NULL;
}

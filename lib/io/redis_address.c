/* redis_address.c: see redis_address.h. */
#include "io/redis_address.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char scheme[] = "redis://";

static int
hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c | 0x20);

	return at == NULL ? -1 : (int)(at - digits);
}

/* n characters of text with each %XX as its byte. */
static bool
decode(const char *text, size_t n, char out[static REDIS_NAME])
{
	size_t len = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		char c = text[i];

		if (c == '%') {
			int high = i + 2 < n ? hex(text[i + 1]) : -1;
			int low = high < 0 ? -1 : hex(text[i + 2]);

			if (low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0' || len + 1 >= REDIS_NAME)
			return false;
		out[len++] = c;
	}
	out[len] = '\0';
	return true;
}

/* What stands in front of the "@"; true without one. */
static bool
read_user(const char **at, struct redis_address *out)
{
	size_t n = strcspn(*at, "/");
	const char *end = memrchr(*at, '@', n);
	const char *colon;

	if (end == NULL)
		return true;
	colon = memchr(*at, ':', (size_t)(end - *at));
	if (colon == NULL || !decode(*at, (size_t)(colon - *at), out->user) ||
		!decode(colon + 1, (size_t)(end - colon - 1), out->password))
		return false;
	*at = end + 1;
	return true;
}

static bool
read_host(const char **at, struct redis_address *out)
{
	bool brackets = **at == '[';
	const char *start = *at + brackets;
	size_t n = strcspn(start, brackets ? "]" : ":/?#");

	if (n == 0 || n >= REDIS_NAME || (brackets && start[n] != ']'))
		return false;
	memcpy(out->host, start, n);
	out->host[n] = '\0';
	*at = start + n + brackets;
	return true;
}

/* A number up to most behind the mark; true when the mark is not there. */
static bool
read_number(const char **at, char mark, long most, long *out)
{
	char *end;

	if (**at != mark)
		return true;
	if ((*at)[1] < '0' || (*at)[1] > '9')
		return mark == '/' && (*at)[1] == '\0' && (*at)++ != NULL;
	*out = strtol(*at + 1, &end, 10);
	*at = end;
	return *out <= most;
}

int
redis_address_read(
	const char *url, struct redis_address *out, const char **error_r)
{
	enum { MOST_DB = 9999, MOST_PORT = 65535 };
	const char *at = url + sizeof(scheme) - 1;
	long port = 6379;
	long db = 0;
	size_t n = 0;
	char digits[8];

	memset(out, 0, sizeof(*out));
	*error_r = "STUDIO_QUEUE: must be "
		   "redis://[user:password@]host[:port][/number]";
	if (strncmp(url, scheme, sizeof(scheme) - 1) != 0 ||
		!read_user(&at, out) || !read_host(&at, out) ||
		!read_number(&at, ':', MOST_PORT, &port) ||
		!read_number(&at, '/', MOST_DB, &db) || *at != '\0' ||
		port == 0)
		return -1;
	out->port = (int)port;
	do
		digits[n++] = (char)('0' + db % 10);
	while ((db /= 10) > 0);
	while (n > 0)
		out->db[strlen(out->db)] = digits[--n];
	return 0;
}

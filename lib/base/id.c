/* id.c: see id.h. */
#include "base/id.h"
#include "base/clock.h"
#include "base/fatal.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

enum { TIME_CHARS = 8 };

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

void
random_bytes(void *out, size_t n)
{
	char *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			fatal("no random bytes: %s", strerror(errno));
		p += got;
		n -= (size_t)got;
	}
}

void
id_new_r(char out[static ID_SIZE])
{
	uint64_t when = (uint64_t)clock_now_ms();
	unsigned char noise[ID_LEN - TIME_CHARS];
	size_t i;

	random_bytes(noise, sizeof(noise));
	for (i = 0; i < TIME_CHARS; i++)
		out[i] = digits[(when >> (5 * (TIME_CHARS - 1 - i))) & 31];
	for (i = TIME_CHARS; i < ID_LEN; i++)
		out[i] = digits[noise[i - TIME_CHARS] & 31];
	out[ID_LEN] = '\0';
}

bool
id_valid(const char *s)
{
	return s != NULL && strlen(s) == ID_LEN && strspn(s, digits) == ID_LEN;
}

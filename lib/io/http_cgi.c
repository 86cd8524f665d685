/* http_cgi.c: one request as plain CGI (RFC 3875). */
#include "base/limits.h"
#include "io/http_req.h"

#include <errno.h>
#include <unistd.h>

static long
read_stdin(void *context, void *buf, size_t n)
{
	ssize_t got;

	(void)context;
	do {
		got = read(STDIN_FILENO, buf, n);
	} while (got < 0 && errno == EINTR);
	return got;
}

/* What a client that left misses is nobody's loss. */
static void
write_stdout(void *context, const void *bytes, size_t n)
{
	const char *p = bytes;

	(void)context;
	while (n > 0) {
		ssize_t done = write(STDOUT_FILENO, p, n);

		if (done < 0 && errno != EINTR)
			return;
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
}

static void
end_stdout(void *context)
{
	(void)context;
}

static const struct http_transport cgi = {read_stdin, write_stdout, end_stdout};

int
http_serve_cgi(
	const struct http_service *service, void (*handle)(struct req *r))
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct req r;

	http_req_init(&r, a, service, &cgi, NULL, environ);
	http_current(&r);
	handle(&r);
	http_finish(&r);
	http_current(NULL);
	arena_free(&a);
	return 0;
}

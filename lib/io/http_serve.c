/* http_serve.c: the serve loop over libfcgi, one request at a time. */
#include "base/fatal.h"
#include "base/limits.h"
#include "io/http_req.h"

#include <fcgiapp.h>
#include <unistd.h>

enum { DRAIN_MAX = 16 << 20, PIECE = 16384 };

static long
read_fcgi(void *context, void *buf, size_t n)
{
	FCGX_Request *q = context;

	return FCGX_GetStr(buf, (int)n, q->in);
}

static void
write_fcgi(void *context, const void *bytes, size_t n)
{
	FCGX_Request *q = context;

	FCGX_PutStr(bytes, (int)n, q->out);
}

/* Reads what the client still sends; whether that came to its end. */
static bool
drain(FCGX_Request *q)
{
	char piece[PIECE];
	int total = 0;
	int n;

	do {
		n = FCGX_GetStr(piece, sizeof(piece), q->in);
		total += n;
	} while (n > 0 && total < DRAIN_MAX);
	return n == 0;
}

/* When nothing is left to read there is no need to linger for the client's
 * close, which costs a third of all requests a second. */
static void
end_fcgi(void *context)
{
	FCGX_Request *q = context;

	if (drain(q))
		FCGX_Detach(q);
	FCGX_Finish_r(q);
}

static const struct http_transport fcgi = {read_fcgi, write_fcgi, end_fcgi};

static void
serve_one(struct arena *a, const struct http_service *service, FCGX_Request *q)
{
	struct req r;

	http_req_init(&r, a, service, &fcgi, q, q->envp);
	http_current(&r);
	http_handle(&r);
	end_fcgi(q);
	http_finish(&r);
	http_current(NULL);
	arena_reset(a);
}

static void
serve_fcgi(const struct http_service *service)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	FCGX_Request q;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&q, STDIN_FILENO,
					FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		fatal("libfcgi does not start");
	http_on_stop(FCGX_ShutdownPending);
	while (!http_stopping() && FCGX_Accept_r(&q) == 0)
		serve_one(a, service, &q);
	FCGX_Free(&q, 1);
	arena_free(&a);
}

int
http_serve(int argc, char **argv, const char *name, const struct route *routes,
	size_t nroutes)
{
	const struct http_service service = {name, routes, nroutes};
	int ended = http_start(argc, argv, &service);

	if (ended != 0)
		return ended - 1;
	if (http_is_listening(STDIN_FILENO))
		serve_fcgi(&service);
	else
		http_serve_cgi(&service, http_handle);
	http_stop();
	return 0;
}

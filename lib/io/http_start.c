/* http_start.c: how an endpoint's process begins and ends. */
#include "base/fatal.h"
#include "base/log.h"
#include "io/conf.h"
#include "io/db.h"
#include "io/http_req.h"
#include "io/metrics.h"
#include "io/seal.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Memory of this size goes back to the system as soon as it is free, so that
 * one large request does not stay with the process. */
enum { LARGE = 256 << 10 };

static volatile sig_atomic_t stopping;
static void (*on_stop)(void);
static struct req *current;

static void
stop(int signal_number)
{
	(void)signal_number;
	stopping = 1;
	if (on_stop != NULL)
		on_stop();
}

bool
http_stopping(void)
{
	return stopping != 0;
}

void
http_on_stop(void (*fn)(void))
{
	on_stop = fn;
}

void
http_current(struct req *r)
{
	current = r;
}

/* The last words of fatal(): an answer to whoever is being served. */
static void
answer_500(void)
{
	if (current == NULL || current->sent)
		return;
	str_reset(&current->headers);
	str_reset(&current->more);
	http_problem(current, 500, "internal",
		"Something went wrong here; the log has the request id.");
	current->transport->end(current->context);
	http_finish(current);
}

bool
http_is_listening(int fd)
{
	int on = 0;
	socklen_t n = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) == 0 &&
	       on != 0;
}

static void
print_routes(const struct http_service *s)
{
	size_t i;

	for (i = 0; i < s->nroutes; i++)
		printf("%s %s %s\n", http_method_names[s->routes[i].method],
			s->routes[i].path, http_role_names[s->routes[i].role]);
}

static void
catch_signals(void)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	sigemptyset(&act.sa_mask);
	act.sa_handler = stop;
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	act.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &act, NULL);
}

static int
open_all(const struct http_service *s, const char **error_r)
{
	if (conf_load(NULL, error_r) != 0)
		return -1;
	log_init(s->name, (enum log_level)conf_int(CONF_LOG_LEVEL));
	if (db_open(conf_text(CONF_DATA), error_r) != 0)
		return -1;
	if (seal_init(false, error_r) != 0)
		return -1;
	metrics_open();
	return 0;
}

/* A web server that started us as CGI wants an answer, whatever it is. */
static void
complain(const struct http_service *s, const char *error)
{
	log_error("start_failed", log_str("endpoint", s->name),
		log_str("reason", error));
	if (!http_is_listening(STDIN_FILENO))
		printf("Status: 500 Internal Server Error\r\n"
		       "Content-Type: application/problem+json\r\n\r\n"
		       "{\"type\":\"about:blank\","
		       "\"title\":\"Internal Server Error\",\"status\":500,"
		       "\"code\":\"not_ready\",\"detail\":"
		       "\"This endpoint could not start; its log says why.\","
		       "\"request_id\":\"\"}");
}

int
http_start(int argc, char **argv, const struct http_service *service)
{
	const char *error = NULL;

	log_init(service->name, LOG_INFO);
	if (argc > 1 && strcmp(argv[1], "--routes") == 0) {
		print_routes(service);
		return 1;
	}
	if (open_all(service, &error) != 0) {
		complain(service, error);
		return 2;
	}
	catch_signals();
	mallopt(M_MMAP_THRESHOLD, LARGE);
	fatal_hook(answer_500);
	return 0;
}

void
http_stop(void)
{
	fatal_hook(NULL);
	http_cache_clear();
	db_close();
}

/* server.h: a small HTTP server in a child process; it says what it is told,
 * by the path that is asked for. For tests alone. */
#ifndef SERVER_H
#define SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct server {
	pid_t pid;
	int port;
};

/* A request as the server sees it; body ends with NUL. */
struct server_request {
	char head[16384];
	char *body;
	size_t body_len;
	int fd;
};

static inline void
server_say(int fd, const char *text)
{
	size_t n = strlen(text);

	if (write(fd, text, n) != (ssize_t)n)
		_exit(0);
}

/* A whole answer with its length. */
static inline void
server_answer(int fd, const char *status, const char *type, const char *body)
{
	char head[512];

	snprintf(head, sizeof(head),
		"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
		"X-Version: 1.16.1\r\n\r\n",
		status, type, strlen(body));
	server_say(fd, head);
	server_say(fd, body);
}

/* Reads one request; false at the end of the connection. */
static inline bool
server_read(struct server_request *r)
{
	size_t n = 0;
	char *end = NULL;
	char *length;

	while (end == NULL && n + 1 < sizeof(r->head)) {
		ssize_t got = read(r->fd, r->head + n, 1);

		if (got <= 0)
			return false;
		n += (size_t)got;
		r->head[n] = '\0';
		end = strstr(r->head, "\r\n\r\n");
	}
	length = strcasestr(r->head, "\r\ncontent-length:");
	r->body_len = length == NULL ? 0 : strtoul(length + 17, NULL, 10);
	free(r->body);
	r->body = calloc(1, r->body_len + 1);
	for (n = 0; n < r->body_len;) {
		ssize_t got = read(r->fd, r->body + n, r->body_len - n);

		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	return true;
}

/* One child a connection; answer returns false to close it. */
static inline void
server_loop(int listener, bool (*answer)(struct server_request *r))
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		struct server_request r = {.fd = accept(listener, NULL, NULL)};

		if (r.fd < 0)
			_exit(0);
		if (fork() != 0) {
			close(r.fd);
			continue;
		}
		while (server_read(&r) && answer(&r))
			;
		_exit(0);
	}
}

static inline struct server
server_start(bool (*answer)(struct server_request *r))
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t n = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct server s;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&a, sizeof(a)) != 0 ||
		listen(listener, 128) != 0 ||
		getsockname(listener, (struct sockaddr *)&a, &n) != 0)
		abort();
	s.port = ntohs(a.sin_port);
	s.pid = fork();
	if (s.pid == 0) {
		setpgid(0, 0);
		server_loop(listener, answer);
	}
	setpgid(s.pid, s.pid);
	close(listener);
	return s;
}

static inline void
server_stop(struct server *s)
{
	kill(-s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}

/* Whether the request line begins so: "GET /a". */
static inline bool
server_is(const struct server_request *r, const char *start)
{
	return strncmp(r->head, start, strlen(start)) == 0;
}

#endif

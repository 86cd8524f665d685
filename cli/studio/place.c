/* place.c: see place.h. */
#include "studio/place.h"
#include "base/limits.h"
#include "io/conf.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char error_text[3 * PLACE_BYTES];

static int
fail(const char **error_r, const char *what, const char *why)
{
	snprintf(error_text, sizeof(error_text), "%s: %s", what, why);
	*error_r = error_text;
	return -1;
}

/* The absolute path of something that is there. */
static int
absolute(const char *path, char out[static PLACE_BYTES], const char **error_r)
{
	char *real = realpath(path, NULL);
	size_t n = real == NULL ? 0 : strlen(real);

	if (real == NULL)
		return fail(error_r, path, strerror(errno));
	if (n >= PLACE_BYTES) {
		free(real);
		return fail(error_r, path, "the path is too long");
	}
	memcpy(out, real, n + 1);
	free(real);
	return 0;
}

static int
make_folder(const char *path, const char **error_r)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	return fail(error_r, path, strerror(errno));
}

static int
make_data(struct place *p, const char **error_r)
{
	static const char *const inside[] = {
		"run", "wake", "log", "spool", NULL};
	char path[PLACE_BYTES + 16];
	int i;

	if (make_folder(conf_text(CONF_DATA), error_r) != 0 ||
		absolute(conf_text(CONF_DATA), p->data, error_r) != 0)
		return -1;
	if (access(p->data, W_OK | X_OK) != 0)
		return fail(error_r, p->data,
			"cannot be written; choose another folder with DATA=");
	for (i = 0; inside[i] != NULL; i++) {
		snprintf(path, sizeof(path), "%s/%s", p->data, inside[i]);
		if (make_folder(path, error_r) != 0)
			return -1;
	}
	return setenv("DATA", p->data, 1);
}

int
place_find_programs(struct place *p, const char *programs, const char *share,
	const char **error_r)
{
	memset(p, 0, sizeof(*p));
	if (absolute(programs == NULL ? STUDIO_PROGRAMS : programs, p->programs,
		    error_r) != 0)
		return -1;
	return absolute(
		share == NULL ? STUDIO_SHARE : share, p->share, error_r);
}

int
place_find(struct place *p, const char *programs, const char *share,
	const char *sandbox, const char **error_r)
{
	if (place_find_programs(p, programs, share, error_r) != 0)
		return -1;
	if (sandbox != NULL && absolute(sandbox, p->sandbox, error_r) != 0)
		return -1;
	return make_data(p, error_r);
}

static int
find_lighttpd(struct place *p, const char **error_r)
{
	static const char *const places[] = {"/usr/sbin/lighttpd",
		"/usr/local/sbin/lighttpd", "/usr/bin/lighttpd", NULL};
	int i;

	for (i = 0; places[i] != NULL; i++) {
		if (access(places[i], X_OK) != 0)
			continue;
		snprintf(p->lighttpd, sizeof(p->lighttpd), "%s", places[i]);
		return 0;
	}
	return fail(error_r, "lighttpd",
		"not installed; install the package lighttpd");
}

/* lighttpd puts "-N" behind each socket's name. */
static int
check_sockets(const struct place *p, const char **error_r)
{
	enum { SUFFIX = 3 };
	char path[2 * PLACE_BYTES];
	struct dirent *entry;
	DIR *dir;
	int result = 0;

	snprintf(path, sizeof(path), "%s/cgi-bin", p->programs);
	dir = opendir(path);
	if (dir == NULL)
		return fail(error_r, path, strerror(errno));
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		size_t n = strlen(p->data) + strlen("/run/") +
			   strlen(entry->d_name) + SUFFIX;

		if (strstr(entry->d_name, ".fcgi") != NULL && n > LIMIT_SOCKET)
			result = fail(error_r, p->data,
				"the path is too long for the endpoints' "
				"sockets; choose a shorter one with DATA=");
	}
	closedir(dir);
	return result;
}

bool
place_port_free(const char *address, int port)
{
	struct sockaddr_in where = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;
	bool is_free;

	if (inet_pton(AF_INET, address, &where.sin_addr) != 1)
		where.sin_addr.s_addr = htonl(INADDR_ANY);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	is_free = bind(fd, (struct sockaddr *)&where, sizeof(where)) == 0;
	close(fd);
	return is_free;
}

int
place_check(struct place *p, const char **error_r)
{
	int port = (int)conf_int(CONF_PORT);
	char what[64];

	if (find_lighttpd(p, error_r) != 0 || check_sockets(p, error_r) != 0)
		return -1;
	if (!place_port_free(conf_text(CONF_BIND), port)) {
		snprintf(what, sizeof(what), "port %d", port);
		return fail(error_r, what,
			"taken by another program; choose another with PORT=");
	}
	return 0;
}

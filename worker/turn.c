/* turn.c: see turn.h. */
#include "worker/turn.h"
#include "base/limits.h"
#include "io/conf.h"

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

/* A byte of the file for each connection; two that share one wait for each
 * other now and then. */
static off_t
place_of(const char *id)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619U;
	return (off_t)hash;
}

int
turn_take(const char *connection_id)
{
	struct flock byte = {.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = place_of(connection_id),
		.l_len = 1};
	char path[LIMIT_PATH];
	int fd;

	conf_path_r("sign-in.lock", path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && fcntl(fd, F_OFD_SETLK, &byte) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void
turn_give(int turn)
{
	close(turn);
}

/* logs.c: see logs.h. */
#include "studio/logs.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATHS = 1024, ROTATE_BYTES = 8 << 20, KEEP = 3 };

static char path[PATHS];
static int file = -1;
static int pipe_ends[2] = {-1, -1};

static void
open_file(void)
{
	file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void
rotate(void)
{
	char from[PATHS + 8];
	char to[PATHS + 8];
	int i;

	close(file);
	for (i = KEEP; i > 0; i--) {
		snprintf(to, sizeof(to), "%s.%d", path, i);
		if (i == 1)
			snprintf(from, sizeof(from), "%s", path);
		else
			snprintf(from, sizeof(from), "%s.%d", path, i - 1);
		rename(from, to);
	}
	open_file();
}

int
logs_open(const char *data)
{
	snprintf(path, sizeof(path), "%s/log/studio.log", data);
	open_file();
	if (file < 0 || pipe2(pipe_ends, O_CLOEXEC) != 0)
		return -1;
	fcntl(pipe_ends[0], F_SETFL, O_NONBLOCK);
	return pipe_ends[1];
}

int
logs_fd(void)
{
	return pipe_ends[0];
}

void
logs_pump(void)
{
	char bytes[16384];
	struct stat s;
	ssize_t n;
	ssize_t written;

	while ((n = read(pipe_ends[0], bytes, sizeof(bytes))) > 0) {
		written = write(STDERR_FILENO, bytes, (size_t)n);
		if (file >= 0)
			written = write(file, bytes, (size_t)n);
		(void)written; /* a full disk must not stop the studio */
	}
	if (file >= 0 && fstat(file, &s) == 0 && s.st_size > ROTATE_BYTES)
		rotate();
}

/* wake.c: see wake.h. */
#include "io/wake.h"
#include "io/conf.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATHS = 1024 };

static const char *const names[WAKE__MAX] = {
	[WAKE_JOB] = "wake/job",
	[WAKE_EVENT] = "wake/event",
};

static bool batch;
static bool touched[WAKE__MAX]; /* in this batch */

static int
open_file(enum wake what, char *path, size_t size)
{
	conf_path_r(names[what], path, size);
	return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static void
touch(enum wake what)
{
	char path[PATHS];
	int fd = open_file(what, path, sizeof(path));

	if (fd < 0)
		return;
	futimens(fd, NULL);
	close(fd);
}

void
wake_batch(bool on)
{
	int what;

	batch = on;
	for (what = 0; what < WAKE__MAX; what++) {
		if (touched[what])
			touch((enum wake)what);
		touched[what] = false;
	}
}

void
wake_touch(enum wake what)
{
	if (batch)
		touched[what] = true;
	else
		touch(what);
}

int
wake_watch(unsigned mask)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int what;

	for (what = 0; fd >= 0 && what < WAKE__MAX; what++) {
		char path[PATHS];
		int file;

		if ((mask & (1U << what)) == 0)
			continue;
		file = open_file((enum wake)what, path, sizeof(path));
		if (file >= 0)
			close(file);
		if (inotify_add_watch(fd, path, IN_ATTRIB) < 0) {
			close(fd);
			return -1;
		}
	}
	return fd;
}

void
wake_drain(int fd)
{
	char bytes[4096];

	while (read(fd, bytes, sizeof(bytes)) > 0)
		continue;
}

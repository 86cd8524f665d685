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
	[WAKE_END] = "wake/end",
};

static bool batch;
static bool touched[WAKE__MAX]; /* in this batch */

static void
make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

/* Without a file nobody watches. */
static void
touch(enum wake what)
{
	char path[PATHS];

	touched[what] = false;
	conf_path_r(names[what], path, sizeof(path));
	utimensat(AT_FDCWD, path, NULL, 0);
}

void
wake_now(enum wake what)
{
	if (touched[what])
		touch(what);
}

void
wake_batch(bool on)
{
	int what;

	batch = on;
	for (what = 0; what < WAKE__MAX; what++)
		wake_now((enum wake)what);
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
wake_hear(int fd, enum wake what)
{
	char path[PATHS];

	conf_path_r(names[what], path, sizeof(path));
	make_file(path);
	return inotify_add_watch(fd, path, IN_ATTRIB) < 0 ? -1 : 0;
}

int
wake_watch(unsigned mask)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int what;

	for (what = 0; fd >= 0 && what < WAKE__MAX; what++) {
		if ((mask & (1U << what)) == 0)
			continue;
		if (wake_hear(fd, (enum wake)what) != 0) {
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

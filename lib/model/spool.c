/* spool.c: see spool.h. */
#include "model/spool.h"
#include "base/limits.h"
#include "io/conf.h"
#include "model/upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <string.h>
#include <unistd.h>

/* What is left to the database and the rest of the machine. */
enum { RESERVE = 64 << 20 };

bool
spool_has_room(int64_t size)
{
	struct statvfs fs;

	if (statvfs(conf_text(CONF_DATA), &fs) != 0)
		return false;
	return (int64_t)fs.f_bavail * (int64_t)fs.f_frsize > size + RESERVE;
}

int
spool_create(const char *id)
{
	char path[LIMIT_PATH];
	char folder[LIMIT_PATH];
	int fd;

	conf_path_r("spool", folder, sizeof(folder));
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return -1;
	upload_path_r(id, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	return close(fd);
}

int
spool_open(const char *id)
{
	char path[LIMIT_PATH];
	int fd;

	upload_path_r(id, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

void
spool_close(int fd)
{
	close(fd);
}

int
spool_write(int fd, const void *bytes, size_t n, int64_t offset)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t done = pwrite(fd, p, n, offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
		offset += done;
	}
	return 0;
}

int
spool_sync(int fd)
{
	return fdatasync(fd);
}

void
spool_remove(const char *id)
{
	char path[LIMIT_PATH];

	upload_path_r(id, path, sizeof(path));
	unlink(path);
}

static bool
is_old(int folder, const char *name, int age_s)
{
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) && st.st_mtime < time(NULL) - age_s;
}

void
spool_sweep(int age_s, bool (*wanted)(const char *id))
{
	char folder[LIMIT_PATH];
	const struct dirent *e;
	DIR *d;

	conf_path_r("spool", folder, sizeof(folder));
	d = opendir(folder);
	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (strlen(e->d_name) == ID_SIZE - 1 &&
			is_old(dirfd(d), e->d_name, age_s) &&
			!wanted(e->d_name))
			unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
}

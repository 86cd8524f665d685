/* boot.c: see boot.h. */
#include "worker/boot.h"
#include "base/limits.h"
#include "model/fact.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { BOOT_ID_BYTES = 36 };

static bool
read_boot_id(char out[static BOOT_ID_BYTES + 1])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, BOOT_ID_BYTES);

	if (fd >= 0)
		close(fd);
	out[n < 0 ? 0 : n] = '\0';
	return n == BOOT_ID_BYTES;
}

bool
boot_is_new(void)
{
	struct arena *a = arena_new(LIMIT_PATH);
	const char *noted = fact_get(a, FACT_BOOT);
	char now[BOOT_ID_BYTES + 1];
	bool known = read_boot_id(now);
	bool same = known && noted != NULL && strcmp(noted, now) == 0;

	if (known && !same)
		fact_set(FACT_BOOT, now);
	arena_free(&a);
	return !same;
}

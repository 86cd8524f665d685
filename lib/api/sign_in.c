/* sign_in.c: see sign_in.h. */
#include "api/sign_in.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/conf.h"
#include "io/token.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	COOKIE_SECONDS = SESSION_DAYS * 24 * 3600,
	FREE_TRIES = 5,   /* wrong passwords in a row without a wait */
	FIRST_WAIT_S = 2, /* then this, doubled each time */
	LONGEST_WAIT_S = 300,
	NAMES = 64 /* names that are remembered */
};

/* Browsers give a prefixed name only to what came over https, and hold it to
 * the promise of the prefix. */
static const char *
session_name(const struct req *r)
{
	return http_secure(r) ? "__Host-studio" : "studio";
}

static const char *
refresh_name(const struct req *r)
{
	return http_secure(r) ? "__Secure-studio-refresh" : "studio-refresh";
}

static void
set_cookie(struct req *r, const char *name, const char *value, const char *path,
	int seconds)
{
	http_set(r, "Set-Cookie",
		arena_printf(http_arena(r),
			"%s=%s; Path=%s; Max-Age=%d; HttpOnly; "
			"SameSite=Strict%s",
			name, value, path, seconds,
			http_secure(r) ? "; Secure" : ""));
}

void
sign_in_cookies(struct req *r, const struct user *u, const char *session_id,
	const char *refresh)
{
	struct token t;

	memset(&t, 0, sizeof(t));
	memcpy(t.user_id, u->id, ID_SIZE);
	memcpy(t.session_id, session_id, ID_SIZE);
	snprintf(t.role, sizeof(t.role), "%s", u->role);
	snprintf(t.name, sizeof(t.name), "%s", u->name);
	set_cookie(r, session_name(r),
		token_make(http_arena(r), &t, clock_now_ms() / 1000), "/",
		COOKIE_SECONDS);
	set_cookie(r, refresh_name(r), refresh, "/api/auth", COOKIE_SECONDS);
}

const char *
sign_in_refresh_token(struct req *r)
{
	return http_cookie(r, refresh_name(r));
}

void
sign_in_forget(struct req *r)
{
	set_cookie(r, session_name(r), "", "/", 0);
	set_cookie(r, refresh_name(r), "", "/api/auth", 0);
}

/* ---- guessing passwords ---- */
struct tries {
	unsigned char name[SEAL_HASH_BYTES];
	int wrong;
	int64_t until_ms; /* UTC */
};

/* All processes share a file, which outlives them: ending one of them gives no
 * new tries. Without the file each has its own. */
static struct tries *
remembered(void)
{
	static struct tries own[NAMES];
	static struct tries *table;
	char path[LIMIT_PATH];
	void *p = MAP_FAILED;
	int fd;

	if (table != NULL)
		return table;
	conf_path_r("sign-in.tries", path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && ftruncate(fd, sizeof(own)) == 0)
		p = mmap(NULL, sizeof(own), PROT_READ | PROT_WRITE, MAP_SHARED,
			fd, 0);
	if (fd >= 0)
		close(fd);
	table = p == MAP_FAILED ? own : p;
	return table;
}

/* The entry of a name, or the one that may be given to it: a free one, else
 * the one whose wait ends first. */
static struct tries *
entry(const char *name, bool *known_r)
{
	unsigned char hash[SEAL_HASH_BYTES];
	struct tries *table = remembered();
	struct tries *oldest = &table[0];
	size_t i;

	seal_hash(name, hash);
	*known_r = true;
	for (i = 0; i < NAMES; i++) {
		if (memcmp(table[i].name, hash, sizeof(hash)) == 0)
			return &table[i];
		if (table[i].until_ms < oldest->until_ms)
			oldest = &table[i];
	}
	*known_r = false;
	return oldest;
}

int
sign_in_wait(const char *name)
{
	bool known;
	const struct tries *t = entry(name, &known);
	const int64_t most = (int64_t)LONGEST_WAIT_S * 1000;
	int64_t left = known ? t->until_ms - clock_now_ms() : 0;

	if (!known || t->wrong < FREE_TRIES || left <= 0)
		return 0;
	if (left > most) /* the clock was set back */
		left = most;
	return (int)(left / 1000) + 1;
}

void
sign_in_tried(const char *name, bool ok)
{
	bool known;
	struct tries *t = entry(name, &known);
	int seconds = FIRST_WAIT_S;
	int i;

	if (!known) {
		memset(t, 0, sizeof(*t));
		seal_hash(name, t->name);
	}
	if (ok) {
		memset(t, 0, sizeof(*t));
		return;
	}
	t->wrong++;
	for (i = FREE_TRIES; i < t->wrong && seconds < LONGEST_WAIT_S; i++)
		seconds *= 2;
	if (seconds > LONGEST_WAIT_S)
		seconds = LONGEST_WAIT_S;
	t->until_ms = clock_now_ms() + (int64_t)seconds * 1000;
}

/* end_user.c: see end_user.h. */
#include "model/end_user.h"
#include "base/id.h"
#include "io/db.h"

#include <stddef.h>
#include <string.h>

/* Long runs do not keep the others from being found: a few are looked at each
 * time, and those still in use go to the end. */
enum { MOST = 128, LOOKS = 4 };

static const char sql_use[] =
	"SELECT finished_at IS NOT NULL, dify_run_id IS NOT NULL"
	" AND end_user IS NOT NULL FROM runs WHERE id = ?1";

enum use { IN_USE, FREE, SPOILT };

/* A name, and the last run that had it. */
struct held {
	char name[ID_SIZE];
	char run[ID_SIZE];
};

static struct held ring[MOST];
static size_t first;
static size_t count;

static void
put(const struct held *h)
{
	if (count < MOST)
		ring[(first + count++) % MOST] = *h;
}

static struct held
get(void)
{
	struct held h = ring[first];

	first = (first + 1) % MOST;
	count--;
	return h;
}

/* A run that ended unknown to Dify, or was sent to it twice, may yet begin
 * there. */
static enum use
use_of(const struct held *h)
{
	struct db_stmt *s = db_stmt(sql_use);
	enum use use = SPOILT;

	db_bind(s, "t", h->run);
	if (db_step(s) == DB_ROW) {
		if (db_int(s, 0) == 0)
			use = IN_USE;
		else if (db_int(s, 1) != 0)
			use = FREE;
		db_done(s);
	}
	return use;
}

/* Whether h has a name that is free now. */
static bool
find_free(struct held *h)
{
	size_t looks = count < LOOKS ? count : LOOKS;

	while (looks-- > 0) {
		*h = get();
		switch (use_of(h)) {
		case FREE:
			return true;
		case IN_USE:
			put(h);
			break;
		case SPOILT:
			break;
		}
	}
	return false;
}

const char *
end_user_take(struct arena *a, const char *run_id)
{
	struct held h;

	if (!find_free(&h))
		id_new_r(h.name);
	memcpy(h.run, run_id, ID_SIZE);
	put(&h);
	return arena_printf(a, "studio-%s", h.name);
}

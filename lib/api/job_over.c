/* job_over.c: see job_over.h. */
#include "api/job_over.h"
#include "io/db.h"
#include "io/hub.h"
#include "model/event.h"
#include "model/job.h"

#include <string.h>

enum { MOST = 64 };

static const char sql_ends[] =
	"SELECT data ->> '$.id' FROM events WHERE id > ?1 AND kind = 'job'"
	" AND data ->> '$.state' NOT IN ('queued', 'running') LIMIT ?2";

static char ends[MOST][ID_SIZE]; /* that this look found */
static size_t nends;
static bool known; /* they are all there are */
static unsigned look;
static int64_t seen; /* the newest event of the last look */

static void
read_ends(void)
{
	int64_t newest = event_newest();
	struct db_stmt *s = db_stmt(sql_ends);
	size_t n;

	nends = 0;
	known = seen != 0 && newest >= seen;
	db_bind(s, "ii", seen, (int64_t)MOST);
	while (known && nends < MOST && db_step(s) == DB_ROW)
		memcpy(ends[nends++], db_peek(s, 0, &n), ID_SIZE);
	db_done(s);
	known &= nends < MOST;
	seen = newest;
}

static bool
is_over(const char *id)
{
	int state = job_state(id);

	return state < 0 || job_ended((enum job_state)state);
}

bool
job_over(const char *id)
{
	unsigned now = hub_look();
	size_t i;

	if (now == 0)
		return is_over(id);
	if (now != look)
		read_ends();
	look = now;
	if (!known)
		return is_over(id);
	for (i = 0; i < nends && strcmp(ends[i], id) != 0; i++)
		continue;
	return i < nends;
}

/* job_over.c: see job_over.h. */
#include "api/job_over.h"
#include "io/db.h"
#include "io/hub.h"
#include "model/event.h"
#include "model/job.h"

#include <string.h>

enum { MOST = 64, MOST_EVENTS = 512 };

static const char sql_since[] =
	"SELECT id, iif(kind = 'job' AND data ->> '$.state' NOT IN"
	" ('queued', 'running'), data ->> '$.id', NULL) FROM events"
	" WHERE id > ?1 ORDER BY id LIMIT ?2";

static char ends[MOST][ID_SIZE]; /* that this look found */
static size_t nends;
static bool known; /* they are all there are */
static unsigned look;
static int64_t seen; /* the newest event of the last look */

static void
read_ends(void)
{
	struct db_stmt *s = db_stmt(sql_since);
	int left = MOST_EVENTS;
	int64_t newest;
	const char *id;
	size_t n;

	known = seen != 0;
	nends = 0;
	db_bind(s, "ii", seen, (int64_t)left);
	while (known && db_step(s) == DB_ROW) {
		seen = db_int(s, 0);
		id = db_peek(s, 1, &n);
		if (id != NULL)
			memcpy(ends[nends++], id, ID_SIZE);
		known = --left > 0 && nends < MOST;
	}
	db_done(s);
	if (known && left < MOST_EVENTS)
		return;
	newest = event_newest();
	known &= newest >= seen; /* else the events were lost */
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

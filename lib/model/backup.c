/* backup.c: see backup.h. */
#include "model/backup.h"
#include "io/db.h"

#include <string.h>

enum { MOST_NAMED = 50 };

static const char sql_count[] = "SELECT count(*) FROM workflows";
static const char sql_ids[] =
	"SELECT id FROM workflows ORDER BY created_at, id LIMIT ?1";
static const char sql_named[] =
	"SELECT id FROM workflows WHERE name = ?1 ORDER BY id LIMIT 50";

static int
texts(struct arena *a, struct db_stmt *s, int most, const char ***rows_r)
{
	const char **rows = arena_array(a, (size_t)most + 1, sizeof(*rows));
	int n = 0;

	while (n < most && db_step(s) == DB_ROW)
		rows[n++] = db_text(s, 0, a);
	db_done(s);
	*rows_r = rows;
	return n;
}

int
backup_ids(struct arena *a, const char ***ids_r)
{
	int most = (int)db_one_int(db_stmt(sql_count), 0);
	struct db_stmt *s = db_stmt(sql_ids);

	db_bind(s, "i", (int64_t)most);
	return texts(a, s, most, ids_r);
}

int
backup_named(struct arena *a, const char *name, const char ***ids_r)
{
	struct db_stmt *s = db_stmt(sql_named);

	db_bind(s, "t", name);
	return texts(a, s, MOST_NAMED, ids_r);
}

int
backup_connection(struct arena *a, const char *name, const char *base_url,
	struct connection *out)
{
	struct connection *list;
	int n = connection_list(a, &list);
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0 &&
			strcmp(list[i].base_url, base_url) == 0) {
			*out = list[i];
			return 1;
		}
	return 0;
}

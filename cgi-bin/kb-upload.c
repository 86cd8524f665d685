/* kb-upload.c: /api/kb/uploads: files for knowledge bases, by tus 1.0.0. The
 * bytes are spooled; the worker carries them on. */
#include "api/job_answer.h"
#include "api/tus.h"
#include "api/upload_take.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "io/wake.h"
#include "model/job_cancel.h"
#include "model/spool.h"
#include "model/upload.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { Q_LIMIT, Q_AFTER, Q__MAX };
static const struct field list_query[Q__MAX] = {
	[Q_LIMIT] = {"limit", FIELD_INT, false, 1, LIMIT_PAGE},
	[Q_AFTER] = {"after", FIELD_ID},
};

/* The upload of the path: 0, or -1 with 404 answered. */
static int
find(struct req *r, struct upload *u)
{
	if (upload_find(http_arena(r), http_path_id(r, 0), u) == 1)
		return 0;
	return http_refuse(
		r, 404, "upload_not_found", "There is no such upload.");
}

static int
list(struct req *r)
{
	int limit = (int)http_query_int(r, Q_LIMIT, 50);
	struct upload *rows;
	int n = upload_list(
		http_arena(r), http_query(r, Q_AFTER), limit + 1, &rows);
	int i;

	http_page_begin(r);
	for (i = 0; i < n && i < limit; i++)
		upload_json(http_out(r), &rows[i]);
	return http_page_end(r, n > limit ? rows[limit - 1].id : NULL);
}

static int
read_one(struct req *r)
{
	struct upload u;

	if (find(r, &u) != 0)
		return 0;
	upload_json(http_out(r), &u);
	return http_json(r, 200);
}

static int
create(struct req *r)
{
	struct upload u = {.segments = -1, .total_segments = -1};
	struct connection c;

	if (tus_begin(r) != 0 || upload_take_length(r, &u) != 0 ||
		upload_take_metadata(r, &u, &c) != 0)
		return 0;
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	upload_add(&u, http_user(r));
	if (spool_create(u.id) != 0) {
		db_rollback();
		return http_problem(r, 507, "spool_failed",
			"The file cannot be kept: %s.", strerror(errno));
	}
	db_commit();
	job_wake();
	tus_offset(r, 0);
	http_set(r, "Location",
		arena_printf(http_arena(r), "/api/kb/uploads/%s", u.id));
	return http_empty(r, 201);
}

/* ---- the bytes ---- */
static int
offset(struct req *r)
{
	struct upload u;

	if (tus_begin(r) != 0 || find(r, &u) != 0)
		return 0;
	tus_offset(r, u.received);
	http_set(r, "Upload-Length",
		arena_printf(http_arena(r), "%" PRId64, u.size));
	return http_empty(r, 200);
}

static int
append(struct req *r)
{
	struct upload u;
	int fd;
	int done;

	if (tus_begin(r) != 0 || find(r, &u) != 0)
		return 0;
	fd = spool_open(u.id);
	if (fd < 0 && errno == EWOULDBLOCK)
		return http_problem(r, 423, "upload_locked",
			"Another request is writing to this upload.");
	if (fd < 0)
		return http_problem(r, 410, "upload_gone",
			"The bytes of this upload are gone; begin again.");
	/* Now that nobody else writes, the offset is what it is. */
	if (find(r, &u) != 0 || upload_may_go_on(r, &u) != 0) {
		spool_close(fd);
		return 0;
	}
	done = upload_receive(r, fd, &u);
	spool_close(fd);
	if (done != 0 && errno == 0)
		return http_busy(r);
	if (done != 0)
		return http_problem(r, 507, "spool_failed",
			"The bytes cannot be kept: %s.", strerror(errno));
	tus_offset(r, u.received);
	return http_empty(r, 204);
}

/* An upload whose job goes on is called off and stays in the list; any other
 * is forgotten. */
static int
terminate(struct req *r)
{
	struct upload u;
	bool busy;

	if (tus_begin(r) != 0 || find(r, &u) != 0)
		return 0;
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	wake_batch(true);
	busy = u.job_id != NULL && job_cancel(http_arena(r), u.job_id) == 1;
	if (!busy)
		upload_delete(u.id);
	db_commit();
	if (!busy)
		spool_remove(u.id);
	job_wake();
	wake_batch(false);
	return http_empty(r, 204);
}

static const struct route routes[] = {
	{HTTP_OPTIONS, "/api/kb/uploads", ROLE_VIEWER, tus_options},
	{HTTP_GET, "/api/kb/uploads", ROLE_VIEWER, list, NULL, 0, list_query,
		Q__MAX},
	{HTTP_POST, "/api/kb/uploads", ROLE_EDITOR, create,
		.flags = ROUTE_RAW_BODY},
	{HTTP_GET, "/api/kb/uploads/{id}", ROLE_VIEWER, read_one},
	{HTTP_HEAD, "/api/kb/uploads/{id}", ROLE_EDITOR, offset},
	{HTTP_PATCH, "/api/kb/uploads/{id}", ROLE_EDITOR, append,
		.flags = ROUTE_RAW_BODY},
	{HTTP_DELETE, "/api/kb/uploads/{id}", ROLE_EDITOR, terminate},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "kb-upload", routes, nitems(routes));
}

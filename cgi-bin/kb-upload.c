/* kb-upload.c: /api/kb/uploads: files for knowledge bases, by tus 1.0.0. The
 * bytes are spooled; the worker carries them on. */
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "io/metrics.h"
#include "api/job_answer.h"
#include "model/job_cancel.h"
#include "model/spool.h"
#include "api/tus.h"
#include "model/upload.h"
#include "api/workflow_answer.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { PIECE = 64 << 10 };

enum { Q_LIMIT, Q_AFTER, Q__MAX };
static const struct field list_query[Q__MAX] = {
	[Q_LIMIT] = {"limit", FIELD_INT, false, 1, LIMIT_PAGE},
	[Q_AFTER] = {"after", FIELD_ID},
};

static void
upload_json(struct str *out, const struct upload *u)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "id", u->id);
	jsonw_text(out, "filename", u->filename);
	jsonw_int(out, "size", u->size);
	jsonw_int(out, "received", u->received);
	jsonw_text(out, "state", upload_state_names[u->state]);
	jsonw_text(out, "connection_id", u->connection_id);
	jsonw_text(out, "dataset_id", u->dataset_id);
	jsonw_text(out, "document_id", u->document_id);
	jsonw_text(out, "batch", u->batch);
	jsonw_text(out, "indexing_status", u->indexing_status);
	jsonw_since(out, "segments", u->segments, 0);
	jsonw_since(out, "total_segments", u->total_segments, 0);
	jsonw_text(out, "error", u->error);
	jsonw_text(out, "job_id", u->job_id);
	jsonw_int(out, "created_at", u->created_at);
	jsonw_int(out, "updated_at", u->updated_at);
	jsonw_close(out, '}');
}

/* The upload of the path: 0, or -1 with 404 answered. */
static int
find(struct req *r, struct upload *u)
{
	if (upload_find(http_arena(r), http_path_id(r, 0), u) == 1)
		return 0;
	http_problem(r, 404, "upload_not_found", "There is no such upload.");
	return -1;
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

/* ---- creation ---- */

/* A file name as people see it, without the folders some browsers send. */
static const char *
base_name(const char *name)
{
	const char *slash = name == NULL ? NULL : strrchr(name, '/');
	const char *p;

	name = slash == NULL ? name : slash + 1;
	for (p = name; p != NULL && *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7F || *p == '\\')
			return NULL;
	}
	return name;
}

/* What Upload-Metadata says into u: 0, or -1 with the answer given. */
static int
take_metadata(struct req *r, struct upload *u, struct connection *c)
{
	const char *connection = tus_metadata(r, "connection_id");

	u->filename = base_name(tus_metadata(r, "filename"));
	u->dataset_id = tus_metadata(r, "dataset_id");
	if (u->filename == NULL || *u->filename == '\0' ||
		strlen(u->filename) > LIMIT_NAME)
		return http_field_problem(r, "/filename", "invalid",
			       "Upload-Metadata needs a filename.") -
		       1;
	if (u->dataset_id == NULL || *u->dataset_id == '\0' ||
		strlen(u->dataset_id) > LIMIT_NAME)
		return http_field_problem(r, "/dataset_id", "invalid",
			       "Upload-Metadata needs the dataset_id.") -
		       1;
	if (workflow_connection(r, connection, c) != 0)
		return -1;
	u->connection_id = c->id;
	return 0;
}

/* Upload-Length into u: 0, or -1 with the answer given. */
static int
take_length(struct req *r, struct upload *u)
{
	u->size = tus_number(r, "HTTP_UPLOAD_LENGTH");
	if (u->size <= 0)
		return http_field_problem(r, "/upload_length", "invalid",
			       "Upload-Length must say how many bytes will "
			       "come.") -
		       1;
	if (u->size > (int64_t)LIMIT_UPLOAD)
		return http_problem(r, 413, "upload_too_large",
			       "A file may have at most %zu bytes.",
			       LIMIT_UPLOAD) -
		       1;
	if (!spool_has_room(u->size))
		return http_problem(r, 507, "disk_full",
			       "The disk has no room for this file.") -
		       1;
	return 0;
}

static int
create(struct req *r)
{
	struct upload u = {.segments = -1, .total_segments = -1};
	struct connection c;

	if (tus_begin(r) != 0 || take_length(r, &u) != 0 ||
		take_metadata(r, &u, &c) != 0)
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

/* Whether a PATCH may begin: 0, or -1 with the answer given. */
static int
check_append(struct req *r, const struct upload *u)
{
	const char *type = http_header(r, "CONTENT_TYPE");

	if (type == NULL ||
		strcmp(type, "application/offset+octet-stream") != 0)
		return http_problem(r, 415, "unsupported_type",
			       "The body must be "
			       "application/offset+octet-stream.") -
		       1;
	if (u->state != UPLOAD_RECEIVING)
		return http_problem(r, 409, "upload_complete",
			       "All bytes of this upload have come already.") -
		       1;
	if (tus_number(r, "HTTP_UPLOAD_OFFSET") != u->received) {
		tus_offset(r, u->received);
		return http_problem(r, 409, "offset_mismatch",
			       "The upload goes on at %" PRId64 ".",
			       u->received) -
		       1;
	}
	if (http_content_length(r) > u->size - u->received)
		return http_problem(r, 413, "upload_too_long",
			       "More bytes than Upload-Length said.") -
		       1;
	return 0;
}

/*
 * Makes what is in the file count: on disk first, then in the row; with the
 * last byte the worker gets its job. 0, or -1 with errno, 0 for the lock.
 */
static int
acknowledge(struct req *r, int fd, struct upload *u, int64_t received)
{
	struct job_new n = {.kind = JOB_FORWARD, .user_id = http_user(r)};
	char job[ID_SIZE];

	if (spool_sync(fd) != 0)
		return -1;
	errno = 0;
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return -1;
	metrics_add(
		METRIC_UPLOAD_BYTES, NULL, (uint64_t)(received - u->received));
	u->received = received;
	if (received == u->size) {
		n.payload = arena_printf(
			http_arena(r), "{\"upload_id\":\"%s\"}", u->id);
		job_add(&n, job);
		u->state = UPLOAD_QUEUED;
		u->job_id = arena_strdup(http_arena(r), job);
	}
	upload_set(u);
	db_commit();
	job_wake();
	return 0;
}

/* Reads until the end of the body or of the file; a part of LIMIT_CHUNK is
 * acknowledged as it goes, and what came before a client left counts too. */
static int
receive(struct req *r, int fd, struct upload *u)
{
	static char piece[PIECE];
	int64_t at = u->received;
	long n;

	while ((n = http_read(r, piece, sizeof(piece))) > 0) {
		if (n > u->size - at)
			n = (long)(u->size - at);
		if (spool_write(fd, piece, (size_t)n, at) != 0)
			return -1;
		at += n;
		if (at - u->received >= (int64_t)LIMIT_CHUNK && at < u->size &&
			acknowledge(r, fd, u, at) != 0)
			return -1;
		if (at == u->size)
			break;
	}
	return at == u->received ? 0 : acknowledge(r, fd, u, at);
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
	if (find(r, &u) != 0 || check_append(r, &u) != 0) {
		spool_close(fd);
		return 0;
	}
	done = receive(r, fd, &u);
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
	busy = u.job_id != NULL && job_cancel(http_arena(r), u.job_id) == 1;
	if (!busy)
		upload_delete(u.id);
	db_commit();
	if (!busy)
		spool_remove(u.id);
	job_wake();
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

/* upload_take.c: see upload_take.h. */
#include "api/upload_take.h"
#include "api/job_answer.h"
#include "api/tus.h"
#include "api/workflow_answer.h"
#include "base/limits.h"
#include "io/db.h"
#include "io/metrics.h"
#include "model/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { PIECE = 64 << 10 };

void
upload_json(struct str *out, const struct upload *u)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "id", u->id);
	jsonw_text(out, "filename", u->filename);
	jsonw_int(out, "size", u->size);
	jsonw_int(out, "received", u->received);
	jsonw_text(out, "state", upload_state_names[u->state]);
	jsonw_text(out, "connection_id", u->connection_id);
	jsonw_text(out, "purpose", u->is_input ? "input" : "document");
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

int
upload_take_metadata(struct req *r, struct upload *u, struct connection *c)
{
	const char *connection = tus_metadata(r, "connection_id");

	u->is_input = tus_metadata(r, "purpose") != NULL;
	if (u->is_input && strcmp(tus_metadata(r, "purpose"), "input") != 0)
		return http_refuse_field(r, "/purpose", "invalid",
			"The purpose of an upload is input, or none.");
	if (u->is_input && u->size > (int64_t)LIMIT_INPUT)
		return http_refuse(r, 413, "upload_too_large",
			"A file for a run may have at most %zu bytes.",
			LIMIT_INPUT);
	u->filename = base_name(tus_metadata(r, "filename"));
	u->dataset_id = u->is_input ? "" : tus_metadata(r, "dataset_id");
	if (u->filename == NULL || *u->filename == '\0' ||
		strlen(u->filename) > LIMIT_NAME)
		return http_refuse_field(r, "/filename", "invalid",
			"Upload-Metadata needs a filename.");
	if (u->dataset_id == NULL || (!u->is_input && *u->dataset_id == '\0') ||
		strlen(u->dataset_id) > LIMIT_NAME)
		return http_refuse_field(r, "/dataset_id", "invalid",
			"Upload-Metadata needs the dataset_id.");
	if (workflow_connection(r, connection, c) != 0)
		return -1;
	u->connection_id = c->id;
	return 0;
}

int
upload_take_length(struct req *r, struct upload *u)
{
	u->size = tus_number(r, "HTTP_UPLOAD_LENGTH");
	if (u->size <= 0)
		return http_refuse_field(r, "/upload_length", "invalid",
			"Upload-Length must say how many bytes will "
			"come.");
	if (u->size > (int64_t)LIMIT_UPLOAD)
		return http_refuse(r, 413, "upload_too_large",
			"A file may have at most %zu bytes.", LIMIT_UPLOAD);
	if (!spool_has_room(u->size))
		return http_refuse(r, 507, "disk_full",
			"The disk has no room for this file.");
	return 0;
}

/* ---- the bytes ---- */
int
upload_may_go_on(struct req *r, const struct upload *u)
{
	const char *type = http_header(r, "CONTENT_TYPE");

	if (type == NULL ||
		strcmp(type, "application/offset+octet-stream") != 0)
		return http_refuse(r, 415, "unsupported_type",
			"The body must be "
			"application/offset+octet-stream.");
	if (u->state != UPLOAD_RECEIVING)
		return http_refuse(r, 409, "upload_complete",
			"All bytes of this upload have come already.");
	if (tus_number(r, "HTTP_UPLOAD_OFFSET") != u->received) {
		tus_offset(r, u->received);
		return http_refuse(r, 409, "offset_mismatch",
			"The upload goes on at %" PRId64 ".", u->received);
	}
	if (http_content_length(r) > u->size - u->received)
		return http_refuse(r, 413, "upload_too_long",
			"More bytes than Upload-Length said.");
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
	if (received == u->size)
		u->state = UPLOAD_QUEUED;
	if (received == u->size && !u->is_input) {
		n.payload = arena_printf(
			http_arena(r), "{\"upload_id\":\"%s\"}", u->id);
		job_add(&n, job);
		u->job_id = arena_strdup(http_arena(r), job);
	}
	upload_set(u);
	db_commit();
	job_wake();
	return 0;
}

/* A part of LIMIT_CHUNK is acknowledged as it goes, and what came before a
 * client left counts too. */
int
upload_receive(struct req *r, int fd, struct upload *u)
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

/* backup.c: all workflows as a zip, and a zip of them looked at or restored. */
#include "api/backup.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "io/conf.h"
#include "io/http.h"
#include "api/job_answer.h"
#include "model/backup.h"
#include "text/json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { IDS_BYTES = 7000, PIECE = 65536 };

static const struct field export_query[] = {
	{"ids", FIELD_STRING, false, 1, IDS_BYTES},
};

enum { Q_APPLY, Q_CLASH, Q__MAX };
static const struct field restore_query[Q__MAX] = {
	[Q_APPLY] = {"apply", FIELD_BOOL},
	[Q_CLASH] = {"clash", FIELD_ENUM, .values = backup_clash_names},
};

/* ---- the zip of all, or of some ---- */

static void
on_write(void *context, const void *bytes, size_t n)
{
	http_write(context, bytes, n);
}

/* ids of a list with commas: 0 and how many, or -1 with 400 answered. */
static int
take_ids(struct req *r, char *list, const char ***ids_r, size_t *n_r)
{
	size_t most = strlen(list) / (ID_SIZE - 1) + 1;
	char *id;

	*ids_r = arena_array(http_arena(r), most, sizeof(**ids_r));
	*n_r = 0;
	while ((id = strsep(&list, ",")) != NULL) {
		if (!id_valid(id))
			return http_refuse_field(r, "?ids", "invalid",
				"Ids of workflows, with commas between them.");
		(*ids_r)[(*n_r)++] = id;
	}
	return 0;
}

static const char *
file_name(struct arena *a)
{
	time_t now = (time_t)(clock_now_ms() / 1000);
	struct tm tm;

	gmtime_r(&now, &tm);
	return arena_printf(a,
		"attachment; filename=\"workflows-%04d-%02d-%02d.zip\"",
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static int export(struct req *r)
{
	const char *some = http_query(r, 0);
	struct zip_out *z;
	const char **ids;
	size_t n;

	if (some == NULL)
		n = (size_t)backup_ids(http_arena(r), &ids);
	else if (take_ids(r, arena_strdup(http_arena(r), some), &ids, &n) != 0)
		return 0;
	http_set(r, "Content-Disposition", file_name(http_arena(r)));
	http_begin(r, 200, "application/zip");
	z = zip_out_new(on_write, r);
	backup_write(z, ids, n);
	zip_out_end(&z);
	return 0;
}

/* ---- and back ---- */

static int
cannot_keep(struct req *r)
{
	return http_refuse(r, 507, "spool_failed",
		"The archive cannot be kept: %s.", strerror(errno));
}

/* The body in a file without a name: 0, or -1 with the answer given. */
static int
spool(struct req *r, int *fd_r)
{
	char path[LIMIT_PATH];
	char *piece = arena_alloc(http_arena(r), PIECE);
	size_t total = 0;
	long n;
	int fd;

	conf_path_r("spool", path, sizeof(path));
	fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return cannot_keep(r);
	while ((n = http_read(r, piece, PIECE)) > 0) {
		total += (size_t)n;
		if (total > LIMIT_BACKUP)
			break;
		if (write(fd, piece, (size_t)n) != n) {
			close(fd);
			return cannot_keep(r);
		}
	}
	*fd_r = fd;
	if (n == 0)
		return 0;
	close(fd);
	return n < 0 ? http_refuse(r, 400, "body_cut",
			       "The request ended in the middle.")
		     : http_refuse(r, 413, "archive_too_large",
			       "An archive has at most %zu MiB.",
			       LIMIT_BACKUP >> 20);
}

static const struct zip_limits limits = {
	LIMIT_DOCUMENT, LIMIT_UNPACKED, LIMIT_FILES};

/* 0 and the manifest, which goes on living with the request; or -1. */
static int
take_manifest(struct req *r, const struct zip_file *f,
	const struct value **manifest_r)
{
	struct jsonx_report report;

	if (*manifest_r != NULL)
		return http_refuse(r, 422, "archive_invalid",
			"The archive has more than one manifest.json.");
	*manifest_r = jsonx_read(http_arena(r), f->bytes, f->n, 0, &report);
	if (value_get_int(*manifest_r, "format", 0) == BACKUP_FORMAT)
		return 0;
	return http_refuse(r, 422, "manifest_invalid",
		"The manifest.json of the archive is not one of this studio.");
}

/* The whole archive once through: what is wrong with it is found before
 * anything is written. 0, or -1 with the answer given. */
static int
look_through(struct req *r, int fd, const struct value **manifest_r)
{
	struct zip_in *z = zip_in_new(fd, &limits);
	struct arena *a = arena_new(LIMIT_ARENA);
	struct zip_file f = {0};
	int result;

	*manifest_r = NULL;
	while ((result = zip_in_next(z, a, &f)) == 1) {
		if (strcmp(f.name, BACKUP_MANIFEST) == 0 &&
			take_manifest(r, &f, manifest_r) != 0)
			break;
		arena_reset(a);
	}
	if (result < 0)
		http_refuse(r, 422, f.code, "%s", f.error);
	zip_in_free(&z);
	arena_free(&a);
	return result == 0 ? 0 : -1;
}

static int
restore_all(struct req *r, struct backup_restore *b, int fd)
{
	struct zip_in *z = zip_in_new(fd, &limits);
	struct arena *a = arena_new(LIMIT_ARENA * 4);
	struct zip_file f;
	int result = 0;

	while (result == 0 && zip_in_next(z, a, &f) == 1) {
		if (strcmp(f.name, BACKUP_MANIFEST) != 0)
			result = backup_restore(b, a, &f);
		arena_reset(a);
	}
	zip_in_free(&z);
	arena_free(&a);
	if (result != 0)
		http_busy(r);
	return result;
}

static void
put_counts(struct str *out, const struct backup_restore *b)
{
	int i;

	jsonw_open(out, "counts", '{');
	for (i = 0; i < BACKUP_STATE__MAX; i++)
		jsonw_int(out, backup_state_names[i], b->counts[i]);
	jsonw_close(out, '}');
	jsonw_bool(out, "applied", b->apply);
	jsonw_bool(out, "manifest", b->manifest != NULL);
}

static int
restore(struct req *r)
{
	struct backup_restore b = {.apply = http_query_bool(r, Q_APPLY, false),
		.clash = (enum backup_clash)http_query_enum(
			r, Q_CLASH, BACKUP_SKIP),
		.user_id = http_user(r),
		.out = http_out(r)};
	int fd = -1;

	if (spool(r, &fd) != 0)
		return 0;
	if (look_through(r, fd, &b.manifest) != 0) {
		close(fd);
		return 0;
	}
	jsonw_open(b.out, NULL, '{');
	jsonw_open(b.out, "items", '[');
	if (restore_all(r, &b, fd) == 0) {
		jsonw_close(b.out, ']');
		put_counts(b.out, &b);
		jsonw_close(b.out, '}');
		http_json(r, 200);
	}
	close(fd);
	if (b.apply)
		job_wake();
	return 0;
}

static const struct route routes[] = {
	{HTTP_GET, "/api/workflows/export.zip", ROLE_VIEWER, export, NULL, 0,
		export_query, nitems(export_query)},
	{HTTP_POST, "/api/workflows/restore", ROLE_EDITOR, restore, NULL, 0,
		restore_query, Q__MAX, ROUTE_RAW_BODY},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "backup", routes, nitems(routes));
}

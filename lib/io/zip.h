/* zip.h: zip archives: written as their files come, read file by file. The only
 * file that knows libarchive. */
#ifndef ZIP_H
#define ZIP_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- writing ---- */
struct zip_out;

/* zip_out_new: what comes of it goes to write as it is made. Ended by
 * zip_out_end(), which writes the directory and sets *z to NULL. */
struct zip_out *zip_out_new(
	void (*write)(void *context, const void *bytes, size_t n),
	void *context);
void zip_out_end(struct zip_out **z);

/* zip_out_add: one file; name is a relative path in UTF-8, when_ms its time. */
void zip_out_add(struct zip_out *z, const char *name, const char *bytes,
	size_t n, int64_t when_ms);

/* ---- reading ---- */
struct zip_in;

struct zip_limits {
	size_t file;  /* bytes of one, unpacked */
	size_t total; /* of all */
	int files;
};

/* What is wrong with an archive, as a stable code. */
#define ZIP_INVALID   "archive_invalid"   /* no zip, damaged, or encrypted */
#define ZIP_PATH      "archive_path"      /* a name that leads elsewhere */
#define ZIP_TOO_LARGE "archive_too_large" /* more than the limits allow */

/* zip_in_new: reads an open file from its beginning. The caller keeps fd. */
struct zip_in *zip_in_new(int fd, const struct zip_limits *limits);
void zip_in_free(struct zip_in **z);

/*
 * zip_in_next: the next file, its bytes in a with a NUL behind them. 1; 0:
 * there is none left; -1 with a code and an English sentence: the archive is
 * not to be used. Names are relative, without "..", in UTF-8; links are
 * refused. Unpacking stops where a limit is passed, whatever the archive says
 * it holds.
 */
struct zip_file {
	const char *name;
	const char *bytes;
	size_t n;
	const char *code; /* of an error */
	const char *error;
};
int zip_in_next(struct zip_in *z, struct arena *a, struct zip_file *out);

#endif

/* zip.c: see zip.h. */
#include "io/zip.h"
#include "base/fatal.h"
#include "base/str.h"
#include "base/utf8.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 65536, NAME_BYTES = 500 };

struct zip_out {
	struct archive *archive;
	void (*write)(void *context, const void *bytes, size_t n);
	void *context;
};

struct zip_in {
	struct archive *archive;
	struct zip_limits limits;
	size_t total;
	int files;
	bool open;
};

/* libarchive takes names through the locale, whatever the archive says; the
 * locale of this process is left as it is. */
static locale_t
enter_utf8(void)
{
	static locale_t utf8;

	if (utf8 == (locale_t)0)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	return utf8 == (locale_t)0 ? (locale_t)0 : uselocale(utf8);
}

static void
leave_utf8(locale_t before)
{
	if (before != (locale_t)0)
		uselocale(before);
}

/* ---- writing ---- */

static la_ssize_t
on_write(struct archive *archive, void *context, const void *bytes, size_t n)
{
	const struct zip_out *z = context;

	(void)archive;
	z->write(z->context, bytes, n);
	return (la_ssize_t)n;
}

static void
must(const struct zip_out *z, int result)
{
	if (result < ARCHIVE_WARN)
		fatal("zip: %s", archive_error_string(z->archive));
}

struct zip_out *
zip_out_new(void (*write)(void *context, const void *bytes, size_t n),
	void *context)
{
	struct zip_out *z = calloc(1, sizeof(*z));
	locale_t before = enter_utf8();

	if (z == NULL || (z->archive = archive_write_new()) == NULL)
		fatal("zip: out of memory");
	z->write = write;
	z->context = context;
	must(z, archive_write_set_format_zip(z->archive));
	must(z, archive_write_set_options(z->archive, "zip:hdrcharset=UTF-8"));
	must(z, archive_write_set_bytes_per_block(z->archive, BLOCK));
	must(z, archive_write_set_bytes_in_last_block(z->archive, 1));
	must(z, archive_write_open(z->archive, z, NULL, on_write, NULL));
	leave_utf8(before);
	return z;
}

void
zip_out_add(struct zip_out *z, const char *name, const char *bytes, size_t n,
	int64_t when_ms)
{
	struct archive_entry *entry = archive_entry_new();
	locale_t before = enter_utf8();

	if (entry == NULL)
		fatal("zip: out of memory");
	archive_entry_set_pathname_utf8(entry, name);
	archive_entry_set_size(entry, (la_int64_t)n);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, (time_t)(when_ms / 1000), 0);
	must(z, archive_write_header(z->archive, entry));
	if (n > 0 && archive_write_data(z->archive, bytes, n) != (la_ssize_t)n)
		fatal("zip: %s", archive_error_string(z->archive));
	archive_entry_free(entry);
	leave_utf8(before);
}

void
zip_out_end(struct zip_out **z)
{
	locale_t before = enter_utf8();

	must(*z, archive_write_close((*z)->archive));
	leave_utf8(before);
	archive_write_free((*z)->archive);
	free(*z);
	*z = NULL;
}

/* ---- reading ---- */

struct zip_in *
zip_in_new(int fd, const struct zip_limits *limits)
{
	struct zip_in *z = calloc(1, sizeof(*z));
	locale_t before = enter_utf8();

	if (z == NULL || (z->archive = archive_read_new()) == NULL)
		fatal("zip: out of memory");
	z->limits = *limits;
	archive_read_support_format_zip(z->archive);
	archive_read_set_options(z->archive, "zip:hdrcharset=UTF-8");
	z->open = lseek(fd, 0, SEEK_SET) == 0 &&
		  archive_read_open_fd(z->archive, fd, BLOCK) == ARCHIVE_OK;
	leave_utf8(before);
	return z;
}

void
zip_in_free(struct zip_in **z)
{
	if (*z == NULL)
		return;
	archive_read_free((*z)->archive);
	free(*z);
	*z = NULL;
}

static int
refuse(struct zip_file *out, const char *code, const char *error)
{
	out->code = code;
	out->error = error;
	return -1;
}

/* A relative path that stays below where it starts. */
static bool
is_tame(const char *name)
{
	size_t n = strlen(name);
	const char *part;

	if (n == 0 || n > NAME_BYTES || *name == '/' ||
		strchr(name, '\\') != NULL || strchr(name, ':') != NULL ||
		!utf8_valid(name, n))
		return false;
	for (part = name; part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 &&
			(part[2] == '/' || part[2] == '\0'))
			return false;
	}
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < ' ')
			return false;
	return true;
}

/* Grows with what comes, not with what the archive says of itself. */
static int
read_bytes(struct zip_in *z, struct arena *a, struct zip_file *out)
{
	char *block = arena_alloc(a, BLOCK);
	struct str bytes;
	la_ssize_t n;

	str_init(&bytes, a, z->limits.file);
	while ((n = archive_read_data(z->archive, block, BLOCK)) > 0) {
		z->total += (size_t)n;
		str_add(&bytes, block, (size_t)n);
		if (bytes.full || z->total > z->limits.total)
			return refuse(out, ZIP_TOO_LARGE,
				"The archive unpacks to more than is taken.");
	}
	if (n < 0)
		return refuse(out, ZIP_INVALID,
			"The archive is damaged, or needs a password.");
	out->bytes = bytes.s;
	out->n = bytes.len;
	return 1;
}

static int
check(struct zip_in *z, struct archive_entry *entry, const char *name,
	struct zip_file *out)
{
	if (archive_entry_is_encrypted(entry) == 1)
		return refuse(
			out, ZIP_INVALID, "The archive needs a password.");
	if (name == NULL || !is_tame(name) ||
		(archive_entry_filetype(entry) != AE_IFREG &&
			archive_entry_filetype(entry) != AE_IFDIR))
		return refuse(out, ZIP_PATH,
			"The archive has a name that leads out of it, or a "
			"link.");
	if (++z->files > z->limits.files)
		return refuse(out, ZIP_TOO_LARGE,
			"The archive has more files than are taken.");
	return 1;
}

/* The header of the next file: 1, 0 at the end, -1. */
static int
next_header(struct zip_in *z, struct arena *a, struct zip_file *out)
{
	struct archive_entry *entry;
	const char *name;
	int result;

	do {
		result = archive_read_next_header(z->archive, &entry);
		if (result == ARCHIVE_EOF && z->files > 0)
			return 0;
		if (result < ARCHIVE_WARN || result == ARCHIVE_EOF)
			return refuse(out, ZIP_INVALID,
				"This is no zip archive, or it is damaged.");
		name = archive_entry_pathname_utf8(entry);
		if (check(z, entry, name, out) < 0)
			return -1;
	} while (archive_entry_filetype(entry) == AE_IFDIR);
	out->name = arena_strdup(a, name);
	return 1;
}

int
zip_in_next(struct zip_in *z, struct arena *a, struct zip_file *out)
{
	locale_t before;
	int result;

	*out = (struct zip_file){0};
	if (!z->open)
		return refuse(out, ZIP_INVALID, "This is no zip archive.");
	before = enter_utf8();
	result = next_header(z, a, out);
	leave_utf8(before);
	return result == 1 ? read_bytes(z, a, out) : result;
}

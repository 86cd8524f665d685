/* input.c: reads files, standard input and lines of JSON. */
#include "base/limits.h"
#include "dsl/job.h"
#include "text/json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A little more than is allowed, so that too much can be told apart. */
enum { READ_MOST = 11 << 20 };

/* What a file will need; a pipe does not say. */
static size_t
room_for(FILE *stream, size_t most)
{
	enum { LEAST = 1 << 16 };
	struct stat s;

	if (fstat(fileno(stream), &s) != 0 || s.st_size < LEAST)
		return LEAST;
	return (size_t)s.st_size < most ? (size_t)s.st_size + 2 : most + 2;
}

static char *
read_stream(struct arena *a, FILE *stream, size_t most, size_t *len_r)
{
	size_t room = room_for(stream, most), len = 0, n;
	char *text = arena_alloc(a, room);

	while ((n = fread(text + len, 1, room - len - 1, stream)) > 0) {
		len += n;
		if (len >= most)
			break;
		if (len + 1 < room)
			continue;
		text = arena_grow(a, text, room, room * 2);
		room *= 2;
	}
	text[len] = '\0';
	*len_r = len;
	return text;
}

char *
input_text(
	struct arena *a, const char *path, size_t *len_r, const char **error_r)
{
	FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char *text;

	if (stream == NULL) {
		*error_r = strerror(errno);
		return NULL;
	}
	text = read_stream(a, stream, READ_MOST, len_r);
	if (ferror(stream))
		*error_r = strerror(errno);
	else
		*error_r = NULL;
	if (stream != stdin)
		fclose(stream);
	return *error_r == NULL ? text : NULL;
}

/* What stands before the last dot of the last part of a path. */
static const char *
stem_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	if (strcmp(path, "-") == 0)
		return "stdin";
	return arena_memdup(a, name,
		dot != NULL && dot > name ? (size_t)(dot - name)
					  : strlen(name));
}

static int
unreadable(const char *path, const char *why)
{
	fprintf(stderr, "dify-dsl: %s: %s\n", path, why);
	return EXIT_UNREADABLE;
}

static int
line(struct arena *a, const struct options *o, const char *path, int number,
	const char *text,
	int (*work)(struct arena *a, const struct options *o,
		const struct input *in))
{
	struct jsonx_report report;
	struct value *v = jsonx_read(a, text, strlen(text), 0, &report);
	const struct value *answer = value_get(v, "answer");
	struct input in = {0};

	if (v == NULL)
		return unreadable(path,
			arena_printf(a, "line %d: %s", number, report.error));
	in.stem = arena_printf(a, "%s-%lld", value_get_text(v, "id", "line"),
		(long long)value_get_int(v, "turn", number));
	in.name = in.stem;
	in.answered = value_text(answer) != NULL;
	in.text = in.answered ? answer->u.text.s : "";
	in.len = in.answered ? answer->u.text.len : 0;
	return work(a, o, &in);
}

static int
each_line(struct arena *a, const struct options *o, const char *path,
	int (*work)(struct arena *a, const struct options *o,
		const struct input *in))
{
	FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char *text = NULL;
	size_t room = 0;
	int worst = EXIT_CLEAN, number = 0;

	if (stream == NULL)
		return unreadable(path, strerror(errno));
	while (getline(&text, &room, stream) > 0) {
		int status = line(a, o, path, ++number, text, work);

		if (status > worst)
			worst = status;
		arena_reset(a);
	}
	free(text);
	if (stream != stdin)
		fclose(stream);
	return worst;
}

int
input_each(struct arena *a, const struct options *o, const char *path,
	int (*work)(struct arena *a, const struct options *o,
		const struct input *in))
{
	struct input in = {.name = path, .answered = true};
	const char *error = NULL;
	int status;

	if (o->jsonl)
		return each_line(a, o, path, work);
	in.text = input_text(a, path, &in.len, &error);
	if (in.text == NULL)
		return unreadable(path, error);
	in.stem = stem_of(a, path);
	status = work(a, o, &in);
	arena_reset(a);
	return status;
}

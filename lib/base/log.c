/* log.c: see log.h. */
#include "base/log.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, MARGIN = 8 };

/* A pipe takes as much as that in one piece. */
enum { HELD_BYTES = 4096 };

const char *const log_level_names[LOG__MAX] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARN] = "warn",
	[LOG_ERROR] = "error",
};

struct line {
	char text[LINE_MAX_BYTES];
	size_t len;
	bool full;
};

static const char *program = "studio";
static enum log_level threshold = LOG_INFO;
static char held[HELD_BYTES];
static size_t held_len;
static bool holding;

void
log_init(const char *name, enum log_level lowest)
{
	program = name;
	threshold = lowest;
}

struct log_field
log_str(const char *key, const char *value)
{
	return (struct log_field){LOG_KIND_STR, key, value, 0};
}

struct log_field
log_int(const char *key, int64_t value)
{
	return (struct log_field){LOG_KIND_INT, key, NULL, value};
}

struct log_field
log_bool(const char *key, bool value)
{
	return (struct log_field){LOG_KIND_BOOL, key, NULL, value};
}

static void
put(struct line *l, const char *s, size_t n)
{
	if (n > sizeof(l->text) - MARGIN - l->len) {
		l->full = true;
		return;
	}
	memcpy(l->text + l->len, s, n);
	l->len += n;
}

static void
put_text(struct line *l, const char *s)
{
	put(l, s, strlen(s));
}

/* A long text is cut in front of a character, never inside one. */
static size_t
cut(const char *s)
{
	size_t n = strnlen(s, LIMIT_LOG_VALUE + 1);

	if (n <= LIMIT_LOG_VALUE)
		return n;
	for (n = LIMIT_LOG_VALUE;
		n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80;)
		n--;
	return n;
}

static void
put_escaped(struct line *l, unsigned char c)
{
	char text[8];

	if (c == '"' || c == '\\')
		snprintf(text, sizeof(text), "\\%c", c);
	else
		snprintf(text, sizeof(text), "\\u%04x", c);
	put_text(l, text);
}

static void
put_quoted(struct line *l, const char *s)
{
	size_t left = cut(s);

	put(l, "\"", 1);
	while (left > 0) {
		size_t n = utf8_length(s, s + left);
		unsigned char c = (unsigned char)*s;

		if (n == 0)
			put_text(l, "\xEF\xBF\xBD");
		else if (c == '"' || c == '\\' || c < 0x20 || c == 0x7F)
			put_escaped(l, c);
		else
			put(l, s, n);
		n = n == 0 ? 1 : n;
		s += n;
		left -= n;
	}
	put(l, "\"", 1);
}

static void
put_value(struct line *l, const struct log_field *f)
{
	char number[24];

	if (f->kind == LOG_KIND_INT) {
		snprintf(number, sizeof(number), "%" PRId64, f->number);
		put_text(l, number);
	} else if (f->kind == LOG_KIND_BOOL) {
		put_text(l, f->number != 0 ? "true" : "false");
	} else if (f->text == NULL) {
		put_text(l, "null");
	} else {
		put_quoted(l, f->text);
	}
}

/* What does not fit on the line is left out whole. */
static void
put_field(struct line *l, const struct log_field *f)
{
	size_t before = l->len;

	l->full = false;
	put(l, ",", 1);
	put_quoted(l, f->key);
	put(l, ":", 1);
	put_value(l, f);
	if (l->full)
		l->len = before;
}

static void
write_out(const char *bytes, size_t n)
{
	ssize_t written = n == 0 ? 0 : write(STDERR_FILENO, bytes, n);

	(void)written; /* nowhere left to complain */
}

static void
write_held(void)
{
	write_out(held, held_len);
	held_len = 0;
}

void
log_hold(bool on)
{
	holding = on;
	if (!on)
		write_held();
}

void
log_emit(
	enum log_level level, const char *event, const struct log_field *fields)
{
	struct line l = {.len = 0};
	char when[CLOCK_ISO_SIZE];

	if (level < threshold)
		return;
	clock_iso_r(clock_now_ms(), when);
	put_text(&l, "{\"time\":\"");
	put_text(&l, when);
	put_text(&l, "\",\"level\":\"");
	put_text(&l, log_level_names[level]);
	put_text(&l, "\",\"program\":");
	put_quoted(&l, program);
	put_text(&l, ",\"event\":");
	put_quoted(&l, event);
	for (; fields->kind != LOG_KIND_END; fields++)
		put_field(&l, fields);
	l.text[l.len++] = '}';
	l.text[l.len++] = '\n';
	if (held_len + l.len > sizeof(held) || level > LOG_INFO)
		write_held();
	if (!holding || level > LOG_INFO) {
		write_out(l.text, l.len);
		return;
	}
	memcpy(held + held_len, l.text, l.len);
	held_len += l.len;
}

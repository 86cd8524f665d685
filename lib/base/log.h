/* log.h: structured log lines, one JSON object a line, on standard error. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG__MAX };

extern const char *const log_level_names[LOG__MAX];

enum log_kind { LOG_KIND_END, LOG_KIND_STR, LOG_KIND_INT, LOG_KIND_BOOL };

/* One member of a line; made by log_str() and its sisters. */
struct log_field {
	enum log_kind kind;
	const char *key;
	const char *text;
	int64_t number;
};

/* log_str: a text member; NULL is written as null; long texts are cut at
 * LIMIT_LOG_VALUE bytes. Secrets must never be passed here. */
struct log_field log_str(const char *key, const char *value);

/* log_int, log_bool: a number and a truth value. */
struct log_field log_int(const char *key, int64_t value);
struct log_field log_bool(const char *key, bool value);

/*
 * log_init: names the program in every line and sets the lowest level that
 * is written (default LOG_INFO). name must live as long as the process.
 */
void log_init(const char *name, enum log_level lowest);

/*
 * log_emit: writes {"time","level","program","event",...fields} in one
 * write(2), so that lines of several processes never mix. A line holds 4 KB:
 * a field that does not fit is left out. Bytes that are no UTF-8 are replaced.
 * fields ends with one of kind LOG_KIND_END. event is lower case with
 * underscores.
 */
void log_emit(enum log_level level, const char *event,
	const struct log_field *fields);

/* log_hold: from now on lines up to LOG_INFO are written a few at once, until
 * it is called with false; others are written at once, and behind those. */
void log_hold(bool on);

#define LOG_AT(level, event, ...) \
	log_emit(level, event,    \
		(const struct log_field[]){__VA_ARGS__, {.key = 0}})

#define log_debug(event, ...) LOG_AT(LOG_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...)  LOG_AT(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...)  LOG_AT(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) LOG_AT(LOG_ERROR, event, __VA_ARGS__)

#endif

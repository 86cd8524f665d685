/* conf.h: the settings, each one record: key, type, default, help. */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

enum conf_key {
	CONF_DATA,
	CONF_PORT,
	CONF_BIND,
	CONF_LOG_LEVEL,
	CONF_SECRET_KEY,
	CONF_SECRET_KEY_FILE,
	CONF_DIFY_BASE_URL,
	CONF_DIFY_API_KEY,
	CONF_DIFY_EMAIL,
	CONF_DIFY_PASSWORD,
	CONF_DIFY_POLL_RATE,
	CONF_LLM_BASE_URL,
	CONF_LLM_API_KEY,
	CONF_LLM_MODEL,
	CONF_LLM_CONCURRENCY,
	CONF_QUEUE,
	CONF_SANDBOX,
	CONF_PASSWORD_MEMORY_KB,
	CONF_PASSWORD_PASSES,
	CONF__MAX
};

struct conf_record {
	const char *name; /* of the environment variable */
	const char *init; /* the default as text, NULL: none */
	bool number;
	int64_t min;
	int64_t max;
	bool secret; /* never printed */
	bool url;    /* http or https */
	const char *help;
};

extern const struct conf_record conf_records[CONF__MAX];

/*
 * conf_load: reads the environment, and for what it lacks the file env_file
 * (lines NAME=value, # comments, optional quotes; NULL: none). What is empty
 * counts as unset. Checks every value. Returns 0, or -1 with *error_r naming
 * the setting.
 */
int conf_load(const char *env_file, const char **error_r);

/* conf_text: the value, the default, or NULL. conf_int: of a number. */
const char *conf_text(enum conf_key key);
int64_t conf_int(enum conf_key key);

/* conf_path_r: DATA/name into out; fatal when it does not fit. */
void conf_path_r(const char *name, char *out, size_t size);

#endif

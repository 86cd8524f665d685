/* conf.c: see conf.h. */
#include "io/conf.h"
#include "base/fatal.h"
#include "base/limits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_BYTES = 1024 };

const struct conf_record conf_records[CONF__MAX] = {
	[CONF_DATA] = {"DATA", "data",
		.help = "folder of database, keys, logs and spooled files"},
	[CONF_PORT] = {"PORT", "8080", true, 1, 65535,
		.help = "port of the web server"},
	[CONF_BIND] = {"BIND", "127.0.0.1",
		.help = "address of the web server"},
	[CONF_LOG_LEVEL] = {"LOG_LEVEL", "1", true, 0, 3,
		.help = "0 debug, 1 info, 2 warn, 3 error"},
	[CONF_SECRET_KEY] = {"STUDIO_SECRET_KEY", NULL, .secret = true,
		.help = "master key, 64 hexadecimal digits; without it "
			"DATA/secret.key"},
	[CONF_SECRET_KEY_FILE] = {"STUDIO_SECRET_KEY_FILE", NULL,
		.help = "file that holds the master key"},
	[CONF_DIFY_BASE_URL] = {"DIFY_BASE_URL", NULL, .url = true,
		.help = "address of your Dify, as http://127.0.0.1"},
	[CONF_DIFY_API_KEY] = {"DIFY_API_KEY", NULL, .secret = true,
		.help = "Dify's ADMIN_API_KEY"},
	[CONF_DIFY_EMAIL] = {"DIFY_EMAIL", NULL,
		.help = "account of Dify, when no admin key is set"},
	[CONF_DIFY_PASSWORD] = {"DIFY_PASSWORD", NULL, .secret = true,
		.help = "its password"},
	[CONF_DIFY_POLL_RATE] = {"DIFY_POLL_RATE", "2", true, 1, 100,
		.help = "how many requests a second, at most, watch over one "
			"Dify"},
	[CONF_LLM_BASE_URL] = {"LLM_BASE_URL", NULL, .url = true,
		.help = "OpenAI-compatible server that writes plans, as "
			"http://127.0.0.1:11434/v1"},
	[CONF_LLM_API_KEY] = {"LLM_API_KEY", NULL, .secret = true,
		.help = "its key"},
	[CONF_LLM_MODEL] = {"LLM_MODEL", NULL, .help = "its model"},
	[CONF_LLM_CONCURRENCY] = {"LLM_CONCURRENCY", "16", true, 1, 1000,
		.help = "jobs that may ask one language model at once, where "
			"the model has no limit of its own"},
	[CONF_QUEUE] = {"STUDIO_QUEUE", NULL, .secret = true,
		.help = "redis://host:port/db that carries generations to "
			"workers on other hosts; without it the database does"},
	[CONF_SANDBOX] = {"STUDIO_SANDBOX", NULL,
		.help = "base URL of the sandbox Dify; set by make run"},
	[CONF_PASSWORD_MEMORY_KB] = {"PASSWORD_MEMORY_KB", "8192", true, 64,
		1048576, .help = "memory of one password hash"},
	[CONF_PASSWORD_PASSES] = {"PASSWORD_PASSES", "5", true, 1, 100,
		.help = "passes of one password hash"},
};

static char values[CONF__MAX][VALUE_BYTES];
static bool is_set[CONF__MAX];
static char error_text[256];

static int
fail(const char *what, const char *why, const char **error_r)
{
	snprintf(error_text, sizeof(error_text), "%s: %s", what, why);
	*error_r = error_text;
	return -1;
}

static int
store(size_t key, const char *value, const char **error_r)
{
	size_t n = strlen(value);

	if (n >= VALUE_BYTES) {
		snprintf(error_text, sizeof(error_text),
			"%s: longer than %d bytes", conf_records[key].name,
			VALUE_BYTES - 1);
		*error_r = error_text;
		return -1;
	}
	memcpy(values[key], value, n + 1);
	is_set[key] = true;
	return 0;
}

/* The text without the blanks around it; cut in place. */
static char *
trimmed(char *text)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	for (n = strlen(text); n > 0 && strchr(" \t\r\n", text[n - 1]); n--)
		text[n - 1] = '\0';
	return text;
}

/* The same without one pair of quotes. */
static char *
unquoted(char *text)
{
	size_t n = strlen(text);

	if (n < 2 || (*text != '"' && *text != '\'') || text[n - 1] != *text)
		return text;
	text[n - 1] = '\0';
	return text + 1;
}

/* NAME=value, with or without "export" in front. A value that is empty counts
 * as none, as it does in the environment. */
static int
read_line(char *line, const char **error_r)
{
	char *name = trimmed(line);
	char *value = strchr(name, '=');
	size_t key;

	if (*name == '#' || value == NULL)
		return 0;
	*value++ = '\0';
	value = unquoted(trimmed(value));
	if (strncmp(name, "export ", 7) == 0)
		name += 7;
	name = trimmed(name);
	for (key = 0; key < CONF__MAX; key++)
		if (strcmp(name, conf_records[key].name) == 0 && !is_set[key] &&
			*value != '\0')
			return store(key, value, error_r);
	return 0;
}

/* Whether fgets() got a whole line: its tail would be taken for another. */
static bool
whole(const char *line, FILE *file)
{
	return strchr(line, '\n') != NULL || feof(file);
}

static int
read_file(const char *path, const char **error_r)
{
	char line[2 * VALUE_BYTES];
	FILE *file = fopen(path, "re");
	int result = 0;

	if (file == NULL && errno == ENOENT)
		return 0;
	if (file == NULL)
		return fail(path, strerror(errno), error_r);
	while (result == 0 && fgets(line, sizeof(line), file) != NULL) {
		if (!whole(line, file))
			result = fail(path, "a line is too long", error_r);
		else
			result = read_line(line, error_r);
	}
	fclose(file);
	return result;
}

static int
check_url(size_t key, const char **error_r)
{
	const char *value = values[key];

	if (strncmp(value, "http://", 7) == 0 ||
		strncmp(value, "https://", 8) == 0)
		return 0;
	return fail(conf_records[key].name,
		"must start with http:// or https://", error_r);
}

static int
check(size_t key, const char **error_r)
{
	const struct conf_record *r = &conf_records[key];
	char *rest;
	long n;

	if (r->url && is_set[key])
		return check_url(key, error_r);
	if (!r->number || !is_set[key])
		return 0;
	errno = 0;
	n = strtol(values[key], &rest, 10);
	if (errno == 0 && rest != values[key] && *rest == '\0' && n >= r->min &&
		n <= r->max)
		return 0;
	snprintf(error_text, sizeof(error_text),
		"%s: must be a number from %lld to %lld", r->name,
		(long long)r->min, (long long)r->max);
	*error_r = error_text;
	return -1;
}

int
conf_load(const char *env_file, const char **error_r)
{
	size_t key;

	memset(is_set, 0, sizeof(is_set));
	for (key = 0; key < CONF__MAX; key++) {
		const char *value = getenv(conf_records[key].name);

		if (value != NULL && *value != '\0' &&
			store(key, value, error_r) != 0)
			return -1;
	}
	if (env_file != NULL && read_file(env_file, error_r) != 0)
		return -1;
	for (key = 0; key < CONF__MAX; key++)
		if (check(key, error_r) != 0)
			return -1;
	return 0;
}

const char *
conf_text(enum conf_key key)
{
	return is_set[key] ? values[key] : conf_records[key].init;
}

int64_t
conf_int(enum conf_key key)
{
	const char *text = conf_text(key);

	return text == NULL ? 0 : strtoll(text, NULL, 10);
}

void
conf_path_r(const char *name, char *out, size_t size)
{
	int n = snprintf(out, size, "%s/%s", conf_text(CONF_DATA), name);

	if (n < 0 || (size_t)n >= size)
		fatal("the path of %s is too long", name);
}

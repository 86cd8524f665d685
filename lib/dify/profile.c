/* profile.c: see profile.h. The only file that asks for a version. */
#include "dify/profile.h"
#include "base/arena.h"
#include "text/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ROWS = 40, MAX_FILE = 65536, NEWEST_KNOWN = 11701 };

const char *const dify_sign_in_names[SIGN_IN__MAX] = {
	[SIGN_IN_BEARER] = "bearer",
	[SIGN_IN_COOKIES] = "cookies",
};

/* since, sign-in, base64, admin key, keeps running, stores
 * stopped, keeps masked, DSL, generator (none where nothing is said) */
static struct dify_profile rows[MAX_ROWS] = {
	{0, SIGN_IN_BEARER, false, true, false, true, false, "0.1.5"},
	{10300, SIGN_IN_BEARER, false, true, false, true, false, "0.2.0"},
	{10400, SIGN_IN_BEARER, false, true, false, true, false, "0.3.0"},
	{10700, SIGN_IN_BEARER, false, true, false, true, false, "0.3.1"},
	{10800, SIGN_IN_BEARER, false, true, false, true, false, "0.4.0"},
	{10900, SIGN_IN_BEARER, false, true, false, true, false, "0.4.0"},
	{10902, SIGN_IN_COOKIES, false, false, true, true, false, "0.4.0"},
	{11000, SIGN_IN_COOKIES, false, false, true, true, false, "0.5.0"},
	{11100, SIGN_IN_COOKIES, false, true, true, true, false, "0.5.0"},
	{11102, SIGN_IN_COOKIES, true, true, true, true, false, "0.5.0"},
	{11200, SIGN_IN_COOKIES, true, true, true, false, false, "0.5.0"},
	{11300, SIGN_IN_COOKIES, true, true, true, false, true, "0.6.0"},
	{11500, SIGN_IN_COOKIES, true, true, true, true, true, "0.6.0",
		GENERATOR_WHOLE},
	{11600, SIGN_IN_COOKIES, true, true, true, true, true, "0.7.0",
		GENERATOR_STREAM},
};
static size_t nrows = 14;

/* 11601 for "1.16.1" and "1.16.1-rc1"; -1 for what is no version. */
static int
number_of(const char *version)
{
	int major;
	int minor;
	int patch;

	if (version == NULL ||
		sscanf(version, "%3d.%2d.%2d", &major, &minor, &patch) != 3 ||
		major < 0 || minor < 0 || patch < 0)
		return -1;
	return major * 10000 + minor * 100 + patch;
}

static size_t
row_of(int number)
{
	size_t i = nrows - 1;

	while (i > 0 && rows[i].since > number)
		i--;
	return i;
}

const struct dify_profile *
dify_profile(const char *version)
{
	int number = number_of(version);

	return &rows[number < 0 ? nrows - 1 : row_of(number)];
}

bool
dify_version_known(const char *version)
{
	int number = number_of(version);
	int newest = rows[nrows - 1].since;

	if (newest < NEWEST_KNOWN)
		newest = NEWEST_KNOWN;
	return number >= 0 && number <= newest;
}

/* ---- rows from a file ---- */

static bool
take_row(const struct value *v)
{
	int since = number_of(value_get_text(v, "since", NULL));
	struct dify_profile row;
	size_t at;
	int i;

	if (since < 0 || nrows == MAX_ROWS)
		return false;
	at = row_of(since);
	row = rows[at];
	row.since = since;
	row.base64_password =
		value_get_bool(v, "base64_password", row.base64_password);
	row.admin_key = value_get_bool(v, "admin_key", row.admin_key);
	row.keeps_running =
		value_get_bool(v, "keeps_running", row.keeps_running);
	row.stores_stopped =
		value_get_bool(v, "stores_stopped", row.stores_stopped);
	row.keeps_masked = value_get_bool(v, "keeps_masked", row.keeps_masked);
	for (i = 0; i < SIGN_IN__MAX; i++)
		if (strcmp(value_get_text(v, "sign_in", ""),
			    dify_sign_in_names[i]) == 0)
			row.sign_in = (enum dify_sign_in)i;
	if (value_get_int(v, "generator", -1) >= 0 &&
		value_get_int(v, "generator", -1) < GENERATOR__MAX)
		row.generator =
			(enum dify_generator)value_get_int(v, "generator", 0);
	if (value_get_text(v, "dsl", NULL) != NULL)
		row.dsl = strdup(value_get_text(v, "dsl", NULL));
	if (rows[at].since != since) {
		at++;
		memmove(&rows[at + 1], &rows[at],
			(nrows - at) * sizeof(rows[0]));
		nrows++;
	}
	rows[at] = row;
	return true;
}

static int
take_rows(const struct value *list, const char **error_r)
{
	if (!value_is(list, VALUE_ARRAY)) {
		*error_r = "profile.json: not an array of rows";
		return -1;
	}
	value_each(v, list)
		if (!take_row(v)) {
			*error_r = "profile.json: a row without a version, or "
				   "too many rows";
			return -1;
		}
	return 0;
}

int
dify_profile_load(const char *path, const char **error_r)
{
	struct jsonx_report report;
	struct arena *a;
	char *text;
	size_t n;
	FILE *f = fopen(path, "re");
	int result;

	if (f == NULL) {
		*error_r = "profile.json cannot be read";
		return errno == ENOENT ? 0 : -1;
	}
	a = arena_new((size_t)MAX_FILE * 64);
	text = arena_alloc(a, MAX_FILE);
	n = fread(text, 1, MAX_FILE, f);
	fclose(f);
	result = take_rows(jsonx_read(a, text, n, 0, &report), error_r);
	arena_free(&a);
	return result;
}

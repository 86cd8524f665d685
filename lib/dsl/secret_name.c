/* secret_name.c: what people call their secrets; see secret_parts.h. */
#include "base/nitems.h"
#include "dsl/secret_parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { NAME_BYTES = 96 };

/* A word of a name, or two that follow each other. */
static const char *const words[] = {"authorization", "token", "jwt", "bearer",
	"cookie", "pwd", "passphrase", "signature", "credential", "credentials",
	"api_key", "app_key", "auth_key", "access_key", "account_key",
	"private_key", "secret_key", "signing_key", "encryption_key",
	"subscription_key", "license_key", "session_key", "master_key",
	"functions_key", "service_key", "auth_code", "session_id", "appkey",
	"authkey", "sessionid", "db_pass", "user_pass"};

/* What makes a word one by itself, wherever it stands in it. */
static const char *const pieces[] = {"password", "passwd", "secret", "apikey",
	"accesskey", "privatekey", "apitoken", "accesstoken", "authtoken"};

static const char *const chinese[] = {"密码", "密钥", "口令", "令牌"};

/* Alone, in a header or a parameter. */
static const char *const query_words[] = {
	"key", "sig", "pass", "auth", "ak", "sk"};

/* With such an end a name is about a secret: token_url, api_key_header. */
static const char *const ends[] = {"id", "ids", "name", "names", "type", "url",
	"uri", "endpoint", "count", "limit", "max", "min", "length", "len",
	"size", "usage", "used", "expires", "expiry", "ttl", "file", "path",
	"field", "header", "label", "title", "desc", "description", "hint",
	"placeholder", "policy", "budget", "total", "env", "var", "variable",
	"selector", "schema", "mode", "method", "enabled", "required",
	"version", "prompt", "scope", "status", "error", "message"};

/* The words of a name in lower case, between and around them "_". */
static void
split(const char *name, size_t n, char out[static NAME_BYTES])
{
	size_t at = 0;
	size_t i;

	out[at++] = '_';
	for (i = 0; i < n && at < NAME_BYTES - 3; i++) {
		unsigned char c = (unsigned char)name[i];
		bool up = isupper(c) && i > 0 &&
			  (islower((unsigned char)name[i - 1]) ||
				  isdigit((unsigned char)name[i - 1]));

		if (!isalnum(c) || up) {
			if (out[at - 1] != '_')
				out[at++] = '_';
		}
		if (isalnum(c))
			out[at++] = (char)tolower(c);
	}
	if (out[at - 1] != '_')
		out[at++] = '_';
	out[at] = '\0';
}

/* What is behind that word where it stands; NULL where it does not. */
static const char *
behind(const char *at, const char *word)
{
	while (*word != '\0' && *at == *word) {
		at++;
		word++;
	}
	return *word == '\0' ? at : NULL;
}

/* Words are looked for where one begins, so that a name is read once. last: it
 * must be the end of the name. */
static bool
has_any(const char *split_name, const char *const *list, size_t n, bool last)
{
	const char *end;

	for (; split_name[1] != '\0'; split_name++) {
		if (*split_name != '_')
			continue;
		for (size_t i = 0; i < n; i++) {
			if (list[i][0] != split_name[1])
				continue;
			end = behind(split_name + 1, list[i]);
			if (end != NULL && *end == '_' &&
				(!last || end[1] == '\0'))
				return true;
		}
	}
	return false;
}

static bool
has_chinese(const char *name, size_t n)
{
	char text[NAME_BYTES];
	size_t i = 0;

	while (i < n && (unsigned char)name[i] < 0x80)
		i++;
	if (i == n)
		return false;
	memcpy(text, name, n);
	text[n] = '\0';
	for (i = 0; i < nitems(chinese); i++)
		if (strstr(text, chinese[i]) != NULL)
			return true;
	return false;
}

static bool
has_root(const char *split_name)
{
	const char *at;
	size_t i;

	for (at = split_name; *at != '\0'; at++) {
		if (*at != 'a' && *at != 'p' && *at != 's')
			continue; /* no piece begins so */
		for (i = 0; i < nitems(pieces); i++)
			if (behind(at, pieces[i]) != NULL &&
				behind(at, "secretar") == NULL)
				return true;
	}
	return false;
}

/* Any other key of somebody's. */
static bool
is_some_key(const char *split_name)
{
	static const char *const key = "key";
	static const char *const keys[] = {"primary_key", "foreign_key",
		"sort_key", "cache_key", "public_key", "group_key", "row_key",
		"map_key", "partition_key", "unique_key", "idempotency_key"};

	return has_any(split_name, &key, 1, true) &&
	       strcmp(split_name, "_key_") != 0 &&
	       !has_any(split_name, keys, nitems(keys), true);
}

enum secret_says
secret_name(const char *name, size_t n, enum secret_place place)
{
	enum secret_says says = SECRET_NO;
	char text[NAME_BYTES];

	if (n >= NAME_BYTES)
		return SECRET_NO;
	if (has_chinese(name, n))
		return SECRET_YES;
	split(name, n, text);
	if (place == SECRET_QUERY &&
		has_any(text, query_words, nitems(query_words), true))
		return SECRET_YES;
	if (has_any(text, words, nitems(words), false) || has_root(text))
		says = SECRET_YES;
	else if (is_some_key(text))
		says = SECRET_MAYBE;
	if (says != SECRET_NO && strcmp(text, "_session_id_") != 0 &&
		has_any(text, ends, nitems(ends), true))
		says = SECRET_NO;
	return says;
}

bool
secret_looks(const char *text, size_t n)
{
	enum { LEAST = 12 };
	bool digit = false;
	bool letter = false;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (!isalnum(c) && strchr("-_.~+/=:", c) == NULL)
			return false;
		digit |= isdigit(c) != 0;
		letter |= isalpha(c) != 0;
	}
	return n >= LEAST && digit && letter;
}

bool
secret_word(const char *text, size_t n)
{
	static const char *const plain[] = {"true", "false", "null", "none",
		"nil", "undefined", "string", "number", "integer", "boolean",
		"text", "required", "optional", "auto", "default", "bearer",
		"basic", "token", "digest", "apikey", "api-key", "key",
		"bearer:", "token:", "no-auth", "secret", "password", "yes",
		"no"};
	size_t stars = 0;
	size_t i;

	while (stars < n && text[stars] == '*')
		stars++;
	if (stars == n)
		return true;
	for (i = 0; i < nitems(plain); i++)
		if (strlen(plain[i]) == n &&
			strncasecmp(text, plain[i], n) == 0)
			return true;
	return false;
}

/* redis_value.c: commands and answers; see redis.h. */
#include "base/fatal.h"
#include "io/redis.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
redis_bytes(struct redis_command *c, const void *bytes, size_t n)
{
	if (c->count == REDIS_WORDS)
		fatal("redis: a command of more than %d words", REDIS_WORDS);
	c->words[c->count] = bytes;
	c->lens[c->count++] = n;
}

void
redis_word(struct redis_command *c, const char *text)
{
	redis_bytes(c, text, strlen(text));
}

void
redis_number(struct redis_command *c, int64_t n)
{
	char *out = c->numbers[c->count % REDIS_WORDS];

	snprintf(out, sizeof(c->numbers[0]), "%" PRId64, n);
	redis_word(c, out);
}

static const redisReply *
reply(const struct redis_value *v)
{
	return (const redisReply *)v;
}

enum redis_kind
redis_kind(const struct redis_value *v)
{
	if (v == NULL)
		return REDIS_NIL;
	switch (reply(v)->type) {
	case REDIS_REPLY_STRING:
	case REDIS_REPLY_STATUS:
		return REDIS_TEXT;
	case REDIS_REPLY_ARRAY:
		return REDIS_LIST;
	case REDIS_REPLY_INTEGER:
		return REDIS_NUMBER;
	case REDIS_REPLY_ERROR:
		return REDIS_ERROR;
	default:
		return REDIS_NIL;
	}
}

int64_t
redis_int(const struct redis_value *v)
{
	enum redis_kind kind = redis_kind(v);

	if (kind == REDIS_NUMBER)
		return reply(v)->integer;
	return kind == REDIS_TEXT ? strtoll(reply(v)->str, NULL, 10) : 0;
}

const char *
redis_text(const struct redis_value *v, size_t *n_r)
{
	enum redis_kind kind = redis_kind(v);
	bool is = kind == REDIS_TEXT || kind == REDIS_ERROR;

	*n_r = is ? (size_t)reply(v)->len : 0;
	return is ? reply(v)->str : "";
}

size_t
redis_count(const struct redis_value *v)
{
	return redis_kind(v) == REDIS_LIST ? reply(v)->elements : 0;
}

const struct redis_value *
redis_item(const struct redis_value *v, size_t at)
{
	return at < redis_count(v)
		       ? (const struct redis_value *)reply(v)->element[at]
		       : NULL;
}

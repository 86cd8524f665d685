/* test_text_sse.c: events out of a stream, however it is cut. */
#include "unit.h"

#include "text/sse.h"

#include <stdio.h>
#include <string.h>

enum { MAX = 100, LOG = 2000 };

static char heard[LOG];

static void
hear(const struct sse_event *e, void *context)
{
	size_t n = strlen(heard);

	(void)context;
	snprintf(heard + n, sizeof(heard) - n, "[%s|%s|%s]", e->event, e->data,
		e->id);
	assert_int_equal(e->data_len, strlen(e->data));
}

static int
feed_in_pieces(const char *text, size_t piece)
{
	struct arena *a = arena_new(1 << 20);
	struct sse s;
	size_t n = strlen(text);
	size_t at;
	int result = 0;

	heard[0] = '\0';
	sse_init(&s, a, MAX, hear, NULL);
	for (at = 0; at < n && result == 0; at += piece)
		result = sse_feed(
			&s, text + at, n - at < piece ? n - at : piece);
	sse_end(&s);
	arena_free(&a);
	return result;
}

static const struct {
	int line;
	const char *stream;
	const char *heard;
} rows[] = {
	{__LINE__, "data: a\n\n", "[message|a|]"},
	{__LINE__, "data: a\r\n\r\n", "[message|a|]"},
	{__LINE__, "data: a\r\rdata: b\r\r", "[message|a|][message|b|]"},
	{__LINE__, "data:a\ndata: b\ndata:  c\n\n", "[message|a\nb\n c|]"},
	{__LINE__, "event: ping\n\n", "[ping||]"},
	{__LINE__, "event: run\ndata: {}\nid: 7\n\ndata: x\n\n",
		"[run|{}|7][message|x|7]"},
	{__LINE__, ": comment\n\ndata: a\n\n", "[message|a|]"},
	{__LINE__, "\n\n\ndata: a\n\n\n\n", "[message|a|]"},
	{__LINE__, "data\n\n", "[message||]"},
	{__LINE__, "data: last", "[message|last|]"},
	{__LINE__,
		"\xEF\xBB\xBF"
		"data: a\n\n",
		"[message|a|]"},
	{__LINE__, "retry: 10\nother: x\ndata: a\n\n", "[message|a|]"},
	{__LINE__, "data: \xE4\xBD\xA0\xE5\xA5\xBD\n\n",
		"[message|\xE4\xBD\xA0\xE5\xA5\xBD|]"},
	{__LINE__, "data: a:b\n\n", "[message|a:b|]"},
};

static void
a_stream_says_the_same_in_pieces_of_any_size(void **state)
{
	size_t i;
	size_t piece;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		for (piece = 1; piece <= strlen(rows[i].stream); piece++) {
			assert_int_equal(
				feed_in_pieces(rows[i].stream, piece), 0);
			if (strcmp(heard, rows[i].heard) != 0)
				fail_msg("line %d, pieces of %zu: %s",
					rows[i].line, piece, heard);
		}
}

static void
a_frame_beyond_the_limit_ends_it(void **state)
{
	char text[3 * MAX];
	size_t i;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "data: ", 6);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(feed_in_pieces(text, 50), -1);
	assert_string_equal(heard, "");
	/* many lines of one frame add up */
	for (i = 0; i + 8 < sizeof(text); i += 8)
		memcpy(text + i, "data: a\n", 8);
	text[i] = '\0';
	assert_int_equal(feed_in_pieces(text, 7), 0);
	for (i = 0; i + 16 < sizeof(text); i += 16)
		memcpy(text + i, "data: aaaaaaaaa\n", 16);
	text[i] = '\0';
	assert_int_equal(feed_in_pieces(text, 16), -1);
}

static void
frames_of_any_number_fit(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct sse s;
	int i;

	(void)state;
	heard[0] = '\0';
	sse_init(&s, a, MAX, hear, NULL);
	for (i = 0; i < 10000; i++) {
		heard[0] = '\0';
		assert_int_equal(sse_feed(&s, "data: 12345678\n\n", 16), 0);
		assert_string_equal(heard, "[message|12345678|]");
	}
	arena_free(&a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_stream_says_the_same_in_pieces_of_any_size),
	cmocka_unit_test(a_frame_beyond_the_limit_ends_it),
	cmocka_unit_test(frames_of_any_number_fit),
};

UNIT_MAIN(tests)

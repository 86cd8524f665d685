/* sse.c: a stream gives the same events in one piece and in many. */
#include "fuzz.h"

#include "text/sse.h"

static void
note(const struct sse_event *e, void *context)
{
	struct str *out = context;

	str_printf(out, "%s|%s|", e->event, e->id);
	str_add(out, e->data, e->data_len);
	str_putc(out, '\n');
}

static const char *
events(struct arena *a, const char *data, size_t size, size_t piece)
{
	struct sse s;
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	sse_init(&s, a, LIMIT_FRAME, note, &out);
	for (size_t at = 0; at < size; at += piece)
		if (sse_feed(&s, data + at,
			    size - at < piece ? size - at : piece) != 0)
			break;
	sse_end(&s);
	return out.s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = fuzz_arena();
	const char *whole =
		events(a, (const char *)data, size, size > 0 ? size : 1);

	MUST(strcmp(whole, events(a, (const char *)data, size, 1)) == 0);
	MUST(strcmp(whole, events(a, (const char *)data, size, 3)) == 0);
	return 0;
}

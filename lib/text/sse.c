/* sse.c: see sse.h. */
#include "text/sse.h"

#include <string.h>

void
sse_init(struct sse *s, struct arena *a, size_t max,
	void (*on_event)(const struct sse_event *, void *), void *context)
{
	memset(s, 0, sizeof(*s));
	str_init(&s->line, a, max);
	str_init(&s->data, a, max);
	str_init(&s->event, a, max);
	str_init(&s->id, a, max);
	s->on_event = on_event;
	s->context = context;
}

static void
dispatch(struct sse *s)
{
	struct sse_event e = {
		.event = s->event.len > 0 ? s->event.s : "message",
		.data = s->data.s,
		.data_len = s->data.len,
		.id = s->id.s,
	};
	bool worth = s->has_data || s->event.len > 0;

	if (worth && !s->too_long)
		s->on_event(&e, s->context);
	str_reset(&s->data);
	str_reset(&s->event);
	s->has_data = false;
}

static void
field(struct sse *s, const char *name, size_t n, const char *value)
{
	if (n == 4 && memcmp(name, "data", n) == 0) {
		if (s->has_data)
			str_putc(&s->data, '\n');
		str_puts(&s->data, value);
		s->has_data = true;
	} else if (n == 5 && memcmp(name, "event", n) == 0) {
		str_reset(&s->event);
		str_puts(&s->event, value);
	} else if (n == 2 && memcmp(name, "id", n) == 0) {
		str_reset(&s->id);
		str_puts(&s->id, value);
	}
	s->too_long = s->data.full || s->event.full || s->id.full;
}

static void
end_line(struct sse *s)
{
	const char *line = s->line.s;
	const char *colon;

	if (!s->begun && strncmp(line, "\xEF\xBB\xBF", 3) == 0)
		line += 3;
	s->begun = true;
	colon = strchr(line, ':');
	if (*line == '\0')
		dispatch(s);
	else if (colon == NULL)
		field(s, line, strlen(line), "");
	else if (colon > line)
		field(s, line, (size_t)(colon - line),
			colon + (colon[1] == ' ' ? 2 : 1));
	str_reset(&s->line);
}

/* How many bytes stand before the next end of a line. */
static size_t
run_length(const char *bytes, size_t n)
{
	const char *end = memchr(bytes, '\n', n);

	if (end != NULL)
		n = (size_t)(end - bytes);
	end = memchr(bytes, '\r', n);
	return end == NULL ? n : (size_t)(end - bytes);
}

int
sse_feed(struct sse *s, const char *bytes, size_t n)
{
	while (n > 0 && !s->too_long) {
		size_t run = run_length(bytes, n);

		str_add(&s->line, bytes, run);
		s->too_long = s->line.full;
		if (run > 0)
			s->after_cr = false;
		if (run < n) {
			bool pair = s->after_cr && bytes[run] == '\n';

			if (!pair && !s->too_long)
				end_line(s);
			s->after_cr = !pair && bytes[run] == '\r';
			run++;
		}
		bytes += run;
		n -= run;
	}
	return s->too_long ? -1 : 0;
}

void
sse_end(struct sse *s)
{
	if (s->too_long)
		return;
	if (s->line.len > 0)
		end_line(s);
	dispatch(s);
}

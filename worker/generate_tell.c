/* generate_tell.c: what people see of a generation while it goes on: its
 * phases with their times, and the steps that are written already. All of it
 * stands in the memo, so that neither a reload nor another worker loses it. */
#include "worker/generate.h"
#include "base/clock.h"
#include "base/str.h"
#include "llm/outline.h"
#include "text/json.h"

#include <string.h>

enum {
	TELL_MS = 200,         /* the least time between two events */
	TELL_ANYWAY_MS = 1000, /* when nothing new is to be seen */
	EVENT_MAX = 32768,
	NODES_MAX = 24576,
	MOST_PHASES = 60,
	OUTLINE_ARENA = 16 << 20
};

/* ---- the phases ---- */

static int64_t
since_start(const struct task *t)
{
	int64_t ms = clock_now_ms() - t->job.started_at;

	return ms > 0 ? ms : 0;
}

/* The object of the memo that people see. */
static struct value *
seen(struct task *t)
{
	struct value *v = value_get(t->memo, "progress");

	return v != NULL ? v
			 : value_set(t->arena, t->memo, "progress",
				   value_object(t->arena));
}

static struct value *
phases(struct task *t)
{
	struct value *v = value_get(seen(t), "phases");

	return v != NULL ? v
			 : value_set(t->arena, seen(t), "phases",
				   value_array(t->arena));
}

static bool
is_phase(const struct value *v, const char *phase, int64_t round)
{
	return strcmp(value_get_text(v, "phase", ""), phase) == 0 &&
	       value_get_int(v, "round", 0) == round;
}

/* Ends the phase that goes on, and begins another one. */
static void
begin_phase(struct task *t, const char *phase)
{
	struct value *list = phases(t), *v;
	struct value *last = value_at(list, value_count(list) - 1);
	int64_t round = value_get_int(t->memo, "round", 0) + 1;
	int64_t now = since_start(t);

	if (last != NULL && value_get(last, "ms") == NULL) {
		if (is_phase(last, phase, round))
			return;
		value_set_int(t->arena, last, "ms",
			now - value_get_int(last, "at", now));
	}
	value_set_text(t->arena, seen(t), "phase", phase);
	value_set_int(t->arena, seen(t), "round", round);
	if (strcmp(phase, "done") == 0 || value_count(list) == MOST_PHASES)
		return;
	v = value_append(list, value_object(t->arena));
	value_set_text(t->arena, v, "phase", phase);
	value_set_int(t->arena, v, "round", round);
	value_set_int(t->arena, v, "at", now);
	if (round > 1 && strcmp(phase, "ask") == 0)
		value_set_int(
			t->arena, v, "open", value_get_int(t->memo, "open", 0));
}

struct value *
generate_phases(struct task *t, struct arena *a)
{
	return value_clone(a, phases(t));
}

/* ---- the steps ---- */

/* True when there are more steps to be seen than before. */
static bool
look(struct task *t, const char *text, size_t len)
{
	struct arena *a = arena_new(OUTLINE_ARENA);
	struct value *steps = llm_outline(a, text, len);
	bool more =
		value_count(steps) > value_count(value_get(seen(t), "nodes"));
	struct str out;

	if (more) {
		str_init(&out, a, NODES_MAX);
		jsonx_write(&out, steps, 0);
		if (!out.full)
			value_set(t->arena, seen(t), "nodes",
				value_clone(t->arena, steps));
	}
	arena_free(&a);
	return more;
}

/* ---- the event ---- */

static void
add_thought(struct arena *a, const struct generate *g, struct value *event)
{
	struct value *v;

	if (g->thought_len == 0)
		return;
	v = value_set(a, event, "thought", value_object(a));
	value_set_int(a, v, "bytes", (int64_t)g->thought_len);
	value_set_text(a, v, "tail", g->thought);
}

static const char *
event_text(struct task *t, struct arena *a)
{
	struct value *v = value_object(a);
	struct str out;

	value_set_text(a, v, "job_id", t->job.id);
	value_set(a, v, "nodes", value_array(a));
	value_each(m, seen(t))
		value_set(a, v, m->key, value_clone(a, m));
	value_set(
		a, v, "seconds", value_float(a, (double)since_start(t) / 1000));
	add_thought(a, t->state, v);
	str_init(&out, a, EVENT_MAX);
	jsonx_write(&out, v, 0);
	return out.full ? NULL : out.s;
}

static void
add_event(struct task *t)
{
	struct generate *g = t->state;
	struct arena *a = arena_new(OUTLINE_ARENA);
	const char *text = event_text(t, a);

	if (g->events == NULL)
		g->events = value_array(t->arena);
	if (text != NULL)
		value_append_text(t->arena, g->events, text);
	arena_free(&a);
	task_note(t, generate_write_events);
}

void
generate_tell(struct task *t, const char *phase, const char *text, size_t len)
{
	struct generate *g = t->state;
	int64_t now = clock_mono_ms();
	bool changed = phase != NULL && g->phase != phase;

	if (phase != NULL)
		g->phase = phase;
	if (changed)
		begin_phase(t, phase);
	else if (now - g->told_at < TELL_MS)
		return;
	if (text != NULL)
		changed |= look(t, text, len);
	if (!changed && now - g->told_at < TELL_ANYWAY_MS)
		return;
	g->told_at = now;
	g->keep |= changed;
	add_event(t);
}

void
generate_show(struct task *t, const struct value *steps)
{
	struct generate *g = t->state;

	value_set(t->arena, seen(t), "nodes", value_clone(t->arena, steps));
	g->keep = true;
	add_event(t);
}

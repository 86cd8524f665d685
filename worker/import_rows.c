/* import_rows.c: what came of each app of an import, and how it is told. */
#include "base/limits.h"
#include "base/nitems.h"
#include "model/workflow.h"
#include "worker/import.h"

#include <string.h>

enum { RECENT = 12 };

const struct value *
import_app_ids(const struct task *t)
{
	const struct value *chosen = value_get(t->payload, "app_ids");

	return chosen != NULL ? chosen : value_get(t->memo, "apps");
}

const char *
import_app_id(const struct task *t)
{
	int64_t at = value_get_int(t->memo, "at", 0);

	return value_text(value_at(import_app_ids(t), (size_t)at));
}

static struct value *
memo_list(struct task *t, const char *key)
{
	struct value *list = value_get(t->memo, key);

	return list != NULL ? list
			    : value_set(t->arena, t->memo, key,
				      value_array(t->arena));
}

static int64_t
count_state(const struct value *rows, const char *state)
{
	int64_t n = 0;

	value_each(row, rows)
		n += strcmp(value_get_text(row, "state", ""), state) == 0;
	return n;
}

/* A row as people see it: with the workflow that it is. */
static struct value *
shown(struct task *t, const struct value *row)
{
	struct value *v = value_clone(t->arena, row);
	char id[ID_SIZE];

	if (strcmp(value_get_text(row, "state", ""), "failed") != 0 &&
		workflow_of_app(value_get_text(t->payload, "connection_id", ""),
			value_get_text(row, "app_id", ""), id) == 1)
		value_set_text(t->arena, v, "workflow_id", id);
	return v;
}

/* Counts, and the last few rows: a person sees each app's end as it comes. */
void
import_show(struct task *t)
{
	const struct value *rows = value_get(t->memo, "rows");
	struct value *v = value_object(t->arena);
	struct value *recent = value_array(t->arena);
	size_t done = value_count(rows);
	size_t total = value_count(import_app_ids(t));
	size_t i = done > RECENT ? done - RECENT : 0;

	for (; i < done; i++)
		value_append(recent, value_clone(t->arena, value_at(rows, i)));
	value_set_int(t->arena, v, "percent",
		total == 0 ? 0 : (int64_t)(done * 100 / total));
	value_set_int(t->arena, v, "done", (int64_t)done);
	value_set_int(t->arena, v, "total", (int64_t)total);
	value_set_int(t->arena, v, "failed", count_state(rows, "failed"));
	value_set(t->arena, v, "recent", recent);
	value_set(t->arena, t->memo, "progress", v);
}

/* The end of the app in hand; its row, to be added to. */
struct value *
import_row(struct task *t, const char *state)
{
	const struct import *s = t->state;
	struct value *row = value_object(t->arena);
	int64_t at = value_get_int(t->memo, "at", 0);
	const char *name = value_get_text(s->app, "name", NULL);

	value_set_text(t->arena, row, "app_id", import_app_id(t));
	value_set_text(t->arena, row, "state", state);
	if (name != NULL)
		value_set_text(t->arena, row, "name",
			arena_strcut(t->scratch, name, LIMIT_NAME));
	value_append(memo_list(t, "rows"), row);
	value_set_int(t->arena, t->memo, "at", at + 1);
	return row;
}

void
import_next(struct task *t)
{
	import_show(t);
	task_go(t, "import");
}

void
import_failed(struct task *t, const char *code, const char *message)
{
	struct value *row = import_row(t, "failed");

	value_set_text(t->arena, row, "code", code);
	value_set_text(t->arena, row, "message", message);
	import_next(t);
}

struct value *
import_result(struct task *t)
{
	static const char *const states[] = {"imported", "managed", "failed"};
	const struct value *rows = value_get(t->memo, "rows");
	struct value *v = value_object(t->arena);
	struct value *apps =
		value_set(t->arena, v, "apps", value_array(t->arena));
	size_t i;

	value_each(row, rows)
		value_append(apps, shown(t, row));
	for (i = 0; i < nitems(states); i++)
		value_set_int(
			t->arena, v, states[i], count_state(rows, states[i]));
	return v;
}

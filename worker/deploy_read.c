/* deploy_read.c: reading back what Dify made of a DSL, and mending it where
 * Dify left something out (1.8 drops dataset ids, contract.md 2.6). */
#include "base/nitems.h"
#include "base/str.h"
#include "worker/deploy.h"
#include "dify/console.h"
#include "worker/found.h"

#include <string.h>

enum { MOST_DIFFERENCES = 50 };

static const struct value *
by_id(const struct value *list, const char *id)
{
	value_each(v, list)
		if (strcmp(value_get_text(v, "id", ""), id) == 0)
			return v;
	return NULL;
}

static bool
same_edge(const struct value *x, const struct value *y)
{
	static const char *const members[] = {"source", "target"};
	size_t i;

	for (i = 0; i < 2; i++)
		if (strcmp(value_get_text(x, members[i], ""),
			    value_get_text(y, members[i], "")) != 0)
			return false;
	return strcmp(value_get_text(x, "sourceHandle", "source"),
		       value_get_text(y, "sourceHandle", "source")) == 0;
}

static bool
has_edge(const struct value *edges, const struct value *edge)
{
	value_each(e, edges)
		if (same_edge(e, edge))
			return true;
	return false;
}

/* One difference: {code, message} and what the pages say it with: node or
 * source and target, and member. */
static struct value *
add(struct arena *a, struct value *out, const char *code, const char *text)
{
	struct value *v = value_object(a);

	if (value_count(out) < MOST_DIFFERENCES)
		value_append(out, v);
	value_set_text(a, v, "code", code);
	value_set_text(a, v, "message", text);
	return v;
}

/* What a person knows a node by. */
static const char *
title_of(const struct value *data, const char *id)
{
	return value_get_text(data, "title", id);
}

/* Member by member, so that the text says what to look at. */
static void
compare_data(struct arena *a, const char *id, const struct value *ours,
	const struct value *theirs, struct value *out)
{
	value_each(m, ours) {
		const struct value *other = value_get(theirs, m->key);
		struct value *v;

		if (strcmp(m->key, "selected") == 0 ||
			(other != NULL && value_equal(m, other)))
			continue;
		v = add(a, out,
			other == NULL ? "member_missing" : "member_changed",
			arena_printf(a, "node %s: %s %s", id, m->key,
				other == NULL ? "is missing" : "is otherwise"));
		value_set_text(a, v, "node", title_of(ours, id));
		value_set_text(a, v, "member", m->key);
	}
}

struct value *
deploy_differences(struct arena *a, const struct value *dsl,
	const struct value *draft, bool *missing_r)
{
	const struct value *ours =
		value_get(value_get(dsl, "workflow"), "graph");
	const struct value *theirs = value_get(draft, "graph");
	struct value *out = value_array(a);

	*missing_r = false;
	value_each(node, value_get(ours, "nodes")) {
		const char *id = value_get_text(node, "id", "");
		const struct value *other =
			by_id(value_get(theirs, "nodes"), id);

		if (other == NULL) {
			*missing_r = true;
			value_set_text(a,
				add(a, out, "node_missing",
					arena_printf(
						a, "node %s is missing", id)),
				"node", title_of(value_get(node, "data"), id));
			continue;
		}
		compare_data(a, id, value_get(node, "data"),
			value_get(other, "data"), out);
	}
	value_each(edge, value_get(ours, "edges"))
		if (!has_edge(value_get(theirs, "edges"), edge)) {
			const char *from = value_get_text(edge, "source", "?");
			const char *to = value_get_text(edge, "target", "?");
			struct value *v = add(a, out, "edge_missing",
				arena_printf(a, "edge %s to %s is missing",
					from, to));

			*missing_r = true;
			value_set_text(a, v, "source", from);
			value_set_text(a, v, "target", to);
		}
	return out;
}

static void
on_read(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const struct value *dsl;
	struct value *differences;
	bool mended = value_get_bool(t->memo, "mended", false);
	unsigned char hash[SEAL_HASH_BYTES];
	bool missing;

	if (!task_back(t))
		return;
	if (strcmp(answer->code, "draft_workflow_not_exist") == 0 &&
		task_memo_text(t, "overwrite") == NULL) {
		task_go(t, "clear");
		return;
	}
	if (deploy_late(t, answer))
		return;
	dsl = deploy_dsl(t);
	if (dsl == NULL)
		return;
	found_differs(t->scratch, t->job.workflow_id, answer->body, hash);
	task_memo_set(t, "seen", found_hash_text(t->scratch, hash));
	differences = deploy_differences(t->arena, dsl, answer->body, &missing);
	if (value_count(differences) > 0 && !mended) {
		task_go(t, "mend");
	} else if (missing) {
		deploy_undo(t, "deploy_differs",
			"Dify did not keep all nodes and edges");
	} else {
		value_set(t->arena, t->memo, "differences", differences);
		task_go(t, "key");
	}
}

void
deploy_read(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(t,
			dify_draft(d, task_memo_text(t, "app_id"), on_read, t));
}

/* ---- writing our graph over Dify's draft ---- */

static void
on_synced(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (!task_back(t))
		return;
	value_set_bool(t->arena, t->memo, "mended", true);
	if (answer->end == DIFY_FAILED)
		task_go(t, "read"); /* which tells what is missing */
	else if (!deploy_late(t, answer))
		task_go(t, "read");
}

static void
copy(struct task *t, struct value *to, const struct value *from,
	const char *key)
{
	const struct value *v = value_get(from, key);

	if (v != NULL)
		value_set(t->scratch, to, key, value_clone(t->scratch, v));
}

static void
on_draft(void *context, const struct dify_answer *answer)
{
	static const char *const theirs[] = {
		"features", "hash", "conversation_variables"};
	static const char *const ours[] = {"graph", "environment_variables"};
	struct task *t = context;
	const struct value *dsl;
	struct value *body;
	struct dify *d;
	size_t i;

	if (!task_back(t) || deploy_late(t, answer))
		return;
	dsl = deploy_dsl(t);
	d = dsl == NULL ? NULL : deploy_dify(t);
	if (d == NULL)
		return;
	body = value_object(t->scratch);
	/* Dify shows its variables with asterisks for secrets. */
	for (i = 0; i < nitems(ours); i++)
		copy(t, body, value_get(dsl, "workflow"), ours[i]);
	for (i = 0; i < nitems(theirs); i++)
		copy(t, body, answer->body, theirs[i]);
	task_dify_calling(t, dify_draft_sync(d, task_memo_text(t, "app_id"),
				     body, on_synced, t));
}

void
deploy_mend(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(t, dify_draft(d, task_memo_text(t, "app_id"),
					     on_draft, t));
}

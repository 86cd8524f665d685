/* resources.c: see resources.h; resources_take.c has what the answers say. */
#include "worker/resources.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "dify/console.h"
#include "worker/resources_take.h"
#include "worker/store.h"

#include <string.h>

enum { MOST_PAGES = 5, SCRATCH_MAX = 256 << 20 };

static void ask(struct gather *g);

static const struct {
	const char *path;
	take_fn *take;
	enum resource_kind kind; /* RESOURCE__MAX: of none */
} questions[] = {
	{"/workspaces/current/plugin/list?page=1&page_size=256", take_plugins,
		RESOURCE__MAX},
	{"/workspaces/current/default-model?model_type=llm", take_default,
		RESOURCE__MAX},
	{"/workspaces/current/models/model-types/llm", take_models,
		RESOURCE_MODEL},
	{"/workspaces/current/models/model-types/rerank", take_models,
		RESOURCE_RERANK},
	{"/workspaces/current/models/model-types/text-embedding", take_models,
		RESOURCE_EMBEDDING},
	{"/datasets?limit=100", take_datasets, RESOURCE_DATASET},
	{"/workspaces/current/tools/builtin", take_tools, RESOURCE_TOOL},
	{"/workspaces/current/tools/api", take_own_tools, RESOURCE_API_TOOL},
	{"/workspaces/current/tools/workflow", take_own_tools,
		RESOURCE_WORKFLOW_TOOL},
	{"/workspaces/current/tools/mcp", take_own_tools, RESOURCE_MCP_TOOL},
	{"/workspaces/current/agent-providers", take_strategies,
		RESOURCE_STRATEGY},
};

static void
write_all(void *context)
{
	struct gather *g = context;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection c;
	int kind;

	for (kind = 0; connection_find(a, g->id, &c) && kind < RESOURCE__MAX;
		kind++)
		if (g->lists[kind].known)
			connection_set_resources(g->id,
				(enum resource_kind)kind, g->lists[kind].items,
				g->lists[kind].count);
	arena_free(&a);
}

static void
written(void *context)
{
	struct gather *g = context;
	struct arena *a = g->arena;

	if (g->done != NULL)
		g->done(g->context);
	arena_free(&g->scratch);
	arena_free(&a);
}

static void
on_answer(void *context, const struct dify_answer *answer)
{
	struct gather *g = context;

	g->more = false;
	if (answer->end == DIFY_OK && answer->body != NULL) {
		enum resource_kind kind = questions[g->step].kind;

		arena_reset(g->scratch);
		questions[g->step].take(g, kind, answer->body);
		if (kind < RESOURCE__MAX)
			g->lists[kind].known = true;
	}
	if (g->more && g->page < MOST_PAGES) {
		g->page++;
	} else {
		g->page = 1;
		g->step++;
	}
	if (g->step < nitems(questions) && answer->end != DIFY_UNREACHABLE &&
		answer->end != DIFY_CANCELLED)
		ask(g);
	else
		store_write(write_all, written, g);
}

static void
ask(struct gather *g)
{
	const char *path = questions[g->step].path;

	if (g->page > 1)
		path = arena_printf(g->arena, "%s&page=%d", path, g->page);
	dify_get(g->dify, path, on_answer, g);
}

void
resources_refresh(struct dify *d, const char *connection_id,
	void (*done)(void *context), void *context)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct gather *g = arena_alloc(a, sizeof(*g));

	g->arena = a;
	g->scratch = arena_new(SCRATCH_MAX);
	g->dify = d;
	g->page = 1;
	memcpy(g->id, connection_id, ID_SIZE);
	g->done = done;
	g->context = context;
	ask(g);
}

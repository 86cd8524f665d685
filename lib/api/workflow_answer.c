/* workflow_answer.c: see workflow_answer.h. */
#include "api/workflow_answer.h"

void
workflow_members(struct str *out, const struct workflow *w)
{
	size_t i;

	jsonw_text(out, "id", w->id);
	jsonw_text(out, "name", w->name);
	jsonw_text(out, "description", w->description);
	jsonw_text(out, "mode", w->mode);
	jsonw_open(out, "tags", '[');
	for (i = 0; i < w->ntags; i++)
		jsonw_text(out, NULL, w->tags[i]);
	jsonw_close(out, ']');
	jsonw_text(out, "connection_id", w->connection_id);
	jsonw_text(out, "app_id", w->dify_app_id);
	jsonw_text(out, "last_status", workflow_status_names[w->last_status]);
	jsonw_int(out, "last_status_at", w->last_status_at);
	jsonw_text(out, "last_run_id", w->last_run_id);
	jsonw_text(out, "prompt", w->prompt);
	jsonw_int(out, "version", w->version);
	jsonw_int(out, "created_at", w->created_at);
	jsonw_int(out, "updated_at", w->updated_at);
}

void
workflow_json(struct str *out, const struct workflow *w)
{
	jsonw_open(out, NULL, '{');
	workflow_members(out, w);
	jsonw_close(out, '}');
}

int
workflow_connection(struct req *r, const char *id, struct connection *out)
{
	if (id != NULL && connection_find(http_arena(r), id, out) == 1)
		return 0;
	if (id == NULL && connection_default(http_arena(r), out) == 1)
		return 0;
	if (id != NULL)
		return http_refuse_field(r, "/connection_id", "not_found",
			"There is no such connection.");
	return http_refuse(r, 409, "no_connection",
		"No Dify is connected yet; add a connection first.");
}

const char *
workflow_deploy_payload(
	struct arena *a, const char *workflow_id, const char *connection_id)
{
	return arena_printf(a,
		"{\"workflow_id\":\"%s\",\"connection_id\":\"%s\"}",
		workflow_id, connection_id);
}

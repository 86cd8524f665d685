/* workflow_answer.c: see workflow_answer.h. */
#include "api/workflow_answer.h"

#include <string.h>

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
	if (w->dify_version != 0)
		jsonw_int(out, "dify_version", w->dify_version);
	if (w->found != 0)
		jsonw_int(out, "found", w->found);
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

const char *
workflow_create_payload(
	struct arena *a, const char *workflow_id, const char *connection_id)
{
	return arena_printf(a,
		"{\"workflow_id\":\"%s\",\"connection_id\":\"%s\","
		"\"quick\":true}",
		workflow_id, connection_id);
}

const char *
workflow_rollback_payload(struct arena *a, const char *workflow_id,
	const char *connection_id, int version)
{
	return arena_printf(a,
		"{\"workflow_id\":\"%s\",\"connection_id\":\"%s\","
		"\"version\":%d,\"rollback\":true}",
		workflow_id, connection_id, version);
}

int
workflow_refuse(struct req *r, const struct dsl_result *result)
{
	const struct finding *f;
	struct str *more = http_more(r);

	jsonw_open(more, "errors", '[');
	for (f = result->findings.first; f != NULL; f = f->next) {
		if (f->tier != TIER_E)
			continue;
		jsonw_open(more, NULL, '{');
		jsonw_text(more, "pointer", f->pointer);
		jsonw_text(more, "code", f->kind->code);
		jsonw_text(more, "message",
			finding_message(http_arena(r), f, "en"));
		jsonw_text(more, "message_zh",
			finding_message(http_arena(r), f, "zh"));
		jsonw_text(more, "node", f->node);
		jsonw_close(more, '}');
	}
	jsonw_close(more, ']');
	return http_problem(r, 422, "dsl_invalid",
		"Dify would refuse this DSL; see errors.");
}

int
workflow_of_path(struct req *r, struct workflow *w)
{
	if (workflow_find(http_arena(r), http_path_id(r, 0), w) == 1)
		return 0;
	return http_refuse(
		r, 404, "workflow_not_found", "There is no such workflow.");
}

int
workflow_changed(struct req *r)
{
	return http_problem(r, 409, "version_changed",
		"The workflow is not at that version any more; look at its "
		"versions again.");
}

void
version_json(struct str *out, const struct version *v)
{
	jsonw_open(out, NULL, '{');
	jsonw_int(out, "number", v->number);
	jsonw_text(out, "origin", version_origin_names[v->origin]);
	if (v->from != 0)
		jsonw_int(out, "from", v->from);
	jsonw_text(out, "note", v->note);
	jsonw_text(out, "created_by", v->created_by);
	jsonw_int(out, "created_at", v->created_at);
	jsonw_int(out, "bytes", v->bytes);
	jsonw_text(out, "hash", v->hash);
	jsonw_close(out, '}');
}

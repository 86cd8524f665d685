/* connection_answer.c: see connection_answer.h. */
#include "api/connection_answer.h"
#include "dsl/catalogue.h"
#include "dsl/dsl.h"

void
connection_json(struct str *out, const struct connection *c)
{
	int version = c->version == NULL ? 0 : dsl_version(c->version);

	jsonw_open(out, NULL, '{');
	jsonw_text(out, "id", c->id);
	jsonw_text(out, "name", c->name);
	jsonw_text(out, "base_url", c->base_url);
	jsonw_text(out, "auth", connection_auth_names[c->auth]);
	jsonw_text(out, "email", c->email);
	jsonw_text(out, "workspace_id", c->workspace_id);
	jsonw_text(out, "secret_hint", c->secret_hint);
	jsonw_text(out, "ca", c->ca);
	jsonw_text(out, "proxy", c->proxy);
	jsonw_bool(out, "insecure", c->insecure);
	jsonw_text(out, "colour", c->colour);
	jsonw_bool(out, "is_default", c->is_default);
	jsonw_bool(out, "is_sandbox", c->is_sandbox);
	jsonw_bool(out, "from_environment", c->from_environment);
	jsonw_text(out, "state", connection_state_names[c->state]);
	jsonw_text(out, "version", c->version);
	jsonw_text(
		out, "dsl_version", version == 0 ? NULL : dsl_format(version));
	jsonw_bool(out, "has_generator", c->generator);
	jsonw_text(out, "error", c->error);
	jsonw_text(out, "error_code", c->error_code);
	jsonw_since(out, "seen_at", c->seen_at, 1);
	jsonw_since(out, "checked_at", c->checked_at, 1);
	jsonw_int(out, "created_at", c->created_at);
	jsonw_int(out, "updated_at", c->updated_at);
	jsonw_close(out, '}');
}

void
resource_json(struct str *out, const struct resource *r)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "kind", resource_kind_names[r->kind]);
	jsonw_text(out, "handle", r->handle);
	jsonw_text(out, "id", r->id);
	jsonw_text(out, "name", r->name);
	jsonw_text(out, "provider", r->provider);
	jsonw_text(out, "mode", r->mode);
	jsonw_raw(out, "extra", r->extra);
	jsonw_close(out, '}');
}

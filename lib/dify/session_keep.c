/* session_keep.c: a session outlives the process, and is shared with others
 * that use the same account. */
#include "base/limits.h"
#include "base/str.h"
#include "dify/client.h"
#include "text/json.h"

#include <string.h>

void
session_keep(struct dify *d)
{
	struct arena *a = d->scratch;
	struct value *v = value_object(a);
	struct str out;

	if (d->access == NULL) {
		d->save(d->context, NULL);
		return;
	}
	value_set_text(a, v, "access", d->access);
	if (d->refresh != NULL)
		value_set_text(a, v, "refresh", d->refresh);
	if (d->csrf != NULL)
		value_set_text(a, v, "csrf", d->csrf);
	value_set_bool(a, v, "host_prefix", d->host_prefix);
	str_init(&out, a, LIMIT_BODY);
	jsonx_write(&out, v, 0);
	d->save(d->context, out.s);
	explicit_bzero(out.s, out.len);
}

/* Another process does not try the same password again. */
void
session_keep_refusal(struct dify *d)
{
	struct value *v = value_object(d->scratch);
	struct str out;

	value_set_text(d->scratch, v, "refused", d->refused);
	str_init(&out, d->scratch, LIMIT_BODY);
	jsonx_write(&out, v, 0);
	d->save(d->context, out.s);
}

/* What another process was given meanwhile will do; but not the token that
 * Dify refused a moment ago. */
void
session_take_turn(struct dify *d)
{
	char *text = d->turn->session(d->context, d->scratch);

	d->in_turn = true;
	if (text == NULL)
		return;
	client_take_session(d, text);
	explicit_bzero(text, strlen(text));
	if (d->access != NULL && d->stale != NULL &&
		strcmp(d->access, d->stale) == 0)
		secret_forget(&d->access);
}

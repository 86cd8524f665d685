/* llm_model_headers.c: the headers that a model's server wants besides ours:
 * their values sealed together, their names and hints for people. */
#include "base/limits.h"
#include "base/str.h"
#include "model/llm_model.h"
#include "model/sealed.h"
#include "text/json.h"

#include <string.h>
#include <strings.h>

static const char sql_get[] = "SELECT headers FROM models WHERE id = ?1";
static const char sql_set[] =
	"UPDATE models SET headers = ?2, header_hints = ?3 WHERE id = ?1";

char *
llm_model_headers(struct arena *a, const char *id)
{
	return sealed_select(a, sql_get, id, SEAL_MODEL);
}

static struct value *
there(struct arena *a, const char *id)
{
	char *text = llm_model_headers(a, id);
	struct jsonx_report report;
	struct value *v =
		text == NULL ? NULL
			     : jsonx_read(a, text, strlen(text), 0, &report);

	return v == NULL ? value_object(a) : v;
}

static const char *
written(struct arena *a, const struct value *v)
{
	struct str out;

	str_init(&out, a, LIMIT_BODY);
	jsonx_write(&out, v, 0);
	return out.s;
}

static struct value *
hints(struct arena *a, const struct value *headers)
{
	struct value *v = value_object(a);

	value_each(h, headers)
		value_set_text(a, v, h->key, seal_hint(a, value_text(h)));
	return v;
}

/* Names of headers know no case. */
static void
drop(struct value *headers, const char *name)
{
	struct value *h = value_first(headers);

	while (h != NULL && strcasecmp(h->key, name) != 0)
		h = h->next;
	if (h != NULL)
		value_remove(h);
}

static void
merge(struct arena *a, struct value *headers, const struct value *change)
{
	value_each(c, change) {
		drop(headers, c->key);
		if (value_text(c) != NULL)
			value_set_text(a, headers, c->key, value_text(c));
	}
}

void
llm_model_set_headers(const char *id, const struct value *change)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql_set);
	struct value *headers = value_object(a);
	bool any;

	if (value_is(change, VALUE_OBJECT)) {
		headers = there(a, id);
		merge(a, headers, change);
	}
	any = value_count(headers) > 0;
	db_bind(s, "tnt", id, any ? written(a, hints(a, headers)) : NULL);
	sealed_bind(a, s, 2, SEAL_MODEL, any ? written(a, headers) : NULL);
	db_run(s);
	arena_free(&a);
}

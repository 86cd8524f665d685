/* yaml.c: reads YAML; libyaml finds the events, this makes values of them. */
#include "text/yaml.h"

#include "base/fatal.h"
#include "base/limits.h"
#include "text/yaml_halves.h"
#include "text/yaml_members.h"
#include "text/yaml_reader.h"

#include <string.h>

#define TAG "tag:yaml.org,2002:"

static struct value *read_value(struct reader *r);

static struct value *
alias(struct reader *r)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	const struct anchor *a = reader_anchor(r, name);
	struct value *mine;

	if (a == NULL)
		return reader_fail(
			r, "found undefined alias", r->event.start_mark);
	if (a->open)
		return reader_fail(r, "an alias inside its own anchor",
			r->event.start_mark);
	if (++r->aliases > LIMIT_ALIASES)
		return reader_fail(r, "too many aliases", r->event.start_mark);
	mine = reader_copy(r, a->value);
	if (mine != NULL)
		mine->key = NULL;
	return mine;
}

static bool
known_tag(const yaml_char_t *tag, const char *name)
{
	return tag == NULL || strcmp((const char *)tag, "!") == 0 ||
	       (strncmp((const char *)tag, TAG, strlen(TAG)) == 0 &&
		       strcmp((const char *)tag + strlen(TAG), name) == 0);
}

static struct value *
sequence(struct reader *r)
{
	struct value *list;
	struct anchor *anchor;

	if (!known_tag(r->event.data.sequence_start.tag, "seq"))
		return reader_fail(r, "unknown tag", r->event.start_mark);
	list = reader_place(r, value_array(r->arena));
	anchor = reader_keep(r, r->event.data.sequence_start.anchor, list);
	while (r->report->error == NULL && reader_next(r) &&
		r->event.type != YAML_SEQUENCE_END_EVENT) {
		struct value *item = read_value(r);

		if (item != NULL)
			members_add(list, item);
	}
	if (anchor != NULL)
		anchor->open = false;
	return r->report->error == NULL ? list : NULL;
}

/* The name that the scalar at hand gives to a member. */
static const char *
key_text(struct reader *r)
{
	struct value *v = reader_scalar(r);

	if (v == NULL)
		return NULL;
	switch (v->type) {
	case VALUE_NULL:
		return "null";
	case VALUE_BOOL:
		return v->u.truth ? "true" : "false";
	case VALUE_INT:
		return arena_printf(r->arena, "%lld", (long long)v->u.integer);
	case VALUE_STRING:
		return v->u.text.s;
	default:
		return arena_strdup(
			r->arena, (const char *)r->event.data.scalar.value);
	}
}

static bool
is_merge(const yaml_event_t *e)
{
	return e->type == YAML_SCALAR_EVENT && reader_kind(e) == YAML_MERGE;
}

static bool
is_equals_sign(const yaml_event_t *e)
{
	return reader_kind(e) == YAML_VALUE;
}

/* Reads one name; the event at hand is its start. */
static const char *
read_key(struct reader *r)
{
	const char *key;

	if (r->event.type == YAML_ALIAS_EVENT) {
		struct value *v = alias(r);

		if (v != NULL && v->type == VALUE_STRING)
			return v->u.text.s;
		return reader_fail(
			r, "found unhashable key", r->event.start_mark);
	}
	if (r->event.type != YAML_SCALAR_EVENT)
		return reader_fail(
			r, "found unhashable key", r->event.start_mark);
	if (is_equals_sign(&r->event))
		return "=";
	key = key_text(r);
	if (key != NULL)
		reader_keep_closed(r, r->event.data.scalar.anchor,
			value_string(r->arena, key));
	return r->report->error == NULL ? key : NULL;
}

/* Adds copies of the members that a merge key names. */
static bool
merge(struct reader *r, struct value *object, const struct value *from)
{
	if (from->type != VALUE_OBJECT) {
		reader_fail(r, "a merge needs mappings", r->event.start_mark);
		return false;
	}
	value_each(child, from) {
		struct value *mine = reader_copy(r, child);

		if (mine == NULL)
			return false;
		members_add(object, mine);
	}
	return true;
}

/* Of several mappings the first one wins, so it is added last. */
static bool
merge_all(struct reader *r, struct value *object, const struct value *from)
{
	const struct value *last = NULL;

	if (from->type != VALUE_ARRAY)
		return merge(r, object, from);
	while (last != value_first(from)) {
		const struct value *item = value_first(from);

		while (item->next != last)
			item = item->next;
		if (!merge(r, object, item))
			return false;
		last = item;
	}
	return true;
}

/* Reads the members; those of merge keys go to merged, ahead of the rest. */
static void
read_members(struct reader *r, struct value *own, struct value *merged)
{
	while (r->report->error == NULL && reader_next(r) &&
		r->event.type != YAML_MAPPING_END_EVENT) {
		bool merging = is_merge(&r->event);
		const char *key = merging ? "<<" : read_key(r);
		struct value *v;

		if (key == NULL || !reader_next(r))
			return;
		v = read_value(r);
		if (v == NULL)
			return;
		if (merging) {
			merge_all(r, merged, v);
			continue;
		}
		v->key = key;
		members_add(own, v);
	}
}

static struct value *
mapping(struct reader *r)
{
	struct value *own;
	struct value *merged = value_object(r->arena);
	struct anchor *anchor;

	if (!known_tag(r->event.data.mapping_start.tag, "map"))
		return reader_fail(r, "unknown tag", r->event.start_mark);
	own = reader_place(r, value_object(r->arena));
	anchor = reader_keep(r, r->event.data.mapping_start.anchor, own);
	if (own != NULL)
		read_members(r, own, merged);
	if (anchor != NULL)
		anchor->open = false;
	if (r->report->error != NULL)
		return NULL;
	members_prepend(own, merged);
	if (members_settle(r->arena, own) && value_count(merged) == 0)
		r->report->repeated = true;
	return own;
}

/* Reads the value whose first event is at hand. */
static struct value *
read_value(struct reader *r)
{
	struct value *v = NULL;

	switch (r->event.type) {
	case YAML_ALIAS_EVENT:
		return alias(r);
	case YAML_SCALAR_EVENT:
		v = reader_scalar(r);
		reader_keep_closed(r, r->event.data.scalar.anchor, v);
		return r->report->error == NULL ? v : NULL;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		break;
	default:
		return reader_fail(
			r, "a value is missing", r->event.start_mark);
	}
	if (r->depth == LIMIT_DEPTH)
		return reader_fail(r, "nested too deeply", r->event.start_mark);
	r->depth++;
	v = r->event.type == YAML_SEQUENCE_START_EVENT ? sequence(r)
						       : mapping(r);
	r->depth--;
	return v;
}

static struct value *
read_document(struct reader *r)
{
	struct value *v;

	if (!reader_next(r)) /* the start of the stream */
		return NULL;
	if (!reader_next(r)) /* the start of a document */
		return NULL;
	if (r->event.type == YAML_STREAM_END_EVENT)
		return reader_fail(r, "the text is empty", r->event.start_mark);
	if (!reader_next(r))
		return NULL;
	v = read_value(r);
	if (v == NULL || !reader_next(r) ||
		!reader_next(r)) /* the ends of both */
		return NULL;
	if (r->event.type != YAML_STREAM_END_EVENT)
		return reader_fail(r,
			"expected a single document in the stream",
			r->event.start_mark);
	return v;
}

static struct value *
read_text(struct arena *a, const char *text, size_t len, bool halves,
	struct yamlx_report *report)
{
	struct reader r = {
		.text = text, .arena = a, .report = report, .halves = halves};
	struct value *v;

	memset(report, 0, sizeof(*report));
	if (!yaml_parser_initialize(&r.parser))
		fatal("yaml: out of memory");
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&r.parser, (const unsigned char *)text, len);
	yaml_tabs_init(&r.tabs, text, len);
	v = read_document(&r);
	if (r.has_event)
		yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	return report->error == NULL ? v : NULL;
}

struct value *
yamlx_read(struct arena *a, const char *text, size_t len,
	struct yamlx_report *report)
{
	struct value *v;

	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		len -= 3;
	}
	v = read_text(a, text, len, false, report);
	if (v != NULL || !yaml_halves_present(text, len))
		return v;
	text = yaml_halves_mark(a, text, &len);
	return read_text(a, text, len, true, report);
}

/* yaml_reader.h: what the parts of the YAML reader share; for yaml*.c only. */
#ifndef YAML_READER_H
#define YAML_READER_H

#include "text/yaml.h"
#include "text/yaml_scalar.h"
#include "text/yaml_tabs.h"

#include <yaml.h>

/* A named value; open while its children are still being read. */
struct anchor {
	const char *name;
	struct value *value;
	bool open;
	struct anchor *next;
};

struct reader {
	const char *text;
	yaml_parser_t parser;
	yaml_event_t event;
	bool has_event;
	struct arena *arena;
	struct yamlx_report *report;
	struct anchor *anchors;
	size_t anchor_count;
	size_t aliases;
	size_t values;
	int depth;
	struct yaml_tabs tabs;
	bool halves; /* marks of halves are to be turned back */
};

/* reader_fail: notes the first error. Returns NULL. */
void *reader_fail(struct reader *r, const char *error, yaml_mark_t mark);

/* reader_next: makes the next event the one at hand; false is an error. */
bool reader_next(struct reader *r);

/* reader_place: counts v and notes where it stands; NULL: too many. */
struct value *reader_place(struct reader *r, struct value *v);

/* reader_kind: what the scalar of the event is; YAML__MAX: unknown tag. */
enum yaml_kind reader_kind(const yaml_event_t *e);

/* reader_scalar: the value of the scalar at hand; NULL is an error. */
struct value *reader_scalar(struct reader *r);

/* reader_anchor: the anchor of that name, or NULL. */
struct anchor *reader_anchor(const struct reader *r, const char *name);

/*
 * reader_keep: remembers v under an anchor, open, that is not to be used yet.
 * NULL when there is nothing to remember, or an error.
 */
struct anchor *reader_keep(
	struct reader *r, const yaml_char_t *name, struct value *v);

/* reader_keep_closed: the same for a value that is complete. */
void reader_keep_closed(
	struct reader *r, const yaml_char_t *name, struct value *v);

/* reader_copy: a copy of a tree of this document, which shares texts and
 * names with it; NULL: too many values. */
struct value *reader_copy(struct reader *r, const struct value *v);

#endif

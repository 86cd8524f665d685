/* yaml_tabs.h: tabs between tokens and inside plain texts, which libyaml
 * takes and PyYAML refuses; for yaml*.c only. */
#ifndef YAML_TABS_H
#define YAML_TABS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far a text has been looked through; positions count characters. */
struct yaml_tabs {
	const char *at;
	const char *end;
	size_t position;
	uint32_t line; /* of at, from 1 */
	bool none;     /* the text has no tab at all */
	bool comment;  /* at stands in a comment */
	char last;
};

/* yaml_tabs_init: starts at the beginning of n bytes of UTF-8. */
void yaml_tabs_init(struct yaml_tabs *t, const char *text, size_t n);

/* yaml_tabs_clear: goes on to position; false when a tab outside a comment
 * is on the way, then line is its line. */
bool yaml_tabs_clear(struct yaml_tabs *t, size_t position);

/* yaml_tabs_skip: goes on to position, where any tab is allowed. */
void yaml_tabs_skip(struct yaml_tabs *t, size_t position);

#endif

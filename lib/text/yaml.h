/* yaml.h: YAML text to values and back, as PyYAML's safe loader reads it. */
#ifndef YAMLX_H
#define YAMLX_H

#include "base/str.h"
#include "text/value.h"

struct yamlx_report {
	const char *error; /* English, NULL when a value was read */
	uint32_t line;     /* from 1 */
	uint32_t column;
	bool repeated; /* a member stood twice; the last one counts */
	uint32_t date; /* line of the first plain date, 0 for none */
};

/*
 * yamlx_read: the one document of the text, in a. Plain scalars resolve as
 * YAML 1.1 does in PyYAML (yes/no/on/off, octal, sexagesimal; dates stay
 * texts with VALUE_STRING and are reported). Anchors, aliases and merge keys
 * (<<) are expanded within LIMIT_ALIASES and LIMIT_VALUES; depth within
 * LIMIT_DEPTH. A BOM is skipped. Names that are no texts become the text that
 * JSON would show. An escaped half of a surrogate pair is kept as its three
 * bytes (ED A0 80 ... ED BF BF). NULL with report->error when there is no
 * value: broken text, a second document, unknown tags, repeated anchors.
 */
struct value *yamlx_read(struct arena *a, const char *text, size_t len,
	struct yamlx_report *report);

/*
 * yamlx_write: block style, two blanks a level; a string that would read back
 * as another type is quoted, one with newlines becomes a literal block where
 * that keeps every byte.
 */
void yamlx_write(struct str *out, const struct value *v);

#endif

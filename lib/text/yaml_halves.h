/* yaml_halves.h: escaped halves of surrogate pairs, which PyYAML takes and
 * libyaml refuses; for yaml*.c only. */
#ifndef YAML_HALVES_H
#define YAML_HALVES_H

#include "text/value.h"

/* yaml_halves_present: whether the text holds \ud800 ... \udfff. */
bool yaml_halves_present(const char *text, size_t len);

/*
 * yaml_halves_mark: the text with each of them written as a character of the
 * last private plane, which libyaml takes; *len becomes the new length.
 */
const char *yaml_halves_mark(struct arena *a, const char *text, size_t *len);

/*
 * yaml_halves_restore: undoes it in a text that was read. In one that stood in
 * double quotes the character becomes the three bytes of a half, in any other
 * the escape, which was none there, comes back.
 */
void yaml_halves_restore(struct arena *a, struct value *v, bool quoted);

#endif

/* ident.h: which names steps, inputs and outputs may have. */
#ifndef IDENT_H
#define IDENT_H

#include "base/arena.h"

#include <stdbool.h>

/* ident_step: whether s may name a step (plan.md, "References"). */
bool ident_step(const char *s);

/* ident_name: whether s may name an input, an output or what is given. */
bool ident_name(const char *s);

/* ident_word: whether s means something to Jinja or Python. */
bool ident_word(const char *s);

/* ident_step_of, ident_name_of: the nearest allowed name; other when nothing
 * of s can stay. */
const char *ident_step_of(struct arena *a, const char *s, const char *other);
const char *ident_name_of(struct arena *a, const char *s, const char *other);

#endif

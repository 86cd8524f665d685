/* yaml_scalar.h: what a plain YAML scalar means; for yaml*.c only. */
#ifndef YAML_SCALAR_H
#define YAML_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The tags between which PyYAML's resolver decides, in its order. */
enum yaml_kind {
	YAML_STR,
	YAML_BOOL,
	YAML_FLOAT,
	YAML_INT,
	YAML_MERGE,
	YAML_NULL,
	YAML_DATE,
	YAML_VALUE, /* a lone "=", for which the safe loader has no meaning */
	YAML__MAX
};

/* yaml_scalar_kind: how a plain scalar of n bytes resolves. */
enum yaml_kind yaml_scalar_kind(const char *s, size_t n);

/* yaml_scalar_bool: the meaning of a scalar of kind YAML_BOOL. */
bool yaml_scalar_bool(const char *s);

/*
 * yaml_scalar_int: the whole number that the text stands for; false when it
 * holds no digit or does not fit, then *number_r has it as a double.
 */
bool yaml_scalar_int(
	const char *s, size_t n, int64_t *integer_r, double *number_r);

/* yaml_scalar_float: the number that the text stands for. */
double yaml_scalar_float(const char *s, size_t n);

#endif

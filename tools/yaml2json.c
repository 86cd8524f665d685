/* yaml2json.c: a YAML document on standard input as JSON on standard output,
 * for what is written by people and served to programs. */
#include "base/arena.h"
#include "base/limits.h"
#include "text/json.h"
#include "text/yaml.h"

#include <stdio.h>

int
main(void)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct yamlx_report report;
	struct value *v;
	struct str in;
	struct str out;
	char piece[4096];
	size_t n;

	str_init(&in, a, LIMIT_DOCUMENT);
	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		str_add(&in, piece, n);
	v = yamlx_read(a, in.s, in.len, &report);
	if (v == NULL || in.full) {
		fprintf(stderr, "line %u, column %u: %s\n", report.line,
			report.column, in.full ? "too long" : report.error);
		return 1;
	}
	str_init(&out, a, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	puts(out.s);
	arena_free(&a);
	return 0;
}

/* schemas.c: writes what the tables of the DSL engine say:
 *     schemas FOLDER      FOLDER/findings.json, plan.json, dsl/TYPE.json */
#include "base/limits.h"
#include "dsl/dsl.h"
#include "dsl/plan_schema.h"
#include "dsl/schema.h"
#include "text/json.h"

#include <stdio.h>

static int
write_file(struct arena *a, const char *path, const struct value *v)
{
	FILE *f = fopen(path, "wb");
	struct str out;
	size_t n;

	if (f == NULL) {
		perror(path);
		return 1;
	}
	str_init(&out, a, LIMIT_DOCUMENT);
	jsonx_write(&out, v, JSONX_PRETTY);
	str_putc(&out, '\n');
	n = fwrite(out.s, 1, out.len, f);
	return fclose(f) != 0 || n != out.len;
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	int bad;

	if (argc != 2) {
		fprintf(stderr, "usage: schemas FOLDER\n");
		return 2;
	}
	bad = write_file(a, arena_printf(a, "%s/findings.json", argv[1]),
		findings_schema(a));
	bad |= write_file(a, arena_printf(a, "%s/plan.json", argv[1]),
		plan_schema(a, DSL_VERSION_NEWEST));
	for (size_t i = 0; i < node_type_count; i++)
		bad |= write_file(a,
			arena_printf(a, "%s/dsl/%s.json", argv[1],
				node_types[i]->name),
			node_schema(a, node_types[i], DSL_VERSION_NEWEST));
	arena_free(&a);
	return bad;
}

/* fix_row.c: which row of the catalogue a place in a node's data has, and
 * what stands there when it is made anew. */
#include "dsl/fix.h"

#include "dsl/types/types.h"
#include "text/json.h"

#include <ctype.h>

enum { MOST_DEPTH = 8, PART_ROOM = 80 };

/* The next part of a pointer; false at its end. */
static bool
next_part(const char **at, char out[static PART_ROOM])
{
	size_t n = 0;

	if (**at != '/')
		return false;
	(*at)++;
	while (**at != '\0' && **at != '/') {
		if (n + 1 < PART_ROOM)
			out[n++] = **at;
		(*at)++;
	}
	out[n] = '\0';
	return true;
}

/* The row below row that the part names. */
static const struct data_field *
below(const struct data_field *row, const char *part, int version)
{
	if (row->kind == DATA_LIST || row->kind == DATA_MAP)
		return row->item;
	if (row->kind == DATA_EITHER && isdigit((unsigned char)part[0]))
		return row->item;
	return field_find(row->members, part, version);
}

/* Behind "/workflow/graph/nodes/N/data". */
static const char *
inside_data(const char *pointer)
{
	static const char prefix[] = "/workflow/graph/nodes/";

	if (strncmp(pointer, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	pointer += sizeof(prefix) - 1;
	pointer += strcspn(pointer, "/");
	return strncmp(pointer, "/data", 5) == 0 ? pointer + 5 : NULL;
}

const struct data_field *
fix_row(struct fix *f)
{
	const char *at = inside_data(f->finding->pointer);
	const struct value *data = value_get(f->node, "data");
	const struct node_type *type =
		node_type_find(value_get_text(data, "type", NULL));
	const struct data_field *row;
	char part[PART_ROOM];

	if (at == NULL || type == NULL || !next_part(&at, part))
		return NULL;
	row = field_find(node_rows(type, data, f->version), part, f->version);
	if (row == NULL)
		row = field_find(common_fields, part, f->version);
	while (row != NULL && next_part(&at, part))
		row = below(row, part, f->version);
	return row;
}

static struct value *fresh(
	struct fix *f, const struct data_field *row, int depth);

/* All members that must be there; NULL when one would be a guess. */
static struct value *
fresh_object(struct fix *f, const struct data_field *rows, int depth)
{
	struct value *v = value_object(f->arena);

	for (; rows != NULL && rows->name != NULL; rows++) {
		struct value *member;

		if (!in_versions(f->version, rows->since, rows->until) ||
			(!(rows->flags & DATA_REQUIRED) &&
				rows->fallback == NULL))
			continue;
		member = fresh(f, rows, depth + 1);
		if (member == NULL)
			return NULL;
		value_set(f->arena, v, rows->name, member);
	}
	return v;
}

static struct value *
fresh(struct fix *f, const struct data_field *row, int depth)
{
	struct jsonx_report report;

	if (depth > MOST_DEPTH)
		return NULL;
	if (row->fallback != NULL)
		return jsonx_read(f->arena, row->fallback,
			strlen(row->fallback), 0, &report);
	switch (row->kind) {
	case DATA_LIST:
		return value_array(f->arena);
	case DATA_MAP:
		return value_object(f->arena);
	case DATA_BOOL:
		return value_bool(f->arena, false);
	case DATA_OBJECT:
		return fresh_object(f, row->members, depth);
	default:
		return NULL;
	}
}

struct value *
fix_default(struct fix *f, const struct data_field *row)
{
	return fresh(f, row, 0);
}

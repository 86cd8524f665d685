/* layout_size.c: see layout_size.h; what the editor draws, as it draws it. */
#include "dsl/layout_size.h"

#include "base/nitems.h"

#include <string.h>

enum {
	NODE_WIDTH = 244,
	START_WIDTH = 44,
	START_HEIGHT = 48,
	HEAD = 54,       /* icon and title */
	ROW_HEIGHT = 26, /* a variable, an output, a setting */
	LINE = 18,       /* a line of the description */
	LINE_LETTERS = 34,
	MOST_LINES = 4
};

/* Rows below the head: a fixed height, and one for every item of a list. */
struct shape {
	const char *type;
	int fixed;
	const char *list;
	int each;
};

static const struct shape shapes[] = {
	{"start", 10, "variables", ROW_HEIGHT},
	{"end", 10, "outputs", ROW_HEIGHT},
	{"answer", 51, NULL, 0},
	{"llm", 36, NULL, 0},
	{"knowledge-retrieval", 10, "dataset_ids", 28},
	{"question-classifier", 36, "classes", 48},
	{"http-request", 56, NULL, 0},
	{"tool", 10, "tool_configurations", ROW_HEIGHT},
	{"variable-aggregator", 32, "variables", ROW_HEIGHT},
	{"variable-assigner", 32, "variables", ROW_HEIGHT},
	{"assigner", 10, "items", 30},
	{"parameter-extractor", 36, NULL, 0},
	{"document-extractor", 38, NULL, 0},
	{"list-operator", 38, NULL, 0},
	{"agent", 66, NULL, 0},
	{"human-input", 46, "user_actions", 36},
	{"trigger-webhook", 46, NULL, 0},
	{"trigger-schedule", 30, NULL, 0},
	{"trigger-plugin", 46, NULL, 0},
};

/* One line for IF, one for ELSE, one for every condition. */
static int
cases_height(const struct value *data)
{
	int height = 24;

	value_each(item, value_get(data, "cases"))
		height += 24 +
			  24 * (int)value_count(value_get(item, "conditions"));
	return height;
}

static int
groups_height(const struct value *data)
{
	int height = 10;
	const struct value *advanced = value_get(data, "advanced_settings");

	value_each(group, value_get(advanced, "groups"))
		height += 30 + ROW_HEIGHT * (int)value_count(value_get(
						    group, "variables"));
	return height;
}

static int
description_height(const struct value *data)
{
	size_t letters = 0;
	size_t lines;

	for (const char *s = value_get_text(data, "desc", ""); *s != '\0'; s++)
		letters += ((unsigned char)*s & 0xC0) != 0x80;
	lines = (letters + LINE_LETTERS - 1) / LINE_LETTERS;
	if (lines > MOST_LINES)
		lines = MOST_LINES;
	return (int)lines * LINE;
}

static int
rows_height(const struct value *data, const char *type)
{
	if (strcmp(type, "if-else") == 0)
		return cases_height(data);
	if (value_get_bool(value_get(data, "advanced_settings"),
		    "group_enabled", false))
		return groups_height(data);
	for (size_t i = 0; i < nitems(shapes); i++) {
		int count;

		if (strcmp(shapes[i].type, type) != 0)
			continue;
		if (shapes[i].list == NULL)
			return shapes[i].fixed;
		count = (int)value_count(value_get(data, shapes[i].list));
		return count == 0 ? 0
				  : shapes[i].fixed + count * shapes[i].each;
	}
	return 0;
}

void
layout_size(const struct value *data, int *width_r, int *height_r)
{
	const char *type = value_get_text(data, "type", "");

	if (strcmp(type, "iteration-start") == 0 ||
		strcmp(type, "loop-start") == 0) {
		*width_r = START_WIDTH;
		*height_r = START_HEIGHT;
		return;
	}
	*width_r = NODE_WIDTH;
	*height_r = HEAD + rows_height(data, type) + description_height(data);
	if (value_get_text(data, "error_strategy", NULL) != NULL)
		*height_r += 36;
}

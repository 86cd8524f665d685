/* yaml_tabs.c: see yaml_tabs.h. */
#include "text/yaml_tabs.h"

#include <string.h>

void
yaml_tabs_init(struct yaml_tabs *t, const char *text, size_t n)
{
	t->at = text;
	t->end = text + n;
	t->position = 0;
	t->line = 1;
	t->none = n == 0 || memchr(text, '\t', n) == NULL;
	t->comment = false;
	t->last = '\n';
}

/* Steps over one character; continuation bytes belong to the one before. */
static void
step(struct yaml_tabs *t)
{
	t->last = *t->at++;
	while (t->at < t->end && ((unsigned char)*t->at & 0xC0) == 0x80)
		t->at++;
	t->position++;
	if (t->last == '\n') {
		t->line++;
		t->comment = false;
	}
}

bool
yaml_tabs_clear(struct yaml_tabs *t, size_t position)
{
	if (t->none)
		return true;
	while (t->at < t->end && t->position < position) {
		if (*t->at == '\t' && !t->comment)
			return false;
		if (*t->at == '#' && strchr(" \n\r,[]{}", t->last) != NULL)
			t->comment = true;
		step(t);
	}
	return true;
}

void
yaml_tabs_skip(struct yaml_tabs *t, size_t position)
{
	if (t->none)
		return;
	while (t->at < t->end && t->position < position)
		step(t);
	t->comment = false;
}

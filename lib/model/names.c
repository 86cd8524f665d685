/* names.c: see names.h. */
#include "model/names.h"
#include "base/fatal.h"

#include <stddef.h>
#include <string.h>

int
name_find(const char *text, const char *const *names, int count)
{
	int i;

	for (i = 0; text != NULL && i < count; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	return -1;
}

int
name_index(const char *text, const char *const *names, int count)
{
	int i = name_find(text, names, count);

	if (i < 0)
		fatal("database: unknown word \"%s\"",
			text == NULL ? "" : text);
	return i;
}

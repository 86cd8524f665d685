/* mask.c: see mask.h. */
#include "dsl/mask.h"

#include <string.h>

bool
mask_is(const char *text)
{
	return text != NULL && *text != '\0' && text[strspn(text, "*")] == '\0';
}

static const struct value *
variables(const struct value *dsl)
{
	return value_get(value_get(dsl, "workflow"), "environment_variables");
}

static bool
is_secret(const struct value *variable)
{
	return strcmp(value_get_text(variable, "value_type", ""), "secret") ==
	       0;
}

static const char *
known(const struct value *dsl, const char *name)
{
	value_each(v, variables(dsl)) {
		const char *value = value_get_text(v, "value", "");

		if (is_secret(v) && *value != '\0' && !mask_is(value) &&
			strcmp(value_get_text(v, "name", ""), name) == 0)
			return value;
	}
	return NULL;
}

size_t
mask_fill(struct arena *a, struct value *dsl, const struct value *from)
{
	size_t left = 0;

	value_each(v, variables(dsl)) {
		const char *value = value_get_text(v, "value", NULL);
		const char *name = value_get_text(v, "name", "");
		const char *there;

		if (!is_secret(v) || value == NULL ||
			(*value != '\0' && !mask_is(value)))
			continue;
		there = known(from, name);
		if (there != NULL)
			value_set_text(a, v, "value", there);
		else
			left += *value != '\0';
	}
	return left;
}

bool
mask_differs(const struct value *x, const struct value *y)
{
	value_each(v, variables(x)) {
		const char *name = value_get_text(v, "name", "");
		const char *ours = known(x, name);
		const char *theirs = known(y, name);

		if (ours != NULL && theirs != NULL && strcmp(ours, theirs) != 0)
			return true;
	}
	return false;
}

bool
mask_set(
	struct arena *a, struct value *dsl, const char *name, const char *value)
{
	value_each(v, variables(dsl)) {
		if (!is_secret(v) ||
			strcmp(value_get_text(v, "name", ""), name) != 0)
			continue;
		value_set_text(a, v, "value", value);
		return true;
	}
	return false;
}

struct value *
mask_names(struct arena *a, const struct value *dsl)
{
	struct value *names = value_array(a);

	value_each(v, variables(dsl))
		if (is_secret(v) && mask_is(value_get_text(v, "value", NULL)))
			value_append_text(
				a, names, value_get_text(v, "name", ""));
	return names;
}

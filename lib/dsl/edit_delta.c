/* edit_delta.c: from what words say before and after to the data. */
#include "dsl/edit_parts.h"

/* One item or member: written when it differs. */
static void
delta_one(struct arena *a, struct value *actual, const struct value *before,
	const struct value *after)
{
	if (value_equal(before, after))
		return;
	if (actual->type == before->type && before->type == after->type &&
		(before->type == VALUE_OBJECT || before->type == VALUE_ARRAY))
		edit_delta(a, actual, before, after);
	else
		value_replace(actual, value_clone(a, after));
}

static void
delta_object(struct arena *a, struct value *actual, const struct value *before,
	const struct value *after)
{
	value_each(member, after) {
		const struct value *old = value_get(before, member->key);
		struct value *mine = value_get(actual, member->key);

		if (old != NULL && mine != NULL)
			delta_one(a, mine, old, member);
		else if (old == NULL || !value_equal(old, member))
			value_set(
				a, actual, member->key, value_clone(a, member));
	}
	value_each(member, before) {
		struct value *mine = value_get(actual, member->key);

		if (value_get(after, member->key) == NULL && mine != NULL)
			value_remove(mine);
	}
}

static void
replace_items(struct arena *a, struct value *actual, const struct value *after)
{
	while (value_first(actual) != NULL)
		value_remove(value_first(actual));
	value_each(item, after)
		value_append(actual, value_clone(a, item));
}

static void
delta_array(struct arena *a, struct value *actual, const struct value *before,
	const struct value *after)
{
	size_t had = value_count(before), has = value_count(after);
	size_t n = value_count(actual), i = 0;
	struct value *mine = value_first(actual), *next;

	if (n < had || (n != had && had != has)) {
		replace_items(a, actual, after);
		return;
	}
	value_each(item, after) {
		next = mine != NULL ? mine->next : NULL;
		if (i < had && mine != NULL && value_at(before, i) != NULL)
			delta_one(a, mine, value_at(before, i), item);
		else
			value_append(actual, value_clone(a, item));
		mine = next;
		i++;
	}
	for (; i < had && mine != NULL; i++) {
		next = mine->next;
		value_remove(mine);
		mine = next;
	}
}

void
edit_delta(struct arena *a, struct value *actual, const struct value *before,
	const struct value *after)
{
	if (before->type == VALUE_OBJECT)
		delta_object(a, actual, before, after);
	else
		delta_array(a, actual, before, after);
}

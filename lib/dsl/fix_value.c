/* fix_value.c: mends of what a field says. */
#include "dsl/fix.h"

#include "base/str.h"

#include <ctype.h>

bool
fix_file_types(struct fix *f)
{
	static const char *const types[] = {
		"image", "document", "audio", "video"};
	struct value *list = value_array(f->arena);

	for (size_t i = 0; i < 4; i++)
		value_append_text(f->arena, list, types[i]);
	return fix_put(f, list);
}

bool
fix_loop_count(struct fix *f)
{
	int64_t n = value_get_int(f->parent, f->key, 1);

	return fix_put(f, value_int(f->arena, n < 1 ? 1 : 100));
}

bool
fix_parallel(struct fix *f)
{
	return fix_put(f, value_int(f->arena, 1));
}

bool
fix_prompt_shape(struct fix *f)
{
	struct value *list = value_array(f->arena);
	struct value *message = value_object(f->arena);

	if (value_text(value_get(f->at, "text")) == NULL)
		return false;
	value_set_text(f->arena, message, "role", "user");
	value_set_text(
		f->arena, message, "text", value_get_text(f->at, "text", ""));
	value_append(list, message);
	return fix_put(f, list);
}

bool
fix_url(struct fix *f)
{
	const char *s = value_text(f->at);

	if (s == NULL || strstr(s, "://") != NULL)
		return false;
	return fix_put_text(
		f, arena_printf(f->arena, "https://%s", s + strspn(s, "/ ")));
}

/* The first model that is there, with its provider. */
bool
fix_model(struct fix *f)
{
	const struct resource *model =
		resource_first(f->resources, RESOURCE_MODEL);

	if (model == NULL)
		return false;
	value_set_text(f->arena, f->parent, "provider", model->provider);
	if (model->mode != NULL)
		value_set_text(f->arena, f->parent, "mode", model->mode);
	return fix_put_text(f, model->id);
}

/* The variable that the template reads a reference by, bound if need be. */
static const char *
bind(struct fix *f, struct value *variables, const struct value *selector)
{
	struct value *binding;
	const char *stem = value_text(value_at(selector, 1));
	const char *name = stem;
	bool taken = true;

	value_each(item, variables)
		if (value_equal(value_get(item, "value_selector"), selector))
			return value_get_text(item, "variable", stem);
	for (int i = 2; taken; i++) {
		taken = false;
		value_each(item, variables)
			if (strcmp(value_get_text(item, "variable", ""),
				    name) == 0)
				taken = true;
		if (taken)
			name = arena_printf(f->arena, "%s_%d", stem, i);
	}
	binding = value_object(f->arena);
	value_set_text(f->arena, binding, "variable", name);
	value_set(f->arena, binding, "value_selector",
		value_clone(f->arena, selector));
	value_append(variables, binding);
	return name;
}

/* The parts of "a.b.c" between "{{#" and "#}}". */
static struct value *
selector_of(struct arena *a, const char *s, size_t n)
{
	struct value *list = value_array(a);

	while (n > 0) {
		const char *dot = memchr(s, '.', n);
		size_t part = dot != NULL ? (size_t)(dot - s) : n;

		value_append(list, value_string_n(a, s, part));
		s += part;
		n -= part;
		if (n > 0) {
			s++;
			n--;
		}
	}
	return list;
}

/* Each {{#a.b#}} becomes {{ b }}, and b is bound to a.b. */
bool
fix_template(struct fix *f)
{
	const char *s = value_text(f->at);
	struct value *variables = value_get(f->parent, "variables");
	struct str out;
	const char *hit;

	if (s == NULL || !value_is(variables, VALUE_ARRAY))
		return false;
	str_init(&out, f->arena, f->at->u.text.len * 2 + 1000);
	while ((hit = strstr(s, "{{#")) != NULL) {
		const char *end = strstr(hit + 3, "#}}");
		const struct value *selector;

		if (end == NULL)
			return false;
		selector =
			selector_of(f->arena, hit + 3, (size_t)(end - hit - 3));
		if (value_count(selector) < 2)
			return false;
		str_add(&out, s, (size_t)(hit - s));
		str_printf(&out, "{{ %s }}", bind(f, variables, selector));
		s = end + 3;
	}
	str_puts(&out, s);
	return fix_put_text(f, out.s);
}

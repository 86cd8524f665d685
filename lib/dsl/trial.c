/* trial.c: see trial.h. */
#include "dsl/trial.h"
#include "base/nitems.h"

#include <string.h>
#include <strings.h>

static const struct value *
nodes_of(const struct value *dsl)
{
	return value_get(
		value_get(value_get(dsl, "workflow"), "graph"), "nodes");
}

static const char *
type_of(const struct value *node)
{
	return value_get_text(value_get(node, "data"), "type", "");
}

static const struct value *
start_of(const struct value *dsl)
{
	value_each(node, nodes_of(dsl))
		if (strcmp(type_of(node), "start") == 0)
			return value_get(node, "data");
	return NULL;
}

struct value *
dsl_trial_effects(struct arena *a, const struct value *dsl)
{
	static const char *const types[] = {
		"http-request", "tool", "agent", "human-input"};
	struct value *list = value_array(a);
	size_t i;

	value_each(node, nodes_of(dsl))
		for (i = 0; i < nitems(types); i++) {
			struct value *v;

			if (strcmp(type_of(node), types[i]) != 0)
				continue;
			v = value_append(list, value_object(a));
			value_set_text(
				a, v, "node", value_get_text(node, "id", ""));
			value_set_text(a, v, "type", types[i]);
			value_set_text(a, v, "title",
				value_get_text(
					value_get(node, "data"), "title", ""));
		}
	return list;
}

bool
dsl_trial_start(const struct value *dsl)
{
	value_each(node, nodes_of(dsl))
		if (strncmp(type_of(node), "trigger-", 8) == 0)
			return false;
	return start_of(dsl) != NULL;
}

/* ---- inputs ---- */

static bool
is_empty(const struct value *v)
{
	return v == NULL || value_is(v, VALUE_NULL) ||
	       (value_text(v) != NULL && *value_text(v) == '\0');
}

static bool
speaks_of(const char *label, const char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcasestr(label, words[i]) != NULL)
			return true;
	return false;
}

/* A text that fits what the label speaks of. */
static struct value *
sample_text(struct arena *a, const struct value *v)
{
	static const char *const links[] = {"url", "link", "链接", "网址"};
	static const char *const mails[] = {
		"e-mail address", "email address", "邮箱"};
	static const char *const numbers[] = {
		"score", "number", "amount", "分数", "数量", "金额"};
	const char *label = value_get_text(v, "label", "");
	int64_t most = value_get_int(v, "max_length", 0);
	const char *text;

	if (*label == '\0')
		label = value_get_text(v, "variable", "");
	text = speaks_of(label, links, nitems(links))   ? "https://example.com"
	       : speaks_of(label, mails, nitems(mails)) ? "someone@example.com"
	       : speaks_of(label, numbers, nitems(numbers))
		       ? "42"
		       : arena_printf(a, "A test of %s", label);
	if (most > 0 && strlen(text) > (size_t)most)
		text = arena_strcut(a, text, (size_t)most);
	return value_string(a, text);
}

/* NULL: nothing can be made up. */
static struct value *
sample(struct arena *a, const struct value *v)
{
	const char *type = value_get_text(v, "type", "text-input");
	const char *option = value_text(value_at(value_get(v, "options"), 0));

	if (strncmp(type, "file", 4) == 0)
		return NULL;
	if (strcmp(type, "number") == 0)
		return value_int(a, 1);
	if (strcmp(type, "checkbox") == 0)
		return value_bool(a, true);
	if (strcmp(type, "json_object") == 0)
		return value_object(a);
	if (strcmp(type, "select") == 0)
		return option == NULL ? NULL : value_string(a, option);
	return sample_text(a, v);
}

/* Dify keeps a default as a text, whatever the type. */
static bool
usable(const struct value *v, const struct value *given)
{
	const char *type = value_get_text(v, "type", "text-input");

	if (is_empty(given))
		return false;
	if (strcmp(type, "number") == 0)
		return value_is(given, VALUE_INT) ||
		       value_is(given, VALUE_FLOAT);
	if (strcmp(type, "checkbox") == 0)
		return value_is(given, VALUE_BOOL);
	if (strcmp(type, "json_object") == 0)
		return value_is(given, VALUE_OBJECT);
	return value_text(given) != NULL;
}

struct value *
dsl_trial_inputs(struct arena *a, const struct value *dsl, bool *files_r)
{
	struct value *inputs = value_object(a);

	*files_r = false;
	value_each(v, value_get(start_of(dsl), "variables")) {
		const char *name = value_get_text(v, "variable", "");
		const struct value *given = value_get(v, "default");
		bool required = value_get_bool(v, "required", false);
		struct value *made = NULL;

		if (usable(v, given))
			made = value_clone(a, given);
		else if (required)
			made = sample(a, v);
		if (made != NULL)
			value_set(a, inputs, name, made);
		else if (required)
			*files_r = true;
	}
	return inputs;
}

const char *
dsl_trial_query(const struct value *dsl)
{
	const struct value *features =
		value_get(value_get(dsl, "workflow"), "features");
	const char *first = value_text(
		value_at(value_get(features, "suggested_questions"), 0));

	if (strcmp(value_get_text(value_get(dsl, "app"), "mode", ""),
		    "advanced-chat") != 0)
		return NULL;
	return first != NULL && *first != '\0' ? first : "Hello";
}

/* inputs.c: whether inputs fit the form of an app (contract.md 3.3). */
#include "base/nitems.h"
#include "base/str.h"
#include "dify/service.h"

#include <string.h>
#include <strings.h>

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static bool
is_option(const struct value *options, const char *text)
{
	value_each(o, options)
		if (value_text(o) != NULL && strcmp(value_text(o), text) == 0)
			return true;
	return value_count(options) == 0;
}

static bool
is_empty(const struct value *v)
{
	return v == NULL || value_is(v, VALUE_NULL) ||
	       (value_text(v) != NULL && *value_text(v) == '\0');
}

/* ---- files ---- */

/* What Dify takes a file for, by its ending. */
static const struct {
	const char *kind;
	const char *endings;
} kinds[] = {
	{"image", " jpg jpeg png webp gif svg "},
	{"audio", " mp3 m4a wav amr mpga "},
	{"video", " mp4 mov mpeg webm "},
	{"document", " txt markdown md mdx pdf html htm xlsx xls vtt"
		     " properties doc docx csv eml msg pptx ppt xml epub"
		     " json "},
};

/* The ending of a name without its dot, in small letters; "" without. */
static const char *
ending_of(struct arena *a, const char *name)
{
	const char *dot = strrchr(name, '.');
	char *p = arena_strdup(a, dot == NULL ? "" : dot + 1);
	char *c;

	for (c = p; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	return p;
}

static const char *
kind_of(struct arena *a, const char *ending)
{
	const char *word = arena_printf(a, " %s ", ending);
	size_t i;

	for (i = 0; *ending != '\0' && i < nitems(kinds); i++)
		if (strstr(kinds[i].endings, word) != NULL)
			return kinds[i].kind;
	return "custom";
}

static bool
holds(const struct value *list, const char *word)
{
	value_each(v, list) {
		const char *text = value_text(v);

		if (text != NULL &&
			strcasecmp(text + (*text == '.'), word) == 0)
			return true;
	}
	return false;
}

/* Only what is sent from here has a name to judge by. */
static const char *
file_problem(struct arena *a, const char *input, const struct value *e,
	const struct value *file)
{
	const struct value *allowed = value_get(e, "allowed_file_types");
	const char *name = value_get_text(file, "name", NULL);
	const char *ending;
	const char *kind;

	if (!value_is(file, VALUE_OBJECT) ||
		value_get_text(file, "transfer_method", NULL) == NULL)
		return arena_printf(a, "the input %s must be a file", input);
	if (name == NULL || value_count(allowed) == 0)
		return NULL;
	ending = ending_of(a, name);
	kind = kind_of(a, ending);
	if ((strcmp(kind, "custom") != 0 && holds(allowed, kind)) ||
		(holds(allowed, "custom") &&
			holds(value_get(e, "allowed_file_extensions"), ending)))
		return NULL;
	return arena_printf(
		a, "the input %s takes no files such as %s", input, name);
}

static const char *
files_problem(struct arena *a, const char *input, const struct value *e,
	const struct value *list)
{
	int64_t most = value_get_int(e, "max_length", 0);
	const char *problem = NULL;

	if (!value_is(list, VALUE_ARRAY))
		return arena_printf(
			a, "the input %s must be a list of files", input);
	if (most > 0 && value_count(list) > (size_t)most)
		return arena_printf(a, "the input %s takes at most %d files",
			input, (int)most);
	value_each(file, list)
		if (problem == NULL)
			problem = file_problem(a, input, e, file);
	return problem;
}

/* What is not a text. */
static const char *
other_problem(struct arena *a, const char *kind, const char *name,
	const struct value *e, const struct value *v)
{
	if (strcmp(kind, "file") == 0)
		return file_problem(a, name, e, v);
	if (strcmp(kind, "file-list") == 0)
		return files_problem(a, name, e, v);
	if (strcmp(kind, "number") == 0 && !value_is(v, VALUE_INT) &&
		!value_is(v, VALUE_FLOAT))
		return arena_printf(a, "the input %s must be a number", name);
	if (strcmp(kind, "checkbox") == 0 && !value_is(v, VALUE_BOOL))
		return arena_printf(
			a, "the input %s must be true or false", name);
	if (strcmp(kind, "json_object") == 0 && !value_is(v, VALUE_OBJECT))
		return arena_printf(
			a, "the input %s must be a JSON object", name);
	return NULL;
}

/* ---- the form ---- */

/* One element of the form, {"text-input": {variable, required, ...}}. */
static const char *
element_problem(struct arena *a, const struct value *element,
	const struct value *inputs)
{
	const struct value *e = value_first(element);
	const char *name = value_get_text(e, "variable", "");
	const struct value *v = value_get(inputs, name);
	int64_t most = value_get_int(e, "max_length", 0);
	bool text;

	if (e == NULL)
		return NULL;
	text = strcmp(e->key, "text-input") == 0 ||
	       strcmp(e->key, "paragraph") == 0;
	if (is_empty(v))
		return value_get_bool(e, "required", false) &&
				       is_empty(value_get(e, "default"))
			       ? arena_printf(
					 a, "the input %s is missing", name)
			       : NULL;
	if (text && value_text(v) == NULL)
		return arena_printf(a, "the input %s must be a text", name);
	if (text && most > 0 && characters(value_text(v)) > (size_t)most)
		return arena_printf(a,
			"the input %s is longer than %d characters", name,
			(int)most);
	if (strcmp(e->key, "select") == 0 &&
		(value_text(v) == NULL ||
			!is_option(value_get(e, "options"), value_text(v))))
		return arena_printf(
			a, "the input %s is none of its options", name);
	return other_problem(a, e->key, name, e, v);
}

const char *
dify_input_problem(struct arena *a, const struct value *parameters,
	const struct value *inputs)
{
	value_each(e, value_get(parameters, "user_input_form")) {
		const char *problem = element_problem(a, e, inputs);

		if (problem != NULL)
			return problem;
	}
	return NULL;
}

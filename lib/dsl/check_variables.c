/* check_variables.c: environment and conversation variables. */
#include "dsl/check.h"

#include "base/nitems.h"
#include "text/json.h"

#include <ctype.h>
#include <string.h>

enum { MOST_BYTES = 200 * 1024, UUID_LEN = 36 };

#define TYPES                                                \
	"string|number|integer|float|secret|object|boolean|" \
	"array[string]|array[number]|array[object]|array[boolean]|array[any]"

static bool
is_number(const struct value *v)
{
	return v->type == VALUE_INT || v->type == VALUE_FLOAT ||
	       v->type == VALUE_BOOL;
}

static bool
items_fit(const struct value *list, const char *type)
{
	value_each(item, list)
		if (!check_value_fits(item, type))
			return false;
	return true;
}

bool
check_value_fits(const struct value *v, const char *type)
{
	static const struct {
		const char *list;
		const char *item;
	} arrays[] = {
		{"array[string]", "string"},
		{"array[number]", "number"},
		{"array[object]", "object"},
		{"array[boolean]", "boolean"},
		{"array[any]", "any"},
	};

	if (strcmp(type, "string") == 0 || strcmp(type, "secret") == 0)
		return v->type == VALUE_STRING;
	if (strcmp(type, "number") == 0 || strcmp(type, "integer") == 0 ||
		strcmp(type, "float") == 0)
		return is_number(v);
	if (strcmp(type, "object") == 0)
		return v->type == VALUE_OBJECT;
	if (strcmp(type, "boolean") == 0)
		return v->type == VALUE_BOOL;
	for (size_t i = 0; i < nitems(arrays); i++)
		if (strcmp(arrays[i].list, type) == 0)
			return v->type == VALUE_ARRAY &&
			       items_fit(v, arrays[i].item);
	return true;
}

static size_t
bytes_of(struct check *c, const struct value *v)
{
	struct str out;

	if (v->type == VALUE_STRING)
		return v->u.text.len;
	str_init(&out, c->arena, MOST_BYTES + 1);
	jsonx_write(&out, v, 0);
	return out.full ? MOST_BYTES + 1 : out.len;
}

/* What counts for both kinds; a variable without these is not imported. */
static void
check_variable(struct check *c, const struct value *item)
{
	const char *name = value_get_text(item, "name", "");
	const struct value *type = value_get(item, "value_type");
	const struct value *value = value_get(item, "value");
	struct finding *f;

	if (!value_is(item, VALUE_OBJECT)) {
		check_say(c, "variable_shape", item, NULL, NULL, NULL, NULL);
		return;
	}
	if (name[0] == '\0')
		check_say(c, "variable_name_missing", item, "name", NULL, NULL,
			NULL);
	if (type == NULL || type->type == VALUE_NULL) {
		check_say(c, "variable_type_missing", item, "value_type", NULL,
			name, NULL);
		return;
	}
	if (value == NULL || value->type == VALUE_NULL) {
		check_say(c, "variable_value_missing", item, "value", NULL,
			name, NULL);
		return;
	}
	if (value_text(type) == NULL || !list_has(TYPES, value_text(type))) {
		f = check_say(c, "variable_type_unknown", type, NULL, NULL,
			name, value_text(type));
		if (f != NULL)
			f->allowed = "string, number, secret, object, boolean, "
				     "array[string], array[number], "
				     "array[object]";
		return;
	}
	if (!check_value_fits(value, value_text(type)))
		check_say(c, "variable_value_wrong", value, NULL, NULL, name,
			value_text(type));
	if (bytes_of(c, value) > MOST_BYTES)
		check_say(c, "variable_large", value, NULL, NULL, name, NULL);
}

static bool
name_shaped(const char *s)
{
	enum { MOST = 30 };
	size_t n = strlen(s);

	if (n > MOST || isdigit((unsigned char)s[0]))
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

static void
check_name(struct check *c, const struct value *item, struct names *names,
	size_t number)
{
	const char *name = value_get_text(item, "name", NULL);

	if (name == NULL || name[0] == '\0')
		return;
	if (names_put(names, name, number) != number)
		check_say(c, "variable_name_repeated", item, "name", NULL, name,
			NULL);
	if (!name_shaped(name))
		check_say(c, "variable_name_shape", item, "name", NULL, name,
			NULL);
}

static void
check_environment(struct check *c)
{
	const struct value *list =
		value_get(c->workflow, "environment_variables");
	size_t number = 0;

	value_each(item, list) {
		const char *type = value_get_text(item, "value_type", "");

		check_variable(c, item);
		check_name(c, item, &c->env, number++);
		if (strncmp(type, "array", 5) == 0 ||
			strcmp(type, "object") == 0)
			check_say(c, "env_type", item, "value_type", NULL,
				value_get_text(item, "name", ""), type);
	}
}

static bool
is_uuid(const char *s)
{
	if (strlen(s) != UUID_LEN)
		return false;
	for (size_t i = 0; i < UUID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
			return false;
	}
	return true;
}

/* The id is a key of the database: every chat ends in an error when it is
 * no UUID or not unique. */
static void
check_id(struct check *c, const struct value *item, struct names *ids,
	size_t number)
{
	const struct value *id = value_get(item, "id");

	if (id == NULL || !c->chat || (value_text(id) && !*value_text(id)))
		return;
	if (value_text(id) == NULL || !is_uuid(value_text(id)))
		check_say(c, "conversation_id", id, NULL, NULL,
			value_get_text(item, "name", ""), NULL);
	else if (names_put(ids, value_text(id), number) != number)
		check_say(c, "conversation_id_repeated", id, NULL, NULL,
			value_get_text(item, "name", ""), NULL);
}

static void
check_conversation(struct check *c)
{
	const struct value *list =
		value_get(c->workflow, "conversation_variables");
	struct names ids;
	size_t number = 0;

	names_init(&ids, c->arena);
	if (value_count(list) > 0 && !c->chat)
		check_say(c, "conversation_in_workflow", list, NULL, NULL, NULL,
			NULL);
	value_each(item, list) {
		check_variable(c, item);
		check_name(c, item, &c->conversation, number);
		check_id(c, item, &ids, number++);
	}
}

void
check_variables(struct check *c)
{
	check_environment(c);
	check_conversation(c);
}

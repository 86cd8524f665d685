/* check_document.c: the document itself, its app and its features. */
#include "dsl/check.h"

#include "base/limits.h"
#include "base/nitems.h"

#include <ctype.h>
#include <string.h>

enum { MOST_LETTERS = 255 };

#define MODES_OLD "completion|workflow|chat|advanced-chat|agent-chat|channel"

/* Which modes a Dify knows, newest first. */
static const struct {
	int since;
	const char *modes;
} modes[] = {
	{11600, MODES_OLD "|rag-pipeline|agent"},
	{10900, MODES_OLD "|rag-pipeline"},
	{0, MODES_OLD},
};

static size_t
letters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

/* Halves of surrogate pairs, as a JSON text in a YAML reader leaves them. */
static bool
has_halves(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)s[0] == 0xED && (unsigned char)s[1] >= 0xA0)
			return true;
	return false;
}

static void
check_app_text(struct check *c, const struct value *app, const char *key)
{
	const char *s = value_get_text(app, key, NULL);

	if (s == NULL)
		return;
	if (letters(s) > MOST_LETTERS)
		check_say(c, "app_text_long", app, key, NULL, key, "255");
	if (has_halves(s))
		check_say(c, "app_text_halves", app, key, NULL, key, NULL);
}

static void
check_app(struct check *c, const struct value *app)
{
	const struct value *name = value_get(app, "name");

	if (name == NULL || (value_text(name) && value_text(name)[0] == '\0'))
		check_say(c, "app_name_missing", app, "name", NULL, NULL, NULL);
	else if (name->type == VALUE_NULL)
		check_say(c, "app_name_null", name, NULL, NULL, NULL, NULL);
	check_app_text(c, app, "name");
	check_app_text(c, app, "icon");
}

static bool
check_mode(struct check *c, const struct value *app)
{
	const struct value *mode = value_get(app, "mode");
	size_t row = 0;
	struct finding *f;

	if (mode == NULL || mode->type == VALUE_NULL ||
		(value_text(mode) != NULL && value_text(mode)[0] == '\0')) {
		check_say(c, "app_mode_missing", app, "mode", NULL, NULL, NULL);
		return false;
	}
	while (c->version < modes[row].since)
		row++;
	if (value_text(mode) != NULL &&
		list_has(modes[row].modes, value_text(mode)))
		return true;
	f = check_say(c, "app_mode_unknown", mode, NULL, NULL,
		value_text(mode) ? value_text(mode) : "", NULL);
	if (f != NULL)
		f->allowed = "workflow, advanced-chat";
	return false;
}

/* Digits and points, as in 0.5.0; what else packaging.version takes is not
 * to be found in the wild. */
static bool
version_readable(const char *s)
{
	if (*s == 'v')
		s++;
	if (!isdigit((unsigned char)*s))
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr(".-+", *s) == NULL)
			return false;
	return true;
}

/* Parts of a version as one number: "0.5.0" is 500. */
static int64_t
version_number(const char *s)
{
	int64_t parts[3] = {0};

	for (int i = 0; i < 3 && *s != '\0'; i++) {
		while (isdigit((unsigned char)*s) && parts[i] < 1000)
			parts[i] = parts[i] * 10 + (*s++ - '0');
		if (*s == '.')
			s++;
	}
	return parts[0] * 1000000 + parts[1] * 1000 + parts[2];
}

static void
check_version(struct check *c)
{
	const struct value *version = value_get(c->dsl, "version");
	const char *s = value_text(version);
	const char *mine = dsl_format(c->version);

	if (version == NULL || version->type == VALUE_NULL) {
		check_say(c, "version_absent", c->dsl, "version", NULL, mine,
			NULL);
		return;
	}
	if (s == NULL)
		check_say(
			c, "version_not_text", version, NULL, NULL, mine, NULL);
	else if (s[0] != '\0' && !version_readable(s))
		check_say(c, "version_invalid", version, NULL, NULL, s, mine);
	else if (version_number(s) > version_number(mine))
		check_say(c, "version_newer", version, NULL, NULL, s, mine);
	else if (version_number(s) <= version_number("0.1.5") &&
		 value_count(value_get(c->dsl, "dependencies")) == 0)
		check_say(c, "version_old", version, NULL, NULL, s, mine);
}

static void
check_dependencies(struct check *c)
{
	const struct value *list = value_get(c->dsl, "dependencies");

	if (list == NULL || list->type == VALUE_NULL)
		return;
	if (list->type != VALUE_ARRAY) {
		if (value_count(list) > 0 || list->type != VALUE_OBJECT)
			check_say(c, "dependency_invalid", list, NULL, NULL,
				NULL, NULL);
		return;
	}
	value_each(item, list) {
		const char *type = value_get_text(item, "type", "");

		if (!list_has("github|marketplace|package", type) ||
			!value_is(value_get(item, "value"), VALUE_OBJECT))
			check_say(c, "dependency_invalid", item, NULL, NULL,
				NULL, NULL);
	}
}

/* Only workflows have a graph; the other modes have a model_config. */
static bool
find_graph(struct check *c)
{
	if (strcmp(c->mode, "workflow") != 0 &&
		strcmp(c->mode, "advanced-chat") != 0 &&
		strcmp(c->mode, "rag-pipeline") != 0) {
		if (!value_is(
			    value_get(c->dsl, "model_config"), VALUE_OBJECT) &&
			strcmp(c->mode, "agent") != 0)
			check_say(c, "model_config_missing", c->dsl,
				"model_config", NULL, NULL, NULL);
		return false;
	}
	c->workflow = value_get(c->dsl, "workflow");
	if (!value_is(c->workflow, VALUE_OBJECT) ||
		value_count(c->workflow) == 0) {
		check_say(c, "workflow_missing", c->dsl, "workflow", NULL, NULL,
			NULL);
		return false;
	}
	return true;
}

bool
check_document(struct check *c)
{
	const struct value *app;

	if (!value_is(c->dsl, VALUE_OBJECT)) {
		finding_add(c->arena, c->out, "document_shape", "", "", NULL,
			NULL, NULL);
		return false;
	}
	app = value_get(c->dsl, "app");
	check_version(c);
	if (!check_text_is(c->dsl, "kind", "app"))
		check_say(c, "kind_other", c->dsl, "kind", NULL, NULL, NULL);
	if (!value_is(app, VALUE_OBJECT) || value_count(app) == 0) {
		check_say(c, "app_missing", c->dsl, "app", NULL, NULL, NULL);
		return false;
	}
	check_app(c, app);
	check_dependencies(c);
	if (!check_mode(c, app))
		return false;
	c->mode = dsl_mode(c->dsl);
	c->chat = strcmp(c->mode, "advanced-chat") == 0;
	return find_graph(c);
}

/* The features that are a switch, and those of chats alone. */
static const struct {
	const char *name;
	enum value_type type;
	bool chat;
} features[] = {
	{"text_to_speech", VALUE_OBJECT, false},
	{"sensitive_word_avoidance", VALUE_OBJECT, false},
	{"opening_statement", VALUE_STRING, true},
	{"suggested_questions", VALUE_ARRAY, true},
	{"suggested_questions_after_answer", VALUE_OBJECT, true},
	{"speech_to_text", VALUE_OBJECT, true},
	{"retriever_resource", VALUE_OBJECT, true},
};

static void
say_feature(struct check *c, const struct value *at, const char *name)
{
	check_say(c, "feature_invalid", at, NULL, NULL, name, NULL);
}

static void
check_feature(struct check *c, const struct value *list, size_t i)
{
	const struct value *v = value_get(list, features[i].name);
	const struct value *on = value_get(v, "enabled");

	if (v == NULL || check_is_falsy(v) || (features[i].chat && !c->chat))
		return;
	if (v->type != features[i].type ||
		(on != NULL && !check_is_falsy(on) && on->type != VALUE_BOOL))
		say_feature(c, v, features[i].name);
	if (v->type != VALUE_ARRAY)
		return;
	value_each(item, v)
		if (item->type != VALUE_STRING)
			say_feature(c, item, features[i].name);
}

static void
check_enums(struct check *c, const struct value *list, const char *allowed)
{
	if (list == NULL)
		return;
	if (list->type != VALUE_ARRAY) {
		say_feature(c, list, "file_upload");
		return;
	}
	value_each(item, list)
		if (allowed == NULL
				? item->type != VALUE_STRING
				: value_text(item) == NULL ||
					  !list_has(allowed, value_text(item)))
			say_feature(c, item, "file_upload");
}

static void
check_upload(struct check *c, const struct value *upload)
{
	const struct value *limit = value_get(upload, "number_limits");
	const char *methods = "remote_url|local_file|tool_file";

	if (upload == NULL || check_is_falsy(upload))
		return;
	if (upload->type != VALUE_OBJECT) {
		say_feature(c, upload, "file_upload");
		return;
	}
	if (c->version >= VERSION_GRAPH)
		methods = "remote_url|local_file|tool_file|datasource_file";
	check_enums(c, value_get(upload, "allowed_file_types"),
		"image|document|audio|video|custom");
	check_enums(
		c, value_get(upload, "allowed_file_upload_methods"), methods);
	check_enums(c, value_get(upload, "allowed_file_extensions"), NULL);
	if (limit != NULL && limit->type != VALUE_INT &&
		(value_text(limit) == NULL ||
			!isdigit((unsigned char)value_text(limit)[0])))
		say_feature(c, limit, "file_upload");
}

void
check_features(struct check *c)
{
	const struct value *list = value_get(c->workflow, "features");

	if (list == NULL)
		return;
	if (list->type != VALUE_OBJECT) {
		say_feature(c, list, "features");
		return;
	}
	for (size_t i = 0; i < nitems(features); i++)
		check_feature(c, list, i);
	check_upload(c, value_get(list, "file_upload"));
}

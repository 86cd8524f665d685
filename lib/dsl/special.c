/* special.c: what rows cannot say, by type; and what counts for all types. */
#include "dsl/special.h"

#include "base/nitems.h"
#include "text/json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *type;
	special_check *check;
} checks[] = {
	{"start", special_start},
	{"end", special_end},
	{"llm", special_llm},
	{"question-classifier", special_classifier},
	{"parameter-extractor", special_extractor},
	{"knowledge-retrieval", special_retrieval},
	{"code", special_code},
	{"template-transform", special_template},
	{"http-request", special_http},
	{"tool", special_tool},
	{"if-else", special_if_else},
	{"variable-aggregator", special_aggregator},
	{"document-extractor", special_document},
	{"list-operator", special_list},
	{"iteration", special_iteration},
	{"loop", special_loop},
	{"assigner", special_assigner},
	{"human-input", special_human},
	{"trigger-schedule", special_schedule},
};

void
special_invalid(struct check *c, const struct check_node *n,
	const struct value *at, const char *member, const char *reason)
{
	check_refuse(c, "field_invalid", at, member, n,
		member != NULL ? member : at->key, reason);
}

void
special_repeated(struct check *c, const struct check_node *n,
	const struct value *list, const char *key, const char *code)
{
	struct names seen;
	size_t number = 0;

	names_init(&seen, c->arena);
	value_each(item, list) {
		const char *name = value_get_text(item, key, NULL);

		if (name != NULL && names_put(&seen, name, number) != number)
			check_say(c, code, item, key, n, name, NULL);
		number++;
	}
}

bool
special_blank(const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		if (!isspace((unsigned char)*s))
			return false;
	return true;
}

const char *
special_type(struct check *c, const struct value *v, const char *key)
{
	const char *type = check_reference_type(c, value_get(v, key));

	return type != NULL ? type : "any";
}

/* A default written as a text is read as what its type says. */
static bool
default_fits(struct check *c, const struct value *v, const char *type)
{
	const char *s = value_text(v);
	struct jsonx_report report;
	char *end;

	if (s != NULL && strcmp(type, "number") == 0) {
		strtod(s, &end);
		while (isspace((unsigned char)*end))
			end++;
		return end != s && *end == '\0';
	}
	if (s != NULL && strcmp(type, "string") != 0)
		v = jsonx_read(c->arena, s, v->u.text.len, 0, &report);
	return v != NULL && check_value_fits(v, type);
}

static void
check_defaults(struct check *c, const struct check_node *n)
{
	value_each(item, value_get(n->data, "default_value")) {
		const char *type = value_get_text(item, "type", "any");
		const struct value *v = value_get(item, "value");

		if (v != NULL && strcmp(type, "array[file]") != 0 &&
			!default_fits(c, v, type))
			special_invalid(c, n, v, NULL, type);
	}
}

/* Up to 1.8 a version that no class has ends the run. */
static void
check_version(struct check *c, const struct check_node *n)
{
	const char *version = value_get_text(n->data, "version", "1");

	if (c->version >= VERSION_GRAPH || list_has("1|latest", version) ||
		(strcmp(version, "2") == 0 && check_type_is(n, "assigner")))
		return;
	special_invalid(c, n, n->data, "version", "1");
}

void
check_special(struct check *c, const struct check_node *n)
{
	check_defaults(c, n);
	check_version(c, n);
	for (size_t i = 0; i < nitems(checks); i++)
		if (check_type_is(n, checks[i].type))
			checks[i].check(c, n);
}

/* special_form.c: what people fill in and what a run hands back: start, end,
 * human-input and the timetable. */
#include "dsl/special.h"

#include "base/nitems.h"
#include "text/json.h"

#include <ctype.h>
#include <string.h>

static void
check_schema(
	struct check *c, const struct check_node *n, const struct value *item)
{
	const struct value *schema = value_get(item, "json_schema");
	struct jsonx_report report;

	if (value_text(schema) == NULL || c->version < VERSION_STRICT)
		return;
	if (schema->u.text.len > 0 &&
		jsonx_read(c->arena, value_text(schema), schema->u.text.len, 0,
			&report) == NULL)
		special_invalid(c, n, schema, NULL, "JSON");
}

static void
check_input(
	struct check *c, const struct check_node *n, const struct value *item)
{
	const char *type = value_get_text(item, "type", "");

	check_schema(c, n, item);
	if (strcmp(type, "select") == 0 &&
		value_count(value_get(item, "options")) == 0)
		check_say(c, "input_options", item, "options", n,
			value_get_text(item, "variable", ""), NULL);
	if (strncmp(type, "file", 4) == 0 &&
		value_count(value_get(item, "allowed_file_types")) == 0)
		check_say(c, "input_file_types", item, "allowed_file_types", n,
			value_get_text(item, "variable", ""), NULL);
}

void
special_start(struct check *c, const struct check_node *n)
{
	const struct value *list = value_get(n->data, "variables");

	value_each(item, list)
		check_input(c, n, item);
	special_repeated(c, n, list, "variable", "input_repeated");
}

void
special_end(struct check *c, const struct check_node *n)
{
	special_repeated(c, n, value_get(n->data, "outputs"), "variable",
		"output_repeated");
}

static bool
is_identifier(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_')
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

void
special_human(struct check *c, const struct check_node *n)
{
	const struct value *actions = value_get(n->data, "user_actions");

	value_each(action, actions) {
		const char *id = value_get_text(action, "id", NULL);

		if (id != NULL && !is_identifier(id))
			special_invalid(
				c, n, action, "id", "[A-Za-z_][A-Za-z0-9_]*");
	}
	if (value_count(actions) == 0)
		check_say(c, "checklist_empty", n->data, "user_actions", n,
			"user_actions", NULL);
	special_repeated(c, n, actions, "id", "action_repeated");
	special_repeated(c, n, value_get(n->data, "inputs"),
		"output_variable_name", "action_repeated");
}

/* The first words of the names that the zone database has. */
static bool
zone_known(const char *zone)
{
	static const char *const areas[] = {"Africa/", "America/",
		"Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/",
		"Brazil/", "Canada/", "Chile/", "Etc/", "Europe/", "Indian/",
		"Mexico/", "Pacific/", "US/"};
	const char *singles =
		"UTC|GMT|GMT+0|GMT-0|GMT0|Greenwich|UCT|Universal|"
		"Zulu|CET|CST6CDT|Cuba|EET|EST|EST5EDT|Egypt|"
		"Eire|GB|GB-Eire|HST|Hongkong|Iceland|Iran|"
		"Israel|Jamaica|Japan|Kwajalein|Libya|MET|MST|"
		"MST7MDT|NZ|NZ-CHAT|Navajo|PRC|PST8PDT|Poland|"
		"Portugal|ROC|ROK|Singapore|Turkey|W-SU|WET";

	for (size_t i = 0; i < nitems(areas); i++)
		if (strncmp(zone, areas[i], strlen(areas[i])) == 0)
			return zone[strlen(areas[i])] != '\0';
	return list_has(singles, zone);
}

static bool
cron_readable(const char *s)
{
	size_t fields = 0;

	if (*s == '@')
		return list_has("@yearly|@annually|@monthly|@weekly|@daily|"
				"@midnight|@hourly",
			s);
	while (*s != '\0') {
		while (*s == ' ')
			s++;
		if (*s == '\0')
			break;
		fields++;
		for (; *s != ' ' && *s != '\0'; s++)
			if (!isalnum((unsigned char)*s) &&
				strchr("*,-/?#", *s) == NULL)
				return false;
	}
	return fields == 5;
}

void
special_schedule(struct check *c, const struct check_node *n)
{
	const char *mode = value_get_text(n->data, "mode", "visual");
	const char *zone = value_get_text(n->data, "timezone", "UTC");
	const char *cron = value_get_text(n->data, "cron_expression", "");

	if (!zone_known(zone))
		special_invalid(
			c, n, n->data, "timezone", "UTC, Asia/Shanghai");
	if (strcmp(mode, "cron") == 0 && !cron_readable(cron))
		special_invalid(c, n, n->data, "cron_expression", "0 9 * * 1");
	if (strcmp(mode, "visual") == 0 &&
		value_get_text(n->data, "frequency", NULL) == NULL)
		special_invalid(c, n, n->data, "frequency",
			"hourly, daily, weekly, monthly");
}

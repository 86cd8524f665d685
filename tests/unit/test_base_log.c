/* test_base_log.c: every log line is one JSON object, whatever is in it. */
#include "dies.h"

#include "base/limits.h"
#include "base/log.h"

#include <json-c/json.h>
#include <stdlib.h>

/* What act() logs, parsed; fails unless it is exactly one line of JSON. */
static json_object *
logged(void (*act)(void))
{
	struct json_tokener *reader = json_tokener_new();
	char text[DIES_TEXT];
	json_object *o;
	char *end;

	json_tokener_set_flags(
		reader, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	assert_int_equal(dies_run(act, text), 0);
	end = strchr(text, '\n');
	assert_non_null(end);
	assert_int_equal(end[1], '\0');
	o = json_tokener_parse_ex(reader, text, (int)(end - text));
	if (o == NULL)
		fail_msg("no JSON: %s", text);
	json_tokener_free(reader);
	return o;
}

static const char *
text_of(json_object *o, const char *key)
{
	json_object *member;

	assert_true(json_object_object_get_ex(o, key, &member));
	return json_object_get_string(member);
}

static void
log_all_kinds(void)
{
	log_init("tester", LOG_INFO);
	log_warn("something_happened", log_str("text", "a \"b\" \\ \n\x7F\x01"),
		log_str("none", NULL), log_int("least", INT64_MIN),
		log_bool("yes", true), log_bool("no", false),
		log_str("zh", "\xE4\xBD\xA0\xE5\xA5\xBD"));
}

static void
all_kinds_of_members(void **state)
{
	json_object *o = logged(log_all_kinds);
	json_object *member;

	(void)state;
	assert_string_equal(text_of(o, "level"), "warn");
	assert_string_equal(text_of(o, "program"), "tester");
	assert_string_equal(text_of(o, "event"), "something_happened");
	assert_int_equal(strlen(text_of(o, "time")), 24);
	assert_string_equal(text_of(o, "text"), "a \"b\" \\ \n\x7F\x01");
	assert_true(json_object_object_get_ex(o, "none", &member));
	assert_null(member);
	assert_string_equal(text_of(o, "least"), "-9223372036854775808");
	assert_string_equal(text_of(o, "yes"), "true");
	assert_string_equal(text_of(o, "no"), "false");
	assert_string_equal(text_of(o, "zh"), "\xE4\xBD\xA0\xE5\xA5\xBD");
	json_object_put(o);
}

static void
log_below(void)
{
	log_init("tester", LOG_WARN);
	log_debug("a", log_int("n", 1));
	log_info("b", log_int("n", 1));
	log_error("c", log_int("n", 1));
}

static void
lower_levels_are_left_out(void **state)
{
	json_object *o = logged(log_below);

	(void)state;
	assert_string_equal(text_of(o, "event"), "c");
	json_object_put(o);
}

static void
log_long_text(void)
{
	char text[4 * LIMIT_LOG_VALUE + 1];
	size_t i;

	for (i = 0; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, "\xE4\xBD\xA0", 4);
	log_info("long", log_str("text", text), log_int("after", 1));
}

static void
a_long_text_is_cut_between_characters(void **state)
{
	json_object *o = logged(log_long_text);
	size_t n = strlen(text_of(o, "text"));

	(void)state;
	assert_in_range(n, LIMIT_LOG_VALUE - 3, LIMIT_LOG_VALUE);
	assert_int_equal(n % 3, 0);
	assert_string_equal(text_of(o, "after"), "1");
	json_object_put(o);
}

static void
log_held(void)
{
	int i;

	log_init("tester", LOG_INFO);
	log_hold(true);
	for (i = 0; i < 40; i++)
		log_info("line", log_int("n", i));
	log_error("line", log_int("n", 40));
	log_info("line", log_int("n", 41));
	log_hold(false);
	log_info("line", log_int("n", 42));
}

static void
held_lines_keep_their_order(void **state)
{
	char text[DIES_TEXT];
	const char *at = text;
	char number[16];
	int n;

	(void)state;
	assert_int_equal(dies_run(log_held, text), 0);
	for (n = 0; n <= 42; n++) {
		snprintf(number, sizeof(number), "\"n\":%d}\n", n);
		at = strstr(at, number);
		assert_non_null(at);
	}
	assert_int_equal(strlen(at), strlen(number));
}

/* Six bytes for each byte: more than a line holds. */
static void
log_more_than_a_line(void)
{
	char text[LIMIT_LOG_VALUE + 1];

	memset(text, 1, sizeof(text));
	text[LIMIT_LOG_VALUE] = '\0';
	log_info("wide", log_str("first", text), log_str("second", text),
		log_str("third", text), log_int("after", 1));
}

static void
a_line_that_is_full_is_still_json(void **state)
{
	json_object *o = logged(log_more_than_a_line);
	json_object *member;

	(void)state;
	assert_int_equal(strlen(text_of(o, "first")), LIMIT_LOG_VALUE);
	assert_false(json_object_object_get_ex(o, "second", &member));
	assert_false(json_object_object_get_ex(o, "third", &member));
	assert_string_equal(text_of(o, "after"), "1");
	json_object_put(o);
}

static void
log_bad_bytes(void)
{
	log_info("bad", log_str("lone", "a\x80z"), log_str("cut", "a\xE4\xBD"),
		log_str("surrogate", "a\xED\xA0\x80z"),
		log_str("overlong", "a\xC0\xAFz"),
		log_str("beyond", "a\xF4\x90\x80\x80z"),
		log_str("good", "\xF0\x9F\x98\x80"));
}

static void
bytes_that_are_no_utf8_are_replaced(void **state)
{
	json_object *o = logged(log_bad_bytes);

	(void)state;
	assert_string_equal(text_of(o, "lone"), "a\xEF\xBF\xBDz");
	assert_string_equal(text_of(o, "cut"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
	assert_string_equal(text_of(o, "surrogate"),
		"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
	assert_string_equal(
		text_of(o, "overlong"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
	assert_string_equal(text_of(o, "good"), "\xF0\x9F\x98\x80");
	json_object_put(o);
}

static void
every_level_has_a_name(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LOG__MAX; i++)
		assert_non_null(log_level_names[i]);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(all_kinds_of_members),
	cmocka_unit_test(lower_levels_are_left_out),
	cmocka_unit_test(a_long_text_is_cut_between_characters),
	cmocka_unit_test(a_line_that_is_full_is_still_json),
	cmocka_unit_test(held_lines_keep_their_order),
	cmocka_unit_test(bytes_that_are_no_utf8_are_replaced),
	cmocka_unit_test(every_level_has_a_name),
};

UNIT_MAIN(tests)

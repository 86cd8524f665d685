/* test_dsl_ref.c: references are found in all spellings, and nothing else is
 * taken for one. */
#include "dsl_unit.h"

#include "dsl/ref.h"

static struct flow *flow;
static struct scope scope;
static struct reader reader;

static int
set_up_reader(void **state)
{
	struct flow_node *start, *step;

	set_up(state);
	flow = flow_new(arena, &unit_target, &findings, &repairs);
	start = flow_node_new(flow, "start", "start", NULL, "");
	value_set(arena, start->data, "variables",
		read_json("[{\"variable\": \"mail\", \"type\": \"paragraph\"},"
			  "{\"variable\": \"doc\", \"type\": \"file\"},"
			  "{\"variable\": \"n\", \"type\": \"number\"}]"));
	step = flow_node_new(flow, "llm", "draft", NULL, "");
	scope = (struct scope){0};
	scope_add(arena, &scope, "inputs", start);
	scope_add(arena, &scope, "draft", step)->gives = read_json(
		"{\"kind\": [\"draft__join\", \"kind\", \"output\"]}");
	scope_add(arena, &scope, "3", step);
	scope_add(arena, &scope, "2-1", start);
	reader =
		(struct reader){.flow = flow, .scope = &scope, .pointer = "/x"};
	return 0;
}

static const struct {
	int line;
	const char *text;
	const char *selector; /* NULL: none */
	const char *findings;
} selectors[] = {
	{__LINE__, "inputs.mail", "[\"start\",\"mail\"]", ""},
	{__LINE__, " {{ inputs.mail }} ", "[\"start\",\"mail\"]", ""},
	{__LINE__, "{{#inputs.mail#}}", "[\"start\",\"mail\"]", ""},
	{__LINE__, "{{#'3'.text#}}", "[\"draft\",\"text\"]", ""},
	{__LINE__, "{{#\"3\".text#}}", "[\"draft\",\"text\"]", ""},
	{__LINE__, "2-1.doc.type", "[\"start\",\"doc\",\"type\"]", ""},
	{__LINE__, "draft.kind", "[\"draft__join\",\"kind\",\"output\"]", ""},
	{__LINE__, "draft.kind.x",
		"[\"draft__join\",\"kind\",\"output\",\"x\"]", ""},
	{__LINE__, "sys.query", "[\"sys\",\"query\"]", ""},
	{__LINE__, "env.KEY", "[\"env\",\"KEY\"]", ""},
	{__LINE__, "item.3", "[\"draft\",\"item\"]", ""},
	{__LINE__, "other.text", NULL, "plan_reference_unknown"},
	{__LINE__, "inputs", NULL, ""},
	{__LINE__, "two words.x", NULL, ""},
	{__LINE__, "", NULL, ""},
	{__LINE__, "{{ inputs.mail", NULL, ""},
};

static void
selectors_of_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(selectors); i++) {
		const char *text = selectors[i].text;
		struct value *v;

		findings = (struct findings){0};
		v = ref_selector(&reader, text, strlen(text));
		if ((v == NULL) != (selectors[i].selector == NULL) ||
			(v != NULL &&
				strcmp(json(v), selectors[i].selector) != 0))
			fail_msg("line %d: %s", selectors[i].line, json(v));
		if (strcmp(found(), selectors[i].findings) != 0)
			fail_msg("line %d: %s", selectors[i].line, found());
	}
}

static const struct {
	int line;
	const char *in;
	const char *out;
} texts[] = {
	{__LINE__, "plain", "plain"},
	{__LINE__, "a {{inputs.mail}}b", "a {{#start.mail#}}b"},
	{__LINE__, "{{ draft.text }}{{#3.text#}}",
		"{{#draft.text#}}{{#draft.text#}}"},
	{__LINE__, "\\{{inputs.mail}}", "{{inputs.mail}}"},
	{__LINE__, "{{ x }} {{ 1 + 2 }} {{", "{{ x }} {{ 1 + 2 }} {{"},
	{__LINE__, "{{{inputs.mail}}}", "{{{#start.mail#}}}"},
	{__LINE__, "{{#context#}}", "{{#context#}}"},
	{__LINE__, "{\"a\": {\"b\": \"{{inputs.n}}\"}}",
		"{\"a\": {\"b\": \"{{#start.n#}}\"}}"},
};

static void
texts_keep_what_is_literal(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(texts); i++) {
		const char *out = ref_text(&reader, texts[i].in);

		if (strcmp(out, texts[i].out) != 0)
			fail_msg("line %d: %s", texts[i].line, out);
	}
}

static const struct {
	int line;
	const char *in;
	const char *out;
	const char *bindings;
} templates[] = {
	{__LINE__, "{{ inputs.mail }}", "{{ mail }}",
		"[{\"variable\":\"mail\",\"value_selector\":[\"start\","
		"\"mail\"]}]"},
	{__LINE__, "{{ inputs.mail | upper }} {{inputs.mail}}",
		"{{ mail | upper }} {{mail}}",
		"[{\"variable\":\"mail\",\"value_selector\":[\"start\","
		"\"mail\"]}]"},
	{__LINE__, "{% for r in draft.rows %}{{ r.a }}{% endfor %}",
		"{% for r in rows %}{{ r.a }}{% endfor %}",
		"[{\"variable\":\"rows\",\"value_selector\":[\"draft\","
		"\"rows\"]}]"},
	{__LINE__, "{{ draft.text.upper() }}", "{{ text.upper() }}",
		"[{\"variable\":\"text\",\"value_selector\":[\"draft\","
		"\"text\"]}]"},
	{__LINE__, "{{ inputs.doc.name }}", "{{ doc }}",
		"[{\"variable\":\"doc\",\"value_selector\":[\"start\",\"doc\","
		"\"name\"]}]"},
	{__LINE__, "{{ \"inputs.mail\" }}", "{{ \"inputs.mail\" }}", "[]"},
	{__LINE__, "{% set draft = 1 %}{{ draft.text }}",
		"{% set draft = 1 %}{{ draft.text }}", "[]"},
	{__LINE__, "{% raw %}{{ inputs.mail }}{% endraw %}",
		"{% raw %}{{ inputs.mail }}{% endraw %}", "[]"},
	{__LINE__, "{# inputs.mail #}", "{# inputs.mail #}", "[]"},
	{__LINE__, "inputs.mail { }", "inputs.mail { }", "[]"},
	{__LINE__, "{{#inputs.mail#}}!", "{{ mail }}!",
		"[{\"variable\":\"mail\",\"value_selector\":[\"start\","
		"\"mail\"]}]"},
	{__LINE__, "{{ draft.kind }}", "{{ kind }}",
		"[{\"variable\":\"kind\",\"value_selector\":[\"draft__join\","
		"\"kind\",\"output\"]}]"},
	{__LINE__, "{{ 2-1.mail }} {{ 2-1 }}", "{{ mail }} {{ 2-1 }}",
		"[{\"variable\":\"mail\",\"value_selector\":[\"start\","
		"\"mail\"]}]"},
	{__LINE__, "{% set mail = 1 %}{{ inputs.mail }}",
		"{% set mail = 1 %}{{ mail_2 }}",
		"[{\"variable\":\"mail_2\",\"value_selector\":[\"start\","
		"\"mail\"]}]"},
	{__LINE__, "{{ inputs.mail", "{{ mail",
		"[{\"variable\":\"mail\",\"value_selector\":[\"start\","
		"\"mail\"]}]"},
};

static void
templates_bind_each_reference_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(templates); i++) {
		struct value *bindings = value_array(arena);
		const char *out = ref_jinja(&reader, templates[i].in, bindings);

		if (strcmp(out, templates[i].out) != 0)
			fail_msg("line %d: %s", templates[i].line, out);
		if (strcmp(json(bindings), templates[i].bindings) != 0)
			fail_msg("line %d: %s", templates[i].line,
				json(bindings));
	}
}

static const struct {
	int line;
	const char *text;
	const char *findings;
} strangers[] = {
	{__LINE__, "{{ other.text }}", "plan_reference_unknown"},
	{__LINE__, "{% if other.text %}x{% endif %}", "plan_reference_unknown"},
	{__LINE__, "{% for x in draft.rows %}{{ loop.index }}{% endfor %}", ""},
	{__LINE__, "{{ other }} {{ 1.5 }} {{ 'other.text' }} other.text", ""},
};

static void
templates_tell_of_strangers(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(strangers); i++) {
		const char *text = strangers[i].text;

		findings = (struct findings){0};
		ref_jinja(&reader, text, value_array(arena));
		if (strcmp(found(), strangers[i].findings) != 0)
			fail_msg("line %d: %s", strangers[i].line, found());
	}
}

static void
raw_text_opens_nothing(void **state)
{
	(void)state;
	assert_string_equal(ref_raw(arena, "a {b} c"), "a {b} c");
	assert_string_equal(
		ref_raw(arena, "{{x}} {% y"), "{{ '{' }}{x}} {{ '{' }}% y");
	assert_string_equal(ref_raw(arena, "end {"), "end {{ '{' }}");
	assert_string_equal(ref_raw(arena, "line\n"), "line{{ '\\n' }}");
}

static void
types_of_selectors(void **state)
{
	(void)state;
	assert_string_equal(
		ref_type(flow, read_json("[\"start\",\"n\"]")), "number");
	assert_string_equal(
		ref_type(flow, read_json("[\"start\",\"doc\"]")), "file");
	assert_string_equal(
		ref_type(flow, read_json("[\"start\",\"doc\",\"size\"]")),
		"number");
	assert_string_equal(ref_type(flow, read_json("[\"sys\",\"files\"]")),
		"array[file]");
	assert_string_equal(ref_type(flow, read_json("[\"no\",\"x\"]")), "any");
	assert_string_equal(ref_type(flow, read_json("[]")), "any");
}

#undef TEST
static void
blank_is_no_reference(void **state)
{
	(void)state;
	assert_null(ref_whole(&reader, ""));
	assert_null(ref_whole(&reader, " \n "));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up_reader, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(selectors_of_texts),
	TEST(blank_is_no_reference),
	TEST(texts_keep_what_is_literal),
	TEST(templates_bind_each_reference_once),
	TEST(templates_tell_of_strangers),
	TEST(raw_text_opens_nothing),
	TEST(types_of_selectors),
};

UNIT_MAIN(tests)

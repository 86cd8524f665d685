/* check_jinja.c: finds what Jinja2 would refuse in a template: tags that do
 * not close or fit, expressions that cannot be read, unknown filters. Where
 * it is not sure it says nothing. */
#include "dsl/check.h"

#include "base/nitems.h"

#include <ctype.h>
#include <string.h>

enum { MOST_BLOCKS = 100, MOST_BRACKETS = 100, WORD_ROOM = 40 };

#define FILTERS                                                            \
	"abs|attr|batch|capitalize|center|count|d|default|dictsort|e|"     \
	"escape|filesizeformat|first|float|forceescape|format|groupby|"    \
	"indent|int|items|join|last|length|list|lower|map|max|min|pprint|" \
	"random|reject|rejectattr|replace|reverse|round|safe|select|"      \
	"selectattr|slice|sort|string|striptags|sum|title|tojson|trim|"    \
	"truncate|unique|upper|urlencode|urlize|wordcount|wordwrap|xmlattr"

/* Tags that hold something, and what ends them. */
static const struct {
	const char *tag;
	const char *end;
} blocks[] = {
	{"for", "endfor"},
	{"if", "endif"},
	{"macro", "endmacro"},
	{"call", "endcall"},
	{"filter", "endfilter"},
	{"block", "endblock"},
	{"with", "endwith"},
	{"autoescape", "endautoescape"},
	{"set", "endset"},
};

struct template
{
	struct arena *arena;
	const char *at;
	const char *open[MOST_BLOCKS]; /* the tags that would end them */
	size_t depth;
	const char *error;
};

/* What stands last in an expression. */
enum last { NOTHING, OPERAND, OPERATOR, TEST, TESTED };

struct expression {
	struct template *t;
	enum last last;
	char brackets[MOST_BRACKETS];
	size_t depth;
	const char *end; /* "}}" or "%}" */
};

static void
fail(struct template *t, const char *fmt, const char *what)
{
	if (t->error == NULL)
		t->error = arena_printf(t->arena, "%s %s", fmt, what);
}

static bool
word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static size_t
take_word(struct template *t, char out[static WORD_ROOM])
{
	size_t n = 0;

	t->at += strspn(t->at, " \t\r\n");
	while (word_char(t->at[n]))
		n++;
	memcpy(out, t->at, n < WORD_ROOM ? n : WORD_ROOM - 1);
	out[n < WORD_ROOM ? n : WORD_ROOM - 1] = '\0';
	t->at += n;
	return n;
}

static void
take_string(struct expression *e)
{
	struct template *t = e->t;
	char quote = *t->at++;

	while (*t->at != '\0' && *t->at != quote) {
		if (*t->at == '\\' && t->at[1] != '\0')
			t->at++;
		t->at++;
	}
	if (*t->at == '\0') {
		fail(t, "unclosed", "quote");
		return;
	}
	t->at++;
	e->last = OPERAND;
}

/* A filter's name may have points, as those of extensions do. */
static void
take_filter(struct expression *e)
{
	char word[WORD_ROOM];

	e->t->at++;
	if (take_word(e->t, word) == 0)
		fail(e->t, "expected a filter behind", "|");
	else if (*e->t->at != '.' && !list_has(FILTERS, word))
		fail(e->t, "no filter named", word);
	e->last = OPERAND;
}

static void
take_name(struct expression *e)
{
	char word[WORD_ROOM];
	enum last last = e->last;

	take_word(e->t, word);
	if (list_has("and|or|in|if|else|recursive|as|import|with|without|"
		     "context|ignore|missing",
		    word)) {
		e->last = OPERATOR;
	} else if (strcmp(word, "is") == 0) {
		e->last = TEST;
	} else if (strcmp(word, "not") == 0) {
		if (last != TEST)
			e->last = OPERATOR;
	} else if (last == OPERAND && e->depth == 0 &&
		   strcmp(e->end, "}}") == 0) {
		fail(e->t, "unexpected", word);
	} else {
		/* behind a test one more operand may stand */
		e->last = last == TEST ? TESTED : OPERAND;
	}
}

static void
take_bracket(struct expression *e)
{
	static const char pairs[] = "()[]{}";
	char c = *e->t->at++;
	const char *pair = strchr(pairs, c);

	if ((pair - pairs) % 2 == 0) {
		if (e->depth < MOST_BRACKETS)
			e->brackets[e->depth] = pair[1];
		e->depth++;
		e->last = NOTHING;
		return;
	}
	if (e->depth == 0 ||
		(e->depth <= MOST_BRACKETS && e->brackets[e->depth - 1] != c)) {
		fail(e->t, "unexpected",
			pair[0] == ')'   ? ")"
			: pair[0] == ']' ? "]"
					 : "}");
		return;
	}
	e->depth--;
	e->last = OPERAND;
}

static void
take_mark(struct expression *e)
{
	struct template *t = e->t;
	char mark[2] = {*t->at, '\0'};

	if (strchr("#@$?`&;\\^", *t->at) != NULL ||
		(*t->at == '!' && t->at[1] != '=')) {
		fail(t, "unexpected", mark);
		return;
	}
	if (strchr("/*%,:=<>", *t->at) != NULL && e->last == NOTHING &&
		e->depth == 0 && strcmp(e->end, "}}") == 0) {
		fail(t, "unexpected", mark);
		return;
	}
	e->last = OPERATOR;
	t->at++;
}

static bool
at_end(const struct expression *e)
{
	const char *s = e->t->at;

	if (e->depth == 0 && (*s == '-' || *s == '+'))
		s++;
	return e->depth == 0 && strncmp(s, e->end, 2) == 0;
}

/* Reads up to the end of the tag or print. */
static enum last
take_expression(struct template *t, const char *end)
{
	struct expression e = {.t = t, .end = end};

	while (t->error == NULL) {
		t->at += strspn(t->at, " \t\r\n");
		if (*t->at == '\0')
			fail(t, "unclosed",
				strcmp(end, "}}") == 0 ? "{{" : "{%");
		else if (at_end(&e))
			break;
		else if (*t->at == '"' || *t->at == '\'')
			take_string(&e);
		else if (*t->at == '|')
			take_filter(&e);
		else if (word_char(*t->at))
			take_name(&e);
		else if (strchr("()[]{}", *t->at) != NULL)
			take_bracket(&e);
		else
			take_mark(&e);
	}
	if (t->error == NULL)
		t->at += *t->at == end[0] ? 2 : 3;
	return e.last;
}

static const char *
end_of(const char *tag)
{
	for (size_t i = 0; i < nitems(blocks); i++)
		if (strcmp(blocks[i].tag, tag) == 0)
			return blocks[i].end;
	return NULL;
}

/* A set with = holds nothing. */
static bool
sets_at_once(const char *s)
{
	const char *end = strstr(s, "%}");
	const char *equals = strchr(s, '=');

	return equals != NULL && (end == NULL || equals < end);
}

static void
take_raw(struct template *t)
{
	const char *s = t->at;

	while ((s = strstr(s, "{%")) != NULL) {
		const char *word = s + 2 + strspn(s + 2, "- \t\r\n+");

		if (strncmp(word, "endraw", 6) == 0) {
			s = strstr(word, "%}");
			t->at = s != NULL ? s + 2 : word + strlen(word);
			return;
		}
		s = word;
	}
	fail(t, "missing", "endraw");
}

static void
close_block(struct template *t, const char *word)
{
	if (t->depth == 0 || strcmp(t->open[t->depth - 1], word) != 0)
		fail(t, "unexpected", word);
	else
		t->depth--;
}

static void
take_tag(struct template *t)
{
	char word[WORD_ROOM];
	const char *end;

	t->at += strspn(t->at, "-+");
	take_word(t, word);
	end = end_of(word);
	if (strcmp(word, "raw") == 0) {
		take_expression(t, "%}");
		if (t->error == NULL)
			take_raw(t);
		return;
	}
	if (strncmp(word, "end", 3) == 0) {
		close_block(t, word);
	} else if (end != NULL &&
		   !(strcmp(word, "set") == 0 && sets_at_once(t->at))) {
		if (t->depth < MOST_BLOCKS)
			t->open[t->depth++] = end;
	} else if (!list_has(
			   "elif|else|set|include|import|from|extends", word)) {
		fail(t, "unknown tag", word);
	} else if (list_has("elif|else", word) &&
		   (t->depth == 0 ||
			   !list_has("endif|endfor", t->open[t->depth - 1]))) {
		fail(t, "unexpected", word);
	}
	take_expression(t, "%}");
}

static void
take_print(struct template *t)
{
	enum last last;

	t->at += strspn(t->at, "-+") > 0 ? 1 : 0;
	last = take_expression(t, "}}");
	if (last == NOTHING || last == OPERATOR || last == TEST)
		fail(t, "expected", "an expression");
}

const char *
check_jinja(struct arena *a, const char *template)
{
	struct template t = {.arena = a, .at = template};

	while (t.error == NULL && (t.at = strchr(t.at, '{')) != NULL) {
		char kind = t.at[1];

		if (kind != '{' && kind != '%' && kind != '#') {
			t.at++;
			continue;
		}
		t.at += 2;
		if (kind == '{') {
			take_print(&t);
		} else if (kind == '%') {
			take_tag(&t);
		} else {
			t.at = strstr(t.at, "#}");
			if (t.at == NULL)
				return "unclosed {#";
			t.at += 2;
		}
	}
	if (t.error == NULL && t.depth > 0)
		fail(&t, "missing", t.open[t.depth - 1]);
	return t.error;
}

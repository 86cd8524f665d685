/* ref.c: finds and resolves references in plain texts. */
#include "dsl/ref.h"

#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"

enum { MAX_PARTS = 10 };

/* A reference as it stands in a text. */
struct found {
	const char *head;
	size_t head_len;
	const char *parts[MAX_PARTS];
	size_t part_len[MAX_PARTS];
	size_t count;
	size_t len; /* bytes of all of it */
};

struct scope_entry *
scope_add(struct arena *a, struct scope *s, const char *head,
	struct flow_node *node)
{
	struct scope_entry *e = arena_alloc(a, sizeof(*e));

	e->head = head;
	e->node = node;
	e->next = s->entries;
	s->entries = e;
	return e;
}

struct scope_entry *
scope_find(const struct scope *s, const char *head, size_t n)
{
	for (; s != NULL; s = s->parent)
		for (struct scope_entry *e = s->entries; e != NULL; e = e->next)
			if (strlen(e->head) == n &&
				memcmp(e->head, head, n) == 0)
				return e;
	return NULL;
}

static bool
name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' ||
	       (unsigned char)c >= 0x80;
}

static size_t
blanks(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && (p[n] == ' ' || p[n] == '\t'))
		n++;
	return n;
}

/* head.name.part from p on; false when there is no dot behind a name. */
static bool
parse(const char *p, const char *end, struct found *out)
{
	const char *start = p;
	char quote = 0;

	*out = (struct found){0};
	if (p < end && (*p == '\'' || *p == '"'))
		quote = *p++;
	out->head = p;
	while (p < end && name_char(*p))
		p++;
	out->head_len = (size_t)(p - out->head);
	if (quote != 0 && (p == end || *p++ != quote))
		return false;
	while (p + 1 < end && *p == '.' && name_char(p[1]) &&
		out->count < MAX_PARTS) {
		out->parts[out->count] = ++p;
		while (p < end && name_char(*p))
			p++;
		out->part_len[out->count] =
			(size_t)(p - out->parts[out->count]);
		out->count++;
	}
	out->len = (size_t)(p - start);
	return out->head_len > 0 && out->count > 0;
}

/* {{ REF }} or {{#REF#}} at p; its length, 0 when there is none. */
static size_t
parse_braces(const char *p, const char *end, struct found *out)
{
	const char *start = p;
	bool hash;

	if (end - p < 7 || p[0] != '{' || p[1] != '{')
		return 0;
	p += 2;
	p += blanks(p, end);
	hash = *p == '#';
	p += hash;
	p += blanks(p, end);
	if (!parse(p, end, out))
		return 0;
	p += out->len;
	p += blanks(p, end);
	if (p < end && *p == '#' && hash)
		p++;
	p += blanks(p, end);
	if (end - p < 2 || p[0] != '}' || p[1] != '}')
		return 0;
	return (size_t)(p + 2 - start);
}

static bool
reserved(const char *head, size_t n)
{
	static const char *const heads[] = {"sys", "env", "conversation"};

	for (size_t i = 0; i < nitems(heads); i++)
		if (strlen(heads[i]) == n && memcmp(heads[i], head, n) == 0)
			return true;
	return false;
}

static struct value *
resolve(const struct reader *r, const struct found *f)
{
	struct arena *a = r->flow->arena;
	const struct scope_entry *e =
		scope_find(r->scope, f->head, f->head_len);
	const char *name = arena_memdup(a, f->parts[0], f->part_len[0]);
	struct value *selector, *given;

	if (e == NULL && !reserved(f->head, f->head_len))
		return NULL;
	given = e == NULL ? NULL : value_get(e->gives, name);
	if (given != NULL)
		selector = value_clone(a, given);
	else
		selector = flow_selector(a,
			e != NULL && e->node != NULL
				? e->node->id
				: arena_memdup(a, f->head, f->head_len),
			name);
	for (size_t i = 1; i < f->count; i++)
		value_append(selector,
			value_string_n(a, f->parts[i], f->part_len[i]));
	return selector;
}

/* "item.2" where 2 is a step: the name came first. */
static struct value *
resolve_swapped(const struct reader *r, const struct found *f)
{
	struct arena *a = r->flow->arena;
	struct found other = *f;
	struct value *selector;

	if (f->count != 1 ||
		scope_find(r->scope, f->parts[0], f->part_len[0]) == NULL)
		return NULL;
	other.head = f->parts[0];
	other.head_len = f->part_len[0];
	other.parts[0] = f->head;
	other.part_len[0] = f->head_len;
	selector = resolve(r, &other);
	repair_add(a, r->flow->repairs, "swapped_reference", r->pointer,
		arena_memdup(a, f->head, f->len), ref_join(a, selector));
	return selector;
}

/* The head less a number behind it: "start" for "start_1". */
static bool
same_stem(const char *id, const char *head, size_t n)
{
	if (strncmp(id, head, n) != 0)
		return false;
	id += n;
	id += *id == '_' || *id == '-';
	return id[strspn(id, "0123456789")] == '\0';
}

/* The only step in sight that a head can mean, though it does not name it: one
 * whose id has a number behind it, else the one of the type that it spells. */
static const struct scope_entry *
meant(const struct reader *r, const struct found *f)
{
	const struct node_type *type = node_type_guess(
		arena_memdup(r->flow->arena, f->head, f->head_len));
	const struct scope_entry *by_id = NULL, *by_type = NULL;
	size_t ids = 0, types = 0;

	for (const struct scope *s = r->scope; s != NULL; s = s->parent)
		for (struct scope_entry *e = s->entries; e != NULL;
			e = e->next) {
			if (e->node == NULL || e->node == r->node)
				continue;
			if (same_stem(e->head, f->head, f->head_len)) {
				ids++;
				by_id = e;
			}
			if (type != NULL && e->node->type == type) {
				types++;
				by_type = e;
			}
		}
	if (ids > 0)
		return ids == 1 ? by_id : NULL;
	return types == 1 ? by_type : NULL;
}

static struct value *
resolve_meant(const struct reader *r, const struct found *f)
{
	const struct scope_entry *e = meant(r, f);
	struct found other = *f;
	struct value *selector;

	if (e == NULL)
		return NULL;
	other.head = e->head;
	other.head_len = strlen(e->head);
	selector = resolve(r, &other);
	repair_add(r->flow->arena, r->flow->repairs, "head_meant", r->pointer,
		arena_memdup(r->flow->arena, f->head, f->len),
		ref_join(r->flow->arena, selector));
	return selector;
}

static void
unknown_head(const struct reader *r, const struct found *f)
{
	struct arena *a = r->flow->arena;
	struct str known;

	str_init(&known, a, 2000);
	for (const struct scope *s = r->scope; s != NULL; s = s->parent)
		for (struct scope_entry *e = s->entries; e != NULL; e = e->next)
			str_printf(
				&known, "%s%s", known.len ? ", " : "", e->head);
	flow_finding(r->flow, "plan_reference_unknown", r->pointer, r->node,
		arena_memdup(a, f->head, f->len),
		arena_memdup(a, f->head, f->head_len), NULL)
		->allowed = known.s;
}

/* Only a shape that could be nothing else is worth a finding. */
static bool
plain_shape(const struct found *f)
{
	char c = f->head[0];

	return f->count < 5 &&
	       ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
}

struct value *
ref_selector(const struct reader *r, const char *text, size_t n)
{
	const char *end = text + n;
	struct found f;
	struct value *selector;

	while (text < end && (*text == ' ' || *text == '\n'))
		text++;
	while (end > text && (end[-1] == ' ' || end[-1] == '\n'))
		end--;
	if (text == end)
		return NULL;
	if (parse_braces(text, end, &f) != (size_t)(end - text) &&
		(!parse(text, end, &f) || f.len != (size_t)(end - text)))
		return NULL;
	selector = resolve(r, &f);
	if (selector == NULL)
		selector = resolve_swapped(r, &f);
	if (selector == NULL)
		selector = resolve_meant(r, &f);
	if (selector == NULL)
		unknown_head(r, &f);
	return selector;
}

struct value *
ref_whole(const struct reader *r, const char *text)
{
	size_t n = strlen(text);
	struct found f;

	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\n'))
		n--;
	while (n > 0 && (*text == ' ' || *text == '\n')) {
		text++;
		n--;
	}
	return parse_braces(text, text + n, &f) == n && n > 0 ? resolve(r, &f)
							      : NULL;
}

struct value *
ref_split(struct arena *a, const char *text, size_t n)
{
	struct value *v = value_array(a);
	const char *end = text + n;

	while (text <= end) {
		const char *dot = memchr(text, '.', (size_t)(end - text));

		if (dot == NULL)
			dot = end;
		value_append(v, value_string_n(a, text, (size_t)(dot - text)));
		text = dot + 1;
	}
	return v;
}

const char *
ref_join(struct arena *a, const struct value *selector)
{
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	value_each(part, selector) {
		if (out.len > 0)
			str_putc(&out, '.');
		str_puts(&out, value_text(part) ? value_text(part) : "");
	}
	return out.s;
}

const char *
ref_text(const struct reader *r, const char *text)
{
	const char *p = text, *end = text + strlen(text);
	struct str out;

	str_init(&out, r->flow->arena, LIMIT_DOCUMENT);
	while (p < end) {
		const char *brace = strstr(p, "{{");
		struct value *selector = NULL;
		struct found f;
		size_t n;

		if (brace == NULL)
			brace = end;
		str_add(&out, p, (size_t)(brace - p));
		p = brace;
		if (p == end)
			break;
		if (p > text && p[-1] == '\\') {
			str_cut(&out, out.len - 1);
			str_puts(&out, "{{");
			p += 2;
			continue;
		}
		n = parse_braces(p, end, &f);
		if (n > 0)
			selector = resolve(r, &f);
		if (n > 0 && selector == NULL)
			selector = resolve_swapped(r, &f);
		if (n > 0 && selector == NULL)
			selector = resolve_meant(r, &f);
		if (selector != NULL) {
			str_printf(&out, "{{#%s#}}",
				ref_join(r->flow->arena, selector));
			p += n;
			continue;
		}
		if (n > 0 && plain_shape(&f))
			unknown_head(r, &f);
		str_putc(&out, *p++);
	}
	return out.s;
}

bool
ref_has(const struct reader *r, const char *text)
{
	const char *end = text + strlen(text);
	struct found f;

	for (const char *p = strstr(text, "{{"); p != NULL;
		p = strstr(p + 2, "{{"))
		if (parse_braces(p, end, &f) > 0 && resolve(r, &f) != NULL &&
			(p == text || p[-1] != '\\'))
			return true;
	return false;
}

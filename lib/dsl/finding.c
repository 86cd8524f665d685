/* finding.c: findings and repairs: adding, ordering, telling. */
#include "dsl/finding.h"

#include "base/fatal.h"
#include "base/limits.h"
#include "base/str.h"

const char *const finding_tier_names[TIER__MAX] = {
	[TIER_E] = "E",
	[TIER_R] = "R",
	[TIER_L] = "L",
	[TIER_W] = "W",
};

const struct finding_kind *
finding_kind_at(size_t i)
{
	if (i < finding_kind_count)
		return &finding_kinds[i];
	i -= finding_kind_count;
	return i < check_kind_count ? &check_kinds[i] : NULL;
}

static const struct finding_kind *
kind_of(const char *code)
{
	const struct finding_kind *kind;

	for (size_t i = 0; (kind = finding_kind_at(i)) != NULL; i++)
		if (strcmp(kind->code, code) == 0)
			return kind;
	fatal("finding of unknown code %s", code);
}

static void
link_last(struct findings *f, struct finding *item)
{
	item->next = NULL;
	if (f->last != NULL)
		f->last->next = item;
	else
		f->first = item;
	f->last = item;
}

static const char *
copy(struct arena *a, const char *s)
{
	return arena_strdup(a, s == NULL ? "" : s);
}

struct finding *
finding_add(struct arena *a, struct findings *f, const char *code,
	const char *pointer, const char *node, const char *arg1,
	const char *arg2, const char *arg3)
{
	struct finding *item = arena_alloc(a, sizeof(*item));

	item->kind = kind_of(code);
	item->tier = item->kind->tier;
	item->pointer = copy(a, pointer);
	item->node = copy(a, node);
	item->args[0] = arena_strdup(a, arg1);
	item->args[1] = arena_strdup(a, arg2);
	item->args[2] = arena_strdup(a, arg3);
	link_last(f, item);
	f->count[item->tier]++;
	return item;
}

const char *
finding_message(struct arena *a, const struct finding *f, const char *language)
{
	const char *p = strcmp(language, "zh") == 0 ? f->kind->zh : f->kind->en;
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	for (; *p != '\0'; p++) {
		if (p[0] != '%' || p[1] < '1' || p[1] > '3') {
			str_putc(&out, *p);
			continue;
		}
		p++;
		if (f->args[*p - '1'] != NULL)
			str_puts(&out, f->args[*p - '1']);
	}
	return out.s;
}

struct value *
finding_json(struct arena *a, const struct finding *f)
{
	struct value *v = value_object(a);

	value_set_text(a, v, "code", f->kind->code);
	value_set_text(a, v, "tier", finding_tier_names[f->tier]);
	value_set_text(a, v, "pointer", f->pointer);
	value_set_text(a, v, "node", f->node);
	value_set_text(a, v, "message_en", finding_message(a, f, "en"));
	value_set_text(a, v, "message_zh", finding_message(a, f, "zh"));
	if (f->allowed != NULL)
		value_set_text(a, v, "allowed", f->allowed);
	value_set_bool(a, v, "fixable", f->kind->fixable);
	return v;
}

struct value *
findings_json(struct arena *a, const struct findings *f)
{
	struct value *all = value_array(a);

	for (const struct finding *item = f->first; item != NULL;
		item = item->next)
		value_append(all, finding_json(a, item));
	return all;
}

void
findings_sort(struct findings *f)
{
	struct findings tiers[TIER__MAX] = {0};
	struct finding *next;

	for (struct finding *item = f->first; item != NULL; item = next) {
		next = item->next;
		link_last(&tiers[item->tier], item);
		tiers[item->tier].count[item->tier]++;
	}
	f->first = f->last = NULL;
	for (int tier = 0; tier < TIER__MAX; tier++) {
		f->count[tier] = tiers[tier].count[tier];
		if (tiers[tier].first == NULL)
			continue;
		if (f->last != NULL)
			f->last->next = tiers[tier].first;
		else
			f->first = tiers[tier].first;
		f->last = tiers[tier].last;
	}
}

void
repair_add(struct arena *a, struct repairs *r, const char *code,
	const char *pointer, const char *before, const char *after)
{
	struct repair *item = arena_alloc(a, sizeof(*item));

	item->code = copy(a, code);
	item->pointer = copy(a, pointer);
	item->before = copy(a, before);
	item->after = copy(a, after);
	item->why = NULL;
	if (r->last != NULL)
		r->last->next = item;
	else
		r->first = item;
	r->last = item;
	r->count++;
}

struct value *
repairs_json(struct arena *a, const struct repairs *r)
{
	struct value *all = value_array(a);

	for (const struct repair *item = r->first; item != NULL;
		item = item->next) {
		struct value *v = value_object(a);

		value_set_text(a, v, "code", item->code);
		value_set_text(a, v, "pointer", item->pointer);
		value_set_text(a, v, "before", item->before);
		value_set_text(a, v, "after", item->after);
		if (item->why != NULL) {
			value_set_text(a, v, "message_en",
				finding_message(a, item->why, "en"));
			value_set_text(a, v, "message_zh",
				finding_message(a, item->why, "zh"));
		}
		value_append(all, v);
	}
	return all;
}

/* prompt.c: see prompt.h. */
#include "llm/prompt.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/catalogue.h"
#include "llm/example.h"
#include "llm/prompt_parts.h"
#include "llm/prompt_text.h"
#include "llm/tokens.h"
#include "text/json.h"

#include <string.h>

enum {
	MAX_FINDINGS = 20,    /* told to a model in one round */
	MAX_RESOURCES = 12,   /* of a kind */
	MAX_PARAMETERS = 12,  /* of a tool */
	MAX_NAME = 80,        /* bytes of a resource's name */
	LONG_WORD = 4,        /* bytes that make a word worth looking for */
	MAX_EXAMPLES = 3,     /* shown */
	MAX_FOUND = 8,        /* looked at */
	EXAMPLE_TOKENS = 1100 /* for all that are shown */
};

static const char *const resource_heads[RESOURCE__MAX] = {
	[RESOURCE_MODEL] = "\n# Models (the first is the default)\n",
	[RESOURCE_DATASET] = "\n# Knowledge bases\n",
	[RESOURCE_TOOL] = "\n# Tools (arguments; ? need not be given)\n",
};

/* Shown when no example is like the request. */
static const char *const plain_examples[] = {"summary", "review-stars"};

/* One prompt while it is written. */
struct writing {
	struct arena *a;
	struct str out;
	const char *request;
	const struct dsl_target *target;
	struct llm_types types; /* that the steps may have */
	const struct llm_example *shown[MAX_EXAMPLES];
	size_t nshown;
	size_t example_tokens;
	struct value *handles; /* that were given */
};

/* ---- which step types, which examples ---- */

static bool
offered(const struct writing *w, size_t i)
{
	const struct node_type *type;

	if (i == node_type_count)
		return true; /* parallel */
	type = node_types[i];
	if (type->prompt == NULL)
		return false;
	if (strcmp(type->name, "tool") == 0 &&
		resource_first(w->target->resources, RESOURCE_TOOL) == NULL)
		return false;
	return node_type_in(type, w->target->version);
}

static const char *
example_text(struct arena *a, const struct llm_example *e)
{
	struct str out;

	str_init(&out, a, LIMIT_BODY);
	str_printf(&out, "Request: %s\n", e->request);
	jsonx_write(&out, e->plan, 0);
	str_putc(&out, '\n');
	return out.s;
}

/* Whether the target can do what the example does. */
static bool
fits_target(const struct writing *w, const struct llm_example *e)
{
	for (size_t i = 0; i <= node_type_count; i++)
		if (e->types.has[i] && !offered(w, i))
			return false;
	return true;
}

/* Whether it shows a type that the others do not. */
static bool
shows_more(const struct writing *w, const struct llm_example *e)
{
	for (size_t i = 0; i <= node_type_count; i++) {
		bool has = false;

		for (size_t k = 0; k < w->nshown; k++)
			has |= w->shown[k]->types.has[i];
		if (e->types.has[i] && !has)
			return true;
	}
	return false;
}

static void
show(struct writing *w, const struct llm_example *e)
{
	const char *text;
	size_t tokens;

	for (size_t k = 0; k < w->nshown; k++)
		if (w->shown[k] == e)
			return;
	if (w->nshown == MAX_EXAMPLES || !fits_target(w, e))
		return;
	text = example_text(w->a, e);
	tokens = llm_tokens(text, strlen(text));
	if (w->example_tokens + tokens > EXAMPLE_TOKENS)
		return;
	w->example_tokens += tokens;
	w->shown[w->nshown++] = e;
}

/* The best ones that differ come first, then the best of the others. */
static size_t
choose_examples(struct writing *w)
{
	const struct llm_example *found[MAX_FOUND];
	struct llm_examples all;
	size_t n;

	llm_examples_read(w->a, &all);
	n = llm_examples_find(w->a, &all, w->request, found, MAX_FOUND);
	for (size_t i = 0; i < n; i++)
		if (shows_more(w, found[i]))
			show(w, found[i]);
	for (size_t i = 0; i < n; i++)
		show(w, found[i]);
	for (size_t i = 0; i < all.count; i++)
		for (size_t k = 0; k < nitems(plain_examples); k++)
			if (w->nshown < 2 &&
				strcmp(all.items[i].id, plain_examples[k]) == 0)
				show(w, &all.items[i]);
	return n;
}

/* Names come from others: one line, not too long. */
static const char *
name_of(struct arena *a, const struct resource *r)
{
	const char *name = r->name != NULL     ? r->name
			   : r->id != NULL     ? r->id
			   : r->handle != NULL ? r->handle
					       : "";
	size_t n = strcspn(name, "\r\n");

	if (n > MAX_NAME)
		for (n = MAX_NAME; n > 0 && (name[n] & 0xC0) == 0x80;)
			n--;
	return arena_memdup(a, name, n);
}

/* 2: the request has the name; 1: a longer word of it; 0: neither. */
static int
asked_for(const struct writing *w, const struct resource *r)
{
	const char *name = name_of(w->a, r);

	if (strlen(name) > 1 && strcasestr(w->request, name) != NULL)
		return 2;
	while (*name != '\0') {
		size_t n = strcspn(name, "_- ./:");
		const char *part = arena_memdup(w->a, name, n);

		if (n >= LONG_WORD && strcasestr(w->request, part) != NULL)
			return 1;
		name += n + (name[n] != '\0');
	}
	return 0;
}

/* The type that stands for a kind of resource, by its place. */
static size_t
type_for(enum resource_kind kind)
{
	const struct node_type *type = node_type_find(
		kind == RESOURCE_TOOL ? "tool" : "knowledge-retrieval");
	size_t i = 0;

	while (node_types[i] != type)
		i++;
	return i;
}

/* A tool or a knowledge base that the request names is wanted. */
static void
route_by_names(struct writing *w)
{
	const struct resources *all = w->target->resources;

	for (size_t i = 0; all != NULL && i < all->count; i++)
		if ((all->items[i].kind == RESOURCE_DATASET ||
			    all->items[i].kind == RESOURCE_TOOL) &&
			asked_for(w, &all->items[i]) > 0)
			w->types.has[type_for(all->items[i].kind)] = true;
}

/* Types by the words, and by the examples; all where neither says any. */
static void
choose(struct writing *w)
{
	size_t told = llm_route(w->request, &w->types);
	size_t found = choose_examples(w);

	route_by_names(w);
	for (size_t k = 0; k < w->nshown; k++)
		for (size_t i = 0; i <= node_type_count; i++)
			w->types.has[i] |= w->shown[k]->types.has[i];
	for (size_t i = 0; i <= node_type_count; i++)
		w->types.has[i] = offered(w, i) &&
				  (w->types.has[i] || (told + found == 0));
}

/* ---- what there is ---- */

/* What the catalogue says of the types. */
static void
put_steps(struct writing *w)
{
	str_puts(&w->out,
		"\n# Step types\nEvery step has \"id\", \"type\" and a "
		"short \"title\". Required fields first.\n");
	for (size_t i = 0; i <= node_type_count; i++)
		if (w->types.has[i])
			str_printf(&w->out, "- %s\n",
				i == node_type_count ? prompt_parallel
						     : node_types[i]->prompt);
	str_puts(&w->out,
		"llm, http-request, tool and code may have \"on_error\": "
		"\"stop\", {\"default\": {OUTPUT: value}} or {\"do\": [], "
		"\"give\": {}}, and \"retry\": {times, seconds}.\n");
}

/* The names of what a tool takes; "" when that is unknown. */
static const char *
tool_parameters(struct arena *a, const struct resource *r)
{
	struct jsonx_report report;
	const struct value *v =
		r->extra == NULL
			? NULL
			: jsonx_read(a, r->extra, strlen(r->extra), 0, &report);
	const char *list = "";
	size_t n = 0;

	value_each(p, value_get(v, "parameters"))
		if (n++ < MAX_PARAMETERS)
			list = arena_printf(a, "%s%s%s%s", list,
				n > 1 ? ", " : "",
				value_get_text(p, "name", "?"),
				value_get_bool(p, "required", true) ? "" : "?");
	return n == 0 ? "" : arena_printf(a, " (%s)", list);
}

static void
put_resource(struct writing *w, const struct resource *r)
{
	const char *handle = resource_short(w->a, w->target->resources, r);

	value_set_text(w->a, w->handles, handle, resource_key(w->a, r));
	str_printf(&w->out, "- %s: %s%s\n", handle, name_of(w->a, r),
		r->kind == RESOURCE_TOOL ? tool_parameters(w->a, r) : "");
}

/* Those of a kind: first the ones that the request names. */
static size_t
put_kind(struct writing *w, enum resource_kind kind)
{
	const struct resources *all = w->target->resources;
	size_t count = 0;

	for (int rank = 2; rank >= 0; rank--)
		for (size_t i = 0; all != NULL && i < all->count; i++) {
			const struct resource *r = &all->items[i];

			if (r->kind != kind || count == MAX_RESOURCES ||
				asked_for(w, r) != rank ||
				resource_short(w->a, all, r) == NULL)
				continue;
			if (count++ == 0)
				str_puts(&w->out, resource_heads[kind]);
			put_resource(w, r);
		}
	return count;
}

static void
put_resources(struct writing *w)
{
	put_kind(w, RESOURCE_MODEL);
	if (w->types.has[type_for(RESOURCE_DATASET)] &&
		put_kind(w, RESOURCE_DATASET) == 0)
		str_puts(&w->out,
			"\n# Knowledge bases\nNone: do without "
			"knowledge-retrieval unless it is asked for; then name "
			"the knowledge base that is meant.\n");
	if (w->types.has[type_for(RESOURCE_TOOL)])
		put_kind(w, RESOURCE_TOOL);
}

static const char *
put_examples(struct writing *w)
{
	const char *ids = "";

	str_puts(&w->out, "\n# Examples\n");
	for (size_t k = 0; k < w->nshown; k++) {
		str_puts(&w->out, example_text(w->a, w->shown[k]));
		ids = arena_printf(
			w->a, "%s%s%s", ids, k > 0 ? " " : "", w->shown[k]->id);
	}
	return ids;
}

void
llm_system_prompt(struct arena *a, const char *request,
	const struct dsl_target *target, struct llm_prompt *out)
{
	struct writing w = {.a = arena_new(LIMIT_ARENA),
		.request = request,
		.target = target};

	str_init(&w.out, w.a, LIMIT_BODY);
	w.handles = value_object(w.a);
	choose(&w);
	str_puts(&w.out, prompt_form);
	put_steps(&w);
	str_puts(&w.out, prompt_rules);
	put_resources(&w);
	out->examples = arena_strdup(a, put_examples(&w));
	out->text = arena_strdup(a, w.out.s);
	out->tokens = llm_tokens(w.out.s, w.out.len);
	out->handles = value_clone(a, w.handles);
	arena_free(&w.a);
}

const char llm_pairs_prompt[] =
	"\nYour answer is held to a JSON Schema: there a map is a list of "
	"{\"key\", \"value\"}, and what the examples leave out is null.\n";

const char *
llm_answers_prompt(struct arena *a, const struct value *answers)
{
	struct str out;

	str_init(&out, a, LIMIT_BODY);
	str_puts(&out, "Answers to your questions:\n");
	value_each(v, answers)
		str_printf(&out, "- %s\n  %s\n",
			value_get_text(v, "question", ""),
			value_get_text(v, "answer", ""));
	str_puts(&out, "Write the whole plan again with the answers put to use "
		       "and everything else kept. Questions and assumptions "
		       "that they settle go. Answer with the JSON object "
		       "alone.");
	return out.s;
}

static bool
open_finding(const struct finding *f)
{
	return f->tier == TIER_E || f->tier == TIER_R;
}

size_t
llm_open_count(const struct findings *findings)
{
	return findings->count[TIER_E] + findings->count[TIER_R];
}

struct value *
prompt_put_kit(struct str *out, const char *request,
	const struct llm_types *needs, const struct dsl_target *target)
{
	struct writing w = {
		.a = out->arena, .request = request, .target = target};

	str_init(&w.out, out->arena, LIMIT_BODY);
	w.handles = value_object(out->arena);
	w.types = *needs;
	if (llm_route(request, &w.types) == 0)
		llm_route(prompt_usual_words, &w.types);
	route_by_names(&w);
	for (size_t i = 0; i <= node_type_count; i++)
		w.types.has[i] = w.types.has[i] && offered(&w, i);
	put_steps(&w);
	put_resources(&w);
	str_puts(out, w.out.s);
	return w.handles;
}

void
prompt_put_findings(struct str *out, const struct findings *findings)
{
	const struct finding *f;
	int count = 0;

	for (f = findings->first; f != NULL; f = f->next) {
		if (!open_finding(f) || count++ == MAX_FINDINGS)
			continue;
		str_printf(out, "- %s%s%s: %s", f->pointer,
			*f->node == '\0' ? "" : " in ", f->node,
			finding_message(out->arena, f, "en"));
		if (f->allowed != NULL)
			str_printf(out, " Allowed: %s.", f->allowed);
		str_putc(out, '\n');
	}
}

const char *
llm_mend_prompt(struct arena *a, const struct findings *findings)
{
	struct str out;

	str_init(&out, a, LIMIT_BODY);
	str_puts(&out, "Your plan has mistakes:\n");
	prompt_put_findings(&out, findings);
	str_puts(&out, "Write the whole plan again with these mended and "
		       "everything else kept. Answer with the JSON object "
		       "alone.");
	return out.s;
}

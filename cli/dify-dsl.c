/* dify-dsl.c: builds, checks, mends, converts and compares Dify workflows. */
#include "base/limits.h"
#include "base/log.h"
#include "base/nitems.h"
#include "dsl/diff.h"
#include "dsl/edit.h"
#include "dsl/extract.h"
#include "dsl/job.h"
#include "dsl/plan_schema.h"
#include "dsl/show.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage_text[] =
	"usage: dify-dsl COMMAND [OPTION]... FILE...\n"
	"\n"
	"  validate   says what is wrong with a DSL\n"
	"  fix        mends what has one mend, and writes the DSL\n"
	"  build      makes a DSL of a model's answer or a plan\n"
	"  convert    writes a DSL as YAML, JSON, plan or flow\n"
	"  canon      writes a DSL in its canonical form\n"
	"  edit       applies the operations of --operations to a DSL or plan\n"
	"  diff A B   says what differs between two DSLs\n"
	"\n"
	"  --target VERSION    of Dify, for example 1.16.1 (the newest known)\n"
	"  --format text|json  of the report; json: one line a file\n"
	"  --to yaml|json      what is written; convert: plan, flow, pairs\n"
	"  -o DIR              writes DIR/NAME.yml for each input\n"
	"  --jsonl             inputs are lines {\"id\", \"turn\", "
	"\"answer\"}\n"
	"  --no-repair         build what was read as it is\n"
	"  --operations FILE   what edit does: a JSON array, or a model's "
	"answer\n"
	"  --resources FILE    models, knowledge bases and tools, as JSON\n"
	"  --lang en|zh        of the messages\n"
	"\n"
	"FILE may be - for standard input. Status: 0 clean or written, 1 "
	"findings "
	"of\ntier E or R, 2 wrong usage, 3 unreadable.\n";

static int
usage(const char *what)
{
	fprintf(stderr, "dify-dsl: %s\n%s", what, usage_text);
	return EXIT_USAGE;
}

static int
validate(struct arena *a, const struct options *o, const struct input *in)
{
	struct dsl_result r;

	dsl_read(a, in->text, in->len, &o->target, &r);
	return report(a, o, in, &r);
}

/* Reports, and writes the DSL when there is one. */
static int
finish(struct arena *a, const struct options *o, const struct input *in,
	const struct dsl_result *r)
{
	int status = report(a, o, in, r);

	if (r->dsl != NULL && output(a, o, in, r->dsl) != 0)
		return EXIT_UNREADABLE;
	return status;
}

static int
fix(struct arena *a, const struct options *o, const struct input *in)
{
	struct dsl_result r;

	dsl_read(a, in->text, in->len, &o->target, &r);
	if (r.dsl != NULL)
		dsl_fix(a, &r, &o->target);
	return finish(a, o, in, &r);
}

static int
build(struct arena *a, const struct options *o, const struct input *in)
{
	struct dsl_result r;

	dsl_build(a, in->text, in->len, &o->target, &r);
	return finish(a, o, in, &r);
}

/* The plan, or the flow where no plan says what the graph does. */
static struct value *
as_plan(struct arena *a, const struct options *o, const struct input *in,
	const struct value *dsl)
{
	const char *why = NULL;
	struct value *plan = dsl_show_plan(a, dsl, &o->target, &why);

	if (plan != NULL)
		return plan;
	fprintf(stderr, "dify-dsl: %s: written as a flow: %s\n", in->name, why);
	return dsl_show_flow(a, dsl, &o->target);
}

static int
convert(struct arena *a, const struct options *o, const struct input *in)
{
	struct dsl_result r;

	dsl_read(a, in->text, in->len, &o->target, &r);
	if (r.dsl == NULL)
		return report(a, o, in, &r);
	if (o->form == OUTPUT_PLAN || o->form == OUTPUT_PAIRS)
		r.dsl = as_plan(a, o, in, r.dsl);
	if (o->form == OUTPUT_PAIRS && dialect_of(r.dsl) == DIALECT_PLAN)
		r.dsl = plan_strict(a, r.dsl);
	if (o->form == OUTPUT_FLOW)
		r.dsl = dsl_show_flow(a, r.dsl, &o->target);
	return output(a, o, in, r.dsl) == 0 ? EXIT_CLEAN : EXIT_UNREADABLE;
}

static int
canon(struct arena *a, const struct options *o, const struct input *in)
{
	struct dsl_result r;

	dsl_read(a, in->text, in->len, &o->target, &r);
	if (r.dsl == NULL)
		return report(a, o, in, &r);
	return output(a, o, in, dsl_canon(a, r.dsl)) == 0 ? EXIT_CLEAN
							  : EXIT_UNREADABLE;
}

/* A plan stays one, and is written as JSON. */
static int
edit_plan(struct arena *a, const struct options *o, const struct input *in,
	struct dsl_result *r)
{
	struct options as_json = *o;
	const struct value *read = edit_read(
		a, o->edit, strlen(o->edit), &r->findings, &r->repairs);
	int status;

	r->plan = r->dsl;
	if (read == NULL)
		return report(a, o, in, r);
	plan_edit(a, r, value_get(read, "operations"), &o->target);
	status = report(a, o, in, r);
	as_json.form = OUTPUT_PLAN;
	return output(a, &as_json, in, r->plan) == 0 ? status : EXIT_UNREADABLE;
}

static int
edit(struct arena *a, const struct options *o, const struct input *in)
{
	struct edit_result edited;
	struct dsl_result r;

	dsl_read(a, in->text, in->len, &o->target, &r);
	if (dialect_of(r.dsl) == DIALECT_PLAN)
		return edit_plan(a, o, in, &r);
	if (r.dsl == NULL)
		return finish(a, o, in, &r);
	dsl_edit_answer(
		a, r.dsl, o->edit, strlen(o->edit), &o->target, &edited);
	if (edited.made.dsl == NULL)
		edited.made.dsl = r.dsl;
	return finish(a, o, in, &edited.made);
}

static const struct command {
	const char *name;
	int (*work)(struct arena *a, const struct options *o,
		const struct input *in);
} commands[] = {
	{"validate", validate},
	{"fix", fix},
	{"build", build},
	{"convert", convert},
	{"canon", canon},
	{"edit", edit},
	{"diff", NULL},
};

enum {
	OPT_TARGET = 256,
	OPT_FORMAT,
	OPT_TO,
	OPT_JSONL,
	OPT_NO_REPAIR,
	OPT_OPERATIONS,
	OPT_RESOURCES,
	OPT_LANG,
	OPT_HELP
};

static const struct option long_options[] = {
	{"target", required_argument, NULL, OPT_TARGET},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"to", required_argument, NULL, OPT_TO},
	{"jsonl", no_argument, NULL, OPT_JSONL},
	{"no-repair", no_argument, NULL, OPT_NO_REPAIR},
	{"operations", required_argument, NULL, OPT_OPERATIONS},
	{"resources", required_argument, NULL, OPT_RESOURCES},
	{"lang", required_argument, NULL, OPT_LANG},
	{"help", no_argument, NULL, OPT_HELP},
	{NULL, 0, NULL, 0},
};

/* One option; what is wrong with it, or NULL. */
static const char *
take_option(struct arena *a, struct options *o, struct resources *resources,
	int option, const char *value)
{
	const char *error = NULL;
	size_t size;

	switch (option) {
	case 'o':
		o->folder = value;
		return NULL;
	case OPT_JSONL:
		o->jsonl = true;
		return NULL;
	case OPT_NO_REPAIR:
		o->target.as_it_is = true;
		return NULL;
	case OPT_TARGET:
		o->target.version = dsl_version(value);
		return o->target.version > 0 ? NULL : "no version of Dify";
	case OPT_FORMAT:
		o->json = strcmp(value, "json") == 0;
		return o->json || strcmp(value, "text") == 0
			       ? NULL
			       : "--format is text or json";
	case OPT_TO:
		o->form = OUTPUT_YAML;
		while (o->form < OUTPUT__MAX &&
			strcmp(value, output_form_names[o->form]) != 0)
			o->form++;
		return o->form < OUTPUT__MAX
			       ? NULL
			       : "--to is yaml, json, plan or flow";
	case OPT_LANG:
		o->language = value;
		return strcmp(value, "en") == 0 || strcmp(value, "zh") == 0
			       ? NULL
			       : "--lang is en or zh";
	case OPT_OPERATIONS:
		o->edit = input_text(a, value, &size, &error);
		return o->edit != NULL
			       ? NULL
			       : arena_printf(a, "%s: %s", value, error);
	case OPT_RESOURCES:
		o->target.resources = resources;
		if (resources_read(a, value, resources, &error) != 0)
			return arena_printf(a, "%s: %s", value, error);
		return NULL;
	default:
		return "unknown option";
	}
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < nitems(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static const struct value *
read_one(struct arena *a, const struct options *o, const char *path)
{
	struct input in = {.name = path};
	struct dsl_result r = {0};
	const char *error = NULL;

	in.text = input_text(a, path, &in.len, &error);
	if (in.text == NULL) {
		fprintf(stderr, "dify-dsl: %s: %s\n", path, error);
		return NULL;
	}
	dsl_read(a, in.text, in.len, &o->target, &r);
	if (r.dsl == NULL)
		report(a, o, &in, &r);
	return r.dsl;
}

/* Writes what differs as JSON. Status 1 when something does. */
static int
compare(struct arena *a, const struct options *o, const char *old_path,
	const char *new_path)
{
	const struct value *old = read_one(a, o, old_path);
	const struct value *new = read_one(a, o, new_path);
	struct options as_json = *o;
	struct input in = {.stem = "diff"};
	struct value *diff;

	if (old == NULL || new == NULL)
		return EXIT_UNREADABLE;
	as_json.form = OUTPUT_JSON;
	as_json.json = false;
	diff = dsl_diff(a, old, new);
	if (output(a, &as_json, &in, diff) != 0)
		return EXIT_UNREADABLE;
	return value_get_bool(diff, "same", false) ? EXIT_CLEAN : EXIT_FINDINGS;
}

static int
run(const struct command *c, const struct options *o, char **files, int count)
{
	struct arena *a = arena_new(2 * LIMIT_ARENA);
	int worst = EXIT_CLEAN;

	for (int i = 0; i < count; i++) {
		int status = input_each(a, o, files[i], c->work);

		if (status > worst)
			worst = status;
	}
	arena_free(&a);
	return worst;
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct options o = {
		.language = "en", .target = {.version = DSL_VERSION_NEWEST}};
	struct resources resources = {0};
	const struct command *c;
	const char *error;
	int option, status;

	log_init("dify-dsl", LOG_WARN);
	while ((option = getopt_long(argc, argv, "o:", long_options, NULL)) !=
		-1) {
		if (option == OPT_HELP) {
			fputs(usage_text, stdout);
			return EXIT_CLEAN;
		}
		error = take_option(a, &o, &resources, option, optarg);
		if (error != NULL)
			return usage(error);
	}
	if (optind >= argc)
		return usage("which command?");
	c = find_command(argv[optind]);
	if (c == NULL)
		return usage(arena_printf(
			a, "no command is called %s", argv[optind]));
	if (optind + 1 >= argc)
		return usage("which file?");
	if (c->work == edit && o.edit == NULL)
		return usage("edit needs --operations");
	if (c->work == NULL)
		status = argc - optind == 3 ? compare(a, &o, argv[optind + 1],
						      argv[optind + 2])
					    : usage("diff takes two files");
	else
		status = run(c, &o, argv + optind + 1, argc - optind - 1);
	arena_free(&a);
	return status;
}

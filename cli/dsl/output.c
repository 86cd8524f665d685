/* output.c: writes reports and results. */
#include "base/limits.h"
#include "dsl/job.h"
#include "text/json.h"
#include "text/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *const output_form_names[OUTPUT__MAX] = {
	[OUTPUT_YAML] = "yaml",
	[OUTPUT_JSON] = "json",
	[OUTPUT_PLAN] = "plan",
	[OUTPUT_FLOW] = "flow",
	[OUTPUT_PAIRS] = "pairs",
};

static bool
bad(const struct dsl_result *r)
{
	return r->findings.count[TIER_E] + r->findings.count[TIER_R] > 0;
}

static struct value *
finding_line(struct arena *a, const struct options *o, const struct finding *f)
{
	struct value *v = value_object(a);

	value_set_text(a, v, "code", f->kind->code);
	value_set_text(a, v, "tier", finding_tier_names[f->tier]);
	value_set_text(a, v, "pointer", f->pointer);
	value_set_text(a, v, "node", f->node);
	value_set_text(a, v, "message", finding_message(a, f, o->language));
	if (f->allowed != NULL)
		value_set_text(a, v, "allowed", f->allowed);
	value_set_bool(a, v, "fixable", f->kind->fixable);
	return v;
}

static void
report_json(struct arena *a, const struct options *o, const struct input *in,
	const struct dsl_result *r)
{
	struct value *v = value_object(a), *tiers = value_object(a);
	struct value *findings = value_array(a);
	struct str out;

	for (int i = 0; i < TIER__MAX; i++)
		value_set_int(a, tiers, finding_tier_names[i],
			(int64_t)r->findings.count[i]);
	for (const struct finding *f = r->findings.first; f != NULL;
		f = f->next)
		value_append(findings, finding_line(a, o, f));
	value_set_text(a, v, "file", in->name);
	value_set_bool(a, v, "ok", r->dsl != NULL && !bad(r));
	value_set_text(a, v, "dialect", r->dialect);
	value_set_bool(a, v, "built", r->dsl != NULL);
	value_set(a, v, "tier", tiers);
	value_set(a, v, "findings", findings);
	value_set(a, v, "repairs", repairs_json(a, &r->repairs));
	str_init(&out, a, LIMIT_ARENA);
	jsonx_write(&out, v, 0);
	puts(out.s);
}

static void
report_text(struct arena *a, const struct options *o, const struct input *in,
	const struct dsl_result *r)
{
	for (const struct repair *m = r->repairs.first; m != NULL; m = m->next)
		fprintf(stderr, "%s: mended %s %s: \"%s\" -> \"%s\"\n",
			in->name, m->code, m->pointer, m->before, m->after);
	for (const struct finding *f = r->findings.first; f != NULL;
		f = f->next)
		fprintf(stderr, "%s: %s %s %s: %s\n", in->name,
			finding_tier_names[f->tier], f->kind->code, f->pointer,
			finding_message(a, f, o->language));
}

int
report(struct arena *a, const struct options *o, const struct input *in,
	const struct dsl_result *result)
{
	if (o->json)
		report_json(a, o, in, result);
	else
		report_text(a, o, in, result);
	if (result->dsl == NULL)
		return EXIT_UNREADABLE;
	return bad(result) ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* A name from outside must not lead out of the folder. */
static const char *
safe_stem(struct arena *a, const char *stem)
{
	char *s = arena_strdup(a, stem);

	for (char *p = s; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			*p = '_';
	if (s[0] == '.')
		s[0] = '_';
	return s;
}

static int
write_file(const char *path, const struct str *text)
{
	FILE *stream = fopen(path, "wb");
	bool good = stream != NULL &&
		    fwrite(text->s, 1, text->len, stream) == text->len;

	if (stream != NULL && fclose(stream) != 0)
		good = false;
	if (!good)
		fprintf(stderr, "dify-dsl: %s: %s\n", path, strerror(errno));
	return good ? 0 : -1;
}

int
output(struct arena *a, const struct options *o, const struct input *in,
	const struct value *v)
{
	bool json = o->form != OUTPUT_YAML;
	struct str text;

	str_init(&text, a, LIMIT_ARENA);
	if (json)
		jsonx_write(&text, v, JSONX_PRETTY);
	else
		yamlx_write(&text, v);
	if (json)
		str_putc(&text, '\n');
	if (o->folder != NULL)
		return write_file(
			arena_printf(a, "%s/%s.%s", o->folder,
				safe_stem(a, in->stem), json ? "json" : "yml"),
			&text);
	if (!o->json)
		fwrite(text.s, 1, text.len, stdout);
	return 0;
}

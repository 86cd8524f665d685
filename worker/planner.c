/* planner.c: see planner.h. */
#include "worker/planner.h"
#include "text/json.h"

#include <string.h>

static void
wipe(const char *text)
{
	if (text != NULL)
		explicit_bzero((char *)text, strlen(text));
}

/* The same under both names: lib/model does not know of lib/llm. */
static const enum llm_model_output of_output[LLM_OUTPUT__MAX] = {
	[LLM_PLAIN] = LLM_MODEL_PLAIN,
	[LLM_JSON_OBJECT] = LLM_MODEL_JSON_OBJECT,
	[LLM_JSON_SCHEMA] = LLM_MODEL_JSON_SCHEMA,
};

enum llm_model_output
planner_output(enum llm_output output)
{
	return of_output[output];
}

/* What somebody chose, else what the test found, else the prompt alone. */
static enum llm_output
output_of(const struct llm_model *m)
{
	enum llm_model_output chosen =
		m->output == LLM_MODEL_AUTO ? m->found : m->output;
	int i;

	for (i = LLM_OUTPUT__MAX - 1; i > LLM_PLAIN; i--)
		if (of_output[i] == chosen)
			break;
	return (enum llm_output)i;
}

static void
set_headers(struct arena *a, char *json, struct llm_endpoint *out)
{
	struct jsonx_report report;
	struct value *v;
	struct net_header *h;

	if (json == NULL)
		return;
	v = jsonx_read(a, json, strlen(json), 0, &report);
	wipe(json);
	h = arena_array(a, value_count(v) + 1, sizeof(*h));
	value_each(m, v)
		h[out->nheaders++] = (struct net_header){m->key, value_text(m)};
	out->headers = h;
}

void
planner_endpoint(
	struct arena *a, const struct llm_model *m, struct llm_endpoint *out)
{
	*out = (struct llm_endpoint){
		.base_url = m->base_url,
		.key = llm_model_key(a, m->id),
		.model = m->model,
		.way = {.ca = m->ca,
			.proxy = m->proxy,
			.insecure = m->insecure},
		.temperature = m->temperature,
		.max_tokens = m->max_tokens,
		.timeout_s = m->timeout_s,
		.quirks = llm_quirks_of(m->quirks),
		.output = output_of(m),
	};
	set_headers(a, llm_model_headers(a, m->id), out);
}

void
planner_wipe(struct llm_endpoint *e)
{
	size_t i;

	wipe(e->key);
	for (i = 0; i < e->nheaders; i++)
		wipe(e->headers[i].value);
	e->key = NULL;
	e->nheaders = 0;
}

bool
planner_learn(const struct llm_model *m, const struct llm_answer *answer,
	enum llm_model_output *found_r)
{
	bool lower = answer->output != output_of(m) &&
		     answer->output < LLM_JSON_SCHEMA;

	*found_r = lower ? of_output[answer->output] : LLM_MODEL_AUTO;
	return lower || answer->quirks != llm_quirks_of(m->quirks);
}

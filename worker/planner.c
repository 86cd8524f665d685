/* planner.c: see planner.h. */
#include "worker/planner.h"
#include "io/seal.h"

#include <string.h>

void
planner_endpoint(
	struct arena *a, const struct llm_model *m, struct llm_endpoint *out)
{
	*out = (struct llm_endpoint){
		.base_url = m->base_url,
		.key = llm_model_key(a, m->id),
		.model = m->model,
		.temperature = m->temperature,
		.max_tokens = m->max_tokens,
		.timeout_s = m->timeout_s,
	};
}

void
planner_wipe(struct llm_endpoint *e)
{
	if (e->key != NULL)
		explicit_bzero((char *)e->key, strlen(e->key));
	e->key = NULL;
}

/* workflow_dsl.c: a DSL in a request; see workflow_answer.h. It is apart from
 * the answers so that who only answers does not carry the DSL engine. */
#include "api/workflow_answer.h"

#include <string.h>

void
workflow_read_dsl(struct req *r, size_t at, const struct dsl_target *target,
	struct dsl_result *result)
{
	struct arena *a = http_arena(r);
	const char *text = http_str(r, at);
	struct value *json = http_json_body(r);
	size_t n;

	if (text != NULL) {
		dsl_read(a, text, strlen(text), target, result);
	} else if (http_has(r, at)) {
		dsl_read_value(
			a, value_get(json, "dsl"), NULL, 0, target, result);
	} else {
		text = http_body(r, &n);
		if (json != NULL)
			dsl_read_value(a, json, text, n, target, result);
		else
			dsl_read(a, text, n, target, result);
	}
}

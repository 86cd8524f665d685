/* model_answer.h: a language model as endpoints show it and are told it. */
#ifndef MODEL_ANSWER_H
#define MODEL_ANSWER_H

#include "io/http.h"
#include "model/llm_model.h"

void model_json(struct str *out, const struct llm_model *m);

/*
 * model_check_headers: the additional headers of a body: an object whose names
 * can be sent and whose members are texts, or null to take one away. 0, or -1
 * with 400 answered. NULL is fine.
 */
int model_check_headers(struct req *r, const struct value *headers);

#endif

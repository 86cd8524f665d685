/* llm_model.h: the language models that write plans. */
#ifndef LLM_MODEL_H
#define LLM_MODEL_H

#include "base/arena.h"
#include "base/id.h"

#include <stdbool.h>
#include <stdint.h>

struct llm_model {
	char id[ID_SIZE];
	const char *name;
	const char *base_url; /* without a slash at the end */
	const char *model;
	const char *api_key_hint; /* NULL: no key */
	double temperature;       /* below 0: not sent */
	int max_tokens;           /* 0: not sent */
	int timeout_s;
	bool is_default;
	bool from_environment;
	int last_ok; /* 1, 0, -1 never asked */
	const char *last_error;
	int64_t last_used_at;
	int64_t created_at;
	int64_t updated_at;
};

/* llm_model_add: id and times are set here; the first one becomes the
 * default. In a transaction. 1, or 0: name taken. key may be NULL. */
int llm_model_add(struct llm_model *m, const char *key);
int llm_model_find(struct arena *a, const char *id, struct llm_model *out);
int llm_model_default(struct arena *a, struct llm_model *out);
int llm_model_list(struct arena *a, struct llm_model **out_r);

/* llm_model_update: key NULL keeps, "" removes. 1, 0: none such, -1: name. */
int llm_model_update(const struct llm_model *m, const char *key);
int llm_model_delete(const char *id);

/* llm_model_key: the clear key or NULL; the caller wipes it. */
char *llm_model_key(struct arena *a, const char *id);

/* llm_model_used: what came of asking it. In a transaction. */
void llm_model_used(const char *id, bool ok, const char *error);

/* llm_model_from_environment: as connection_from_environment(). */
void llm_model_from_environment(void);

#endif

/* llm_model.h: the language models that write plans. */
#ifndef LLM_MODEL_H
#define LLM_MODEL_H

#include "base/arena.h"
#include "base/id.h"
#include "text/value.h"

#include <stdbool.h>
#include <stdint.h>

/* How its answers are held to JSON; the names are those of lib/llm. */
enum llm_model_output {
	LLM_MODEL_AUTO, /* as the test found */
	LLM_MODEL_PLAIN,
	LLM_MODEL_JSON_OBJECT,
	LLM_MODEL_JSON_SCHEMA,
	LLM_MODEL_OUTPUT__MAX
};

extern const char *const llm_model_output_names[LLM_MODEL_OUTPUT__MAX];

struct llm_model {
	char id[ID_SIZE];
	const char *name;
	const char *base_url; /* without a slash at the end */
	const char *model;
	const char *api_key_hint; /* NULL: no key */
	double temperature;       /* below 0: not sent */
	int max_tokens;           /* 0: not sent */
	int timeout_s;
	int at_once; /* jobs that may ask it; 0: LLM_CONCURRENCY */
	bool is_default;
	bool from_environment;
	int last_ok; /* 1, 0, -1 never asked */
	const char *last_error;
	int64_t last_used_at;
	int64_t created_at;
	int64_t updated_at;
	int context_size;         /* tokens, 0: unknown */
	const char *header_hints; /* JSON {name: hint}; NULL: none */
	const char *ca;           /* PEM, or NULL */
	const char *proxy;        /* or NULL */
	bool insecure;
	double price_in; /* of a million tokens; below 0: unknown */
	double price_out;
	const char *currency;         /* ISO 4217, or NULL */
	enum llm_model_output output; /* as somebody chose */
	enum llm_model_output found;  /* AUTO: not tested yet */
	const char *quirks;           /* words, or NULL */
	int64_t probed_at;            /* 0: never */
};

/* llm_model_init: an empty one, with what is unknown said to be so. */
void llm_model_init(struct llm_model *m);

/* llm_model_add: id and times are set here; the first one becomes the
 * default. In a transaction. 1, or 0: name taken. key may be NULL. */
int llm_model_add(struct llm_model *m, const char *key);
int llm_model_find(struct arena *a, const char *id, struct llm_model *out);
int llm_model_default(struct arena *a, struct llm_model *out);
int llm_model_list(struct arena *a, struct llm_model **out_r);

/* llm_model_update: key NULL keeps, "" removes. Another address or model name
 * forgets what the test found. 1, 0: none such, -1: name. */
int llm_model_update(const struct llm_model *m, const char *key);
int llm_model_delete(const char *id);

/* llm_model_key: the clear key or NULL; the caller wipes it. */
char *llm_model_key(struct arena *a, const char *id);

/*
 * llm_model_headers: the additional headers as a JSON object of texts, or
 * NULL; the caller wipes it. llm_model_set_headers: changes them as RFC 7396
 * has it: names of change with a text are set, those with null go, others stay;
 * null as a whole takes all away. In a transaction.
 */
char *llm_model_headers(struct arena *a, const char *id);
void llm_model_set_headers(const char *id, const struct value *change);

/* llm_model_cost: what so many tokens cost, below 0 when no price is known. */
double llm_model_cost(const struct llm_model *m, int64_t in, int64_t out);

/* llm_model_used: what came of asking it. llm_model_learnt: what a test found,
 * or (found AUTO) what else showed. In a transaction. */
void llm_model_used(const char *id, bool ok, const char *error);
void llm_model_learnt(
	const char *id, enum llm_model_output found, const char *quirks);

/* llm_model_from_environment: as connection_from_environment(). */
void llm_model_from_environment(void);

#endif

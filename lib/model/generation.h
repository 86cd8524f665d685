/* generation.h: what came of each generation. */
#ifndef GENERATION_H
#define GENERATION_H

#include "base/arena.h"
#include "model/job.h"
#include "text/value.h"

enum generation_engine {
	ENGINE_STUDIO, /* a model writes a plan, we build it */
	ENGINE_DIFY,   /* Dify's own generator */
	ENGINE__MAX
};

extern const char *const generation_engine_names[ENGINE__MAX];

/* Bytes that are kept of an answer and of a request. */
enum { GENERATION_ANSWER = 65536, GENERATION_REQUEST = 500 };

struct generation {
	char job_id[ID_SIZE];
	const char *engine;
	const char *model_id; /* or NULL */
	const char *model;
	const char *user_id; /* or NULL */
	const char *request;
	int64_t prompt_version;  /* 0: unknown */
	const char *prompt_hash; /* or NULL */
	const char *result;      /* "ok", "cancelled", a reason */
	const char *stage;
	int64_t rounds;
	const char *phases; /* JSON [{phase, round, at, ms}] */
	int64_t prompt_tokens;
	int64_t completion_tokens;
	double cost;          /* below 0: unknown */
	const char *currency; /* or NULL */
	const char *fixes;    /* JSON {code: count} */
	const char *findings;
	const char *answer; /* NULL in a list */
	int64_t started_at;
	int64_t finished_at;
};

/*
 * generation_read: what the end of a generate job says, as far as it says it:
 * payload, memo, result and error are its JSON (NULL: none), model the name of
 * the model where no result has it.
 */
void generation_read(struct arena *a, const struct job *job,
	enum job_state state, const char *model, const struct value *payload,
	const struct value *memo, const struct value *result,
	const struct value *error, struct generation *g);

/* generation_add: keeps it; of a job that ends twice the last. In a
 * transaction. */
void generation_add(const struct generation *g);

/* generation_prune: forgets all but the newest most. In a transaction. */
void generation_prune(int most);

/* generation_find: 1 and *out, or 0. */
int generation_find(struct arena *a, const char *id, struct generation *out);

struct generation_filter {
	int engine;         /* -1: any */
	const char *model;  /* its name; NULL: any */
	const char *result; /* "ok", "failed" (all but ok and cancelled), a
			       reason; NULL: any */
	const char *after;  /* a job's id; NULL: from the newest */
	int limit;
};

/* generation_list: newest first; how many of *out_r. */
int generation_list(struct arena *a, const struct generation_filter *f,
	struct generation **out_r);

/* How one model did with one engine. */
struct generation_model {
	const char *engine;
	const char *model;
	int64_t count; /* without those that were cancelled */
	int64_t ok;
	int64_t cancelled;
	int64_t ms; /* in the middle, of those that were ok; -1: none */
	int64_t tokens;
	const char *costs; /* JSON [{amount, currency}], one a currency */
};

/* A code, and in how many generations how often. */
struct generation_code {
	const char *code;
	int64_t count;
	int64_t generations;
};

/* generation_models, _findings, _fixes, _results: of all that ended since;
 * commonest first, at most LIMIT_PAGE. */
int generation_models(
	struct arena *a, int64_t since, struct generation_model **out_r);
int generation_findings(
	struct arena *a, int64_t since, struct generation_code **out_r);
int generation_fixes(
	struct arena *a, int64_t since, struct generation_code **out_r);
int generation_results(
	struct arena *a, int64_t since, struct generation_code **out_r);

#endif

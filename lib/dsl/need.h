/* need.h: what a DSL needs of the Dify that it goes to, and what takes its
 * place in another one. */
#ifndef DSL_NEED_H
#define DSL_NEED_H

#include "dsl/resource.h"
#include "text/value.h"

#include <stdbool.h>

/* All but secrets are as in enum resource_kind. */
enum need_kind {
	NEED_MODEL,
	NEED_DATASET,
	NEED_TOOL,
	NEED_RERANK,
	NEED_EMBEDDING,
	NEED_STRATEGY,
	NEED_API_TOOL,
	NEED_WORKFLOW_TOOL,
	NEED_MCP_TOOL,
	NEED_SECRET,
	NEED__MAX
};

extern const char *const need_kind_names[NEED__MAX];

/*
 * A need is known by its kind and key. Of a model, a tool or an agent's
 * strategy the key is its
 * provider, a blank and its name; of a knowledge base its id; of a secret
 * "env NAME", or its node's id, a blank and the pointer below the node's data.
 * A mapping is an array of {kind, key, to}: to is a key of the other Dify, or
 * the same key: as it is. Of a secret it is NEED_SAME (the value it has here),
 * NEED_KEEP (the value it has there) or a whole "studio-secret:ID".
 */
#define NEED_SAME "same"
#define NEED_KEEP "keep"

/* need_key: that of what a Dify has. */
const char *need_key(struct arena *a, const struct resource *r);

/*
 * need_list: what dsl makes use of, each once: an array of {kind, key, name,
 * nodes}, nodes being titles. The names of knowledge bases are those of source
 * (NULL: unknown). Where the provider is a uuid, provider is what people call
 * it.
 */
struct value *need_list(struct arena *a, const struct value *dsl,
	const struct resources *source);

/* need_secrets: the secrets of dsl, likewise, with masked where only Dify knows
 * the value (it is asterisks). */
struct value *need_secrets(struct arena *a, const struct value *dsl);

/*
 * need_resolve: gives each of needs a member how, and to where one is known:
 *   there       target has it under the same key
 *   unasked     it is not known what target has of that kind
 *   chosen      mapping says so
 *   default     a model that nobody chose yet: the one of that name there, else
 *               the first one
 *   name        target has one of the same name: a proposal
 *   missing     nothing fits
 * A mapping to what target has not, other than "as it is", does not count.
 * Returns how many are name or missing.
 */
size_t need_resolve(struct arena *a, struct value *needs,
	const struct resources *target, const struct value *mapping);

/*
 * need_apply: writes into dsl what mapping says of all but secrets, and the
 * dependencies that follow from it. Returns the places changed.
 */
size_t need_apply(struct arena *a, struct value *dsl,
	const struct value *mapping, const struct resources *target);

/*
 * need_apply_secrets: the same for secrets: there is the DSL whose value is
 * kept (NULL: there is none).
 */
size_t need_apply_secrets(struct arena *a, struct value *dsl,
	const struct value *mapping, const struct value *there);

/* need_find: what mapping says of a need, the last one counts; NULL: nothing.
 */
const char *need_find(
	const struct value *mapping, const char *kind, const char *key);

/* need_is_mapping: whether v is a mapping as a request may bring it. */
bool need_is_mapping(const struct value *v);

#endif

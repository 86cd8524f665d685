/* need_parts.h: the places of a DSL where needs stand, for the files that look
 * for them and change them. */
#ifndef DSL_NEED_PARTS_H
#define DSL_NEED_PARTS_H

#include "dsl/need.h"

/* One place: object holds the provider and the name under these members. Of a
 * knowledge base, object is the id itself. */
struct need_place {
	enum need_kind kind;
	struct value *object;
	const char *provider;
	const char *name;
	const char *title; /* of the node */
	const char *label; /* what people call the provider, or NULL */
};

/* need_places: calls fn for each place of all but secrets. */
void need_places(const struct value *dsl,
	void (*fn)(void *context, const struct need_place *place),
	void *context);

/* need_place_key: the key of what stands there; NULL: nothing does. */
const char *need_place_key(struct arena *a, const struct need_place *place);

/* need_resource: what has that key, or NULL. need_provider: the provider in
 * a key that has one. */
const struct resource *need_resource(struct arena *a,
	const struct resources *all, enum resource_kind kind, const char *key);
const char *need_provider(struct arena *a, const char *key);

/* need_same_provider: whether two names are of one provider: Dify writes
 * "openai" for "langgenius/openai/openai" in old DSLs. */
bool need_same_provider(const char *x, const char *y);

#endif

/* dsl_secret.h: the secrets of workflows, sealed apart from their DSLs. */
#ifndef DSL_SECRET_H
#define DSL_SECRET_H

#include "text/value.h"

/*
 * dsl_secret_take: takes the secrets out of dsl (secret.h) and keeps them; one
 * that is kept already keeps its id. In a transaction. How many there were.
 */
size_t dsl_secret_take(struct arena *a, struct value *dsl);

/* dsl_secret_keep: keeps one secret; what stands in its place (secret.h). In a
 * transaction. */
const char *dsl_secret_keep(struct arena *a, const char *secret);

/* dsl_secret_put: puts them back; how many are not known here. What a deploy
 * sends to Dify, and nothing else. */
size_t dsl_secret_put(struct arena *a, struct value *dsl);

/* dsl_secret_used: notes the secrets of a DSL that is kept under that hash. In
 * a transaction. */
void dsl_secret_used(const unsigned char *hash, const char *text);

/*
 * dsl_secret_sweep: forgets the secrets that no kept DSL has and that nobody
 * used for a day; how many. Before, at most `most` DSLs are looked through
 * that an earlier studio kept: as long as there are more, nothing goes. In a
 * transaction.
 */
int dsl_secret_sweep(int most);

#endif

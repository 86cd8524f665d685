/* sealed.h: columns that hold sealed texts; for model files only. */
#ifndef SEALED_H
#define SEALED_H

#include "base/arena.h"
#include "io/db.h"
#include "io/seal.h"

/* sealed_bind: seals text for a purpose and binds it; NULL binds NULL. */
void sealed_bind(struct arena *a, struct db_stmt *s, int at,
	enum seal_purpose purpose, const char *text);

/*
 * sealed_select: the clear text that the one column of sql holds for id, or
 * NULL. The caller wipes it.
 */
char *sealed_select(struct arena *a, const char *sql, const char *id,
	enum seal_purpose purpose);

/* sealed_update: runs sql with id as ?1 and the sealed text as ?2. */
void sealed_update(const char *sql, const char *id, enum seal_purpose purpose,
	const char *text);

#endif

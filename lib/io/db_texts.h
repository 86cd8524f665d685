/* db_texts.h: a few texts in memory, found by their words. */
#ifndef DB_TEXTS_H
#define DB_TEXTS_H

#include <stddef.h>

struct db_texts;

/* db_texts_new: an index of its own, apart from the database; out of memory is
 * fatal. db_texts_free ends it and sets *t to NULL. */
struct db_texts *db_texts_new(void);
void db_texts_free(struct db_texts **t);

/* db_texts_add: the next text, numbered from 0; English words lose their
 * endings, CJK is to be spread before (text/cjk.h). */
void db_texts_add(struct db_texts *t, const char *text);

/* db_texts_find: the numbers of up to most texts that match an FTS5 query,
 * best first; how many. A query that cannot be read finds nothing. */
size_t db_texts_find(
	struct db_texts *t, const char *query, size_t *numbers_r, size_t most);

#endif

/* names.h: enumerators and their names in the database. */
#ifndef NAMES_H
#define NAMES_H

/* name_index: the place of text in names, fatal when it is in none: the
 * database holds only what these tables wrote. */
int name_index(const char *text, const char *const *names, int count);

/* name_find: the place of text, or -1; text may be NULL. For input. */
int name_find(const char *text, const char *const *names, int count);

#endif

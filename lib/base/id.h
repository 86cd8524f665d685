/* id.h: identifiers that sort by the time of their making. */
#ifndef ID_H
#define ID_H

#include <stdbool.h>
#include <stddef.h>

/* Length of an id, and of the array that holds one. */
enum { ID_LEN = 20, ID_SIZE = ID_LEN + 1 };

/*
 * id_new_r: a new id in out: 40 bits of time (ms) and 60 random bits, in
 * lower-case Crockford base32. Two ids of one process compare by strcmp() in
 * the order of making when made in different milliseconds.
 */
void id_new_r(char out[static ID_SIZE]);

/* id_valid: whether s (NULL allowed) has exactly the shape of an id. */
bool id_valid(const char *s);

/*
 * random_bytes: n bytes of the kernel's random source; fatal when there is
 * none.
 */
void random_bytes(void *out, size_t n);

#endif

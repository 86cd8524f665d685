/* spool.h: the bytes of uploads on disk, until they are in Dify. */
#ifndef SPOOL_H
#define SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* spool_has_room: whether the disk can take size bytes and keep a reserve. */
bool spool_has_room(int64_t size);

/* spool_create: the empty file of an upload. 0, or -1 with errno. */
int spool_create(const char *id);

/*
 * spool_open: the file for writing, locked against others; -1 with errno,
 * EWOULDBLOCK when somebody else is writing. spool_close lets go of it.
 */
int spool_open(const char *id);
void spool_close(int fd);

/* spool_write: all n bytes at that offset. 0, or -1 with errno. */
int spool_write(int fd, const void *bytes, size_t n, int64_t offset);

/* spool_sync: on disk when it returns. 0, or -1 with errno. */
int spool_sync(int fd);

/* spool_sweep: removes files that are older and that nobody wants. */
void spool_sweep(int age_s, bool (*wanted)(const char *id));

/* spool_remove: the file is gone; it need not be there. */
void spool_remove(const char *id);

#endif

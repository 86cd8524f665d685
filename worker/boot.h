/* boot.h: whether the machine was started anew. */
#ifndef BOOT_H
#define BOOT_H

#include <stdbool.h>

/*
 * boot_is_new: in a transaction: whether the machine, or its kernel, was
 * started since this was last asked of this database, by Linux's boot_id; the
 * answer is noted. True where nothing tells. What was committed without
 * waiting for the disk may be lost then.
 */
bool boot_is_new(void);

#endif

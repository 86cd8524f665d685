/* fact.h: small facts of the installation, by name. */
#ifndef FACT_H
#define FACT_H

#include "base/arena.h"

#include <stdint.h>

/* fact_set, fact_set_int: in a transaction. */
void fact_set(const char *key, const char *value);
void fact_set_int(const char *key, int64_t value);

/* fact_get: the text or NULL. fact_get_int: the number, or other. */
const char *fact_get(struct arena *a, const char *key);
int64_t fact_get_int(const char *key, int64_t other);

/* Names in use. */
#define FACT_WORKER_BEAT "worker_beat_at"
#define FACT_BOOT        "boot"     /* the worker's last, by boot_id */
#define FACT_QUEUE_UP    "queue_up" /* 1 while Redis answers */

#endif

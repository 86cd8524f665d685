/* clock.h: the time, as a number and as a text. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

enum { CLOCK_ISO_SIZE = 25 };

/* clock_now_ms: milliseconds since 1970-01-01 UTC. */
int64_t clock_now_ms(void);

/* clock_mono_us: microseconds on a clock that only moves forward. */
int64_t clock_mono_us(void);

/* clock_mono_ms: the same in milliseconds. */
int64_t clock_mono_ms(void);

/* clock_iso_r: "2026-01-31T23:59:59.123Z" (RFC 3339) into out. */
void clock_iso_r(int64_t ms, char out[static CLOCK_ISO_SIZE]);

#endif

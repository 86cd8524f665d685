/* clock.c: see clock.h. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

int64_t
clock_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_mono_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

void
clock_iso_r(int64_t ms, char out[static CLOCK_ISO_SIZE])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm t;
	char date[20];

	gmtime_r(&seconds, &t);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &t);
	snprintf(out, CLOCK_ISO_SIZE, "%s.%03uZ", date,
		(unsigned)(ms % 1000) % 1000U);
}

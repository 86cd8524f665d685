/* courier.h: a worker without a data folder: takes jobs out of Redis into a
 * database in memory, where the usual worker does them, and tells Redis what
 * comes of it; worker/queue.h says how. */
#ifndef COURIER_H
#define COURIER_H

/* courier_start: begins to take jobs. 0, or -1 with *error_r: STUDIO_QUEUE is
 * unset or no address. courier_stop: gives what is in hand back. */
int courier_start(const char **error_r);
void courier_stop(void);

#endif

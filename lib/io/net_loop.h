/* net_loop.h: the event loop from inside; net.h has what others may use. */
#ifndef NET_LOOP_H
#define NET_LOOP_H

/* loop_init, loop_release: once a process, by net_init(), net_release(). */
void loop_init(void);
void loop_release(void);

/*
 * loop_fd: from now on fn hears of these epoll events of fd; 0 events end it.
 * fn may change or end any descriptor's watch.
 */
void loop_fd(int fd, unsigned events,
	void (*fn)(void *context, unsigned events), void *context);

/* loop_hold: counts what the loop waits for after net_stop(): +1, -1. */
void loop_hold(int change);

#endif

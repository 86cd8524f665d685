/* store.h: the worker's database writes, many in one transaction. */
#ifndef STORE_H
#define STORE_H

/*
 * store_write: fn writes inside a transaction, together with whatever else
 * waits to be written; after the commit done (or NULL) is called from the
 * loop. When the lock is held elsewhere all of it waits and is tried again;
 * nothing here blocks for more than a few milliseconds.
 */
void store_write(
	void (*fn)(void *context), void (*done)(void *context), void *context);

/*
 * store_note: the same for what need not outlive a loss of power: it waits a
 * moment for company, and the commit does not wait for the disk unless a write
 * goes with it. It does outlive the end of the process.
 */
void store_note(
	void (*fn)(void *context), void (*done)(void *context), void *context);

/* store_note_of: a note that is no company for others, and is itself written
 * along with what has the owner as its context. */
void store_note_of(const void *owner, void (*fn)(void *context),
	void (*done)(void *context), void *context);

/* store_quick: a note that is written as soon as a write would be. */
void store_quick(
	void (*fn)(void *context), void (*done)(void *context), void *context);

/* store_join: inside a transaction of somebody else's, the notes that are first
 * in the line are written in it. store_joined: after its commit: their done. */
void store_join(void);
void store_joined(void);

/* store_after: fn is called after each commit, before done. */
void store_after(void (*fn)(void));

/* store_flush: the same, now, waiting for the lock; for the end of the
 * process. */
void store_flush(void);

#endif

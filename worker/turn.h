/* turn.h: one worker at a time signs in with the account of a connection. */
#ifndef TURN_H
#define TURN_H

/*
 * turn_take: a descriptor that holds the turn, -1 while another one does; never
 * waits. turn_give: ends it. The end of the process ends it, too.
 */
int turn_take(const char *connection_id);
void turn_give(int turn);

#endif

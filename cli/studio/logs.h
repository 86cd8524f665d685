/* logs.h: what the children say, to the console and to a file. */
#ifndef LOGS_H
#define LOGS_H

/*
 * logs_open: DATA/log/studio.log; at 8 MiB it becomes studio.log.1 and so on
 * to .3. Returns the end of a pipe for the children to write to, or -1.
 */
int logs_open(const char *data);

/* logs_fd: the end to be polled for reading. logs_pump: copies what is there.
 */
int logs_fd(void);
void logs_pump(void);

#endif

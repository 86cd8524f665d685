/* redis_address.h: where a Redis is, out of a URL. */
#ifndef REDIS_ADDRESS_H
#define REDIS_ADDRESS_H

enum { REDIS_NAME = 256 };

struct redis_address {
	char host[REDIS_NAME];
	int port;
	char user[REDIS_NAME];     /* "": none */
	char password[REDIS_NAME]; /* "": none */
	char db[8];                /* a number */
};

/*
 * redis_address_read: redis://[[user]:password@]host[:port][/db], with %XX in
 * user and password, an IPv6 address in brackets, port 6379 and db 0 by
 * default. 0, or -1 with *error_r, which says nothing of the password.
 */
int redis_address_read(
	const char *url, struct redis_address *out, const char **error_r);

#endif

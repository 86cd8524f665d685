/* net_transfer.h: what net.c and net_setup.c share; not for others. */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include "base/str.h"
#include "io/net.h"

#include <curl/curl.h>

struct net_transfer {
	CURL *easy;
	struct curl_slist *header_list;
	curl_mime *mime;
	struct arena *arena;
	struct net_callbacks callbacks;
	void *context;
	struct str body;
	bool requested; /* of what is sent once only: it may be on its way */
	struct net_header *headers;
	size_t nheaders;
	size_t header_bytes;
	int64_t started;
	int64_t last_byte;
	int64_t first_byte;
	curl_off_t sent;
	int idle_ms;
	unsigned idle_timer;
	bool added; /* to the multi handle */
	bool cancelled;
	bool idled;
	bool too_large;
	bool stopped;              /* by on_data */
	struct net_transfer *next; /* in the list of those to begin or end */
};

/* transfer_set_up: tells libcurl what to send and what to mind. */
void transfer_set_up(struct net_transfer *t, const struct net_request *r);

#endif

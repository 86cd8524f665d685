/* net_retry.c: when a server wants to be asked again; see net.h. */
#include "io/net.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_S = 86400, DIGITS = 9 };

/* Digits and nothing else, else -1. */
static int64_t
seconds(const char *text)
{
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > DIGITS || text[n + strspn(text + n, " \t")] != '\0')
		return -1;
	return strtol(text, NULL, 10);
}

/* Each of the three forms of a date begins with the name of a day. */
static int64_t
until(const char *text, int64_t now_ms)
{
	int64_t at = -1;

	if (isalpha((unsigned char)text[0]))
		at = (int64_t)curl_getdate(text, NULL);
	if (at < 0)
		return -1;
	return at * 1000 > now_ms ? (at * 1000 - now_ms + 999) / 1000 : 0;
}

int64_t
net_retry_after(const struct net_answer *a, int64_t now_ms)
{
	const char *text = net_answer_header(a, "retry-after");
	int64_t s;

	if (text == NULL)
		return -1;
	s = seconds(text);
	if (s < 0)
		s = until(text, now_ms);
	return s < 0 || s > LONGEST_S ? -1 : s * 1000;
}

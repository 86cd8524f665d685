/* way_take.c: see way_take.h. */
#include "api/way_take.h"

#include <string.h>

int
way_take(struct req *r, size_t at, const char **ca, const char **proxy,
	bool *insecure)
{
	if (http_says(r, at + WAY_CA))
		*ca = http_str(r, at + WAY_CA);
	if (http_says(r, at + WAY_PROXY))
		*proxy = http_has(r, at + WAY_PROXY)
				 ? http_url(r, at + WAY_PROXY)
				 : NULL;
	*insecure = http_bool(r, at + WAY_INSECURE, *insecure);
	if (*ca == NULL || strstr(*ca, "-----BEGIN CERTIFICATE-----") != NULL)
		return 0;
	return http_refuse_field(r, "/ca", "invalid",
		"A certificate as text, with its BEGIN CERTIFICATE line.");
}

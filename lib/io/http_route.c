/* http_route.c: which row of the table a request asks for. */
#include "io/http_req.h"

#include <string.h>

const char *const http_method_names[HTTP_METHOD__MAX] = {
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
	[HTTP_OPTIONS] = "OPTIONS",
};

const char *const http_role_names[ROLE__MAX] = {
	[ROLE_PUBLIC] = "public",
	[ROLE_VIEWER] = "viewer",
	[ROLE_EDITOR] = "editor",
	[ROLE_ADMIN] = "admin",
};

static const char id_segment[] = "{id}";

/* An id at the front of path, as the whole of its segment; its end or NULL. */
static const char *
take_id(const char *path, char *out)
{
	size_t n = strcspn(path, "/");
	char id[ID_SIZE];

	if (n != ID_LEN)
		return NULL;
	memcpy(id, path, ID_LEN);
	id[ID_LEN] = '\0';
	if (!id_valid(id))
		return NULL;
	if (out != NULL)
		memcpy(out, id, sizeof(id));
	return path + n;
}

bool
http_path_match(const char *pattern, const char *path, char (*ids)[ID_SIZE])
{
	size_t count = 0;

	while (*pattern != '\0') {
		if (strncmp(pattern, id_segment, sizeof(id_segment) - 1) != 0) {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		if (count == HTTP_IDS)
			return false;
		path = take_id(path, ids == NULL ? NULL : ids[count]);
		if (path == NULL)
			return false;
		pattern += sizeof(id_segment) - 1;
		count++;
	}
	return *path == '\0';
}

/* The row for a method, HEAD falling back to GET; NULL and *allow_r. */
static const struct route *
find(struct req *r, unsigned *allow_r)
{
	const struct http_service *s = r->service;
	const struct route *get = NULL;
	size_t i;

	for (i = 0; i < s->nroutes; i++) {
		const struct route *row = &s->routes[i];

		if (!http_path_match(row->path, r->path, r->ids))
			continue;
		*allow_r |= 1u << row->method;
		if (row->method == r->method)
			return row;
		if (row->method == HTTP_GET)
			get = row;
	}
	return r->method == HTTP_HEAD ? get : NULL;
}

static const char *
allow_text(struct arena *a, unsigned allow)
{
	struct str s;
	int m;

	allow |= 1u << HTTP_OPTIONS;
	if ((allow & 1u << HTTP_GET) != 0)
		allow |= 1u << HTTP_HEAD;
	str_init(&s, a, 128);
	for (m = 0; m < HTTP_METHOD__MAX; m++) {
		if ((allow & 1u << m) != 0)
			str_printf(&s, "%s%s", s.len == 0 ? "" : ", ",
				http_method_names[m]);
	}
	return s.s;
}

int
http_match(struct req *r)
{
	unsigned allow = 0;

	r->route = find(r, &allow);
	if (r->route != NULL)
		return 0;
	if (allow == 0) {
		return http_refuse(r, 404, "not_found",
			"There is nothing at %s.", r->path);
	}
	http_set(r, "Allow", allow_text(r->arena, allow));
	if (r->method != HTTP_OPTIONS)
		return http_refuse(r, 405, "method_not_allowed",
			"This address does not take that method.");
	http_empty(r, 204);
	return -1;
}

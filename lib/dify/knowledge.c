/* knowledge.c: see knowledge.h. */
#include "dify/knowledge.h"
#include "base/nitems.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SEND_IDLE_MS = 300000, PATH_SIZE = 400 };

static const struct {
	const char *ending;
	const char *type;
} file_types[] = {
	{".txt", "text/plain"},
	{".md", "text/markdown"},
	{".mdx", "text/markdown"},
	{".markdown", "text/markdown"},
	{".pdf", "application/pdf"},
	{".html", "text/html"},
	{".htm", "text/html"},
	{".csv", "text/csv"},
	{".xlsx", "application/vnd.openxmlformats-officedocument."
		  "spreadsheetml.sheet"},
	{".xls", "application/vnd.ms-excel"},
	{".docx", "application/vnd.openxmlformats-officedocument."
		  "wordprocessingml.document"},
	{".vtt", "text/vtt"},
	{".properties", "text/plain"},
	{".json", "application/json"},
	{".xml", "application/xml"},
	{".doc", "application/msword"},
	{".ppt", "application/vnd.ms-powerpoint"},
	{".pptx", "application/vnd.openxmlformats-officedocument."
		  "presentationml.presentation"},
	{".eml", "message/rfc822"},
	{".epub", "application/epub+zip"},
	{".jpg", "image/jpeg"},
	{".jpeg", "image/jpeg"},
	{".png", "image/png"},
	{".gif", "image/gif"},
	{".webp", "image/webp"},
	{".svg", "image/svg+xml"},
	{".mp3", "audio/mpeg"},
	{".mpga", "audio/mpeg"},
	{".m4a", "audio/mp4"},
	{".wav", "audio/wav"},
	{".amr", "audio/amr"},
	{".mp4", "video/mp4"},
	{".mov", "video/quicktime"},
	{".mpeg", "video/mpeg"},
	{".webm", "video/webm"},
};

const char *
dify_file_type(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < nitems(file_types); i++)
		if (strcasecmp(dot, file_types[i].ending) == 0)
			return file_types[i].type;
	return "application/octet-stream";
}

struct dify_call *
dify_dataset_keys(struct dify *d, dify_fn *fn, void *context)
{
	struct dify_request r = {.method = "GET", .path = "/datasets/api-keys"};

	return dify_send(d, &r, fn, context);
}

struct dify_call *
dify_dataset_key_new(struct dify *d, dify_fn *fn, void *context)
{
	struct dify_request r = {
		.method = "POST", .path = "/datasets/api-keys", .body = "{}"};

	return dify_send(d, &r, fn, context);
}

struct dify_call *
dify_document_send(struct dify *d, const char *key, const char *dataset_id,
	const char *path, const char *name, const char *technique, dify_fn *fn,
	void *context)
{
	char url[PATH_SIZE];
	char data[PATH_SIZE];
	struct net_header part = {"data", data};
	struct dify_request r = {
		.method = "POST",
		.path = url,
		.key = key,
		.total_ms = -1,
		.idle_ms = SEND_IDLE_MS,
		.once = true,
		.file_path = path,
		.file_name = name,
		.file_type = dify_file_type(name),
		.parts = &part,
		.nparts = 1,
	};

	snprintf(url, sizeof(url), "/datasets/%s/document/create-by-file",
		dataset_id);
	snprintf(data, sizeof(data),
		"{\"indexing_technique\":\"%s\","
		"\"process_rule\":{\"mode\":\"automatic\"},"
		"\"doc_form\":\"text_model\"}",
		technique);
	return dify_send(d, &r, fn, context);
}

static struct dify_call *
get(struct dify *d, const char *key, const char *path, dify_fn *fn,
	void *context)
{
	struct dify_request r = {.method = "GET", .path = path, .key = key};

	return dify_send(d, &r, fn, context);
}

struct dify_call *
dify_indexing(struct dify *d, const char *key, const char *dataset_id,
	const char *batch, dify_fn *fn, void *context)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path),
		"/datasets/%s/documents/%s/indexing-status", dataset_id, batch);
	return get(d, key, path, fn, context);
}

struct dify_call *
dify_dataset(struct dify *d, const char *key, const char *dataset_id,
	dify_fn *fn, void *context)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/datasets/%s", dataset_id);
	return get(d, key, path, fn, context);
}

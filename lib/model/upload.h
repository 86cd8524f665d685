/* upload.h: files on their way into a knowledge base. */
#ifndef UPLOAD_H
#define UPLOAD_H

#include "base/arena.h"
#include "base/id.h"

#include <stdbool.h>
#include <stdint.h>

enum upload_state {
	UPLOAD_RECEIVING,
	UPLOAD_QUEUED,
	UPLOAD_FORWARDING,
	UPLOAD_INDEXING,
	UPLOAD_COMPLETED,
	UPLOAD_FAILED,
	UPLOAD_CANCELLED,
	UPLOAD_STATE__MAX
};

extern const char *const upload_state_names[UPLOAD_STATE__MAX];

struct upload {
	char id[ID_SIZE];
	const char *connection_id;
	bool is_input; /* a file for a run; else one for a knowledge base */
	const char *dataset_id; /* "" for an input */
	const char *filename;
	int64_t size;
	int64_t received;
	enum upload_state state;
	const char *document_id;
	const char *batch;
	const char *indexing_status;
	int64_t segments;       /* -1: unknown */
	int64_t total_segments; /* -1 */
	const char *error;
	const char *job_id;
	int64_t created_at;
	int64_t updated_at;
};

/* upload_path_r: where the bytes are spooled: DATA/spool/ID. */
void upload_path_r(const char *id, char *out, size_t size);

void upload_add(struct upload *u, const char *user_id);
int upload_find(struct arena *a, const char *id, struct upload *out);
int upload_list(
	struct arena *a, const char *after, int limit, struct upload **out_r);

/* upload_set: writes all of u but id, size, filename and owners; an event. In
 * a transaction. 1, or 0: none such. */
int upload_set(const struct upload *u);
int upload_delete(const char *id);

/* upload_stale_inputs: ids of inputs that nobody touched since then, at most
 * 100 at *ids_r; their number. */
int upload_stale_inputs(struct arena *a, int64_t since, const char ***ids_r);

#endif

/* forward.h: the parts of the forward job. */
#ifndef FORWARD_H
#define FORWARD_H

#include "model/upload.h"
#include "worker/servers.h"
#include "worker/task.h"

enum { FORWARD_TRIES = 8 };

struct forward {
	struct upload upload;
	char *key; /* of the datasets */
};

/* forward_client: the client, the upload's row and the key where there is one;
 * NULL: the task failed. */
struct dify *forward_client(struct task *t);

/* forward_write: writes the row; for task_save() and its like. */
void forward_write(struct task *t);

/* forward_index: the step that watches Dify index the document. */
void forward_index(struct task *t);

#endif

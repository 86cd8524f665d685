/* knowledge.h: documents on their way into a dataset (contract.md 4). */
#ifndef DIFY_KNOWLEDGE_H
#define DIFY_KNOWLEDGE_H

#include "dify/dify.h"

/* dify_dataset_keys, dify_dataset_key_new: keys of the whole workspace. */
struct dify_call *dify_dataset_keys(struct dify *d, dify_fn *fn, void *context);
struct dify_call *dify_dataset_key_new(
	struct dify *d, dify_fn *fn, void *context);

/*
 * dify_document_send: streams the file at path into a dataset as a document
 * called name, with Dify's automatic rules. technique: "economy" or
 * "high_quality". A document of that name that is there is replaced by it, so
 * that sending again after a crash makes no second one (contract.md 4.2).
 */
struct dify_call *dify_document_send(struct dify *d, const char *key,
	const char *dataset_id, const char *path, const char *name,
	const char *technique, dify_fn *fn, void *context);

struct dify_call *dify_indexing(struct dify *d, const char *key,
	const char *dataset_id, const char *batch, dify_fn *fn, void *context);

/* dify_dataset: one dataset; tells indexing_technique. */
struct dify_call *dify_dataset(struct dify *d, const char *key,
	const char *dataset_id, dify_fn *fn, void *context);

/* dify_file_type: the Content-Type for a file name, by its ending. */
const char *dify_file_type(const char *name);

#endif

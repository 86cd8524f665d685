/* console.h: the calls of Dify's console that the studio makes (contract.md
 * 2.5 to 2.9). Each answers through fn; see dify.h. */
#ifndef DIFY_CONSOLE_H
#define DIFY_CONSOLE_H

#include "dify/dify.h"

/* dify_import: a DSL text as a new app of that name, or over app_id (NULL: a
 * new one). Never sent twice. dify_import_confirm: after "pending". */
struct dify_call *dify_import(struct dify *d, const char *yaml,
	const char *name, const char *app_id, dify_fn *fn, void *context);
struct dify_call *dify_import_confirm(
	struct dify *d, const char *import_id, dify_fn *fn, void *context);

/* dify_apps_named: at most 100 apps whose name holds text. */
struct dify_call *dify_apps_named(
	struct dify *d, const char *text, dify_fn *fn, void *context);
/* dify_apps_page: a page of all apps, counted from 1, of at most 100. */
struct dify_call *dify_apps_page(
	struct dify *d, int page, int limit, dify_fn *fn, void *context);
struct dify_call *dify_app(
	struct dify *d, const char *app_id, dify_fn *fn, void *context);
struct dify_call *dify_app_delete(
	struct dify *d, const char *app_id, dify_fn *fn, void *context);
struct dify_call *dify_app_rename(struct dify *d, const char *app_id,
	const char *name, dify_fn *fn, void *context);

/* dify_draft: the draft; dify_draft_sync: writes one ({graph, features, hash,
 * environment_variables, conversation_variables}); dify_publish. */
struct dify_call *dify_draft(
	struct dify *d, const char *app_id, dify_fn *fn, void *context);
struct dify_call *dify_draft_sync(struct dify *d, const char *app_id,
	const struct value *draft, dify_fn *fn, void *context);
struct dify_call *dify_publish(
	struct dify *d, const char *app_id, dify_fn *fn, void *context);

/* dify_export: {"data": the DSL as YAML}, secrets in clear where they are among
 * the variables. It fails where Dify has no plugin daemon (contract.md 2.5). */
struct dify_call *dify_export(
	struct dify *d, const char *app_id, dify_fn *fn, void *context);

/* dify_keys, dify_key_new: an app's API keys, with their whole tokens. */
struct dify_call *dify_keys(
	struct dify *d, const char *app_id, dify_fn *fn, void *context);
struct dify_call *dify_key_new(
	struct dify *d, const char *app_id, dify_fn *fn, void *context);

/* dify_get: any other GET of the console, by its path. */
struct dify_call *dify_get(
	struct dify *d, const char *path, dify_fn *fn, void *context);

#endif

/* app.h: the DSL of an app that a Dify has, out of what it says about it. */
#ifndef DSL_APP_H
#define DSL_APP_H

#include "text/value.h"

/* app_is_managed: whether an app of that mode is a workflow that can be kept
 * here; apps of other kinds (chat, agent, completion) have no graph. */
bool app_is_managed(const char *mode);

/* app_is_id: whether text is an id of Dify's: they become parts of paths. */
bool app_is_id(const char *text);

/*
 * app_from_draft: the DSL (of that DSL version) of an app without an export:
 * app is what GET /apps/ID says, draft what its draft says (contract.md 2.5,
 * 2.7). Its secrets are asterisks.
 */
struct value *app_from_draft(struct arena *a, const struct value *app,
	const struct value *draft, const char *version);

/* app_describe: what an export leaves out or has wrong (the name, and the icon
 * of some releases, contract.md 2.5), from what GET /apps/ID says. */
void app_describe(struct arena *a, struct value *dsl, const struct value *app);

/* app_has_datasets: whether knowledge bases stand in a DSL; an export hides
 * their ids. app_show_datasets: puts those of the draft in their place. */
bool app_has_datasets(const struct value *dsl);
void app_show_datasets(
	struct arena *a, struct value *dsl, const struct value *draft);

/* app_masked: how many secrets are asterisks: Dify holds them, nobody else. */
size_t app_masked(const struct value *dsl);

#endif

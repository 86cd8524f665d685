/* forms.h: the input forms of apps, as their Dify told them a while ago. */
#ifndef FORMS_H
#define FORMS_H

#include "text/value.h"

/*
 * forms_find: what /parameters of that app answered in the last minutes, NULL
 * when it was not asked. version is that of the workflow which is in Dify: with
 * another one the app was published anew. A form may have changed since all the
 * same: inputs that it refuses need another look.
 */
const struct value *forms_find(const char *app_id, int version);

/* forms_keep: remembers an answer. forms_release: all of them, at the end. */
void forms_keep(
	const char *app_id, int version, const struct value *parameters);
void forms_release(void);

#endif

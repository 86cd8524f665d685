/* forms.h: the input forms of apps, as their Dify told them a while ago. */
#ifndef FORMS_H
#define FORMS_H

#include "text/value.h"

/*
 * forms_find: what /parameters of that app answered in the last minutes, NULL
 * when it was not asked. A form may have changed since: inputs that it refuses
 * need another look.
 */
const struct value *forms_find(const char *app_id);

/* forms_keep: remembers an answer. forms_forget: the app was published anew.
 * forms_release: all of them, at the end. */
void forms_keep(const char *app_id, const struct value *parameters);
void forms_forget(const char *app_id);
void forms_release(void);

#endif

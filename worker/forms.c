/* forms.c: see forms.h. */
#include "worker/forms.h"
#include "base/clock.h"

#include <stdint.h>
#include <string.h>

enum {
	FORMS = 64, /* of as many apps */
	FORM_MS = 5 * 60 * 1000,
	FORM_ARENA = 128 << 20,
	FORM_BYTES = 64 << 10, /* what is larger is asked for each time */
	APP_ID = 64
};

struct form {
	char app_id[APP_ID];
	int version;
	int64_t since; /* monotonic ms */
	struct arena *arena;
	const struct value *parameters;
};

static struct form forms[FORMS];
static size_t next; /* to be used, when no place is free */

static struct form *
find(const char *app_id)
{
	size_t i;

	for (i = 0; i < FORMS; i++)
		if (forms[i].arena != NULL &&
			strcmp(forms[i].app_id, app_id) == 0)
			return &forms[i];
	return NULL;
}

static void
clear(struct form *f)
{
	arena_free(&f->arena);
	memset(f, 0, sizeof(*f));
}

const struct value *
forms_find(const char *app_id, int version)
{
	struct form *f = find(app_id);

	if (f == NULL || f->version != version ||
		clock_mono_ms() - f->since > FORM_MS)
		return NULL;
	return f->parameters;
}

void
forms_keep(const char *app_id, int version, const struct value *parameters)
{
	const struct value *form = value_get(parameters, "user_input_form");
	struct form *f = find(app_id);
	struct value *kept;

	if (form == NULL || strlen(app_id) >= APP_ID)
		return;
	if (f == NULL) {
		f = &forms[next];
		next = (next + 1) % FORMS;
	}
	clear(f);
	f->arena = arena_new(FORM_ARENA);
	kept = value_object(f->arena);
	value_set(
		f->arena, kept, "user_input_form", value_clone(f->arena, form));
	if (arena_used(f->arena) > FORM_BYTES) {
		clear(f);
		return;
	}
	f->parameters = kept;
	f->version = version;
	f->since = clock_mono_ms();
	memcpy(f->app_id, app_id, strlen(app_id));
}

void
forms_release(void)
{
	size_t i;

	for (i = 0; i < FORMS; i++)
		clear(&forms[i]);
}

/* elsewhere.c: see elsewhere.h. */
#include "studio/elsewhere.h"
#include "base/nitems.h"
#include "io/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What .env may have said of them goes along. */
static const enum conf_key taken_along[] = {CONF_QUEUE, CONF_SECRET_KEY,
	CONF_SECRET_KEY_FILE, CONF_LOG_LEVEL, CONF_LLM_CONCURRENCY};

int
studio_worker(const struct place *p, const char **error_r)
{
	char program[PLACE_BYTES + 32];
	char schema[PLACE_BYTES + 8];
	size_t i;

	*error_r = "a worker without a data folder needs STUDIO_QUEUE, and "
		   "STUDIO_SECRET_KEY or STUDIO_SECRET_KEY_FILE as the studio "
		   "has it";
	if (conf_text(CONF_QUEUE) == NULL ||
		(conf_text(CONF_SECRET_KEY) == NULL &&
			conf_text(CONF_SECRET_KEY_FILE) == NULL))
		return 1;
	for (i = 0; i < nitems(taken_along); i++) {
		const char *value = conf_text(taken_along[i]);

		if (value != NULL)
			setenv(conf_records[taken_along[i]].name, value, 1);
	}
	snprintf(program, sizeof(program), "%s/bin/dify-studio-worker",
		p->programs);
	snprintf(schema, sizeof(schema), "%s/schema", p->share);
	execl(program, program, "--remote", schema, (char *)NULL);
	*error_r = strerror(errno);
	return 1;
}

/* run_user.c: as whom a run is begun in Dify: one that no other run has now, so
 * that it is found again when its stream breaks (model/end_user.h); but that of
 * the conversation, or of the files, where there are such. */
#include "worker/run.h"

#include <stdio.h>

void
run_set_user(struct task *t)
{
	struct run_state *s = t->state;
	const char *of_files = run_files_user(t->scratch, s->run.inputs);

	if (s->run.conversation_id != NULL)
		snprintf(s->user, sizeof(s->user), "studio-%s",
			s->run.conversation_id);
	else if (of_files != NULL)
		snprintf(s->user, sizeof(s->user), "%s", of_files);
	else if (s->run.end_user != NULL)
		snprintf(s->user, sizeof(s->user), "%s", s->run.end_user);
	else
		snprintf(s->user, sizeof(s->user), "studio-%s", t->job.id);
}

static void
write_own_user(struct task *t)
{
	const struct run_state *s = t->state;

	run_own_user(s->run.id);
}

static void
go_start(struct task *t)
{
	task_memo_set(t, "sent_at", NULL);
	task_go(t, "start");
}

/* What was sent before may still show: not as a run of somebody else. */
void
run_begin_anew(struct task *t)
{
	struct run_state *s = t->state;

	s->run.end_user = NULL;
	run_set_user(t);
	task_save(t, write_own_user, go_start);
}

/* inside.c: see inside.h. */
#include "worker/inside.h"
#include "base/limits.h"
#include "base/log.h"
#include "dify/profile.h"
#include "io/conf.h"
#include "io/net.h"
#include "io/wake.h"
#include "worker/forms.h"
#include "worker/kinds.h"
#include "worker/servers.h"
#include "worker/store.h"

enum { GRACE_MS = 1000 };

static const struct task_kind *const kinds[] = {&run_kind, NULL};
static bool begun;

static int
begin(void)
{
	char path[LIMIT_PATH];
	const char *error;

	conf_path_r("profile.json", path, sizeof(path));
	if (dify_profile_load(path, &error) != 0) {
		log_warn("nothing_inside", log_str("reason", error));
		return -1;
	}
	net_init();
	store_after(hub_woken);
	tasks_start_given(kinds);
	begun = true;
	return net_fd();
}

static void
turn(void)
{
	store_joined();
	net_turn();
}

static void
end(void)
{
	net_stop();
	tasks_stop();
	wake_touch(WAKE_JOB); /* for those that go on with them */
	net_loop(GRACE_MS);
	store_flush();
	forms_release();
	servers_release();
	net_release();
}

const struct hub_beside inside = {begin, net_pause_ms, turn, end};

const char *
inside_owner(enum job_kind kind)
{
	return begun ? tasks_offer(kind) : NULL;
}

void
inside_begin(const char *job_id)
{
	tasks_give(job_id);
	store_join();
}

/* trial_judge.c: see trial_judge.h. */
#include "llm/trial_judge.h"
#include "base/nitems.h"

#include <string.h>
#include <strings.h>

enum { MOST_INPUTS = 2000, MOST_ERROR = 3000 };

const char *const trial_kind_names[TRIAL__MAX] = {
	[TRIAL_MODEL] = "model",
	[TRIAL_KEY] = "key",
	[TRIAL_QUOTA] = "quota",
	[TRIAL_NETWORK] = "network",
	[TRIAL_TIMEOUT] = "timeout",
	[TRIAL_SETUP] = "setup",
};

static const struct {
	const char *code;
	enum trial_kind kind;
} codes[] = {
	{"dify_unreachable", TRIAL_NETWORK},
	{"run_lost", TRIAL_NETWORK},
	{"run_not_started", TRIAL_TIMEOUT},
	{"trial_slow", TRIAL_TIMEOUT},
	{"dify_auth", TRIAL_KEY},
	{"no_connection", TRIAL_SETUP},
	{"mapping_needed", TRIAL_SETUP},
	{"secret_unknown", TRIAL_SETUP},
	{"input_invalid", TRIAL_SETUP},
	{"file_refused", TRIAL_SETUP},
	{"upload_not_found", TRIAL_SETUP},
};

/* The first that the text holds counts; then: also this, further on. */
static const struct {
	const char *words;
	enum trial_kind kind;
	const char *then;
} texts[] = {
	{"quota", TRIAL_QUOTA},
	{"rate limit", TRIAL_QUOTA},
	{"too many requests", TRIAL_QUOTA},
	{"insufficient balance", TRIAL_QUOTA},
	{"status code 429", TRIAL_QUOTA},
	{"timed out", TRIAL_TIMEOUT},
	{"timeout", TRIAL_TIMEOUT},
	{"time limit", TRIAL_TIMEOUT},
	{"api key", TRIAL_KEY},
	{"api_key", TRIAL_KEY},
	{"unauthorized", TRIAL_KEY},
	{"credential", TRIAL_KEY},
	{"forbidden", TRIAL_KEY},
	{"permission denied", TRIAL_KEY},
	{"connection refused", TRIAL_NETWORK},
	{"connection error", TRIAL_NETWORK},
	{"connecterror", TRIAL_NETWORK},
	{"connection reset", TRIAL_NETWORK},
	{"name or service not known", TRIAL_NETWORK},
	{"name resolution", TRIAL_NETWORK},
	{"getaddrinfo", TRIAL_NETWORK},
	{"network is unreachable", TRIAL_NETWORK},
	{"reached maximum retries", TRIAL_NETWORK},
	{"ssrf", TRIAL_NETWORK},
	{"server unavailable", TRIAL_NETWORK},
	{"provider_not_initialize", TRIAL_SETUP},
	{"does not exist in the dataset", TRIAL_SETUP},
	{"provider ", TRIAL_SETUP, " not found"},
	{"model not exist", TRIAL_SETUP},
	{"provider ", TRIAL_SETUP, " does not exist"},
};

static bool
holds(const char *text, const char *words, const char *then)
{
	const char *at = strcasestr(text, words);

	return at != NULL && (then == NULL || strcasestr(at + strlen(words) - 1,
						      then) != NULL);
}

enum trial_kind
trial_judge(const char *code, const char *text)
{
	size_t i;

	for (i = 0; i < nitems(codes); i++)
		if (strcmp(codes[i].code, code) == 0)
			return codes[i].kind;
	for (i = 0; text != NULL && i < nitems(texts); i++)
		if (holds(text, texts[i].words, texts[i].then))
			return texts[i].kind;
	return TRIAL_MODEL;
}

const char *
trial_fix_prompt(
	struct arena *a, const struct value *outcome, const char *inputs)
{
	const struct value *node = value_get(outcome, "node");
	const char *title = value_get_text(node, "title", NULL);
	const char *where =
		title == NULL
			? ""
			: arena_printf(a, " at the node \"%s\" (%s)", title,
				  value_get_text(node, "type", ""));

	return arena_printf(a,
		"Run in Dify with the inputs %s, this workflow failed%s: %s\n"
		"Change what is needed so that it runs to its end; leave all "
		"else as it is.",
		arena_strcut(a, inputs, MOST_INPUTS), where,
		arena_strcut(a, value_get_text(outcome, "error", "no reason"),
			MOST_ERROR));
}

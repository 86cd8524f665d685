/* dify-studio.c: starts and administers a studio from the command line. */
#include "base/limits.h"
#include "base/log.h"
#include "base/nitems.h"
#include "io/conf.h"
#include "io/db.h"
#include "io/seal.h"
#include "model/user.h"
#include "studio/elsewhere.h"
#include "studio/place.h"
#include "studio/run.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { USAGE = 2, PASSWORD_LEAST = 8, LINE_BYTES = 256 };

struct command {
	const char *name;
	const char *args;
	int nargs;
	int (*run)(struct place *p, char **args, const char **error_r);
	const char *help;
};

static int
run(struct place *p, char **args, const char **error_r)
{
	(void)args;
	return studio_run(p, error_r);
}

static int
migrate(struct place *p, char **args, const char **error_r)
{
	(void)args;
	return studio_prepare(p, error_r) == 0 ? 0 : 1;
}

/* The commands below work on a prepared database in one transaction. */
static int
begin(const struct place *p, const char **error_r)
{
	if (studio_prepare(p, error_r) != 0)
		return -1;
	if (db_begin(LIMIT_LOCK_MS) == 0)
		return 0;
	*error_r = "the database is locked by another process";
	return -1;
}

static int
setup_url(struct place *p, char **args, const char **error_r)
{
	(void)args;
	if (studio_prepare(p, error_r) != 0)
		return 1;
	if (user_admin_exists()) {
		*error_r = "there is an administrator already; use the "
			   "command password";
		return 1;
	}
	studio_print_address();
	return 0;
}

/* One line from the terminal (not shown) or a pipe. */
static int
read_password(char out[static LINE_BYTES], const char **error_r)
{
	bool terminal = isatty(STDIN_FILENO) != 0;
	struct termios before = {0};
	struct termios quiet;
	char *line;

	if (terminal) {
		fputs("New password: ", stderr);
		tcgetattr(STDIN_FILENO, &before);
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	line = fgets(out, LINE_BYTES, stdin);
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputs("\n", stderr);
	}
	if (line != NULL)
		out[strcspn(out, "\n")] = '\0';
	if (line != NULL && strlen(out) >= PASSWORD_LEAST)
		return 0;
	*error_r = "a password has at least 8 characters";
	return -1;
}

static int
password(struct place *p, char **args, const char **error_r)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	char line[LINE_BYTES];
	struct user user;
	const char *hash;
	int result = 1;

	if (read_password(line, error_r) != 0 ||
		studio_prepare(p, error_r) != 0)
		goto out;
	hash = seal_password(a, line);
	seal_wipe(line);
	if (begin(p, error_r) != 0)
		goto out;
	if (user_by_name(a, args[0], &user)) {
		user_set_password(user.id, hash);
		session_delete_all(user.id, NULL);
		result = 0;
	} else {
		*error_r = "there is no user of that name";
	}
	db_commit();
out:
	arena_free(&a);
	return result;
}

static bool
is_role(const char *text, const char **error_r)
{
	if (strcmp(text, "viewer") == 0 || strcmp(text, "editor") == 0 ||
		strcmp(text, "admin") == 0)
		return true;
	*error_r = "a role is viewer, editor or admin";
	return false;
}

static int
user_new(struct place *p, char **args, const char **error_r)
{
	struct user user = {.name = args[0], .role = args[1]};
	int added;

	if (!is_role(args[1], error_r) || begin(p, error_r) != 0)
		return 1;
	added = user_add(&user);
	db_commit();
	if (!added)
		*error_r = "there is a user of that name already";
	return added ? 0 : 1;
}

static int
token(struct place *p, char **args, const char **error_r)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct api_token made = {.name = "command line", .role = args[1]};
	char clear[API_TOKEN_SIZE];
	struct user user;
	int result = 1;

	if (!is_role(args[1], error_r) || begin(p, error_r) != 0)
		goto out;
	if (user_by_name(a, args[0], &user)) {
		api_token_add(&made, user.id, clear);
		puts(clear);
		seal_wipe(clear);
		result = 0;
	} else {
		*error_r = "there is no user of that name";
	}
	db_commit();
out:
	arena_free(&a);
	return result;
}

static int
config(struct place *p, char **args, const char **error_r)
{
	int key;

	(void)p;
	(void)args;
	(void)error_r;
	for (key = 0; key < CONF__MAX; key++) {
		const struct conf_record *r = &conf_records[key];
		const char *value = conf_text((enum conf_key)key);

		printf("%s\t%s\t%s\n", r->name,
			value == NULL ? ""
			: r->secret   ? "(set)"
				      : value,
			r->help);
	}
	return 0;
}

static int
worker(struct place *p, char **args, const char **error_r)
{
	(void)args;
	return studio_worker(p, error_r);
}

static const struct command commands[] = {
	{"run", "", 0, run, "start everything; end with Ctrl-C"},
	{"worker", "", 0, worker,
		"generate for a studio elsewhere, over STUDIO_QUEUE alone"},
	{"migrate", "", 0, migrate, "make or update the database"},
	{"setup-url", "", 0, setup_url,
		"print a new address for the first sign-in"},
	{"user", "NAME ROLE", 2, user_new,
		"add a user: viewer, editor or admin"},
	{"password", "NAME", 1, password,
		"set a user's password, read from standard input"},
	{"token", "NAME ROLE", 2, token, "make an API token for a user"},
	{"config", "", 0, config, "print the settings: name, value, meaning"},
};

static int
usage(FILE *out)
{
	size_t i;

	fputs("usage: dify-studio [--programs DIR] [--share DIR] "
	      "[--sandbox DIR] COMMAND\n\n",
		out);
	for (i = 0; i < nitems(commands); i++)
		fprintf(out, "  %-9s %-10s %s\n", commands[i].name,
			commands[i].args, commands[i].help);
	fputs("\nSettings come from the environment or from .env in the "
	      "working folder.\n",
		out);
	return out == stdout ? 0 : USAGE;
}

struct options {
	const char *programs;
	const char *share;
	const char *sandbox;
};

/* 0: go on, 1: help or version was printed, -1: wrong. */
static int
parse(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
		{"programs", required_argument, NULL, 'p'},
		{"share", required_argument, NULL, 's'},
		{"sandbox", required_argument, NULL, 'b'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "+h", known, NULL)) != -1) {
		if (c == 'p')
			o->programs = optarg;
		else if (c == 's')
			o->share = optarg;
		else if (c == 'b')
			o->sandbox = optarg;
		else if (c == 'h')
			return usage(stdout), 1;
		else if (c == 'v')
			return puts("dify-studio " STUDIO_VERSION), 1;
		else
			return -1;
	}
	return 0;
}

static const struct command *
find(int argc, char **argv)
{
	size_t i;

	for (i = 0; optind < argc && i < nitems(commands); i++)
		if (strcmp(argv[optind], commands[i].name) == 0 &&
			argc - optind - 1 == commands[i].nargs)
			return &commands[i];
	return NULL;
}

static int
find_place(const struct command *command, const struct options *o,
	struct place *p, const char **error_r)
{
	if (command->run == config)
		return 0;
	if (command->run == worker)
		return place_find_programs(p, o->programs, o->share, error_r);
	return place_find(p, o->programs, o->share, o->sandbox, error_r);
}

static int
carry_out(const struct command *command, const struct options *o, char **args)
{
	const char *error = NULL;
	struct place place;
	int result = 1;

	if (conf_load(".env", &error) == 0 &&
		find_place(command, o, &place, &error) == 0 &&
		conf_load(".env", &error) == 0)
		result = command->run(&place, args, &error);
	if (error != NULL)
		fprintf(stderr, "dify-studio: %s\n", error);
	db_close();
	return result;
}

int
main(int argc, char **argv)
{
	struct options options = {NULL, NULL, NULL};
	const struct command *command;
	int parsed = parse(argc, argv, &options);

	if (parsed != 0)
		return parsed > 0 ? 0 : usage(stderr);
	command = find(argc, argv);
	if (command == NULL)
		return usage(stderr);
	log_init("supervisor", LOG_INFO);
	return carry_out(command, &options, argv + optind + 1);
}

/* user.h: people, their sessions in browsers, and tokens for machines. */
#ifndef USER_H
#define USER_H

#include "base/arena.h"
#include "base/id.h"

#include <stdbool.h>
#include <stdint.h>

struct user {
	char id[ID_SIZE];
	const char *name;
	const char *role;          /* viewer, editor, admin */
	const char *password_hash; /* NULL: none set */
	int64_t created_at;
};

/* user_add: 1, or 0: name taken. In a transaction. */
int user_add(struct user *u);
int user_find(struct arena *a, const char *id, struct user *out);
int user_by_name(struct arena *a, const char *name, struct user *out);
bool user_admin_exists(void);
void user_set_password(const char *id, const char *hash);
int user_rename(const char *id, const char *name); /* 1, 0: taken */

/* ---- the first administrator ---- */

/* setup_new: a fresh setup token (SEAL_TOKEN_SIZE bytes), good for 15
 * minutes; ends the one before. In a transaction. */
void setup_new(char *token);

/* setup_take: whether it is the one, still good, and no administrator exists;
 * then it is used up. In one. */
bool setup_take(const char *token);

/* ---- sessions ---- */
enum { SESSION_DAYS = 30 };

/* session_add: id into out, its refresh token into refresh. In one. */
void session_add(const char *user_id, char out[static ID_SIZE], char *refresh);

/*
 * session_refresh: the session of a refresh token, which is replaced by a new
 * one in refresh. 1, or 0: unknown or expired. In a transaction.
 */
int session_refresh(struct arena *a, char *refresh, char out[static ID_SIZE],
	struct user *user);
bool session_exists(const char *id);
void session_delete(const char *id);
void session_delete_all(const char *user_id, const char *but);

/* ---- API tokens ---- */
struct api_token {
	char id[ID_SIZE];
	const char *name;
	const char *role;
	const char *hint;
	int64_t created_at;
	int64_t last_used_at;
};

/* api_token_add: the clear token ("ds_" and 43 characters) into clear, which
 * holds API_TOKEN_SIZE bytes. In a transaction. */
enum { API_TOKEN_SIZE = 48 };
void api_token_add(struct api_token *t, const char *user_id, char *clear);
int api_token_list(
	struct arena *a, const char *user_id, struct api_token **out_r);
int api_token_delete(const char *user_id, const char *id);

/* api_token_check: 1 with the user and the token's role, or 0. */
int api_token_check(struct arena *a, const char *clear, struct user *out,
	const char **role_r);

#endif

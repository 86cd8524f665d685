/* token.c: see token.h. */
#include "io/token.h"
#include "io/seal.h"

#include <json-c/json.h>
#include <sodium.h>
#include <string.h>

enum { SKEW_SECONDS = 30, TOKEN_BYTES = 2048 };

/* {"alg":"HS256","typ":"JWT"}: the one header there is. */
static const char header[] = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
static const char issuer[] = "dify-studio";
static const char audience[] = "dify-studio-web";

static const char *
encode(struct arena *a, const void *bytes, size_t n)
{
	size_t size = sodium_base64_encoded_len(
		n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *out = arena_alloc(a, size);

	sodium_bin2base64(
		out, size, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return out;
}

static void
sign(const char *text, size_t n,
	unsigned char mac[crypto_auth_hmacsha256_BYTES])
{
	crypto_auth_hmacsha256(
		mac, (const unsigned char *)text, n, seal_subkey(SEAL_JWT));
}

static json_object *
claims(const struct token *t, int64_t now)
{
	json_object *o = json_object_new_object();

	json_object_object_add(o, "iss", json_object_new_string(issuer));
	json_object_object_add(o, "aud", json_object_new_string(audience));
	json_object_object_add(o, "sub", json_object_new_string(t->user_id));
	json_object_object_add(o, "jti", json_object_new_string(t->session_id));
	json_object_object_add(o, "role", json_object_new_string(t->role));
	json_object_object_add(o, "name", json_object_new_string(t->name));
	json_object_object_add(o, "nbf", json_object_new_int64(now));
	json_object_object_add(
		o, "exp", json_object_new_int64(now + TOKEN_SECONDS));
	return o;
}

const char *
token_make(struct arena *a, const struct token *t, int64_t now)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	json_object *o = claims(t, now);
	size_t n;
	const char *body = json_object_to_json_string_length(
		o, JSON_C_TO_STRING_PLAIN, &n);
	const char *text = arena_printf(a, "%s.%s", header, encode(a, body, n));

	json_object_put(o);
	sign(text, strlen(text), mac);
	return arena_printf(a, "%s.%s", text, encode(a, mac, sizeof(mac)));
}

/* The bytes of one dotted part, or NULL when it is not strict base64url. */
static char *
decode(struct arena *a, const char *text, size_t n, size_t *n_r)
{
	char *out = arena_alloc(a, n + 1);

	if (sodium_base642bin((unsigned char *)out, n, text, n, NULL, n_r, NULL,
		    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return NULL;
	return out;
}

static bool
is_text(json_object *o, const char *key, const char *wanted)
{
	json_object *member;

	return json_object_object_get_ex(o, key, &member) &&
	       json_object_is_type(member, json_type_string) &&
	       strcmp(json_object_get_string(member), wanted) == 0;
}

static bool
copy_text(json_object *o, const char *key, char *out, size_t size)
{
	json_object *member;
	size_t n;

	if (!json_object_object_get_ex(o, key, &member) ||
		!json_object_is_type(member, json_type_string))
		return false;
	n = (size_t)json_object_get_string_len(member);
	if (n >= size)
		return false;
	memcpy(out, json_object_get_string(member), n + 1);
	return true;
}

static int64_t
seconds(json_object *o, const char *key, int64_t other)
{
	json_object *member;

	return json_object_object_get_ex(o, key, &member) &&
			       json_object_is_type(member, json_type_int)
		       ? json_object_get_int64(member)
		       : other;
}

static int
accept_claims(json_object *o, int64_t now, struct token *out)
{
	out->expires_at = seconds(o, "exp", 0);
	return is_text(o, "iss", issuer) && is_text(o, "aud", audience) &&
	       out->expires_at > now &&
	       seconds(o, "nbf", INT64_MAX) <= now + SKEW_SECONDS &&
	       copy_text(o, "sub", out->user_id, sizeof(out->user_id)) &&
	       copy_text(o, "jti", out->session_id, sizeof(out->session_id)) &&
	       copy_text(o, "role", out->role, sizeof(out->role)) &&
	       copy_text(o, "name", out->name, sizeof(out->name)) &&
	       id_valid(out->user_id) && id_valid(out->session_id);
}

int
token_read(struct arena *a, const char *text, int64_t now, struct token *out)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	const char *body;
	const char *dot;
	const char *sent;
	json_object *o;
	size_t n;
	int ok;

	if (strlen(text) > TOKEN_BYTES ||
		strncmp(text, header, sizeof(header) - 1) != 0 ||
		text[sizeof(header) - 1] != '.')
		return 0;
	body = text + sizeof(header);
	dot = strchr(body, '.');
	if (dot == NULL)
		return 0;
	sent = decode(a, dot + 1, strlen(dot + 1), &n);
	sign(text, (size_t)(dot - text), mac);
	if (sent == NULL || n != sizeof(mac) || !seal_equal(sent, mac, n))
		return 0;
	body = decode(a, body, (size_t)(dot - body), &n);
	o = body == NULL ? NULL : json_tokener_parse(body);
	ok = o != NULL && json_object_is_type(o, json_type_object) &&
	     accept_claims(o, now, out);
	json_object_put(o);
	return ok;
}

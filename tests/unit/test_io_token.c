/* test_io_token.c: only our own JWTs are taken, in their time. */
#include "folder.h"

#include "io/token.h"

#include <sodium.h>
#include <string.h>

enum { NOW = 1800000000 };

static const struct token signed_in = {.user_id = "0123456789abcdefghjk",
	.session_id = "zyxwvtsrqpnmkjhgfedc",
	.role = "editor",
	.name = "\xE5\xBC\xA0 \"Z\" \\"};

static int
set_up(void **state)
{
	const char *error;

	return folder_set_up(state) == 0 ? seal_init(true, &error) : -1;
}

static const char *
encode(const void *bytes, size_t n)
{
	char *out = arena_alloc(arena, 2 * n + 8);

	return sodium_bin2base64(out, 2 * n + 8, bytes, n,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* A JWT of any header and body, signed with a key. */
static const char *
forge(const char *header, const char *body, const unsigned char *key)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	const char *text = arena_printf(arena, "%s.%s",
		encode(header, strlen(header)), encode(body, strlen(body)));

	crypto_auth_hmacsha256(
		mac, (const unsigned char *)text, strlen(text), key);
	return arena_printf(arena, "%s.%s", text, encode(mac, sizeof(mac)));
}

static const char our_header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

static void
what_was_made_is_read(void **state)
{
	const char *text = token_make(arena, &signed_in, NOW);
	struct token t;

	(void)state;
	assert_int_equal(token_read(arena, text, NOW, &t), 1);
	assert_string_equal(t.user_id, signed_in.user_id);
	assert_string_equal(t.session_id, signed_in.session_id);
	assert_string_equal(t.role, signed_in.role);
	assert_string_equal(t.name, signed_in.name);
	assert_int_equal(t.expires_at, NOW + TOKEN_SECONDS);
}

static void
it_is_good_for_its_time(void **state)
{
	const char *text = token_make(arena, &signed_in, NOW);
	struct token t;

	(void)state;
	assert_int_equal(token_read(arena, text, NOW - 31, &t), 0);
	assert_int_equal(token_read(arena, text, NOW - 30, &t), 1);
	assert_int_equal(
		token_read(arena, text, NOW + TOKEN_SECONDS - 1, &t), 1);
	assert_int_equal(token_read(arena, text, NOW + TOKEN_SECONDS, &t), 0);
}

static void
no_character_can_be_changed(void **state)
{
	const char *text = token_make(arena, &signed_in, NOW);
	size_t n = strlen(text);
	struct token t;
	size_t i;

	(void)state;
	for (i = 0; i < n; i++) {
		char *bad = arena_strdup(arena, text);

		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		if (token_read(arena, bad, NOW, &t) != 0)
			fail_msg("at %zu of %zu", i, n);
		bad = arena_strdup(arena, text);
		bad[i] = '\0';
		if (token_read(arena, bad, NOW, &t) != 0)
			fail_msg("cut at %zu of %zu", i, n);
	}
	assert_int_equal(
		token_read(arena, arena_printf(arena, "%s=", text), NOW, &t),
		0);
	assert_int_equal(
		token_read(arena, arena_printf(arena, "%s.", text), NOW, &t),
		0);
	assert_int_equal(
		token_read(arena, arena_printf(arena, " %s", text), NOW, &t),
		0);
}

#define SUB   "\"sub\":\"0123456789abcdefghjk\""
#define JTI   "\"jti\":\"zyxwvtsrqpnmkjhgfedc\""
#define REST  "\"role\":\"admin\",\"name\":\"n\""
#define ISS   "\"iss\":\"dify-studio\""
#define AUD   "\"aud\":\"dify-studio-web\""
#define TIMES "\"nbf\":1800000000,\"exp\":1800000100"

static const struct {
	int line;
	const char *body;
	int taken;
} bodies[] = {
	{__LINE__, "{" SUB "," JTI "," REST "," ISS "," AUD "," TIMES "}", 1},
	{__LINE__, "{" JTI "," REST "," ISS "," AUD "," TIMES "}", 0},
	{__LINE__, "{" SUB "," REST "," ISS "," AUD "," TIMES "}", 0},
	{__LINE__, "{" SUB "," JTI "," ISS "," AUD "," TIMES "}", 0},
	{__LINE__, "{" SUB "," JTI "," REST "," AUD "," TIMES "}", 0},
	{__LINE__, "{" SUB "," JTI "," REST "," ISS "," TIMES "}", 0},
	{__LINE__, "{" SUB "," JTI "," REST "," ISS "," AUD "}", 0},
	{__LINE__,
		"{" SUB "," JTI "," REST "," ISS "," AUD ",\"nbf\":1800000000}",
		0},
	{__LINE__,
		"{" SUB "," JTI "," REST "," ISS "," AUD ",\"exp\":1800000100}",
		0},
	{__LINE__,
		"{" SUB "," JTI "," REST "," ISS "," AUD
		",\"nbf\":1800000000,\"exp\":\"1800000100\"}",
		0},
	{__LINE__,
		"{" SUB "," JTI "," REST "," ISS "," AUD
		",\"nbf\":1800000000,\"exp\":1e99}",
		0},
	{__LINE__,
		"{\"sub\":\"me\"," JTI "," REST "," ISS "," AUD "," TIMES "}",
		0},
	{__LINE__,
		"{\"sub\":\"0123456789abcdefghjkx\"," JTI "," REST "," ISS
		"," AUD "," TIMES "}",
		0},
	{__LINE__, "{" SUB ",\"jti\":7," REST "," ISS "," AUD "," TIMES "}", 0},
	{__LINE__,
		"{" SUB "," JTI
		",\"role\":\"administrator\",\"name\":\"n\"," ISS "," AUD
		"," TIMES "}",
		0},
	{__LINE__,
		"{" SUB "," JTI "," REST ",\"iss\":\"other\"," AUD "," TIMES
		"}",
		0},
	{__LINE__,
		"{" SUB "," JTI "," REST "," ISS ",\"aud\":[\"dify-studio-web"
		"\"]," TIMES "}",
		0},
	{__LINE__, "[]", 0},
	{__LINE__, "null", 0},
	{__LINE__, "", 0},
	{__LINE__, "{", 0},
	{__LINE__, "\xFF", 0},
};

static void
every_claim_is_checked(void **state)
{
	struct token t;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bodies); i++) {
		const char *text = forge(
			our_header, bodies[i].body, seal_subkey(SEAL_JWT));

		if (token_read(arena, text, NOW, &t) != bodies[i].taken)
			fail_msg("line %d", bodies[i].line);
	}
}

static const struct {
	int line;
	const char *header;
} headers[] = {
	{__LINE__, "{\"alg\":\"none\",\"typ\":\"JWT\"}"},
	{__LINE__, "{\"alg\":\"HS512\",\"typ\":\"JWT\"}"},
	{__LINE__, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"},
	{__LINE__, "{\"typ\":\"JWT\",\"alg\":\"HS256\"}"},
	{__LINE__, "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"x\"}"},
	{__LINE__, "{\"alg\":\"HS256\"}"},
	{__LINE__, ""},
};

static void
there_is_one_header(void **state)
{
	struct token t;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(headers); i++)
		if (token_read(arena,
			    forge(headers[i].header, bodies[0].body,
				    seal_subkey(SEAL_JWT)),
			    NOW, &t) != 0)
			fail_msg("line %d", headers[i].line);
}

static void
another_key_signs_nothing(void **state)
{
	static const unsigned char zeros[SEAL_KEY_BYTES];
	struct token t;

	(void)state;
	assert_int_equal(
		token_read(arena, forge(our_header, bodies[0].body, zeros), NOW,
			&t),
		0);
	assert_int_equal(token_read(arena,
				 forge(our_header, bodies[0].body,
					 seal_subkey(SEAL_MODEL)),
				 NOW, &t),
		0);
}

static const struct {
	int line;
	const char *text;
} shapes[] = {
	{__LINE__, ""},
	{__LINE__, "."},
	{__LINE__, ".."},
	{__LINE__, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"},
	{__LINE__, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."},
	{__LINE__, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.."},
	{__LINE__, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30."},
	{__LINE__, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.e30"},
	{__LINE__, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.%.%"},
};

static void
what_is_no_token_is_refused(void **state)
{
	struct token t;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(shapes); i++)
		if (token_read(arena, shapes[i].text, NOW, &t) != 0)
			fail_msg("line %d", shapes[i].line);
}

static void
a_token_has_a_longest_length(void **state)
{
	struct token longest = signed_in;
	struct token t;

	(void)state;
	memset(longest.name, 'n', TOKEN_NAME_SIZE - 1);
	longest.name[TOKEN_NAME_SIZE - 1] = '\0';
	assert_int_equal(
		token_read(arena, token_make(arena, &longest, NOW), NOW, &t),
		1);
	assert_string_equal(t.name, longest.name);
	assert_int_equal(token_read(arena,
				 arena_printf(arena, "%s%03000d",
					 token_make(arena, &longest, NOW), 0),
				 NOW, &t),
		0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, folder_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(what_was_made_is_read),
	TEST(it_is_good_for_its_time),
	TEST(no_character_can_be_changed),
	TEST(every_claim_is_checked),
	TEST(there_is_one_header),
	TEST(another_key_signs_nothing),
	TEST(what_is_no_token_is_refused),
	TEST(a_token_has_a_longest_length),
};

UNIT_MAIN(tests)

/* seal.c: see seal.h. */
#include "io/seal.h"
#include "base/fatal.h"
#include "io/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PATHS = 1024,
	HEX_SIZE = 2 * SEAL_KEY_BYTES + 1,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	HINT_CHARS = 4,
	HINT_FROM = 12
};

static unsigned char master[SEAL_KEY_BYTES];
static unsigned char subkeys[SEAL__MAX][SEAL_KEY_BYTES];
static char error_text[PATHS + 256];

static int
fail(const char **error_r, const char *what, const char *why)
{
	snprintf(error_text, sizeof(error_text), "%s: %s", what, why);
	*error_r = error_text;
	return -1;
}

static int
key_from_hex(const char *hex, size_t n)
{
	size_t got;

	return sodium_hex2bin(
		       master, sizeof(master), hex, n, "\n", &got, NULL) == 0 &&
			       got == sizeof(master)
		       ? 0
		       : -1;
}

static int
key_from_file(const char *path, const char **error_r)
{
	char hex[HEX_SIZE + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return fail(error_r, path, strerror(errno));
	n = read(fd, hex, sizeof(hex));
	close(fd);
	if (n < 0 || key_from_hex(hex, (size_t)n) != 0)
		n = -1;
	sodium_memzero(hex, sizeof(hex));
	return n < 0 ? fail(error_r, path, "must hold 64 hexadecimal digits")
		     : 0;
}

/*
 * The new key is written beside its place and linked into it: whoever comes
 * first wins, and nobody reads half a key.
 */
static int
make_file(const char *path, const char **error_r)
{
	char beside[PATHS + 32];
	char hex[HEX_SIZE];
	bool ok = false;
	int fd;

	snprintf(beside, sizeof(beside), "%s.%ld", path, (long)getpid());
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(error_r, beside, strerror(errno));
	randombytes_buf(master, sizeof(master));
	sodium_bin2hex(hex, sizeof(hex), master, sizeof(master));
	hex[HEX_SIZE - 1] = '\n';
	ok = write(fd, hex, sizeof(hex)) == (ssize_t)sizeof(hex) &&
	     fsync(fd) == 0;
	sodium_memzero(hex, sizeof(hex));
	close(fd);
	if (ok && link(beside, path) != 0 && errno != EEXIST)
		ok = false;
	unlink(beside);
	return ok ? key_from_file(path, error_r)
		  : fail(error_r, path, strerror(errno));
}

static int
load_master(bool make, const char **error_r)
{
	const char *hex = conf_text(CONF_SECRET_KEY);
	const char *file = conf_text(CONF_SECRET_KEY_FILE);
	char path[PATHS];

	if (hex != NULL)
		return key_from_hex(hex, strlen(hex)) == 0
			       ? 0
			       : fail(error_r, "STUDIO_SECRET_KEY",
					 "must be 64 hexadecimal digits");
	if (file != NULL)
		return key_from_file(file, error_r);
	conf_path_r("secret.key", path, sizeof(path));
	if (make && access(path, F_OK) != 0)
		return make_file(path, error_r);
	return key_from_file(path, error_r);
}

int
seal_init(bool make, const char **error_r)
{
	uint64_t i;

	if (sodium_init() < 0)
		fatal("libsodium cannot start");
	if (load_master(make, error_r) != 0)
		return -1;
	for (i = 0; i < SEAL__MAX; i++)
		crypto_kdf_derive_from_key(
			subkeys[i], SEAL_KEY_BYTES, i + 1, "studio01", master);
	sodium_memzero(master, sizeof(master));
	return 0;
}

const unsigned char *
seal_subkey(enum seal_purpose purpose)
{
	return subkeys[purpose];
}

void *
seal_close(struct arena *a, enum seal_purpose purpose, const char *text,
	size_t *n_r)
{
	size_t n = strlen(text);
	unsigned char *out = arena_alloc(a, NONCE + n + TAG);

	randombytes_buf(out, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL,
		(const unsigned char *)text, n, NULL, 0, NULL, out,
		subkeys[purpose]);
	*n_r = NONCE + n + TAG;
	return out;
}

char *
seal_open(struct arena *a, enum seal_purpose purpose, const void *sealed,
	size_t n)
{
	const unsigned char *in = sealed;
	unsigned char *out;

	if (sealed == NULL || n < NONCE + TAG)
		return NULL;
	out = arena_alloc(a, n - NONCE - TAG + 1);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
		    in + NONCE, n - NONCE, NULL, 0, in, subkeys[purpose]) != 0)
		return NULL;
	return (char *)out;
}

void
seal_wipe(char *text)
{
	if (text != NULL)
		sodium_memzero(text, strlen(text));
}

const char *
seal_hint(struct arena *a, const char *text)
{
	size_t n = strlen(text);
	const char *end = n < HINT_FROM ? "" : text + n - HINT_CHARS;

	while (((unsigned char)*end & 0xC0) == 0x80)
		end++;
	return arena_printf(a, "••••%s", end);
}

void
seal_token_r(char out[static SEAL_TOKEN_SIZE])
{
	unsigned char bytes[32];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(out, SEAL_TOKEN_SIZE, bytes, sizeof(bytes),
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
}

void
seal_hash(const char *text, unsigned char out[static SEAL_HASH_BYTES])
{
	crypto_generichash(out, SEAL_HASH_BYTES, (const unsigned char *)text,
		strlen(text), NULL, 0);
}

void
seal_keyed_hash(enum seal_purpose purpose, const char *text,
	unsigned char out[static SEAL_HASH_BYTES])
{
	crypto_generichash(out, SEAL_HASH_BYTES, (const unsigned char *)text,
		strlen(text), subkeys[purpose], SEAL_KEY_BYTES);
}

bool
seal_equal(const void *x, const void *y, size_t n)
{
	return sodium_memcmp(x, y, n) == 0;
}

/* One hash at a time: two would need twice the memory. */
static int
enter_hashing(void)
{
	struct flock region = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[PATHS];
	int fd;

	conf_path_r("password.lock", path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		fcntl(fd, F_OFD_SETLKW, &region);
	return fd;
}

static void
leave_hashing(int fd)
{
	if (fd >= 0)
		close(fd);
}

const char *
seal_password(struct arena *a, const char *password)
{
	char *out = arena_alloc(a, crypto_pwhash_STRBYTES);
	int fd = enter_hashing();
	int result = crypto_pwhash_str_alg(out, password, strlen(password),
		(unsigned long long)conf_int(CONF_PASSWORD_PASSES),
		(size_t)conf_int(CONF_PASSWORD_MEMORY_KB) * 1024,
		crypto_pwhash_ALG_ARGON2ID13);

	leave_hashing(fd);
	if (result != 0)
		fatal("no memory for a password hash");
	return out;
}

bool
seal_password_ok(const char *hash, const char *password)
{
	struct arena *a = arena_new((size_t)64 << 10);
	bool ok = false;
	int fd;

	if (hash == NULL) {
		/* Takes as long as a real check, so names cannot be probed. */
		seal_password(a, password);
	} else {
		fd = enter_hashing();
		ok = crypto_pwhash_str_verify(
			     hash, password, strlen(password)) == 0;
		leave_hashing(fd);
	}
	arena_free(&a);
	return ok;
}

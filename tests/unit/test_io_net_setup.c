/* test_io_net_setup.c: the way to a server: real TLS, own authorities, and a
 * proxy. */
#include "folder.h"
#include "server.h"
#include "unit.h"

#include "base/clock.h"
#include "io/net.h"

#include <fcntl.h>

enum { SECOND = 1000, START_MS = 5000, PEM_MAX = 8192 };

/* A server with a certificate that only itself vouches for. */
static struct {
	char port[8];
	pid_t pid;
} tls;

static struct server proxy;

struct heard {
	int ends;
	enum net_end end;
	int status;
	char body[400];
	char error[300];
};

static struct heard heard;

static void
on_end(void *context, const struct net_answer *a)
{
	struct heard *h = context;

	h->ends++;
	h->end = a->end;
	h->status = a->status;
	snprintf(h->body, sizeof(h->body), "%s", a->body);
	snprintf(h->error, sizeof(h->error), "%s",
		a->error == NULL ? "" : a->error);
	net_stop();
}

static void
get(const char *url, const struct net_way *way)
{
	struct net_request r = {.method = "GET", .url = url, .way = *way};
	struct net_callbacks c = {.on_end = on_end};

	memset(&heard, 0, sizeof(heard));
	net_init();
	net_start(&r, &c, &heard);
	net_loop(SECOND);
	net_release();
	assert_int_equal(heard.ends, 1);
}

static const char *
tls_url(void)
{
	static char url[100];

	snprintf(url, sizeof(url), "https://127.0.0.1:%s/", tls.port);
	return url;
}

/* ---- openssl as the server ---- */

static pid_t
start(const char *const *argv)
{
	pid_t pid = fork();
	int null;

	if (pid != 0)
		return pid;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static void
make_certificate(const char *key, const char *certificate)
{
	const char *argv[] = {"openssl", "req", "-x509", "-newkey", "ec",
		"-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
		"2", "-subj", "/CN=studio-test", "-addext",
		"subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
		certificate, NULL};
	int status = -1;

	waitpid(start(argv), &status, 0);
	assert_int_equal(status, 0);
}

/* A port that was free a moment ago. */
static void
find_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	snprintf(tls.port, sizeof(tls.port), "%d", ntohs(a.sin_port));
	close(fd);
}

static void
serve_tls(void)
{
	char key[128];
	char certificate[128];
	char address[40];
	const char *argv[] = {"openssl", "s_server", "-quiet", "-www",
		"-accept", address, "-key", key, "-cert", certificate, NULL};
	int64_t until = clock_mono_ms() + START_MS;

	snprintf(key, sizeof(key), "%s", folder_path("own.key"));
	snprintf(
		certificate, sizeof(certificate), "%s", folder_path("own.pem"));
	make_certificate(key, certificate);
	find_port();
	snprintf(address, sizeof(address), "127.0.0.1:%s", tls.port);
	tls.pid = start(argv);
	do {
		usleep(20000);
		get(tls_url(), &(struct net_way){.insecure = true});
	} while (heard.end == NET_UNREACHABLE && clock_mono_ms() < until);
}

static char *
read_pem(const char *path)
{
	static char pem[PEM_MAX];
	FILE *f = fopen(path, "re");

	assert_non_null(f);
	pem[fread(pem, 1, sizeof(pem) - 1, f)] = '\0';
	fclose(f);
	return pem;
}

/* ---- the tests ---- */

static void
a_certificate_that_nobody_vouches_for_is_refused(void **state)
{
	(void)state;
	get(tls_url(), &(struct net_way){.ca = NULL});
	assert_int_equal(heard.end, NET_UNREACHABLE);
	assert_non_null(strstr(heard.error, "certificate"));
}

static void
an_own_authority_is_trusted(void **state)
{
	(void)state;
	get(tls_url(),
		&(struct net_way){.ca = read_pem(folder_path("own.pem"))});
	assert_string_equal(heard.error, "");
	assert_int_equal(heard.status, 200);
}

static void
another_authority_is_not_enough(void **state)
{
	const char *certificate = folder_path("other.pem");

	(void)state;
	make_certificate(folder_path("other.key"), certificate);
	get(tls_url(), &(struct net_way){.ca = read_pem(certificate)});
	assert_int_equal(heard.end, NET_UNREACHABLE);
	get(tls_url(), &(struct net_way){.ca = "no certificate"});
	assert_int_equal(heard.end, NET_UNREACHABLE);
}

static void
an_own_authority_does_not_vouch_for_another_name(void **state)
{
	char url[100];

	(void)state;
	snprintf(url, sizeof(url), "https://localhost:%s/", tls.port);
	get(url, &(struct net_way){.ca = read_pem(folder_path("own.pem"))});
	assert_int_equal(heard.end, NET_UNREACHABLE);
}

static void
unchecked_means_unchecked(void **state)
{
	(void)state;
	get(tls_url(), &(struct net_way){.insecure = true});
	assert_int_equal(heard.status, 200);
}

static void
a_proxy_gets_the_whole_address(void **state)
{
	char url[100];

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", proxy.port);
	get("http://dify.invalid/console", &(struct net_way){.proxy = url});
	assert_int_equal(heard.status, 200);
	assert_ptr_equal(strstr(heard.body, "GET http://dify.invalid/console "),
		heard.body);
}

/* Answers with what was asked. */
static bool
answer(struct server_request *r)
{
	server_answer(r->fd, "200 OK", "text/plain", r->head);
	return true;
}

static int
set_up(void **state)
{
	if (folder_set_up(state) != 0)
		return -1;
	proxy = server_start(answer);
	serve_tls();
	return 0;
}

static int
tear_down(void **state)
{
	kill(tls.pid, SIGKILL);
	waitpid(tls.pid, NULL, 0);
	server_stop(&proxy);
	return folder_tear_down(state);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_certificate_that_nobody_vouches_for_is_refused),
	cmocka_unit_test(an_own_authority_is_trusted),
	cmocka_unit_test(another_authority_is_not_enough),
	cmocka_unit_test(an_own_authority_does_not_vouch_for_another_name),
	cmocka_unit_test(unchecked_means_unchecked),
	cmocka_unit_test(a_proxy_gets_the_whole_address),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

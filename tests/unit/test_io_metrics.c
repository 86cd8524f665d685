/* test_io_metrics.c: many processes count into one table. */
#include "dies.h"
#include "folder.h"

#include "base/str.h"
#include "io/metrics.h"

#include <string.h>

/* The table is mapped once a process, so each test has one of its own. */
static int
in_a_process(void (*act)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static const char *
written(void)
{
	struct str out;

	str_init(&out, arena, (size_t)4 << 20);
	metrics_write(&out);
	assert_false(out.full);
	return out.s;
}

/* Ends the process, as asserts do not work in one that was forked. */
static void
need(const char *text, const char *line)
{
	if (strstr(text, line) != NULL)
		return;
	fprintf(stderr, "no \"%s\" in\n%s", line, text);
	_exit(1);
}

static int
times(const char *text, const char *part)
{
	int n = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		n++;
	return n;
}

static void
count_a_little(void)
{
	static const char *const ok[] = {"GET", "/api/models", "200"};
	static const char *const no[] = {"GET", "/api/models", "404"};
	const char *text;

	metrics_open();
	metrics_add(METRIC_HTTP_REQUESTS, ok, 1);
	metrics_add(METRIC_HTTP_REQUESTS, ok, 2);
	metrics_add(METRIC_HTTP_REQUESTS, no, 1);
	metrics_add(METRIC_UPLOAD_BYTES, NULL, 5000000000);
	text = written();
	need(text, "# TYPE studio_http_requests_total counter\n");
	need(text, "# HELP studio_http_requests_total ");
	need(text, "studio_http_requests_total{method=\"GET\","
		   "route=\"/api/models\",status=\"200\"} 3\n");
	need(text, "studio_http_requests_total{method=\"GET\","
		   "route=\"/api/models\",status=\"404\"} 1\n");
	need(text, "\nstudio_upload_bytes_total 5000000000\n");
	need(text, "# TYPE studio_http_request_seconds histogram\n");
}

static void
counters(void **state)
{
	(void)state;
	assert_int_equal(in_a_process(count_a_little), 0);
}

static void
count_on(void)
{
	metrics_open();
	need(written(), "\nstudio_upload_bytes_total 5000000000\n");
}

static void
counts_outlive_their_process(void **state)
{
	struct stat s;

	(void)state;
	assert_int_equal(in_a_process(count_a_little), 0);
	assert_int_equal(in_a_process(count_on), 0);
	assert_int_equal(stat(folder_path("metrics-3.shm"), &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
}

static void
observe_a_little(void)
{
	static const char *const route[] = {"/api/models"};
	static const double seconds[] = {0, 0.001, 0.0011, 0.3, 300, 301, 1e6};
	const char *text;
	size_t i;

	metrics_open();
	for (i = 0; i < nitems(seconds); i++)
		metrics_observe(METRIC_HTTP_SECONDS, route, seconds[i]);
	text = written();
#define BUCKET "studio_http_request_seconds_bucket{route=\"/api/models\",le="
	need(text, BUCKET "\"0.001\"} 2\n");
	need(text, BUCKET "\"0.0025\"} 3\n");
	need(text, BUCKET "\"0.25\"} 3\n");
	need(text, BUCKET "\"0.5\"} 4\n");
	need(text, BUCKET "\"300\"} 5\n");
	need(text, BUCKET "\"+Inf\"} 7\n");
	need(text, "studio_http_request_seconds_count{route=\"/api/models\"}"
		   " 7\n");
	need(text, "studio_http_request_seconds_sum{route=\"/api/models\"}"
		   " 1000601.302100\n");
}

static void
histograms(void **state)
{
	(void)state;
	assert_int_equal(in_a_process(observe_a_little), 0);
}

static void
escape_labels(void)
{
	static const char *const odd[] = {"studio", "a\"b\\c\nd", NULL, NULL};
	char name[600];
	char chinese[600] = "a";
	const char *long_one[] = {"studio", name, "done", "ok"};
	const char *text;
	size_t i;

	memset(name, '"', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (i = 0; i < 100; i++)
		memcpy(chinese + 1 + i * 3, "流", 4);
	metrics_open();
	metrics_add(METRIC_GENERATE, odd, 1);
	metrics_add(METRIC_GENERATE, long_one, 1);
	long_one[1] = chinese;
	metrics_add(METRIC_GENERATE, long_one, 1);
	text = written();
	need(text, "studio_generate_total{engine=\"studio\",model=\"a\\\"b\\\\c"
		   " d\",stage=\"\",result=\"\"} 1\n");
	/* However long a value is, the others are there and the line is
	 * whole. */
	need(text, "\\\"\",stage=\"done\",result=\"ok\"} 1\n");
	need(text, "流流\",stage=\"done\",result=\"ok\"} 1\n");
}

static void
label_values_are_escaped(void **state)
{
	(void)state;
	assert_int_equal(in_a_process(escape_labels), 0);
}

static void
fill_the_table(void)
{
	char code[16];
	const char *labels[] = {code};
	const char *text;
	int i;

	metrics_open();
	for (i = 0; i < 5000; i++) {
		snprintf(code, sizeof(code), "code-%d", i);
		metrics_add(METRIC_GENERATE_FIXES, labels, 1);
	}
	text = written();
	need(text, "studio_generate_fix_total{code=\"code-0\"} 1\n");
	need(text, "studio_generate_fix_total{code=\"other\"} ");
}

static void
count_tokens(void)
{
	static const char *const labels[] = {"qwen", "prompt"};
	const char *text;

	metrics_open();
	metrics_observe(METRIC_GENERATE_TOKENS, labels, 3500);
	metrics_observe(METRIC_GENERATE_TOKENS, labels, 200000);
	text = written();
#define TOKENS                                          \
	"studio_generate_tokens_bucket{model=\"qwen\"," \
	"direction=\"prompt\",le="
	need(text, TOKENS "\"3000\"} 0\n");
	need(text, TOKENS "\"4000\"} 1\n");
	need(text, TOKENS "\"+Inf\"} 2\n");
	need(text, "studio_generate_tokens_sum{model=\"qwen\",direction="
		   "\"prompt\"} 203500.000000\n");
}

static void
tokens_have_bounds_of_their_own(void **state)
{
	(void)state;
	assert_int_equal(in_a_process(count_tokens), 0);
}

static void
fill_a_family(void)
{
	static const char *const ok[] = {"GET", "/api/models", "200"};
	char code[16];
	const char *labels[] = {code};
	int i;

	metrics_open();
	for (i = 0; i < 400; i++) {
		snprintf(code, sizeof(code), "code-%d", i);
		metrics_add(METRIC_GENERATE_FIXES, labels, 1);
	}
	metrics_add(METRIC_HTTP_REQUESTS, ok, 1);
	need(written(), "studio_generate_fix_total{code=\"other\"} 100\n");
	need(written(), "studio_http_requests_total{method=\"GET\"");
}

static void
one_family_does_not_take_the_place_of_others(void **state)
{
	(void)state;
	assert_int_equal(in_a_process(fill_a_family), 0);
}

static void
a_full_table_counts_into_other(void **state)
{
	(void)state;
	assert_int_equal(in_a_process(fill_the_table), 0);
}

enum { COUNTERS = 8, ROUNDS = 2000, NAMES = 50 };

static void
count_much(void)
{
	char code[16];
	const char *labels[] = {code};
	int i;

	metrics_open();
	for (i = 0; i < ROUNDS; i++) {
		snprintf(code, sizeof(code), "code-%d", i % NAMES);
		metrics_add(METRIC_GENERATE_FIXES, labels, 1);
	}
}

static void
check_sums(void)
{
	const char *text;
	char line[80];
	int i;

	metrics_open();
	text = written();
	for (i = 0; i < NAMES; i++) {
		snprintf(line, sizeof(line),
			"studio_generate_fix_total{code=\"code-%d\"} %d\n", i,
			COUNTERS * ROUNDS / NAMES);
		need(text, line);
	}
	if (times(text, "studio_generate_fix_total{") != NAMES)
		_exit(2);
}

/* All begin at once, so that they meet while the series get their names. */
static void
nothing_is_lost_between_processes(void **state)
{
	pid_t pids[COUNTERS];
	int gate[2];
	int round;
	int i;

	(void)state;
	for (round = 0; round < 10; round++) {
		assert_int_equal(pipe(gate), 0);
		for (i = 0; i < COUNTERS; i++) {
			char c;

			pids[i] = fork();
			assert_true(pids[i] >= 0);
			if (pids[i] != 0)
				continue;
			close(gate[1]);
			if (read(gate[0], &c, 1) < 0)
				_exit(1);
			count_much();
			_exit(0);
		}
		close(gate[0]);
		close(gate[1]);
		for (i = 0; i < COUNTERS; i++) {
			int status;

			assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
			assert_int_equal(status, 0);
		}
		assert_int_equal(in_a_process(check_sums), 0);
		assert_int_equal(remove(folder_path("metrics-3.shm")), 0);
	}
}

static void
count_nowhere(void)
{
	static const char *const labels[] = {"x"};

	setenv("DATA", "/proc/none", 1);
	if (conf_load(NULL, &(const char *){NULL}) != 0)
		_exit(1);
	metrics_open();
	metrics_add(METRIC_GENERATE_FIXES, labels, 1);
	metrics_observe(METRIC_HTTP_SECONDS, labels, 1);
	need(written(), "# TYPE studio_generate_fix_total counter\n");
	if (strstr(written(), "studio_generate_fix_total{") != NULL)
		_exit(2);
}

static void
without_a_file_counting_is_off(void **state)
{
	(void)state;
	assert_int_equal(in_a_process(count_nowhere), 0);
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(counters),
	FOLDER_TEST(counts_outlive_their_process),
	FOLDER_TEST(histograms),
	FOLDER_TEST(label_values_are_escaped),
	FOLDER_TEST(tokens_have_bounds_of_their_own),
	FOLDER_TEST(one_family_does_not_take_the_place_of_others),
	FOLDER_TEST(a_full_table_counts_into_other),
	FOLDER_TEST(nothing_is_lost_between_processes),
	FOLDER_TEST(without_a_file_counting_is_off),
};

UNIT_MAIN(tests)

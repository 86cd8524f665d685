/* metrics.c: a fixed table of series in a shared mapping; see metrics.h. */
#include "io/metrics.h"
#include "io/conf.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	SERIES = 1024,
	MOST_OF_FAMILY = 300, /* series; what labels say comes from outside */
	NAME_BYTES = 256,
	VALUE_BYTES = 48,
	BOUNDS = 14,
	LABELS = METRIC_LABELS,
	PATHS = 1024
};

/* The number changes with struct table. */
#define FILE_NAME "metrics-3.shm"

enum kind { COUNTER, HISTOGRAM };

struct family {
	const char *name;
	enum kind kind;
	const char *labels[LABELS + 1];
	const char *help;
	const double *bounds; /* of its buckets; NULL: seconds */
};

/* Upper bounds of the buckets; the last bucket has none. */
static const double seconds[BOUNDS] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
	0.1, 0.25, 0.5, 1, 5, 15, 60, 300};
static const double tokens[BOUNDS] = {100, 250, 500, 1000, 2000, 3000, 4000,
	6000, 8000, 12000, 16000, 32000, 64000, 128000};

static const struct family families[METRIC__MAX] = {
	[METRIC_HTTP_REQUESTS] = {"studio_http_requests_total", COUNTER,
		{"method", "route", "status"}, "Requests answered."},
	[METRIC_HTTP_SECONDS] = {"studio_http_request_seconds", HISTOGRAM,
		{"route"}, "Time from accepting a request to its answer."},
	[METRIC_GENERATE] = {"studio_generate_total", COUNTER,
		{"engine", "model", "stage", "result"},
		"Generations that ended."},
	[METRIC_GENERATE_SECONDS] = {"studio_generate_seconds", HISTOGRAM,
		{"engine", "model"}, "Time of a generation."},
	[METRIC_GENERATE_TOKENS] = {"studio_generate_tokens", HISTOGRAM,
		{"model", "direction"}, "Tokens of a generation.", tokens},
	[METRIC_GENERATE_FIXES] = {"studio_generate_fix_total", COUNTER,
		{"code"}, "Repairs made to plans."},
	[METRIC_GENERATE_FINDINGS] = {"studio_generate_finding_total", COUNTER,
		{"code"}, "Findings left open in plans."},
	[METRIC_JOBS] = {"studio_jobs_total", COUNTER, {"kind", "result"},
		"Jobs that ended."},
	[METRIC_JOB_SECONDS] = {"studio_job_seconds", HISTOGRAM, {"kind"},
		"Time of a job from its start to its end."},
	[METRIC_DIFY_REQUESTS] = {"studio_dify_requests_total", COUNTER,
		{"status"}, "Requests sent to Dify."},
	[METRIC_LLM_TOKENS] = {"studio_llm_tokens_total", COUNTER,
		{"model", "direction"}, "Tokens of plan-writing models."},
	[METRIC_LLM_FIRST_TOKEN] = {"studio_llm_first_token_seconds", HISTOGRAM,
		{"model"}, "Time until a model's first word."},
	[METRIC_UPLOAD_BYTES] = {"studio_upload_bytes_total", COUNTER, {NULL},
		"Bytes received for knowledge bases."},
};

/* A series: free, being named by one process, ready for all, or given up. */
enum { FREE, CLAIMED, READY, LOST };

struct series {
	_Atomic uint32_t state;
	uint32_t family;
	char labels[NAME_BYTES]; /* name="value",... */
	_Atomic uint64_t count;
	_Atomic uint64_t millionths; /* of the sum */
	_Atomic uint64_t buckets[BOUNDS + 1];
};

/* others: of each family, what found no place among the series. */
struct table {
	_Atomic uint32_t made[METRIC__MAX]; /* series of each family */
	struct series series[SERIES];
	struct series others[METRIC__MAX];
};

static struct table *table;
static void (*diverted)(enum metric m, const char *const *labels, size_t count,
	uint64_t n, double seconds);

static const double *
bounds_of(const struct family *f)
{
	return f->bounds == NULL ? seconds : f->bounds;
}

void
metrics_open(void)
{
	char path[PATHS];
	void *map;
	int fd;

	if (table != NULL)
		return;
	conf_path_r(FILE_NAME, path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (ftruncate(fd, sizeof(struct table)) == 0) {
		map = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
			MAP_SHARED, fd, 0);
		if (map != MAP_FAILED)
			table = map;
	}
	close(fd);
}

/* Label values are escaped as the text format wants them; a long one is cut in
 * front of a character. */
static void
put_value(char *out, size_t *len, const char *value)
{
	size_t n = strlen(value);
	size_t i;

	if (n > VALUE_BYTES)
		for (n = VALUE_BYTES;
			n > 0 && ((unsigned char)value[n] & 0xC0) == 0x80;)
			n--;
	for (i = 0; i < n && *len + 3 < NAME_BYTES; i++) {
		if (value[i] == '"' || value[i] == '\\')
			out[(*len)++] = '\\';
		out[(*len)++] = (unsigned char)value[i] < ' ' ? ' ' : value[i];
	}
	out[*len] = '\0';
}

static void
name_labels(const struct family *f, const char *const *values,
	char out[static NAME_BYTES])
{
	size_t len = 0;
	size_t i;

	out[0] = '\0';
	for (i = 0; f->labels[i] != NULL && len + 40 < NAME_BYTES; i++) {
		len += (size_t)snprintf(out + len, NAME_BYTES - len,
			"%s%.20s=\"", i == 0 ? "" : ",", f->labels[i]);
		put_value(out, &len, values[i] == NULL ? "" : values[i]);
		out[len++] = '"';
		out[len] = '\0';
	}
}

static size_t
hash(uint32_t family, const char *s)
{
	size_t h = 1469598103934665603U ^ family;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211U;
	return h % SERIES;
}

static void
claim(struct series *s, uint32_t family, const char *labels)
{
	uint32_t expected = FREE;

	if (!atomic_compare_exchange_strong(&s->state, &expected, CLAIMED))
		return;
	atomic_fetch_add(&table->made[family], 1);
	s->family = family;
	memcpy(s->labels, labels, strlen(labels) + 1);
	expected = CLAIMED;
	atomic_compare_exchange_strong(&s->state, &expected, READY);
}

/*
 * The state once nobody is naming it. That takes a few instructions: one that
 * stays claimed for 100 ms was left by a process that died, and is given up.
 */
static uint32_t
settled(struct series *s)
{
	struct timespec nap = {0, 1000000};
	uint32_t state = atomic_load(&s->state);
	int patience = 100;

	while (state == CLAIMED && patience-- > 0) {
		nanosleep(&nap, NULL);
		state = atomic_load(&s->state);
	}
	if (state == CLAIMED)
		atomic_compare_exchange_strong(&s->state, &state, LOST);
	return atomic_load(&s->state);
}

/* The series of that name, made when there is room; NULL when there is none. */
static struct series *
find(uint32_t family, const char *labels)
{
	size_t at = hash(family, labels);
	size_t tried;

	for (tried = 0; tried < SERIES; tried++, at = (at + 1) % SERIES) {
		struct series *s = &table->series[at];

		if (atomic_load(&s->state) == FREE) {
			if (atomic_load(&table->made[family]) >= MOST_OF_FAMILY)
				return NULL;
			claim(s, family, labels);
		}
		if (settled(s) == READY && s->family == family &&
			strcmp(s->labels, labels) == 0)
			return s;
	}
	return NULL;
}

static struct series *
series_of(enum metric m, const char *const *values)
{
	static const char *const other[] = {"other", "other", "other", "other"};
	char labels[NAME_BYTES];
	struct series *s;

	if (table == NULL)
		return NULL;
	name_labels(&families[m], values, labels);
	s = find((uint32_t)m, labels);
	if (s == NULL) {
		s = &table->others[m];
		name_labels(&families[m], other, labels);
		claim(s, (uint32_t)m, labels);
	}
	return s;
}

void
metrics_divert(void (*fn)(enum metric m, const char *const *labels,
	size_t count, uint64_t n, double seconds))
{
	diverted = fn;
}

static size_t
label_count(enum metric m)
{
	size_t n = 0;

	while (families[m].labels[n] != NULL)
		n++;
	return n;
}

void
metrics_add(enum metric m, const char *const *labels, uint64_t n)
{
	struct series *s = series_of(m, labels);

	if (diverted != NULL)
		diverted(m, labels, label_count(m), n, 0);
	if (s != NULL)
		atomic_fetch_add(&s->count, n);
}

void
metrics_observe(enum metric m, const char *const *labels, double n)
{
	const double *bounds = bounds_of(&families[m]);
	struct series *s = series_of(m, labels);
	size_t i;

	if (diverted != NULL)
		diverted(m, labels, label_count(m), 0, n);
	if (s == NULL)
		return;
	for (i = 0; i < BOUNDS && n > bounds[i]; i++)
		continue;
	atomic_fetch_add(&s->buckets[i], 1);
	atomic_fetch_add(&s->millionths, (uint64_t)(n * 1e6));
	atomic_fetch_add(&s->count, 1);
}

static void
write_histogram(struct str *out, const struct family *f, struct series *s)
{
	const double *bounds = bounds_of(f);
	const char *name = f->name;
	const char *comma = s->labels[0] == '\0' ? "" : ",";
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < BOUNDS; i++) {
		sum += atomic_load(&s->buckets[i]);
		str_printf(out, "%s_bucket{%s%sle=\"%g\"} %" PRIu64 "\n", name,
			s->labels, comma, bounds[i], sum);
	}
	sum += atomic_load(&s->buckets[BOUNDS]);
	str_printf(out, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", name,
		s->labels, comma, sum);
	str_printf(out, "%s_sum{%s} %.6f\n", name, s->labels,
		(double)atomic_load(&s->millionths) / 1e6);
	str_printf(out, "%s_count{%s} %" PRIu64 "\n", name, s->labels, sum);
}

static void
write_series(struct str *out, const struct family *f, struct series *s)
{
	if (f->kind == HISTOGRAM)
		write_histogram(out, f, s);
	else if (s->labels[0] == '\0')
		str_printf(out, "%s %" PRIu64 "\n", f->name,
			atomic_load(&s->count));
	else
		str_printf(out, "%s{%s} %" PRIu64 "\n", f->name, s->labels,
			atomic_load(&s->count));
}

static void
write_ready(struct str *out, const struct family *f, uint32_t m,
	struct series *all, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (atomic_load(&all[i].state) == READY && all[i].family == m)
			write_series(out, f, &all[i]);
}

void
metrics_write(struct str *out)
{
	uint32_t m;

	for (m = 0; m < METRIC__MAX; m++) {
		const struct family *f = &families[m];

		str_printf(out, "# HELP %s %s\n# TYPE %s %s\n", f->name,
			f->help, f->name,
			f->kind == HISTOGRAM ? "histogram" : "counter");
		if (table == NULL)
			continue;
		write_ready(out, f, m, table->series, SERIES);
		write_ready(out, f, m, table->others, METRIC__MAX);
	}
}

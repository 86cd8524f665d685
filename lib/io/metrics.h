/* metrics.h: counters shared by all processes in one mapped file. */
#ifndef METRICS_H
#define METRICS_H

#include "base/str.h"

#include <stdint.h>

/* Families, all of them; the table in metrics.c has name, type and help. */
enum metric {
	METRIC_HTTP_REQUESTS,     /* labels method, route, status */
	METRIC_HTTP_SECONDS,      /* histogram: route */
	METRIC_GENERATE,          /* engine, model, stage, result */
	METRIC_GENERATE_SECONDS,  /* histogram: engine, model */
	METRIC_GENERATE_TOKENS,   /* histogram: model, direction */
	METRIC_GENERATE_FIXES,    /* code */
	METRIC_GENERATE_FINDINGS, /* code */
	METRIC_JOBS,              /* kind, result */
	METRIC_JOB_SECONDS,       /* histogram: kind */
	METRIC_DIFY_REQUESTS,     /* status (2xx, 4xx, 5xx, error) */
	METRIC_LLM_TOKENS,        /* model, direction */
	METRIC_LLM_FIRST_TOKEN,   /* histogram: model */
	METRIC_UPLOAD_BYTES,
	METRIC__MAX
};

/*
 * metrics_open: maps DATA/metrics-3.shm, making it when absent. Without it
 * (read-only disk) counting is silently off.
 */
void metrics_open(void);

/*
 * metrics_add: adds n to the series of these label values (as many as the
 * family has labels; NULL counts as ""), of each the first bytes. A family that
 * has its most series, or a table that is full, counts into the series
 * "other". Lock-free between processes.
 */
void metrics_add(enum metric m, const char *const *labels, uint64_t n);

/* metrics_observe: one observation of a histogram, in seconds or tokens. */
void metrics_observe(enum metric m, const char *const *labels, double n);

/* metrics_divert: from now on fn hears of what would be counted here: n of a
 * counter, or (n 0) an observation. */
enum { METRIC_LABELS = 4 };
void metrics_divert(void (*fn)(enum metric m, const char *const *labels,
	size_t count, uint64_t n, double seconds));

/* metrics_write: all series in the Prometheus text format 0.0.4. */
void metrics_write(struct str *out);

#endif

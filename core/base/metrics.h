/*
 * metrics: counters, gauges and histograms, rendered in Prometheus' text format.
 *
 * A metric is made once (setup, or the first time a label value is met) and then updated without a
 * lock. Label values come from a bounded set: connectors, outcomes, integrations of the config.
 */
#ifndef WEIR_BASE_METRICS_H
#define WEIR_BASE_METRICS_H

#include "base/buf.h"

struct metrics;
struct metric;

struct metrics *metrics_new(void); /* ends the process without memory */
void metrics_free(struct metrics *m);

/*
 * The metric of this name and these labels, made if it is new; the pointer stays valid until
 * metrics_free. labels is the inner text, escaped by the caller's choice of values:
 * "connector=\"personio\",outcome=\"ok\"", or "". At 10,000 metrics further ones share one named
 * with labels overflow="true". Thread: any.
 */
struct metric *metrics_counter(struct metrics *m, const char *name, const char *help, const char *labels);
struct metric *metrics_gauge(struct metrics *m, const char *name, const char *help, const char *labels);
/* Seconds, in fixed buckets from 50 µs to 60 s. */
struct metric *metrics_seconds(struct metrics *m, const char *name, const char *help, const char *labels);
/* Counts or sizes, in powers of two from 1 to 65,536. */
struct metric *metrics_sizes(struct metrics *m, const char *name, const char *help, const char *labels);

/* Thread: any. */
void metric_add(struct metric *metric, int64_t n);
void metric_set(struct metric *metric, int64_t value);
void metric_observe_us(struct metric *metric, int64_t us); /* for metrics_seconds */
void metric_observe(struct metric *metric, int64_t value); /* for metrics_sizes */
int64_t metric_value(const struct metric *metric);         /* counter or gauge; a histogram's count */

/* Called before each rendering, to set gauges that are cheaper to ask for than to keep, on the thread that
 * renders and without a lock. Several are called in the order they came. Thread: setup. */
void metrics_on_render(struct metrics *m, void (*refresh)(void *ctx), void *ctx);

/* Append everything as text, with # HELP and # TYPE once per name. Thread: any. */
void metrics_render(struct buf *out, struct metrics *m);

#endif

#include "base/metrics.h"

#include "base/thread.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#define METRIC_MAX 10000
#define SLOTS 4096 /* a power of two; chains of two or three when METRIC_MAX is reached */
#define BUCKET_MAX 19
#define OVERFLOW_LABELS "overflow=\"true\""

enum kind { KIND_COUNTER, KIND_GAUGE, KIND_SECONDS, KIND_SIZES };

struct family;

struct metric {
    struct family *family;
    struct metric *next;      /* of the family, in the order of making */
    struct metric *slot_next; /* of the hash slot */
    char *labels;
    _Atomic int64_t value;                   /* a histogram's sum: microseconds, or what was observed */
    _Atomic int64_t buckets[BUCKET_MAX + 1]; /* not cumulative; the last is +Inf */
};

struct family {
    struct family *next;
    struct metric *first;
    struct metric **end;
    char *name;
    char *help;
    enum kind kind;
};

struct refresher {
    struct refresher *next;
    void (*refresh)(void *ctx);
    void *ctx;
};

struct metrics {
    pthread_mutex_t lock; /* guards the families, the slots and metric_count; not the values */
    struct family *first;
    struct family **end;
    struct metric *slots[SLOTS];
    size_t metric_count;
    struct refresher *refreshers; /* setup only */
};

struct bucket {
    int64_t bound; /* inclusive */
    const char *le;
};

static const struct bucket seconds_buckets[] = {
    {50, "0.00005"},  {100, "0.0001"},  {250, "0.00025"}, {500, "0.0005"},  {1000, "0.001"},
    {2500, "0.0025"}, {5000, "0.005"},  {10000, "0.01"},  {25000, "0.025"}, {50000, "0.05"},
    {100000, "0.1"},  {250000, "0.25"}, {500000, "0.5"},  {1000000, "1"},   {2500000, "2.5"},
    {5000000, "5"},   {10000000, "10"}, {30000000, "30"}, {60000000, "60"}};

static const struct bucket sizes_buckets[] = {
    {1, "1"},       {2, "2"},       {4, "4"},         {8, "8"},         {16, "16"},      {32, "32"},
    {64, "64"},     {128, "128"},   {256, "256"},     {512, "512"},     {1024, "1024"},  {2048, "2048"},
    {4096, "4096"}, {8192, "8192"}, {16384, "16384"}, {32768, "32768"}, {65536, "65536"}};

_Static_assert(sizeof seconds_buckets / sizeof seconds_buckets[0] <= BUCKET_MAX, "BUCKET_MAX is too small");
_Static_assert(sizeof sizes_buckets / sizeof sizes_buckets[0] <= BUCKET_MAX, "BUCKET_MAX is too small");

/* The buckets of a histogram; count is 0 for other kinds. */
static const struct bucket *kind_buckets(size_t *count, enum kind kind)
{
    *count = 0;
    if (kind == KIND_SECONDS) {
        *count = sizeof seconds_buckets / sizeof seconds_buckets[0];
        return seconds_buckets;
    }
    if (kind == KIND_SIZES) {
        *count = sizeof sizes_buckets / sizeof sizes_buckets[0];
        return sizes_buckets;
    }
    return NULL;
}

static void *grab(size_t size)
{
    void *memory = calloc(1, size);

    check_bug(memory != NULL && "out of memory for a metric");
    return memory;
}

static char *grab_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = grab(size);

    memcpy(copy, text, size);
    return copy;
}

struct metrics *metrics_new(void)
{
    struct metrics *m = grab(sizeof *m);

    (void)pthread_mutex_init(&m->lock, NULL);
    m->end = &m->first;
    return m;
}

static void family_free(struct family *family)
{
    struct metric *metric = family->first;

    while (metric != NULL) {
        struct metric *next = metric->next;

        free(metric->labels);
        free(metric);
        metric = next;
    }
    free(family->name);
    free(family->help);
    free(family);
}

void metrics_free(struct metrics *m)
{
    if (m == NULL) {
        return;
    }
    while (m->first != NULL) {
        struct family *next = m->first->next;

        family_free(m->first);
        m->first = next;
    }
    while (m->refreshers != NULL) {
        struct refresher *next = m->refreshers->next;

        free(m->refreshers);
        m->refreshers = next;
    }
    (void)pthread_mutex_destroy(&m->lock);
    free(m);
}

/* FNV-1a over name and labels. */
static size_t slot_of(const char *name, const char *labels)
{
    uint32_t hash = 2166136261U;
    const char *p;

    for (p = name; *p != '\0'; p++) {
        hash = (hash ^ (uint8_t)*p) * 16777619U;
    }
    hash = (hash ^ '{') * 16777619U;
    for (p = labels; *p != '\0'; p++) {
        hash = (hash ^ (uint8_t)*p) * 16777619U;
    }
    return hash & (SLOTS - 1);
}

static struct metric *metric_find(const struct metrics *m, const char *name, const char *labels)
{
    struct metric *metric = m->slots[slot_of(name, labels)];

    while (metric != NULL &&
           (strcmp(metric->family->name, name) != 0 || strcmp(metric->labels, labels) != 0)) {
        metric = metric->slot_next;
    }
    return metric;
}

static struct family *family_get(struct metrics *m, enum kind kind, const char *name, const char *help)
{
    struct family *family;

    for (family = m->first; family != NULL; family = family->next) {
        if (strcmp(family->name, name) == 0) {
            return family;
        }
    }
    family = grab(sizeof *family);
    family->end = &family->first;
    family->name = grab_text(name);
    family->help = grab_text(help);
    family->kind = kind;
    *m->end = family;
    m->end = &family->next;
    return family;
}

static struct metric *metric_make(struct metrics *m, enum kind kind, const char *name, const char *help,
                                  const char *labels)
{
    struct metric **slot = &m->slots[slot_of(name, labels)];
    struct metric *metric = grab(sizeof *metric);

    metric->family = family_get(m, kind, name, help);
    metric->labels = grab_text(labels);
    metric->slot_next = *slot;
    *slot = metric;
    *metric->family->end = metric;
    metric->family->end = &metric->next;
    m->metric_count++;
    return metric;
}

static struct metric *metric_get(struct metrics *m, enum kind kind, const char *name, const char *help,
                                 const char *labels)
{
    struct metric *metric;

    (void)pthread_mutex_lock(&m->lock);
    metric = metric_find(m, name, labels);
    if (metric == NULL && m->metric_count >= METRIC_MAX) {
        labels = OVERFLOW_LABELS;
        metric = metric_find(m, name, labels);
    }
    if (metric == NULL) {
        metric = metric_make(m, kind, name, help, labels);
    }
    (void)pthread_mutex_unlock(&m->lock);
    check_bug(metric->family->kind == kind);
    return metric;
}

struct metric *metrics_counter(struct metrics *m, const char *name, const char *help, const char *labels)
{
    return metric_get(m, KIND_COUNTER, name, help, labels);
}

struct metric *metrics_gauge(struct metrics *m, const char *name, const char *help, const char *labels)
{
    return metric_get(m, KIND_GAUGE, name, help, labels);
}

struct metric *metrics_seconds(struct metrics *m, const char *name, const char *help, const char *labels)
{
    return metric_get(m, KIND_SECONDS, name, help, labels);
}

struct metric *metrics_sizes(struct metrics *m, const char *name, const char *help, const char *labels)
{
    return metric_get(m, KIND_SIZES, name, help, labels);
}

void metric_add(struct metric *metric, int64_t n)
{
    (void)atomic_fetch_add_explicit(&metric->value, n, memory_order_relaxed);
}

void metric_set(struct metric *metric, int64_t value)
{
    atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}

static void observe(struct metric *metric, enum kind kind, int64_t value)
{
    size_t count;
    const struct bucket *buckets = kind_buckets(&count, kind);
    size_t i = 0;

    check_bug(metric->family->kind == kind);
    value = value > 0 ? value : 0;
    while (i < count && value > buckets[i].bound) {
        i++;
    }
    (void)atomic_fetch_add_explicit(&metric->buckets[i], 1, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&metric->value, value, memory_order_relaxed);
}

void metric_observe_us(struct metric *metric, int64_t us)
{
    observe(metric, KIND_SECONDS, us);
}

void metric_observe(struct metric *metric, int64_t value)
{
    observe(metric, KIND_SIZES, value);
}

int64_t metric_value(const struct metric *metric)
{
    size_t count;
    int64_t sum = 0;
    size_t i;

    if (kind_buckets(&count, metric->family->kind) == NULL) {
        return atomic_load_explicit(&metric->value, memory_order_relaxed);
    }
    for (i = 0; i <= count; i++) {
        sum += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
    }
    return sum;
}

void metrics_on_render(struct metrics *m, void (*refresh)(void *ctx), void *ctx)
{
    struct refresher *refresher = grab(sizeof *refresher);
    struct refresher **end = &m->refreshers;

    refresher->refresh = refresh;
    refresher->ctx = ctx;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = refresher;
}

/* name, suffix, and the labels with le joined to them when it is not NULL. */
static void render_name(struct buf *out, const struct metric *metric, const char *suffix, const char *le)
{
    bool labelled = metric->labels[0] != '\0';

    buf_add_text(out, metric->family->name);
    buf_add_text(out, suffix);
    if (labelled || le != NULL) {
        buf_add_char(out, '{');
        buf_add_text(out, metric->labels);
        if (le != NULL) {
            buf_printf(out, "%sle=\"%s\"", labelled ? "," : "", le);
        }
        buf_add_char(out, '}');
    }
    buf_add_char(out, ' ');
}

static void render_histogram(struct buf *out, const struct metric *metric, const struct bucket *buckets,
                             size_t count)
{
    int64_t total = atomic_load_explicit(&metric->value, memory_order_relaxed);
    int64_t below = 0;
    size_t i;

    for (i = 0; i <= count; i++) {
        below += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
        render_name(out, metric, "_bucket", i < count ? buckets[i].le : "+Inf");
        buf_printf(out, "%" PRId64 "\n", below);
    }
    render_name(out, metric, "_sum", NULL);
    if (metric->family->kind == KIND_SECONDS) {
        buf_printf(out, "%" PRId64 ".%06" PRId64 "\n", total / 1000000, total % 1000000);
    } else {
        buf_printf(out, "%" PRId64 "\n", total);
    }
    /* The same sum as +Inf: a scrape must not see the two disagree. */
    render_name(out, metric, "_count", NULL);
    buf_printf(out, "%" PRId64 "\n", below);
}

static void render_family(struct buf *out, const struct family *family)
{
    static const char *const types[] = {"counter", "gauge", "histogram", "histogram"};
    size_t count;
    const struct bucket *buckets = kind_buckets(&count, family->kind);
    const struct metric *metric;
    const char *p;

    buf_printf(out, "# HELP %s ", family->name);
    for (p = family->help; *p != '\0'; p++) {
        if (*p == '\\' || *p == '\n') {
            buf_add_text(out, *p == '\n' ? "\\n" : "\\\\");
        } else {
            buf_add_char(out, *p);
        }
    }
    buf_printf(out, "\n# TYPE %s %s\n", family->name, types[family->kind]);
    for (metric = family->first; metric != NULL; metric = metric->next) {
        if (buckets != NULL) {
            render_histogram(out, metric, buckets, count);
        } else {
            render_name(out, metric, "", NULL);
            buf_printf(out, "%" PRId64 "\n", metric_value(metric));
        }
    }
}

void metrics_render(struct buf *out, struct metrics *m)
{
    const struct refresher *refresher;
    const struct family *family;

    /* Before the lock, as a refresher looks metrics up. */
    for (refresher = m->refreshers; refresher != NULL; refresher = refresher->next) {
        refresher->refresh(refresher->ctx);
    }
    (void)pthread_mutex_lock(&m->lock);
    for (family = m->first; family != NULL; family = family->next) {
        render_family(out, family);
    }
    (void)pthread_mutex_unlock(&m->lock);
}

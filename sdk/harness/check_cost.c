/*
 * check_cost: a delivery of 16 KB costs check less than 50 microseconds of a processor.
 *
 * Wrong signatures cost the same as right ones wherever the time is constant, so that a body that cannot be
 * signed again serves as well.
 */
#include "check_delivery.h"

#include "probe.h"
#include "walk.h"

#include <stdlib.h>
#include <time.h>

#define COST_MAX_NS 50000
#define BODY_LEN ((size_t)16 << 10)
#define ROUNDS 501
#define DELIVERIES_MAX 8

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif
#else
static const bool sanitized = false;
#endif

static int64_t cpu_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int64_t median_ns(struct probe *p)
{
    int64_t took[ROUNDS];

    for (size_t i = 0; i < ROUNDS; i++) {
        int64_t from = cpu_ns();

        (void)probe_ask(p);
        took[i] = cpu_ns() - from;
    }
    qsort(took, ROUNDS, sizeof *took, by_value);
    return took[ROUNDS / 2];
}

static void before(struct walk *w, struct play *play, const struct case_step *step)
{
    size_t *deliveries = w->ctx;
    struct case_delivery padded = step->delivery;
    struct weir_bytes body = padded.body.bytes;
    uint8_t *text;
    struct probe p;
    char word[64];
    int64_t took;

    if (step->kind != STEP_DELIVER || body.len > BODY_LEN || *deliveries >= DELIVERIES_MAX) {
        return;
    }
    (*deliveries)++;
    text = must_calloc(BODY_LEN, 1);
    memset(text, ' ', BODY_LEN);
    if (body.len > 0) {
        memcpy(text, body.data, body.len);
    }
    padded.body.bytes = weir_bytes(text, BODY_LEN);
    probe_init(&p, play, &padded);
    took = median_ns(&p);
    probe_word(word, &p);
    if (took > COST_MAX_NS) {
        findings_add(w->f, w->where,
                     "check took %lld ns of a processor for a body of 16 KB that is %s, and %d are the most",
                     (long long)took, word, COST_MAX_NS);
    } else {
        findings_note(w->f, "%s: %lld ns for a body of 16 KB that is %s", w->where, (long long)took, word);
    }
    probe_fini(&p);
    free(text);
}

void check_cost(const struct task *task, struct findings *f)
{
    size_t deliveries = 0;
    struct walk w = {.f = f, .ctx = &deliveries, .before = before};

    if (sanitized) {
        findings_skip(f, "weir-harness is built with a sanitizer, which costs more than what is measured");
        return;
    }
    walk_cases(&w, task->arg);
    if (deliveries == 0 && f->skipped[0] == '\0') {
        findings_skip(f, "no case has a delivery of at most 16 KB");
    }
}

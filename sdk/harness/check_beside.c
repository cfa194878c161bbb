/*
 * check_beside: check runs on another thread again and again while the steps of the cases are played.
 *
 * All is played twice, first alone and then so: both have to come to the same, and so has each check. What
 * only races is told by ThreadSanitizer, in a weir-harness and a connector that are built with it.
 */
#include "check_delivery.h"

#include "base/thread.h"
#include "probe.h"
#include "walk.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#define ROUNDS_LEAST 100
#define STEPS_MAX 1000

struct beside {
    struct test_case *c; /* that has the delivery */
    const struct case_delivery *from;
    bool together;
    char *alone[STEPS_MAX]; /* what each step came to */
    size_t step;
    /* While a step is played. */
    struct probe p;
    int rc; /* of check alone, and its verdict */
    struct weir_verdict want;
    pthread_t thread;
    bool running;
    sem_t going;
    atomic_bool enough;
    size_t asked, other;
};

static bool is_same(const struct beside *b)
{
    const struct probe *p = &b->p;
    const struct weir_verdict *want = &b->want;

    return p->rc == b->rc && p->verdict.decision == want->decision && p->verdict.status == want->status &&
           p->verdict.dedup == want->dedup && strcmp(p->verdict.reason, want->reason) == 0;
}

static void *ask_again(void *arg)
{
    struct beside *b = arg;

    while (b->asked < ROUNDS_LEAST || !atomic_load(&b->enough)) {
        (void)probe_ask(&b->p);
        b->other += is_same(b) ? 0 : 1;
        if (++b->asked == 1) {
            (void)sem_post(&b->going);
        }
    }
    return NULL;
}

/* What the step came to, as one text. */
static char *text_of(const struct step_result *r)
{
    const struct harvest *h = &r->harvest;
    json_t *all = json_pack("{s:i, s:i, s:O, s:O, s:O, s:O, s:O, s:O, s:i, s:i}", "rc", r->rc, "decision",
                            (int)r->verdict.decision, "events", h->events, "records", h->records,
                            "placeholders", h->placeholders, "gone", h->gone, "complete", h->complete,
                            "touched", h->touched, "state", (int)r->have.state, "status", r->passed.status);
    char *text = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);

    json_decref(all);
    return text;
}

static void before(struct walk *w, struct play *play, const struct case_step *step)
{
    struct beside *b = w->ctx;
    struct weir_error err = {0};

    (void)step;
    if (!b->together) {
        return;
    }
    probe_init(&b->p, play, b->from);
    (void)probe_ask(&b->p);
    b->rc = b->p.rc;
    b->want = b->p.verdict;
    b->want.dedup_key = weir_str_n(NULL, 0);
    b->asked = 0;
    b->other = 0;
    atomic_store(&b->enough, false);
    (void)sem_init(&b->going, 0, 0);
    b->running = thread_start(&b->thread, THREAD_LOOP, "check", ask_again, b, &err) == 0;
    if (!b->running) {
        findings_note(w->f, "%s", err.message);
    }
    while (b->running && sem_wait(&b->going) != 0) {
    }
}

static void stop(struct walk *w)
{
    struct beside *b = w->ctx;

    if (!b->together) {
        return;
    }
    atomic_store(&b->enough, true);
    if (b->running) {
        (void)pthread_join(b->thread, NULL);
    }
    b->running = false;
    if (b->other > 0) {
        findings_add(w->f, w->where, "of %zu checks beside it %zu came to another verdict than alone",
                     b->asked, b->other);
    }
    (void)sem_destroy(&b->going);
    probe_fini(&b->p);
}

static void after(struct walk *w, struct play *p, const struct case_step *step, struct step_result *r)
{
    struct beside *b = w->ctx;
    char *text = text_of(r);

    (void)p;
    (void)step;
    stop(w);
    if (b->step < STEPS_MAX) {
        if (!b->together) {
            b->alone[b->step] = text;
            text = NULL;
        } else if (text == NULL || b->alone[b->step] == NULL || strcmp(text, b->alone[b->step]) != 0) {
            findings_add(w->f, w->where, "with checks beside it the step came to something else than alone");
        }
    }
    b->step++;
    free(text);
}

/* The first delivery of the cases. */
static void delivery_find(struct beside *b, const struct suite *s)
{
    struct findings own;

    findings_init(&own);
    for (size_t i = 0; i < s->case_count && b->from == NULL; i++) {
        struct test_case *c = case_read(s->cases[i], &own);

        for (size_t j = 0; c != NULL && j < c->step_count && b->from == NULL; j++) {
            if (c->steps[j].kind == STEP_DELIVER) {
                b->from = &c->steps[j].delivery;
                b->c = c;
            }
        }
        if (b->c != c) {
            case_free(c);
        }
    }
    findings_fini(&own);
}

void check_beside(const struct task *task, struct findings *f)
{
    struct beside *b = must_calloc(1, sizeof *b);
    struct walk w = {.f = f, .ctx = b, .before = before, .after = after};

    delivery_find(b, task->arg);
    if (b->from == NULL) {
        findings_skip(f, "no case has a delivery");
    } else {
        walk_cases(&w, task->arg);
        if (b->step == 0 && f->skipped[0] == '\0') {
            findings_skip(f, "no case has a step that can be played");
        }
        b->together = true;
        b->step = 0;
        walk_cases(&w, task->arg);
    }
    for (size_t i = 0; i < STEPS_MAX; i++) {
        free(b->alone[i]);
    }
    case_free(b->c);
    free(b);
}

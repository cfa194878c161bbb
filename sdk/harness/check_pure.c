/*
 * check_pure: verify->check asks nobody, changes nothing, and compares secrets through the host.
 */
#include "check_delivery.h"

#include "base/crypto.h"
#include "probe.h"
#include "sandbox.h"
#include "walk.h"

#include <ctype.h>

#define CALLS_MAX 1024

struct purity {
    size_t deliveries;
    bool unfiltered; /* the system cannot filter calls, which was said */
    int rc;
    struct weir_verdict before;
    char key[257]; /* the text of before.dedup_key */
};

/* ---- no I/O ---- */

/* Libraries below the host read their files when they are first used; that is not the connector's doing. */
static void warm_up(void)
{
    static const int digests[] = {WEIR_SHA1, WEIR_SHA256, WEIR_SHA512};
    struct weir_bytes part = weir_str_bytes(weir_str("warm"));
    uint8_t out[WEIR_DIGEST_MAX];
    size_t len;

    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++) {
        (void)crypto_hmac(out, &len, digests[i], part, &part, 1, NULL);
        (void)crypto_digest(out, &len, digests[i], &part, 1, NULL);
    }
    (void)crypto_random(out, sizeof out, NULL);
}

static void ask(void *probe)
{
    (void)probe_ask(probe);
}

static void ask_filtered(struct walk *w, struct probe *p)
{
    struct purity *purity = w->ctx;
    struct weir_error err = {0};
    struct buf calls;

    buf_init(&calls, CALLS_MAX);
    if (purity->unfiltered || sandbox_run(&calls, ask, p, &err) != 0) {
        if (!purity->unfiltered) {
            findings_note(w->f, "system calls were not looked at: %s", err.message);
        }
        purity->unfiltered = true;
        (void)probe_ask(p);
    }
    if (calls.len > 0) {
        findings_add(w->f, w->where, "check made system calls: %.*s", WEIR_STR_ARG(buf_str(&calls)));
        findings_line(w->f,
                      "it runs on the thread that takes requests in, and may ask memory, clocks and locks");
    }
    buf_fini(&calls);
}

static void check_services(struct walk *w, const struct probe *p, const size_t *used)
{
    static const enum stage_service impure[] = {STAGE_HTTP, STAGE_LOG,     STAGE_STATE_GET, STAGE_STATE_PUT,
                                                STAGE_SIGN, STAGE_KEY_NEW, STAGE_KEY_PUBLIC};

    for (size_t i = 0; i < sizeof impure / sizeof *impure; i++) {
        if (stage_used(p->play->stage, impure[i]) > used[impure[i]]) {
            findings_add(w->f, w->where,
                         "check used host->%s, which is not one of the services marked [pure]",
                         stage_service_word(impure[i]));
        }
    }
}

static void use_counts(size_t used[STAGE_SERVICES], const struct stage *stage)
{
    for (size_t i = 0; i < STAGE_SERVICES; i++) {
        used[i] = stage_used(stage, (enum stage_service)i);
    }
}

/* ---- the same again ---- */

static void compare(struct walk *w, const struct probe *p, const char *when)
{
    const struct purity *purity = w->ctx;
    const struct weir_verdict *a = &purity->before;
    const struct weir_verdict *b = &p->verdict;

    if (p->rc == purity->rc && a->decision == b->decision && a->status == b->status && a->dedup == b->dedup &&
        weir_str_equal(a->dedup_key, b->dedup_key) && strcmp(a->reason, b->reason) == 0) {
        return;
    }
    findings_add(w->f, w->where, "check gave another verdict %s: %s and decision %d, then %s and decision %d",
                 when, case_code_word(purity->rc), (int)a->decision, case_code_word(p->rc), (int)b->decision);
}

/* It points into the request, which does not live as long. */
static void verdict_keep(struct purity *purity, const struct probe *p)
{
    const struct weir_verdict *v = &p->verdict;
    size_t len = v->dedup_key.len < sizeof purity->key ? v->dedup_key.len : sizeof purity->key - 1;

    purity->rc = p->rc;
    purity->before = *v;
    memset(purity->key, 0, sizeof purity->key);
    if (len > 0) {
        memcpy(purity->key, v->dedup_key.data, len);
    }
    purity->before.dedup_key = weir_str_n(purity->key, len);
}

static void pure_before(struct walk *w, struct play *play, const struct case_step *step)
{
    struct purity *purity = w->ctx;
    size_t used[STAGE_SERVICES];
    struct probe p;

    if (step->kind != STEP_DELIVER) {
        return;
    }
    purity->deliveries++;
    probe_init(&p, play, &step->delivery);
    use_counts(used, play->stage);
    ask_filtered(w, &p);
    check_services(w, &p, used);
    verdict_keep(purity, &p);
    (void)probe_ask(&p);
    compare(w, &p, "when it was asked again");
    probe_fini(&p);
}

static void pure_after(struct walk *w, struct play *play, const struct case_step *step, struct step_result *r)
{
    struct probe p;

    (void)r;
    if (step->kind != STEP_DELIVER) {
        return;
    }
    probe_init(&p, play, &step->delivery);
    (void)probe_ask(&p);
    compare(w, &p, "after its events were read");
    probe_fini(&p);
}

void check_pure(const struct task *task, struct findings *f)
{
    struct purity purity = {0};
    struct walk w = {.f = f, .ctx = &purity, .before = pure_before, .after = pure_after};

    warm_up();
    walk_cases(&w, task->arg);
    if (purity.deliveries == 0 && f->skipped[0] == '\0') {
        findings_skip(f, "no case has a delivery");
    }
}

/* ---- constant time ---- */

static bool used_equal(struct probe *p)
{
    const struct stage *stage = p->play->stage;
    size_t used = stage_used(stage, STAGE_EQUAL);

    (void)probe_ask(p);
    return stage_used(stage, STAGE_EQUAL) > used;
}

/* Another letter or digit at one place: a proof of the same form. */
static uint8_t other_of_its_kind(uint8_t c)
{
    if (isdigit(c)) {
        return c == '0' ? '1' : '0';
    }
    return isupper(c) ? (c == 'A' ? 'B' : 'A') : (c == 'a' ? 'b' : 'a');
}

/* Whoever compares by himself first answers sooner to a worse guess, though he asks the host in the end. */
static bool refuses_with_equal(struct probe *p, size_t place)
{
    struct weir_bytes value = probe_place(p, place);
    size_t refused = 0;
    size_t with_equal = 0;

    for (size_t i = 0; i < value.len; i++) {
        /* The copy is the probe's own. */
        uint8_t *at = (uint8_t *)(uintptr_t)value.data + i;
        uint8_t was = *at;

        if (!isalnum(was)) {
            continue;
        }
        *at = other_of_its_kind(was);
        with_equal += used_equal(p) ? 1 : 0;
        refused += p->verdict.decision == WEIR_REFUSE ? 1 : 0;
        *at = was;
    }
    return with_equal > 0 || refused == 0;
}

static void equal_before(struct walk *w, struct play *play, const struct case_step *step)
{
    size_t *accepted = w->ctx;
    struct probe p;
    char name[96];

    if (step->kind != STEP_DELIVER) {
        return;
    }
    probe_init(&p, play, &step->delivery);
    if (!probe_ask(&p)) {
        probe_fini(&p);
        return;
    }
    (*accepted)++;
    if (!used_equal(&p)) {
        findings_add(w->f, w->where,
                     "check accepted without host->equal, so it compared with a secret in a time that "
                     "tells how much of a guess was right");
    } else {
        for (size_t place = 0; place < p.d.request.header_count; place++) {
            if (probe_proves(&p, place) && probe_place(&p, place).len >= 16 &&
                !refuses_with_equal(&p, place)) {
                probe_place_word(name, &p, place);
                findings_add(w->f, w->where,
                             "check refuses a wrong proof in %s before host->equal has seen it", name);
            }
        }
    }
    probe_fini(&p);
}

void check_constant_time(const struct task *task, struct findings *f)
{
    size_t accepted = 0;
    struct walk w = {.f = f, .ctx = &accepted, .before = equal_before};

    walk_cases(&w, task->arg);
    if (accepted == 0 && f->skipped[0] == '\0') {
        findings_skip(f, "no case has a delivery that is accepted");
    }
}

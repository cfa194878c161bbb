/*
 * check_forgery: deliveries of somebody who does not know the secret, or who kept an old one.
 *
 * Where a connector takes its secret from (the request, a setting, its state) is found by trying: in this
 * order they are replaced until the delivery is refused, and one of them has to make it so.
 */
#include "check_delivery.h"

#include "emitted.h"
#include "probe.h"
#include "walk.h"
#include "weir/when.h"

#include <ctype.h>
#include <stdlib.h>

#define YEAR_MS INT64_C(31536000000)
#define FAR_MS (10 * YEAR_MS)

struct tries {
    size_t accepted, timed, rotated;
};

enum secret_kind { SECRETS_OTHER, SECRETS_NONE };

static bool is_secret_setting(const struct weir_connector *connector, const char *key)
{
    for (size_t i = 0; i < connector->setting_count; i++) {
        if (connector->settings[i].secret && strcmp(connector->settings[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

/* Of the same length; at each place another character. */
static struct weir_str other_text(struct arena *arena, struct weir_str text)
{
    char *copy = arena_text(arena, text);

    for (size_t i = 0; i < text.len; i++) {
        copy[i] = copy[i] == 'a' ? 'b' : 'a';
    }
    return weir_str_n(copy, text.len);
}

static void others(struct weir_str *out, struct arena *arena, const struct weir_str *secrets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = other_text(arena, secrets[i]);
    }
}

/* The case with other secrets, or none; its state is that of the play, or none. */
static struct test_case case_without(struct arena *arena, const struct play *play, enum secret_kind kind,
                                     bool with_state)
{
    struct test_case c = *play->c;
    struct instance_setting *settings = arena_alloc(arena, c.setting_count + 1, sizeof *settings);
    struct case_state state;
    size_t count = 0;

    for (size_t i = 0; i < c.setting_count; i++) {
        settings[count] = c.settings[i];
        if (is_secret_setting(play->connector, settings[count].key)) {
            if (kind == SECRETS_NONE) {
                continue;
            }
            settings[count].value = other_text(arena, weir_str(settings[count].value)).data;
        }
        count++;
    }
    c.settings = settings;
    c.setting_count = count;
    c.now_ms = stage_now_ms(play->stage);
    c.state_count = 0;
    c.state = NULL;
    while (with_state && stage_state_nth(&state.key, &state.value, play->stage, c.state_count)) {
        c.state_count++;
    }
    if (c.state_count > 0) {
        c.state = arena_alloc(arena, c.state_count, sizeof *c.state);
        for (size_t i = 0; i < c.state_count; i++) {
            (void)stage_state_nth(&c.state[i].key, &c.state[i].value, play->stage, i);
        }
    }
    return c;
}

/* An instance of its own, which may not open at all: then it accepts nothing. */
static bool accepts_without(struct probe *p, enum secret_kind kind, bool with_state)
{
    struct arena arena = {0};
    struct play *before = p->play;
    struct test_case c = case_without(&arena, before, kind, with_state);
    size_t count = p->d.request.secret_count;
    struct weir_str *secrets = arena_alloc(&arena, count, sizeof *secrets);
    struct findings own;
    struct play play;
    bool accepted = false;

    findings_init(&own);
    others(secrets, &arena, p->d.secrets, count);
    if (play_init(&play, before->connector, &c, NULL, &own)) {
        p->play = &play;
        accepted = probe_ask_secrets(p, secrets, kind == SECRETS_NONE ? 0 : count) ||
                   emitted_blame(before->connector, &p->err); /* accepted, and the host did not believe it */
        p->play = before;
    }
    play_fini(&play);
    findings_fini(&own);
    arena_fini(&arena);
    return accepted;
}

/* ---- secrets ---- */

static void blame_failure(struct walk *w, const struct probe *p, const char *with)
{
    if (p->rc != 0) {
        findings_add(w->f, w->where, "%s the delivery has to be refused, and check failed with %s: %s", with,
                     case_code_word(p->rc), p->err.message);
    }
}

/* The sender signs with the empty text, and no secret is in force. */
static void try_empty(struct walk *w, struct play *play, const struct case_delivery *from)
{
    struct case_delivery empty = *from;
    struct weir_str secret = weir_str("");
    struct probe p;

    if (!from->has_mac) {
        return;
    }
    empty.secrets = &secret;
    empty.secret_count = 1;
    probe_init(&p, play, &empty);
    if (probe_ask(&p) || probe_ask_secrets(&p, NULL, 0)) {
        findings_add(w->f, w->where, "a delivery that is signed with an empty secret was accepted");
    }
    probe_fini(&p);
}

/* Two in force, the newest first: either proves. */
static void try_rotation(struct walk *w, struct probe *p, const struct weir_str *others_of)
{
    struct tries *tries = w->ctx;
    struct weir_str pair[2];
    struct weir_str real;
    struct weir_str other;
    size_t n = 0;

    /* The delivery of a case may be within a rotation itself. */
    while (n < p->d.request.secret_count && !probe_ask_secrets(p, &p->d.secrets[n], 1)) {
        n++;
    }
    if (n == p->d.request.secret_count) {
        findings_add(w->f, w->where, "the delivery is accepted, but with none of its secrets alone");
        return;
    }
    real = p->d.secrets[n];
    other = others_of[n];
    pair[0] = other;
    pair[1] = real;
    tries->rotated++;
    if (!probe_ask_secrets(p, pair, 2)) {
        findings_add(w->f, w->where,
                     "while a secret is rotated the older one is still in force: the delivery that it proves "
                     "was not accepted");
    }
    pair[0] = real;
    pair[1] = other;
    if (!probe_ask_secrets(p, pair, 2)) {
        findings_add(w->f, w->where,
                     "while a secret is rotated the newer one is in force: the delivery that it proves was "
                     "not accepted");
    }
    pair[0] = other;
    if (probe_ask_secrets(p, pair, 2)) {
        findings_add(w->f, w->where, "with two other secrets in force the delivery was accepted");
    }
}

/* true: it is the request's secrets that decide. */
static bool try_other(struct walk *w, struct probe *p)
{
    struct arena arena = {0};
    size_t count = p->d.request.secret_count;
    struct weir_str *secrets = arena_alloc(&arena, count, sizeof *secrets);
    bool used;

    others(secrets, &arena, p->d.secrets, count);
    used = count > 0 && !probe_ask_secrets(p, secrets, count);
    if (used) {
        blame_failure(w, p, "with another webhook secret in force");
        try_rotation(w, p, secrets);
    } else if (accepts_without(p, SECRETS_OTHER, true) && accepts_without(p, SECRETS_OTHER, false)) {
        findings_add(w->f, w->where,
                     "with other webhook secrets and secret settings in force the delivery was accepted");
    }
    arena_fini(&arena);
    return used;
}

static void try_secrets(struct walk *w, struct play *play, const struct case_step *step)
{
    struct tries *tries = w->ctx;
    struct probe p;

    if (step->kind != STEP_DELIVER) {
        return;
    }
    probe_init(&p, play, &step->delivery);
    if (probe_ask(&p)) {
        tries->accepted++;
        if (try_other(w, &p)) {
            if (probe_ask_secrets(&p, NULL, 0)) {
                findings_add(w->f, w->where, "without any webhook secret in force the delivery was accepted");
            }
            blame_failure(w, &p, "without any webhook secret in force");
        } else if (accepts_without(&p, SECRETS_NONE, false)) {
            findings_add(w->f, w->where,
                         "without webhook secrets, secret settings and state the delivery was accepted");
        }
        try_empty(w, play, &step->delivery);
    }
    probe_fini(&p);
}

void check_secrets(const struct task *task, struct findings *f)
{
    struct tries tries = {0};
    struct walk w = {.f = f, .ctx = &tries, .before = try_secrets};

    walk_cases(&w, task->arg);
    if (tries.accepted == 0 && f->skipped[0] == '\0') {
        findings_skip(f, "no case has a delivery that is accepted");
    } else if (tries.rotated == 0 && f->skipped[0] == '\0') {
        findings_note(f, "no delivery is proved by the request's webhook secrets: rotation was not tried");
    }
}

/* ---- time ---- */

/* A time as RFC 3339 has it, or digits for themselves that count seconds or milliseconds, to about now. */
static bool holds_time(struct weir_bytes value, int64_t now_ms)
{
    int64_t ms = 0;

    if (weir_when_parse(&ms, weir_str_n((const char *)value.data, value.len)) &&
        llabs(ms - now_ms) < YEAR_MS) {
        return true;
    }
    for (size_t i = 0; i < value.len;) {
        int64_t number = 0;
        size_t len = 0;

        while (i + len < value.len && len < 18 && isdigit(value.data[i + len])) {
            number = number * 10 + (value.data[i + len++] - '0');
        }
        number = len == 10 ? number * 1000 : number;
        if ((len == 10 || len == 13) && llabs(number - now_ms) < YEAR_MS) {
            return true;
        }
        i += len + 1;
    }
    return false;
}

/* A header with a time that nothing looks at is none of the scheme's, unless the case says that it is. */
static bool is_timed(struct probe *p, int64_t now_ms)
{
    for (size_t place = 0; place < p->d.request.header_count; place++) {
        if (holds_time(probe_place(p, place), now_ms) && !probe_only_describes(p, place) &&
            probe_decides(p, place)) {
            return true;
        }
    }
    return p->from->has_mac && p->from->mac.time_header != NULL;
}

static void try_time(struct walk *w, struct play *play, const struct case_step *step)
{
    struct tries *tries = w->ctx;
    int64_t now_ms = stage_now_ms(play->stage);
    struct probe p;
    bool timed = false;

    if (step->kind != STEP_DELIVER) {
        return;
    }
    probe_init(&p, play, &step->delivery);
    if (probe_ask(&p)) {
        tries->accepted++;
        timed = is_timed(&p, now_ms);
    }
    for (int i = 0; timed && i < 2; i++) {
        int64_t then_ms = i == 0 ? now_ms + FAR_MS : now_ms - FAR_MS;

        stage_set_now(play->stage, then_ms);
        p.d.request.received_at_ms = then_ms;
        if (probe_ask(&p)) {
            findings_add(w->f, w->where, "a header has its time of sending, and %s it was accepted",
                         i == 0 ? "ten years later" : "ten years before that");
        }
        blame_failure(w, &p, "far from its time of sending");
    }
    stage_set_now(play->stage, now_ms);
    tries->timed += timed ? 1 : 0;
    probe_fini(&p);
}

void check_time_window(const struct task *task, struct findings *f)
{
    struct tries tries = {0};
    struct walk w = {.f = f, .ctx = &tries, .before = try_time};

    walk_cases(&w, task->arg);
    if (f->skipped[0] == '\0' && tries.timed == 0) {
        findings_skip(f, "%s",
                      tries.accepted == 0 ? "no case has a delivery that is accepted"
                                          : "no accepted delivery has a time of sending in a header");
    }
}

/*
 * check_fault_apart: two integrations of one tool do not see each other.
 *
 * Each case is played beside another play of it with a different base_url, a step of the one and then a step
 * of the other. What each asks for, what comes out and what it stores has to be what it is alone: a token or
 * an id that is kept outside of the instance shows.
 */
#include "check_fault.h"

#include "trial.h"

#include <stdlib.h>

#define OTHER_URL "https://other.tool.example"
#define TEXT_MAX ((size_t)64 << 20)

/* Method and address of each request; a signature in the body is never the same. */
static void add_addresses(struct buf *out, struct weir_str log)
{
    while (log.len > 0) {
        const char *end = memchr(log.data, '\n', log.len);
        size_t len = end != NULL ? (size_t)(end - log.data) + 1 : log.len;
        const char *address = memchr(log.data, ' ', len);
        size_t head = address != NULL ? (size_t)(address + 1 - log.data) : 0;
        const char *blank = memchr(log.data + head, ' ', len - head);

        buf_add(out, log.data, blank != NULL ? (size_t)(blank - log.data) : len);
        buf_add_char(out, '\n');
        log = weir_str_n(log.data + len, log.len - len);
    }
}

/* What a play came to. brief is without what a new key and its signatures change: bodies, and values of the
 * state. */
struct account {
    struct buf full, brief;
};

static void account_init(struct account *a)
{
    buf_init(&a->full, TEXT_MAX);
    buf_init(&a->brief, TEXT_MAX);
}

static void account_fini(struct account *a)
{
    buf_fini(&a->full);
    buf_fini(&a->brief);
}

static void add_to_both(struct account *a, const char *text)
{
    buf_add_text(&a->full, text);
    buf_add_text(&a->brief, text);
}

static void add_step(struct account *out, struct trial *t, size_t n)
{
    struct step_result r;
    char *text;

    add_to_both(out, t->c->steps[n].title);
    if (!trial_begin_step(t, n)) {
        add_to_both(out, ": it is not open\n");
        return;
    }
    trial_call(&r, t, n);
    text = trial_text(&r, &t->c->steps[n]);
    add_to_both(out, "\n");
    buf_add_str(&out->full, buf_str(&t->answers.log));
    add_addresses(&out->brief, buf_str(&t->answers.log));
    add_to_both(out, text != NULL ? text : "");
    add_to_both(out, "\n");
    free(text);
    step_result_fini(&r);
}

static void add_state(struct account *out, const struct trial *t)
{
    struct weir_str key;
    struct weir_bytes value;

    for (size_t i = 0; stage_state_nth(&key, &value, t->play.stage, i); i++) {
        buf_printf(&out->brief, "state %.*s\n", WEIR_STR_ARG(key));
        buf_printf(&out->full, "state %.*s = ", WEIR_STR_ARG(key));
        buf_add(&out->full, value.data, value.len);
        buf_add_char(&out->full, '\n');
    }
}

static void play_alone(struct account *out, const struct weir_connector *connector, const struct test_case *c)
{
    struct trial t;

    trial_init(&t, connector, c, NULL, NULL);
    for (size_t i = 0; i < c->step_count; i++) {
        add_step(out, &t, i);
    }
    add_state(out, &t);
    trial_fini(&t);
}

static void play_beside(struct account out[2], const struct weir_connector *connector,
                        const struct test_case *const cases[2])
{
    struct trial t[2];

    for (size_t i = 0; i < 2; i++) {
        trial_init(&t[i], connector, cases[i], NULL, NULL);
    }
    for (size_t n = 0; n < cases[0]->step_count; n++) {
        for (size_t i = 0; i < 2; i++) {
            add_step(&out[i], &t[i], n);
        }
    }
    for (size_t i = 0; i < 2; i++) {
        add_state(&out[i], &t[i]);
        trial_fini(&t[i]);
    }
}

static bool same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* The lines from where they part. */
static void compare(const struct spot *spot, const struct buf *alone, const struct buf *beside,
                    const char *who)
{
    size_t len = alone->len < beside->len ? alone->len : beside->len;
    size_t line = 0;

    if (same(alone, beside)) {
        return;
    }
    for (size_t i = 0; i < len && alone->data[i] == beside->data[i]; i++) {
        line = alone->data[i] == '\n' ? i + 1 : line;
    }
    findings_add(spot->f, spot->c->name,
                 "%s is not what it is alone when another integration is played beside it", who);
    findings_line(spot->f, "alone  %.*s", (int)(alone->len - line < 200 ? alone->len - line : 200),
                  alone->data + line);
    findings_line(spot->f, "beside %.*s", (int)(beside->len - line < 200 ? beside->len - line : 200),
                  beside->data + line);
}

/* Once for each case, at its first step. The first play is compared: what is kept outside shows in all later
 * ones. */
static void visit(const struct spot *spot)
{
    struct test_case other = *spot->c;
    const struct test_case *cases[2] = {spot->c, &other};
    struct account alone[2];
    struct account beside[2];
    struct account again;
    bool fixed;

    if (spot->n > 0) {
        return;
    }
    ++*spot->material;
    other.base_url = OTHER_URL;
    account_init(&again);
    for (size_t i = 0; i < 2; i++) {
        account_init(&alone[i]);
        account_init(&beside[i]);
        play_alone(&alone[i], spot->connector, cases[i]);
    }
    play_alone(&again, spot->connector, cases[0]);
    fixed = same(&alone[0].full, &again.full);
    play_beside(beside, spot->connector, cases);
    for (size_t i = 0; i < 2; i++) {
        compare(spot, fixed ? &alone[i].full : &alone[i].brief, fixed ? &beside[i].full : &beside[i].brief,
                i == 0 ? "the first of the two" : "the second of the two");
        account_fini(&alone[i]);
        account_fini(&beside[i]);
    }
    account_fini(&again);
}

static void run(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    trial_each(own->suite, f, NULL, "a case", visit);
}

void check_fault_apart_add(struct suite *s)
{
    check_add(s, "contract: two instances", "integrations of one tool do not see each other", run, NULL);
}

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

/* What a step came to, and the requests it made. */
static void add_step(struct buf *out, struct trial *t, size_t n)
{
    struct step_result r;
    char *text;

    if (!trial_begin_step(t, n)) {
        buf_printf(out, "step %zu: not open: %d\n", n + 1, t->open_rc);
        return;
    }
    trial_call(&r, t, n);
    text = trial_text(&r, &t->c->steps[n]);
    buf_printf(out, "%s\n", t->c->steps[n].title);
    buf_add_str(out, buf_str(&t->answers.log));
    buf_add_text(out, text != NULL ? text : "");
    buf_add_char(out, '\n');
    free(text);
    step_result_fini(&r);
}

static void add_state(struct buf *out, const struct trial *t)
{
    struct weir_str key;
    struct weir_bytes value;

    for (size_t i = 0; stage_state_nth(&key, &value, t->play.stage, i); i++) {
        buf_printf(out, "state %.*s = ", WEIR_STR_ARG(key));
        buf_add(out, value.data, value.len);
        buf_add_char(out, '\n');
    }
}

static void play_alone(struct buf *out, const struct weir_connector *connector, const struct test_case *c)
{
    struct trial t;

    trial_init(&t, connector, c, NULL, NULL);
    for (size_t i = 0; i < c->step_count; i++) {
        add_step(out, &t, i);
    }
    add_state(out, &t);
    trial_fini(&t);
}

static void play_beside(struct buf out[2], const struct weir_connector *connector,
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

/* The lines from where they part. */
static void compare(const struct spot *spot, const struct buf *alone, const struct buf *beside,
                    const char *who)
{
    size_t len = alone->len < beside->len ? alone->len : beside->len;
    size_t line = 0;

    if (alone->len == beside->len && (len == 0 || memcmp(alone->data, beside->data, len) == 0)) {
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

/* Once for each case, at its first step. */
static void visit(const struct spot *spot)
{
    struct test_case other = *spot->c;
    const struct test_case *cases[2] = {spot->c, &other};
    struct buf alone[2];
    struct buf beside[2];

    if (spot->n > 0) {
        return;
    }
    ++*spot->material;
    other.base_url = OTHER_URL;
    for (size_t i = 0; i < 2; i++) {
        buf_init(&alone[i], TEXT_MAX);
        buf_init(&beside[i], TEXT_MAX);
        play_alone(&alone[i], spot->connector, cases[i]);
    }
    play_beside(beside, spot->connector, cases);
    for (size_t i = 0; i < 2; i++) {
        compare(spot, &alone[i], &beside[i], i == 0 ? "the first of the two" : "the second of the two");
        buf_fini(&alone[i]);
        buf_fini(&beside[i]);
    }
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

/*
 * check_act: an action is done once, at the tool, and told.
 *
 * What somebody asked for may not be said to be done when nothing was asked of the tool, nor be done twice;
 * and what became of it has to be named, or nobody reads it back. Its input comes from an application: with
 * any member missing or of another type it is refused, or the tool refuses it.
 */
#include "check_fault.h"

#include "emitted.h"
#include "trial.h"

#include <stdlib.h>

#define LONG_TEXT 70000

/* ---- as the case has it ---- */

/* Does one of these lines come twice? */
static bool comes_twice(struct weir_str lines)
{
    while (lines.len > 0) {
        const char *end = memchr(lines.data, '\n', lines.len);
        size_t len = end != NULL ? (size_t)(end - lines.data) + 1 : lines.len;

        if (memmem(lines.data + len, lines.len - len, lines.data, len) != NULL) {
            return true;
        }
        lines = weir_str_n(lines.data + len, lines.len - len);
    }
    return false;
}

static bool names_something(const struct step_result *r)
{
    return json_array_size(r->harvest.touched) + json_array_size(r->harvest.gone) > 0;
}

static void judge_deed(const struct spot *spot, const struct answers *a, const struct step_result *r)
{
    if (a->writes == 0) {
        spot_fail(spot, "it says that it is done, and asked the tool to change nothing");
    }
    if (!names_something(r)) {
        spot_fail(spot, "it says that it is done, and neither what it touched nor what is gone");
    }
    if (a->repeatable > 0) {
        spot_fail(spot, "a request that changes something is marked repeatable: the host may send it again, "
                        "and it is done twice");
    }
    if (comes_twice(buf_str(&a->deeds))) {
        spot_fail(spot, "the tool did the same request twice");
    }
}

/* ---- with other inputs ---- */

/* A copy of the case with another input in the step. */
static struct test_case *with_input(const struct spot *spot, const char *input)
{
    struct test_case *c = must_dup(spot->c, sizeof *spot->c);

    c->steps = must_calloc(spot->c->step_count, sizeof *c->steps);
    memcpy(c->steps, spot->c->steps, spot->c->step_count * sizeof *c->steps);
    c->steps[spot->n].input.bytes = weir_str_bytes(weir_str(input));
    return c;
}

static void judge_odd(const struct spot *spot, const struct trial *t, const struct step_result *r,
                      const char *what, bool empty)
{
    if (t->border.rc > 0 || t->border.rc < WEIR_E_STOPPING) {
        spot_fail(spot, "%s: it returned %d, which is no code of the contract", what, t->border.rc);
    } else if (r->rc != 0 && emitted_blame(spot->connector, &r->err)) {
        spot_fail(spot, "%s: %s", what, r->err.message);
    } else if (r->rc == 0 && (t->answers.writes == 0 || !names_something(r))) {
        spot_fail(spot, "%s: it says that it is done, and did or named nothing", what);
    } else if (empty && t->answers.writes > 0) {
        spot_fail(spot, "%s: it asked the tool to change something", what);
    }
}

static void try_input(const struct spot *spot, const json_t *input, const char *what)
{
    char *text = json_dumps(input, JSON_COMPACT);
    struct test_case *c = with_input(spot, text != NULL ? text : "{}");
    struct step_result r;
    struct trial t;

    trial_init(&t, spot->connector, c, NULL, NULL);
    if (!spot_is_full(spot) && trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        trial_call(&r, &t, spot->n);
        judge_odd(spot, &t, &r, what, json_object_size(input) == 0);
        step_result_fini(&r);
    }
    trial_fini(&t);
    free(c->steps);
    free(c);
    free(text);
}

static json_t *odd_value(size_t n)
{
    static const char *const values[] = {"null", "7",  "-1.5", "true",    "\"\"",   "\"\\n\"",
                                         "[]",   "{}", "[[]]", "\"../\"", "\"%00\""};
    char *text;
    json_t *value;

    if (n < sizeof values / sizeof values[0]) {
        return json_loads(values[n], JSON_DECODE_ANY, NULL);
    }
    if (n > sizeof values / sizeof values[0]) {
        return NULL;
    }
    text = must_calloc(LONG_TEXT, 1);
    memset(text, 'a', LONG_TEXT - 1);
    value = json_string(text);
    free(text);
    return value;
}

static void try_inputs(const struct spot *spot)
{
    json_t *nothing = json_object();
    const char *key;
    json_t *value;
    json_t *odd;
    char what[200];

    try_input(spot, nothing, "with an empty input");
    json_object_foreach((json_t *)(uintptr_t)spot->step->input.json, key, value)
    {
        json_t *other = json_copy((json_t *)(uintptr_t)spot->step->input.json);

        (void)json_object_del(other, key);
        (void)snprintf(what, sizeof what, "without the input's %.100s", key);
        try_input(spot, other, what);
        for (size_t n = 0; (odd = odd_value(n)) != NULL; n++) {
            char *shown = json_dumps(odd, JSON_ENCODE_ANY);

            (void)json_object_set_new(other, key, odd);
            (void)snprintf(what, sizeof what, "with the input's %.60s as %.20s", key,
                           shown != NULL ? shown : "");
            free(shown);
            try_input(spot, other, what);
        }
        json_decref(other);
    }
    json_decref(nothing);
}

/* ---- all of it ---- */

static void visit(const struct spot *spot)
{
    struct trial t;
    struct step_result r;

    if (spot->step->kind != STEP_ACT || spot->step->input.kind != BODY_JSON) {
        return;
    }
    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        trial_call(&r, &t, spot->n);
        ++*spot->material;
        if (r.rc == 0 && t.answers.strangers == 0) {
            judge_deed(spot, &t.answers, &r);
        }
        step_result_fini(&r);
    }
    trial_fini(&t);
    try_inputs(spot);
}

static void run(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    trial_each(own->suite, f, NULL, "a case with an action (act)", visit);
}

void check_act_add(struct suite *s)
{
    check_add(s, "contract: act", "an action is done once, at the tool, and what became of it is told", run,
              NULL);
}

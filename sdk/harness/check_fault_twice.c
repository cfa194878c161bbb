/*
 * check_fault_twice: who asks the same again is told the same, by the same instance and by a new one.
 *
 * Weir compares what it fetched with what it stored. A record that comes out differently although the tool
 * said the same is a change that nobody made, and a notification for nothing. Of a record that is emitted
 * twice in a call the last one counts, as in the store. What came along with the first fetch of a record need
 * not come again.
 */
#include "check_fault.h"

#include "trial.h"

#include <stdlib.h>

static bool fetches(const struct case_step *step)
{
    return step->kind == STEP_RECORD || step->kind == STEP_LIST || step->kind == STEP_MISSED;
}

/* "hris_employees 7" -> its JSON. json_decref it. */
static json_t *last_of_each(const json_t *records)
{
    json_t *last = json_object();
    const json_t *item;
    char key[400];
    size_t i;

    json_array_foreach(records, i, item)
    {
        (void)snprintf(key, sizeof key, "%s %s", json_string_value(json_object_get(item, "model")),
                       json_string_value(json_object_get(item, "remote_id")));
        (void)json_object_set(last, key, json_object_get(item, "json"));
    }
    return last;
}

static void show(const struct spot *spot, const char *word, const json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT) : NULL;

    findings_line(spot->f, "%s %.300s", word, text != NULL ? text : "nothing");
    free(text);
}

static void compare_one(const struct spot *spot, const char *key, const json_t *first, const json_t *second,
                        const char *how)
{
    if (first == NULL || second == NULL || json_equal(first, second) == 0) {
        spot_fail(spot, "the same answers of the tool give another %s %s", key, how);
        show(spot, "first ", first);
        show(spot, "second", second);
    }
}

static void compare_records(const struct spot *spot, const json_t *first, const json_t *second,
                            const char *how)
{
    json_t *was = last_of_each(first);
    json_t *is = last_of_each(second);
    char asked[400];
    const char *key;
    json_t *value;

    (void)snprintf(asked, sizeof asked, "%.*s %.*s", WEIR_STR_ARG(spot->step->ref.model),
                   WEIR_STR_ARG(spot->step->ref.remote_id));
    json_object_foreach(is, key, value)
    {
        compare_one(spot, key, json_object_get(was, key), value, how);
    }
    json_object_foreach(was, key, value)
    {
        if (json_object_get(is, key) == NULL &&
            (spot->step->kind != STEP_RECORD || strcmp(key, asked) == 0)) {
            compare_one(spot, key, value, NULL, how);
        }
    }
    json_decref(was);
    json_decref(is);
}

/* Does not judge a call that asked for what the case does not know: it goes on from where the first one
 * ended. */
static void again(const struct spot *spot, struct trial *t, const struct step_result *first, const char *how)
{
    struct step_result r;
    size_t before = spot->f->count;

    trial_call(&r, t, spot->n);
    if (t->answers.strangers == 0) {
        compare_records(spot, first->harvest.records, r.harvest.records, how);
        if (spot->f->count == before &&
            (first->rc != r.rc || !json_equal(first->harvest.gone, r.harvest.gone) ||
             !json_equal(first->harvest.complete, r.harvest.complete) ||
             !json_equal(first->harvest.events, r.harvest.events) ||
             !weir_str_equal(buf_str(&first->harvest.next), buf_str(&r.harvest.next)))) {
            spot_fail(spot, "the same answers of the tool give another result %s: first %s, then %s %s", how,
                      case_code_word(first->rc), case_code_word(r.rc), r.rc != 0 ? r.err.message : "");
        }
    }
    step_result_fini(&r);
}

static void visit(const struct spot *spot)
{
    struct trial t;
    struct step_result first;

    if (!fetches(spot->step)) {
        return;
    }
    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        trial_call(&first, &t, spot->n);
        if (t.answers.strangers == 0) {
            ++*spot->material;
            answers_again(&t.answers);
            again(spot, &t, &first, "when it is asked once more");
            answers_again(&t.answers);
            if (trial_restart(&t)) {
                again(spot, &t, &first, "after a restart");
            } else {
                spot_fail(spot, "the instance does not open again: %s", t.border.err.message);
            }
        }
        step_result_fini(&first);
    }
    trial_fini(&t);
}

static void run(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    trial_each(own->suite, f, NULL, "a case with a step that fetches (record, list or missed)", visit);
}

void check_fault_twice_add(struct suite *s)
{
    check_add(s, "contract: fetch twice", "the same answers give the same records, also after a restart", run,
              NULL);
}

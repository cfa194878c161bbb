/*
 * judge_beyond: actions and requests passed through, when the tool answered one request with a fault.
 *
 * An action that the tool refused, or may not have heard of, is not done. What the tool answers to a request
 * that is passed through is the caller's, whatever it is; only what comes before, a token's request say, ends
 * as in every other call.
 */
#include "judge_internal.h"

/* ---- actions ---- */

/* Was the request that was hit one that does what was asked for? */
static bool is_deed(const struct answers *a)
{
    return !a->hit_apart && !answers_method_is_safe(a->hit_method);
}

/* What is to be deleted and is not there any more is as good as deleted. */
static bool was_gone_before(const struct judged *j)
{
    return j->want == JUDGE_GONE && json_array_size(j->r->harvest.gone) > 0;
}

void judge_acted(const struct judged *j)
{
    const struct answers *a = &j->trial->answers;
    bool refused = j->want != JUDGE_BROKEN && j->want != JUDGE_LIMIT && !j->fault->once;

    if (is_deed(a) && refused) {
        if (was_gone_before(j)) {
            judge_deleted(j);
        } else {
            judge_fail(j, "it says that it is done, and the tool has not done it");
        }
        return;
    }
    if (!is_deed(a)) {
        judge_deleted(j); /* a look-up's answer; what a deed deletes is gone by it */
    }
    if (json_equal(j->plain->harvest.touched, j->r->harvest.touched) == 0 ||
               !judge_has_all(j->plain->harvest.gone, j->r->harvest.gone)) {
        judge_fail(j, "success, and what it touched is not what it is with the tool's right answer");
    }
}

/* ---- requests passed through ---- */

static bool is_own(const struct judged *j)
{
    const struct answers *a = &j->trial->answers;

    return weir_str_is(j->spot->step->pass.method, a->hit_method) &&
           weir_str_equal(buf_str(&j->plain->passed.url), buf_str(&a->hit_url));
}

static void judge_answer(const struct judged *j)
{
    const struct answers *a = &j->trial->answers;
    const struct pass_answer *got = &j->r->passed;

    if (a->last_code != 0) {
        judge_fail(j, "it gives an answer, and the tool gave none");
    } else if (got->status != a->last_status ||
               !weir_str_equal(buf_str(&got->body), buf_str(&a->last_body))) {
        judge_fail(j, "it gives HTTP %d with %zu bytes, and the tool answered HTTP %d with %zu", got->status,
                   got->body.len, a->last_status, a->last_body.len);
    }
}

void judge_passed(const struct judged *j, int rc)
{
    bool own = is_own(j);

    if (rc == 0 && own) {
        judge_answer(j);
    } else if (rc == 0 && !judge_is_same(j)) {
        judge_fail(j, "it gives another answer than the tool's");
    } else if (rc != 0 && own && j->fault->code == 0 && j->want != JUDGE_AUTH &&
               j->trial->answers.strangers == 0) {
        judge_fail(j, "it ended with %s; what the tool answers is the caller's, whatever its status is",
                   case_code_word(rc));
    } else if (rc != 0 && !judge_allows(j, rc)) {
        judge_fail(j, "it ended with %s, which says something else", case_code_word(rc));
    }
}

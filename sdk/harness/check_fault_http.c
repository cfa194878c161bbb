/*
 * check_fault_http: the tool answers each request in turn with something else.
 *
 *   answer                  the call has to end with
 *   401                     WEIR_E_AUTH; WEIR_E_PERMISSION where renewed credentials were refused, too
 *   401, once               the same result after one renewal, or as above
 *   403                     WEIR_E_PERMISSION or WEIR_E_AUTH, or success without that part
 *   404, 410                WEIR_E_NONE (or gone) for a request that names the record alone; else
 *                           another failure, or success without that part
 *   429, 500, 503, none     WEIR_E_LATER
 *   too long                WEIR_E_LIMIT, WEIR_E_LATER or WEIR_E_INVALID
 *   cut, no JSON, a page,   WEIR_E_LATER or WEIR_E_INVALID; success where fields were left out at most
 *   empty, another shape
 *
 * The reasons are in core/flow/outcome.c. WEIR_E_LATER is tried again; WEIR_E_AUTH stops the integration
 * until a person comes; WEIR_E_PERMISSION sets the event aside; WEIR_E_INVALID sets it aside for good;
 * WEIR_E_NONE deletes the record. So success, and what it deletes, is what matters most: a listing that ends
 * after an answer that made no sense deletes all that was not listed.
 */
#include "check_fault.h"

#include "judge.h"
#include "trial.h"

struct http_check {
    enum judge_want want;
    const char *name, *title;
    struct fault faults[4]; /* until one without a name */
};

#define REFUSED(number, only_once)                                                                           \
    {                                                                                                        \
        .name = "HTTP " #number, .status = number, .type = "application/json", .body = "{}",                 \
        .once = only_once                                                                                    \
    }
#define SHAPE(text)                                                                                          \
    {                                                                                                        \
        .name = "the JSON " text, .status = 200, .type = "application/json", .body = text                    \
    }

static const struct http_check checks[] = {
    {JUDGE_AUTH,
     "contract: http 401",
     "a refused request renews once, or asks for a person",
     {REFUSED(401, false), REFUSED(401, true)}},
    {JUDGE_PERMISSION,
     "contract: http 403",
     "a missing right is told, and nothing is taken as gone",
     {REFUSED(403, false)}},
    {JUDGE_GONE, "contract: http 404", "only the record that was asked for is gone", {REFUSED(404, false)}},
    {JUDGE_GONE, "contract: http 410", "only the record that was asked for is gone", {REFUSED(410, false)}},
    {JUDGE_LATER, "contract: http 429", "too many requests: later", {REFUSED(429, false)}},
    {JUDGE_LATER, "contract: http 500", "a tool in trouble: later", {REFUSED(500, false)}},
    {JUDGE_LATER, "contract: http 503", "a tool in trouble: later", {REFUSED(503, false)}},
    {JUDGE_LATER,
     "contract: http no answer",
     "no answer: later",
     {{.name = "no answer", .code = WEIR_E_LATER}}},
    {JUDGE_LIMIT,
     "contract: http too long",
     "an answer that is too long is a failure",
     {{.name = "an answer that is too long", .code = WEIR_E_LIMIT}}},
    {JUDGE_BROKEN, "contract: http cut body", "half an answer is none", {{.name = "half of the body"}}},
    {JUDGE_BROKEN,
     "contract: http invalid json",
     "an answer that is no JSON is none",
     {{.name = "a body that is no JSON",
       .status = 200,
       .type = "application/json",
       .body = "{\"data\": [}"}}},
    {JUDGE_BROKEN,
     "contract: http html page",
     "a proxy's page is no answer of the tool",
     {{.name = "a page of HTML",
       .status = 200,
       .type = "text/html",
       .body = "<!DOCTYPE html><html><body>Sign in</body></html>"}}},
    {JUDGE_BROKEN,
     "contract: http empty body",
     "an empty answer is none",
     {{.name = "an empty body", .status = 200, .type = "application/json", .body = ""}}},
    {JUDGE_BROKEN,
     "contract: http other shape",
     "JSON of another shape is no answer",
     {SHAPE("{}"), SHAPE("[]"), SHAPE("\"x\""), SHAPE("null")}},
};

/* Does the fault say anything in the place of this answer? */
static bool makes_sense(const struct answers *a, const struct http_check *check, const struct fault *fault)
{
    struct weir_str body = buf_str(&a->hit_body);

    if (check->want != JUDGE_BROKEN) {
        return true;
    }
    /* A status that is a failure says it all, and an answer without a body has none to break. */
    if (a->hit_status < 200 || a->hit_status >= 300 || body.len == 0) {
        return false;
    }
    /* Where the tool answers a list, an empty one is an honest answer. */
    return fault->body == NULL || strcmp(fault->body, "[]") != 0 || body.data[0] != '[';
}

/* What a listing may leave out depends on what was seen before: the same call, after one without the fault.
 */
static void look_again(const struct spot *spot, const struct judged *first)
{
    struct trial t;
    struct step_result r;

    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        trial_call(&r, &t, spot->n);
        step_result_fini(&r);
        answers_again(&t.answers);
        (void)snprintf(t.answers.hit_method, sizeof t.answers.hit_method, "%s",
                       first->trial->answers.hit_method);
        buf_clear(&t.answers.hit_url);
        buf_add_str(&t.answers.hit_url, buf_str(&first->trial->answers.hit_url));
        t.answers.by_address = true;
        t.answers.fault = first->fault;
        trial_call(&r, &t, spot->n);
        judge(&(struct judged){spot, &t, first->fault, first->want, first->plain, &r});
        step_result_fini(&r);
    }
    trial_fini(&t);
}

static void disturb(const struct spot *spot, const struct http_check *check, const struct fault *fault,
                    const struct step_result *plain, size_t target)
{
    struct trial t;
    struct step_result r;

    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        t.answers.fault = fault;
        t.answers.target = target;
        trial_call(&r, &t, spot->n);
        if (t.answers.hit > 0 && makes_sense(&t.answers, check, fault)) {
            ++*spot->material;
            struct judged judged = {spot, &t, fault, check->want, plain, &r};

            if (r.rc == 0 && !fault->once && spot->step->kind == STEP_LIST && check->want <= JUDGE_GONE) {
                look_again(spot, &judged);
            } else {
                judge(&judged);
            }
        }
        step_result_fini(&r);
    }
    trial_fini(&t);
}

static void note_repeats(const struct spot *spot, const struct trial *t)
{
    if (t->answers.repeats.len > 0) {
        findings_note(spot->f, "%s, %s: marked repeatable, so it must do no harm when it is sent twice: %.*s",
                      spot->c->name, spot->step->title, (int)t->answers.repeats.len - 1,
                      t->answers.repeats.data);
    }
}

static void visit(const struct spot *spot)
{
    const struct http_check *check = spot->arg;
    struct trial t;
    struct step_result plain;

    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        trial_call(&plain, &t, spot->n);
        if (check->faults[0].code == WEIR_E_LATER) {
            note_repeats(spot, &t);
        }
        for (size_t i = 0; i < sizeof check->faults / sizeof check->faults[0]; i++) {
            for (size_t n = 1; check->faults[i].name != NULL && t.answers.strangers == 0 &&
                               n <= t.answers.asked && !spot_is_full(spot);
                 n++) {
                disturb(spot, check, &check->faults[i], &plain, n);
            }
        }
        step_result_fini(&plain);
    }
    trial_fini(&t);
}

static void run(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    trial_each(own->suite, f, own->arg, "a case with a step that makes a request (record, list, ensure)",
               visit);
}

void check_fault_http_add(struct suite *s)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        check_add(s, checks[i].name, checks[i].title, run, &checks[i]);
    }
}

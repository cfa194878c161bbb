/*
 * check_pass: a request that is passed through goes where it was meant to go, as it is, and so comes its
 * answer.
 *
 * Each request of the cases is sent again with every method, with a header and a body, and answered with
 * this and that status. What proves who asks is added, and nothing else is changed, on neither way.
 */
#include "check_fault.h"

#include "trial.h"

#include <stdlib.h>
#include <strings.h>

#define MARK "X-Weir-Probe"
#define BODY "{\"probe\":[1,2,3]}"
#define ANSWER "{\"answer\":7}"
#define HEADERS_MAX (PASS_HEADERS_MAX + 2)

struct shot {
    const char *method;
    int status;
};

static const struct shot shots[] = {{"GET", 200},    {"POST", 201}, {"PUT", 200},    {"PATCH", 200},
                                    {"DELETE", 204}, {"GET", 302},  {"GET", 404},    {"GET", 429},
                                    {"GET", 503},    {"POST", 400}, {"DELETE", 404}, {"PUT", 503}};

/* What became of one. */
struct probing {
    const struct spot *spot;
    struct answers *answers; /* of all other requests: a token's */
    const struct shot *shot;
    const struct pass_request *sent;
    struct weir_str url; /* absolute */
    size_t asked;
    char elsewhere[300]; /* the last request that went to another address */
    char method[16];
    bool marked, whole, proven, repeatable;
};

static bool has_mark(const struct weir_http_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (request->headers[i].name.len == sizeof MARK - 1 &&
            strncasecmp(request->headers[i].name.data, MARK, sizeof MARK - 1) == 0) {
            return weir_str_is(request->headers[i].value, "1");
        }
    }
    return false;
}

static bool same_bytes(struct weir_bytes a, struct weir_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static bool play(void *ctx, const struct weir_http_request *request, struct weir_str url,
                 struct stage_answer *answer)
{
    static const struct weir_header headers[] = {{{"content-type", 12}, {"application/json", 16}},
                                                 {{"x-answer", 8}, {"7", 1}}};
    struct probing *p = ctx;

    if (!weir_str_equal(url, p->url)) {
        (void)snprintf(p->elsewhere, sizeof p->elsewhere, "%s %.*s", request->method,
                       url.len < 250 ? (int)url.len : 250, url.data);
        return answers_play(p->answers, request, url, answer);
    }
    p->asked++;
    (void)snprintf(p->method, sizeof p->method, "%s", request->method);
    p->marked = has_mark(request);
    p->whole = same_bytes(request->body, p->sent->body);
    p->proven = request->header_count > p->sent->header_count;
    p->repeatable = request->repeatable;
    *answer = (struct stage_answer){.status = p->shot->status,
                                    .headers = headers,
                                    .header_count = 2,
                                    .body = p->shot->status == 204 ? weir_bytes(NULL, 0)
                                                                   : weir_str_bytes(weir_str(ANSWER))};
    return true;
}

/* ---- what is wrong ---- */

static void fail(const struct probing *p, const char *format, ...) WEIR_PRINTF(2, 3);

static void fail(const struct probing *p, const char *format, ...)
{
    char what[500];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    spot_fail(p->spot, "%s answered with HTTP %d: %s", p->shot->method, p->shot->status, what);
}

static void judge_request(const struct probing *p)
{
    if (p->asked > 1) {
        fail(p, "it was sent %zu times", p->asked);
    }
    if (strcmp(p->method, p->shot->method) != 0) {
        fail(p, "it went out as %s", p->method);
    }
    if (!p->marked) {
        fail(p, "it went out without a header of the caller's, " MARK);
    }
    if (!p->whole) {
        fail(p, "it went out with another body");
    }
    if (!p->proven) {
        fail(p, "nothing was added that proves who asks");
    }
    if (p->repeatable && strcmp(p->shot->method, "GET") != 0) {
        fail(p, "it is marked repeatable: the host may send it again, and it is done twice");
    }
}

static void judge_headers(const struct probing *p, const struct pass_answer *got)
{
    json_t *headers = json_loadb(got->headers.data, got->headers.len, 0, NULL);
    const char *name;
    json_t *value;

    if (!weir_str_is(weir_str(json_string_value(json_object_get(headers, "x-answer"))), "7") ||
        json_object_get(headers, "content-type") == NULL) {
        fail(p, "a header of the answer is lost, or another one");
    }
    json_object_foreach(headers, name, value)
    {
        if (strcmp(name, "x-answer") != 0 && strcmp(name, "content-type") != 0) {
            fail(p, "the answer has the header %.60s, which the tool did not send", name);
        }
    }
    json_decref(headers);
}

/* rc: what the connector itself returned, if it failed; the host makes another code of some. */
static void judge_shot(const struct probing *p, const struct step_result *r, int rc)
{
    if (p->asked == 0) {
        fail(p, "it was not sent to %.*s%s%s", WEIR_STR_ARG(p->url), p->elsewhere[0] != '\0' ? ", but " : "",
             p->elsewhere);
        if (r->rc != 0) {
            findings_line(p->spot->f, "it says: %s", r->err.message);
        }
        return;
    }
    judge_request(p);
    if (r->rc != 0) {
        fail(p, "it ended with %s: %s", case_code_word(rc != 0 ? rc : r->rc), r->err.message);
        return;
    }
    if (r->passed.status != p->shot->status) {
        fail(p, "the caller is given HTTP %d", r->passed.status);
    }
    judge_headers(p, &r->passed);
    if (!weir_str_is(buf_str(&r->passed.body), p->shot->status == 204 ? "" : ANSWER)) {
        fail(p, "the caller is given another body");
    }
}

/* ---- one request ---- */

static void fire(const struct spot *spot, const struct shot *shot, struct weir_str url)
{
    const struct pass_request *from = &spot->step->pass;
    struct weir_header headers[HEADERS_MAX];
    struct test_case c = *spot->c;
    struct probing p = {.spot = spot, .shot = shot, .url = url};
    struct pass_request *sent;
    struct step_result r;
    struct trial t;

    if (from->header_count >= PASS_HEADERS_MAX) {
        return;
    }
    c.steps = must_calloc(c.step_count, sizeof *c.steps);
    memcpy(c.steps, spot->c->steps, c.step_count * sizeof *c.steps);
    sent = &c.steps[spot->n].pass;
    if (from->header_count > 0) {
        memcpy(headers, from->headers, from->header_count * sizeof *headers);
    }
    headers[from->header_count] = (struct weir_header){weir_str(MARK), weir_str("1")};
    sent->headers = headers;
    sent->header_count = from->header_count + 1;
    sent->method = weir_str(shot->method);
    sent->body = strcmp(shot->method, "GET") == 0 ? weir_bytes(NULL, 0) : weir_str_bytes(weir_str(BODY));
    p.sent = sent;
    trial_init(&t, spot->connector, &c, NULL, NULL);
    p.answers = &t.answers;
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        t.meddler.ctx = &p;
        t.meddler.play = play;
        trial_call(&r, &t, spot->n);
        judge_shot(&p, &r, t.border.rc);
        step_result_fini(&r);
    }
    trial_fini(&t);
    free(c.steps);
}

static void visit(const struct spot *spot)
{
    struct step_result r;
    struct trial t;
    struct buf url;

    if (spot->step->kind != STEP_PASS) {
        return;
    }
    buf_init(&url, 8192);
    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        trial_call(&r, &t, spot->n);
        if (r.rc == 0 || json_object_get(spot->step->expect, "code") == NULL) {
            buf_add_str(&url, buf_str(&r.passed.url));
        }
        step_result_fini(&r);
    }
    trial_fini(&t);
    for (size_t i = 0; url.len > 0 && i < sizeof shots / sizeof shots[0] && !spot_is_full(spot); i++) {
        ++*spot->material;
        fire(spot, &shots[i], buf_str(&url));
    }
    buf_fini(&url);
}

static void run(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    trial_each(own->suite, f, NULL, "a case with a request that is passed through (pass)", visit);
}

void check_pass_add(struct suite *s)
{
    check_add(s, "contract: pass",
              "a request that is passed through goes where it was meant to, and comes back whole", run, NULL);
}

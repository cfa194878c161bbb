/*
 * check_shape: deliveries that are wrong in some way, which the connector has to take calmly.
 *
 * check refuses or accepts them, and does not fail: a failure is answered 503, and the tool would send the
 * same again and again. events ends with 0 or a code with which the daemon sets the delivery aside; it is
 * only given what check accepted, or, where nobody but the tool can sign, any body of a delivery that was
 * accepted.
 */
#include "check_delivery.h"

#include "emitted.h"
#include "probe.h"
#include "walk.h"

#include <stdlib.h>
#include <time.h>

#define DELIVERIES_MAX 24
#define LONG_DELIVERIES_MAX 4 /* of these with bodies of 4 MiB, too */
#define FINDINGS_MAX 20
#define PLACES_MAX 200                  /* where a body is cut, lengthened and spoiled */
#define BODY_MAX ((size_t)4 << 20)      /* the daemon takes no longer one */
#define UNPROVED_MAX ((size_t)64 << 10) /* a longer body may be one that check never lets through */
#define HEADER_MAX 8192
#define HEADERS_MAX 100
#define CPU_MAX_MS 5000 /* some ten times what 4 MiB of JSON cost under a sanitizer */
#define SEED UINT64_C(0x9E3779B97F4A7C15)

struct shapes {
    size_t deliveries;
    bool trying;    /* requests of events fail meanwhile: no case has answers for them */
    struct walk *w; /* of the delivery at hand */
    struct probe p;
    bool accepted, body_proves;
    int rc; /* of check, as the case has the delivery: it fails while there is no secret */
};

static int64_t cpu_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void check_took(const struct shapes *s, const char *call, const char *what, int64_t took_ms)
{
    if (took_ms > CPU_MAX_MS) {
        findings_add(s->w->f, s->w->where, "%s took %lld ms of a processor %s", call, (long long)took_ms,
                     what);
    }
}

/* ---- events ---- */

static void try_events(struct shapes *s, const char *what)
{
    struct play *play = s->p.play;
    size_t sent = stage_used(play->stage, STAGE_HTTP);
    struct weir_error err = {0};
    int64_t from_ms = cpu_ms();
    struct harvest h = {.connector = play->connector,
                        .scope = stage_scope(play->stage),
                        .integration = instance_integration(stage_instance(play->stage)),
                        .f = s->w->f,
                        .where = s->w->where};
    int rc;

    harvest_init(&h);
    s->trying = true;
    rc = probe_events(&s->p, &h.sink, &err);
    s->trying = false;
    check_took(s, "verify.events", what, cpu_ms() - from_ms);
    if (rc != 0 && emitted_blame(play->connector, &err)) {
        findings_add(s->w->f, s->w->where, "%s: %s", what, err.message);
    } else if (rc != 0 && rc != WEIR_E_INVALID && rc != WEIR_E_REJECT && rc != WEIR_E_LIMIT &&
               !(rc == WEIR_E_LATER && stage_used(play->stage, STAGE_HTTP) > sent)) {
        findings_add(
            s->w->f, s->w->where,
            "%s events has to read the delivery or set it aside (WEIR_E_INVALID, WEIR_E_REJECT), and ended "
            "with %s: %s",
            what, case_code_word(rc), err.message);
    }
    /* A type that the delivery's change has spoiled is only logged. */
    emitted_check(&h, true, s->w->f, s->w->where, what);
    harvest_fini(&h);
}

/* ---- one shape ---- */

/* The probe's request is as it is to be tried; what says how ("with an empty body"). */
static void try_request(struct shapes *s, bool only_body, const char *what)
{
    const struct case_delivery *from = s->p.from;
    int64_t from_ms = cpu_ms();
    bool accepted;

    if (s->w->f->count >= FINDINGS_MAX) {
        return;
    }
    accepted = probe_ask(&s->p);
    check_took(s, "verify.check", what, cpu_ms() - from_ms);
    if (s->p.rc != 0 && s->p.rc != s->rc) {
        findings_add(s->w->f, s->w->where, "%s check has to accept or refuse, and failed with %s: %s", what,
                     case_code_word(s->p.rc), s->p.err.message);
    }
    if (accepted || (only_body && s->accepted && s->body_proves && !from->has_mac &&
                     s->p.d.request.body.len <= UNPROVED_MAX)) {
        try_events(s, what);
    }
}

/* A copy of exactly its length; signed as the tool would, if the case says how. */
static void try_body(struct shapes *s, struct weir_bytes body, const char *what)
{
    size_t place = s->p.place_count - 1;
    void *copy = must_dup(body.data, body.len);
    struct weir_bytes before = probe_put(&s->p, place, weir_bytes(copy, body.len));

    if (s->p.from->has_mac) {
        delivery_sign(&s->p.d, &s->p.from->mac);
    }
    try_request(s, true, what);
    (void)probe_put(&s->p, place, before);
    if (s->p.from->has_mac) {
        delivery_sign(&s->p.d, &s->p.from->mac);
    }
    free(copy);
}

/* ---- bodies ---- */

static void try_spoiled(struct shapes *s)
{
    struct weir_bytes body = s->p.d.request.body;
    uint8_t *copy = must_calloc(body.len + 1, 1);
    size_t count = body.len < PLACES_MAX ? body.len : PLACES_MAX;

    for (size_t n = 0; n < count; n++) {
        size_t at = n * body.len / count;
        char what[96];

        (void)snprintf(what, sizeof what, "with its body cut off after %zu bytes", at);
        try_body(s, weir_bytes(body.data, at), what);
        (void)snprintf(what, sizeof what, "without byte %zu of its body", at);
        memcpy(copy, body.data, at);
        memcpy(copy + at, body.data + at + 1, body.len - at - 1);
        try_body(s, weir_bytes(copy, body.len - 1), what);
        (void)snprintf(what, sizeof what, "with a quote in front of byte %zu of its body", at);
        copy[at] = '"';
        memcpy(copy + at + 1, body.data + at, body.len - at);
        try_body(s, weir_bytes(copy, body.len + 1), what);
        (void)snprintf(what, sizeof what, "with broken UTF-8 at byte %zu of its body", at);
        memcpy(copy, body.data, body.len);
        copy[at] = 0xff;
        try_body(s, weir_bytes(copy, body.len), what);
        (void)snprintf(what, sizeof what, "with a NUL at byte %zu of its body", at);
        copy[at] = 0;
        try_body(s, weir_bytes(copy, body.len), what);
    }
    free(copy);
}

static void try_random(struct shapes *s)
{
    uint8_t bytes[2048];
    uint64_t state = SEED;
    char what[64];

    for (size_t n = 1; n <= 64; n++) {
        size_t len = n * sizeof bytes / 64;

        for (size_t i = 0; i < len; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[i] = (uint8_t)state;
        }
        (void)snprintf(what, sizeof what, "with %zu random bytes as its body", len);
        try_body(s, weir_bytes(bytes, len), what);
    }
}

static void try_other_json(struct shapes *s)
{
    static const char *const bodies[] = {
        "",     "null",  "0",           "\"text\"",      "[]", "{}", "[{}]", "[null]", "{\"\":null}",
        "true", "1e999", "\"\\u0000\"", "{\"data\":[]}", " "};
    char what[64];

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        (void)snprintf(what, sizeof what, "with the body '%s'", bodies[i]);
        try_body(s, weir_str_bytes(weir_str(bodies[i])), what);
    }
}

static void try_long(struct shapes *s)
{
    struct weir_bytes body = s->p.d.request.body;
    char *text = must_calloc(BODY_MAX, 1);
    size_t len = 0;

    memset(text, ' ', BODY_MAX);
    if (body.len > 0 && body.len <= BODY_MAX) {
        memcpy(text, body.data, body.len);
        try_body(s, weir_bytes(text, BODY_MAX), "with 4 MiB of blanks in its body");
        memset(text, ' ', BODY_MAX);
        text[len++] = '[';
        while (len + body.len + 2 < BODY_MAX) {
            memcpy(text + len, body.data, body.len);
            len += body.len;
            text[len++] = ',';
        }
        text[len - 1] = ']';
        try_body(s, weir_bytes(text, len), "with 4 MiB of its body, again and again,");
    }
    memset(text, '[', BODY_MAX);
    try_body(s, weir_bytes(text, BODY_MAX), "with lists in lists, 4 MiB of them,");
    for (len = 0; len + 5 <= BODY_MAX; len += 5) {
        memcpy(text + len, "{\"a\":", 5);
    }
    try_body(s, weir_bytes(text, len), "with objects in objects, 4 MiB of them,");
    memset(text, 'a', BODY_MAX);
    text[0] = text[BODY_MAX - 1] = '"';
    try_body(s, weir_bytes(text, BODY_MAX), "with a text of 4 MiB as its body");
    free(text);
}

/* ---- all around the body ---- */

static void try_headers(struct shapes *s)
{
    struct weir_request was = s->p.d.request;
    struct weir_request *r = &s->p.d.request;
    struct weir_header *list = must_calloc(was.header_count + HEADERS_MAX, sizeof *list);
    char *big = must_calloc(HEADER_MAX, 1);
    char what[128];

    memset(big, 'A', HEADER_MAX);
    r->headers = list;
    r->header_count = 0;
    try_request(s, false, "without headers");
    r->header_count = was.header_count;
    for (size_t i = 0; i < was.header_count; i++) {
        struct weir_str values[] = {weir_str(""), weir_str_n(big, HEADER_MAX), weir_str("\xff\xfe")};

        for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
            memcpy(list, was.headers, was.header_count * sizeof *list);
            list[i].value = values[j];
            (void)snprintf(what, sizeof what, "with a header %.*s of %zu bytes", WEIR_STR_ARG(list[i].name),
                           values[j].len);
            try_request(s, false, what);
        }
    }
    memcpy(list, was.headers, was.header_count * sizeof *list);
    for (size_t i = 0; i < HEADERS_MAX; i++) {
        list[was.header_count + i] = was.header_count > 0
                                         ? was.headers[i % was.header_count]
                                         : (struct weir_header){weir_str("x-more"), weir_str("1")};
    }
    r->header_count = was.header_count + HEADERS_MAX;
    try_request(s, false, "with 100 headers more, all there already,");
    *r = was;
    free(list);
    free(big);
}

static void try_methods(struct shapes *s)
{
    static const char *const methods[] = {"GET", "PUT", "DELETE", "HEAD", "PATCH", "post", ""};
    static const char *const tails[] = {"/", "/../..", "/%00", "/\xff"};
    struct weir_request was = s->p.d.request;
    struct weir_request *r = &s->p.d.request;
    char what[64];

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        r->method = weir_str(methods[i]);
        (void)snprintf(what, sizeof what, "with the method '%s'", methods[i]);
        try_request(s, false, what);
    }
    r->method = was.method;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        r->tail = weir_str(tails[i]);
        try_request(s, false, "with another tail in its path");
    }
    r->tail = was.tail;
    r->query = weir_str("a=b&a=c&%zz&=&");
    try_request(s, false, "with a query");
    *r = was;
}

/* ---- all of it ---- */

static bool fails_meanwhile(void *ctx, const struct weir_http_request *request, struct weir_str url,
                            struct stage_answer *answer)
{
    const struct shapes *s = ctx;

    (void)request;
    (void)url;
    if (s->trying) {
        answer->code = WEIR_E_LATER;
    }
    return s->trying;
}

static void before(struct walk *w, struct play *play, const struct case_step *step)
{
    struct shapes *s = w->ctx;

    if (step->kind != STEP_DELIVER || s->deliveries >= DELIVERIES_MAX) {
        return;
    }
    s->deliveries++;
    s->w = w;
    probe_init(&s->p, play, &step->delivery);
    s->accepted = probe_ask(&s->p);
    s->rc = s->p.rc;
    s->body_proves = s->accepted && probe_decides(&s->p, s->p.place_count - 1);
    try_other_json(s);
    try_random(s);
    try_spoiled(s);
    if (s->deliveries <= LONG_DELIVERIES_MAX) {
        try_long(s);
    }
    try_headers(s);
    try_methods(s);
    probe_fini(&s->p);
}

void check_shapes(const struct task *task, struct findings *f)
{
    struct shapes s = {0};
    struct stage_meddler meddler = {.ctx = &s, .play = fails_meanwhile};
    struct walk w = {.f = f, .ctx = &s, .meddler = &meddler, .before = before};

    walk_cases(&w, task->arg);
    if (s.deliveries == 0 && f->skipped[0] == '\0') {
        findings_skip(f, "no case has a delivery");
    }
    if (f->count >= FINDINGS_MAX) {
        findings_note(f, "after %d findings the rest was not tried", FINDINGS_MAX);
    }
}

/*
 * check_leak: no secret and nobody's address gets into what is kept for people to read.
 *
 * The host blanks secret settings and webhook secrets before it logs, so what it had to blank is a finding,
 * too: a token out of an answer is one that it does not know.
 */
#include "check_delivery.h"

#include "walk.h"
#include "watchlist.h"

#include <strings.h>

#define BLANKED "***"                  /* what the host puts in the place of a secret */
#define PRIVATE_KEY "PRIVATE KEY-----" /* of any kind, as PEM */
#define BOTH (WATCHED_SECRET | WATCHED_PERSONAL)

struct leaks {
    struct walk *w;
    struct watchlist watched;
    bool playing; /* a case */
    size_t steps, secrets;
};

/* ---- what is watched ---- */

static void watch_body(struct watchlist *l, const struct body *body, const char *what)
{
    json_t *parsed = json_loadb((const char *)body->bytes.data, body->bytes.len, 0, NULL);

    watchlist_add_json(l, parsed, what);
    json_decref(parsed);
}

static void watch_exchanges(struct watchlist *l, const struct case_exchanges *exchanges)
{
    for (size_t i = 0; i < exchanges->count; i++) {
        char what[96];

        (void)snprintf(what, sizeof what, "the answer to %.70s", exchanges->list[i].request);
        watch_body(l, &exchanges->list[i].answer, what);
    }
}

static void watch_settings(struct watchlist *l, const struct weir_connector *connector,
                           const struct test_case *c)
{
    for (size_t i = 0; i < c->setting_count; i++) {
        for (size_t j = 0; j < connector->setting_count; j++) {
            if (connector->settings[j].secret &&
                strcmp(connector->settings[j].key, c->settings[i].key) == 0) {
                watchlist_add(l, WATCHED_SECRET, weir_str(c->settings[i].value), "the setting %s",
                              c->settings[i].key);
            }
        }
    }
}

static void watch_secrets(struct watchlist *l, const struct weir_str *secrets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        watchlist_add(l, WATCHED_SECRET, secrets[i], "a webhook secret");
    }
}

static void watch_state(struct watchlist *l, struct weir_str key, struct weir_bytes value)
{
    char name[64];
    char what[96];
    struct weir_str text = weir_str_n((const char *)value.data, value.len);
    struct body body = {.bytes = value};

    (void)snprintf(name, sizeof name, "%.*s", WEIR_STR_ARG(key));
    (void)snprintf(what, sizeof what, "the state %s", name);
    if (watchlist_is_secret_name(name) ||
        (text.len > 0 && memmem(text.data, text.len, PRIVATE_KEY, sizeof PRIVATE_KEY - 1) != NULL)) {
        watchlist_add(l, WATCHED_SECRET, text, "%s", what);
    }
    watch_body(l, &body, what);
}

static void begins(struct walk *w, const struct weir_connector *connector, const struct test_case *c)
{
    struct leaks *leaks = w->ctx;
    struct watchlist *l = &leaks->watched;

    if (leaks->playing) {
        watchlist_fini(l);
    }
    watchlist_init(l);
    leaks->playing = true;
    leaks->w = w;
    watch_settings(l, connector, c);
    watch_secrets(l, c->secrets, c->secret_count);
    for (size_t i = 0; i < c->state_count; i++) {
        watch_state(l, c->state[i].key, c->state[i].value);
    }
    watch_exchanges(l, &c->always);
    for (size_t i = 0; i < c->step_count; i++) {
        const struct case_step *step = &c->steps[i];

        watch_secrets(l, step->delivery.secrets, step->delivery.secret_count);
        watch_secrets(l, &step->want.secret, 1);
        watch_body(l, &step->delivery.body, "a delivery");
        watch_exchanges(l, &step->exchanges);
    }
    leaks->secrets += l->count;
}

/* ---- where it may not be ---- */

static void look(struct leaks *leaks, int kinds, struct weir_str text, const char *in)
{
    const struct watched *found = watchlist_find(&leaks->watched, kinds, text);

    if (found != NULL) {
        findings_add(leaks->w->f, leaks->w->where, "%s shows %s", in, found->what);
    }
}

/* Texts that the host has freed of the secrets that it knows. */
static void look_blanked(struct leaks *leaks, const char *text, const char *in)
{
    if (strstr(text, BLANKED) != NULL) {
        findings_add(leaks->w->f, leaks->w->where, "%s has a secret in it, which the host blanked: %s", in,
                     text);
    }
    look(leaks, BOTH, weir_str(text), in);
}

static void look_json(struct leaks *leaks, const json_t *value, const char *in)
{
    const struct watched *found = watchlist_find_json(&leaks->watched, WATCHED_SECRET, value);

    if (found != NULL) {
        findings_add(leaks->w->f, leaks->w->where, "%s shows %s", in, found->what);
    }
}

static void look_warnings(struct leaks *leaks, const json_t *warnings)
{
    const json_t *warning;
    size_t i;

    json_array_foreach(warnings, i, warning)
    {
        look_blanked(leaks, json_string_value(warning), "a warning");
    }
}

/* A token that it was given somewhere, or made itself. */
static void watch_sent(struct leaks *leaks, const struct weir_http_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        const struct weir_header *h = &request->headers[i];
        const char *blank = h->value.len > 0 ? memchr(h->value.data, ' ', h->value.len) : NULL;
        size_t skip = blank != NULL ? (size_t)(blank - h->value.data) + 1 : 0;

        if (h->name.len == 13 && strncasecmp(h->name.data, "authorization", 13) == 0) {
            watchlist_add(&leaks->watched, WATCHED_SECRET,
                          weir_str_n(h->value.data + skip, h->value.len - skip),
                          "the Authorization that it sends");
        }
    }
}

static bool on_request(void *ctx, const struct weir_http_request *request, struct weir_str url,
                       struct stage_answer *answer)
{
    struct leaks *leaks = ctx;

    (void)answer;
    watch_sent(leaks, request);
    look(leaks, WATCHED_SECRET, url, "the address of a request");
    return false;
}

static void opened(struct walk *w, struct play *p)
{
    look(w->ctx, BOTH, stage_log(p->stage), "its log");
}

static void after(struct walk *w, struct play *p, const struct case_step *step, struct step_result *r)
{
    struct leaks *leaks = w->ctx;
    struct weir_str key;
    struct weir_bytes value;

    leaks->steps++;
    for (size_t n = 0; stage_state_nth(&key, &value, p->stage, n); n++) {
        watch_state(&leaks->watched, key, value);
    }
    look(leaks, BOTH, stage_log(p->stage), "its log");
    look_blanked(leaks, r->err.message, "its error");
    if (step->kind == STEP_DELIVER) {
        look_blanked(leaks, r->verdict.reason, "the reason of its verdict");
        look(leaks, WATCHED_SECRET, weir_str_n(r->verdict.body, r->verdict.body_len),
             "the answer of its check");
    }
    look_blanked(leaks, r->have.detail, "the detail of its subscription");
    look_json(leaks, r->harvest.records, "a record");
    look_json(leaks, r->harvest.placeholders, "a placeholder");
    look_json(leaks, r->harvest.events, "an event");
    look_json(leaks, r->harvest.touched, "what it says it touched");
    look_warnings(leaks, r->harvest.warnings);
    look(leaks, WATCHED_SECRET, buf_str(&r->harvest.next), "the cursor of the next page");
}

void check_leaks(const struct task *task, struct findings *f)
{
    struct leaks leaks = {0};
    struct stage_meddler meddler = {.ctx = &leaks, .play = on_request};
    struct walk w = {
        .f = f, .ctx = &leaks, .meddler = &meddler, .begins = begins, .opened = opened, .after = after};

    walk_cases(&w, task->arg);
    if (leaks.playing) {
        watchlist_fini(&leaks.watched);
    }
    if (f->skipped[0] == '\0' && (leaks.steps == 0 || leaks.secrets == 0)) {
        findings_skip(f, "no case has a secret of %d characters or more", 6);
    }
}

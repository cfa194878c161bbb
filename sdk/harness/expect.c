#include "expect.h"

#include "base/datetime.h"
#include "compare.h"

#define LINES_MAX (64u * 1024)

struct expecting {
    struct play *p;
    const char *where;
    const json_t *expect; /* may be NULL */
};

static const char *word_of(const struct expecting *e, const char *key)
{
    return json_string_value(json_object_get(e->expect, key));
}

/* ---- codes and messages ---- */

static void expect_contains(const struct expecting *e, const char *what, const char *part,
                            struct weir_str text)
{
    struct buf shown;

    if (part == NULL || (text.len > 0 && memmem(text.data, text.len, part, strlen(part)) != NULL)) {
        return;
    }
    buf_init(&shown, LINES_MAX);
    show_text(&shown, text);
    findings_add(e->p->f, e->where, "%s does not contain \"%s\"", what, part);
    findings_line(e->p->f, "it is %.*s", WEIR_STR_ARG(buf_str(&shown)));
    buf_fini(&shown);
}

static bool expect_code(const struct expecting *e, const struct step_result *r)
{
    const char *word = word_of(e, "code");
    int code = 0;

    (void)(word != NULL && case_code(&code, word));
    if (r->rc != code) {
        findings_add(e->p->f, e->where, "expected %s, got %s", code == 0 ? "success" : case_code_word(code),
                     r->rc == 0 ? "success" : case_code_word(r->rc));
        if (r->rc != 0) {
            findings_line(e->p->f, "its message: %s", r->err.message);
        }
        return false;
    }
    expect_contains(e, "the message", word_of(e, "message"), weir_str(r->rc != 0 ? r->err.message : ""));
    return true;
}

/* ---- lists ---- */

/* Names of one item, for a person and for finding its counterpart. */
static bool same_item(const json_t *want, const json_t *got)
{
    static const char *const keys[] = {"model", "remote_id", "hint", "field", "parent_id"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *value = json_object_get(want, keys[i]);

        if (value != NULL && json_equal(value, json_object_get(got, keys[i])) == 0) {
            return false;
        }
    }
    return true;
}

static void name_item(char out[400], const json_t *item)
{
    const char *field = json_string_value(json_object_get(item, "field"));
    const char *id = json_string_value(json_object_get(item, field != NULL ? "parent_id" : "remote_id"));

    (void)snprintf(out, 400, "%.64s%s%.64s %.256s", json_string_value(json_object_get(item, "model")),
                   field != NULL ? "." : "", field != NULL ? field : "", id != NULL ? id : "");
}

static void compare_item(const struct expecting *e, const char *key, const json_t *want, const json_t *got)
{
    const json_t *json = json_object_get(want, "json");
    struct buf lines;
    char name[400];

    if (json == NULL) {
        return;
    }
    buf_init(&lines, LINES_MAX);
    if (compare_json(&lines, "json", json, json_object_get(got, "json")) > 0) {
        name_item(name, want);
        findings_add(e->p->f, e->where, "%s: %s differs", key, name);
        findings_lines(e->p->f, buf_str(&lines));
    }
    buf_fini(&lines);
}

/* In any order, each once. */
static void expect_list(const struct expecting *e, const char *key, const json_t *got)
{
    const json_t *wanted = json_object_get(e->expect, key);
    json_t *left;
    const json_t *want;
    const json_t *item;
    size_t i;
    size_t j;
    char name[400];

    if (wanted == NULL) {
        return;
    }
    left = json_copy((json_t *)(uintptr_t)got);
    json_array_foreach(wanted, i, want)
    {
        for (j = 0; j < json_array_size(left) && !same_item(want, json_array_get(left, j)); j++) {
        }
        if (j == json_array_size(left)) {
            name_item(name, want);
            findings_add(e->p->f, e->where, "%s: expected %s, which was not emitted", key, name);
            continue;
        }
        compare_item(e, key, want, json_array_get(left, j));
        (void)json_array_remove(left, j);
    }
    json_array_foreach(left, i, item)
    {
        struct buf shown;

        buf_init(&shown, LINES_MAX);
        name_item(name, item);
        findings_add(e->p->f, e->where, "%s: %s was emitted, which is not expected", key, name);
        show_json(&shown, json_object_get(item, "json"));
        if (json_object_get(item, "json") != NULL) {
            findings_line(e->p->f, "%.*s", WEIR_STR_ARG(buf_str(&shown)));
        }
        buf_fini(&shown);
    }
    json_decref(left);
}

/* The event with those of its members that the case speaks of, in the case's words. */
static json_t *event_as_expected(const json_t *want, const json_t *got)
{
    json_t *shown = json_object();
    const json_t *at = json_object_get(want, "occurred_at");
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)got, key, value)
    {
        char text[DATETIME_TEXT];

        if (json_object_get(want, key) == NULL) {
            continue;
        }
        if (strcmp(key, "occurred_at") == 0 && !json_is_integer(at)) {
            datetime_format(text, (int64_t)json_integer_value(value));
            (void)json_object_set_new(shown, key,
                                      json_integer_value(value) == 0 ? json_null() : json_string(text));
        } else if (strcmp(key, "upstream_id") == 0 && json_string_length(value) == 0 &&
                   json_is_null(json_object_get(want, key))) {
            (void)json_object_set_new(shown, key, json_null());
        } else {
            (void)json_object_set(shown, key, value);
        }
    }
    return shown;
}

static json_t *event_wanted(const json_t *want)
{
    json_t *copy = json_copy((json_t *)(uintptr_t)want);
    const json_t *at = json_object_get(want, "occurred_at");
    char text[DATETIME_TEXT];
    int64_t ms;

    if (json_is_string(at) && datetime_parse(&ms, weir_str(json_string_value(at)))) {
        datetime_format(text, ms);
        (void)json_object_set_new(copy, "occurred_at", json_string(text));
    }
    return copy;
}

/* In their order. */
static void expect_events(const struct expecting *e, const json_t *got)
{
    const json_t *wanted = json_object_get(e->expect, "events");
    size_t longer;
    struct buf lines;

    if (wanted == NULL) {
        return;
    }
    buf_init(&lines, LINES_MAX);
    longer = json_array_size(wanted) > json_array_size(got) ? json_array_size(wanted) : json_array_size(got);
    for (size_t i = 0; i < longer; i++) {
        const json_t *want = json_array_get(wanted, i);
        const json_t *have = json_array_get(got, i);
        json_t *left = want != NULL ? event_wanted(want) : NULL;
        json_t *right = have != NULL && want != NULL ? event_as_expected(want, have)
                                                     : json_incref((json_t *)(uintptr_t)have);
        char path[32];

        (void)snprintf(path, sizeof path, "events[%zu]", i);
        (void)compare_json(&lines, path, left, right);
        json_decref(left);
        json_decref(right);
    }
    if (lines.len > 0) {
        findings_add(e->p->f, e->where, "the events differ");
        findings_lines(e->p->f, buf_str(&lines));
    }
    buf_fini(&lines);
}

static void expect_texts(const struct expecting *e, const char *key, const json_t *got)
{
    const json_t *wanted = json_object_get(e->expect, key);
    struct buf lines;

    buf_init(&lines, LINES_MAX);
    if (wanted != NULL && compare_json(&lines, key, wanted, got) > 0) {
        findings_add(e->p->f, e->where, "the %s differ", key);
        findings_lines(e->p->f, buf_str(&lines));
    }
    buf_fini(&lines);
}

static void expect_next(const struct expecting *e, struct weir_str next)
{
    const json_t *wanted = json_object_get(e->expect, "next");
    struct buf lines;

    buf_init(&lines, LINES_MAX);
    if (wanted != NULL &&
        compare_text(&lines, "next", weir_str_n(json_string_value(wanted), json_string_length(wanted)),
                     next) > 0) {
        findings_add(e->p->f, e->where, "%.*s", (int)(lines.len - 1), lines.data);
    }
    buf_fini(&lines);
}

/* ---- what is left behind ---- */

static void expect_state(const struct expecting *e)
{
    const char *key;
    json_t *value;

    json_object_foreach(json_object_get(e->expect, "state"), key, value)
    {
        struct weir_bytes bytes = stage_state(e->p->stage, weir_str(key));
        struct weir_str want = weir_str_n(json_string_value(value), json_string_length(value));
        struct buf lines;

        buf_init(&lines, LINES_MAX);
        if ((want.data == NULL) != (bytes.data == NULL) ||
            !weir_str_equal(want, weir_str_n((const char *)bytes.data, bytes.len))) {
            (void)buf_reserve(&lines, 1);
            show_json(&lines, value);
            buf_add_text(&lines, ", got ");
            if (bytes.data != NULL) {
                show_text(&lines, weir_str_n((const char *)bytes.data, bytes.len));
            } else {
                buf_add_text(&lines, "none");
            }
            findings_add(e->p->f, e->where, "state %s: expected %.*s", key, WEIR_STR_ARG(buf_str(&lines)));
        }
        buf_fini(&lines);
    }
}

static void expect_log(const struct expecting *e)
{
    const json_t *part;
    size_t i;

    json_array_foreach(json_object_get(e->expect, "log"), i, part)
    {
        expect_contains(e, "the log", json_string_value(part), stage_log(e->p->stage));
    }
}

/* ---- verdicts and subscriptions ---- */

static void expect_word(const struct expecting *e, const char *what, const char *want, const char *got)
{
    if (want != NULL && strcmp(want, got) != 0) {
        findings_add(e->p->f, e->where, "%s: expected %s, got %s", what, want, got);
    }
}

static void expect_number(const struct expecting *e, const char *what, const json_t *want, int got)
{
    if (want != NULL && json_integer_value(want) != got) {
        findings_add(e->p->f, e->where, "%s: expected %d, got %d", what, (int)json_integer_value(want), got);
    }
}

static void expect_dedup(const struct expecting *e, const struct weir_verdict *verdict)
{
    char got[300];

    if (verdict->dedup == WEIR_DEDUP_KEY) {
        (void)snprintf(got, sizeof got, "key:%.*s", WEIR_STR_ARG(verdict->dedup_key));
    } else {
        (void)snprintf(got, sizeof got, "%s", verdict->dedup == WEIR_DEDUP_BODY ? "body" : "none");
    }
    expect_word(e, "dedup", word_of(e, "dedup"), got);
}

/* false: the verdict is another one, and the rest would only say so again. */
static bool expect_verdict(const struct expecting *e, const struct step_result *r)
{
    static const char *const words[] = {"refuse", "accept", "answer"};
    const struct weir_verdict *verdict = &r->verdict;
    const char *want = word_of(e, "verdict");
    const char *body = word_of(e, "body");

    want = want != NULL ? want : "accept";
    if (strcmp(want, words[verdict->decision]) != 0) {
        findings_add(e->p->f, e->where, "expected the verdict %s, got %s%s%s", want, words[verdict->decision],
                     verdict->reason[0] != '\0' ? ": " : "", verdict->reason);
        return false;
    }
    expect_number(e, "status", json_object_get(e->expect, "status"), verdict->status);
    expect_dedup(e, verdict);
    expect_word(e, "content_type", word_of(e, "content_type"), verdict->content_type);
    expect_contains(e, "the reason", word_of(e, "reason"), weir_str(verdict->reason));
    if (body != NULL && !weir_str_is(weir_str_n(verdict->body, verdict->body_len), body)) {
        findings_add(e->p->f, e->where, "body: expected %s, got %.*s", body, (int)verdict->body_len,
                     verdict->body);
    }
    return true;
}

static void expect_subscription(const struct expecting *e, const struct weir_subscription *have)
{
    static const char *const words[] = {"none",         "pending", "active", "needs_permission",
                                        "manual_setup", "failed"};
    struct expecting of = *e;
    const json_t *changed;

    of.expect = json_object_get(e->expect, "subscription");
    changed = json_object_get(of.expect, "changed");
    expect_word(&of, "subscription.state", word_of(&of, "state"), words[have->state]);
    expect_word(&of, "subscription.remote_id", word_of(&of, "remote_id"), have->remote_id);
    expect_contains(&of, "subscription.detail", word_of(&of, "detail"), weir_str(have->detail));
    if (changed != NULL) {
        expect_word(&of, "subscription.changed", json_is_true(changed) ? "true" : "false",
                    have->changed ? "true" : "false");
    }
}

/* ---- a step ---- */

void expect_step(struct play *p, const struct case_step *step, const struct step_result *r)
{
    struct expecting e = {.p = p, .where = step->title, .expect = step->expect};
    size_t i;
    const json_t *repair;

    if (!expect_code(&e, r)) {
        return;
    }
    if (step->kind == STEP_DELIVER && (r->rc == 0 || r->accepted) && !expect_verdict(&e, r)) {
        return;
    }
    if (step->kind == STEP_ENSURE || step->kind == STEP_INSPECT) {
        expect_subscription(&e, &r->have);
    }
    if (step->kind == STEP_PASS && r->rc == 0) {
        expect_passed(p, step, r);
    }
    expect_events(&e, r->harvest.events);
    expect_list(&e, "touched", r->harvest.touched);
    expect_texts(&e, "warnings", r->harvest.warnings);
    expect_list(&e, "records", r->harvest.records);
    expect_list(&e, "placeholders", r->harvest.placeholders);
    expect_list(&e, "gone", r->harvest.gone);
    expect_list(&e, "complete", r->harvest.complete);
    expect_texts(&e, "repairs", r->harvest.repairs);
    expect_next(&e, buf_str(&r->harvest.next));
    expect_state(&e);
    expect_log(&e);
    if (json_object_get(e.expect, "repairs") == NULL) {
        json_array_foreach(r->harvest.repairs, i, repair)
        {
            findings_note(p->f, "%s: the model had to repair %s", step->title, json_string_value(repair));
        }
    }
}

#include "judge_internal.h"

#include <ctype.h>
#include <stdlib.h>

#define ASKED_MAX 4 /* where the host may not repeat for it, a connector does so itself, but not for ever */

/* ---- the finding ---- */

void judge_fail(const struct judged *j, const char *format, ...)
{
    const struct answers *a = &j->trial->answers;
    char what[500];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    spot_fail(j->spot, "%s for %s %.*s: %s", j->fault->name, a->hit_method, (int)a->hit_url.len,
              a->hit_url.data, what);
    if (j->trial->border.rc != 0) {
        findings_line(j->spot->f, "it says: %s", j->trial->border.err.message);
    }
}

/* ---- names ---- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) != 0 || c == '_' || c == '-';
}

static bool holds_word(struct weir_str text, struct weir_str word)
{
    for (size_t i = 0; word.len > 0 && i + word.len <= text.len; i++) {
        if (memcmp(text.data + i, word.data, word.len) == 0 && (i == 0 || !is_word(text.data[i - 1])) &&
            (i + word.len == text.len || !is_word(text.data[i + word.len]))) {
            return true;
        }
    }
    return false;
}

/* Does the request ask for the thing with this id: is it the end of the path, or in the query? */
static bool asks_for(const struct answers *a, struct weir_str id)
{
    struct weir_str url = buf_str(&a->hit_url);
    const char *mark = url.len > 0 ? memchr(url.data, '?', url.len) : NULL;
    size_t len = mark != NULL ? (size_t)(mark - url.data) : url.len;
    struct weir_str query = weir_str_n(url.data + len, url.len - len);
    const char *colon = id.len > 0 ? memrchr(id.data, ':', id.len) : NULL;

    if (colon != NULL) {
        /* The connector's own prefix, as in "team:4502". */
        id = weir_str_n(colon + 1, id.len - (size_t)(colon + 1 - id.data));
    }

    if (len > id.len && url.data[len - id.len - 1] == '/' && id.len > 0 &&
        memcmp(url.data + len - id.len, id.data, id.len) == 0) {
        return true;
    }
    return holds_word(query, id);
}

static struct weir_str text_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return weir_str_n(json_string_value(value), json_string_length(value));
}

static bool same_name(const json_t *a, const json_t *b)
{
    static const char *const keys[] = {"model", "remote_id",   "field", "parent_id",
                                       "type",  "upstream_id", "refs"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *x = json_object_get(a, keys[i]);
        const json_t *y = json_object_get(b, keys[i]);

        if ((x == NULL) != (y == NULL) || (x != NULL && json_equal(x, y) == 0)) {
            return false;
        }
    }
    return true;
}

static bool has(const json_t *list, const json_t *one)
{
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (same_name(item, one)) {
            return true;
        }
    }
    return false;
}

bool judge_has_all(const json_t *want, const json_t *got)
{
    const json_t *item;
    size_t i;

    json_array_foreach(want, i, item)
    {
        if (!has(got, item)) {
            return false;
        }
    }
    return true;
}

/* ---- what a success deletes ---- */

/* May this id be said to be gone? Only by a request that asks for it, and that was answered so. */
static bool may_be_gone(const struct judged *j, struct weir_str id)
{
    return j->want == JUDGE_GONE && asks_for(&j->trial->answers, id);
}

/* Records of the model were there without the fault and are not with it. */
static bool lost_of_model(const struct judged *j, struct weir_str model)
{
    const json_t *item;
    size_t i;

    json_array_foreach(j->plain->harvest.records, i, item)
    {
        if (weir_str_equal(text_at(item, "model"), model) && !has(j->r->harvest.records, item)) {
            return true;
        }
    }
    return false;
}

void judge_deleted(const struct judged *j)
{
    const json_t *item;
    size_t i;

    json_array_foreach(j->r->harvest.gone, i, item)
    {
        struct weir_str id = text_at(item, "remote_id");
        bool as_before = has(j->plain->harvest.gone, item) && !asks_for(&j->trial->answers, id);

        if (!as_before && !may_be_gone(j, id)) {
            judge_fail(j, "%.*s %.*s is said to be gone, which this answer does not say",
                       WEIR_STR_ARG(text_at(item, "model")), WEIR_STR_ARG(id));
        }
    }
    json_array_foreach(j->r->harvest.complete, i, item)
    {
        struct weir_str model = text_at(item, "model");
        struct weir_str parent = text_at(item, "parent_id");
        bool as_before = has(j->plain->harvest.complete, item) && !lost_of_model(j, model);

        if (!as_before && !may_be_gone(j, parent)) {
            judge_fail(j, "%.*s of %.*s is said to be complete, which deletes what this answer hid",
                       WEIR_STR_ARG(model), WEIR_STR_ARG(parent));
        }
    }
}

static bool is_listing(const struct judged *j)
{
    return j->spot->step->kind == STEP_LIST || j->spot->step->kind == STEP_MISSED;
}

static bool is_subscription(const struct judged *j)
{
    return j->spot->step->kind == STEP_ENSURE || j->spot->step->kind == STEP_INSPECT;
}

/* Do records come with a full listing of the model, so that those that do not come are deleted? */
static bool is_of_listing(const struct judged *j, struct weir_str model)
{
    const struct weir_connector *c = j->spot->connector;

    for (size_t i = 0; i < c->model_count; i++) {
        if (weir_str_is(model, c->models[i].model) && c->models[i].listed_with != NULL) {
            model = weir_str(c->models[i].listed_with);
        }
    }
    return weir_str_equal(model, j->spot->step->model);
}

static bool tells_gone(const struct judged *j)
{
    const json_t *item;
    size_t i;
    bool tells = false;

    json_array_foreach(j->r->harvest.gone, i, item)
    {
        tells = tells || (asks_for(&j->trial->answers, text_at(item, "remote_id")) &&
                          !has(j->plain->harvest.gone, item));
    }
    return tells;
}

static bool lost_records(const struct judged *j)
{
    const json_t *item;
    size_t i;

    json_array_foreach(j->plain->harvest.records, i, item)
    {
        if ((j->spot->step->kind == STEP_RECORD
                 ? weir_str_equal(text_at(item, "remote_id"), j->spot->step->ref.remote_id)
                 : is_of_listing(j, text_at(item, "model"))) &&
            !has(j->r->harvest.records, item)) {
            return true;
        }
    }
    return false;
}

static bool has_more_keys(const json_t *a, const json_t *b)
{
    const char *key;
    json_t *value;
    bool more = false;

    json_object_foreach((json_t *)(uintptr_t)a, key, value)
    {
        more = more || json_object_get(b, key) == NULL;
    }
    return more;
}

/* Is the result the right one, but for fields that were left out and so keep their stored value, and for
 * records that would have come along? */
static bool only_leaves_out(const struct judged *j)
{
    const json_t *item;
    size_t i;

    json_array_foreach(j->r->harvest.records, i, item)
    {
        bool found = false;
        const json_t *other;
        size_t k;

        json_array_foreach(j->plain->harvest.records, k, other)
        {
            json_t *whole = json_deep_copy(json_object_get(other, "json"));

            found = found || (same_name(item, other) &&
                              json_object_update_existing(whole, json_object_get(item, "json")) == 0 &&
                              json_equal(whole, json_object_get(other, "json")) != 0 &&
                              !has_more_keys(json_object_get(item, "json"), whole));
            json_decref(whole);
        }
        if (!found) {
            return false;
        }
    }
    return !lost_records(j) && json_equal(j->plain->harvest.gone, j->r->harvest.gone) != 0 &&
           json_equal(j->plain->harvest.complete, j->r->harvest.complete) != 0 &&
           json_equal(j->plain->harvest.events, j->r->harvest.events) != 0 &&
           weir_str_equal(buf_str(&j->plain->harvest.next), buf_str(&j->r->harvest.next));
}

static void judge_listing(const struct judged *j)
{
    if ((lost_records(j) && !tells_gone(j)) ||
        !judge_has_all(j->plain->harvest.events, j->r->harvest.events) ||
        (j->plain->harvest.next.len > 0) != (j->r->harvest.next.len > 0)) {
        judge_fail(j, "the listing ends well without what was not read: %s",
                   j->spot->step->kind == STEP_MISSED ? "these events are never asked for again"
                   : j->spot->step->since_ms > 0      ? "these changes are never asked for again"
                                                      : "all of it would be deleted");
    }
}

/* ---- success ---- */

bool judge_is_same(const struct judged *j)
{
    char *plain = trial_text(j->plain, j->spot->step);
    char *with = trial_text(j->r, j->spot->step);
    bool same = plain != NULL && with != NULL && strcmp(plain, with) == 0;

    free(plain);
    free(with);
    return same;
}

/* The part may be one that is left out. */
static void judge_part(const struct judged *j)
{
    enum step_kind kind = j->spot->step->kind;

    judge_deleted(j);
    if (is_listing(j)) {
        judge_listing(j);
    } else if (kind == STEP_RECORD && json_array_size(j->plain->harvest.records) > 0 &&
               json_array_size(j->r->harvest.records) + json_array_size(j->r->harvest.gone) == 0) {
        judge_fail(j, "success, and nothing was emitted: the change is lost");
    } else if (is_subscription(j) && j->want != JUDGE_GONE && j->r->have.state == WEIR_SUB_ACTIVE) {
        judge_fail(j, "the subscription is said to be active");
    }
}

static void judge_success(const struct judged *j)
{
    if (judge_is_same(j)) {
        return;
    }
    if (j->want == JUDGE_PERMISSION || j->want == JUDGE_GONE || (j->want == JUDGE_AUTH && !j->fault->once)) {
        judge_part(j);
        return;
    }
    if (j->want == JUDGE_BROKEN && !is_subscription(j) && j->spot->step->kind != STEP_REMOVE &&
        only_leaves_out(j)) {
        return; /* the answer was of a name, say, which can be done without */
    }
    if (j->want == JUDGE_BROKEN && is_subscription(j) && j->r->have.state == WEIR_SUB_FAILED) {
        return; /* shown to a person as WEIR_E_INVALID would be */
    }
    judge_deleted(j);
    if (is_listing(j)) {
        judge_listing(j);
    }
    judge_fail(j, "success with another result than the tool's right answer gives");
}

/* ---- failure ---- */

bool judge_allows(const struct judged *j, int rc)
{
    const struct answers *a = &j->trial->answers;

    if (a->strangers > 0 && rc == WEIR_E_LATER) {
        return true; /* it asked for something else, and the case has no answer to that */
    }
    if (rc == j->plain->rc && (j->fault->once || a->asked > a->target)) {
        return true; /* it asked again or did without, and was answered as without the fault */
    }
    if (rc == WEIR_E_UNSUPPORTED && is_listing(j) && (j->want == JUDGE_PERMISSION || a->asked > a->target)) {
        return true; /* not offered to this account: nothing is deleted, and the sync goes on with other
                        models */
    }
    switch (j->want) {
    case JUDGE_AUTH:
        return rc == WEIR_E_AUTH || (rc == WEIR_E_PERMISSION && (a->asked > a->target || a->renewed));
    case JUDGE_PERMISSION:
        return rc == WEIR_E_AUTH || rc == WEIR_E_PERMISSION;
    case JUDGE_GONE: /* of a listing it deletes nothing */
        return rc != WEIR_E_NONE || is_listing(j) ||
               asks_for(a, j->spot->step->kind == STEP_RECORD ? j->spot->step->ref.remote_id
                                                              : weir_str(j->plain->have.remote_id));
    case JUDGE_LATER:
        return rc == WEIR_E_LATER || (rc == WEIR_E_LIMIT && j->spot->step->kind == STEP_ACT);
    case JUDGE_LIMIT:
        return rc == WEIR_E_LIMIT || rc == WEIR_E_LATER || rc == WEIR_E_INVALID;
    case JUDGE_BROKEN:
        return rc == WEIR_E_LATER || rc == WEIR_E_INVALID;
    }
    return false;
}

static const char *wanted(enum judge_want want)
{
    static const char *const words[] = {
        [JUDGE_AUTH] = "WEIR_E_AUTH (or WEIR_E_PERMISSION when renewed credentials were refused, too)",
        [JUDGE_PERMISSION] = "WEIR_E_PERMISSION or WEIR_E_AUTH",
        [JUDGE_GONE] = "another code: this request does not ask for the record alone",
        [JUDGE_LATER] = "WEIR_E_LATER",
        [JUDGE_LIMIT] = "WEIR_E_LIMIT, WEIR_E_LATER or WEIR_E_INVALID",
        [JUDGE_BROKEN] = "WEIR_E_LATER or WEIR_E_INVALID",
    };

    return words[want];
}

/* The message has to lead an operator to the request: its status, and its method or a piece of its path. */
static void judge_message(const struct judged *j)
{
    const struct answers *a = &j->trial->answers;
    struct weir_str message = weir_str(j->trial->border.err.message);
    struct weir_str url = buf_str(&a->hit_url);
    char status[16];
    char what[300];
    bool named = holds_word(message, weir_str(a->hit_method));

    (void)snprintf(what, sizeof what, "%s for %s %.*s", j->fault->name, a->hit_method,
                   url.len < 200 ? (int)url.len : 200, url.data);
    judge_words(j->spot, j->trial, what);
    for (size_t at = 0; at < url.len && url.data[at] != '?'; at++) {
        size_t len = 0;

        while (at + len < url.len && isalpha((unsigned char)url.data[at + len])) {
            len++;
        }
        named = named || (len > 3 && at > 8 && holds_word(message, weir_str_n(url.data + at, len)));
        at += len;
    }
    (void)snprintf(status, sizeof status, "%d", j->fault->status);
    /* Of credentials that are refused, or of what is not offered, the message says more than a request does.
     */
    if (message.len == 0 || a->strangers > 0 || j->fault->code != 0 || j->trial->border.rc == WEIR_E_AUTH ||
        j->trial->border.rc == WEIR_E_UNSUPPORTED) {
        return;
    }
    if (j->fault->status >= 400 && !holds_word(message, weir_str(status))) {
        judge_fail(j, "its message does not say the status");
    } else if (!named) {
        judge_fail(j, "its message does not say which request it was");
    }
}

static size_t asked_most(const struct judged *j)
{
    const struct answers *a = &j->trial->answers;
    enum step_kind kind = j->spot->step->kind;

    if (j->want == JUDGE_AUTH) {
        return 2;
    }
    /* What was asked for once is done once: after a failure nobody knows whether it was. */
    return (kind == STEP_ACT || kind == STEP_PASS) && !a->hit_apart && !answers_method_is_safe(a->hit_method)
               ? 1
               : ASKED_MAX;
}

static void judge_result(const struct judged *j, int rc)
{
    if (rc > 0 || rc < WEIR_E_STOPPING) {
        judge_fail(j, "it returned %d, which is no code of the contract", rc);
    } else if (j->spot->step->kind == STEP_PASS) {
        judge_passed(j, rc);
    } else if (rc == 0) {
        if (j->spot->step->kind == STEP_ACT) {
            judge_acted(j);
        } else {
            judge_success(j);
        }
    } else if (!judge_allows(j, rc)) {
        judge_fail(j, "it ended with %s; what belongs there is %s", case_code_word(rc), wanted(j->want));
    } else if (rc != j->plain->rc) {
        judge_message(j);
    }
}

void judge(const struct judged *j)
{
    const struct answers *a = &j->trial->answers;

    judge_result(j, j->trial->border.rc);
    if (a->hit > asked_most(j)) {
        judge_fail(j, "it asked %zu times", a->hit);
    }
    if ((j->want == JUDGE_LATER || j->want == JUDGE_LIMIT || j->want == JUDGE_BROKEN) &&
        a->writes_behind > 0 && answers_method_is_safe(a->hit_method)) {
        judge_fail(j, "it goes on to change something at the tool without knowing what is there");
    }
}

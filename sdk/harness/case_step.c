#include "case_internal.h"

#include "base/datetime.h"

static const char *const kind_words[] = {[STEP_DELIVER] = "deliver", [STEP_RECORD] = "record",
                                         [STEP_LIST] = "list",       [STEP_MISSED] = "missed",
                                         [STEP_ENSURE] = "ensure",   [STEP_INSPECT] = "inspect",
                                         [STEP_REMOVE] = "remove",   [STEP_ACT] = "act",
                                         [STEP_PASS] = "pass",       NULL};

bool texts_read(struct weir_str **out, size_t *count, const struct place *at, const json_t *list)
{
    const json_t *item;
    size_t i;

    *count = json_array_size(list);
    *out = arena_alloc(at->arena, *count, sizeof **out);
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item)) {
            struct place inner = place_nth(at, i);

            place_fail(&inner, "has to be a text");
            return false;
        }
        (*out)[i] = weir_str_n(json_string_value(item), json_string_length(item));
    }
    return true;
}

bool time_read(int64_t *ms, const struct place *at, const json_t *value)
{
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        *ms = (int64_t)json_integer_value(value);
        return true;
    }
    if (json_is_string(value) &&
        datetime_parse(ms, weir_str_n(json_string_value(value), json_string_length(value)))) {
        return true;
    }
    place_fail(at, "has to be a time: \"2026-03-02T09:15:10Z\", or Unix milliseconds");
    return false;
}

/* ---- what the kinds of steps ask ---- */

static bool record_read(struct case_step *out, const struct place *at, const json_t *value)
{
    static const struct key_spec specs[] = {{"model", KEY_TEXT, true},
                                            {"remote_id", KEY_TEXT, true},
                                            {"hint", KEY_TEXT, false},
                                            {NULL, 0, false}};

    if (!keys_check(at, value, specs)) {
        return false;
    }
    out->ref.model = member_text(value, "model");
    out->ref.remote_id = member_text(value, "remote_id");
    out->ref.hint = member_text(value, "hint");
    return true;
}

static bool listing_read(struct case_step *out, const struct place *at, const json_t *value)
{
    static const struct key_spec list_specs[] = {{"model", KEY_TEXT, true},
                                                 {"since", KEY_TEXT | KEY_INTEGER, false},
                                                 {"cursor", KEY_TEXT, false},
                                                 {"pages", KEY_BOOL, false},
                                                 {NULL, 0, false}};
    static const struct key_spec missed_specs[] = {{"since", KEY_TEXT | KEY_INTEGER, true},
                                                   {"cursor", KEY_TEXT, false},
                                                   {"pages", KEY_BOOL, false},
                                                   {NULL, 0, false}};
    const json_t *since = json_object_get(value, "since");
    struct place of_since = place_key(at, "since");

    if (!keys_check(at, value, out->kind == STEP_LIST ? list_specs : missed_specs)) {
        return false;
    }
    out->model = member_text(value, "model");
    out->cursor = member_text(value, "cursor");
    out->pages = json_is_true(json_object_get(value, "pages"));
    return since == NULL || time_read(&out->since_ms, &of_since, since);
}

static bool want_read(struct case_step *out, const struct place *at, const json_t *value)
{
    static const struct key_spec specs[] = {{"callback_url", KEY_TEXT, false},
                                            {"secret", KEY_TEXT, false},
                                            {"label", KEY_TEXT, false},
                                            {"events", KEY_ARRAY, false},
                                            {NULL, 0, false}};
    const json_t *events = json_object_get(value, "events");
    struct place of_events = place_key(at, "events");

    if (!keys_check(at, value, specs)) {
        return false;
    }
    out->want.callback_url = member_text(value, "callback_url");
    out->want.secret = member_text(value, "secret");
    out->want.label = member_text(value, "label");
    out->want.has_events = events != NULL;
    return events == NULL || texts_read(&out->want.events, &out->want.event_count, &of_events, events);
}

static bool act_read(struct case_step *out, const struct test_case *c, const struct place *at,
                     const json_t *value)
{
    static const struct key_spec specs[] = {
        {"action", KEY_TEXT, true}, {"input", KEY_OBJECT, true}, {NULL, 0, false}};
    struct place of_input = place_key(at, "input");

    if (!keys_check(at, value, specs)) {
        return false;
    }
    out->action = member_text(value, "action");
    return body_read(&out->input, &of_input, c->folder, json_object_get(value, "input"));
}

static bool pass_read(struct case_step *out, const struct test_case *c, const struct place *at,
                      const json_t *value)
{
    static const struct key_spec specs[] = {
        {"api", KEY_TEXT, true},  {"method", KEY_TEXT, false},
        {"path", KEY_TEXT, true}, {"headers", KEY_OBJECT | KEY_ARRAY, false},
        {"body", KEY_ANY, false}, {NULL, 0, false}};
    struct place of_headers = place_key(at, "headers");
    struct place of_body = place_key(at, "body");
    struct weir_header *headers = NULL;
    struct body body = {.kind = BODY_NONE};

    if (!keys_check(at, value, specs) ||
        !headers_read(&headers, &out->pass.header_count, NULL, NULL, &of_headers,
                      json_object_get(value, "headers")) ||
        !body_read(&body, &of_body, c->folder, json_object_get(value, "body"))) {
        return false;
    }
    for (size_t i = 0; i < out->pass.header_count; i++) {
        if (headers[i].value.data == NULL) {
            place_fail(&of_headers, "a header that is sent has to be a text");
            return false;
        }
    }
    out->pass.api = member_text(value, "api");
    out->pass.method = member_text(value, "method");
    out->pass.method = out->pass.method.data != NULL ? out->pass.method : weir_str("GET");
    out->pass.path = member_text(value, "path");
    out->pass.headers = headers;
    out->pass.body = body.bytes;
    return true;
}

static bool asked_read(struct case_step *out, const struct test_case *c, const struct place *at,
                       const json_t *value)
{
    switch (out->kind) {
    case STEP_DELIVER:
        return delivery_read(&out->delivery, c, at, value);
    case STEP_RECORD:
        return record_read(out, at, value);
    case STEP_LIST:
    case STEP_MISSED:
        return listing_read(out, at, value);
    case STEP_ACT:
        return act_read(out, c, at, value);
    case STEP_PASS:
        return pass_read(out, c, at, value);
    case STEP_ENSURE:
    case STEP_INSPECT:
    case STEP_REMOVE:
        break;
    }
    return want_read(out, at, value);
}

/* ---- a step ---- */

/* The one key that says what is done; NULL: there is none, or more than one, which was found. */
static const json_t *kind_read(enum step_kind *kind, const struct place *at, const json_t *value)
{
    const json_t *found = NULL;

    for (int i = STEP_DELIVER; i <= STEP_PASS; i++) {
        const json_t *asked = json_object_get(value, kind_words[i]);

        if (asked != NULL && found != NULL) {
            place_fail(at, "a step is one call: %s and %s are two", kind_words[*kind], kind_words[i]);
            return NULL;
        }
        if (asked != NULL) {
            *kind = (enum step_kind)i;
            found = asked;
        }
    }
    if (found == NULL) {
        place_fail(at,
                   "a step needs one of deliver, record, list, missed, ensure, inspect, remove, act, pass");
    }
    return found;
}

static const char *title_of(const struct case_step *step, size_t n, const struct place *at)
{
    switch (step->kind) {
    case STEP_RECORD:
        return arena_printf(at->arena, "step %zu (record %.*s %.*s)", n + 1, WEIR_STR_ARG(step->ref.model),
                            WEIR_STR_ARG(step->ref.remote_id));
    case STEP_LIST:
        return arena_printf(at->arena, "step %zu (list %.*s)", n + 1, WEIR_STR_ARG(step->model));
    case STEP_ACT:
        return arena_printf(at->arena, "step %zu (act %.*s)", n + 1, WEIR_STR_ARG(step->action));
    case STEP_PASS:
        return arena_printf(at->arena, "step %zu (pass %.*s %.*s)", n + 1, WEIR_STR_ARG(step->pass.method),
                            step->pass.path.len < 200 ? (int)step->pass.path.len : 200, step->pass.path.data);
    case STEP_DELIVER:
    case STEP_MISSED:
    case STEP_ENSURE:
    case STEP_INSPECT:
    case STEP_REMOVE:
        break;
    }
    return arena_printf(at->arena, "step %zu (%s)", n + 1, kind_words[step->kind]);
}

bool step_read(struct case_step *out, const struct test_case *c, size_t n, const struct place *at,
               const json_t *value)
{
    static const struct key_spec specs[] = {{"deliver", KEY_OBJECT, false},
                                            {"record", KEY_OBJECT, false},
                                            {"list", KEY_OBJECT, false},
                                            {"missed", KEY_OBJECT, false},
                                            {"ensure", KEY_OBJECT, false},
                                            {"inspect", KEY_OBJECT, false},
                                            {"remove", KEY_OBJECT, false},
                                            {"act", KEY_OBJECT, false},
                                            {"pass", KEY_OBJECT, false},
                                            {"exchanges", KEY_ARRAY, false},
                                            {"expect", KEY_OBJECT, false},
                                            {"now", KEY_TEXT | KEY_INTEGER, false},
                                            {"restart", KEY_BOOL, false},
                                            {"comment", KEY_TEXT, false},
                                            {NULL, 0, false}};
    struct place of_exchanges = place_key(at, "exchanges");
    struct place of_expect = place_key(at, "expect");
    struct place of_want = place_key(&of_expect, "body");
    struct place of_now = place_key(at, "now");
    const json_t *now = json_object_get(value, "now");
    const json_t *asked = NULL;
    struct place of_asked;
    bool good;

    out->path = at->path;
    good = keys_check(at, value, specs);
    if (!json_is_object(value)) {
        return false;
    }
    asked = kind_read(&out->kind, at, value);
    if (asked == NULL) {
        return false;
    }
    of_asked = place_key(at, kind_words[out->kind]);
    good = asked_read(out, c, &of_asked, asked) && good;
    out->title = title_of(out, n, at);
    out->restart = json_is_true(json_object_get(value, "restart"));
    out->expect = json_object_get(value, "expect");
    good = (now == NULL || time_read(&out->now_ms, &of_now, now)) && good;
    good = exchanges_read(&out->exchanges, &of_exchanges, c->folder, json_object_get(value, "exchanges")) &&
           good;
    if (out->kind == STEP_PASS) {
        good = body_read(&out->want_body, &of_want, c->folder, json_object_get(out->expect, "body")) && good;
    }
    return (out->expect == NULL || expect_check(&of_expect, out->kind, out->expect)) && good;
}

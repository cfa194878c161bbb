/*
 * case_expect: the keys of what a case expects.
 *
 * All is checked here, so that a mistyped key cannot turn a comparison off.
 */
#include "case_internal.h"

static const struct key_spec of_delivery[] = {
    {"verdict", KEY_TEXT, false}, {"status", KEY_INTEGER, false},    {"dedup", KEY_TEXT, false},
    {"body", KEY_TEXT, false},    {"content_type", KEY_TEXT, false}, {"reason", KEY_TEXT, false},
    {"events", KEY_ARRAY, false}, {"code", KEY_TEXT, false},         {"message", KEY_TEXT, false},
    {"log", KEY_ARRAY, false},    {"state", KEY_OBJECT, false},      {NULL, 0, false}};
static const struct key_spec of_record[] = {
    {"code", KEY_TEXT, false},          {"message", KEY_TEXT, false},
    {"records", KEY_ARRAY, false},      {"gone", KEY_ARRAY, false},
    {"placeholders", KEY_ARRAY, false}, {"complete", KEY_ARRAY, false},
    {"state", KEY_OBJECT, false},       {"log", KEY_ARRAY, false},
    {"repairs", KEY_ARRAY, false},      {NULL, 0, false}};
static const struct key_spec of_list[] = {{"code", KEY_TEXT, false},
                                          {"message", KEY_TEXT, false},
                                          {"records", KEY_ARRAY, false},
                                          {"gone", KEY_ARRAY, false},
                                          {"placeholders", KEY_ARRAY, false},
                                          {"complete", KEY_ARRAY, false},
                                          {"state", KEY_OBJECT, false},
                                          {"log", KEY_ARRAY, false},
                                          {"next", KEY_TEXT | KEY_NULL, false},
                                          {"repairs", KEY_ARRAY, false},
                                          {NULL, 0, false}};
static const struct key_spec of_missed[] = {{"code", KEY_TEXT, false},
                                            {"message", KEY_TEXT, false},
                                            {"events", KEY_ARRAY, false},
                                            {"state", KEY_OBJECT, false},
                                            {"log", KEY_ARRAY, false},
                                            {"next", KEY_TEXT | KEY_NULL, false},
                                            {NULL, 0, false}};
static const struct key_spec of_subscription[] = {
    {"code", KEY_TEXT, false},    {"message", KEY_TEXT, false}, {"subscription", KEY_OBJECT, false},
    {"state", KEY_OBJECT, false}, {"log", KEY_ARRAY, false},    {NULL, 0, false}};
static const struct key_spec of_remove[] = {{"code", KEY_TEXT, false},
                                            {"message", KEY_TEXT, false},
                                            {"state", KEY_OBJECT, false},
                                            {"log", KEY_ARRAY, false},
                                            {NULL, 0, false}};
static const struct key_spec of_act[] = {
    {"code", KEY_TEXT, false},          {"message", KEY_TEXT, false},   {"records", KEY_ARRAY, false},
    {"gone", KEY_ARRAY, false},         {"touched", KEY_ARRAY, false},  {"warnings", KEY_ARRAY, false},
    {"placeholders", KEY_ARRAY, false}, {"complete", KEY_ARRAY, false}, {"state", KEY_OBJECT, false},
    {"log", KEY_ARRAY, false},          {"repairs", KEY_ARRAY, false},  {NULL, 0, false}};
static const struct key_spec of_pass[] = {
    {"code", KEY_TEXT, false},      {"message", KEY_TEXT, false},   {"url", KEY_TEXT, false},
    {"status", KEY_INTEGER, false}, {"headers", KEY_OBJECT, false}, {"body", KEY_ANY, false},
    {"state", KEY_OBJECT, false},   {"log", KEY_ARRAY, false},      {NULL, 0, false}};

static const struct key_spec *const of_kind[] = {
    [STEP_DELIVER] = of_delivery,    [STEP_RECORD] = of_record,
    [STEP_LIST] = of_list,           [STEP_MISSED] = of_missed,
    [STEP_ENSURE] = of_subscription, [STEP_INSPECT] = of_subscription,
    [STEP_REMOVE] = of_remove,       [STEP_ACT] = of_act,
    [STEP_PASS] = of_pass,
};

static const struct key_spec an_event[] = {{"type", KEY_TEXT, true},
                                           {"upstream_id", KEY_TEXT | KEY_NULL, false},
                                           {"occurred_at", KEY_TEXT | KEY_INTEGER | KEY_NULL, false},
                                           {"refs", KEY_ARRAY, false},
                                           {NULL, 0, false}};
static const struct key_spec a_ref[] = {
    {"model", KEY_TEXT, true}, {"remote_id", KEY_TEXT, true}, {"hint", KEY_TEXT, false}, {NULL, 0, false}};
static const struct key_spec a_record[] = {
    {"model", KEY_TEXT, true}, {"remote_id", KEY_TEXT, true}, {"json", KEY_OBJECT, false}, {NULL, 0, false}};
static const struct key_spec a_gone[] = {
    {"model", KEY_TEXT, true}, {"remote_id", KEY_TEXT, true}, {NULL, 0, false}};
static const struct key_spec a_complete[] = {
    {"model", KEY_TEXT, true}, {"field", KEY_TEXT, true}, {"parent_id", KEY_TEXT, true}, {NULL, 0, false}};
static const struct key_spec a_subscription[] = {{"state", KEY_TEXT, false},
                                                 {"changed", KEY_BOOL, false},
                                                 {"remote_id", KEY_TEXT, false},
                                                 {"detail", KEY_TEXT, false},
                                                 {NULL, 0, false}};

static bool check_word(const struct place *at, const json_t *expect, const char *key,
                       const char *const *words)
{
    const char *word = json_string_value(json_object_get(expect, key));
    struct place inner = place_key(at, key);

    if (word == NULL) {
        return true;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    place_unknown(&inner, key, word, words);
    return false;
}

static bool check_list(const struct place *at, const json_t *expect, const char *key,
                       const struct key_spec *specs)
{
    struct place list = place_key(at, key);
    const json_t *item;
    bool good = true;
    size_t i;

    json_array_foreach(json_object_get(expect, key), i, item)
    {
        struct place inner = place_nth(&list, i);

        good = keys_check(&inner, item, specs) && good;
        if (specs == an_event) {
            const json_t *at_time = json_object_get(item, "occurred_at");
            struct place of_time = place_key(&inner, "occurred_at");
            int64_t ms;

            good = check_list(&inner, item, "refs", a_ref) && good;
            good = (at_time == NULL || json_is_null(at_time) || time_read(&ms, &of_time, at_time)) && good;
        }
    }
    return good;
}

static bool check_texts(const struct place *at, const json_t *expect, const char *key)
{
    struct place inner = place_key(at, key);
    struct weir_str *texts;
    size_t count;

    return texts_read(&texts, &count, &inner, json_object_get(expect, key));
}

static bool check_state(const struct place *at, const json_t *expect)
{
    struct place inner = place_key(at, "state");
    const char *key;
    json_t *value;

    json_object_foreach(json_object_get(expect, "state"), key, value)
    {
        if (!json_is_string(value) && !json_is_null(value)) {
            place_fail(&inner, "%s has to be a text, or null where there is to be none", key);
            return false;
        }
    }
    return true;
}

static bool check_headers(const struct place *at, const json_t *expect)
{
    struct place inner = place_key(at, "headers");
    const char *name;
    json_t *value;

    json_object_foreach(json_object_get(expect, "headers"), name, value)
    {
        if (!json_is_string(value) && !json_is_null(value)) {
            place_fail(&inner, "%s has to be a text, or null where there is to be none", name);
            return false;
        }
    }
    return true;
}

bool expect_check(const struct place *at, enum step_kind kind, const json_t *expect)
{
    static const char *const verdicts[] = {"accept", "refuse", "answer", NULL};
    static const char *const states[] = {"none",         "pending", "active", "needs_permission",
                                         "manual_setup", "failed",  NULL};
    const json_t *subscription = json_object_get(expect, "subscription");
    struct place of_sub = place_key(at, "subscription");
    bool good = keys_check(at, expect, of_kind[kind]);

    if (!good) {
        return false;
    }
    good = check_word(at, expect, "verdict", verdicts) && good;
    good = check_word(at, expect, "code", case_code_words) && good;
    good = check_list(at, expect, "events", an_event) && good;
    good = check_list(at, expect, "records", a_record) && good;
    good = check_list(at, expect, "placeholders", a_record) && good;
    good = check_list(at, expect, "gone", a_gone) && good;
    good = check_list(at, expect, "complete", a_complete) && good;
    good = check_list(at, expect, "touched", a_ref) && good;
    good = check_texts(at, expect, "warnings") && good;
    good = check_headers(at, expect) && good;
    good = check_texts(at, expect, "log") && good;
    good = check_texts(at, expect, "repairs") && good;
    good = check_state(at, expect) && good;
    if (subscription != NULL) {
        good = keys_check(&of_sub, subscription, a_subscription) && good;
        good = good && check_word(&of_sub, subscription, "state", states);
    }
    return good;
}

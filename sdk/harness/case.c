#include "case.h"

#include "base/datetime.h"
#include "case_internal.h"

#include <stdlib.h>
#include <sys/stat.h>

#define NOW_DEFAULT INT64_C(1772442910000) /* 2026-03-02T09:15:10Z */

const char *const case_code_words[] = {"0",
                                       "WEIR_E_NONE",
                                       "WEIR_E_LATER",
                                       "WEIR_E_AUTH",
                                       "WEIR_E_PERMISSION",
                                       "WEIR_E_REJECT",
                                       "WEIR_E_INVALID",
                                       "WEIR_E_UNSUPPORTED",
                                       "WEIR_E_LIMIT",
                                       "WEIR_E_MEMORY",
                                       "WEIR_E_IO",
                                       "WEIR_E_CONFIG",
                                       "WEIR_E_STOPPING",
                                       NULL};

bool case_code(int *code, const char *word)
{
    for (int i = 0; case_code_words[i] != NULL; i++) {
        if (strcmp(case_code_words[i], word) == 0) {
            *code = -i;
            return true;
        }
    }
    return false;
}

const char *case_code_word(int code)
{
    return code <= 0 && code >= WEIR_E_STOPPING ? case_code_words[-code] : "an unknown code";
}

const char *case_name(struct arena *arena, const char *path)
{
    size_t len = strlen(path);
    const char *slash;

    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    slash = memrchr(path, '/', len);
    if (slash != NULL) {
        len -= (size_t)(slash - path) + 1;
        path = slash + 1;
    }
    if (len > 5 && memcmp(path + len - 5, ".json", 5) == 0) {
        len -= 5;
    }
    return arena_text(arena, weir_str_n(path, len));
}

/* ---- the parts of the top ---- */

static bool settings_read(struct test_case *c, const struct place *at, const json_t *settings)
{
    const char *key;
    json_t *value;

    c->settings = arena_alloc(at->arena, json_object_size(settings), sizeof *c->settings);
    json_object_foreach((json_t *)(uintptr_t)settings, key, value)
    {
        struct place inner = place_key(at, key);
        struct weir_bytes bytes;

        if (!json_is_string(value)) {
            place_fail(&inner, "a setting has to be a text");
            return false;
        }
        if (!text_read(&bytes, &inner, c->folder, value)) {
            return false;
        }
        c->settings[c->setting_count].key = key;
        c->settings[c->setting_count++].value =
            arena_text(at->arena, weir_str_n((const char *)bytes.data, bytes.len));
    }
    return true;
}

static bool state_read(struct test_case *c, const struct place *at, const json_t *state)
{
    const char *key;
    json_t *value;

    c->state = arena_alloc(at->arena, json_object_size(state), sizeof *c->state);
    json_object_foreach((json_t *)(uintptr_t)state, key, value)
    {
        struct place inner = place_key(at, key);
        struct body body;

        if (!body_read(&body, &inner, c->folder, value)) {
            return false;
        }
        c->state[c->state_count].key = weir_str(key);
        c->state[c->state_count++].value = body.bytes;
    }
    return true;
}

static bool scope_check(const struct place *at, const json_t *scope)
{
    const char *model;
    json_t *value;
    bool good = true;

    json_object_foreach((json_t *)(uintptr_t)scope, model, value)
    {
        struct place inner = place_key(at, model);
        const char *word = json_string_value(value);
        struct weir_str *fields;
        size_t count;

        if (word != NULL ? strcmp(word, "all") != 0 && strcmp(word, "disabled") != 0
                         : !json_is_array(value)) {
            place_fail(&inner, "has to be \"all\", \"disabled\" or a list of fields");
            good = false;
        } else if (word == NULL) {
            good = texts_read(&fields, &count, &inner, value) && good;
        }
    }
    return good;
}

static bool steps_read(struct test_case *c, const struct place *at, const json_t *steps)
{
    const json_t *item;
    bool good = true;
    size_t i;

    if (json_array_size(steps) == 0 || json_array_size(steps) > CASE_ITEMS_MAX) {
        place_fail(at, "a case has at least one step, and at most %d", CASE_ITEMS_MAX);
        return false;
    }
    c->step_count = json_array_size(steps);
    c->steps = arena_alloc(at->arena, c->step_count, sizeof *c->steps);
    json_array_foreach(steps, i, item)
    {
        struct place inner = place_nth(at, i);

        good = step_read(&c->steps[i], c, i, &inner, item) && good;
    }
    return good;
}

static bool top_read(struct test_case *c, const struct place *at)
{
    static const struct key_spec specs[] = {{"title", KEY_TEXT, true},
                                            {"settings", KEY_OBJECT, false},
                                            {"base_url", KEY_TEXT, false},
                                            {"now", KEY_TEXT | KEY_INTEGER, false},
                                            {"secrets", KEY_ARRAY, false},
                                            {"state", KEY_OBJECT, false},
                                            {"scope", KEY_OBJECT, false},
                                            {"exchanges", KEY_ARRAY, false},
                                            {"steps", KEY_ARRAY, true},
                                            {"comment", KEY_TEXT, false},
                                            {NULL, 0, false}};
    struct place of_settings = place_key(at, "settings");
    struct place of_now = place_key(at, "now");
    struct place of_secrets = place_key(at, "secrets");
    struct place of_state = place_key(at, "state");
    struct place of_scope = place_key(at, "scope");
    struct place of_exchanges = place_key(at, "exchanges");
    struct place of_steps = place_key(at, "steps");
    const json_t *now = json_object_get(c->root, "now");
    bool good;

    if (!keys_check(at, c->root, specs)) {
        return false;
    }
    c->title = json_string_value(json_object_get(c->root, "title"));
    c->base_url = json_string_value(json_object_get(c->root, "base_url"));
    c->scope = json_object_get(c->root, "scope");
    c->now_ms = NOW_DEFAULT;
    good = settings_read(c, &of_settings, json_object_get(c->root, "settings"));
    good = (now == NULL || time_read(&c->now_ms, &of_now, now)) && good;
    good =
        texts_read(&c->secrets, &c->secret_count, &of_secrets, json_object_get(c->root, "secrets")) && good;
    good = state_read(c, &of_state, json_object_get(c->root, "state")) && good;
    good = scope_check(&of_scope, c->scope) && good;
    good =
        exchanges_read(&c->always, &of_exchanges, c->folder, json_object_get(c->root, "exchanges")) && good;
    return steps_read(c, &of_steps, json_object_get(c->root, "steps")) && good;
}

/* ---- the file ---- */

json_t *case_document(const char *path, struct findings *f)
{
    struct arena arena = {NULL};
    struct place at = {.file = path, .path = "", .f = f, .arena = &arena};
    struct weir_bytes text;
    json_error_t where;
    json_t *root = NULL;

    if (file_read(&text, &at, path)) {
        root = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, &where);
        if (root == NULL) {
            findings_add(f, path, "line %d, column %d: %s", where.line, where.column, where.text);
        }
    }
    arena_fini(&arena);
    return root;
}

json_t *case_of_settings(json_t *document)
{
    if (json_is_object(document) && json_object_get(document, "steps") == NULL &&
        json_object_get(document, "settings") == NULL) {
        return json_pack("{s:o}", "settings", document);
    }
    return document;
}

const struct case_step *case_add_step(struct test_case *c, json_t *value, struct findings *f)
{
    json_t *steps = json_object_get(c->root, "steps");
    struct place at = {.file = c->file, .path = "steps", .f = f, .arena = &c->arena};
    size_t n = json_array_size(steps);
    struct place inner = place_nth(&at, n);
    struct case_step *step = arena_alloc(&c->arena, 1, sizeof *step);

    (void)json_array_append_new(steps, value);
    return step_read(step, c, n, &inner, value) ? step : NULL;
}

struct test_case *case_take_document(json_t *root, const char *path, struct findings *f)
{
    struct test_case *c = must_calloc(1, sizeof *c);
    struct place at = {.path = "", .f = f, .arena = &c->arena};
    const char *slash = strrchr(path, '/');

    c->root = root;
    c->name = case_name(&c->arena, path);
    c->file = arena_text(&c->arena, weir_str(path));
    c->folder = slash != NULL ? arena_text(&c->arena, weir_str_n(path, (size_t)(slash - path))) : ".";
    at.file = c->file;
    if (!top_read(c, &at)) {
        case_free(c);
        return NULL;
    }
    return c;
}

struct test_case *case_read(const char *path, struct findings *f)
{
    struct arena arena = {NULL};
    struct test_case *c = NULL;
    const char *file = path;
    json_t *root;
    struct stat st;

    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        file = arena_printf(&arena, "%s/case.json", path);
    }
    root = case_document(file, f);
    if (root != NULL) {
        c = case_take_document(root, file, f);
    }
    if (c != NULL) {
        c->name = case_name(&c->arena, path);
    }
    arena_fini(&arena);
    return c;
}

void case_free(struct test_case *c)
{
    if (c == NULL) {
        return;
    }
    json_decref(c->root);
    arena_fini(&c->arena);
    free(c);
}

#include "keys.h"

#include "config/nearest.h"

#define KNOWN_MAX 512

struct place place_key(const struct place *at, const char *key)
{
    struct place inner = *at;

    inner.path = arena_printf(at->arena, "%s%s%s", at->path, at->path[0] != '\0' ? "." : "", key);
    return inner;
}

struct place place_nth(const struct place *at, size_t n)
{
    struct place inner = *at;

    inner.path = arena_printf(at->arena, "%s[%zu]", at->path, n);
    return inner;
}

void place_fail(const struct place *at, const char *format, ...)
{
    char what[1024];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    findings_add(at->f, at->file, "%s%s%s", at->path, at->path[0] != '\0' ? ": " : "", what);
}

void place_unknown(const struct place *at, const char *what, const char *word, const char *const *known)
{
    struct nearest near;
    char list[KNOWN_MAX] = "";
    size_t len = 0;

    nearest_init(&near, word);
    for (size_t i = 0; known[i] != NULL; i++) {
        nearest_try(&near, known[i]);
        if (len < sizeof list) {
            len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i > 0 ? ", " : "", known[i]);
        }
    }
    if (nearest_best(&near) != NULL) {
        place_fail(at, "there is no %s %s; did you mean %s?", what, word, nearest_best(&near));
    } else {
        place_fail(at, "there is no %s %s; there is: %s", what, word, list[0] != '\0' ? list : "none");
    }
}

static int kind_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return KEY_TEXT;
    case JSON_INTEGER:
        return KEY_INTEGER;
    case JSON_REAL:
        return KEY_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return KEY_BOOL;
    case JSON_OBJECT:
        return KEY_OBJECT;
    case JSON_ARRAY:
        return KEY_ARRAY;
    case JSON_NULL:
        break;
    }
    return KEY_NULL;
}

static const char *kinds_text(char out[160], int kinds)
{
    static const char *const words[] = {"a text", "a whole number", "true or false", "an object",
                                        "a list", "null",           "a number"};
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((kinds & 1 << i) != 0) {
            len += (size_t)snprintf(out + len, 160 - len, "%s%s", len > 0 ? " or " : "", words[i]);
        }
    }
    return out;
}

static void unknown_key(const struct place *at, const char *key, const struct key_spec *specs)
{
    const char *known[64];
    struct place inner = place_key(at, key);
    size_t count = 0;

    for (; specs[count].name != NULL && count < 63; count++) {
        known[count] = specs[count].name;
    }
    known[count] = NULL;
    place_unknown(&inner, "key", key, known);
}

static bool check_one(const struct place *at, const char *key, const json_t *value,
                      const struct key_spec *specs)
{
    char kinds[160];

    for (size_t i = 0; specs[i].name != NULL; i++) {
        if (strcmp(specs[i].name, key) != 0) {
            continue;
        }
        if ((kind_of(value) & specs[i].kinds) == 0) {
            struct place inner = place_key(at, key);

            place_fail(&inner, "has to be %s", kinds_text(kinds, specs[i].kinds));
            return false;
        }
        return true;
    }
    unknown_key(at, key, specs);
    return false;
}

bool keys_check(const struct place *at, const json_t *value, const struct key_spec *specs)
{
    bool good = true;
    const char *key;
    json_t *member;

    if (!json_is_object(value)) {
        place_fail(at, "has to be an object");
        return false;
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        good = check_one(at, key, member, specs) && good;
    }
    for (size_t i = 0; specs[i].name != NULL; i++) {
        if (specs[i].required && json_object_get(value, specs[i].name) == NULL) {
            place_fail(at, "the key %s is missing", specs[i].name);
            good = false;
        }
    }
    return good;
}

#include "watchlist.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#define WATCHED_MAX 1024
#define TEXT_LEAST 6
#define DIGITS_LEAST 7 /* of a telephone number */

void watchlist_init(struct watchlist *l)
{
    memset(l, 0, sizeof *l);
    l->list = must_calloc(WATCHED_MAX, sizeof *l->list);
}

void watchlist_fini(struct watchlist *l)
{
    free(l->list);
    arena_fini(&l->arena);
}

void watchlist_add(struct watchlist *l, int kind, struct weir_str text, const char *format, ...)
{
    char what[160];
    va_list args;

    if (text.len < TEXT_LEAST || l->count == WATCHED_MAX) {
        return;
    }
    for (size_t i = 0; i < l->count; i++) {
        if (weir_str_equal(l->list[i].text, text)) {
            return;
        }
    }
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    l->list[l->count++] = (struct watched){.kind = kind,
                                           .text = weir_str_n(arena_text(&l->arena, text), text.len),
                                           .what = arena_text(&l->arena, weir_str(what))};
}

/* ---- what is in a document ---- */

bool watchlist_is_secret_name(const char *name)
{
    static const char *const ends[] = {"token", "secret", "password", "api_key", "apikey", "private_key"};
    size_t len = strlen(name);

    /* Where the next page is found is no secret. */
    if (strcasestr(name, "page") != NULL || strcasestr(name, "next") != NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);

        if (len >= end && strcasecmp(name + len - end, ends[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_address(struct weir_str text)
{
    const char *at = text.len > 0 ? memchr(text.data, '@', text.len) : NULL;

    return at != NULL && at > text.data && memchr(text.data, ' ', text.len) == NULL &&
           memchr(text.data, '/', text.len) == NULL &&
           memchr(at, '.', text.len - (size_t)(at - text.data)) != NULL;
}

static bool is_number(const char *name, struct weir_str text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.len; i++) {
        digits += isdigit((unsigned char)text.data[i]) ? 1 : 0;
        if (!isdigit((unsigned char)text.data[i]) && strchr("+-()/ .", text.data[i]) == NULL) {
            return false;
        }
    }
    return digits >= DIGITS_LEAST &&
           (text.data[0] == '+' || strcasestr(name, "phone") != NULL || strcasestr(name, "mobile") != NULL);
}

static void add_named(struct watchlist *l, const char *name, const json_t *value, const char *what)
{
    const json_t *inner;
    const char *key;
    size_t i;
    struct weir_str text = weir_str_n(json_string_value(value), json_string_length(value));

    if (json_is_string(value)) {
        if (watchlist_is_secret_name(name)) {
            watchlist_add(l, WATCHED_SECRET, text, "%s of %s", name, what);
        } else if (is_address(text) || (text.len > 0 && is_number(name, text))) {
            watchlist_add(l, WATCHED_PERSONAL, text, "a personal value (%s) of %s", name, what);
        }
    }
    json_array_foreach(value, i, inner)
    {
        add_named(l, name, inner, what);
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, inner)
    {
        add_named(l, key, inner, what);
    }
}

void watchlist_add_json(struct watchlist *l, const json_t *value, const char *what)
{
    add_named(l, "", value, what);
}

/* ---- where it is said ---- */

const struct watched *watchlist_find(const struct watchlist *l, int kinds, struct weir_str text)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct watched *w = &l->list[i];

        if ((w->kind & kinds) != 0 && text.len >= w->text.len &&
            memmem(text.data, text.len, w->text.data, w->text.len) != NULL) {
            return w;
        }
    }
    return NULL;
}

const struct watched *watchlist_find_json(const struct watchlist *l, int kinds, const json_t *value)
{
    const struct watched *found = NULL;
    const json_t *inner;
    const char *key;
    size_t i;

    if (json_is_string(value)) {
        return watchlist_find(l, kinds, weir_str_n(json_string_value(value), json_string_length(value)));
    }
    json_array_foreach(value, i, inner)
    {
        found = found != NULL ? found : watchlist_find_json(l, kinds, inner);
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, inner)
    {
        found = found != NULL ? found : watchlist_find_json(l, kinds, inner);
    }
    return found;
}

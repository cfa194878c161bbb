#include "config/table.h"

#include "config/nearest.h"

#include <stdlib.h>

static void *member_of(const struct key *key, void *base)
{
    return (char *)base + key->offset;
}

/* ---- strings and lists ---- */

void table_strings_fini(struct config_strings *strings)
{
    for (size_t i = 0; i < strings->count; i++) {
        reader_secret_free(strings->items[i]);
    }
    free(strings->items);
    strings->items = NULL;
    strings->count = 0;
}

static bool strings_have(const struct config_strings *strings, const char *text)
{
    for (size_t i = 0; i < strings->count; i++) {
        if (strcmp(strings->items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static char *path_take(struct reader *rd, char *text)
{
    char *path = text != NULL ? source_path_dup(rd->source, text) : NULL;

    rd->no_memory = rd->no_memory || (text != NULL && path == NULL);
    free(text);
    return path;
}

static char *read_string_of(struct reader *rd, const struct key *key, config_setting_t *at)
{
    char *text;

    if (key->words != NULL) {
        int word = reader_word(rd, at, key->words);

        text = word >= 0 ? strdup(key->words[word]) : NULL;
        rd->no_memory = rd->no_memory || (word >= 0 && text == NULL);
        return text;
    }
    text = reader_text(rd, at, (key->flags & KEY_OPAQUE) != 0);
    if (text != NULL && key->check != NULL) {
        key->check(rd, at, text);
    }
    return (key->flags & KEY_PATHS) != 0 ? path_take(rd, text) : text;
}

static void read_strings(struct reader *rd, const struct key *key, config_setting_t *at,
                         struct config_strings *strings)
{
    int count = config_setting_length(at);

    if (!config_setting_is_array(at) && !config_setting_is_list(at)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write [ \"...\", \"...\" ]",
                      "must be an array of strings");
        return;
    }
    strings->items = reader_room(rd, at, sizeof *strings->items);
    for (int i = 0; strings->items != NULL && i < count; i++) {
        config_setting_t *element = config_setting_get_elem(at, (unsigned)i);
        char *text = read_string_of(rd, key, element);

        if (text != NULL && strings_have(strings, text)) {
            reader_report(rd, CONFIG_WARNING, element, NULL, "leave one of them out", "stands here twice");
            reader_secret_free(text);
        } else if (text != NULL) {
            strings->items[strings->count++] = text;
        }
    }
    if (strings->count == 0) {
        free(strings->items);
        strings->items = NULL;
    }
}

struct unique {
    const char *text;
    int at;
};

static int unique_compare(const void *a, const void *b)
{
    const struct unique *left = a;
    const struct unique *right = b;
    int by_text = strcmp(left->text, right->text);

    return by_text != 0 ? by_text : left->at - right->at;
}

static void check_unique(struct reader *rd, const struct key *items, const struct key *key,
                         config_setting_t *at, char *base, size_t count)
{
    struct unique *all = calloc(count, sizeof *all);
    size_t n = 0;

    if (all == NULL) {
        rd->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char *const *text = member_of(key, base + i * items->item_size);

        if (*text != NULL) {
            all[n].text = *text;
            all[n++].at = (int)i;
        }
    }
    qsort(all, n, sizeof *all, unique_compare);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(all[i - 1].text, all[i].text) == 0) {
            config_setting_t *again = config_setting_get_elem(at, (unsigned)all[i].at);
            struct source_line first;

            again = config_setting_get_member(again, key->name);
            first = source_place(rd->source, config_setting_get_elem(at, (unsigned)all[i - 1].at)->line);
            reader_report(rd, CONFIG_ERROR, again, NULL, "give each its own", "the same as in %s[%d] (%s:%d)",
                          items->name, all[i - 1].at, rd->source->files[first.file].path, first.line);
        }
    }
    free(all);
}

static void read_items(struct reader *rd, const struct key *key, config_setting_t *at, void *member)
{
    int count = config_setting_length(at);
    size_t items_count = 0;
    char *items;

    if (!config_setting_is_list(at) && !(config_setting_is_array(at) && count == 0)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write ( { ... }, { ... } )", "must be a list of groups");
        return;
    }
    items = reader_room(rd, at, key->item_size);
    if (items == NULL) {
        return;
    }
    /* Items and elements keep the same index, so that a later check finds the place of an item. */
    for (; items_count < (size_t)count; items_count++) {
        config_setting_t *element = config_setting_get_elem(at, (unsigned)items_count);

        if (!config_setting_is_group(element)) {
            reader_report(rd, CONFIG_ERROR, element, NULL, "write { key = value; ... }", "must be a group");
            continue;
        }
        table_read(rd, key->keys, element, items + items_count * key->item_size);
        if (key->done != NULL) {
            key->done(rd, element, items + items_count * key->item_size);
        }
    }
    for (const struct key *inner = key->keys; inner->name != NULL; inner++) {
        if ((inner->flags & KEY_UNIQUE) != 0) {
            check_unique(rd, key, inner, at, items, items_count);
        }
    }
    memcpy(member, &items, sizeof items);
    memcpy((char *)member + sizeof items, &items_count, sizeof items_count);
}

/* ---- groups ---- */

/* The group that has a key of this name; "" is the top of the file, NULL: none. */
static const char *home_of(const struct key *keys, const char *group, const char *name)
{
    for (const struct key *key = keys; key->name != NULL; key++) {
        if (strcmp(key->name, name) == 0) {
            return group;
        }
    }
    for (const struct key *key = keys; key->name != NULL; key++) {
        const char *home = key->keys != NULL ? home_of(key->keys, key->name, name) : NULL;

        if (home != NULL) {
            return home;
        }
    }
    return NULL;
}

static const char *home_cure(char out[READER_CURE], const struct reader *rd, const char *name)
{
    const char *home = home_of(rd->keys, "", name);

    if (home == NULL) {
        return NULL;
    }
    if (home[0] == '\0') {
        return "it belongs at the top of the file, outside any group";
    }
    (void)snprintf(out, READER_CURE, "it belongs in \"%s\"", home);
    return out;
}

static void check_known(struct reader *rd, const struct key *keys, config_setting_t *at)
{
    for (int i = 0; i < config_setting_length(at); i++) {
        config_setting_t *member = config_setting_get_elem(at, (unsigned)i);
        const char *name = config_setting_name(member);
        char cure[READER_CURE];
        struct nearest near;
        bool known = false;

        nearest_init(&near, name);
        for (const struct key *key = keys; key->name != NULL; key++) {
            known = known || strcmp(key->name, name) == 0;
            nearest_try(&near, key->name);
        }
        if (!known) {
            reader_report(rd, CONFIG_ERROR, member, NULL,
                          nearest_best(&near) != NULL ? reader_did_you_mean(cure, nearest_best(&near))
                                                      : home_cure(cure, rd, name),
                          "unknown key");
        }
    }
}

static void set_default(struct reader *rd, const struct key *key, void *base)
{
    void *member = member_of(key, base);
    int word = (int)key->number;
    bool yes = key->number != 0;
    char *text;

    switch (key->kind) {
    case KEY_TEXT:
    case KEY_SECRET:
    case KEY_PATH:
        text = key->text != NULL ? strdup(key->text) : NULL;
        rd->no_memory = rd->no_memory || (key->text != NULL && text == NULL);
        memcpy(member, &text, sizeof text);
        break;
    case KEY_INTEGER:
        memcpy(member, &key->number, sizeof key->number);
        break;
    case KEY_BOOL:
        memcpy(member, &yes, sizeof yes);
        break;
    case KEY_WORD:
        memcpy(member, &word, sizeof word);
        break;
    case KEY_GROUP:
        table_read(rd, key->keys, NULL, member);
        if (key->done != NULL) {
            key->done(rd, NULL, member);
        }
        break;
    case KEY_STRINGS:
    case KEY_ITEMS:
    case KEY_CUSTOM:
        break;
    }
}

static void read_group(struct reader *rd, const struct key *key, config_setting_t *at, void *member)
{
    if (!config_setting_is_group(at)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write { key = value; ... }", "must be a group");
        table_read(rd, key->keys, NULL, member);
        return;
    }
    table_read(rd, key->keys, at, member);
    if (key->done != NULL) {
        key->done(rd, at, member);
    }
}

static void read_text_member(struct reader *rd, const struct key *key, config_setting_t *at, void *member)
{
    char *text = reader_text(rd, at, key->kind == KEY_SECRET);

    if (text != NULL && key->check != NULL) {
        key->check(rd, at, text);
    }
    if (key->kind == KEY_PATH) {
        text = path_take(rd, text);
    }
    memcpy(member, &text, sizeof text);
}

static void read_member(struct reader *rd, const struct key *key, config_setting_t *at, void *base)
{
    void *member = member_of(key, base);
    int64_t number = key->number;
    bool yes = key->number != 0;
    int word;

    switch (key->kind) {
    case KEY_TEXT:
    case KEY_SECRET:
    case KEY_PATH:
        read_text_member(rd, key, at, member);
        break;
    case KEY_INTEGER:
        (void)reader_integer(rd, at, key->least, key->most, &number);
        memcpy(member, &number, sizeof number);
        break;
    case KEY_BOOL:
        (void)reader_bool(rd, at, &yes);
        memcpy(member, &yes, sizeof yes);
        break;
    case KEY_WORD:
        word = reader_word(rd, at, key->words);
        word = word >= 0 ? word : (int)key->number;
        memcpy(member, &word, sizeof word);
        break;
    case KEY_STRINGS:
        read_strings(rd, key, at, member);
        break;
    case KEY_GROUP:
        read_group(rd, key, at, member);
        break;
    case KEY_ITEMS:
        read_items(rd, key, at, member);
        break;
    case KEY_CUSTOM:
        key->read(rd, at, member, base);
        break;
    }
}

void table_read(struct reader *rd, const struct key *keys, config_setting_t *at, void *base)
{
    if (at != NULL) {
        check_known(rd, keys, at);
    }
    for (const struct key *key = keys; key->name != NULL; key++) {
        config_setting_t *member = at != NULL ? config_setting_get_member(at, key->name) : NULL;

        if (member != NULL) {
            read_member(rd, key, member, base);
            continue;
        }
        if (at != NULL && (key->flags & KEY_REQUIRED) != 0) {
            reader_report(rd, CONFIG_ERROR, at, key->name, key->example, "is missing");
        }
        set_default(rd, key, base);
    }
}

void table_fini(const struct key *keys, void *base)
{
    for (const struct key *key = keys; key->name != NULL; key++) {
        void *member = member_of(key, base);
        char *text;
        size_t count;

        switch (key->kind) {
        case KEY_TEXT:
        case KEY_SECRET:
        case KEY_PATH:
            /* A text can be a secret too: a URL with a token in it. */
            memcpy(&text, member, sizeof text);
            reader_secret_free(text);
            break;
        case KEY_STRINGS:
            table_strings_fini(member);
            break;
        case KEY_GROUP:
            table_fini(key->keys, member);
            break;
        case KEY_ITEMS:
            memcpy(&text, member, sizeof text);
            memcpy(&count, (char *)member + sizeof text, sizeof count);
            for (size_t i = 0; i < count; i++) {
                table_fini(key->keys, text + i * key->item_size);
            }
            free(text);
            break;
        case KEY_CUSTOM:
            if (key->fini != NULL) {
                key->fini(member);
            }
            break;
        case KEY_INTEGER:
        case KEY_BOOL:
        case KEY_WORD:
            break;
        }
    }
}

/* ---- comparing ---- */

static bool text_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool strings_equal(const struct config_strings *a, const struct config_strings *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->items[i], b->items[i]) != 0) {
            return false;
        }
    }
    return true;
}

static bool member_equal(const struct key *key, const void *old, const void *now)
{
    char *const *old_text = old;
    char *const *now_text = now;

    switch (key->kind) {
    case KEY_TEXT:
    case KEY_SECRET:
    case KEY_PATH:
        return text_equal(*old_text, *now_text);
    case KEY_INTEGER:
        return memcmp(old, now, sizeof(int64_t)) == 0;
    case KEY_BOOL:
        return memcmp(old, now, sizeof(bool)) == 0;
    case KEY_WORD:
        return memcmp(old, now, sizeof(int)) == 0;
    case KEY_STRINGS:
        return strings_equal(old, now);
    case KEY_CUSTOM:
        return key->equal == NULL || key->equal(old, now);
    case KEY_GROUP:
    case KEY_ITEMS:
        break;
    }
    return true;
}

size_t table_restart(struct config_report *report, const struct key *keys, const char *prefix, bool all,
                     const void *old, const void *now)
{
    size_t count = 0;

    for (const struct key *key = keys; key->name != NULL; key++) {
        const void *a = (const char *)old + key->offset;
        const void *b = (const char *)now + key->offset;
        bool due = all || (key->flags & KEY_RESTART) != 0;
        char name[128];

        (void)snprintf(name, sizeof name, "%s%s", prefix, key->name);
        if (key->kind == KEY_GROUP) {
            char inner[132];

            (void)snprintf(inner, sizeof inner, "%s.", name);
            count += table_restart(report, key->keys, inner, due, a, b);
        } else if (due && !member_equal(key, a, b)) {
            struct config_finding finding = {.severity = CONFIG_WARNING, .key = name};

            finding.message = (char *)(uintptr_t) "changed, but the running daemon keeps the old value";
            finding.suggestion = (char *)(uintptr_t) "restart it";
            config_report_add(report, &finding);
            count++;
        }
    }
    return count;
}

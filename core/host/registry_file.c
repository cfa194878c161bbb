#include "host/registry_internal.h"

#include "base/clock.h"
#include "base/thread.h"

#define FRESH_S 2

bool registry_tool_of_path(char tool[TABLE_TOOL_MAX + 1], const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t len = strlen(name);

    if (len <= 3 || strcmp(name + len - 3, ".so") != 0 ||
        !str_is_word(weir_str_n(name, len - 3), 2, TABLE_TOOL_MAX)) {
        return false;
    }
    memcpy(tool, name, len - 3);
    tool[len - 3] = '\0';
    return true;
}

/* What came of a look at a file. */
struct look {
    struct library_stamp stamp;
    uint8_t digest[CRYPTO_SHA256];
    struct library *library; /* NULL: it is not loaded, or not loaded again */
    bool unchanged;
    bool mapped; /* so its content was looked at to the end */
};

static bool is_same(const struct item *item, const struct library_copy *copy)
{
    return item != NULL && !item->again && memcmp(item->seen, copy->digest, sizeof item->seen) == 0;
}

static bool is_in_force(const struct item *item, const struct library_copy *copy)
{
    return item != NULL && item->entry->connector != NULL &&
           memcmp(item->in_force, copy->digest, sizeof item->in_force) == 0;
}

static int look_at_content(struct look *look, struct registry *reg, const struct item *item, const char *path,
                           const char *tool, struct weir_error *err)
{
    struct library_copy copy = {.fd = -1};
    int rc;

    /* Taken before the copy: what is written meanwhile shows in the next look. */
    library_stamp(&look->stamp, path);
    if (item != NULL && !item->again && memcmp(&look->stamp, &item->stamp, sizeof look->stamp) == 0) {
        look->unchanged = true;
        memcpy(look->digest, item->seen, sizeof look->digest);
        return item->entry->error.code;
    }
    rc = library_copy(&copy, path, err);
    if (rc != 0) {
        return rc;
    }
    memcpy(look->digest, copy.digest, sizeof look->digest);
    if (is_same(item, &copy)) {
        look->unchanged = true;
        rc = item->entry->error.code;
        library_copy_drop(&copy);
    } else if (is_in_force(item, &copy)) {
        look->mapped = true;
        library_copy_drop(&copy);
    } else if (reg->loads >= REGISTRY_LOADS_MAX) {
        rc = weir_fail(
            err, WEIR_E_LIMIT,
            "%d connectors were loaded since the daemon began, and each stays in memory: restart it",
            REGISTRY_LOADS_MAX);
        library_copy_drop(&copy);
    } else {
        rc = library_take_open(&look->library, &look->mapped, &copy, tool, err);
        reg->loads += look->mapped;
    }
    return rc;
}

static int look_at(struct look *look, struct registry *reg, const struct item *item, const char *path,
                   struct weir_error *err)
{
    char tool[TABLE_TOOL_MAX + 1];
    const struct item *first;

    if (!registry_tool_of_path(tool, path)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "%.150s is not named as a connector is: <tool>.so, 2 to 32 of a-z, 0-9 and _", path);
    }
    if (strlen(path) >= sizeof item->entry->path) {
        return weir_fail(err, WEIR_E_INVALID, "the path of connector %s is longer than %zu bytes: move it",
                         tool, sizeof item->entry->path - 1);
    }
    first = registry_item(reg, weir_str(tool));
    if (first != NULL && first != item && first->entry->connector != NULL) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "the connector %s was already loaded from %.150s, which is used: remove one of the two", tool,
            first->entry->path);
    }
    return look_at_content(look, reg, item, path, tool, err);
}

/* The entry that follows from the look; item NULL: the file's first. */
static int make_entry(struct registry_entry *entry, const struct look *look, const struct item *item,
                      const char *path, const struct weir_error *why, struct weir_error *err)
{
    *entry = item != NULL ? *item->entry : (struct registry_entry){.generation = 0};
    if (item == NULL) {
        (void)snprintf(entry->path, sizeof entry->path, "%s", path);
        (void)registry_tool_of_path(entry->tool, path);
    }
    entry->error = *why;
    if (look->library == NULL) {
        return 0;
    }
    if (entry->health == NULL) {
        entry->health = health_new();
        if (entry->health == NULL) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory for the connector %s", entry->tool);
        }
    }
    entry->connector = library_connector(look->library);
    entry->generation++;
    return 0;
}

/* What an earlier folder did not have is here: its complaint has no ground any more. */
static void drop_missing(struct registry *reg, const char *tool)
{
    for (size_t i = 0; i < reg->count; i++) {
        if (reg->items[i]->missing && strcmp(reg->items[i]->entry->tool, tool) == 0) {
            registry_remove(reg, reg->items[i]);
            return;
        }
    }
}

/* Note what was seen. The item is known to be there. */
static void note(struct item *item, const struct look *look, int rc)
{
    item->again = rc != 0 && !look->mapped;
    item->stamp = look->stamp;
    if (clock_now_ms(clock_system()) / 1000 - look->stamp.changed_s < FRESH_S) {
        /* What is written within a tick of the file system's clock has the same times. */
        item->stamp = (struct library_stamp){.inode = 0};
    }
    memcpy(item->seen, look->digest, sizeof item->seen);
    if (look->library != NULL) {
        memcpy(item->in_force, look->digest, sizeof item->in_force);
    }
}

static int take_look(struct registry *reg, bool *listed, struct item *item, const char *path,
                     struct look *look, int rc, const struct weir_error *why, struct weir_error *err)
{
    struct registry_entry entry;
    const struct registry_entry *before = item != NULL ? item->entry : NULL;
    bool is_news = item == NULL || look->library != NULL;
    struct item *shown;
    int made;

    *listed = true;
    if (item != NULL && look->unchanged) {
        note(item, look, 0); /* a copy of the same content has other times */
        return rc != 0 ? weir_fail(err, rc, "%s", item->entry->error.message) : 0;
    }
    if (item != NULL && look->library == NULL && strcmp(item->entry->error.message, why->message) == 0) {
        note(item, look, rc);
        return rc != 0 ? weir_fail(err, rc, "%s", why->message) : 0;
    }
    made = item == NULL ? registry_check_room(reg, err) : 0;
    made = made == 0 ? make_entry(&entry, look, item, path, why, err) : made;
    shown = made == 0 ? registry_publish(reg, item, &entry, look->library, err) : NULL;
    if (shown == NULL) {
        *listed = false;
        if (made == 0 && (before == NULL || entry.health != before->health)) {
            health_free(entry.health);
        }
        library_free(look->library);
        return made != 0 ? made : WEIR_E_MEMORY;
    }
    note(shown, look, rc);
    if (rc == 0) {
        drop_missing(reg, entry.tool);
    }
    if (is_news || rc != 0) {
        registry_tell(reg,
                      rc != 0                ? REGISTRY_REFUSED
                      : entry.generation > 1 ? REGISTRY_RELOADED
                                             : REGISTRY_LOADED,
                      shown, before);
    }
    return rc != 0 ? weir_fail(err, rc, "%s", why->message) : 0;
}

int registry_look(struct registry *reg, bool *listed, const char *path, struct weir_error *err)
{
    struct item *item = registry_item_of_path(reg, path);
    struct look look = {.library = NULL};
    struct weir_error why = {0};
    int rc = look_at(&look, reg, item, path, &why);

    if (rc == 0) {
        why = (struct weir_error){0};
    }
    return take_look(reg, listed, item, path, &look, rc, &why, err);
}

int registry_load(struct registry *reg, const char *path, struct weir_error *err)
{
    bool listed;
    int rc;

    thread_assert(THREAD_SETUP | THREAD_WEB);
    (void)pthread_mutex_lock(&reg->looking);
    rc = registry_look(reg, &listed, path, err);
    (void)pthread_mutex_unlock(&reg->looking);
    return rc;
}

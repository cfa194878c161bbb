#include "host/registry_internal.h"

#include "base/thread.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

static bool is_enabled(const char *const *enabled, const char *tool)
{
    if (enabled == NULL) {
        return true;
    }
    for (size_t i = 0; enabled[i] != NULL; i++) {
        if (strcmp(enabled[i], tool) == 0) {
            return true;
        }
    }
    return false;
}

static int is_library(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return len > 3 && entry->d_name[0] != '.' && strcmp(entry->d_name + len - 3, ".so") == 0;
}

/* By bytes: the order must not depend on a locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int load_named(struct registry *reg, const char *dir, const char *name, const char *const *enabled,
                      struct weir_error *err)
{
    char path[sizeof((struct registry_entry *)NULL)->path + 256];
    char tool[TABLE_TOOL_MAX + 1] = "";
    struct weir_error why = {0};
    bool listed;
    int rc;

    if (enabled != NULL && (!registry_tool_of_path(tool, name) || !is_enabled(enabled, tool))) {
        return 0;
    }
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    rc = registry_look(reg, &listed, path, &why);
    return listed ? 0 : weir_fail(err, rc, "%s", why.message);
}

/* Is it news that this folder does not have it? */
static bool note_folder(struct item *item, const char *dir)
{
    uint64_t hash = 14695981039346656037u;

    for (const char *c = dir; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * 1099511628211u;
    }
    for (size_t i = 0; i < item->folder_count; i++) {
        if (item->folders[i] == hash) {
            return false;
        }
    }
    if (item->folder_count == FOLDERS_MAX) {
        return false;
    }
    item->folders[item->folder_count++] = hash;
    return true;
}

static int note_missing(struct registry *reg, const char *dir, const char *tool, struct weir_error *err)
{
    struct item *item = registry_item(reg, weir_str(tool));
    struct weir_str name = weir_str_n(tool, strnlen(tool, TABLE_TOOL_MAX + 1));
    struct registry_entry entry = {.generation = 0};
    bool again = item != NULL && item->missing;
    int rc = again ? 0 : registry_check_room(reg, err);

    if ((item != NULL && !again) || rc != 0 || (again && !note_folder(item, dir))) {
        return item != NULL ? 0 : rc;
    }
    (void)snprintf(entry.tool, sizeof entry.tool, "%s", str_is_word(name, 2, TABLE_TOOL_MAX) ? tool : "");
    (void)snprintf(entry.path, sizeof entry.path, "%s", dir);
    (void)weir_fail(
        &entry.error, WEIR_E_NONE,
        "there is no %.40s.so in %.100s%s: install the connector, or take it out of the enabled ones", tool,
        dir, again ? " nor in the folders before it" : "");
    item = registry_publish(reg, item, &entry, NULL, err);
    if (item == NULL) {
        return WEIR_E_MEMORY;
    }
    item->missing = true;
    (void)note_folder(item, dir);
    return 0;
}

static int load_dir(struct registry *reg, const char *dir, const char *const *enabled, struct weir_error *err)
{
    struct dirent **names = NULL;
    int count = -1;
    int rc = 0;

    if (strlen(dir) >= sizeof((struct registry_entry *)NULL)->path) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the path of the connector folder %.100s... is too long", dir);
    } else {
        count = scandir(dir, &names, is_library, by_name);
        if (count < 0) {
            rc = weir_fail(err, WEIR_E_CONFIG, "the connector folder %.150s cannot be read: %s", dir,
                           strerror(errno));
        }
    }
    for (int i = 0; i < count; i++) {
        if (rc == 0) {
            rc = load_named(reg, dir, names[i]->d_name, enabled, err);
        }
        free(names[i]);
    }
    free(names);
    for (size_t i = 0; rc != WEIR_E_MEMORY && enabled != NULL && enabled[i] != NULL; i++) {
        int noted = note_missing(reg, dir, enabled[i], rc == 0 ? err : NULL);

        rc = rc == 0 ? noted : rc;
    }
    return rc;
}

int registry_load_dir(struct registry *reg, const char *dir, const char *const *enabled,
                      struct weir_error *err)
{
    int rc;

    thread_assert(THREAD_SETUP | THREAD_WEB);
    (void)pthread_mutex_lock(&reg->looking);
    rc = load_dir(reg, dir, enabled, err);
    (void)pthread_mutex_unlock(&reg->looking);
    return rc;
}

void registry_load_tool(struct registry *reg, const char *dir, struct weir_str tool)
{
    char path[sizeof((struct registry_entry *)NULL)->path];
    struct library_stamp stamp;
    int len = snprintf(path, sizeof path, "%s/%.*s.so", dir, WEIR_STR_ARG(tool));
    bool listed;

    if (len < 0 || (size_t)len >= sizeof path || !str_is_word(tool, 2, TABLE_TOOL_MAX)) {
        return;
    }
    library_stamp(&stamp, path);
    if (stamp.inode != 0) {
        (void)pthread_mutex_lock(&reg->looking);
        (void)registry_look(reg, &listed, path, NULL);
        (void)pthread_mutex_unlock(&reg->looking);
    }
}

/* The file is there no more. */
static void lose(struct registry *reg, struct item *item)
{
    const struct registry_entry *before = item->entry;
    struct registry_entry entry = *before;

    if (entry.connector == NULL) {
        registry_remove(reg, item);
        return;
    }
    (void)weir_fail(&entry.error, WEIR_E_NONE,
                    "%.150s is there no more: what was loaded of it stays in force until the daemon ends",
                    entry.path);
    item->again = true; /* when it comes back it is looked at, whatever it is */
    if (strcmp(entry.error.message, before->error.message) != 0 &&
        registry_publish(reg, item, &entry, NULL, NULL) != NULL) {
        registry_tell(reg, REGISTRY_REFUSED, item, before);
    }
}

void registry_load_known(struct registry *reg, struct weir_str tool)
{
    (void)pthread_mutex_lock(&reg->looking);
    for (size_t i = reg->count; i > 0; i--) {
        struct item *item = reg->items[i - 1];
        struct library_stamp stamp;
        char path[sizeof item->entry->path];
        bool listed;

        if (item->missing || (tool.len > 0 && !weir_str_is(tool, item->entry->tool))) {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s", item->entry->path);
        library_stamp(&stamp, path);
        if (stamp.inode == 0) {
            lose(reg, item);
        } else {
            (void)registry_look(reg, &listed, path, NULL);
        }
    }
    (void)pthread_mutex_unlock(&reg->looking);
}

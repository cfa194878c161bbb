#include "host/registry.h"

#include "host/table_check.h"

#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYMBOL "weir_connector"
#define ENTRIES_MAX 1024 /* far above what exists; a folder full of other things is not listed to its end */

/* The host's own copy of what both sides know; a tail that the connector does not have is zero. */
struct own {
    struct weir_connector connector;
    struct weir_subscribe subscribe;
    struct weir_verify verify;
    struct weir_fetch fetch;
    struct weir_setting settings[TABLE_SETTINGS_MAX + 1]; /* the last one has no key */
};

struct item {
    struct registry_entry entry;
    struct own *own;
    bool missing; /* a name of `enabled` that no folder had so far */
};

struct registry {
    struct item **items; /* pointers, so that an entry stays where it is */
    size_t count;
};

struct registry *registry_new(void)
{
    return calloc(1, sizeof(struct registry));
}

static void item_free(struct item *item)
{
    if (item != NULL) {
        free(item->own);
        free(item);
    }
}

void registry_free(struct registry *reg)
{
    if (reg == NULL) {
        return;
    }
    for (size_t i = 0; i < reg->count; i++) {
        item_free(reg->items[i]);
    }
    free(reg->items);
    free(reg);
}

/* ---- one file ---- */

/* The name between the last "/" and ".so"; false: it is no tool's name. */
static bool tool_of_path(char tool[TABLE_TOOL_MAX + 1], const char *path)
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

/* Before the linker sees it, whose messages are for linkers. */
static int check_file(const char *path, struct weir_error *err)
{
    unsigned char head[EI_NIDENT + 2] = {0};
    struct stat st;
    ssize_t got;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int rc = 0;

    if (fd < 0) {
        return weir_fail(err, errno == ENOENT ? WEIR_E_NONE : WEIR_E_IO, "%s cannot be read: %s", path,
                         strerror(errno));
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        rc = weir_fail(err, WEIR_E_INVALID, "%s is not a regular file: put the connector itself there", path);
        goto out;
    }
    got = read(fd, head, sizeof head);
    if (got != (ssize_t)sizeof head || memcmp(head, ELFMAG, SELFMAG) != 0) {
        rc = weir_fail(err, WEIR_E_INVALID,
                       "%s is not a shared object: build the connector with -shared -fPIC", path);
        goto out;
    }
    /* e_type follows the identification, in the file's own byte order. */
    if (head[EI_NIDENT + (head[EI_DATA] == ELFDATA2MSB ? 1 : 0)] != ET_DYN) {
        rc = weir_fail(err, WEIR_E_INVALID,
                       "%s is an ELF file, but not a shared object: link the connector with -shared", path);
    }

out:
    (void)close(fd);
    return rc;
}

/* The table in the library, once its symbol is known to be data of at least the size the table claims. */
static int find_table(const void **table, void *library, const char *tool, struct weir_error *err)
{
    const void *symbol = dlsym(library, SYMBOL);
    const ElfW(Sym) *entry = NULL;
    Dl_info info;
    uint32_t claimed;

    if (symbol == NULL) {
        return weir_fail(err, WEIR_E_INVALID,
                         "%s.so exports no " SYMBOL ": define it with WEIR_EXPORT, as the template does",
                         tool);
    }
    if (dladdr1(symbol, &info, (void **)&entry, RTLD_DL_SYMENT) == 0 || entry == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "%s.so: its " SYMBOL " is in no library", tool);
    }
    if (ELF64_ST_TYPE(entry->st_info) != STT_OBJECT ||
        entry->st_size < offsetof(struct weir_connector, tool)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "%s.so: its " SYMBOL " is no struct weir_connector: define it as the template does",
                         tool);
    }
    claimed = ((const struct weir_connector *)symbol)->size;
    if (((const struct weir_connector *)symbol)->magic == WEIR_CONNECTOR_MAGIC && claimed > entry->st_size) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s: its table says %u bytes and has %llu: set .size = sizeof(struct "
                         "weir_connector)",
                         tool, (unsigned)claimed, (unsigned long long)entry->st_size);
    }
    *table = symbol;
    return 0;
}

static void copy_known(void *own, size_t own_size, const void *theirs, uint32_t their_size)
{
    memcpy(own, theirs, their_size < own_size ? their_size : own_size);
}

/* From here on nothing of the library's tables is read but the texts and lists that were checked. */
static void own_tables(struct own *own)
{
    struct weir_connector *c = &own->connector;

    c->size = sizeof *c;
    copy_known(&own->verify, sizeof own->verify, c->verify, c->verify->size);
    own->verify.size = sizeof own->verify;
    c->verify = &own->verify;
    copy_known(&own->fetch, sizeof own->fetch, c->fetch, c->fetch->size);
    own->fetch.size = sizeof own->fetch;
    c->fetch = &own->fetch;
    if (c->subscribe != NULL) {
        copy_known(&own->subscribe, sizeof own->subscribe, c->subscribe, c->subscribe->size);
        own->subscribe.size = sizeof own->subscribe;
        c->subscribe = &own->subscribe;
    }
    if (c->setting_count > 0) {
        memcpy(own->settings, c->settings, c->setting_count * sizeof own->settings[0]);
    }
    c->settings = own->settings;
}

static int load(struct own **out, const char *path, const char *tool, struct weir_error *err)
{
    char here[sizeof((struct registry_entry *)NULL)->path + 2];
    struct own *own = NULL;
    const void *table = NULL;
    void *library;
    int rc = check_file(path, err);

    if (rc != 0) {
        return rc;
    }
    /* A name without a slash would be looked for in the system's library folders. */
    (void)snprintf(here, sizeof here, "%s%s", strchr(path, '/') == NULL ? "./" : "", path);
    own = calloc(1, sizeof *own);
    if (own == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the connector %s", tool);
    }
    /* Never closed again, whatever is found: unloading code that may have left something behind crashes. */
    library = dlopen(here, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) {
        const char *why = dlerror();

        rc = weir_fail(err, WEIR_E_INVALID, "the system cannot load %s.so: %s", tool,
                       why != NULL ? why : "it says no reason");
        goto out;
    }
    rc = find_table(&table, library, tool, err);
    if (rc == 0) {
        rc = connector_check(&own->connector, table, tool, err);
    }
    if (rc == 0) {
        own_tables(own);
        *out = own;
        own = NULL;
    }

out:
    free(own);
    return rc;
}

/* ---- the list ---- */

static struct item *find_item(const struct registry *reg, struct weir_str tool)
{
    struct item *failed = NULL;

    for (size_t i = 0; i < reg->count; i++) {
        if (weir_str_is(tool, reg->items[i]->entry.tool)) {
            if (reg->items[i]->entry.connector != NULL) {
                return reg->items[i];
            }
            failed = failed != NULL ? failed : reg->items[i];
        }
    }
    return failed;
}

/* What an earlier folder did not have is here: its complaint has no ground any more. */
static void drop_missing(struct registry *reg, const char *tool)
{
    for (size_t i = 0; i < reg->count; i++) {
        if (reg->items[i]->missing && strcmp(reg->items[i]->entry.tool, tool) == 0) {
            item_free(reg->items[i]);
            reg->count--;
            memmove(reg->items + i, reg->items + i + 1, (reg->count - i) * sizeof(struct item *));
            return;
        }
    }
}

static struct item *add_item(struct registry *reg, const char *path, const char *tool, struct weir_error *err)
{
    struct item **longer = NULL;
    struct item *item = NULL;

    if (reg->count >= ENTRIES_MAX) {
        (void)weir_fail(err, WEIR_E_LIMIT, "more than %d connector files: remove what is not one",
                        ENTRIES_MAX);
        return NULL;
    }
    longer = realloc(reg->items, (reg->count + 1) * sizeof(struct item *));
    if (longer != NULL) {
        reg->items = longer;
        item = calloc(1, sizeof *item);
    }
    if (item == NULL) {
        (void)weir_fail(err, WEIR_E_MEMORY, "no memory for the list of connectors");
        return NULL;
    }
    (void)snprintf(item->entry.path, sizeof item->entry.path, "%s", path);
    (void)snprintf(item->entry.tool, sizeof item->entry.tool, "%s", tool);
    reg->items[reg->count++] = item;
    return item;
}

int registry_load(struct registry *reg, const char *path, struct weir_error *err)
{
    char tool[TABLE_TOOL_MAX + 1] = "";
    bool named = tool_of_path(tool, path);
    const struct item *first = named ? find_item(reg, weir_str(tool)) : NULL;
    struct weir_error why = {0};
    struct item *item = NULL;
    int rc;

    item = add_item(reg, path, tool, err);
    if (item == NULL) {
        return err != NULL ? err->code : WEIR_E_MEMORY;
    }
    if (!named) {
        rc = weir_fail(&why, WEIR_E_INVALID,
                       "%.150s is not named as a connector is: <tool>.so, 2 to 32 of a-z, 0-9 and _", path);
    } else if (strlen(path) >= sizeof item->entry.path) {
        rc = weir_fail(&why, WEIR_E_INVALID, "the path of connector %s is longer than %zu bytes: move it",
                       tool, sizeof item->entry.path - 1);
    } else if (first != NULL && first->entry.connector != NULL) {
        rc =
            weir_fail(&why, WEIR_E_INVALID,
                      "the connector %s was already loaded from %.150s, which is used: remove one of the two",
                      tool, first->entry.path);
    } else {
        rc = load(&item->own, path, tool, &why);
    }
    if (rc == 0) {
        item->entry.connector = &item->own->connector;
        drop_missing(reg, tool);
    } else {
        item->entry.error = why;
        (void)weir_fail(err, rc, "%s", why.message);
    }
    return rc;
}

/* ---- a folder ---- */

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
    int rc;

    if (enabled != NULL && (!tool_of_path(tool, name) || !is_enabled(enabled, tool))) {
        return 0;
    }
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    rc = registry_load(reg, path, &why);
    /* One that does not load is in the list with its error; only the list itself can fail here. */
    if (rc == WEIR_E_MEMORY || rc == WEIR_E_LIMIT) {
        return weir_fail(err, rc, "%s", why.message);
    }
    return 0;
}

static int note_missing(struct registry *reg, const char *dir, const char *tool, struct weir_error *err)
{
    struct item *item = find_item(reg, weir_str(tool));
    struct weir_str name = weir_str_n(tool, strnlen(tool, TABLE_TOOL_MAX + 1));
    bool again = item != NULL && item->missing;

    if (item != NULL && !again) {
        return 0;
    }
    if (!again) {
        item = add_item(reg, dir, str_is_word(name, 2, TABLE_TOOL_MAX) ? tool : "", err);
        if (item == NULL) {
            return err != NULL ? err->code : WEIR_E_MEMORY;
        }
        item->missing = true;
    }
    (void)weir_fail(
        &item->entry.error, WEIR_E_NONE,
        "there is no %.40s.so in %.100s%s: install the connector, or take it out of the enabled ones", tool,
        dir, again ? " nor in the folders before it" : "");
    return 0;
}

int registry_load_dir(struct registry *reg, const char *dir, const char *const *enabled,
                      struct weir_error *err)
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

const struct registry_entry *registry_nth(const struct registry *reg, size_t n)
{
    return n < reg->count ? &reg->items[n]->entry : NULL;
}

const struct registry_entry *registry_find(const struct registry *reg, struct weir_str tool)
{
    const struct item *item = find_item(reg, tool);

    return item != NULL ? &item->entry : NULL;
}

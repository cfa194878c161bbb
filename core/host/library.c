#include "host/library.h"

#include "host/registry.h"
#include "host/table_check.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYMBOL "weir_connector"
#define SIZE_MAX_BYTES ((off_t)256 << 20) /* far above what a connector has */
#define NAME_MAX_BYTES 64

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* Linux 6.3; an older one does not know it and needs no such word */
#endif

/* What both sides know; a tail that the connector does not have is zero. */
struct library {
    struct weir_connector connector;
    struct weir_subscribe subscribe;
    struct weir_verify verify;
    struct weir_fetch fetch;
    struct weir_act act;
    struct weir_pass pass;
    struct weir_setting settings[TABLE_SETTINGS_MAX + 1]; /* the last one has no key */
};

void library_free(struct library *library)
{
    free(library);
}

const struct weir_connector *library_connector(const struct library *library)
{
    return &library->connector;
}

void library_stamp(struct library_stamp *out, const char *path)
{
    struct stat st;

    *out = (struct library_stamp){.device = 0};
    if (stat(path, &st) == 0) {
        *out = (struct library_stamp){.device = st.st_dev,
                                      .inode = st.st_ino,
                                      .size = st.st_size,
                                      .modified_s = st.st_mtim.tv_sec,
                                      .modified_ns = st.st_mtim.tv_nsec,
                                      .changed_s = st.st_ctim.tv_sec,
                                      .changed_ns = st.st_ctim.tv_nsec};
    }
}

/* ---- the copy ---- */

/* Does each part that would be mapped lie within the file? Touching what does not ends the process. And is
 * its end there? The linkers put the list of sections behind all else. */
static bool is_whole(const uint8_t *bytes, size_t size)
{
    ElfW(Ehdr) head;

    if (size < sizeof head) {
        return false;
    }
    memcpy(&head, bytes, sizeof head);
    if (head.e_phentsize != sizeof(ElfW(Phdr)) || head.e_phoff > size ||
        (size - head.e_phoff) / sizeof(ElfW(Phdr)) < head.e_phnum) {
        return false;
    }
    if (head.e_shoff > size || size - head.e_shoff < (size_t)head.e_shnum * head.e_shentsize) {
        return false;
    }
    for (size_t i = 0; i < head.e_phnum; i++) {
        ElfW(Phdr) part;

        memcpy(&part, bytes + head.e_phoff + i * sizeof part, sizeof part);
        if (part.p_type != PT_NULL && part.p_type != PT_GNU_STACK &&
            (part.p_offset > size || part.p_filesz > size - part.p_offset)) {
            return false;
        }
    }
    return true;
}

/* Before the linker sees it, whose messages are for linkers. */
static int check_bytes(const uint8_t *bytes, size_t size, const char *path, struct weir_error *err)
{
    const unsigned char native = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;

    if (size < EI_NIDENT + 2 || memcmp(bytes, ELFMAG, SELFMAG) != 0) {
        return weir_fail(err, WEIR_E_INVALID,
                         "%s is not a shared object: build the connector with -shared -fPIC", path);
    }
    /* e_type follows the identification, in the file's own byte order. */
    if (bytes[EI_NIDENT + (bytes[EI_DATA] == ELFDATA2MSB ? 1 : 0)] != ET_DYN) {
        return weir_fail(err, WEIR_E_INVALID,
                         "%s is an ELF file, but not a shared object: link the connector with -shared", path);
    }
    if (bytes[EI_CLASS] == native && !is_whole(bytes, size)) {
        return weir_fail(err, WEIR_E_INVALID, "%s is cut short: copy the connector there once more, whole",
                         path);
    }
    return 0;
}

static int memory_file(void)
{
    int fd = memfd_create("weir-connector", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

    return fd < 0 && errno == EINVAL ? memfd_create("weir-connector", MFD_CLOEXEC | MFD_ALLOW_SEALING) : fd;
}

static int copy_bytes(struct library_copy *copy, int from, const char *path, struct weir_error *err)
{
    ssize_t got = 1;

    copy->fd = memory_file();
    if (copy->fd < 0) {
        return weir_fail(err, WEIR_E_IO,
                         "no file in memory for the copy of %s: %s (vm.memfd_noexec has to be 0 or 1)", path,
                         strerror(errno));
    }
    while (got > 0 && copy->size <= (size_t)SIZE_MAX_BYTES) {
        got = sendfile(copy->fd, from, NULL, 1u << 20);
        copy->size += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) {
        return weir_fail(err, WEIR_E_IO, "%s cannot be read: %s", path, strerror(errno));
    }
    if (copy->size > (size_t)SIZE_MAX_BYTES) {
        return weir_fail(err, WEIR_E_LIMIT, "%s is larger than %d MiB: that is no connector", path,
                         (int)(SIZE_MAX_BYTES >> 20));
    }
    /* Nobody changes it from here on, through /proc neither. */
    (void)fcntl(copy->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return 0;
}

static int look_at_bytes(struct library_copy *copy, const char *path, struct weir_error *err)
{
    struct weir_bytes whole = {NULL, copy->size};
    void *bytes = NULL;
    int rc;

    if (copy->size > 0) {
        bytes = mmap(NULL, copy->size, PROT_READ, MAP_PRIVATE, copy->fd, 0);
        if (bytes == MAP_FAILED) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory for the copy of %s", path);
        }
    }
    whole.data = bytes;
    rc = check_bytes(bytes, copy->size, path, err);
    if (rc == 0) {
        rc = crypto_sha256(copy->digest, &whole, 1, err);
    }
    if (bytes != NULL) {
        (void)munmap(bytes, copy->size);
    }
    return rc;
}

int library_copy(struct library_copy *out, const char *path, struct weir_error *err)
{
    struct library_copy copy = {.fd = -1};
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int rc;

    if (fd < 0) {
        return weir_fail(err, errno == ENOENT ? WEIR_E_NONE : WEIR_E_IO, "%s cannot be read: %s", path,
                         strerror(errno));
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        rc = weir_fail(err, WEIR_E_INVALID, "%s is not a regular file: put the connector itself there", path);
    } else {
        rc = copy_bytes(&copy, fd, path, err);
    }
    if (rc == 0) {
        rc = look_at_bytes(&copy, path, err);
    }
    (void)close(fd);
    if (rc != 0) {
        library_copy_drop(&copy);
        return rc;
    }
    *out = copy;
    return 0;
}

void library_copy_drop(struct library_copy *copy)
{
    if (copy->fd >= 0) {
        (void)close(copy->fd);
    }
    copy->fd = -1;
}

/* ---- its table ---- */

/* The table in the library, once its symbol is known to be data of at least the size the table claims. */
static int find_table(const void **table, void *handle, const char *tool, struct weir_error *err)
{
    const void *symbol = dlsym(handle, SYMBOL);
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
static void own_tables(struct library *own)
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
    if (c->act != NULL) {
        copy_known(&own->act, sizeof own->act, c->act, c->act->size);
        own->act.size = sizeof own->act;
        c->act = &own->act;
    }
    if (c->pass != NULL) {
        copy_known(&own->pass, sizeof own->pass, c->pass, c->pass->size);
        own->pass.size = sizeof own->pass;
        c->pass = &own->pass;
    }
    if (c->setting_count > 0) {
        memcpy(own->settings, c->settings, c->setting_count * sizeof own->settings[0]);
    }
    c->settings = own->settings;
}

/* The linker begins with the name it was given, which says nothing to a person. */
static const char *linker_said(const char *name)
{
    const char *why = dlerror();
    size_t len = strlen(name);

    if (why == NULL) {
        return "it says no reason";
    }
    return strncmp(why, name, len) == 0 && strncmp(why + len, ": ", 2) == 0 ? why + len + 2 : why;
}

int library_take_open(struct library **out, bool *mapped, struct library_copy *copy, const char *tool,
                      struct weir_error *err)
{
    struct library *own = calloc(1, sizeof *own);
    char name[NAME_MAX_BYTES];
    const void *table = NULL;
    void *handle = NULL;
    int rc = 0;

    *mapped = false;
    if (own == NULL) {
        library_copy_drop(copy);
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the connector %s", tool);
    }
    /* By the number of the process, not "self": so a debugger finds it too. */
    (void)snprintf(name, sizeof name, "/proc/%ld/fd/%d", (long)getpid(), copy->fd);
    handle = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == NULL) {
        rc = weir_fail(err, WEIR_E_INVALID, "the system cannot load %s.so: %s", tool, linker_said(name));
        library_copy_drop(copy);
    } else {
        /* The file stays open as long as the code is mapped: a later one of its number would have its name,
         * and be taken for it. */
        *mapped = true;
        rc = find_table(&table, handle, tool, err);
    }
    if (rc == 0) {
        rc = connector_check(&own->connector, table, tool, err);
    }
    if (rc == 0) {
        own_tables(own);
        *out = own;
        own = NULL;
    }
    library_free(own);
    return rc;
}

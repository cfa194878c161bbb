#include "traces.h"

#include <dirent.h>
#include <link.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX ((size_t)1 << 20)
#define DATA_MAX ((size_t)256 << 20)

extern char **environ;

/* ---- the process ---- */

static void list_folder(struct buf *out, const char *folder, bool links)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    char path[400];
    char target[512];

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        ssize_t len = 0;

        if (entry->d_name[0] == '.' || (links && atoi(entry->d_name) == dirfd(dir))) {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (links) {
            len = readlink(path, target, sizeof target);
        }
        buf_printf(out, "%s %.*s\n", entry->d_name, (int)(len > 0 ? len : 0), target);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
}

static void take_place(struct buf *out)
{
    char *folder = getcwd(NULL, 0);
    mode_t mask = umask(0);

    (void)umask(mask);
    buf_printf(out, "umask %03o\nworking directory %s\n", (unsigned int)mask, folder != NULL ? folder : "?");
    buf_printf(out, "locale %s\n", setlocale(LC_ALL, NULL));
    for (char **at = environ; at != NULL && *at != NULL; at++) {
        buf_printf(out, "environment %s\n", *at);
    }
    free(folder);
}

/* ---- the library's variables ---- */

struct search {
    uintptr_t at;
    struct buf *out;
};

static bool holds(const struct dl_phdr_info *info, uintptr_t at)
{
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];

        if (p->p_type == PT_LOAD && at - info->dlpi_addr - p->p_vaddr < p->p_memsz) {
            return true;
        }
    }
    return false;
}

/* What is read-only after the relocation cannot change; a sanitizer's red zones are bytes like others. */
__attribute__((no_sanitize("address"))) static void add_bytes(struct buf *out, uintptr_t from, uintptr_t to,
                                                              const ElfW(Phdr) * relro, uintptr_t base)
{
    for (uintptr_t at = from; at < to; at++) {
        bool fixed = relro != NULL && at - base - relro->p_vaddr < relro->p_memsz;

        if (!fixed) {
            buf_add_char(out, *(const volatile char *)at);
        }
    }
}

static int on_library(struct dl_phdr_info *info, size_t size, void *ctx)
{
    struct search *s = ctx;
    const ElfW(Phdr) *relro = NULL;

    (void)size;
    if (!holds(info, s->at)) {
        return 0;
    }
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        relro = info->dlpi_phdr[i].p_type == PT_GNU_RELRO ? &info->dlpi_phdr[i] : relro;
    }
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];

        if (p->p_type == PT_LOAD && (p->p_flags & PF_W) != 0) {
            uintptr_t from = info->dlpi_addr + p->p_vaddr;

            add_bytes(s->out, from, from + p->p_memsz, relro, info->dlpi_addr);
        }
    }
    return 1;
}

/* ---- all of it ---- */

void traces_take(struct traces *t, const void *library)
{
    struct search search = {.at = (uintptr_t)library, .out = &t->data};

    memset(t, 0, sizeof *t);
    buf_init(&t->fds, TEXT_MAX);
    buf_init(&t->threads, TEXT_MAX);
    buf_init(&t->place, TEXT_MAX);
    buf_init(&t->data, DATA_MAX);
    list_folder(&t->fds, "/proc/self/fd", true);
    list_folder(&t->threads, "/proc/self/task", false);
    for (int i = 1; i < TRACES_SIGNALS; i++) {
        (void)sigaction(i, NULL, &t->signals[i]);
    }
    take_place(&t->place);
    (void)dl_iterate_phdr(on_library, &search);
}

void traces_fini(struct traces *t)
{
    buf_fini(&t->fds);
    buf_fini(&t->threads);
    buf_fini(&t->place);
    buf_fini(&t->data);
}

static bool same(const struct buf *a, const struct buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* The lines of one that are not in the other; not what an environment's variable holds. */
static void show(struct findings *f, const char *word, const struct buf *of, const struct buf *other)
{
    struct weir_str rest = buf_str(of);

    while (rest.len > 0) {
        const char *end = memchr(rest.data, '\n', rest.len);
        size_t len = end != NULL ? (size_t)(end - rest.data) + 1 : rest.len;
        const char *equal = memchr(rest.data, '=', len);

        if (other->len == 0 || memmem(other->data, other->len, rest.data, len) == NULL) {
            findings_line(f, "%s: %.*s", word, (int)(equal != NULL ? equal - rest.data : (ptrdiff_t)len - 1),
                          rest.data);
        }
        rest = weir_str_n(rest.data + len, rest.len - len);
    }
}

static void compare_text(const struct buf *was, const struct buf *is, const char *noun, const char *when,
                         struct findings *f)
{
    if (!same(was, is)) {
        findings_add(f, when, "the %s of the process are not what they were", noun);
        show(f, "before", was, is);
        show(f, "after ", is, was);
    }
}

void traces_compare(const struct traces *was, const struct traces *is, const char *when, struct findings *f)
{
    compare_text(&was->fds, &is->fds, "file descriptors", when, f);
    compare_text(&was->threads, &is->threads, "threads", when, f);
    compare_text(&was->place, &is->place, "surroundings", when, f);
    for (int i = 1; i < TRACES_SIGNALS; i++) {
        if (was->signals[i].sa_handler != is->signals[i].sa_handler) {
            findings_add(f, when, "signal %d has another handler", i);
        }
    }
    if (!same(&was->data, &is->data)) {
        size_t at = 0;

        while (at < was->data.len && at < is->data.len && was->data.data[at] == is->data.data[at]) {
            at++;
        }
        findings_add(
            f, when,
            "variables of the connector changed (byte %zu of %zu): what it keeps has to hang on its instance",
            at, was->data.len);
    }
}

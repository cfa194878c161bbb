/*
 * What the C library or a sanitizer offers is looked up with RTLD_NEXT, so the same file serves both. strdup
 * and strndup are here because a sanitizer's own ones do not ask malloc.
 */
#include "heap.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* For those that the search for the real ones makes itself; never given back. */
#define EARLY_BYTES 16384

struct real {
    void *(*malloc)(size_t size);
    void *(*calloc)(size_t count, size_t size);
    void *(*realloc)(void *old, size_t size);
    void (*free)(void *data);
    int (*posix_memalign)(void **out, size_t align, size_t size);
    void *(*aligned_alloc)(size_t align, size_t size);
    void *(*memalign)(size_t align, size_t size);
};

/* Allocation has no owner that could hold this. */
static struct real real;
static atomic_int is_known; /* 0: not looked for, 1: being looked for, 2: yes */
static _Alignas(max_align_t) char early[EARLY_BYTES];
static atomic_size_t early_used;
static _Thread_local struct {
    long left; /* until the one that fails; 0: none does */
    long made, live;
    bool inside, lasting, failed;
    int whole; /* > 0: what is allocated now has been counted */
} own;

/* The program is built with hidden symbols; these have to be seen by the libraries it loads. */
#pragma GCC visibility push(default)
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);
void free(void *data);
int posix_memalign(void **out, size_t align, size_t size);
void *aligned_alloc(size_t align, size_t size);
void *memalign(size_t align, size_t size);
char *strdup(const char *text);
char *strndup(const char *text, size_t max);
#pragma GCC visibility pop

void heap_look_up(void *out, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    memcpy(out, &found, sizeof found);
}

static bool find_real(void)
{
    int state = 0;

    if (atomic_load(&is_known) == 2) {
        return true;
    }
    if (!atomic_compare_exchange_strong(&is_known, &state, 1)) {
        return state == 2;
    }
    heap_look_up(&real.free, "free");
    heap_look_up(&real.malloc, "malloc");
    heap_look_up(&real.calloc, "calloc");
    heap_look_up(&real.realloc, "realloc");
    heap_look_up(&real.posix_memalign, "posix_memalign");
    heap_look_up(&real.aligned_alloc, "aligned_alloc");
    heap_look_up(&real.memalign, "memalign");
    atomic_store(&is_known, 2);
    return true;
}

static void *early_alloc(size_t size)
{
    size_t room = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    size_t at = size <= EARLY_BYTES ? atomic_fetch_add(&early_used, room) : EARLY_BYTES;

    return at + room <= EARLY_BYTES ? early + at : NULL;
}

static bool is_early(const void *data)
{
    return (uintptr_t)data >= (uintptr_t)early && (uintptr_t)data < (uintptr_t)early + EARLY_BYTES;
}

/* ---- what the harness asks ---- */

bool heap_watches(void)
{
    return true;
}

bool heap_enter(void)
{
    bool before = own.inside;

    own.inside = true;
    return before;
}

bool heap_leave(void)
{
    bool before = own.inside;

    own.inside = false;
    return before;
}

void heap_go_back(bool before)
{
    own.inside = before;
}

void heap_fail(long nth, bool lasting)
{
    own.left = nth;
    own.lasting = lasting;
    own.failed = false;
}

bool heap_failed(void)
{
    own.left = 0;
    return own.failed;
}

long heap_made(void)
{
    return own.made;
}

long heap_live(void)
{
    return own.live;
}

/* ---- the allocator ---- */

static bool fails(void)
{
    if (!own.inside || own.whole > 0) {
        return false;
    }
    own.made++;
    if (own.left == 0 || --own.left > 0) {
        return false;
    }
    own.left = own.lasting ? 1 : 0;
    own.failed = true;
    errno = ENOMEM;
    return true;
}

bool heap_whole_begin(void)
{
    if (fails()) {
        return false;
    }
    own.whole++;
    return true;
}

void heap_whole_end(void)
{
    own.whole--;
}

static void *counted(void *data)
{
    if (own.inside && data != NULL) {
        own.live++;
    }
    return data;
}

void *malloc(size_t size)
{
    if (!find_real()) {
        return early_alloc(size);
    }
    return fails() ? NULL : counted(real.malloc(size));
}

void *calloc(size_t count, size_t size)
{
    if (!find_real()) {
        return size == 0 || count <= EARLY_BYTES / size ? early_alloc(count * size) : NULL;
    }
    return fails() ? NULL : counted(real.calloc(count, size));
}

void *realloc(void *old, size_t size)
{
    void *data;

    if (!find_real() || is_early(old)) {
        /* One this early has nothing in it that anybody goes on with but the linker, which does not grow it.
         */
        return old == NULL ? early_alloc(size) : NULL;
    }
    if (fails()) {
        return NULL;
    }
    data = real.realloc(old, size);
    if (old == NULL) {
        return counted(data);
    }
    if (own.inside && data == NULL && size == 0) {
        own.live--;
    }
    return data;
}

void free(void *data)
{
    if (data == NULL || is_early(data) || !find_real()) {
        return;
    }
    if (own.inside) {
        own.live--;
    }
    real.free(data);
}

int posix_memalign(void **out, size_t align, size_t size)
{
    int rc = !find_real() || fails() ? ENOMEM : real.posix_memalign(out, align, size);

    if (rc == 0) {
        (void)counted(*out);
    }
    return rc;
}

void *aligned_alloc(size_t align, size_t size)
{
    return !find_real() || fails() ? NULL : counted(real.aligned_alloc(align, size));
}

void *memalign(size_t align, size_t size)
{
    return !find_real() || fails() ? NULL : counted(real.memalign(align, size));
}

static char *text_dup(const char *text, size_t len)
{
    char *copy = malloc(len + 1);

    if (copy != NULL) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

char *strdup(const char *text)
{
    return text_dup(text, strlen(text));
}

char *strndup(const char *text, size_t max)
{
    return text_dup(text, strnlen(text, max));
}

#include "arena.h"

#include <stdlib.h>

struct arena_block {
    struct arena_block *next;
    void *data;
};

static _Noreturn void no_memory(void)
{
    (void)fputs("weir-harness: out of memory\n", stderr);
    _Exit(2);
}

void *must_calloc(size_t count, size_t size)
{
    void *data = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

    if (data == NULL) {
        no_memory();
    }
    return data;
}

void *must_dup(const void *data, size_t len)
{
    void *copy = must_calloc(len, 1);

    if (len > 0) {
        memcpy(copy, data, len);
    }
    return copy;
}

void arena_fini(struct arena *a)
{
    while (a->blocks != NULL) {
        struct arena_block *next = a->blocks->next;

        free(a->blocks->data);
        free(a->blocks);
        a->blocks = next;
    }
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    struct arena_block *block = must_calloc(1, sizeof *block);

    block->data = must_calloc(count, size);
    block->next = a->blocks;
    a->blocks = block;
    return block->data;
}

char *arena_text(struct arena *a, struct weir_str text)
{
    char *copy = arena_alloc(a, text.len + 1, 1);

    if (text.len > 0) {
        memcpy(copy, text.data, text.len);
    }
    return copy;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_list again;
    char *text;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = arena_alloc(a, len > 0 ? (size_t)len + 1 : 1, 1);
    if (len > 0) {
        (void)vsnprintf(text, (size_t)len + 1, format, again);
    }
    va_end(again);
    return text;
}

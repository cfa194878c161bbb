/*
 * heap_jansson: jansson reads and writes with memory or without, as a whole.
 *
 * jansson 2.14 does not look whether its buffer could grow while it reads a token or writes a key, and so
 * cannot be failed inside of one: it would crash, and no connector could help it. These stand before its own,
 * as malloc does in heap.c. What reading without memory says is what jansson says where it does look.
 */
#pragma GCC visibility push(default)
#include <jansson.h>
#pragma GCC visibility pop

#include "heap.h"

#include <string.h>

static json_t *no_memory(json_error_t *error)
{
    if (error != NULL) {
        memset(error, 0, sizeof *error);
        error->line = error->column = -1;
        error->text[JSON_ERROR_TEXT_LENGTH - 1] = (char)json_error_out_of_memory;
    }
    return NULL;
}

json_t *json_loadb(const char *text, size_t len, size_t flags, json_error_t *error)
{
    json_t *(*real)(const char *, size_t, size_t, json_error_t *);
    json_t *root;

    if (!heap_whole_begin()) {
        return no_memory(error);
    }
    heap_look_up(&real, "json_loadb");
    root = real(text, len, flags, error);
    heap_whole_end();
    return root;
}

json_t *json_loads(const char *text, size_t flags, json_error_t *error)
{
    return json_loadb(text, strlen(text), flags, error);
}

char *json_dumps(const json_t *json, size_t flags)
{
    char *(*real)(const json_t *, size_t);
    char *text;

    if (!heap_whole_begin()) {
        return NULL;
    }
    heap_look_up(&real, "json_dumps");
    text = real(json, flags);
    heap_whole_end();
    return text;
}

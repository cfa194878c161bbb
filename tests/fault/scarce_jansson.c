#include "scarce.h"

#include <jansson.h>
#include <stdlib.h>

json_t *__real_json_loadb(const char *text, size_t len, size_t flags, json_error_t *error);
json_t *__wrap_json_loadb(const char *text, size_t len, size_t flags, json_error_t *error);
char *__real_json_dumps(const json_t *json, size_t flags);
char *__wrap_json_dumps(const json_t *json, size_t flags);

/*
 * Reading and writing fail as a whole: jansson 2.14 does not look whether its buffer could grow while it
 * reads a token or writes a key, and so cannot be failed inside of one. What reading says is what it says
 * where it does look.
 */
json_t *__wrap_json_loadb(const char *text, size_t len, size_t flags, json_error_t *error)
{
    void *memory = malloc(1);
    json_t *root = NULL;

    if (memory != NULL) {
        scarce_pause();
        root = __real_json_loadb(text, len, flags, error);
        scarce_resume();
    } else if (error != NULL) {
        memset(error, 0, sizeof *error);
        error->line = error->column = -1;
        error->text[JSON_ERROR_TEXT_LENGTH - 1] = (char)json_error_out_of_memory;
    }
    free(memory);
    return root;
}

char *__wrap_json_dumps(const json_t *json, size_t flags)
{
    void *memory = malloc(1);
    char *text = NULL;

    if (memory != NULL) {
        scarce_pause();
        text = __real_json_dumps(json, flags);
        scarce_resume();
    }
    free(memory);
    return text;
}

void scarce_jansson(void)
{
    json_set_alloc_funcs(malloc, free);
}

/*
 * fuzz_parts: any JSON as the parts of a form. What is made of it has as many parts as the list, each with
 * one header line that ends where it was meant to, and its end at the end.
 */
#include "web/parts.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* How often the text stands in the body. */
static size_t count(struct weir_str body, const char *text)
{
    size_t len = strlen(text);
    size_t n = 0;
    const char *at = body.data;
    const char *end = body.data + body.len;

    while (at < end && (at = memmem(at, (size_t)(end - at), text, len)) != NULL) {
        at += len;
        n++;
    }
    return n;
}

static void look(struct weir_str body, const char *boundary, size_t parts)
{
    char line[PARTS_TYPE_MAX + 64];
    const char *at = body.data;

    (void)snprintf(line, sizeof line, "--%s--\r\n", boundary);
    require(count(body, boundary) == parts + 1);
    require(body.len > strlen(line) && memcmp(body.data + body.len - strlen(line), line, strlen(line)) == 0);
    (void)snprintf(line, sizeof line, "--%s\r\nContent-Disposition: form-data; name=\"", boundary);
    require(count(body, line) == parts);
    while ((at = memmem(at, body.len - (size_t)(at - body.data), line, strlen(line))) != NULL) {
        const char *end;

        at += strlen(line);
        end = memchr(at, '\r', body.len - (size_t)(at - body.data));
        require(end != NULL && end[-1] == '"' && end[1] == '\n' &&
                memchr(at, '\n', (size_t)(end - at)) == NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *list = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
    char type[PARTS_TYPE_MAX] = "";
    char why[PARTS_WHY_MAX] = "";
    struct buf body;

    buf_init(&body, 1u << 20);
    if (list != NULL && parts_write(&body, type, list, why)) {
        look(buf_str(&body), strstr(type, "boundary=") + strlen("boundary="), json_array_size(list));
    } else {
        require(list == NULL || (type[0] == '\0' && why[0] != '\0'));
    }
    buf_fini(&body);
    json_decref(list);
    return 0;
}

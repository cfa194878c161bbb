#include "model/memo.h"

#include "base/id.h"

#include <stdlib.h>

#define ENTRIES 512 /* a page has 250 records; a power of two */
#define TEXTS_MAX (512u * 1024)

struct entry {
    const void *form; /* NULL: free */
    char id[ID_LEN];
    size_t at, len; /* in texts */
};

struct memo {
    struct entry entries[ENTRIES];
    struct buf texts;
};

struct memo *memo_new(void)
{
    struct memo *memo = calloc(1, sizeof *memo);

    if (memo != NULL) {
        buf_init(&memo->texts, TEXTS_MAX);
    }
    return memo;
}

void memo_free(struct memo *memo)
{
    if (memo != NULL) {
        buf_fini(&memo->texts);
        free(memo);
    }
}

/* Ids are digests: any few of their characters are spread. */
static size_t place_of(struct weir_str id)
{
    uint32_t part;

    memcpy(&part, id.data + ID_LEN - sizeof part, sizeof part);
    return (part * UINT32_C(2654435769)) >> 23; /* its upper 9 bits */
}

bool memo_get(struct weir_str *text, const struct memo *memo, const void *form, struct weir_str id)
{
    const struct entry *entry;

    if (memo == NULL || id.len != ID_LEN) {
        return false;
    }
    entry = &memo->entries[place_of(id)];
    if (entry->form != form || memcmp(entry->id, id.data, ID_LEN) != 0) {
        return false;
    }
    *text = weir_str_n(memo->texts.data + entry->at, entry->len);
    return true;
}

void memo_put(struct memo *memo, const void *form, struct weir_str id, struct weir_str text)
{
    struct entry *entry;

    if (memo == NULL || id.len != ID_LEN || text.len == 0) {
        return;
    }
    if (memo->texts.len + text.len > TEXTS_MAX || memo->texts.failed) {
        memset(memo->entries, 0, sizeof memo->entries);
        buf_clear(&memo->texts);
    }
    entry = &memo->entries[place_of(id)];
    entry->form = NULL;
    entry->at = memo->texts.len;
    entry->len = text.len;
    buf_add_str(&memo->texts, text);
    if (!memo->texts.failed) {
        memcpy(entry->id, id.data, ID_LEN);
        entry->form = form;
    }
}

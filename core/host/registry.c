#include "host/registry.h"

#include "host/registry_internal.h"

#include <stdlib.h>

#define ENTRIES_MAX 1024 /* far above what exists; a folder full of other things is not listed to its end */

struct registry *registry_new(void)
{
    struct registry *reg = calloc(1, sizeof *reg);

    if (reg != NULL) {
        (void)pthread_mutex_init(&reg->looking, NULL);
        (void)pthread_mutex_init(&reg->lock, NULL);
    }
    return reg;
}

void registry_free(struct registry *reg)
{
    if (reg == NULL) {
        return;
    }
    for (size_t i = 0; i < reg->count; i++) {
        /* Of all pages of one file, each has the same health. */
        health_free(reg->items[i]->entry->health);
        free(reg->items[i]);
    }
    while (reg->pages != NULL) {
        struct page *next = reg->pages->next;

        library_free(reg->pages->library);
        free(reg->pages);
        reg->pages = next;
    }
    free(reg->items);
    (void)pthread_mutex_destroy(&reg->lock);
    (void)pthread_mutex_destroy(&reg->looking);
    free(reg);
}

void registry_listen(struct registry *reg,
                     void (*news)(void *ctx, enum registry_news news, const struct registry_entry *entry,
                                  const struct registry_entry *before),
                     void *ctx)
{
    reg->news = news;
    reg->news_ctx = ctx;
}

/* ---- the list ---- */

struct item *registry_item(const struct registry *reg, struct weir_str tool)
{
    struct item *failed = NULL;

    for (size_t i = 0; i < reg->count; i++) {
        if (weir_str_is(tool, reg->items[i]->entry->tool)) {
            if (reg->items[i]->entry->connector != NULL) {
                return reg->items[i];
            }
            failed = failed != NULL ? failed : reg->items[i];
        }
    }
    return failed;
}

struct item *registry_item_of_path(const struct registry *reg, const char *path)
{
    for (size_t i = 0; i < reg->count; i++) {
        /* One that is too long was cut. */
        if (!reg->items[i]->missing &&
            strncmp(reg->items[i]->entry->path, path, sizeof reg->items[i]->entry->path - 1) == 0) {
            return reg->items[i];
        }
    }
    return NULL;
}

void registry_remove(struct registry *reg, struct item *item)
{
    (void)pthread_mutex_lock(&reg->lock);
    for (size_t i = 0; i < reg->count; i++) {
        if (reg->items[i] == item) {
            reg->count--;
            memmove(reg->items + i, reg->items + i + 1, (reg->count - i) * sizeof(struct item *));
            break;
        }
    }
    (void)pthread_mutex_unlock(&reg->lock);
    free(item);
}

/* A place at the end of the list for an item without an entry yet. NULL: no memory. */
static struct item *add_item(struct registry *reg)
{
    struct item *item = calloc(1, sizeof *item);
    struct item **longer = NULL;

    if (item != NULL) {
        (void)pthread_mutex_lock(&reg->lock);
        longer = realloc(reg->items, (reg->count + 1) * sizeof(struct item *));
        reg->items = longer != NULL ? longer : reg->items;
        (void)pthread_mutex_unlock(&reg->lock);
    }
    if (longer == NULL) {
        free(item);
        return NULL;
    }
    return item;
}

struct item *registry_publish(struct registry *reg, struct item *item, const struct registry_entry *entry,
                              struct library *library, struct weir_error *err)
{
    struct page *page = calloc(1, sizeof *page);
    struct item *place = page == NULL || item != NULL ? item : add_item(reg);

    if (page == NULL || place == NULL) {
        free(page);
        (void)weir_fail(err, WEIR_E_MEMORY, "no memory for the list of connectors");
        return NULL;
    }
    page->entry = *entry;
    page->library = library;
    page->next = reg->pages;
    reg->pages = page;
    (void)pthread_mutex_lock(&reg->lock);
    place->entry = &page->entry;
    if (item == NULL) {
        reg->items[reg->count++] = place; /* there is room since it was made */
    }
    (void)pthread_mutex_unlock(&reg->lock);
    return place;
}

int registry_check_room(const struct registry *reg, struct weir_error *err)
{
    return reg->count < ENTRIES_MAX
               ? 0
               : weir_fail(err, WEIR_E_LIMIT, "more than %d connector files: remove what is not one",
                           ENTRIES_MAX);
}

void registry_tell(struct registry *reg, enum registry_news news, const struct item *item,
                   const struct registry_entry *before)
{
    if (reg->news != NULL) {
        reg->news(reg->news_ctx, news, item->entry, before);
    }
}

/* ---- reading ---- */

const struct registry_entry *registry_nth(struct registry *reg, size_t n)
{
    const struct registry_entry *entry;

    (void)pthread_mutex_lock(&reg->lock);
    entry = n < reg->count ? reg->items[n]->entry : NULL;
    (void)pthread_mutex_unlock(&reg->lock);
    return entry;
}

const struct registry_entry *registry_find(struct registry *reg, struct weir_str tool)
{
    const struct registry_entry *entry;
    const struct item *item;

    (void)pthread_mutex_lock(&reg->lock);
    item = registry_item(reg, tool);
    entry = item != NULL ? item->entry : NULL;
    (void)pthread_mutex_unlock(&reg->lock);
    return entry;
}

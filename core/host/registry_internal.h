/*
 * registry_internal: what the files of the registry share - the list (registry.c), a look at one file
 * (registry_file.c), and folders of them (registry_dir.c).
 */
#ifndef WEIR_HOST_REGISTRY_INTERNAL_H
#define WEIR_HOST_REGISTRY_INTERNAL_H

#include "host/library.h"
#include "host/registry.h"
#include "host/table_check.h"

#include <pthread.h>

#define FOLDERS_MAX 16

/* An entry, for ever. */
struct page {
    struct page *next;
    struct registry_entry entry;
    struct library *library; /* the one it brought; NULL: none, or it belongs to an earlier page */
};

/* One file that was looked at, or one name that no folder had. */
struct item {
    const struct registry_entry *entry; /* guarded by the registry's lock, as its place in the list */
    bool missing;                       /* a name of `enabled` that no folder had so far */
    uint64_t folders[FOLDERS_MAX];      /* ... which ones, by hash */
    size_t folder_count;
    bool again;                      /* it failed for what need not be the file's own fault */
    struct library_stamp stamp;      /* of the file as it was looked at last */
    uint8_t seen[CRYPTO_SHA256];     /* its content then */
    uint8_t in_force[CRYPTO_SHA256]; /* the content that is loaded */
};

struct registry {
    pthread_mutex_t looking; /* held while files are looked at; guards all but what the next one does */
    struct page *pages;
    size_t loads;
    void (*news)(void *ctx, enum registry_news news, const struct registry_entry *entry,
                 const struct registry_entry *before);
    void *news_ctx;
    pthread_mutex_t lock; /* guards the rest, for whoever reads; never held for long. Taken after looking */
    struct item **items;
    size_t count;
};

/* ---- registry.c. All but the readers': looking is held. ---- */
/* The tool's entry that is loaded, or else the first. */
struct item *registry_item(const struct registry *reg, struct weir_str tool);
struct item *registry_item_of_path(const struct registry *reg, const char *path);
/* Show the entry in the item's place; a NULL item: as a new one. Takes library. NULL, and *library is not
 * taken: *err says why. */
struct item *registry_publish(struct registry *reg, struct item *item, const struct registry_entry *entry,
                              struct library *library, struct weir_error *err);
void registry_remove(struct registry *reg, struct item *item);
int registry_check_room(const struct registry *reg, struct weir_error *err);
void registry_tell(struct registry *reg, enum registry_news news, const struct item *item,
                   const struct registry_entry *before);

/* ---- registry_file.c ---- */
/* The name between the last "/" and ".so"; false: it is no tool's name. */
bool registry_tool_of_path(char tool[TABLE_TOOL_MAX + 1], const char *path);
/* Look at one file. *listed: only the list itself can fail, and then there is no entry that would say so. */
int registry_look(struct registry *reg, bool *listed, const char *path, struct weir_error *err);

#endif

/*
 * table: fills a struct from a group of the file, as a table of keys describes it.
 *
 * The same table frees the struct and compares two of them, so that a key is added in one place, keys.c.
 */
#ifndef WEIR_CONFIG_TABLE_H
#define WEIR_CONFIG_TABLE_H

#include "config/reader.h"

enum key_kind {
    KEY_TEXT = 1, /* char * */
    KEY_SECRET,   /* char *, wiped when freed */
    KEY_PATH,     /* char *, relative to the folder of the file */
    KEY_INTEGER,  /* int64_t */
    KEY_BOOL,     /* bool */
    KEY_WORD,     /* an enum: the index in words */
    KEY_STRINGS,  /* struct config_strings, wiped when freed */
    KEY_GROUP,    /* a struct described by keys */
    KEY_ITEMS,    /* a list of groups: a pointer and a size_t, as in struct config_scopes */
    KEY_CUSTOM    /* read, fini and equal say how */
};

enum key_flag {
    KEY_REQUIRED = 1 << 0,
    KEY_RESTART = 1 << 1, /* a reload cannot change it; holds for all keys of a group */
    KEY_UNIQUE = 1 << 2,  /* no two items of the list have the same (text and secrets) */
    KEY_OPAQUE = 1 << 3,  /* KEY_STRINGS: secrets; never shown */
    KEY_PATHS = 1 << 4    /* KEY_STRINGS: each as KEY_PATH */
};

struct key {
    const char *name; /* NULL ends a table */
    enum key_kind kind;
    int flags;
    size_t offset; /* of the member in the struct that the table describes */

    const char *example; /* "listen = \"127.0.0.1:8080\";", told when a required key is missing */
    const char *text;    /* default of a text or path; NULL: none */
    int64_t number;      /* default of an integer, a bool, a word */
    int64_t least, most;
    const char *const *words; /* of KEY_WORD; of KEY_STRINGS when only some are allowed; NULL-terminated */
    const struct key *keys;   /* of KEY_GROUP and KEY_ITEMS */
    size_t item_size;         /* of KEY_ITEMS */

    /* A further look at a text, secret or path, or at each of KEY_STRINGS; may shorten it in place. */
    void (*check)(struct reader *rd, config_setting_t *at, char *value);
    /* A further look at a whole group or item. at is NULL when the file does not have the group. */
    void (*done)(struct reader *rd, config_setting_t *at, void *item);

    void (*read)(struct reader *rd, config_setting_t *at, void *member, void *item);
    void (*fini)(void *member);
    bool (*equal)(const void *a, const void *b);
};

/* Thread: any, one at a time per reader, as all calls here. */

/* Fill the struct at base, which is zeroed. at NULL: the file does not have the group, defaults it is. */
void table_read(struct reader *rd, const struct key *keys, config_setting_t *at, void *base);
/* Free what the struct holds, secrets overwritten; not the struct. */
void table_fini(const struct key *keys, void *base);
/*
 * Report the keys that differ and need a restart; their number. prefix: "" or "workers."; all: each key
 * needs one.
 */
size_t table_restart(struct config_report *report, const struct key *keys, const char *prefix, bool all,
                     const void *old, const void *now);

void table_strings_fini(struct config_strings *strings);

#endif

/*
 * reader: a file while it is read: where its mistakes are told, and its plain values.
 *
 * Each value call leaves a finding with its place when the value is not what it should be.
 */
#ifndef WEIR_CONFIG_READER_H
#define WEIR_CONFIG_READER_H

#include "config/config.h"
#include "config/source.h"

#include <libconfig.h>

struct key;

struct reader {
    const struct key *keys; /* the whole table, to tell where a misplaced key belongs */
    struct source *source;
    struct config_report *report;
    const struct config_names *names; /* never NULL; its members may be */
    struct config *cfg;
    config_setting_t *root;
    bool no_memory; /* what was read is incomplete without a finding */
};

/* Thread: any, one at a time per reader, as all calls here. */

/* The string of a setting with @env: and @file: resolved; the caller frees it. NULL: there is a finding
 * (or no memory). secret: warn where others can read it. */
char *reader_text(struct reader *rd, config_setting_t *at, bool secret);
/* The index of the string in words, or -1 with a finding. */
int reader_word(struct reader *rd, config_setting_t *at, const char *const *words);
/* A whole number within bounds. false: there is a finding. */
bool reader_integer(struct reader *rd, config_setting_t *at, int64_t least, int64_t most, int64_t *value);
/* As reader_integer, for true and false. */
bool reader_bool(struct reader *rd, config_setting_t *at, bool *value);

/* Zeroed room for an aggregate's elements. NULL: it has none, or no memory. */
void *reader_room(struct reader *rd, config_setting_t *at, size_t item_size);

/* Free a string after overwriting it. */
void reader_secret_free(char *secret);

/*
 * A finding about at, or about its member `child` that is missing (NULL: about at itself). suggestion may
 * be NULL. Values never go in; what the file literally says may, through reader_shown.
 */
void reader_report(struct reader *rd, enum config_severity severity, config_setting_t *at, const char *child,
                   const char *suggestion, const char *format, ...) WEIR_PRINTF(6, 7);

/* The suggestion "did you mean \"best\"?"; NULL when best is. */
#define READER_CURE 200
const char *reader_did_you_mean(char out[READER_CURE], const char *best);

/* What the file literally says of a name or word, cut and cleaned; a reference stays one. For keys
 * that hold no secret. */
#define READER_SHOWN 64
const char *reader_shown(char out[READER_SHOWN], const char *text);

#endif

/*
 * harvest_internal: the inside of a harvest, shared by the collecting (harvest.c) and the storing
 * (harvest_store.c).
 */
#ifndef WEIR_FLOW_HARVEST_INTERNAL_H
#define WEIR_FLOW_HARVEST_INTERNAL_H

#include "flow/harvest.h"
#include "model/record.h"

/* One thing emitted, as it came; normalised once the call is over. */
struct emitted {
    const struct model *model;
    char *remote_id;
    char *json;
    size_t json_len;
    bool placeholder;
    struct record *record; /* NULL: not normalised, or it did not fit */
};

struct gone {
    const struct model *model;
    char *remote_id;
    char id[ID_TEXT];
};

struct complete {
    uint8_t model, slot;
    char parent[ID_TEXT];
};

/* Copies of what will be handed to the store; each owns its text. */
struct kept_text {
    struct kept_text *next;
};

struct harvest {
    struct flow *flow;
    struct integration *integration;
    struct call_sink sink;
    struct emitted *emitted;
    size_t emitted_count, emitted_cap;
    struct gone *gone;
    size_t gone_count, gone_cap;
    struct complete *completes;
    size_t complete_count, complete_cap;
    struct store_aside_in *asides;
    size_t aside_count, aside_cap;
    struct store_log_in *logs;
    size_t log_count, log_cap;
    uint8_t (*seen)[STORE_HASH];
    size_t seen_count, seen_cap;
    struct buf cursor;
    struct buf requests; /* JSON, for the log */
    size_t request_count;
    struct weir_ref touched; /* the first one; model empty: none */
    const char *warnings[HARVEST_WARNINGS_MAX];
    size_t warning_count;
    size_t bytes;
    struct kept_text *texts;
    const struct store_sync *checkpoint; /* lent until it was handed to the store; NULL: none */
};

#endif

/*
 * stored: a record in the store and what it refers to, as the model room looks at them.
 */
#ifndef WEIR_WEB_STORED_H
#define WEIR_WEB_STORED_H

#include "model/lookup.h"
#include "store/store.h"

/* Where to look; lent by whoever renders. */
struct stored {
    struct store_reader *reader;
    uint32_t integration;
};

/* Spans are the record's. Thread: web, as all here. */
struct lookup_source stored_source(const struct store_record *record);
struct lookup stored_lookup(struct stored *from);

#endif

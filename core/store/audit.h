/*
 * audit: what people and programs changed through the APIs, by time. Kept longer than the log, and apart from
 * it, as it answers another question: who did this?
 */
#ifndef WEIR_STORE_AUDIT_H
#define WEIR_STORE_AUDIT_H

#include "store/store.h"

#define STORE_AUDIT_MAX 4096

/* Note one; json is one flat object without secrets and without records' values. Waits for the disk.
 * WEIR_E_LIMIT: longer than STORE_AUDIT_MAX. Thread: web, worker. */
int store_audit(struct store *st, struct weir_str json, struct weir_error *err);

struct store_audit_entry {
    int64_t at_ms;
    uint64_t seq;
    struct weir_str json; /* lent */
};
/* Newest first, behind (before_ms, before_seq) (zeros: from the newest), back to since_ms, until each returns
 * false. Thread: web. */
int store_audits(struct store *st, int64_t since_ms, int64_t before_ms, uint64_t before_seq,
                 bool (*each)(void *ctx, const struct store_audit_entry *entry), void *ctx,
                 struct weir_error *err);

#endif

/*
 * trace_entry: what one entry of the log says that leads to another.
 */
#ifndef WEIR_WEB_TRACE_ENTRY_H
#define WEIR_WEB_TRACE_ENTRY_H

#include "web/trace.h"

/* A number as it stands in the text; 0 for anything else. Thread: any, as all calls here. */
uint64_t entry_uint(struct weir_str value);
/* A text by its key; empty when there is none. */
struct weir_str entry_text(struct weir_str json, const char *key);
/* The changes that a fetch made or a notification tells. false: none. */
bool entry_range(struct trace_range *out, struct weir_str json);
/* Does the entry of a delivery hold an event with this id, and what became of it? */
bool entry_event(struct weir_str *outcome, struct weir_str json, struct weir_str id);
/* Does the entry of a fetch say which fields of the record changed? fields may be NULL. */
bool entry_changed(struct weir_str *fields, struct weir_str json, struct weir_str id);
/* Its members behind those already there, without what is shown as stages of its own. */
void entry_put(struct buf *out, struct weir_str json);

#endif

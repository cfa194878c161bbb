/*
 * when: a moment as people and programs write it.
 */
#ifndef WEIR_WEB_WHEN_H
#define WEIR_WEB_WHEN_H

#include "weir/types.h"

/* A distance before now ("45s", "90m", "2h", "3d", "1w"), a date or a time of RFC 3339. name is the
 * parameter's, for the message. WEIR_E_INVALID. Thread: any. */
int when_parse(int64_t *ms, struct weir_str text, int64_t now_ms, const char *name, struct weir_error *err);

#endif

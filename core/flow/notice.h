/*
 * notice: the bodies of notifications.
 *
 * Compact JSON with a fixed order of keys and raw UTF-8, so that a consumer who parses and prints it again
 * before checking the signature gets the same bytes.
 */
#ifndef WEIR_FLOW_NOTICE_H
#define WEIR_FLOW_NOTICE_H

#include "flow/integration.h"

/* Stands where the store puts the notification's id. */
#define NOTICE_ID "%id%"

/* Thread: any, all of them. The members are those of the table in model/message.h. */
void notice_sync_finished(struct buf *out, const struct integration *it, const struct store_sync *sync,
                          const char *state);

void notice_created(struct buf *out, const struct integration *it);
void notice_deleted(struct buf *out, const struct integration *it, int64_t at_ms);
/* state: STORE_ACTIVE, STORE_INVALID or STORE_INACTIVE. */
void notice_state_changed(struct buf *out, const struct integration *it, int32_t state,
                          const struct store_lifecycle *life, int64_t at_ms);
/* Of a connection flow that made no integration. tool and the rest are the link's; empty: null. */
struct notice_failed {
    struct weir_str tool, organization, creator_email, origin_id;
    const char *category, *log_url;
};
void notice_connection_failed(struct buf *out, const struct notice_failed *failed);

#endif

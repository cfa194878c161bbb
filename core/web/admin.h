/*
 * admin: the endpoints of the admin API, and what its lists share.
 */
#ifndef WEIR_WEB_ADMIN_H
#define WEIR_WEB_ADMIN_H

#include "web/query.h"
#include "web/web_internal.h"

/* Ids of the integrations by their numbers in the store. */
struct admin_names {
    struct admin_name {
        uint32_t number;
        char id[STORE_INTEGRATION_ID_MAX];
    } * items;
    size_t count;
};

/* One page of a list on its way into the answer. */
struct admin_list {
    struct request *r;
    struct buf *out;
    struct query query;
    struct admin_names names;
    uint32_t limit, count;
    uint64_t after[2]; /* behind this place it begins; zeros: at its first row */
    uint64_t place[2]; /* of the last row written */
    bool more;
    uint32_t integration; /* rows of this one alone; 0: all */
};

/* Read limit, cursor and integration, and whatever else params (NULL-terminated) names. false: answered. */
bool admin_list_begin(struct admin_list *list, struct request *r, const char *const *params);
/* May the key see what is of the integration of that number? Asked before admin_list_row. */
bool admin_list_sees(const struct admin_list *list, uint32_t number);
/* Room for one more row? Opens it and notes its place; false: the page is full, and more follows. */
bool admin_list_row(struct admin_list *list, uint64_t place_0, uint64_t place_1);
/* Enough was looked at: the page ends here, and the next one goes on behind this place. Always false. */
bool admin_list_pause(struct admin_list *list, uint64_t place_0, uint64_t place_1);
/* Write the end, or the failure. In any case after a begin that was true. */
void admin_list_end(struct admin_list *list, int rc, const struct weir_error *err);
/* The id of an integration as a member; null when it is not known (any more). */
void admin_put_integration(struct admin_list *list, uint32_t number);
/* A parameter that has to be one of words (NULL-terminated): its place, or 0 when it is not given; -1:
 * answered. */
int admin_list_word(struct admin_list *list, const char *name, const char *const *words);

/* The whole answer: a row for each integration, of which write adds the members. */
void admin_list_integrations(struct request *r,
                             void (*write)(struct buf *out, const struct web_integration *it));

/* The word for an integration's state, and for a subscription's. */
const char *admin_state_word(int32_t state);
const char *admin_subscription_word(int32_t state);
/* An empty object, or the failure. */
void admin_answer_done(struct request *r, int rc, const struct weir_error *err);

/* Endpoints. Thread: web. */
void admin_connectors(struct request *r);
void admin_connector(struct request *r);
void admin_connectors_reload(struct request *r);
void admin_connector_reload(struct request *r);
void admin_integrations(struct request *r);
void admin_integration(struct request *r);
void admin_syncs(struct request *r);
void admin_notifications(struct request *r);
void admin_log(struct request *r);
void admin_deliveries(struct request *r);
void admin_events(struct request *r);
void admin_sync_start(struct request *r);
void admin_sync_cancel(struct request *r);
void admin_integration_create(struct request *r);
void admin_integration_set(struct request *r);
void admin_integration_delete(struct request *r);
void admin_integration_enable(struct request *r);
void admin_integration_disable(struct request *r);
void admin_integration_pass_quality(struct request *r);
void admin_subscriptions(struct request *r);
void admin_subscription(struct request *r);
void admin_subscription_ensure(struct request *r);
void admin_subscription_remove(struct request *r);
void admin_endpoints(struct request *r);
void admin_endpoint(struct request *r);
void admin_endpoint_add(struct request *r);
void admin_endpoint_change(struct request *r);
void admin_endpoint_remove(struct request *r);
void admin_endpoint_test(struct request *r);
void admin_endpoint_verify(struct request *r);
void admin_endpoint_rotate(struct request *r);
void admin_endpoint_enable(struct request *r);
void admin_endpoint_disable(struct request *r);
void admin_notifications_replay(struct request *r);
void admin_events_replay(struct request *r);
void admin_custom_fields(struct request *r);
void admin_custom_field_create(struct request *r);
void admin_custom_field_delete(struct request *r);
void admin_reload(struct request *r);
void admin_backup(struct request *r);
void admin_log_stream(struct request *r);
void admin_notifications_stream(struct request *r);
void admin_keys(struct request *r);
void admin_key(struct request *r);
void admin_key_create(struct request *r);
void admin_key_revoke(struct request *r);
void admin_audit(struct request *r);
void admin_overview(struct request *r);
void admin_overview_stream(struct request *r);
/* The overview as the request's key sees it, "at" first. Nothing of the request is used but web and key. */
void admin_overview_write(struct buf *out, struct request *r);
void admin_records(struct request *r);
void admin_scopes(struct request *r);
void admin_scope(struct request *r);
void admin_scope_create(struct request *r);
void admin_scope_put(struct request *r);
void admin_scope_delete(struct request *r);
void admin_integration_scope(struct request *r);

/* Is it 1 to 64 letters, digits, ".", "_" or "-"? What keys and scopes are named by. */
bool admin_name_is(struct weir_str name);

/* What the request changed, or was kept from changing, into the audit log; nothing for one that only reads.
 * Thread: web. */
void audit_note(struct request *r);

/* How endpoints fare, as a member of the status. */
void admin_put_endpoints(struct buf *out, const struct web_app *app);
/* What a connector says of a setting. */
void admin_put_setting(struct buf *out, const struct weir_setting *setting);
/* The ids and patterns that a key is for; filter has them with commas. */
void admin_put_filter(struct buf *out, const char *filter);
/* admin_refetch.c */
void admin_deliveries_replay(struct request *r);
void admin_refetch(struct request *r);
void admin_attempt_list(struct request *r);
/* admin_trace.c */
void admin_trace(struct request *r);
/* admin_data.c */
void admin_models(struct request *r);
void admin_record_changes(struct request *r);
/* admin_replay.c */
void admin_notification(struct request *r);
void admin_notifications_discard(struct request *r);
/* The name of an endpoint by its number, as a member. */
void admin_put_endpoint(struct request *r, struct buf *out, uint32_t number);
/* A page ended before it was full, as enough was looked at: it goes on behind that place. */
void admin_list_reached(struct admin_list *list, uint64_t place_0, uint64_t place_1);
/* A parameter that is a moment (web/when.h); left alone when it is not given. false: answered. */
bool admin_list_when(int64_t *ms, struct admin_list *list, const char *name);

/* Attempts from the log, for the notifications' list. */
void admin_attempts(struct admin_list *list);

#endif

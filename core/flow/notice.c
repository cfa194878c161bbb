#include "flow/notice.h"

#include "flow/flow.h"
#include "model/message.h"
#include "model/model.h"

#include "store/endpoints.h"

/* The store has a bit for each type. */
#define SAME(name) _Static_assert(STORE_EVENT_##name == 1u << MESSAGE_##name, #name)
SAME(DATA_CHANGED);
SAME(SYNC_FINISHED);
SAME(INTEGRATION_CREATED);
SAME(INTEGRATION_DELETED);
SAME(INTEGRATION_STATE_CHANGED);
SAME(CONNECTION_FLOW_FAILED);
SAME(ENDPOINT_FAILING);
SAME(ENDPOINT_DISABLED);

static void add_integration(struct message_out *m, const struct integration *it)
{
    message_text(m, "integration_id", it->id);
    message_text(m, "integration_tool", it->tool);
    message_text(m, "integration_category", integration_category(it));
}

static void add_end_user(struct message_out *m, const struct integration *it)
{
    message_open(m, "end_user");
    message_text(m, "organization_name", it->organization);
    message_text(m, "creator_email", it->creator_email);
    message_text(m, "origin_id", it->origin_id);
    message_close(m);
}

void notice_sync_finished(struct buf *out, const struct integration *it, const struct store_sync *sync,
                          const char *state)
{
    struct message_out m;
    char log_url[64];

    /* The contract asks for a link; until there are pages it names the entry for `weir sync status`. */
    (void)snprintf(log_url, sizeof log_url, "weir:syncs/%s", sync->id);
    message_begin(&m, out, MESSAGE_SYNC_FINISHED, NOTICE_ID);
    message_text(&m, "sync_id", sync->id);
    message_text(&m, "sync_state", state);
    message_time(&m, "sync_started_at", sync->started_at_ms);
    message_time(&m, "sync_ended_at", sync->ended_at_ms);
    message_integer(&m, "sync_duration_seconds", (sync->ended_at_ms - sync->started_at_ms) / 1000);
    add_integration(&m, it);
    add_end_user(&m, it);
    message_text(&m, "log_url", log_url);
    message_end(&m);
}

/* Some call the same things by other names. */
static void add_short_integration(struct message_out *m, const struct integration *it)
{
    message_text(m, "id", it->id);
    message_text(m, "tool", it->tool);
    message_text(m, "category", integration_category(it));
    add_end_user(m, it);
}

void notice_created(struct buf *out, const struct integration *it)
{
    struct message_out m;

    message_begin(&m, out, MESSAGE_INTEGRATION_CREATED, NOTICE_ID);
    add_short_integration(&m, it);
    message_end(&m);
}

void notice_deleted(struct buf *out, const struct integration *it, int64_t at_ms)
{
    struct message_out m;

    message_begin(&m, out, MESSAGE_INTEGRATION_DELETED, NOTICE_ID);
    add_short_integration(&m, it);
    message_time(&m, "deleted_at", at_ms);
    message_end(&m);
}

void notice_state_changed(struct buf *out, const struct integration *it, int32_t state,
                          const struct store_lifecycle *life, int64_t at_ms)
{
    struct message_out m;

    message_begin(&m, out, MESSAGE_INTEGRATION_STATE_CHANGED, NOTICE_ID);
    message_text(&m, "integration_tool", it->tool);
    message_text(&m, "integration_id", it->id);
    message_text(&m, "integration_category", integration_category(it));
    add_end_user(&m, it);
    message_text(&m, "qa_status", store_qa_word(life->qa));
    message_text(&m, "setup_status", store_setup_word(life->setup));
    message_text(&m, "state",
                 state == STORE_INVALID    ? "INVALID"
                 : state == STORE_INACTIVE ? "INACTIVE"
                                           : "ACTIVE");
    message_time(&m, "updated_at", at_ms);
    message_end(&m);
}

void notice_connection_failed(struct buf *out, const struct notice_failed *failed)
{
    struct message_out m;

    message_begin(&m, out, MESSAGE_CONNECTION_FLOW_FAILED, NOTICE_ID);
    message_str(&m, "integration_tool", failed->tool);
    message_text(&m, "integration_category", failed->category);
    message_open(&m, "end_user");
    message_str(&m, "organization_name", failed->organization);
    message_str(&m, "creator_email", failed->creator_email);
    message_str(&m, "origin_id", failed->origin_id);
    message_close(&m);
    message_text(&m, "log_url", failed->log_url);
    message_end(&m);
}

static const char *change_word(uint8_t kind)
{
    return kind == STORE_CREATED ? "created" : kind == STORE_GONE ? "deleted" : "updated";
}

static void add_records(struct message_out *m, const struct store_change *changes, size_t count)
{
    message_open(m, "changed_records");
    for (size_t i = 0; i < count; i++) {
        const struct model *model = model_by_number(changes[i].model);

        if (model == NULL) {
            continue; /* a join has no records of its own */
        }
        message_item(m);
        message_text(m, "model", model->name);
        message_text(m, "id", changes[i].id);
        message_text(m, "remote_id", changes[i].remote_id);
        message_text(m, "change", change_word(changes[i].kind));
        message_close(m);
    }
    message_close(m);
}

static void add_models(struct message_out *m, const uint8_t *models, size_t count)
{
    message_open(m, "changed_models");
    for (size_t i = 0; i < count; i++) {
        message_item(m);
        message_text(m, "name", model_changed_name(models[i]));
        message_close(m);
    }
    message_close(m);
}

void flow_render(void *directory, struct buf *out, const char *notification_id, uint32_t integration,
                 const struct store_change *changes, size_t count, uint64_t total,
                 const uint8_t *changed_models, size_t changed_model_count, struct weir_str changes_cursor)
{
    struct integration *it = directory_find_number(directory, integration);
    struct message_out m;

    if (it == NULL) {
        return; /* there is nothing left to read, nor a name to tell it by */
    }
    message_begin(&m, out, MESSAGE_DATA_CHANGED, notification_id);
    add_integration(&m, it);
    add_models(&m, changed_models, changed_model_count);
    add_records(&m, changes, count);
    if (total > count) {
        message_true(&m, "changed_records_truncated");
    }
    if (changes_cursor.len > 0) {
        message_str(&m, "changes_cursor", changes_cursor);
    }
    message_end(&m);
    integration_unref(it);
}

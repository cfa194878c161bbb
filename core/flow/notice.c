#include "flow/notice.h"

#include "base/datetime.h"
#include "flow/flow.h"
#include "model/model.h"

#include <inttypes.h>

static void add_key(struct buf *out, const char *key)
{
    buf_add_char(out, '"');
    buf_add_text(out, key);
    buf_add_text(out, "\":");
}

static void add_pair(struct buf *out, const char *key, const char *value_or_null)
{
    add_key(out, key);
    if (value_or_null != NULL) {
        buf_add_json_str(out, weir_str(value_or_null));
    } else {
        buf_add_text(out, "null");
    }
}

static void add_time(struct buf *out, const char *key, int64_t ms)
{
    char text[DATETIME_TEXT];

    datetime_format(text, ms);
    add_pair(out, key, text);
}

static void add_integration(struct buf *out, const struct integration *it)
{
    add_pair(out, "integration_id", it->id);
    buf_add_char(out, ',');
    add_pair(out, "integration_tool", it->tool);
    buf_add_char(out, ',');
    add_pair(out, "integration_category", integration_category(it));
}

static void add_end_user(struct buf *out, const struct integration *it)
{
    buf_add_text(out, "\"end_user\":{");
    add_pair(out, "organization_name", it->organization);
    buf_add_char(out, ',');
    add_pair(out, "creator_email", it->creator_email);
    buf_add_char(out, ',');
    add_pair(out, "origin_id", it->origin_id);
    buf_add_char(out, '}');
}

void notice_sync_finished(struct buf *out, const struct integration *it, const struct store_sync *sync,
                          const char *state)
{
    buf_add_text(out, "{\"id\":\"%id%\",\"type\":\"sync-finished\",\"data\":{");
    add_pair(out, "sync_id", sync->id);
    buf_add_char(out, ',');
    add_pair(out, "sync_state", state);
    buf_add_char(out, ',');
    add_time(out, "sync_started_at", sync->started_at_ms);
    buf_add_char(out, ',');
    add_time(out, "sync_ended_at", sync->ended_at_ms);
    buf_printf(out, ",\"sync_duration_seconds\":%" PRId64 ",",
               (sync->ended_at_ms - sync->started_at_ms) / 1000);
    add_integration(out, it);
    buf_add_char(out, ',');
    add_end_user(out, it);
    buf_add_char(out, ',');
    /* The contract asks for a link; until there are pages it names the entry for `weir sync status`. */
    buf_printf(out, "\"log_url\":\"weir:syncs/%s\"}}", sync->id);
}

/* These two call the same things by other names. */
static void add_short_integration(struct buf *out, const struct integration *it)
{
    add_pair(out, "id", it->id);
    buf_add_char(out, ',');
    add_pair(out, "tool", it->tool);
    buf_add_char(out, ',');
    add_pair(out, "category", integration_category(it));
    buf_add_char(out, ',');
    add_end_user(out, it);
}

void notice_created(struct buf *out, const struct integration *it)
{
    buf_add_text(out, "{\"id\":\"%id%\",\"type\":\"integration-created\",\"data\":{");
    add_short_integration(out, it);
    buf_add_text(out, "}}");
}

void notice_deleted(struct buf *out, const struct integration *it, int64_t at_ms)
{
    buf_add_text(out, "{\"id\":\"%id%\",\"type\":\"integration-deleted\",\"data\":{");
    add_short_integration(out, it);
    buf_add_char(out, ',');
    add_time(out, "deleted_at", at_ms);
    buf_add_text(out, "}}");
}

void notice_state_changed(struct buf *out, const struct integration *it, int32_t state,
                          const struct store_lifecycle *life, int64_t at_ms)
{
    buf_add_text(out, "{\"id\":\"%id%\",\"type\":\"integration-state-changed\",\"data\":{");
    add_pair(out, "integration_tool", it->tool);
    buf_add_char(out, ',');
    add_pair(out, "integration_id", it->id);
    buf_add_char(out, ',');
    add_pair(out, "integration_category", integration_category(it));
    buf_add_char(out, ',');
    add_end_user(out, it);
    buf_add_char(out, ',');
    add_pair(out, "qa_status", store_qa_word(life->qa));
    buf_add_char(out, ',');
    add_pair(out, "setup_status", store_setup_word(life->setup));
    buf_add_char(out, ',');
    add_pair(out, "state",
             state == STORE_INVALID    ? "INVALID"
             : state == STORE_INACTIVE ? "INACTIVE"
                                       : "ACTIVE");
    buf_add_char(out, ',');
    add_time(out, "updated_at", at_ms);
    buf_add_text(out, "}}");
}

static void add_span(struct buf *out, const char *key, struct weir_str value, bool may_be_null)
{
    add_key(out, key);
    if (may_be_null && value.len == 0) {
        buf_add_text(out, "null");
    } else {
        buf_add_json_str(out, value);
    }
}

void notice_connection_failed(struct buf *out, const struct notice_failed *failed)
{
    buf_add_text(out, "{\"id\":\"%id%\",\"type\":\"connection-flow-failed\",\"data\":{");
    add_span(out, "integration_tool", failed->tool, false);
    buf_add_char(out, ',');
    add_pair(out, "integration_category", failed->category);
    buf_add_text(out, ",\"end_user\":{");
    add_span(out, "organization_name", failed->organization, false);
    buf_add_char(out, ',');
    add_span(out, "creator_email", failed->creator_email, true);
    buf_add_char(out, ',');
    add_span(out, "origin_id", failed->origin_id, true);
    buf_add_text(out, "},");
    add_pair(out, "log_url", failed->log_url);
    buf_add_text(out, "}}");
}

static const char *change_word(uint8_t kind)
{
    return kind == STORE_CREATED ? "created" : kind == STORE_GONE ? "deleted" : "updated";
}

static size_t add_changes(struct buf *out, const struct store_change *changes, size_t count)
{
    size_t shown = 0;

    for (size_t i = 0; i < count; i++) {
        const struct model *model = model_by_number(changes[i].model);

        if (model == NULL) {
            continue; /* a join has no records of its own */
        }
        buf_add_text(out, shown++ > 0 ? ",{" : "{");
        add_pair(out, "model", model->name);
        buf_add_char(out, ',');
        add_pair(out, "id", changes[i].id);
        buf_add_char(out, ',');
        add_pair(out, "remote_id", changes[i].remote_id);
        buf_add_char(out, ',');
        add_pair(out, "change", change_word(changes[i].kind));
        buf_add_char(out, '}');
    }
    return shown;
}

void flow_render(void *directory, struct buf *out, const char *notification_id, uint32_t integration,
                 const struct store_change *changes, size_t count, uint64_t total,
                 const uint8_t *changed_models, size_t changed_model_count, struct weir_str changes_cursor)
{
    struct integration *it = directory_find_number(directory, integration);

    if (it == NULL) {
        buf_printf(out, "{\"id\":\"%s\",\"type\":\"data-changed\",\"data\":{}}", notification_id);
        return;
    }
    buf_add_char(out, '{');
    add_pair(out, "id", notification_id);
    buf_add_text(out, ",\"type\":\"data-changed\",\"data\":{");
    add_integration(out, it);
    buf_add_text(out, ",\"changed_models\":[");
    for (size_t i = 0; i < changed_model_count; i++) {
        buf_add_text(out, i > 0 ? ",{" : "{");
        add_pair(out, "name", model_changed_name(changed_models[i]));
        buf_add_char(out, '}');
    }
    buf_add_text(out, "],\"changed_records\":[");
    (void)add_changes(out, changes, count);
    buf_add_char(out, ']');
    if (total > count) {
        buf_add_text(out, ",\"changed_records_truncated\":true");
    }
    if (changes_cursor.len > 0) {
        buf_add_text(out, ",\"changes_cursor\":");
        buf_add_json_str(out, changes_cursor);
    }
    buf_add_text(out, "}}");
    integration_unref(it);
}

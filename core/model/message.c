#include "model/message.h"

#include "base/datetime.h"
#include "base/thread.h"
#include "model/model.h"

#include <string.h>

/* ---- the table ---- */

#define END                                                                                                  \
    {                                                                                                        \
        .name = NULL                                                                                         \
    }
#define TEXT(name_)                                                                                          \
    {                                                                                                        \
        .name = (name_), .kind = MESSAGE_TEXT                                                                \
    }
#define SAYS(name_, text_)                                                                                   \
    {                                                                                                        \
        .name = (name_), .kind = MESSAGE_TEXT, .text = (text_)                                               \
    }
#define TIME(name_)                                                                                          \
    {                                                                                                        \
        .name = (name_), .kind = MESSAGE_TIME                                                                \
    }
#define WORD(name_, words_)                                                                                  \
    {                                                                                                        \
        .name = (name_), .kind = MESSAGE_WORD, .words = (words_)                                             \
    }
#define END_USER                                                                                             \
    {                                                                                                        \
        .name = "end_user", .kind = MESSAGE_OBJECT, .members = end_user                                      \
    }

static const char *const categories[] = {"HRIS", "ATS", "ASSESSMENT", "LMS", NULL};
static const char *const sync_states[] = {"SUCCEEDED", "PARTIALLY_FAILED", "FAILED", "AUTHENTICATION_FAILED",
                                          "CANCELLED", "TIMED_OUT",        NULL};
static const char *const qualities[] = {"PENDING", "FAILED", "PASSED", NULL};
static const char *const setups[] = {"INCOMPLETE", "FINAL_SYNC_PENDING", "COMPLETED", NULL};
static const char *const states[] = {"ACTIVE", "INVALID", "INACTIVE", NULL};
static const char *const changes[] = {"created", "updated", "deleted", NULL};

static const struct message_member end_user[] = {
    TEXT("organization_name"),
    {.name = "creator_email",
     .kind = MESSAGE_TEXT,
     .nullable = true,
     .text = "As it was given when the link was made."},
    {.name = "origin_id", .kind = MESSAGE_TEXT, .nullable = true, .text = "Your own id of the customer."},
    END,
};

static const struct message_member changed_model[] = {
    {.name = "name", .kind = MESSAGE_NAME},
    END,
};
static const struct message_member changed_record[] = {
    {.name = "model", .kind = MESSAGE_MODEL},
    {.name = "id", .kind = MESSAGE_ID},
    TEXT("remote_id"),
    WORD("change", changes),
    END,
};
static const struct message_member data_changed[] = {
    SAYS("integration_id", "\"<tool>:<id>\""),
    TEXT("integration_tool"),
    WORD("integration_category", categories),
    {.name = "changed_models", .kind = MESSAGE_LIST, .members = changed_model},
    {.name = "changed_records",
     .kind = MESSAGE_LIST,
     .members = changed_record,
     .text = "At most as many as the configuration says. Beyond the published contract, as what follows."},
    {.name = "changed_records_truncated",
     .kind = MESSAGE_TRUE,
     .may = true,
     .text = "There are more than that: the feed, or the lists, have them all."},
    {.name = "changes_cursor",
     .kind = MESSAGE_TEXT,
     .may = true,
     .text = "For GET /v1/changes: it begins with the first of these changes."},
    {.name = "test",
     .kind = MESSAGE_TRUE,
     .may = true,
     .text = "Somebody tries the endpoint: nothing changed."},
    END,
};
static const struct message_member sync_finished[] = {
    {.name = "sync_id", .kind = MESSAGE_ID},
    WORD("sync_state", sync_states),
    TIME("sync_started_at"),
    TIME("sync_ended_at"),
    {.name = "sync_duration_seconds", .kind = MESSAGE_INTEGER},
    SAYS("integration_id", "\"<tool>:<id>\""),
    TEXT("integration_tool"),
    WORD("integration_category", categories),
    END_USER,
    SAYS("log_url", "\"weir:syncs/<sync_id>\""),
    END,
};
static const struct message_member integration_created[] = {
    SAYS("id", "\"<tool>:<id>\""), TEXT("tool"), WORD("category", categories), END_USER, END,
};
static const struct message_member integration_deleted[] = {
    SAYS("id", "\"<tool>:<id>\""),
    TEXT("tool"),
    WORD("category", categories),
    END_USER,
    TIME("deleted_at"),
    END,
};
static const struct message_member integration_state_changed[] = {
    TEXT("integration_tool"),
    SAYS("integration_id", "\"<tool>:<id>\""),
    WORD("integration_category", categories),
    END_USER,
    WORD("qa_status", qualities),
    WORD("setup_status", setups),
    WORD("state", states),
    TIME("updated_at"),
    END,
};
static const struct message_member connection_flow_failed[] = {
    TEXT("integration_tool"),
    WORD("integration_category", categories),
    END_USER,
    SAYS("log_url", "\"weir:log/<id>\", where the id is of an entry of the log."),
    END,
};

#define OF_ENDPOINT                                                                                          \
    TEXT("endpoint"), {.name = "failing_since", .kind = MESSAGE_TIME, .nullable = true},                     \
        {.name = "failures", .kind = MESSAGE_INTEGER, .text = "In a row."}, TEXT("last_error")
static const struct message_member endpoint_failing[] = {OF_ENDPOINT, TIME("disables_at"), END};
static const struct message_member endpoint_disabled[] = {OF_ENDPOINT, TEXT("reason"), TIME("disabled_at"),
                                                          END};

#define OURS "Beyond the published contract: only sent to endpoints that name it."
static const struct message messages[MESSAGE_TYPES] = {
    [MESSAGE_DATA_CHANGED] = {"data-changed", "Records of an integration changed",
                              "It is sent once they can be read, and gathers what changes within a moment.",
                              data_changed},
    [MESSAGE_SYNC_FINISHED] = {"sync-finished", "A sync ended, well or not", NULL, sync_finished},
    [MESSAGE_INTEGRATION_CREATED] = {"integration-created", "A customer connected a tool", NULL,
                                     integration_created},
    [MESSAGE_INTEGRATION_DELETED] = {"integration-deleted", "An integration was deleted", NULL,
                                     integration_deleted},
    [MESSAGE_INTEGRATION_STATE_CHANGED] = {"integration-state-changed",
                                           "state, setup_status or qa_status of an integration changed", NULL,
                                           integration_state_changed},
    [MESSAGE_CONNECTION_FLOW_FAILED] = {"connection-flow-failed", "A customer could not connect a tool",
                                        "The same link can still succeed.", connection_flow_failed},
    [MESSAGE_ENDPOINT_FAILING] = {"endpoint-failing", "Another endpoint fails, and will be disabled in a day",
                                  OURS, endpoint_failing},
    [MESSAGE_ENDPOINT_DISABLED] = {"endpoint-disabled", "Another endpoint was disabled", OURS,
                                   endpoint_disabled},
};

const struct message *message_nth(size_t type)
{
    return type < MESSAGE_TYPES ? &messages[type] : NULL;
}

const char *message_word(uint32_t bit)
{
    for (size_t i = 0; i < MESSAGE_TYPES; i++) {
        if (bit == UINT32_C(1) << i) {
            return messages[i].type;
        }
    }
    return "unknown";
}

/* ---- writing ---- */

static void add_comma(struct buf *out)
{
    char last = out->len > 0 ? out->data[out->len - 1] : '{';

    if (last != '{' && last != '[') {
        buf_add_char(out, ',');
    }
}

/* The member of that name, which has to be next but for those that may be left out. */
static const struct message_member *take(struct message_out *m, const char *name)
{
    const struct message_member *member = m->next[m->depth];

    while (member->name != NULL && member->may && strcmp(member->name, name) != 0) {
        member++;
    }
    check_bug(member->name != NULL && strcmp(member->name, name) == 0);
    m->next[m->depth] = member + 1;
    add_comma(m->out);
    buf_add_char(m->out, '"');
    buf_add_text(m->out, name);
    buf_add_text(m->out, "\":");
    return member;
}

static void check_ended(const struct message_out *m)
{
    for (const struct message_member *rest = m->next[m->depth]; rest->name != NULL; rest++) {
        check_bug(rest->may);
    }
}

void message_begin(struct message_out *m, struct buf *out, enum message_type type, const char *id)
{
    *m = (struct message_out){.out = out, .next = {messages[type].data}};
    buf_add_text(out, "{\"id\":\"");
    buf_add_text(out, id);
    buf_add_text(out, "\",\"type\":\"");
    buf_add_text(out, messages[type].type);
    buf_add_text(out, "\",\"data\":{");
}

void message_end(struct message_out *m)
{
    check_bug(m->depth == 0);
    check_ended(m);
    buf_add_text(m->out, "}}");
}

static bool is_word(const struct message_member *member, const char *value)
{
    const char *const *words = member->words;

    if (member->kind != MESSAGE_WORD) {
        return true;
    }
    while (*words != NULL && (value == NULL || strcmp(*words, value) != 0)) {
        words++;
    }
    return *words != NULL;
}

void message_text(struct message_out *m, const char *name, const char *value)
{
    const struct message_member *member = take(m, name);

    check_bug(member->kind <= MESSAGE_ID || (member->kind >= MESSAGE_WORD && member->kind <= MESSAGE_NAME));
    check_bug(is_word(member, value));
    if (value == NULL && member->nullable) {
        buf_add_text(m->out, "null");
    } else {
        buf_add_json_str(m->out, weir_str(value != NULL ? value : ""));
    }
}

void message_str(struct message_out *m, const char *name, struct weir_str value)
{
    const struct message_member *member = take(m, name);

    check_bug(member->kind == MESSAGE_TEXT);
    if (value.len == 0 && member->nullable) {
        buf_add_text(m->out, "null");
    } else {
        buf_add_json_str(m->out, value);
    }
}

void message_time(struct message_out *m, const char *name, int64_t ms)
{
    const struct message_member *member = take(m, name);
    char text[DATETIME_TEXT];

    check_bug(member->kind == MESSAGE_TIME);
    if (ms == 0 && member->nullable) {
        buf_add_text(m->out, "null");
    } else {
        datetime_format(text, ms);
        buf_add_char(m->out, '"');
        buf_add_text(m->out, text);
        buf_add_char(m->out, '"');
    }
}

void message_integer(struct message_out *m, const char *name, int64_t value)
{
    check_bug(take(m, name)->kind == MESSAGE_INTEGER);
    buf_add_i64(m->out, value);
}

void message_true(struct message_out *m, const char *name)
{
    check_bug(take(m, name)->kind == MESSAGE_TRUE);
    buf_add_text(m->out, "true");
}

void message_open(struct message_out *m, const char *name)
{
    const struct message_member *member = take(m, name);

    check_bug(member->members != NULL && m->depth + 1 < MESSAGE_DEPTH);
    if (member->kind == MESSAGE_LIST) {
        m->items = member->members;
        buf_add_char(m->out, '[');
    } else {
        m->next[++m->depth] = member->members;
        buf_add_char(m->out, '{');
    }
}

void message_item(struct message_out *m)
{
    check_bug(m->items != NULL && m->depth + 1 < MESSAGE_DEPTH);
    m->next[++m->depth] = m->items;
    add_comma(m->out);
    buf_add_char(m->out, '{');
}

void message_close(struct message_out *m)
{
    if (m->depth > 0) {
        check_ended(m);
        m->depth--;
        buf_add_char(m->out, '}');
    } else {
        check_bug(m->items != NULL);
        m->items = NULL;
        buf_add_char(m->out, ']');
    }
}

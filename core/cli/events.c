/*
 * events: the commands about what came in, and what became of it.
 */
#include "cli/human.h"
#include "cli/list.h"

/* "employee.updated ×3, employee.created": each type once, in the order they came. */
static void write_types(struct buf *out, const json_t *row)
{
    const json_t *events = list_member(row, "events");
    size_t count = json_array_size(events);

    for (size_t i = 0; i < count; i++) {
        const json_t *type = json_object_get(json_array_get(events, i), "type");
        size_t same = 1;
        bool before = false;

        for (size_t j = 0; j < i && !before; j++) {
            before = json_equal(type, json_object_get(json_array_get(events, j), "type")) != 0;
        }
        if (before) {
            continue;
        }
        for (size_t j = i + 1; j < count; j++) {
            same += json_equal(type, json_object_get(json_array_get(events, j), "type")) != 0 ? 1 : 0;
        }
        buf_add_text(out, out->len > 0 ? ", " : "");
        list_write_value(out, type);
        if (same > 1) {
            buf_printf(out, " \u00d7%zu", same);
        }
    }
}

static const struct list_column DELIVERY_COLUMNS[] = {
    {"AT", "at", LIST_WHEN, false, NULL},
    {"INTEGRATION", "integration", LIST_TEXT, false, NULL},
    {"DELIVERY", "delivery", LIST_TEXT, false, NULL},
    {"OUTCOME", "outcome", LIST_STATE, false, NULL},
    {"EVENTS", "event_count", LIST_COUNT, false, NULL},
    {"TYPES", NULL, LIST_OWN, true, write_types},
    {"ERROR", "error", LIST_TEXT, true, NULL},
    {.title = NULL},
};

int run_deliveries(struct cli *cli)
{
    static const struct list_view VIEW = {"/admin/v1/deliveries", DELIVERY_COLUMNS, "no deliveries yet",
                                          LIST_LIMIT};
    struct list_param params[] = {
        {"integration", cli->opt.integration}, {"since", cli->opt.since}, {"until", cli->opt.until}};

    if (cli->arg_count > 0 && strcmp(cli->args[0], "replay") == 0) {
        return run_deliveries_replay(cli);
    }
    return listing_run(cli, &VIEW, params, 3);
}

/* A fetch has a time of its own; an event has its type. */
static void write_what(struct buf *out, const json_t *row)
{
    const json_t *model = list_member(row, "model");

    list_write_value(out, model != NULL ? model : list_member(row, "type"));
    if (list_member(row, "remote_id") != NULL) {
        buf_add_char(out, ' ');
        list_write_value(out, list_member(row, "remote_id"));
    }
}

static void write_fetch_time(struct buf *out, const json_t *row)
{
    const json_t *us = list_member(row, "fetch_us");

    if (json_is_integer(us)) {
        human_duration(out, (json_integer_value(us) + 999) / 1000);
    }
}

static const struct list_column EVENT_COLUMNS[] = {
    {"AT", "at", LIST_WHEN, false, NULL},
    {"INTEGRATION", "integration", LIST_TEXT, false, NULL},
    {"KIND", "kind", LIST_TEXT, false, NULL},
    {"WHAT", NULL, LIST_OWN, false, write_what},
    {"OUTCOME", "outcome", LIST_STATE, false, NULL},
    {"TRIES", "tries", LIST_COUNT, false, NULL},
    {"TOOK", NULL, LIST_OWN, false, write_fetch_time},
    {"ERROR", "error", LIST_TEXT, true, NULL},
    {.title = NULL},
};

static const struct list_column ASIDE_COLUMNS[] = {
    {"NUMBER", "number", LIST_TEXT, false, NULL},
    {"AT", "at", LIST_WHEN, false, NULL},
    {"INTEGRATION", "integration", LIST_TEXT, false, NULL},
    {"KIND", "kind", LIST_TEXT, false, NULL},
    {"WHAT", "what", LIST_TEXT, true, NULL},
    {"TRIES", "tries", LIST_COUNT, false, NULL},
    {"MESSAGE", "message", LIST_TEXT, true, NULL},
    {.title = NULL},
};

int run_events(struct cli *cli)
{
    static const struct list_view VIEW = {"/admin/v1/events", EVENT_COLUMNS, "no events yet", LIST_LIMIT};
    static const struct list_view ASIDE = {"/admin/v1/events", ASIDE_COLUMNS, "no event is set aside",
                                           LIST_LIMIT};
    struct list_param params[] = {{"integration", cli->opt.integration},
                                  {"state", cli->opt.aside ? "aside" : NULL}};

    return listing_run(cli, cli->opt.aside ? &ASIDE : &VIEW, params, 2);
}

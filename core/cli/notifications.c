/*
 * notifications: the commands about what goes out to the application, and about trying again.
 */
#include "cli/list.h"

/* ---- notifications ---- */

/* What the last attempt ended with: the sentence, or else the status. */
static void write_last(struct buf *out, const json_t *row)
{
    const json_t *error = list_member(row, "last_error");

    if (error == NULL && list_member(row, "last_status") != NULL) {
        buf_add_text(out, "HTTP ");
        error = list_member(row, "last_status");
    }
    list_write_value(out, error);
}

static const struct list_column WAITING_COLUMNS[] = {
    {"ID", "id", LIST_TEXT, false, NULL},
    {"ENDPOINT", "endpoint", LIST_TEXT, false, NULL},
    {"INTEGRATION", "integration", LIST_TEXT, false, NULL},
    {"TYPE", "type", LIST_TEXT, false, NULL},
    {"CREATED", "created_at", LIST_WHEN, false, NULL},
    {"DUE", "due_at", LIST_WHEN, false, NULL},
    {"ATTEMPTS", "attempts", LIST_COUNT, false, NULL},
    {"LAST", NULL, LIST_OWN, true, write_last},
    {.title = NULL},
};

static const struct list_column DEAD_COLUMNS[] = {
    {"ID", "id", LIST_TEXT, false, NULL},
    {"ENDPOINT", "endpoint", LIST_TEXT, false, NULL},
    {"INTEGRATION", "integration", LIST_TEXT, false, NULL},
    {"TYPE", "type", LIST_TEXT, false, NULL},
    {"CREATED", "created_at", LIST_WHEN, false, NULL},
    {"GIVEN UP", "died_at", LIST_WHEN, false, NULL},
    {"ATTEMPTS", "attempts", LIST_COUNT, false, NULL},
    {"LAST", NULL, LIST_OWN, true, write_last},
    {.title = NULL},
};

static const struct list_column DELIVERED_COLUMNS[] = {
    {"ID", "id", LIST_TEXT, false, NULL},
    {"ENDPOINT", "endpoint", LIST_TEXT, false, NULL},
    {"INTEGRATION", "integration", LIST_TEXT, false, NULL},
    {"TYPE", "type", LIST_TEXT, false, NULL},
    {"CREATED", "created_at", LIST_WHEN, false, NULL},
    {"DELIVERED", "delivered_at", LIST_WHEN, false, NULL},
    {"ATTEMPTS", "attempts", LIST_COUNT, false, NULL},
    {.title = NULL},
};

static const struct list_column ATTEMPT_COLUMNS[] = {
    {"AT", "at", LIST_WHEN, false, NULL},
    {"ENDPOINT", "endpoint", LIST_TEXT, false, NULL},
    {"NOTIFICATION", "notification", LIST_TEXT, false, NULL},
    {"ATTEMPT", "attempt", LIST_COUNT, false, NULL},
    {"OUTCOME", "outcome", LIST_STATE, false, NULL},
    {"STATUS", "status", LIST_TEXT, false, NULL},
    {"MS", "ms", LIST_COUNT, false, NULL},
    {"NEXT", "next_at_ms", LIST_WHEN, false, NULL},
    {"ERROR", "error", LIST_TEXT, true, NULL},
    {.title = NULL},
};

int accept_notifications(const struct cli *cli)
{
    const struct options *opt = &cli->opt;

    if ((int)opt->waiting + (int)opt->dead + (int)opt->log + (int)opt->delivered > 1) {
        return cli_usage(cli, "--waiting, --dead, --delivered and --log exclude one another");
    }
    return accept_notification_word(cli);
}

int run_notifications(struct cli *cli)
{
    static const struct list_view WAITING = {"/admin/v1/notifications", WAITING_COLUMNS,
                                             "no notification waits", LIST_LIMIT};
    static const struct list_view DEAD = {"/admin/v1/notifications", DEAD_COLUMNS,
                                          "no notification was given up", LIST_LIMIT};
    static const struct list_view DELIVERED = {"/admin/v1/notifications", DELIVERED_COLUMNS,
                                               "no delivered notification is kept", LIST_LIMIT};
    static const struct list_view LOG = {"/admin/v1/notifications", ATTEMPT_COLUMNS, "no attempts yet",
                                         LIST_LIMIT};
    const struct options *opt = &cli->opt;
    struct list_param params[] = {{"state", opt->dead        ? "dead"
                                            : opt->delivered ? "delivered"
                                            : opt->log       ? "log"
                                                             : "waiting"},
                                  {"endpoint", opt->endpoint},
                                  {"integration", opt->integration},
                                  {"since", opt->since},
                                  {"until", opt->until}};

    if (cli->arg_count > 0 && strcmp(cli->args[0], "list") != 0) {
        return run_notification_word(cli);
    }
    return listing_run(cli,
                       opt->dead        ? &DEAD
                       : opt->delivered ? &DELIVERED
                       : opt->log       ? &LOG
                                        : &WAITING,
                       params, 5);
}

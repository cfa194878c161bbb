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

/* ---- replay ---- */

static int replay(const struct cli *cli, const char *path, json_t *body, const char *what)
{
    struct weir_error err = {0};
    json_t *data = NULL;
    int status = CLI_OK;

    if (body == NULL) {
        /* jansson refuses what is not UTF-8, and has no other reason but memory. */
        status = cli_usage(cli, "an id or name that is not UTF-8 text");
    } else if (admin_post(&data, NULL, cli->admin, weir_str(path), body, 0, &err) != 0) {
/* ---- endpoints ---- */

static void write_state(struct buf *out, const json_t *row)
{
    if (json_is_true(list_member(row, "disabled")) || json_is_false(list_member(row, "enabled"))) {
        buf_add_text(out, "disabled");
    } else if (json_is_true(list_member(row, "probing"))) {
        buf_add_text(out, "probing");
    } else {
        buf_add_text(out, json_integer_value(list_member(row, "failures")) > 0 ? "failing" : "ok");
    }
}

static const struct list_column ENDPOINT_COLUMNS[] = {
    {"NAME", "name", LIST_TEXT, false, NULL},
    {"STATE", NULL, LIST_OWN, false, write_state},
    {"FAILURES", "failures", LIST_COUNT, false, NULL},
    {"FAILING SINCE", "failing_since", LIST_WHEN, false, NULL},
    {"IN FLIGHT", "in_flight", LIST_COUNT, false, NULL},
    {"URL", "url", LIST_TEXT, true, NULL},
    {"REASON", "reason", LIST_TEXT, true, NULL},
    {.title = NULL},
};

static int endpoint_set(const struct cli *cli, const char *name, const char *verb)
{
    struct weir_error err = {0};
    json_t *data = NULL;
    struct buf path;
    int status = CLI_OK;
    int rc;

    buf_init(&path, PATH_TEXT_MAX);
    buf_add_text(&path, "/admin/v1/endpoints/");
    list_add_path(&path, name);
    buf_printf(&path, "/%s", verb);
    rc = buf_check(&path, "the endpoint's name", &err);
    if (rc == 0) {
        rc = admin_post(&data, NULL, cli->admin, buf_str(&path), NULL, 0, &err);
    }
    if (rc != 0) {
        status = cli_fail(cli, &err);
    } else if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        json_int_t count = json_integer_value(list_member(data, "replayed"));

        (void)fprintf(cli->io->out, "%" JSON_INTEGER_FORMAT " %s%s tried again\n", count, what,
                      count == 1 ? " is" : "s are");
    }
    json_decref(data);
    json_decref(body);
    return status;
}

int accept_replay(const struct cli *cli)
{
    const struct options *opt = &cli->opt;
    int ways =
        (int)(opt->dead_id != NULL) + (int)opt->dead_all + (int)(opt->event != 0) + (int)opt->events_all;

    if (ways != 1) {
        return cli_usage(cli, "replay needs exactly one of --dead, --dead-all, --event and --events-all");
    }
    if ((opt->endpoint != NULL && !opt->dead_all) || (opt->integration != NULL && !opt->events_all)) {
        return cli_usage(cli, "--endpoint goes with --dead-all, --integration with --events-all");
    }
    return CLI_OK;
}

int run_replay(struct cli *cli)
{
    const struct options *opt = &cli->opt;

    if (opt->dead_id != NULL || opt->dead_all) {
        json_t *body = opt->dead_id != NULL    ? json_pack("{s:s}", "id", opt->dead_id)
                       : opt->endpoint != NULL ? json_pack("{s:s}", "endpoint", opt->endpoint)
                                               : json_pack("{s:b}", "all", 1);

        return replay(cli, "/admin/v1/notifications/replay", body, "notification");
    }
    return replay(cli, "/admin/v1/events/replay",
                  opt->event != 0            ? json_pack("{s:I}", "number", (json_int_t)opt->event)
                  : opt->integration != NULL ? json_pack("{s:s}", "integration", opt->integration)
                                             : json_pack("{s:b}", "all", 1),
                  "event");
        (void)fprintf(cli->io->out, "endpoint %s is %sd\n", name, verb);
    }
    json_decref(data);
    buf_fini(&path);
    return status;
}

static bool is_list(const struct cli *cli)
{
    return cli->arg_count == 0 || strcmp(cli->args[0], "list") == 0;
}

int accept_endpoints(const struct cli *cli)
{
    if (is_list(cli)) {
        return cli->arg_count < 2 ? CLI_OK : cli_usage(cli, "list takes no further word");
    }
    if (strcmp(cli->args[0], "enable") != 0 && strcmp(cli->args[0], "disable") != 0) {
        return cli_usage(cli, "\"%.60s\" means nothing to \"endpoints\"; there are list, enable and disable",
                         cli->args[0]);
    }
    return cli->arg_count == 2 ? CLI_OK : cli_usage(cli, "%s needs the name of an endpoint", cli->args[0]);
}

int run_endpoints(struct cli *cli)
{
    static const struct list_view VIEW = {"/admin/v1/endpoints", ENDPOINT_COLUMNS, "no endpoints yet", 0};

    return is_list(cli) ? listing_run(cli, &VIEW, NULL, 0) : endpoint_set(cli, cli->args[1], cli->args[0]);
}

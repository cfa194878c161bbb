/*
 * sync: the command about syncs: begin one, cancel it, see how far they are.
 */
#include "cli/detail.h"
#include "cli/sync_view.h"

/* With a bar on a terminal. */
#define COLUMNS(progress)                                                                                    \
    {                                                                                                        \
        {"STARTED", "started_at", LIST_WHEN, false, NULL},                                                   \
            {"INTEGRATION", "integration", LIST_TEXT, false, NULL},                                          \
            {"TYPE", "type", LIST_TEXT, false, NULL}, {"STATE", "state", LIST_STATE, false, NULL},           \
            {"PROGRESS", NULL, LIST_OWN, false, progress}, {"MODEL", "model", LIST_TEXT, true, NULL},        \
            {"PAGES", "pages", LIST_COUNT, false, NULL}, {"RECORDS", "records", LIST_COUNT, false, NULL},    \
            {"RATE", NULL, LIST_OWN, false, sync_view_rate},                                                 \
            {"CHANGED", "changed", LIST_COUNT, false, NULL}, {"GONE", "gone", LIST_COUNT, false, NULL},      \
            {"TOOK", NULL, LIST_OWN, false, sync_view_took}, {"MESSAGE", "message", LIST_TEXT, true, NULL},  \
        {                                                                                                    \
            .title = NULL                                                                                    \
        }                                                                                                    \
    }

static const struct list_column PLAIN_COLUMNS[] = COLUMNS(sync_view_write_percent);
static const struct list_column BAR_COLUMNS[] = COLUMNS(sync_view_bar);

static int post(json_t **data, const struct cli *cli, const char *id, const char *end, const json_t *body,
                struct weir_error *err)
{
    if (body == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the request");
    }
    return detail_ask(data, cli, "/admin/v1/integrations/", id, end, body, err);
}

static int start(const struct cli *cli, const char *id)
{
    struct weir_error err = {0};
    json_t *body = json_pack("{s:s}", "type", cli->opt.delta ? "DELTA" : "FULL");
    json_t *data = NULL;
    int status = CLI_OK;

    if (post(&data, cli, id, "/sync", body, &err) != 0) {
        status = cli_fail(cli, &err);
    } else if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        const char *type = json_string_value(list_member(data, "type"));

        (void)fprintf(
            cli->io->out, "%s sync of %s %s; see: weir sync status %s\n",
            type != NULL && strcmp(type, "DELTA") == 0 ? "delta" : "full", id,
            json_is_true(list_member(data, "already_queued")) ? "was under way already" : "is under way", id);
    }
    json_decref(data);
    json_decref(body);
    return status;
}

static int cancel(const struct cli *cli, const char *id)
{
    struct weir_error err = {0};
    json_t *body = json_object();
    json_t *data = NULL;
    int status = CLI_OK;

    if (post(&data, cli, id, "/sync/cancel", body, &err) != 0) {
        status = cli_fail(cli, &err);
    } else if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        (void)fprintf(cli->io->out, "the sync of %s ends behind the page that is being read\n", id);
    }
    json_decref(data);
    json_decref(body);
    return status;
}

static int accept_status(const struct cli *cli)
{
    if (cli->opt.delta) {
        return cli_usage(cli, "--delta means nothing to \"sync status\"");
    }
    if (cli->opt.follow && cli->opt.limit > 0) {
        return cli_usage(cli, "--follow shows all that are under way, so --limit means nothing beside it");
    }
    return CLI_OK;
}

int accept_sync(const struct cli *cli)
{
    const char *word = cli->arg_count > 0 ? cli->args[0] : NULL;
    bool cancels = word != NULL && strcmp(word, "cancel") == 0;

    if (word == NULL) {
        return cli_usage(cli, "sync needs the id of an integration, \"status\" or \"cancel\"");
    }
    if (strcmp(word, "status") == 0) {
        return accept_status(cli);
    }
    if (cli->opt.limit > 0 || cli->opt.follow) {
        return cli_usage(cli, "--%s belongs to \"sync status\"", cli->opt.follow ? "follow" : "limit");
    }
    if (cancels) {
        return cli->arg_count == 2 && !cli->opt.delta
                   ? CLI_OK
                   : cli_usage(cli, "cancel needs the id of an integration, and nothing else");
    }
    if (cli->arg_count == 2) {
        return cli_usage(cli, "\"%.60s\" is one word too many, or \"status\" is missing before it",
                         cli->args[1]);
    }
    return CLI_OK;
}

int run_sync(struct cli *cli)
{
    struct list_view view = {"/admin/v1/syncs", cli->io->width > 0 ? BAR_COLUMNS : PLAIN_COLUMNS,
                             "no syncs yet", LIST_LIMIT};
    struct list_param of_integration = {"integration", cli->arg_count == 2 ? cli->args[1] : NULL};

    if (strcmp(cli->args[0], "cancel") == 0) {
        return cancel(cli, cli->args[1]);
    }
    if (strcmp(cli->args[0], "status") != 0) {
        return start(cli, cli->args[0]);
    }
    return cli->opt.follow ? sync_follow(cli, &of_integration) : listing_run(cli, &view, &of_integration, 1);
}

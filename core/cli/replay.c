/*
 * replay: the commands that send again, or forget, what was given up, and show one notification.
 */
#include "cli/detail.h"

static int ask(const struct cli *cli, const char *path, json_t *body, const char *what, const char *done)
{
    struct weir_error err = {0};
    json_t *data = NULL;
    int status = CLI_OK;

    if (body == NULL) {
        /* jansson refuses what is not UTF-8, and has no other reason but memory. */
        status = cli_usage(cli, "an id or name that is not UTF-8 text");
    } else if (admin_post(&data, NULL, cli->admin, weir_str(path), body, 0, &err) != 0) {
        status = cli_fail(cli, &err);
    } else if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        const json_t *would = list_member(data, "count");
        const json_t *did = list_member(data, "replayed");
        json_int_t count;

        did = did != NULL ? did : list_member(data, "discarded");
        count = json_integer_value(would != NULL ? would : did);
        (void)fprintf(cli->io->out, "%" JSON_INTEGER_FORMAT " %s%s %s%s\n", count, what,
                      count == 1 ? "" : "s",
                      would != NULL ? "would be "
                      : count == 1  ? "is "
                                    : "are ",
                      done);
    }
    json_decref(data);
    json_decref(body);
    return status;
}

/* ---- replay ---- */

int accept_replay(const struct cli *cli)
{
    const struct options *opt = &cli->opt;
    int ways = (int)(opt->dead_id != NULL) + (int)opt->dead_all + (int)(opt->event != 0) +
               (int)opt->events_all + (int)(opt->since != NULL);

    if (ways != 1) {
        return cli_usage(cli,
                         "replay needs exactly one of --since, --dead, --dead-all, --event and --events-all");
    }
    if ((opt->endpoint != NULL && !opt->dead_all && opt->since == NULL) ||
        (opt->integration != NULL && !opt->events_all && opt->since == NULL)) {
        return cli_usage(cli,
                         "--endpoint goes with --dead-all or --since, --integration with --events-all or "
                         "--since");
    }
    if (opt->since == NULL && (opt->until != NULL || opt->state != NULL)) {
        return cli_usage(cli, "--until and --state go with --since");
    }
    if (opt->dry_run && opt->since == NULL && !opt->dead_all) {
        return cli_usage(cli, "--dry-run goes with --since and --dead-all");
    }
    return CLI_OK;
}

static json_t *with_choice(json_t *body, const struct options *opt)
{
    const char *const names[] = {"endpoint", "integration", "since", "until"};
    const char *const values[] = {opt->endpoint, opt->integration, opt->since, opt->until};
    bool good = body != NULL;

    for (size_t i = 0; good && i < sizeof names / sizeof names[0]; i++) {
        good = values[i] == NULL || json_object_set_new(body, names[i], json_string(values[i])) == 0;
    }
    if (good && opt->dry_run) {
        good = json_object_set_new(body, "dry_run", json_true()) == 0;
    }
    if (!good) {
        json_decref(body);
        return NULL;
    }
    return body;
}

int run_replay(struct cli *cli)
{
    const struct options *opt = &cli->opt;
    json_t *body;

    if (opt->event != 0 || opt->events_all) {
        body = opt->event != 0            ? json_pack("{s:I}", "number", (json_int_t)opt->event)
               : opt->integration != NULL ? json_pack("{s:s}", "integration", opt->integration)
                                          : json_pack("{s:b}", "all", 1);
        return ask(cli, "/admin/v1/events/replay", body, "event", "tried again");
    }
    if (opt->dead_id != NULL) {
        body = json_pack("{s:s}", "id", opt->dead_id);
    } else if (opt->since != NULL) {
        body = with_choice(json_pack("{s:s}", "state", opt->state != NULL ? opt->state : "any"), opt);
    } else {
        body = with_choice(opt->endpoint != NULL ? json_object() : json_pack("{s:b}", "all", 1), opt);
    }
    return ask(cli, "/admin/v1/notifications/replay", body, "notification", "tried again");
}

/* ---- one notification, and the end of it ---- */

static void print_notification(const struct cli *cli, const json_t *it)
{
    static const struct detail DETAILS[] = {
        {"id", "id", LIST_TEXT},
        {"state", "state", LIST_STATE},
        {"endpoint", "endpoint", LIST_TEXT},
        {"integration", "integration", LIST_TEXT},
        {"type", "type", LIST_TEXT},
        {"created", "created_at", LIST_WHEN},
        {"due", "due_at", LIST_WHEN},
        {"delivered", "delivered_at", LIST_WHEN},
        {"given up", "died_at", LIST_WHEN},
        {"attempts", "attempts", LIST_TEXT},
        {"last status", "last_status", LIST_TEXT},
        {"last error", "last_error", LIST_TEXT},
    };

    detail_print(cli, it, DETAILS, sizeof DETAILS / sizeof DETAILS[0]);
    (void)fputs("body\n", cli->io->out);
    (void)list_print_json(cli, list_member(it, "body"), 2);
}

int accept_notification_word(const struct cli *cli)
{
    const struct options *opt = &cli->opt;
    const char *word = cli->arg_count > 0 ? cli->args[0] : "list";

    if (strcmp(word, "list") == 0) {
        return cli->arg_count < 2 ? CLI_OK : cli_usage(cli, "list takes no further word");
    }
    if (strcmp(word, "show") == 0) {
        return cli->arg_count == 2 ? CLI_OK : cli_usage(cli, "show needs the id of a notification");
    }
    if (strcmp(word, "discard") != 0) {
        return cli_usage(
            cli, "\"%.60s\" means nothing to \"notifications\"; there are list, show and discard", word);
    }
    if ((cli->arg_count == 2) == opt->all) {
        return cli_usage(cli, "discard needs the id of a dead letter, or --all");
    }
    if (opt->reason == NULL) {
        return cli_usage(cli, "discard needs --reason: it stays in the log");
    }
    return CLI_OK;
}

int run_notification_word(struct cli *cli)
{
    const struct options *opt = &cli->opt;
    bool chosen =
        opt->endpoint != NULL || opt->integration != NULL || opt->since != NULL || opt->until != NULL;
    json_t *body;

    if (strcmp(cli->args[0], "show") == 0) {
        return detail_show(cli, "/admin/v1/notifications/", cli->args[1], print_notification);
    }
    body = json_pack("{s:s}", "reason", opt->reason);
    if (cli->arg_count == 2 && body != NULL) {
        (void)json_object_set_new(body, "id", json_string(cli->args[1]));
    } else if (body != NULL && !chosen) {
        (void)json_object_set_new(body, "all", json_true());
    }
    return ask(cli, "/admin/v1/notifications/discard", cli->arg_count == 2 ? body : with_choice(body, opt),
               "dead letter", "discarded");
}

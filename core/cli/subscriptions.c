/*
 * subscriptions: the command about what the tools were asked to send.
 */
#include "cli/detail.h"
#include "cli/human.h"

#define SUBSCRIPTIONS "/admin/v1/subscriptions/"

static const struct list_column COLUMNS[] = {
    {"INTEGRATION", "integration", LIST_TEXT, false, NULL},
    {"STATE", "state", LIST_STATE, false, NULL},
    {"LAST DELIVERY", "last_delivery", LIST_WHEN, false, NULL},
    {"CHECKED", "checked_at", LIST_WHEN, false, NULL},
    {"MISSED", "missed_changes", LIST_COUNT, false, NULL},
    {"REASON", "reason", LIST_TEXT, true, NULL},
    {.title = NULL},
};

/* ---- show ---- */

static void print_events(const struct cli *cli, const json_t *it)
{
    const json_t *events = list_member(it, "events");

    for (size_t i = 0; i < json_array_size(events); i++) {
        struct buf name;

        buf_init(&name, 512);
        list_write_value(&name, json_array_get(events, i));
        (void)fprintf(cli->io->out, "%-18s%.*s\n", i == 0 ? "events" : "", WEIR_STR_ARG(buf_str(&name)));
        buf_fini(&name);
    }
}

static void print_steps(const struct cli *cli, const json_t *it)
{
    const json_t *steps = list_member(it, "steps");

    for (size_t i = 0; i < json_array_size(steps); i++) {
        const json_t *step = json_array_get(steps, i);
        struct buf text;

        buf_init(&text, 4096);
        list_write_value(&text, list_member(step, "title"));
        buf_add_text(&text, ": ");
        list_write_value(&text, list_member(step, "text"));
        if (json_is_string(list_member(step, "value"))) {
            buf_add_text(&text, ": ");
            list_write_value(&text, list_member(step, "value"));
        }
        if (json_is_string(list_member(step, "paste"))) {
            buf_add_text(&text, "; then paste it as the setting ");
            list_write_value(&text, list_member(step, "paste"));
        }
        (void)fprintf(cli->io->out, "step %-13zu%.*s\n", i + 1, WEIR_STR_ARG(buf_str(&text)));
        buf_fini(&text);
    }
}

static void print_pause(const struct cli *cli, const json_t *it)
{
    json_int_t pause_ms = json_integer_value(list_member(it, "usual_pause_ms"));
    struct buf text;

    buf_init(&text, 64);
    if (pause_ms > 0) {
        human_duration(&text, pause_ms);
    }
    (void)fprintf(cli->io->out, "%-18s%.*s\n", "longest pause",
                  WEIR_STR_ARG(pause_ms > 0 ? buf_str(&text) : weir_str("-")));
    buf_fini(&text);
}

static void print_subscription(const struct cli *cli, const json_t *it)
{
    static const struct detail DETAILS[] = {
        {"integration", "integration", LIST_TEXT},
        {"state", "state", LIST_STATE},
        {"reason", "reason", LIST_TEXT},
        {"made by weir", "automatic", LIST_TEXT},
        {"at the tool", "remote_id", LIST_TEXT},
        {"callback URL", "callback_url", LIST_TEXT},
        {"checked", "checked_at", LIST_WHEN},
        {"active since", "active_since", LIST_WHEN},
        {"last delivery", "last_delivery", LIST_WHEN},
        {"doubted", "doubted_at", LIST_WHEN},
        {"silent from", "silent_at", LIST_WHEN},
        {"missed changes", "missed_changes", LIST_COUNT},
    };

    detail_print(cli, it, DETAILS, sizeof DETAILS / sizeof DETAILS[0]);
    print_pause(cli, it);
    print_events(cli, it);
    print_steps(cli, it);
}

/* ---- ensure, remove ---- */

static int ask(const struct cli *cli, const char *id, const char *end, const char *said)
{
    struct weir_error err = {0};
    json_t *body = json_object();
    json_t *data = NULL;
    int status = CLI_OK;

    if (body == NULL) {
        weir_fail(&err, WEIR_E_MEMORY, "no memory for the request");
        return cli_fail(cli, &err);
    }
    if (detail_ask(&data, cli, SUBSCRIPTIONS, id, end, body, &err) != 0) {
        status = cli_fail(cli, &err);
    } else if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        (void)fprintf(cli->io->out, "the subscription of %s is %s now; see: weir subscriptions show %s\n", id,
                      said, id);
    }
    json_decref(data);
    json_decref(body);
    return status;
}

/* ---- the command ---- */

/* The first word, which may be left out. */
static const char *word_of(const struct cli *cli)
{
    return cli->arg_count > 0 ? cli->args[0] : "list";
}

int accept_subscriptions(const struct cli *cli)
{
    const char *word = word_of(cli);
    bool one = strcmp(word, "show") == 0 || strcmp(word, "ensure") == 0 || strcmp(word, "remove") == 0;

    if (!one && strcmp(word, "list") != 0) {
        return cli_usage(
            cli, "\"%.60s\" means nothing to \"subscriptions\"; there are list, show, ensure and remove",
            word);
    }
    if (one && cli->arg_count != 2) {
        return cli_usage(cli, "%s needs the id of an integration", word);
    }
    return one || cli->arg_count < 2 ? CLI_OK : cli_usage(cli, "list takes no further word");
}

int run_subscriptions(struct cli *cli)
{
    static const struct list_view VIEW = {"/admin/v1/subscriptions", COLUMNS, "no integrations yet", 0};
    const char *word = word_of(cli);

    if (strcmp(word, "list") == 0) {
        return listing_run(cli, &VIEW, NULL, 0);
    }
    if (strcmp(word, "show") == 0) {
        return detail_show(cli, SUBSCRIPTIONS, cli->args[1], print_subscription);
    }
    return strcmp(word, "ensure") == 0 ? ask(cli, cli->args[1], "/ensure", "checked")
                                       : ask(cli, cli->args[1], "/remove", "being removed at the tool");
}

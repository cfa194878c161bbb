/*
 * integrations: the command about integrations.
 */
#include "cli/detail.h"
#include "cli/human.h"

#define INTEGRATIONS "/admin/v1/integrations/"

static void write_state(struct buf *out, const json_t *row)
{
    if (json_is_true(list_member(row, "paused"))) {
        buf_add_text(out, "paused");
    } else {
        list_write_value(out, list_member(row, "state"));
    }
}

static void write_problem(struct buf *out, const json_t *row)
{
    static const char *const KEYS[] = {"problem", "connector.error", "subscription.detail"};

    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0] && out->len == 0; i++) {
        list_write_value(out, list_member(row, KEYS[i]));
    }
}

static const struct list_column INTEGRATION_COLUMNS[] = {
    {"ID", "id", LIST_TEXT, false, NULL},
    {"ORGANIZATION", "organization", LIST_TEXT, true, NULL},
    {"STATE", NULL, LIST_OWN, false, write_state},
    {"SUBSCRIPTION", "subscription.state", LIST_STATE, false, NULL},
    {"LAST FULL SYNC", "last_full_sync", LIST_WHEN, false, NULL},
    {"LAST DELIVERY", "last_delivery", LIST_WHEN, false, NULL},
    {"PROBLEM", NULL, LIST_OWN, true, write_problem},
    {.title = NULL},
};

static void print_integration(const struct cli *cli, const json_t *it)
{
    static const struct detail DETAILS[] = {
        {"id", "id", LIST_TEXT},
        {"organization", "organization", LIST_TEXT},
        {"tool", "label", LIST_TEXT},
        {"scope", "scope", LIST_TEXT},
        {"state", "state", LIST_STATE},
        {"paused", "paused", LIST_TEXT},
        {"set-up", "setup_status", LIST_TEXT},
        {"quality", "qa_status", LIST_TEXT},
        {"  reason", "qa_reason", LIST_TEXT},
        {"kept in", "kept_in", LIST_TEXT},
        {"problem", "problem", LIST_TEXT},
        {"refused since", "auth_failed_since", LIST_WHEN},
        {"callback URL", "callback_url", LIST_TEXT},
        {"subscription", "subscription.state", LIST_STATE},
        {"  at the tool", "subscription.remote_id", LIST_TEXT},
        {"  detail", "subscription.detail", LIST_TEXT},
        {"  checked", "subscription.checked_at", LIST_WHEN},
        {"connector", "connector.version", LIST_TEXT},
        {"  generation", "connector.generation", LIST_TEXT},
        {"  held back", "connector.held_back", LIST_TEXT},
        {"  error", "connector.error", LIST_TEXT},
        {"first sync done", "first_sync_done", LIST_TEXT},
        {"last full sync", "last_full_sync", LIST_WHEN},
        {"last delta sync", "last_delta_sync", LIST_WHEN},
        {"next sync", "next_sync", LIST_WHEN},
        {"  since", "sync.why", LIST_TEXT},
        {"last delivery", "last_delivery", LIST_WHEN},
    };

    detail_print(cli, it, DETAILS, sizeof DETAILS / sizeof DETAILS[0]);
}

/* The words that ask for something to be done with one, and what is then said. */
static const struct {
    const char *word, *tail, *said;
} ACTIONS[] = {
    {"ensure", "/ensure", NULL},
    {"enable", "/enable", "is switched on"},
    {"disable", "/disable", "is switched off, its settings and data stay"},
    {"pass-qa", "/pass-qa", "may be read, as you vouch for its data"},
};
#define ACTION_COUNT (sizeof ACTIONS / sizeof ACTIONS[0])

/* ACTION_COUNT: it is none. */
static size_t action_of(const char *word)
{
    size_t i = 0;

    while (i < ACTION_COUNT && strcmp(ACTIONS[i].word, word) != 0) {
        i++;
    }
    return i;
}

static int act(const struct cli *cli, size_t action, const char *id)
{
    struct weir_error err = {0};
    json_t *body = json_object();
    json_t *data = NULL;
    int status = CLI_OK;

    if (body == NULL) {
        weir_fail(&err, WEIR_E_MEMORY, "no memory for the request");
        return cli_fail(cli, &err);
    }
    if (detail_ask(&data, cli, INTEGRATIONS, id, ACTIONS[action].tail, body, &err) != 0) {
        status = cli_fail(cli, &err);
    } else if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        if (action == 0) {
            (void)fprintf(cli->io->out,
                          "the subscription of %s is checked now; see: weir integrations show %s\n", id, id);
        } else {
            (void)fprintf(cli->io->out, "%s %s; see: weir integrations show %s\n", id, ACTIONS[action].said,
                          id);
        }
    }
    json_decref(data);
    json_decref(body);
    return status;
}

/* The first word, which may be left out. */
static const char *word_of(const struct cli *cli)
{
    return cli->arg_count > 0 ? cli->args[0] : "list";
}

static bool is_change(const char *word)
{
    return strcmp(word, "create") == 0 || strcmp(word, "set") == 0 || strcmp(word, "delete") == 0;
}

int accept_integrations(const struct cli *cli)
{
    const char *word = word_of(cli);
    bool one = strcmp(word, "show") == 0 || action_of(word) < ACTION_COUNT;

    if (is_change(word)) {
        return accept_integration_change(cli);
    }
    if (!one && strcmp(word, "list") != 0) {
        return cli_usage(cli,
                         "\"%.60s\" means nothing to \"integrations\"; there are list, show, ensure, enable, "
                         "disable, pass-qa, create, set and delete",
                         word);
    }
    if (integration_options_given(cli)) {
        return cli_usage(cli, "the options of \"create\" mean nothing to \"%.60s\"", word);
    }
    if (one && cli->arg_count != 2) {
        return cli_usage(cli, "%s needs the id of an integration", word);
    }
    return one || cli->arg_count < 2 ? CLI_OK : cli_usage(cli, "list takes no further word");
}

int run_integrations(struct cli *cli)
{
    static const struct list_view VIEW = {"/admin/v1/integrations", INTEGRATION_COLUMNS,
                                          "no integrations yet", 0};

    if (strcmp(word_of(cli), "list") == 0) {
        return listing_run(cli, &VIEW, NULL, 0);
    }
    if (is_change(cli->args[0])) {
        return run_integration_change(cli);
    }
    return strcmp(cli->args[0], "show") == 0 ? detail_show(cli, INTEGRATIONS, cli->args[1], print_integration)
                                             : act(cli, action_of(cli->args[0]), cli->args[1]);
}

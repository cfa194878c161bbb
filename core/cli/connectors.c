/*
 * connectors: the command about connectors - which there are, one in full, and newer files of them.
 */
#include "cli/detail.h"
#include "cli/human.h"

#define CONNECTORS "/admin/v1/connectors/"
#define RELOAD_TIMEOUT_MS (5u * 60 * 1000)
#define PATH_TEXT_MAX 2048
#define TEXT_MAX 8192

/* ---- list ---- */

static void write_loaded(struct buf *out, const json_t *row)
{
    if (!json_is_true(list_member(row, "loaded"))) {
        buf_add_text(out, "not loaded");
    } else {
        buf_add_text(out, list_member(row, "error") != NULL ? "newer refused" : "loaded");
    }
}

/* What somebody has to look at. */
static void write_path_or_error(struct buf *out, const json_t *row)
{
    json_int_t behind = json_integer_value(list_member(row, "behind"));

    if (list_member(row, "error") != NULL) {
        list_write_value(out, list_member(row, "error"));
    } else if (behind > 0) {
        buf_printf(out, "%lld on an earlier version; see: weir connectors inspect ", (long long)behind);
        list_write_value(out, list_member(row, "tool"));
    } else {
        list_write_value(out, list_member(row, "path"));
    }
}

static const struct list_column COLUMNS[] = {
    {"TOOL", "tool", LIST_TEXT, false, NULL},
    {"LABEL", "label", LIST_TEXT, false, NULL},
    {"VERSION", "version", LIST_TEXT, false, NULL},
    {"STATE", NULL, LIST_OWN, false, write_loaded},
    {"INTEGRATIONS", "integrations", LIST_COUNT, false, NULL},
    {"CALLS", "calls", LIST_COUNT, false, NULL},
    {"FAILED", "failures", LIST_COUNT, false, NULL},
    {"LAST FAILURE", "last_failure.at", LIST_WHEN, false, NULL},
    {"FILE", NULL, LIST_OWN, true, write_path_or_error},
    {.title = NULL},
};

/* ---- inspect ---- */

static void print_row(const struct cli *cli, const char *title, const struct buf *text)
{
    (void)fprintf(cli->io->out, "%-18s%.*s\n", title, WEIR_STR_ARG(buf_str(text)));
}

/* A line for each item, written by write. */
static void print_all(const struct cli *cli, const json_t *it, const char *title, const char *key,
                      void (*write)(struct buf *out, const json_t *item))
{
    const json_t *items = list_member(it, key);
    struct buf text;

    for (size_t i = 0; i < json_array_size(items); i++) {
        buf_init(&text, TEXT_MAX);
        write(&text, json_array_get(items, i));
        print_row(cli, i == 0 ? title : "", &text);
        buf_fini(&text);
    }
}

static void write_names(struct buf *out, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        buf_add_text(out, i > 0 ? ", " : "");
        list_write_value(out, json_array_get(names, i));
    }
}

static void write_setting(struct buf *out, const json_t *setting)
{
    list_write_value(out, list_member(setting, "key"));
    buf_add_text(out, ": ");
    list_write_value(out, list_member(setting, "label"));
    buf_add_text(out, json_is_true(list_member(setting, "required")) ? " (required" : " (optional");
    buf_add_text(out, json_is_true(list_member(setting, "secret")) ? ", secret)" : ")");
}

static void write_event(struct buf *out, const json_t *event)
{
    list_write_value(out, list_member(event, "name"));
    buf_add_text(out, ": ");
    write_names(out, list_member(event, "models"));
}

static void write_model(struct buf *out, const json_t *model)
{
    list_write_value(out, list_member(model, "model"));
    buf_add_text(out, ": ");
    write_names(out, list_member(model, "fields"));
}

static void write_integration(struct buf *out, const json_t *it)
{
    list_write_value(out, list_member(it, "id"));
    buf_add_text(out, ": ");
    list_write_value(out, list_member(it, "state"));
    buf_add_text(out, ", version ");
    list_write_value(out, list_member(it, "version"));
    buf_add_text(out, ", generation ");
    list_write_value(out, list_member(it, "generation"));
    if (list_member(it, "held_back") != NULL) {
        buf_add_text(out, ", stays there: ");
        list_write_value(out, list_member(it, "held_back"));
    }
    if (list_member(it, "last_failure") != NULL) {
        buf_add_text(out, ", last failure in ");
        list_write_value(out, list_member(it, "last_failure.call"));
        buf_add_text(out, ": ");
        list_write_value(out, list_member(it, "last_failure.message"));
    }
}

/* "accepted 12, later 1" */
static void print_outcomes(const struct cli *cli, const json_t *it)
{
    json_t *outcomes = (json_t *)(uintptr_t)list_member(it, "outcomes");
    const char *word;
    json_t *count;
    struct buf text;

    buf_init(&text, TEXT_MAX);
    json_object_foreach(outcomes, word, count)
    {
        buf_add_text(&text, text.len > 0 ? ", " : "");
        human_text(&text, weir_str(word));
        buf_add_char(&text, ' ');
        human_count(&text, (uint64_t)json_integer_value(count));
    }
    if (text.len > 0) {
        print_row(cli, "  outcomes", &text);
    }
    buf_fini(&text);
}

static void print_connector(const struct cli *cli, const json_t *it)
{
    static const struct detail DETAILS[] = {
        {"tool", "tool", LIST_TEXT},
        {"label", "label", LIST_TEXT},
        {"version", "version", LIST_TEXT},
        {"contract", "contract", LIST_TEXT},
        {"category", "category", LIST_TEXT},
        {"file", "path", LIST_TEXT},
        {"loaded", "loaded", LIST_TEXT},
        {"generation", "generation", LIST_TEXT},
        {"error", "error", LIST_TEXT},
        {"integrations", "integrations", LIST_TEXT},
        {"  behind", "behind", LIST_TEXT},
        {"calls", "calls", LIST_TEXT},
        {"  failed", "failures", LIST_TEXT},
        {"  misbehaved", "misbehaved", LIST_TEXT},
        {"  last failure", "last_failure.at", LIST_WHEN},
        {"  in", "last_failure.call", LIST_TEXT},
        {"  message", "last_failure.message", LIST_TEXT},
        {"base URL", "base_url", LIST_TEXT},
        {"subscribes", "offers.subscribe", LIST_TEXT},
        {"steps by hand", "offers.steps", LIST_TEXT},
        {"told when missed", "offers.missed", LIST_TEXT},
    };

    detail_print(cli, it, DETAILS, sizeof DETAILS / sizeof DETAILS[0]);
    print_outcomes(cli, it);
    print_all(cli, it, "settings", "settings", write_setting);
    print_all(cli, it, "events", "events", write_event);
    print_all(cli, it, "models", "models", write_model);
    print_all(cli, it, "in use by", "on_it", write_integration);
}

/* ---- reload ---- */

static void write_result(struct buf *out, const json_t *result)
{
    const json_t *held_back = list_member(result, "held_back");

    list_write_value(out, list_member(result, "result"));
    if (list_member(result, "version") != NULL) {
        buf_add_text(out, ", version ");
        list_write_value(out, list_member(result, "version"));
        buf_add_text(out, ", generation ");
        list_write_value(out, list_member(result, "generation"));
        buf_add_text(out, " in force");
    }
    if (list_member(result, "error") != NULL) {
        buf_add_text(out, ": ");
        list_write_value(out, list_member(result, "error"));
    }
    for (size_t i = 0; i < json_array_size(held_back); i++) {
        const json_t *one = json_array_get(held_back, i);

        buf_add_text(out, "\n  ");
        list_write_value(out, list_member(one, "id"));
        buf_add_text(out, " stays on generation ");
        list_write_value(out, list_member(one, "generation"));
        buf_add_text(out, ": ");
        list_write_value(out, list_member(one, "reason"));
    }
}

static bool is_good(const json_t *result)
{
    const char *word = json_string_value(list_member(result, "result"));

    return word != NULL && strcmp(word, "refused") != 0 &&
           json_array_size(list_member(result, "held_back")) == 0;
}

/* false: somebody has to look at one of them. */
static bool print_results(const struct cli *cli, const json_t *data)
{
    const json_t *results = list_member(data, "results");
    bool good = true;

    for (size_t i = 0; i < json_array_size(results); i++) {
        const json_t *result = json_array_get(results, i);
        const char *tool = json_string_value(list_member(result, "tool"));
        struct buf text;

        good = good && is_good(result);
        if (!cli->opt.json) {
            buf_init(&text, TEXT_MAX);
            write_result(&text, result);
            print_row(cli, tool != NULL ? tool : "", &text);
            buf_fini(&text);
        }
    }
    return good;
}

static int reload(const struct cli *cli, const char *tool)
{
    struct weir_error err = {0};
    json_t *data = NULL;
    struct buf path;
    int status = CLI_OK;
    int rc;

    buf_init(&path, PATH_TEXT_MAX);
    buf_add_text(&path, CONNECTORS);
    if (tool != NULL) {
        list_add_path(&path, tool);
        buf_add_char(&path, '/');
    }
    buf_add_text(&path, "reload");
    rc = buf_check(&path, "the connector's name", &err);
    if (rc == 0) {
        rc = admin_post(&data, NULL, cli->admin, buf_str(&path), NULL, RELOAD_TIMEOUT_MS, &err);
    }
    buf_fini(&path);
    if (rc != 0) {
        return cli_fail(cli, &err);
    }
    if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    }
    if (!print_results(cli, data) && status == CLI_OK) {
        status = CLI_FAILED;
    }
    json_decref(data);
    return status;
}

/* ---- the command ---- */

/* The first word, which may be left out. */
static const char *word_of(const struct cli *cli)
{
    return cli->arg_count > 0 ? cli->args[0] : "list";
}

int accept_connectors(const struct cli *cli)
{
    const char *word = word_of(cli);

    if (strcmp(word, "list") == 0) {
        return cli->arg_count < 2 ? CLI_OK : cli_usage(cli, "list takes no further word");
    }
    if (strcmp(word, "inspect") == 0) {
        return cli->arg_count == 2 ? CLI_OK : cli_usage(cli, "inspect needs the name of a tool");
    }
    return strcmp(word, "reload") == 0
               ? CLI_OK
               : cli_usage(cli,
                           "\"%.60s\" means nothing to \"connectors\"; there are list, inspect and reload",
                           word);
}

int run_connectors(struct cli *cli)
{
    static const struct list_view VIEW = {"/admin/v1/connectors", COLUMNS,
                                          "no connectors: look at connectors.path of the configuration", 0};
    const char *word = word_of(cli);

    if (strcmp(word, "list") == 0) {
        return listing_run(cli, &VIEW, NULL, 0);
    }
    return strcmp(word, "inspect") == 0 ? detail_show(cli, CONNECTORS, cli->args[1], print_connector)
                                        : reload(cli, cli->arg_count > 1 ? cli->args[1] : NULL);
}

/*
 * endpoints: the command about downstream endpoints.
 */
#include "base/crypto.h"
#include "cli/detail.h"
#include "cli/human.h"
#include "cli/setting.h"

#define ENDPOINTS "/admin/v1/endpoints"
#define PATH_TEXT_MAX 2048
#define TEXT_MAX 4096
#define SECRET_MAX 1024

/* ---- list and show ---- */

static void write_success(struct buf *out, const json_t *row)
{
    const json_t *percent = list_member(row, "last_24_hours.success_percent");

    if (json_is_integer(percent)) {
        list_write_value(out, percent);
        buf_add_text(out, " % of ");
        human_count(out, (uint64_t)json_integer_value(list_member(row, "last_24_hours.attempts")));
    }
}

static void write_reason(struct buf *out, const json_t *row)
{
    list_write_value(out, list_member(row, list_member(row, "reason") != NULL ? "reason" : "last_error"));
}

static const struct list_column COLUMNS[] = {
    {"NAME", "name", LIST_TEXT, false, NULL},
    {"STATE", "state", LIST_STATE, false, NULL},
    {"WAITING", "waiting", LIST_COUNT, false, NULL},
    {"24 HOURS", NULL, LIST_OWN, false, write_success},
    {"MS", "last_24_hours.p95_ms", LIST_COUNT, false, NULL},
    {"FAILURES", "failures", LIST_COUNT, false, NULL},
    {"FAILING SINCE", "failing_since", LIST_WHEN, false, NULL},
    {"KEPT IN", "kept_in", LIST_TEXT, false, NULL},
    {"URL", "url", LIST_TEXT, true, NULL},
    {"REASON", NULL, LIST_OWN, true, write_reason},
    {.title = NULL},
};

static void print_names(const struct cli *cli, const json_t *it, const char *key, const char *none)
{
    const json_t *names = list_member(it, key);
    struct buf text;

    buf_init(&text, TEXT_MAX);
    for (size_t i = 0; i < json_array_size(names); i++) {
        buf_add_text(&text, i > 0 ? ", " : "");
        list_write_value(&text, json_array_get(names, i));
    }
    (void)fprintf(cli->io->out, "%-18s%.*s\n", key,
                  WEIR_STR_ARG(text.len > 0 ? buf_str(&text) : weir_str(none)));
    buf_fini(&text);
}

static void print_secrets(const struct cli *cli, const json_t *it)
{
    const json_t *secrets = list_member(it, "secrets");

    for (size_t i = 0; i < json_array_size(secrets); i++) {
        const json_t *until = list_member(json_array_get(secrets, i), "valid_until");
        struct buf text;
        int64_t at_ms;

        buf_init(&text, TEXT_MAX);
        buf_add_text(&text, i == 0 ? "the newest" : "a former one");
        if (list_time(&at_ms, until)) {
            buf_add_text(&text, ", ends ");
            human_when(&text, at_ms, clock_now_ms(cli->io->clock));
        }
        (void)fprintf(cli->io->out, "%-18s%.*s\n", i == 0 ? "secrets" : "", WEIR_STR_ARG(buf_str(&text)));
        buf_fini(&text);
    }
}

static void print_endpoint(const struct cli *cli, const json_t *it)
{
    static const struct detail DETAILS[] = {
        {"name", "name", LIST_TEXT},
        {"url", "url", LIST_TEXT},
        {"state", "state", LIST_STATE},
        {"reason", "reason", LIST_TEXT},
        {"kept in", "kept_in", LIST_TEXT},
        {"order", "order", LIST_TEXT},
        {"concurrency", "concurrency", LIST_TEXT},
        {"timeout_ms", "timeout_ms", LIST_TEXT},
        {"private allowed", "allow_private", LIST_TEXT},
        {"waiting", "waiting", LIST_TEXT},
        {"in flight", "in_flight", LIST_TEXT},
        {"failures", "failures", LIST_TEXT},
        {"failing since", "failing_since", LIST_WHEN},
        {"last error", "last_error", LIST_TEXT},
        {"warned", "warned_at", LIST_WHEN},
        {"disabled if so", "disables_at", LIST_WHEN},
        {"24 h: attempts", "last_24_hours.attempts", LIST_TEXT},
        {"  delivered", "last_24_hours.delivered", LIST_TEXT},
        {"  success %", "last_24_hours.success_percent", LIST_TEXT},
        {"  half within ms", "last_24_hours.p50_ms", LIST_TEXT},
        {"  95 % within ms", "last_24_hours.p95_ms", LIST_TEXT},
        {"last delivered", "last_delivered_at", LIST_WHEN},
        {"last failed", "last_failed_at", LIST_WHEN},
    };

    detail_print(cli, it, DETAILS, sizeof DETAILS / sizeof DETAILS[0]);
    print_names(cli, it, "events", "-");
    print_names(cli, it, "integrations", "all");
    print_names(cli, it, "headers", "-");
    print_secrets(cli, it);
}

/* ---- the request ---- */

static bool is_url(const char *word)
{
    return strncmp(word, "https://", 8) == 0 || strncmp(word, "http://", 7) == 0;
}

/* Words with commas between them; "all" and nothing are an empty list. */
static int add_list(json_t *body, const char *key, const char *list)
{
    json_t *all = json_array();
    int bad = 0;

    while (strcmp(list, "all") != 0 && *list != '\0') {
        size_t len = strcspn(list, ",");

        bad |= len > 0 ? json_array_append_new(all, json_stringn(list, len)) : 0;
        list += len + (list[len] == ',');
    }
    return bad | json_object_set_new(body, key, all);
}

static int add_secret(json_t *body, const struct cli *cli, struct weir_error *err)
{
    static const char prompt[] = "secret=";
    char value[TEXT_MAX];
    struct buf text;
    int rc;

    if (cli->opt.secret_file == NULL) {
        return 0;
    }
    (void)snprintf(value, sizeof value, "%s%s",
                   strcmp(cli->opt.secret_file, "-") == 0 ? "" : "@file:", cli->opt.secret_file);
    buf_init(&text, SECRET_MAX);
    rc = setting_read(&text, cli, prompt, strcmp(value, "-") == 0 ? "-" : value, err);
    if (rc == 0 && json_object_set_new(body, "secret", json_stringn(text.data, text.len)) != 0) {
        rc = weir_fail(err, WEIR_E_INVALID, "the secret is no UTF-8 text");
    }
    if (text.data != NULL) {
        crypto_wipe(text.data, text.len);
    }
    buf_fini(&text);
    return rc;
}

static int add_words(json_t *body, const struct cli *cli, struct weir_error *err)
{
    json_t *headers = json_object();
    int rc = 0;

    for (int i = 2; rc == 0 && i < cli->arg_count; i++) {
        if (is_url(cli->args[i])) {
            rc = json_object_set_new(body, "url", json_string(cli->args[i])) != 0
                     ? weir_fail(err, WEIR_E_INVALID, "the URL is no UTF-8 text")
                     : 0;
        } else {
            rc = setting_add(headers, cli, cli->args[i], err);
        }
    }
    if (json_object_set_new(body, "headers", headers) != 0 && rc == 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the request");
    }
    return rc;
}

static int add_options(json_t *body, const struct cli *cli, struct weir_error *err)
{
    const struct options *opt = &cli->opt;
    int bad = 0;

    bad |= opt->events != NULL ? add_list(body, "events", opt->events) : 0;
    bad |= opt->integrations != NULL ? add_list(body, "integrations", opt->integrations) : 0;
    bad |= opt->order != NULL ? json_object_set_new(body, "order", json_string(opt->order)) : 0;
    bad |= opt->concurrency > 0
               ? json_object_set_new(body, "concurrency", json_integer((json_int_t)opt->concurrency))
               : 0;
    bad |= opt->timeout_ms > 0
               ? json_object_set_new(body, "timeout_ms", json_integer((json_int_t)opt->timeout_ms))
               : 0;
    bad |= opt->allow_private ? json_object_set_new(body, "allow_private", json_true()) : 0;
    return bad == 0 ? 0 : weir_fail(err, WEIR_E_INVALID, "what is given is no UTF-8 text");
}

/* NULL: *err says why. */
static json_t *make_body(const struct cli *cli, struct weir_error *err)
{
    const char *word = cli->args[0];
    json_t *body = json_object();
    int rc = body != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory for the request");

    if (rc == 0 && strcmp(word, "add") == 0 &&
        json_object_set_new(body, "name", json_string(cli->args[1])) != 0) {
        rc = weir_fail(err, WEIR_E_INVALID, "the name is no UTF-8 text");
    }
    if (rc == 0 && (strcmp(word, "add") == 0 || strcmp(word, "set") == 0)) {
        rc = add_words(body, cli, err);
        rc = rc == 0 ? add_options(body, cli, err) : rc;
    }
    if (rc == 0 && strcmp(word, "rotate") == 0 && (cli->opt.now || cli->opt.overlap > 0)) {
        (void)json_object_set_new(body, "overlap_hours", json_integer((json_int_t)cli->opt.overlap));
    }
    rc = rc == 0 ? add_secret(body, cli, err) : rc;
    if (rc != 0) {
        json_decref(body);
        return NULL;
    }
    return body;
}

static int ask(json_t **data, struct cli *cli, struct weir_error *err)
{
    const char *word = cli->args[0];
    bool whole = strcmp(word, "set") == 0 || strcmp(word, "remove") == 0;
    json_t *body = NULL;
    struct buf path;
    int rc;

    buf_init(&path, PATH_TEXT_MAX);
    buf_add_text(&path, ENDPOINTS);
    if (strcmp(word, "add") != 0) {
        buf_add_char(&path, '/');
        list_add_path(&path, cli->args[1]);
        buf_printf(&path, "%s%s", whole ? "" : "/", whole ? "" : word);
        buf_add_text(&path, cli->opt.force ? "?force=true" : "");
    }
    rc = buf_check(&path, "the endpoint's name", err);
    if (rc == 0 && strcmp(word, "remove") == 0) {
        rc = admin_delete(data, cli->admin, buf_str(&path), err);
    } else if (rc == 0 && strcmp(word, "add") != 0 && strcmp(word, "set") != 0 &&
               strcmp(word, "rotate") != 0) {
        rc = admin_post(data, NULL, cli->admin, buf_str(&path), NULL, 0, err);
    } else if (rc == 0) {
        body = make_body(cli, err);
        rc = body == NULL               ? err->code
             : strcmp(word, "set") == 0 ? admin_patch(data, cli->admin, buf_str(&path), body, err)
                                        : admin_post(data, NULL, cli->admin, buf_str(&path), body, 0, err);
    }
    json_decref(body);
    buf_fini(&path);
    return rc;
}

/* ---- what came of it ---- */

static void say_secret(const struct cli *cli, const json_t *data)
{
    const json_t *secret = list_member(data, "secret");

    if (json_is_string(secret)) {
        (void)fprintf(cli->io->out, "its secret, which is not shown again: %s\n", json_string_value(secret));
    }
}

static void say_test(const struct cli *cli, const json_t *data)
{
    struct buf text;

    buf_init(&text, 2 * TEXT_MAX);
    buf_add_text(&text, json_is_true(list_member(data, "delivered")) ? "taken" : "not taken");
    if (json_integer_value(list_member(data, "status")) > 0) {
        buf_add_text(&text, ": HTTP ");
        list_write_value(&text, list_member(data, "status"));
    } else {
        buf_add_text(&text, ": ");
        list_write_value(&text, list_member(data, "outcome"));
    }
    buf_add_text(&text, " after ");
    human_duration(&text, json_integer_value(list_member(data, "ms")));
    if (list_member(data, "detail") != NULL) {
        buf_add_text(&text, ", ");
        list_write_value(&text, list_member(data, "detail"));
    }
    (void)fprintf(cli->io->out, "%.*s\n", WEIR_STR_ARG(buf_str(&text)));
    buf_clear(&text);
    list_write_value(&text, list_member(data, "answer"));
    if (text.len > 0) {
        (void)fprintf(cli->io->out, "it says: %.*s\n", WEIR_STR_ARG(buf_str(&text)));
    }
    buf_fini(&text);
}

static void say(const struct cli *cli, const json_t *data)
{
    const char *word = cli->args[0];
    const char *name = cli->args[1];

    if (strcmp(word, "test") == 0) {
        say_test(cli, data);
    } else if (strcmp(word, "remove") == 0) {
        (void)fprintf(cli->io->out, "endpoint %s is removed; dead letters of it: %lld\n", name,
                      (long long)json_integer_value(list_member(data, "dead_letters")));
    } else {
        (void)fprintf(cli->io->out, "endpoint %s %s\n", name,
                      strcmp(word, "add") == 0      ? "is made; try it: weir endpoints test"
                      : strcmp(word, "set") == 0    ? "is changed"
                      : strcmp(word, "rotate") == 0 ? "has another secret"
                      : strcmp(word, "enable") == 0 ? "is enabled"
                                                    : "is disabled");
        say_secret(cli, data);
    }
}

static int change(struct cli *cli)
{
    struct weir_error err = {0};
    json_t *data = NULL;
    int status = CLI_OK;

    if (ask(&data, cli, &err) != 0) {
        return cli_fail(cli, &err);
    }
    if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        say(cli, data);
    }
    if (status == CLI_OK && strcmp(cli->args[0], "test") == 0 &&
        !json_is_true(list_member(data, "delivered"))) {
        status = CLI_FAILED;
    }
    json_decref(data);
    return status;
}

/* ---- words ---- */

/* The first word, which may be left out. */
static const char *word_of(const struct cli *cli)
{
    return cli->arg_count > 0 ? cli->args[0] : "list";
}

static int accept_options(const struct cli *cli, const char *word)
{
    const struct options *opt = &cli->opt;
    bool makes = strcmp(word, "add") == 0 || strcmp(word, "set") == 0;
    bool rotates = strcmp(word, "rotate") == 0;

    if (!makes && (opt->events != NULL || opt->integrations != NULL || opt->order != NULL ||
                   opt->concurrency > 0 || opt->timeout_ms > 0 || opt->allow_private)) {
        return cli_usage(cli, "the options of \"add\" and \"set\" mean nothing to \"%s\"", word);
    }
    if (!rotates && (opt->now || opt->overlap > 0)) {
        return cli_usage(cli, "--overlap and --now mean nothing to \"%s\"", word);
    }
    if (opt->now && opt->overlap > 0) {
        return cli_usage(cli, "--overlap and --now exclude one another");
    }
    if (opt->secret_file != NULL && !rotates && strcmp(word, "add") != 0) {
        return cli_usage(cli, "--secret-file means nothing to \"%s\"; see \"rotate\"", word);
    }
    return opt->force && strcmp(word, "remove") != 0 ? cli_usage(cli, "--force means nothing to \"%s\"", word)
                                                     : CLI_OK;
}

static int accept_words(const struct cli *cli, const char *word)
{
    bool add = strcmp(word, "add") == 0;
    int stdin_count = cli->opt.secret_file != NULL && strcmp(cli->opt.secret_file, "-") == 0;

    if (cli->arg_count < 2) {
        return cli_usage(cli, "%s needs the name of an endpoint", word);
    }
    if (!add && strcmp(word, "set") != 0) {
        return cli->arg_count == 2 ? CLI_OK : cli_usage(cli, "%s takes no word behind the name", word);
    }
    if (add && (cli->arg_count < 3 || !is_url(cli->args[2]))) {
        return cli_usage(cli, "add needs a URL behind the name, such as https://app.example.com/weir");
    }
    for (int i = 2; i < cli->arg_count; i++) {
        const char *equals = strchr(cli->args[i], '=');

        /* What stands there may be a secret: it is not shown. */
        if (i == 2 && is_url(cli->args[i])) {
            continue;
        }
        if (equals == NULL || equals == cli->args[i]) {
            return cli_usage(cli, "word %d behind the name is no <header>=<value>", i - 1);
        }
        stdin_count += strcmp(equals + 1, "-") == 0;
    }
    return stdin_count < 2 ? CLI_OK : cli_usage(cli, "only one value can come from the standard input");
}

int accept_endpoints(const struct cli *cli)
{
    static const char *const WORDS[] = {"list",   "show",    "add",    "set",   "test",
                                        "rotate", "disable", "enable", "remove"};
    const char *word = word_of(cli);
    bool known = false;
    int status;

    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        known = known || strcmp(word, WORDS[i]) == 0;
    }
    if (!known) {
        return cli_usage(
            cli,
            "\"%.60s\" means nothing to \"endpoints\"; there are list, show, add, set, test, rotate, "
            "enable, disable and remove",
            word);
    }
    status = accept_options(cli, word);
    if (status != CLI_OK || strcmp(word, "list") != 0) {
        return status != CLI_OK ? status : accept_words(cli, word);
    }
    return cli->arg_count < 2 ? CLI_OK : cli_usage(cli, "list takes no further word");
}

int run_endpoints(struct cli *cli)
{
    static const struct list_view VIEW = {ENDPOINTS, COLUMNS, "no endpoints yet", 0};

    if (strcmp(word_of(cli), "list") == 0) {
        return listing_run(cli, &VIEW, NULL, 0);
    }
    return strcmp(cli->args[0], "show") == 0 ? detail_show(cli, ENDPOINTS "/", cli->args[1], print_endpoint)
                                             : change(cli);
}

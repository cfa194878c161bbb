/*
 * keys: the commands about API keys and about who changed what.
 */
#include "cli/detail.h"
#include "cli/human.h"

#define KEYS "/admin/v1/keys"
#define PATH_TEXT_MAX 2048

/* ---- keys ---- */

static void write_integrations(struct buf *out, const json_t *row)
{
    const json_t *list = list_member(row, "integrations");

    if (list == NULL) {
        buf_add_text(out, "all");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        buf_add_text(out, i > 0 ? ", " : "");
        list_write_value(out, json_array_get(list, i));
    }
}

static const struct list_column KEY_COLUMNS[] = {
    {"NAME", "name", LIST_TEXT, false, NULL},
    {"PREFIX", "prefix", LIST_TEXT, false, NULL},
    {"FOR", "surface", LIST_TEXT, false, NULL},
    {"ROLE", "role", LIST_TEXT, false, NULL},
    {"STATE", "state", LIST_STATE, false, NULL},
    {"LAST USED", "last_used_at", LIST_WHEN, false, NULL},
    {"EXPIRES", "expires_at", LIST_WHEN, false, NULL},
    {"INTEGRATIONS", NULL, LIST_OWN, true, write_integrations},
    {.title = NULL},
};

static void print_key(const struct cli *cli, const json_t *it)
{
    static const struct detail DETAILS[] = {
        {"name", "name", LIST_TEXT},
        {"begins with", "prefix", LIST_TEXT},
        {"for", "surface", LIST_TEXT},
        {"role", "role", LIST_TEXT},
        {"state", "state", LIST_STATE},
        {"kept in", "kept_in", LIST_TEXT},
        {"integrations", "integrations", LIST_TEXT},
        {"created", "created_at", LIST_WHEN},
        {"  by", "created_by", LIST_TEXT},
        {"expires", "expires_at", LIST_WHEN},
        {"revoked", "revoked_at", LIST_WHEN},
        {"last used", "last_used_at", LIST_WHEN},
    };

    detail_print(cli, it, DETAILS, sizeof DETAILS / sizeof DETAILS[0]);
}

/* "a,b" as an array. */
static json_t *split(const char *text)
{
    json_t *list = json_array();

    while (list != NULL && *text != '\0') {
        size_t len = strcspn(text, ",");

        if (len > 0) {
            (void)json_array_append_new(list, json_stringn(text, len));
        }
        text += len + (text[len] == ',');
    }
    return list;
}

static int add(struct cli *cli)
{
    const struct options *opt = &cli->opt;
    struct weir_error err = {0};
    json_t *data = NULL;
    json_t *body =
        json_pack("{s:s, s:s, s:s}", "name", cli->args[1], "surface", opt->surface, "role", opt->role);
    int status = CLI_OK;

    if (body != NULL && opt->only != NULL) {
        (void)json_object_set_new(body, "integrations", split(opt->only));
    }
    if (body != NULL && opt->days > 0) {
        (void)json_object_set_new(body, "expires_in_days", json_integer((json_int_t)opt->days));
    }
    if (body == NULL) {
        status = cli_usage(cli, "the name is not UTF-8 text");
    } else if (admin_post(&data, NULL, cli->admin, weir_str(KEYS), body, 0, &err) != 0) {
        status = cli_fail(cli, &err);
    } else if (opt->json) {
        status = list_print_json(cli, data, 2);
    } else {
        struct buf key;

        buf_init(&key, 256);
        list_write_value(&key, list_member(data, "key"));
        (void)fprintf(cli->io->out, "%.*s\n", WEIR_STR_ARG(buf_str(&key)));
        cli_note(cli, "this is the only time that the key is shown: keep it now");
        buf_fini(&key);
    }
    json_decref(data);
    json_decref(body);
    return status;
}

static int revoke(struct cli *cli)
{
    struct weir_error err = {0};
    json_t *data = NULL;
    struct buf path;
    int rc;

    buf_init(&path, PATH_TEXT_MAX);
    buf_add_text(&path, KEYS "/");
    list_add_path(&path, cli->args[1]);
    rc = buf_check(&path, "the key's name", &err);
    if (rc == 0) {
        rc = admin_delete(&data, cli->admin, buf_str(&path), &err);
    }
    buf_fini(&path);
    if (rc != 0) {
        return cli_fail(cli, &err);
    }
    if (cli->opt.json) {
        rc = list_print_json(cli, data, 2);
    } else {
        (void)fprintf(cli->io->out, "the key %s opens nothing any more\n", cli->args[1]);
    }
    json_decref(data);
    return rc;
}

static bool key_options_given(const struct options *opt)
{
    return opt->surface != NULL || opt->role != NULL || opt->only != NULL || opt->days != 0;
}

int accept_keys(const struct cli *cli)
{
    const char *word = cli->arg_count > 0 ? cli->args[0] : "list";
    bool one = strcmp(word, "show") == 0 || strcmp(word, "revoke") == 0 || strcmp(word, "add") == 0;

    if (!one && strcmp(word, "list") != 0) {
        return cli_usage(cli, "\"%.60s\" means nothing to \"keys\"; there are list, show, add and revoke",
                         word);
    }
    if (one && cli->arg_count != 2) {
        return cli_usage(cli, "%s needs the name of a key", word);
    }
    if (!one && cli->arg_count > 1) {
        return cli_usage(cli, "list takes no further word");
    }
    if (strcmp(word, "add") == 0) {
        return cli->opt.surface != NULL && cli->opt.role != NULL
                   ? CLI_OK
                   : cli_usage(cli, "add needs --for app or --for admin, and --role read, operate or admin");
    }
    return key_options_given(&cli->opt)
               ? cli_usage(cli, "the options of \"add\" mean nothing to \"%.60s\"", word)
               : CLI_OK;
}

int run_keys(struct cli *cli)
{
    static const struct list_view VIEW = {KEYS, KEY_COLUMNS, "no keys: only the Unix socket is open", 0};
    const char *word = cli->arg_count > 0 ? cli->args[0] : "list";

    if (strcmp(word, "list") == 0) {
        return listing_run(cli, &VIEW, NULL, 0);
    }
    if (strcmp(word, "show") == 0) {
        return detail_show(cli, KEYS "/", cli->args[1], print_key);
    }
    return strcmp(word, "add") == 0 ? add(cli) : revoke(cli);
}

/* ---- audit ---- */

static const struct list_column AUDIT_COLUMNS[] = {
    {"WHEN", "at", LIST_WHEN, false, NULL},
    {"WHO", "who", LIST_TEXT, false, NULL},
    {"THROUGH", "through", LIST_TEXT, false, NULL},
    {"METHOD", "method", LIST_TEXT, false, NULL},
    {"ROUTE", "route", LIST_TEXT, true, NULL},
    {"TARGET", "target", LIST_TEXT, true, NULL},
    {"OUTCOME", "outcome", LIST_STATE, false, NULL},
    {"FROM", "from", LIST_TEXT, false, NULL},
    {.title = NULL},
};

int run_audit(struct cli *cli)
{
    static const struct list_view VIEW = {"/admin/v1/audit", AUDIT_COLUMNS, "nothing was changed yet",
                                          LIST_LIMIT};
    const struct options *opt = &cli->opt;
    const struct list_param params[] = {{"who", opt->who},
                                        {"target", opt->target},
                                        {"outcome", opt->outcome},
                                        {"since", opt->since},
                                        {"until", opt->until}};

    return listing_run(cli, &VIEW, params, sizeof params / sizeof params[0]);
}

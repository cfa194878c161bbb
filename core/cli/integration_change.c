/*
 * integration_change: the commands that make, change and delete integrations of the running daemon.
 *
 * Secrets need not stand on the command line, where every user of the machine can read them: a value comes
 * from a file or from the standard input, too.
 */
#include "cli/detail.h"
#include "cli/setting.h"

#define INTEGRATIONS "/admin/v1/integrations"
#define PATH_TEXT_MAX 2048
#define TRY_TIMEOUT_MS 150000 /* the tool is asked */

/* ---- words ---- */

bool integration_options_given(const struct cli *cli)
{
    const struct options *opt = &cli->opt;

    return opt->organization != NULL || opt->scope != NULL || opt->base_url != NULL ||
           opt->origin_id != NULL || opt->email != NULL || opt->allow_private;
}

int accept_integration_change(const struct cli *cli)
{
    const char *word = cli->args[0];
    int stdin_count = 0;

    if (cli->arg_count < 2) {
        return cli_usage(cli, "%s needs the id of an integration", word);
    }
    if (strcmp(word, "create") != 0 && integration_options_given(cli)) {
        return cli_usage(cli, "the options of \"create\" mean nothing to \"%s\"", word);
    }
    if (strcmp(word, "create") == 0 && cli->opt.organization == NULL) {
        return cli_usage(cli, "create needs --organization NAME");
    }
    if (strcmp(word, "delete") == 0 && cli->arg_count > 2) {
        return cli_usage(cli, "delete takes no further word");
    }
    if (strcmp(word, "set") == 0 && cli->arg_count < 3) {
        return cli_usage(cli, "set needs a <key>=<value>");
    }
    for (int i = 2; i < cli->arg_count; i++) {
        const char *equals = strchr(cli->args[i], '=');

        /* What stands there may be a secret: it is not shown. */
        if (equals == NULL || equals == cli->args[i]) {
            return cli_usage(cli, "word %d behind the id is no <key>=<value>", i - 1);
        }
        stdin_count += strcmp(equals + 1, "-") == 0;
    }
    return stdin_count < 2 ? CLI_OK : cli_usage(cli, "only one value can come from the standard input");
}

/* ---- the request ---- */

static void add_text(json_t *body, const char *key, const char *text_or_null)
{
    if (text_or_null != NULL) {
        (void)json_object_set_new(body, key, json_string(text_or_null));
    }
}

/* NULL: *err says why. */
static json_t *make_body(const struct cli *cli, bool create, struct weir_error *err)
{
    json_t *body = json_pack("{s:{}}", "settings");
    int rc = body == NULL ? weir_fail(err, WEIR_E_MEMORY, "no memory for the request") : 0;

    if (rc == 0 && create) {
        add_text(body, "id", cli->args[1]);
        add_text(body, "organization", cli->opt.organization);
        add_text(body, "scope", cli->opt.scope);
        add_text(body, "base_url", cli->opt.base_url);
        add_text(body, "origin_id", cli->opt.origin_id);
        add_text(body, "creator_email", cli->opt.email);
        (void)json_object_set_new(body, "allow_private", json_boolean(cli->opt.allow_private));
    }
    for (int i = 2; rc == 0 && i < cli->arg_count; i++) {
        rc = setting_add(json_object_get(body, "settings"), cli, cli->args[i], err);
    }
    if (rc != 0) {
        json_decref(body);
        return NULL;
    }
    return body;
}

/* ---- the commands ---- */

static int ask(json_t **data, struct cli *cli, struct weir_error *err)
{
    const char *word = cli->args[0];
    bool create = strcmp(word, "create") == 0;
    json_t *body = NULL;
    struct buf path;
    int rc;

    buf_init(&path, PATH_TEXT_MAX);
    buf_add_text(&path, INTEGRATIONS);
    if (!create) {
        buf_add_char(&path, '/');
        list_add_path(&path, cli->args[1]);
    }
    if (strcmp(word, "set") == 0) {
        buf_add_text(&path, "/settings");
    }
    rc = buf_check(&path, "the integration's id", err);
    if (rc == 0 && strcmp(word, "delete") == 0) {
        rc = admin_delete(data, cli->admin, buf_str(&path), err);
    } else if (rc == 0) {
        body = make_body(cli, create, err);
        rc = body != NULL ? admin_post(data, NULL, cli->admin, buf_str(&path), body, TRY_TIMEOUT_MS, err)
                          : err->code;
    }
    json_decref(body);
    buf_fini(&path);
    return rc;
}

static void say(const struct cli *cli, const json_t *data)
{
    const char *id = cli->args[1];
    struct buf url;

    if (strcmp(cli->args[0], "set") == 0) {
        (void)fprintf(cli->io->out, "the tool takes the new settings of %s, and they are in force\n", id);
    } else if (strcmp(cli->args[0], "delete") == 0) {
        (void)fprintf(cli->io->out, "%s is deleted; its subscription is being removed at the tool\n", id);
    } else {
        buf_init(&url, PATH_TEXT_MAX);
        list_write_value(&url, list_member(data, "callback_url"));
        (void)fprintf(cli->io->out,
                      "%s is made and its first sync begins; see: weir sync status %s\n"
                      "its tool delivers to %.*s\n",
                      id, id, WEIR_STR_ARG(buf_str(&url)));
        buf_fini(&url);
    }
}

int run_integration_change(struct cli *cli)
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
    json_decref(data);
    return status;
}

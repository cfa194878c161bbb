/*
 * scopes: the command about scopes.
 */
#include "cli/detail.h"
#include "cli/human.h"

#define SCOPES "/admin/v1/scopes"
#define PATH_TEXT_MAX 2048
#define LINE_MAX_BYTES (64u * 1024)

static void write_all(struct buf *out, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        buf_add_text(out, i > 0 ? ", " : "");
        list_write_value(out, json_array_get(list, i));
    }
}

static void write_enabled(struct buf *out, const json_t *row)
{
    write_all(out, list_member(row, "enabled"));
}

static void write_users(struct buf *out, const json_t *row)
{
    write_all(out, list_member(row, "integrations"));
}

static const struct list_column SCOPE_COLUMNS[] = {
    {"NAME", "name", LIST_TEXT, false, NULL},
    {"KEPT IN", "kept_in", LIST_TEXT, false, NULL},
    {"INTEGRATIONS", NULL, LIST_OWN, true, write_users},
    {"MODELS", NULL, LIST_OWN, true, write_enabled},
    {.title = NULL},
};

/* ---- show ---- */

static void print_model(const struct cli *cli, const char *name, const json_t *model)
{
    json_t *fields = json_object_get(model, "fields");
    const char *state = json_string_value(json_is_string(model) ? model : json_object_get(model, "state"));
    const char *field;
    json_t *word;

    state = state != NULL ? state : "";
    (void)fprintf(cli->io->out, "%-34s %s\n", name, state);
    json_object_foreach(fields, field, word)
    {
        if (json_is_string(word) && strcmp(json_string_value(word), state) != 0) {
            (void)fprintf(cli->io->out, "  %-32s %s\n", field, json_string_value(word));
        }
    }
}

static void print_scope(const struct cli *cli, const json_t *it)
{
    json_t *models = json_object_get(it, "models");
    const char *name;
    json_t *model;
    struct buf users;

    buf_init(&users, LINE_MAX_BYTES);
    write_users(&users, it);
    (void)fprintf(cli->io->out, "%s, had by %.*s\n", json_string_value(list_member(it, "name")),
                  WEIR_STR_ARG(users.len > 0 ? buf_str(&users) : weir_str("nobody")));
    buf_fini(&users);
    json_object_foreach(models, name, model)
    {
        print_model(cli, name, model);
    }
}

/* ---- what a change does ---- */

static void add_words(struct buf *line, const char *sign, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        buf_printf(line, " %s", sign);
        list_write_value(line, json_array_get(list, i));
    }
}

static void print_effect(const struct cli *cli, const json_t *effect)
{
    const json_t *models = list_member(effect, "models");
    struct buf line;

    buf_init(&line, LINE_MAX_BYTES);
    list_write_value(&line, list_member(effect, "integration"));
    buf_add_char(&line, '\n');
    for (size_t i = 0; i < json_array_size(models); i++) {
        const json_t *model = json_array_get(models, i);

        buf_add_text(&line, "  ");
        list_write_value(&line, list_member(model, "model"));
        buf_add_char(&line, ' ');
        list_write_value(&line, list_member(model, "change"));
        add_words(&line, "+", list_member(model, "fields_added"));
        add_words(&line, "-", list_member(model, "fields_removed"));
        buf_add_text(&line, ", records: ");
        list_write_value(&line, list_member(model, "records"));
        buf_add_char(&line, '\n');
    }
    if (json_array_size(list_member(effect, "events_added")) +
            json_array_size(list_member(effect, "events_removed")) >
        0) {
        buf_add_text(&line, "  events");
        add_words(&line, "+", list_member(effect, "events_added"));
        add_words(&line, "-", list_member(effect, "events_removed"));
        buf_add_char(&line, '\n');
    }
    if (json_is_true(list_member(effect, "full_sync"))) {
        buf_add_text(&line, "  full sync\n");
    }
    (void)fwrite(line.data, 1, line.len, cli->io->out);
    buf_fini(&line);
}

static int print_change(const struct cli *cli, const json_t *data)
{
    const json_t *effects = list_member(data, "effects");

    if (cli->opt.json) {
        return list_print_json(cli, data, 2);
    }
    (void)fprintf(cli->io->out, "%s\n",
                  json_array_size(effects) == 0 ? "this changes nothing for any integration"
                  : cli->opt.dry_run            ? "this would change:"
                                                : "this changes:");
    for (size_t i = 0; i < json_array_size(effects); i++) {
        print_effect(cli, json_array_get(effects, i));
    }
    return CLI_OK;
}

static int put(struct cli *cli, const char *folder, const char *id, const char *end, const json_t *body)
{
    struct weir_error err = {0};
    json_t *data = NULL;
    struct buf path;
    int status;
    int rc;

    buf_init(&path, PATH_TEXT_MAX);
    buf_add_text(&path, folder);
    list_add_path(&path, id);
    buf_add_text(&path, end);
    rc = buf_check(&path, "the name", &err);
    if (rc == 0) {
        rc = admin_put(&data, cli->admin, buf_str(&path), body, &err);
    }
    status = rc == 0 ? print_change(cli, data) : cli_fail(cli, &err);
    json_decref(data);
    buf_fini(&path);
    return status;
}

/* ---- set ---- */

/* "hris_teams=enabled", "hris_employees.ssn=disabled" */
static void apply_word(json_t *models, const char *text)
{
    const char *equals = strchr(text, '=');
    const char *dot = memchr(text, '.', (size_t)(equals - text));
    char model[128];
    char field[128];
    json_t *entry;

    (void)snprintf(model, sizeof model, "%.*s", (int)((dot != NULL ? dot : equals) - text), text);
    if (dot == NULL) {
        (void)json_object_set_new(models, model, json_string(equals + 1));
        return;
    }
    (void)snprintf(field, sizeof field, "%.*s", (int)(equals - dot - 1), dot + 1);
    entry = json_object_get(models, model);
    if (!json_is_object(entry)) {
        const char *word = json_is_string(entry) ? json_string_value(entry) : "disabled";
        const char *state = strcmp(word, "disabled") == 0 ? "enabled" : word;

        entry = json_pack("{s:s, s:{}, s:s}", "state", state, "fields", "default_field", word);
        (void)json_object_set_new(models, model, entry);
    }
    (void)json_object_set_new(json_object_get(entry, "fields"), field, json_string(equals + 1));
}

/* What it says now, or what --like says; nothing, if there is none. false: it is told why. */
static bool fetch_models(json_t **models, struct cli *cli, int *status)
{
    const char *from = cli->opt.like != NULL ? cli->opt.like : cli->args[1];
    struct weir_error err = {0};
    json_t *data = NULL;
    int rc = detail_ask(&data, cli, SCOPES "/", from, "", NULL, &err);

    if (rc != 0 && (rc != WEIR_E_REJECT || cli->opt.like != NULL)) {
        *status = cli_fail(cli, &err);
        return false;
    }
    *models = rc == 0 ? json_incref(json_object_get(data, "models")) : json_object();
    json_decref(data);
    return true;
}

static int set(struct cli *cli)
{
    json_t *models = NULL;
    json_t *body;
    int status = CLI_OK;

    if (!fetch_models(&models, cli, &status)) {
        return status;
    }
    for (int i = 2; i < cli->arg_count; i++) {
        apply_word(models, cli->args[i]);
    }
    body = json_pack("{s:o, s:b}", "models", models, "dry_run", (int)cli->opt.dry_run);
    status = put(cli, SCOPES "/", cli->args[1], "", body);
    json_decref(body);
    return status;
}

static int assign(struct cli *cli)
{
    json_t *body = json_pack("{s:s, s:b}", "scope", cli->args[2], "dry_run", (int)cli->opt.dry_run);
    int status = body != NULL ? put(cli, "/admin/v1/integrations/", cli->args[1], "/scope", body)
                              : cli_usage(cli, "the name is not UTF-8 text");

    json_decref(body);
    return status;
}

static int delete_one(struct cli *cli)
{
    struct weir_error err = {0};
    json_t *data = NULL;
    struct buf path;
    int rc;

    buf_init(&path, PATH_TEXT_MAX);
    buf_add_text(&path, SCOPES "/");
    list_add_path(&path, cli->args[1]);
    rc = buf_check(&path, "the name", &err);
    if (rc == 0) {
        rc = admin_delete(&data, cli->admin, buf_str(&path), &err);
    }
    buf_fini(&path);
    if (rc != 0) {
        return cli_fail(cli, &err);
    }
    if (!cli->opt.json) {
        (void)fprintf(cli->io->out, "the scope %s is deleted\n", cli->args[1]);
    }
    rc = cli->opt.json ? list_print_json(cli, data, 2) : CLI_OK;
    json_decref(data);
    return rc;
}

/* ---- the command ---- */

static int accept_set(const struct cli *cli)
{
    if (cli->arg_count < 3 && cli->opt.like == NULL) {
        return cli_usage(cli, "set needs the name of a scope and a <model>=<word>");
    }
    for (int i = 2; i < cli->arg_count; i++) {
        const char *equals = strchr(cli->args[i], '=');

        if (equals == NULL || equals == cli->args[i]) {
            return cli_usage(cli, "\"%.60s\" is no <model>=<word> and no <model>.<field>=<word>",
                             cli->args[i]);
        }
    }
    return CLI_OK;
}

int accept_scopes(const struct cli *cli)
{
    static const struct {
        const char *word;
        int least, most;
        bool dry_run;
    } WORDS[] = {{"list", 0, 1, false},
                 {"show", 2, 2, false},
                 {"set", 2, 66, true},
                 {"assign", 3, 3, true},
                 {"delete", 2, 2, false}};
    const char *word = cli->arg_count > 0 ? cli->args[0] : "list";

    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strcmp(word, WORDS[i].word) != 0) {
            continue;
        }
        if (cli->arg_count < WORDS[i].least || cli->arg_count > WORDS[i].most) {
            return cli_usage(cli, "%s takes other words; see the usage", word);
        }
        if ((cli->opt.dry_run && !WORDS[i].dry_run) || (cli->opt.like != NULL && strcmp(word, "set") != 0)) {
            return cli_usage(cli, "the options of \"set\" mean nothing to \"%s\"", word);
        }
        return strcmp(word, "set") == 0 ? accept_set(cli) : CLI_OK;
    }
    return cli_usage(
        cli, "\"%.60s\" means nothing to \"scopes\"; there are list, show, set, assign and delete", word);
}

int run_scopes(struct cli *cli)
{
    static const struct list_view VIEW = {SCOPES, SCOPE_COLUMNS, "no scopes", 0};
    const char *word = cli->arg_count > 0 ? cli->args[0] : "list";

    if (strcmp(word, "list") == 0) {
        return listing_run(cli, &VIEW, NULL, 0);
    }
    if (strcmp(word, "show") == 0) {
        return detail_show(cli, SCOPES "/", cli->args[1], print_scope);
    }
    if (strcmp(word, "set") == 0) {
        return set(cli);
    }
    return strcmp(word, "assign") == 0 ? assign(cli) : delete_one(cli);
}

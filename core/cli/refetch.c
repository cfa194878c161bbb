/*
 * refetch: the commands that look again at records, one or those that deliveries named.
 */
#include "cli/detail.h"

#include <stdlib.h>

/* ---- deliveries replay ---- */

int accept_deliveries(const struct cli *cli)
{
    const char *word = cli->arg_count > 0 ? cli->args[0] : "list";
    bool number = cli->arg_count == 2;

    if (strcmp(word, "list") == 0) {
        return cli->arg_count < 2 ? CLI_OK : cli_usage(cli, "list takes no further word");
    }
    if (strcmp(word, "replay") != 0) {
        return cli_usage(cli, "\"%.60s\" means nothing to \"deliveries\"; there are list and replay", word);
    }
    if (number == (cli->opt.since != NULL)) {
        return cli_usage(cli, "replay needs the number of a delivery, or --since");
    }
    if (number && (cli->args[1][0] == '\0' || strlen(cli->args[1]) > 18 ||
                   strspn(cli->args[1], "0123456789") != strlen(cli->args[1]))) {
        return cli_usage(cli, "\"%.60s\" is no number of a delivery", cli->args[1]);
    }
    return CLI_OK;
}

struct totals {
    json_int_t deliveries, records, incomplete;
};

/* One request, and what it came to; *next: where it goes on, or NULL. */
static int replay_page(struct totals *totals, json_t **next, const struct cli *cli, struct weir_error *err)
{
    const struct options *opt = &cli->opt;
    json_t *body =
        json_pack("{s:b, s:s*, s:s*, s:s*, s:O*}", "dry_run", (int)opt->dry_run, "since", opt->since, "until",
                  opt->until, "integration", opt->integration, "cursor", *next);
    json_t *data = NULL;
    int rc;

    if (body != NULL && cli->arg_count == 2) {
        (void)json_object_set_new(body, "number", json_integer(strtoll(cli->args[1], NULL, 10)));
    }
    rc = body != NULL
             ? admin_post(&data, NULL, cli->admin, weir_str("/admin/v1/deliveries/replay"), body, 0, err)
             : weir_fail(err, WEIR_E_INVALID, "an id or time that is not UTF-8 text");
    json_decref(*next);
    *next = NULL;
    if (rc == 0) {
        totals->deliveries += json_integer_value(list_member(data, "deliveries"));
        totals->records += json_integer_value(list_member(data, "records"));
        totals->incomplete += json_integer_value(list_member(data, "incomplete"));
        *next =
            json_is_string(json_object_get(data, "next")) ? json_incref(json_object_get(data, "next")) : NULL;
    }
    json_decref(data);
    json_decref(body);
    return rc;
}

int run_deliveries_replay(struct cli *cli)
{
    struct totals totals = {.deliveries = 0};
    struct weir_error err = {0};
    json_t *next = NULL;

    do {
        if (replay_page(&totals, &next, cli, &err) != 0) {
            return cli_fail(cli, &err);
        }
    } while (next != NULL);
    if (cli->opt.json) {
        json_t *all =
            json_pack("{s:b, s:I, s:I, s:I}", "dry_run", (int)cli->opt.dry_run, "deliveries",
                      totals.deliveries, "records", totals.records, "incomplete", totals.incomplete);
        int status = list_print_json(cli, all, 2);

        json_decref(all);
        return status;
    }
    (void)fprintf(cli->io->out,
                  "%" JSON_INTEGER_FORMAT " deliveries: %" JSON_INTEGER_FORMAT
                  " records %s looked at again\n",
                  totals.deliveries, totals.records, cli->opt.dry_run ? "would be" : "are");
    if (totals.incomplete > 0) {
        cli_note(cli,
                 "of %" JSON_INTEGER_FORMAT " deliveries not all records are known any more; "
                 "weir sync reads everything",
                 totals.incomplete);
    }
    return CLI_OK;
}

/* ---- one record ---- */

int accept_refetch(const struct cli *cli)
{
    return cli->arg_count == 3 ? CLI_OK
                               : cli_usage(cli, "refetch needs an integration, a model and a remote id");
}

int run_refetch(struct cli *cli)
{
    struct weir_error err = {0};
    json_t *body = json_pack("{s:s, s:s}", "model", cli->args[1], "remote_id", cli->args[2]);
    json_t *data = NULL;
    int status = CLI_OK;

    if (body == NULL) {
        return cli_usage(cli, "a model or remote id that is not UTF-8 text");
    }
    if (detail_ask(&data, cli, "/admin/v1/integrations/", cli->args[0], "/refetch", body, &err) != 0) {
        status = cli_fail(cli, &err);
    } else if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        (void)fprintf(cli->io->out, "it is looked at; see: weir log --id %s\n", cli->args[2]);
    }
    json_decref(data);
    json_decref(body);
    return status;
}

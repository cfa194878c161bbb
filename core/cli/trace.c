/*
 * trace: the way of one change, stage by stage, with the time between them.
 */
#include "cli/detail.h"
#include "cli/human.h"

#define LINE_MAX_BYTES 16384

int accept_trace(const struct cli *cli)
{
    return cli->arg_count == 1
               ? CLI_OK
               : cli_usage(cli,
                           "trace needs the number of a delivery, or the id of an event, a notification, a "
                           "record or a sync");
}

static void write_member(struct buf *line, const char *key, const json_t *value)
{
    if (json_is_null(value) || strcmp(key, "at") == 0 || strcmp(key, "after_ms") == 0 ||
        strcmp(key, "stage") == 0 || (json_is_array(value) && json_array_size(value) == 0)) {
        return;
    }
    buf_add_char(line, ' ');
    human_text(line, weir_str(key));
    buf_add_char(line, '=');
    list_write_value(line, value);
}

static void print_stage(const struct cli *cli, json_t *stage)
{
    const char *word = json_string_value(list_member(stage, "stage"));
    const char *outcome = json_string_value(list_member(stage, "outcome"));
    enum table_colour colour = cli->io->colours && outcome != NULL ? list_colour(outcome) : TABLE_PLAIN;
    const char *key;
    json_t *value;
    struct buf after;
    struct buf line;

    buf_init(&after, 64);
    buf_init(&line, LINE_MAX_BYTES);
    human_duration(&after, json_integer_value(list_member(stage, "after_ms")));
    human_text(&line, weir_str(word != NULL ? word : ""));
    while (line.len < 12) {
        buf_add_char(&line, ' ');
    }
    json_object_foreach(stage, key, value)
    {
        write_member(&line, key, value);
    }
    (void)fprintf(cli->io->out, "%s+%-10.*s %.*s%s\n", table_colour_begin(colour),
                  WEIR_STR_ARG(buf_str(&after)), WEIR_STR_ARG(buf_str(&line)),
                  colour != TABLE_PLAIN ? table_colour_end() : "");
    buf_fini(&after);
    buf_fini(&line);
}

static void print_trace(const struct cli *cli, const json_t *it)
{
    const json_t *stages = list_member(it, "stages");
    struct buf line;

    buf_init(&line, LINE_MAX_BYTES);
    list_write_value(&line, list_member(it, "by"));
    buf_add_char(&line, ' ');
    list_write_value(&line, list_member(it, "id"));
    buf_add_text(&line, " of ");
    list_write_value(&line, list_member(it, "integration"));
    buf_add_text(&line, ": ");
    list_write_value(&line, list_member(it, "end"));
    buf_add_text(&line, " after ");
    human_duration(&line, json_integer_value(list_member(it, "total_ms")));
    (void)fprintf(cli->io->out, "%.*s\n", WEIR_STR_ARG(buf_str(&line)));
    for (size_t i = 0; i < json_array_size(stages); i++) {
        print_stage(cli, json_array_get(stages, i));
    }
    if (json_is_false(list_member(it, "complete"))) {
        cli_note(cli, "there may be more: the log is longer than what was looked at, or than what is shown");
    }
    buf_fini(&line);
}

int run_trace(struct cli *cli)
{
    struct weir_error err = {0};
    struct buf end;
    json_t *it = NULL;
    int status = CLI_OK;
    int rc;

    buf_init(&end, 256);
    if (cli->opt.kind != NULL) {
        buf_add_text(&end, "?by=");
        list_add_path(&end, cli->opt.kind);
    }
    buf_add_char(&end, '\0');
    rc = buf_check(&end, "what the id is of", &err);
    if (rc == 0) {
        rc = detail_ask(&it, cli, "/admin/v1/trace/", cli->args[0], end.data, NULL, &err);
    }
    if (rc != 0) {
        status = cli_fail(cli, &err);
    } else if (cli->opt.json) {
        status = list_print_json(cli, it, 2);
    } else {
        print_trace(cli, it);
    }
    json_decref(it);
    buf_fini(&end);
    return status;
}

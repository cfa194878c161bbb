#include "cli/detail.h"

#include "cli/human.h"

#define PATH_TEXT_MAX 2048
#define CELL_MAX 4096

static void print_one(const struct cli *cli, const json_t *it, const struct detail *detail)
{
    const json_t *value = list_member(it, detail->key);
    int64_t now_ms = clock_now_ms(cli->io->clock);
    enum table_colour colour = TABLE_PLAIN;
    struct buf text;
    int64_t at_ms;

    buf_init(&text, CELL_MAX);
    if (detail->show != LIST_WHEN) {
        list_write_value(&text, value);
    } else if (list_time(&at_ms, value)) {
        human_when(&text, at_ms, now_ms);
        buf_add_text(&text, "  (");
        list_write_value(&text, value);
        buf_add_char(&text, ')');
    }
    if (detail->show == LIST_STATE && json_is_string(value) && cli->io->colours) {
        colour = list_colour(json_string_value(value));
    }
    (void)fprintf(cli->io->out, "%-18s%s%.*s%s\n", detail->title, table_colour_begin(colour),
                  WEIR_STR_ARG(text.len > 0 ? buf_str(&text) : weir_str("-")),
                  colour != TABLE_PLAIN ? table_colour_end() : "");
    buf_fini(&text);
}

void detail_print(const struct cli *cli, const json_t *it, const struct detail *details, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        print_one(cli, it, &details[i]);
    }
}

int detail_ask(json_t **data, const struct cli *cli, const char *folder, const char *id, const char *end,
               const json_t *body, struct weir_error *err)
{
    struct buf path;
    int rc;

    buf_init(&path, PATH_TEXT_MAX);
    buf_add_text(&path, folder);
    list_add_path(&path, id);
    buf_add_text(&path, end);
    rc = buf_check(&path, "the integration's id", err);
    if (rc == 0) {
        rc = body == NULL ? admin_get(data, cli->admin, buf_str(&path), err)
                          : admin_post(data, NULL, cli->admin, buf_str(&path), body, 0, err);
    }
    buf_fini(&path);
    return rc;
}

int detail_show(const struct cli *cli, const char *folder, const char *id,
                void (*print)(const struct cli *cli, const json_t *it))
{
    struct weir_error err = {0};
    json_t *it = NULL;
    int status = CLI_OK;

    if (detail_ask(&it, cli, folder, id, "", NULL, &err) != 0) {
        return cli_fail(cli, &err);
    }
    if (cli->opt.json) {
        status = list_print_json(cli, it, 2);
    } else {
        print(cli, it);
    }
    json_decref(it);
    return status;
}

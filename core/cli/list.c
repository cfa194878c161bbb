#include "cli/list.h"

#include "base/datetime.h"
#include "cli/human.h"
#include "net/url.h"

#include <stdlib.h>

#define PAGE_ROWS 500
#define PATH_TEXT_MAX 4096
#define CELL_MAX 4096
#define COLUMNS_MAX 16
#define ROWS_MAX 1000000

/* ---- values ---- */

const json_t *list_member(const json_t *row, const char *key)
{
    const char *dot = strchr(key, '.');
    char first[64];
    const json_t *value;

    if (dot == NULL) {
        value = json_object_get(row, key);
    } else {
        (void)snprintf(first, sizeof first, "%.*s", (int)(dot - key), key);
        value = json_object_get(json_object_get(row, first), dot + 1);
    }
    return json_is_null(value) ? NULL : value;
}

void list_write_value(struct buf *out, const json_t *value)
{
    char *text;

    if (value == NULL) {
        return;
    }
    if (json_is_string(value)) {
        human_text(out, weir_str_n(json_string_value(value), json_string_length(value)));
        return;
    }
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    human_text(out, weir_str(text));
    free(text);
}

bool list_time(int64_t *ms, const json_t *value)
{
    if (json_is_integer(value) && json_integer_value(value) > 0) {
        *ms = json_integer_value(value);
        return true;
    }
    return json_is_string(value) &&
           datetime_parse(ms, weir_str_n(json_string_value(value), json_string_length(value)));
}

enum table_colour list_colour(const char *word)
{
    static const struct {
        const char *word;
        enum table_colour colour;
    } WORDS[] = {
        {"ACTIVE", TABLE_GOOD},       {"active", TABLE_GOOD},
        {"SUCCEEDED", TABLE_GOOD},    {"delivered", TABLE_GOOD},
        {"ok", TABLE_GOOD},           {"loaded", TABLE_GOOD},
        {"ready", TABLE_GOOD},        {"INVALID", TABLE_BAD},
        {"failed", TABLE_BAD},        {"FAILED", TABLE_BAD},
        {"dead", TABLE_BAD},          {"AUTHENTICATION_FAILED", TABLE_BAD},
        {"TIMED_OUT", TABLE_BAD},     {"aside", TABLE_BAD},
        {"not loaded", TABLE_BAD},    {"not ready", TABLE_BAD},
        {"disabled", TABLE_BAD},      {"retry", TABLE_WARN},
        {"failing", TABLE_WARN},      {"probing", TABLE_WARN},
        {"pending", TABLE_WARN},      {"needs_permission", TABLE_WARN},
        {"manual_setup", TABLE_WARN}, {"PARTIALLY_FAILED", TABLE_WARN},
        {"RUNNING", TABLE_WARN},      {"QUEUED", TABLE_WARN},
        {"CANCELLED", TABLE_WARN},    {"INACTIVE", TABLE_WARN},
        {"paused", TABLE_WARN},       {"denied", TABLE_WARN},
        {"refused", TABLE_WARN},      {"revoked", TABLE_WARN},
        {"expired", TABLE_WARN},      {"done", TABLE_GOOD},
    };

    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strcmp(WORDS[i].word, word) == 0) {
            return WORDS[i].colour;
        }
    }
    return TABLE_PLAIN;
}

/* ---- JSON ---- */

int list_print_json(const struct cli *cli, const json_t *json, size_t indent)
{
    char *text = json_dumps(json, indent > 0 ? JSON_INDENT(indent) : JSON_COMPACT);
    FILE *out = cli->io->out;

    if (text == NULL) {
        struct weir_error err;

        weir_fail(&err, WEIR_E_MEMORY, "no memory for the JSON text");
        return cli_fail(cli, &err);
    }
    for (const char *c = text; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)c[0];
        unsigned char next = (unsigned char)c[1];

        /* DEL and C1 are the controls that JSON lets through; they stand within strings alone. */
        if (byte == 0x7F) {
            (void)fputs("\\u007f", out);
        } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
            (void)fprintf(out, "\\u%04x", next);
            c++;
        } else {
            (void)fputc(byte, out);
        }
    }
    (void)fputc('\n', out);
    free(text);
    return CLI_OK;
}

/* ---- pages ---- */

void list_add_path(struct buf *path, const char *id)
{
    url_encode(path, weir_str(id));
}

static void add_param(struct buf *path, const char *name, const char *value)
{
    bool first = path->len == 0 || memchr(path->data, '?', path->len) == NULL;

    buf_add_char(path, first ? '?' : '&');
    buf_add_text(path, name);
    buf_add_char(path, '=');
    url_encode(path, weir_str(value));
}

/* One page, appended to rows; *next is the caller's then. */
static int fetch_page(json_t *rows, json_t **next, const struct cli *cli, struct weir_str path,
                      struct weir_error *err)
{
    json_t *data = NULL;
    json_t *results;
    int rc = admin_get(&data, cli->admin, path, err);

    if (rc != 0) {
        return rc;
    }
    results = json_object_get(data, "results");
    if (!json_is_array(results)) {
        rc = weir_fail(err, WEIR_E_INVALID, "the daemon's answer holds no list: is it of another version?");
    } else if (json_array_extend(rows, results) != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the list");
    } else {
        json_t *more = json_object_get(data, "next");

        /* A page may be empty though there is more: so much was looked at, and nothing fitted. */
        *next = json_is_string(more) ? json_incref(more) : json_null();
    }
    json_decref(data);
    return rc;
}

int list_fetch(json_t **out, json_t **out_next, const struct cli *cli, const char *path_text,
               const struct list_param *params, size_t param_count, uint64_t limit, struct weir_error *err)
{
    json_t *rows = json_array();
    json_t *next = NULL;
    json_t *before;
    struct buf path;
    int rc = rows != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory for the list");

    buf_init(&path, PATH_TEXT_MAX);
    limit = limit > 0 && limit < ROWS_MAX ? limit : ROWS_MAX;
    while (rc == 0 && json_array_size(rows) < limit && !json_is_null(next)) {
        uint64_t left = limit - json_array_size(rows);
        char page[24];

        (void)snprintf(page, sizeof page, "%u", (unsigned)(left < PAGE_ROWS ? left : PAGE_ROWS));
        buf_clear(&path);
        buf_add_text(&path, path_text);
        for (size_t i = 0; i < param_count; i++) {
            if (params[i].value != NULL) {
                add_param(&path, params[i].name, params[i].value);
            }
        }
        add_param(&path, "limit", page);
        if (next != NULL) {
            add_param(&path, "cursor", json_string_value(next));
        }
        before = next;
        next = NULL;
        rc = buf_check(&path, "the path of the request", err);
        if (rc == 0) {
            rc = fetch_page(rows, &next, cli, buf_str(&path), err);
        }
        if (rc == 0 && json_is_string(next) && json_equal(before, next) != 0) {
            json_decref(next); /* it leads nowhere */
            next = json_null();
        }
        json_decref(before);
    }
    buf_fini(&path);
    if (rc != 0) {
        json_decref(next);
        json_decref(rows);
        return rc;
    }
    *out = rows;
    *out_next = next;
    return 0;
}

/* ---- as a table ---- */

static void write_cell(struct buf *cell, const struct list_column *column, const json_t *row, int64_t now_ms)
{
    const json_t *value = column->key != NULL ? list_member(row, column->key) : NULL;
    int64_t at_ms;

    switch (column->show) {
    case LIST_OWN:
        column->write(cell, row);
        break;
    case LIST_WHEN:
        if (list_time(&at_ms, value)) {
            human_when(cell, at_ms, now_ms);
        }
        break;
    case LIST_COUNT:
        if (json_is_integer(value) && json_integer_value(value) >= 0) {
            human_count(cell, (uint64_t)json_integer_value(value));
        }
        break;
    case LIST_TEXT:
    case LIST_STATE:
        list_write_value(cell, value);
        break;
    }
}

static void add_cell(struct table *table, struct buf *cell, const struct list_column *column)
{
    char word[32];

    /* A long one is cut, which is no failure. */
    (void)snprintf(word, sizeof word, "%.*s", WEIR_STR_ARG(buf_str(cell)));
    table_add(table, cell->len > 0 ? buf_str(cell) : weir_str("-"),
              column->show == LIST_STATE ? list_colour(word) : TABLE_PLAIN);
}

static int print_table(const struct cli *cli, const struct list_column *columns, const json_t *rows)
{
    struct table_column heads[COLUMNS_MAX];
    const struct cli_io *io = cli->io;
    struct weir_error err = {0};
    struct table *table;
    struct buf cell;
    size_t count = 0;
    int rc;

    for (; columns[count].title != NULL && count < COLUMNS_MAX; count++) {
        heads[count] = (struct table_column){.title = columns[count].title,
                                             .right = columns[count].show == LIST_COUNT,
                                             .flex = columns[count].flex};
    }
    table = table_new(heads, count);
    if (table == NULL) {
        weir_fail(&err, WEIR_E_MEMORY, "no memory for the table");
        return cli_fail(cli, &err);
    }
    buf_init(&cell, CELL_MAX);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        for (size_t c = 0; c < count; c++) {
            buf_clear(&cell);
            write_cell(&cell, &columns[c], json_array_get(rows, i), clock_now_ms(io->clock));
            add_cell(table, &cell, &columns[c]);
        }
    }
    rc = table_print(io->out, table, io->width, io->colours, &err);
    buf_fini(&cell);
    table_free(table);
    return rc == 0 ? CLI_OK : cli_fail(cli, &err);
}

int listing_run(struct cli *cli, const struct list_view *view, const struct list_param *params,
                size_t param_count)
{
    struct weir_error err = {0};
    uint64_t limit = cli->opt.limit > 0 ? cli->opt.limit : view->limit;
    json_t *rows = NULL;
    json_t *next = NULL;
    int status;

    if (list_fetch(&rows, &next, cli, view->path, params, param_count, limit, &err) != 0) {
        return cli_fail(cli, &err);
    }
    if (cli->opt.json) {
        json_t *all = json_pack("{s:O, s:O}", "results", rows, "next", next);

        status = list_print_json(cli, all, 2);
        json_decref(all);
    } else if (json_array_size(rows) == 0) {
        cli_note(cli, "%s", view->none);
        status = CLI_OK;
    } else {
        status = print_table(cli, view->columns, rows);
        if (json_is_string(next)) {
            cli_note(cli, "there are more: --limit shows up to as many as you say");
        }
    }
    json_decref(next);
    json_decref(rows);
    return status;
}

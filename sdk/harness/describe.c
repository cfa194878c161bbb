/*
 * describe: weir-harness describe, what a connector offers.
 *
 * Read from its table alone; nothing of the connector is called.
 */
#include "command.h"

#include "describe.h"
#include "tool.h"

#include "cli/human.h"
#include "cli/table.h"
#include "model/model.h"

#include <getopt.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TEXT_MAX (64u * 1024)
#define COLUMNS_MAX 24 /* of the matrix: more models stand below each other */

static size_t terminal_width(void)
{
    struct winsize size;

    return isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void cell(struct table *table, const char *text)
{
    struct buf shown;

    buf_init(&shown, TEXT_MAX);
    human_text(&shown, weir_str(text != NULL && text[0] != '\0' ? text : "-"));
    table_add(table, buf_str(&shown), TABLE_PLAIN);
    buf_fini(&shown);
}

static void table_show(struct table *table, const char *title)
{
    (void)printf("\n%s\n", title);
    (void)table_print(stdout, table, terminal_width(), isatty(STDOUT_FILENO) != 0, NULL);
    table_free(table);
}

static void line(const char *format, ...) WEIR_PRINTF(1, 2);

/* Text of the connector's may hold anything. */
static void line(const char *format, ...)
{
    char text[4096];
    struct buf shown;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_init(&shown, TEXT_MAX);
    human_text(&shown, weir_str(text));
    (void)printf("%.*s\n", WEIR_STR_ARG(buf_str(&shown)));
    buf_fini(&shown);
}

/* ---- the parts ---- */

static void show_settings(const struct weir_connector *c)
{
    static const struct table_column columns[] = {
        {"KEY", false, false}, {"LABEL", false, false}, {"", false, false}, {"WHERE", false, true}};
    struct table *table = table_new(columns, 4);

    for (size_t i = 0; i < c->setting_count; i++) {
        const struct weir_setting *s = &c->settings[i];

        cell(table, s->key);
        cell(table, s->label);
        cell(table, s->required ? s->secret ? "required, secret" : "required" : s->secret ? "secret" : "");
        cell(table, s->help);
    }
    table_show(table, "Settings");
}

static const char *listing_word(char out[96], const struct weir_model_use *use)
{
    if (use->listed_with != NULL) {
        (void)snprintf(out, 96, "with %.64s", use->listed_with);
        return out;
    }
    return !use->lists ? "" : use->since ? "yes, since a time" : "yes";
}

static void show_models(const struct weir_connector *c)
{
    static const struct table_column columns[] = {
        {"MODEL", false, false}, {"LISTED", false, false}, {"BY ID", false, false}, {"FIELDS", true, false}};
    struct table *table = table_new(columns, 4);

    for (size_t i = 0; i < c->model_count; i++) {
        const struct weir_model_use *use = &c->models[i];
        const struct model *model = model_find(weir_str(use->model));
        char word[96];
        char fields[64];
        size_t filled = 0;

        while (use->fields[filled] != NULL) {
            filled++;
        }
        (void)snprintf(fields, sizeof fields, "%zu of %zu", filled,
                       model != NULL ? model_field_count(model) : 0);
        cell(table, use->model);
        cell(table, listing_word(word, use));
        cell(table, use->by_id ? "yes" : "");
        cell(table, model != NULL ? fields : "unknown model");
    }
    table_show(table, "Models");
}

bool describe_fills(const struct weir_model_use *use, const char *field)
{
    for (size_t i = 0; use->fields[i] != NULL; i++) {
        if (strcmp(use->fields[i], field) == 0) {
            return true;
        }
    }
    return false;
}

static void show_fields(const struct weir_connector *c)
{
    static const struct table_column columns[] = {
        {"MODEL", false, false}, {"FILLED", false, true}, {"NOT FILLED", false, true}};
    struct table *table = table_new(columns, 3);

    for (size_t i = 0; i < c->model_count; i++) {
        const struct model *model = model_find(weir_str(c->models[i].model));

        for (const struct model_field *f = model != NULL ? model->fields : NULL; f != NULL && f->name != NULL;
             f++) {
            bool filled = describe_fills(&c->models[i], f->name);

            cell(table, f == model->fields ? model->name : " ");
            cell(table, filled ? f->name : " ");
            cell(table, filled ? " " : f->name);
        }
    }
    table_show(table, "Fields");
}

static bool touches(const struct weir_event_type *event, const char *model)
{
    for (size_t i = 0; event->models[i] != NULL; i++) {
        if (strcmp(event->models[i], model) == 0) {
            return true;
        }
    }
    return false;
}

/* A row for each event, a column for each model. */
static void show_events(const struct weir_connector *c)
{
    struct table_column columns[COLUMNS_MAX + 1] = {{"EVENT", false, false}};
    size_t count = c->model_count < COLUMNS_MAX ? c->model_count : COLUMNS_MAX;
    struct table *table;

    for (size_t i = 0; i < count; i++) {
        const char *name = c->models[i].model;
        const char *dash = strchr(name, '_');

        columns[i + 1] = (struct table_column){dash != NULL ? dash + 1 : name, false, false};
    }
    table = table_new(columns, count + 1);
    for (size_t i = 0; i < c->event_count; i++) {
        cell(table, c->events[i].name);
        for (size_t j = 0; j < count; j++) {
            cell(table, touches(&c->events[i], c->models[j].model) ? "x" : ".");
        }
    }
    table_show(table, "Events and the models they touch");
}

static void show_calls(const struct weir_connector *c)
{
    const struct weir_subscribe *s = c->subscribe;

    (void)putchar('\n');
    line("Calls");
    line("  subscribe: %s%s%s", s != NULL && s->ensure != NULL ? "ensure " : "",
         s != NULL && s->inspect != NULL ? "inspect " : "", s != NULL && s->remove != NULL ? "remove" : "");
    line("  fetch: record list%s", c->fetch->missed != NULL ? " missed" : "");
    for (size_t i = 0; c->act != NULL && i < c->act->action_count; i++) {
        line("  act: %s (%s)", c->act->actions[i].id, c->act->actions[i].label);
    }
    for (size_t i = 0; c->pass != NULL && i < c->pass->api_count; i++) {
        line("  pass: %s (%s) below %s/", c->pass->apis[i].name, c->pass->apis[i].label, c->pass->apis[i].path);
    }
    for (size_t i = 0; c->verify->kept_headers != NULL && c->verify->kept_headers[i] != NULL; i++) {
        line("  verify keeps the header %s", c->verify->kept_headers[i]);
    }
    for (size_t i = 0; s != NULL && i < s->step_count; i++) {
        line("  step %zu for a person: %s: %s", i + 1, s->steps[i].title, s->steps[i].text);
    }
}

static void show_all(const struct weir_connector *c)
{
    line("%s (%s) %s", c->label, c->tool, c->version);
    line("category %s, contract %d.%d, address %s", c->category == WEIR_CATEGORY_HRIS ? "HRIS" : "ATS",
         c->abi_major, c->abi_minor, c->base_url != NULL ? c->base_url : "of the customer's own");
    show_settings(c);
    show_models(c);
    show_fields(c);
    show_events(c);
    show_calls(c);
}

/* ---- the command ---- */

int describe_command(const struct command *command, int argc, char **argv)
{
    static const struct option longs[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct tool tool = {0};
    struct findings f;
    bool json = false;
    int option;
    int rc = EXIT_GOOD;

    while ((option = getopt_long(argc, argv, "h", longs, NULL)) >= 0) {
        if (option != 'j') {
            return option == 'h' ? command_help(command) : command_bad_option(command);
        }
        json = true;
    }
    if (argc - optind != 1) {
        return command_misuse(command, "which connector? Name one .so");
    }
    findings_init(&f);
    if (!tool_load(&tool, argv[optind], &f)) {
        (void)fprintf(stderr, "weir-harness: %.*s", WEIR_STR_ARG(buf_str(&f.text)));
        rc = EXIT_USAGE;
    } else if (json) {
        rc = describe_json(tool.connector) ? EXIT_GOOD : EXIT_USAGE;
    } else {
        show_all(tool.connector);
    }
    findings_fini(&f);
    tool_fini(&tool);
    return rc;
}

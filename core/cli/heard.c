#include "cli/heard.h"

#include "cli/human.h"
#include "cli/list.h"

#include <inttypes.h>
#include <time.h>

#define LINE_MAX_BYTES 8192
#define MEMBERS_SHOWN 12

/* ---- the head line ---- */

static void add_clock(struct buf *out, const json_t *at)
{
    char text[16];
    struct tm local;
    int64_t ms;
    time_t seconds;

    if (!list_time(&ms, at)) {
        buf_add_text(out, "--:--:--");
        return;
    }
    seconds = (time_t)(ms / 1000);
    if (localtime_r(&seconds, &local) != NULL && strftime(text, sizeof text, "%H:%M:%S", &local) > 0) {
        buf_add_text(out, text);
    }
}

static void print_head(const struct cli *cli, const json_t *n)
{
    const char *keys[] = {"type", "integration", "endpoint", "id"};
    struct buf line;

    buf_init(&line, LINE_MAX_BYTES);
    add_clock(&line, json_object_get(n, "made_at"));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = json_string_value(json_object_get(n, keys[i]));

        buf_add_text(&line, i == 2 ? "  for " : "  ");
        human_text(&line, weir_str(text != NULL ? text : "-"));
    }
    (void)fprintf(cli->io->out, "%.*s\n", WEIR_STR_ARG(buf_str(&line)));
    buf_fini(&line);
}

/* ---- what it says ---- */

static void print_line(const struct cli *cli, const char *title, const struct buf *text)
{
    (void)fprintf(cli->io->out, "          %s%.*s%s\n", title, WEIR_STR_ARG(buf_str(text)),
                  text->failed ? " ..." : "");
}

/* How many records of the model changed in that way. */
static size_t count_changes(const json_t *records, const char *model, const char *change)
{
    size_t count = 0;

    for (size_t i = 0; i < json_array_size(records); i++) {
        const json_t *record = json_array_get(records, i);
        const char *its_model = json_string_value(json_object_get(record, "model"));
        const char *its_change = json_string_value(json_object_get(record, "change"));

        count += its_model != NULL && its_change != NULL && strcmp(its_model, model) == 0 &&
                 strcmp(its_change, change) == 0;
    }
    return count;
}

static void print_models(const struct cli *cli, const json_t *data)
{
    static const char *const words[] = {"created", "updated", "deleted"};
    const json_t *models = json_object_get(data, "changed_models");
    const json_t *records = json_object_get(data, "changed_records");

    for (size_t i = 0; i < json_array_size(models); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(models, i), "name"));
        struct buf line;

        buf_init(&line, LINE_MAX_BYTES);
        human_text(&line, weir_str(name != NULL ? name : "-"));
        for (size_t w = 0; name != NULL && w < sizeof words / sizeof words[0]; w++) {
            size_t count = count_changes(records, name, words[w]);

            if (count > 0) {
                buf_printf(&line, "  %zu %s", count, words[w]);
            }
        }
        print_line(cli, "", &line);
        buf_fini(&line);
    }
}

static void print_members(const struct cli *cli, json_t *data)
{
    const char *key;
    json_t *value;
    size_t shown = 0;

    json_object_foreach(data, key, value)
    {
        struct buf line;

        if (json_is_object(value) || json_is_array(value) || shown++ >= MEMBERS_SHOWN) {
            continue;
        }
        buf_init(&line, LINE_MAX_BYTES);
        human_text(&line, weir_str(key));
        buf_add_text(&line, ": ");
        list_write_value(&line, value);
        print_line(cli, "", &line);
        buf_fini(&line);
    }
}

static void print_content(const struct cli *cli, json_t *body)
{
    json_t *data = json_object_get(body, "data");

    if (cli->opt.body) {
        (void)list_print_json(cli, body, 2);
    } else if (json_is_array(json_object_get(data, "changed_models"))) {
        print_models(cli, data);
    } else {
        print_members(cli, data);
    }
}

/* ---- what became of it ---- */

static void print_result(const struct cli *cli, const struct forward_result *result)
{
    bool good = result->outcome == CLIENT_ANSWERED && result->status >= 200 && result->status < 300;
    enum table_colour colour = good ? TABLE_GOOD : TABLE_BAD;
    struct buf line;

    buf_init(&line, LINE_MAX_BYTES);
    if (result->outcome == CLIENT_ANSWERED) {
        buf_printf(&line, "HTTP %d in %" PRId64 " ms", result->status, result->ms);
    } else {
        buf_printf(&line, "%s: ", client_outcome_word(result->outcome));
        human_text(&line, weir_str(result->detail));
    }
    (void)fprintf(cli->io->out, "          %s-> %.*s%s\n", cli->io->colours ? table_colour_begin(colour) : "",
                  WEIR_STR_ARG(buf_str(&line)), cli->io->colours ? table_colour_end() : "");
    buf_fini(&line);
}

static void print_json(const struct cli *cli, const json_t *n, const json_t *body,
                       const struct forward_result *result)
{
    json_t *line = json_pack("{s:s}", "event", "notification");
    int bad = line == NULL ? -1 : json_object_update(line, (json_t *)(uintptr_t)n);

    if (body != NULL) { /* as it is, in the place of the text */
        bad |= json_object_set(line, "body", (json_t *)(uintptr_t)body);
    }
    if (result != NULL) {
        bad |= json_object_set_new(line, "forward",
                                   json_pack("{s:s, s:i, s:I, s:s*}", "outcome",
                                             client_outcome_word(result->outcome), "status", result->status,
                                             "ms", (json_int_t)result->ms, "error",
                                             result->detail[0] != '\0' ? result->detail : NULL));
    }
    if (bad == 0) {
        (void)list_print_json(cli, line, 0);
    } else {
        (void)fputs("weir: no memory for a notification\n", cli->io->err);
    }
    json_decref(line);
}

void heard_print(const struct cli *cli, const json_t *n, const struct forward_result *result)
{
    const json_t *text = json_object_get(n, "body");
    json_t *body = json_loadb(json_string_value(text), json_string_length(text), 0, NULL);

    if (cli->opt.json) {
        print_json(cli, n, body, result);
    } else {
        print_head(cli, n);
        print_content(cli, body);
        if (result != NULL) {
            print_result(cli, result);
        }
    }
    json_decref(body);
}

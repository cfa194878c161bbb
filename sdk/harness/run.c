/*
 * run: weir-harness run, one delivery through a connector, to what would be stored.
 *
 * A case is put together from the files that were named, with one step: the delivery. Then each record that
 * an event names is fetched, as a worker would. All exchanges answer whenever they fit.
 */
#include "command.h"

#include "play.h"
#include "tool.h"

#include "base/datetime.h"
#include "host/registry.h"

#include <getopt.h>
#include <stdlib.h>

#define EXCHANGES_MAX 32

struct run_options {
    const char *settings, *delivery;
    const char *exchanges[EXCHANGES_MAX];
    size_t exchange_count;
    bool json;
};

/* ---- one case of several files ---- */

/* All exchanges of a case, in the order of its steps. */
static void gather(json_t *all, const json_t *document)
{
    const json_t *step;
    size_t i;

    (void)json_array_extend(all, json_object_get(document, "exchanges"));
    json_array_foreach(json_object_get(document, "steps"), i, step)
    {
        (void)json_array_extend(all, json_object_get(step, "exchanges"));
    }
}

static json_t *first_delivery(const json_t *document)
{
    const json_t *step;
    size_t i;

    json_array_foreach(json_object_get(document, "steps"), i, step)
    {
        if (json_object_get(step, "deliver") != NULL) {
            return json_incref(json_object_get(step, "deliver"));
        }
    }
    return NULL;
}

/* Takes delivery. */
static struct test_case *assemble(const struct run_options *o, json_t *document, json_t *delivery,
                                  struct findings *f)
{
    json_t *exchanges = json_array();
    bool good = delivery != NULL;

    gather(exchanges, document);
    for (size_t i = 0; good && i < o->exchange_count; i++) {
        json_t *more = case_document(o->exchanges[i], f);

        good = more != NULL;
        gather(exchanges, more);
        json_decref(more);
    }
    if (!good) {
        json_decref(exchanges);
        json_decref(delivery);
        return NULL;
    }
    (void)json_object_set_new(document, "title", json_string("run"));
    (void)json_object_set_new(document, "exchanges", exchanges);
    (void)json_object_set_new(document, "steps", json_pack("[{s:o}]", "deliver", delivery));
    return case_take_document(json_incref(document), o->settings, f);
}

static struct test_case *case_of(const struct run_options *o, struct findings *f)
{
    json_t *document = case_of_settings(case_document(o->settings, f));
    json_t *delivery = NULL;
    struct test_case *c = NULL;

    if (document == NULL) {
        return NULL;
    }
    if (o->delivery != NULL) {
        delivery = case_document(o->delivery, f);
    } else {
        delivery = first_delivery(document);
        if (delivery == NULL) {
            findings_add(f, o->settings, "it has no delivery: name one with --delivery");
        }
    }
    c = assemble(o, document, delivery, f);
    json_decref(document);
    return c;
}

/* ---- what came of it ---- */

static json_t *verdict_json(const struct weir_verdict *verdict)
{
    static const char *const words[] = {"refuse", "accept", "answer"};

    return json_pack("{s:s, s:i, s:s}", "verdict", words[verdict->decision], "status", (int)verdict->status,
                     "reason", verdict->reason);
}

static void fail_json(json_t *to, const struct step_result *r)
{
    if (r->rc != 0) {
        (void)json_object_set_new(to, "code", json_string(case_code_word(r->rc)));
        (void)json_object_set_new(to, "message", json_string(r->err.message));
    }
}

/* Fetch one record; adds to fetches. */
static void fetch(json_t *fetches, struct play *p, const struct weir_ref *ref)
{
    struct case_step step = {.kind = STEP_RECORD, .title = "fetch", .ref = *ref};
    struct step_result r;
    json_t *out = json_pack("{s:s%, s:s%}", "model", ref->model.data, ref->model.len, "remote_id",
                            ref->remote_id.data, ref->remote_id.len);

    play_step(&r, p, &step);
    if (r.rc == WEIR_E_NONE) {
        /* The tool has no such record: the daemon takes it as gone. */
        (void)r.harvest.sink.gone(&r.harvest, ref->model, ref->remote_id, NULL);
    } else {
        fail_json(out, &r);
    }
    (void)json_object_set(out, "stored", r.harvest.stored);
    (void)json_object_set(out, "gone", r.harvest.gone);
    (void)json_object_set(out, "complete", r.harvest.complete);
    (void)json_object_set(out, "repairs", r.harvest.repairs);
    (void)json_object_set_new(out, "left_out_by_scope", json_integer((json_int_t)r.harvest.left_out));
    (void)json_array_append_new(fetches, out);
    step_result_fini(&r);
}

static struct weir_str member(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return weir_str_n(json_string_value(value), json_string_length(value));
}

/* As a worker: each record once, and only those that the scope wants and the table says can be fetched. */
static json_t *fetch_all(struct play *p, const json_t *events)
{
    json_t *fetches = json_array();
    json_t *seen = json_object();
    const json_t *event;
    const json_t *item;
    size_t i;
    size_t j;

    json_array_foreach(events, i, event)
    {
        json_array_foreach(json_object_get(event, "refs"), j, item)
        {
            struct weir_ref ref = {member(item, "model"), member(item, "remote_id"), member(item, "hint")};
            const struct weir_model_use *use = connector_model(p->connector, ref.model);
            const struct model *model = model_find(ref.model);
            char key[400];

            (void)snprintf(key, sizeof key, "%.*s %.*s", WEIR_STR_ARG(ref.model),
                           WEIR_STR_ARG(ref.remote_id));
            if (json_object_get(seen, key) == NULL && use != NULL && use->by_id && model != NULL &&
                scope_allows(stage_scope(p->stage), model)) {
                (void)json_object_set_new(seen, key, json_true());
                fetch(fetches, p, &ref);
            }
        }
    }
    json_decref(seen);
    return fetches;
}

/* NULL: the instance does not open. */
static json_t *run_all(const struct weir_connector *connector, const struct test_case *c, struct findings *f)
{
    struct play p;
    struct step_result r;
    json_t *out = NULL;

    if (play_init(&p, connector, c, NULL, f)) {
        script_begin(stage_script(p.stage), NULL, "run");
        play_step(&r, &p, &c->steps[0]);
        out = json_object();
        if (r.rc == 0 || r.accepted) {
            (void)json_object_update_new(out, verdict_json(&r.verdict));
        }
        fail_json(out, &r);
        (void)json_object_set(out, "events", r.harvest.events);
        (void)json_object_set_new(out, "fetched", fetch_all(&p, r.harvest.events));
        step_result_fini(&r);
    }
    play_fini(&p);
    return out;
}

/* ---- showing it ---- */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static void show_failure(const json_t *of, const char *lead)
{
    if (json_object_get(of, "code") != NULL) {
        (void)printf("%sfails with %s: %s\n", lead, text_of(of, "code"), text_of(of, "message"));
    }
}

static void show_events(const json_t *events)
{
    const json_t *event;
    const json_t *ref;
    size_t i;
    size_t j;

    json_array_foreach(events, i, event)
    {
        char at[DATETIME_TEXT] = "";

        if (json_integer_value(json_object_get(event, "occurred_at")) > 0) {
            datetime_format(at, (int64_t)json_integer_value(json_object_get(event, "occurred_at")));
        }
        (void)printf("event %s %s %s\n", text_of(event, "type"), text_of(event, "upstream_id"), at);
        json_array_foreach(json_object_get(event, "refs"), j, ref)
        {
            (void)printf("  names %s %s\n", text_of(ref, "model"), text_of(ref, "remote_id"));
        }
    }
}

static void show_fetch(const json_t *fetched)
{
    const json_t *item;
    size_t i;

    (void)printf("fetch %s %s\n", text_of(fetched, "model"), text_of(fetched, "remote_id"));
    show_failure(fetched, "  ");
    json_array_foreach(json_object_get(fetched, "stored"), i, item)
    {
        char *json = json_dumps(json_object_get(item, "json"), JSON_INDENT(2) | JSON_REAL_PRECISION(15));

        (void)printf("  %s %s %s as %s\n%s\n",
                     json_is_true(json_object_get(item, "placeholder")) ? "stores, if nothing is known of it,"
                                                                        : "stores",
                     text_of(item, "model"), text_of(item, "remote_id"), text_of(item, "id"),
                     json != NULL ? json : "");
        free(json);
    }
    json_array_foreach(json_object_get(fetched, "gone"), i, item)
    {
        (void)printf("  marks %s %s as deleted\n", text_of(item, "model"), text_of(item, "remote_id"));
    }
    json_array_foreach(json_object_get(fetched, "complete"), i, item)
    {
        (void)printf("  marks other %s with %s %s as deleted\n", text_of(item, "model"),
                     text_of(item, "field"), text_of(item, "parent_id"));
    }
    json_array_foreach(json_object_get(fetched, "repairs"), i, item)
    {
        (void)printf("  repairs %s\n", json_string_value(item));
    }
    if (json_integer_value(json_object_get(fetched, "left_out_by_scope")) > 0) {
        (void)printf("  leaves out %d records that the scope disables\n",
                     (int)json_integer_value(json_object_get(fetched, "left_out_by_scope")));
    }
}

static void show(const json_t *out)
{
    const json_t *fetched;
    size_t i;

    if (json_object_get(out, "verdict") != NULL) {
        (void)printf("verdict %s, status %d%s%s\n", text_of(out, "verdict"),
                     (int)json_integer_value(json_object_get(out, "status")),
                     text_of(out, "reason")[0] != '\0' ? ": " : "", text_of(out, "reason"));
    }
    show_failure(out, "");
    show_events(json_object_get(out, "events"));
    json_array_foreach(json_object_get(out, "fetched"), i, fetched)
    {
        show_fetch(fetched);
    }
}

/* Did the delivery get through, with all that it led to? */
static bool went_well(const json_t *out)
{
    const json_t *fetched;
    bool good = json_object_get(out, "code") == NULL && strcmp(text_of(out, "verdict"), "refuse") != 0;
    size_t i;

    json_array_foreach(json_object_get(out, "fetched"), i, fetched)
    {
        good = good && json_object_get(fetched, "code") == NULL;
    }
    return good;
}

/* ---- the command ---- */

static int options_read(struct run_options *o, const struct command *command, int argc, char **argv)
{
    static const struct option longs[] = {{"settings", required_argument, NULL, 's'},
                                          {"delivery", required_argument, NULL, 'd'},
                                          {"exchanges", required_argument, NULL, 'e'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "h", longs, NULL)) >= 0) {
        if (option == 's') {
            o->settings = optarg;
        } else if (option == 'd') {
            o->delivery = optarg;
        } else if (option == 'e' && o->exchange_count < EXCHANGES_MAX) {
            o->exchanges[o->exchange_count++] = optarg;
        } else if (option == 'j') {
            o->json = true;
        } else {
            return option == 'h' ? command_help(command) : command_bad_option(command);
        }
    }
    if (argc - optind != 1) {
        return command_misuse(command, "which connector? Name one .so");
    }
    return o->settings != NULL ? -1 : command_misuse(command, "--settings names the settings, or a case");
}

int run_command(const struct command *command, int argc, char **argv)
{
    struct run_options o = {0};
    struct tool tool = {0};
    struct test_case *c = NULL;
    json_t *out = NULL;
    struct findings f;
    int rc = options_read(&o, command, argc, argv);

    if (rc >= 0) {
        return rc;
    }
    findings_init(&f);
    rc = EXIT_USAGE;
    if (tool_load(&tool, argv[optind], &f)) {
        c = case_of(&o, &f);
    }
    if (c != NULL) {
        out = run_all(tool.connector, c, &f);
    }
    if (out != NULL) {
        rc = f.count == 0 && went_well(out) ? EXIT_GOOD : EXIT_FOUND;
        if (o.json) {
            (void)json_dumpf(out, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
            (void)putchar('\n');
        } else {
            show(out);
        }
    }
    (void)fflush(stdout);
    (void)fprintf(stderr, "%.*s", WEIR_STR_ARG(buf_str(&f.text)));
    json_decref(out);
    case_free(c);
    findings_fini(&f);
    tool_fini(&tool);
    return rc;
}

/*
 * record: weir-harness record, a case from a real tool.
 *
 * The connector's instance is the daemon's own, and so are its requests: pacing, repetitions and the
 * addresses that may be used. What passed is written down with secrets and people replaced, and the case is
 * played once, so that whoever looks at it knows that it says the same.
 */
#include "command.h"

#include "mask.h"
#include "play.h"
#include "recording.h"
#include "settle.h"
#include "tool.h"

#include "base/keypair.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#define PAGES_MOST 10000
#define CALLBACK_URL "https://hooks.example.com/hooks/%s:case"

/* ---- options ---- */

static struct record_job *job_add(struct record_options *o, const char *kind, json_t *asked,
                                  const char *named)
{
    struct record_job *job = &o->jobs[o->job_count++];

    job->step = json_pack("{s:o}", kind, asked);
    job->named = named;
    return job;
}

static json_t *last_listing(const struct record_options *o)
{
    json_t *step = o->job_count > 0 ? o->jobs[o->job_count - 1].step : NULL;
    json_t *asked = json_object_get(step, "list");

    return asked != NULL ? asked : json_object_get(step, "missed");
}

static int pages_take(struct record_options *o, const struct command *command, const char *text)
{
    json_t *listing = last_listing(o);
    char *end = NULL;
    unsigned long pages = strtoul(text, &end, 10);

    if (listing == NULL || *end != '\0' || pages == 0 || pages > PAGES_MOST) {
        return command_misuse(command, "--pages is a number from 1 to %d, behind --list or --missed",
                              PAGES_MOST);
    }
    o->jobs[o->job_count - 1].pages = pages;
    (void)json_object_del(listing, "pages");
    return 0;
}

/* NULL: it cannot be read, and that was told. */
static json_t *file_take(const char *path)
{
    json_t *document;
    struct findings f;

    findings_init(&f);
    document = case_document(path, &f);
    (void)fprintf(stderr, "%.*s", WEIR_STR_ARG(buf_str(&f.text)));
    findings_fini(&f);
    return document;
}

/* "--act hris_create_absence input.json", "--pass v1 request.json". */
static int beyond_take(struct record_options *o, const struct command *command, int option, const char *path)
{
    bool act = option == 'A';
    json_t *document;

    if (path == NULL) {
        return command_misuse(command, act ? "--act needs an action and the file of its input"
                                           : "--pass needs an API and the file of a request");
    }
    document = file_take(path);
    if (document == NULL) {
        return EXIT_USAGE;
    }
    if (act) {
        (void)job_add(o, "act", json_pack("{s:s, s:o}", "action", optarg, "input", document), NULL);
    } else {
        (void)json_object_set_new(document, "api", json_string(optarg));
        (void)job_add(o, "pass", document, NULL);
    }
    return 0;
}

/* 0: go on. second is what follows the option's own argument. */
static int job_take(struct record_options *o, const struct command *command, int option, const char *second)
{
    static const char *const urls[] = {['E'] = "ensure", ['I'] = "inspect", ['R'] = "remove"};
    json_t *delivery;

    if (o->job_count == RECORD_JOBS_MAX) {
        return command_misuse(command, "%d things may be asked at once", RECORD_JOBS_MAX);
    }
    switch (option) {
    case 'r':
        if (second == NULL) {
            return command_misuse(command, "--record needs a model and an id");
        }
        (void)job_add(o, "record", json_pack("{s:s, s:s}", "model", optarg, "remote_id", second), NULL);
        return 0;
    case 'l':
        (void)job_add(o, "list", json_pack("{s:s, s:b}", "model", optarg, "pages", 1), NULL);
        return 0;
    case 'm':
        (void)job_add(o, "missed", json_pack("{s:s, s:b}", "since", optarg, "pages", 1), NULL);
        return 0;
    case 'd':
        delivery = file_take(optarg);
        if (delivery == NULL) {
            return EXIT_USAGE;
        }
        (void)job_add(o, "deliver", delivery, NULL);
        return 0;
    case 'A':
    case 'P':
        return beyond_take(o, command, option, second);
    default:
        (void)job_add(o, urls[option], json_pack("{s:s}", "callback_url", optarg), optarg);
        return 0;
    }
}

static int option_take(struct record_options *o, const struct command *command, int option)
{
    switch (option) {
    case 's':
        o->settings = optarg;
        return 0;
    case 'b':
        o->base_url = optarg;
        return 0;
    case 'o':
        o->out = optarg;
        return 0;
    case 't':
        o->title = optarg;
        return 0;
    case 'k':
        o->keep_header = weir_str(optarg);
        return 0;
    case 'a':
        o->allow_private = true;
        return 0;
    case 'H':
        o->hide_ids = true;
        return 0;
    case 'x':
        if (strchr(optarg, '=') == NULL || optarg[0] == '=' || o->replace_count == RECORD_REPLACE_MAX) {
            return command_misuse(command, "--replace is <real>=<invented>, and may be given %d times",
                                  RECORD_REPLACE_MAX);
        }
        o->replace[o->replace_count++] = optarg;
        return 0;
    case 'p':
        return pages_take(o, command, optarg);
    case 'S':
        if (last_listing(o) == NULL) {
            return command_misuse(command, "--since stands behind --list");
        }
        (void)json_object_set_new(last_listing(o), "since", json_string(optarg));
        return 0;
    default:
        return command_bad_option(command);
    }
}

static int options_read(struct record_options *o, const struct command *command, int argc, char **argv)
{
    static const struct option longs[] = {{"settings", required_argument, NULL, 's'},
                                          {"base-url", required_argument, NULL, 'b'},
                                          {"out", required_argument, NULL, 'o'},
                                          {"title", required_argument, NULL, 't'},
                                          {"allow-private", no_argument, NULL, 'a'},
                                          {"hide-ids", no_argument, NULL, 'H'},
                                          {"keep-header", required_argument, NULL, 'k'},
                                          {"pages", required_argument, NULL, 'p'},
                                          {"since", required_argument, NULL, 'S'},
                                          {"record", required_argument, NULL, 'r'},
                                          {"list", required_argument, NULL, 'l'},
                                          {"missed", required_argument, NULL, 'm'},
                                          {"delivery", required_argument, NULL, 'd'},
                                          {"ensure", required_argument, NULL, 'E'},
                                          {"inspect", required_argument, NULL, 'I'},
                                          {"remove", required_argument, NULL, 'R'},
                                          {"act", required_argument, NULL, 'A'},
                                          {"pass", required_argument, NULL, 'P'},
                                          {"replace", required_argument, NULL, 'x'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option;
    int rc = 0;

    while (rc == 0 && (option = getopt_long(argc, argv, "h", longs, NULL)) >= 0) {
        if (option == 'h') {
            (void)command_help(command);
            return EXIT_GOOD;
        }
        if (option < 128 && strchr("rlmdEIRAP", option) != NULL) {
            bool two = strchr("rAP", option) != NULL;

            rc = job_take(o, command, option, two && optind < argc ? argv[optind] : NULL);
            optind += two && rc == 0 ? 1 : 0;
        } else {
            rc = option_take(o, command, option);
        }
    }
    if (rc != 0) {
        return rc;
    }
    if (argc - optind != 1) {
        return command_misuse(command, "which connector? Name one .so");
    }
    if (o->settings == NULL || o->out == NULL) {
        return command_misuse(command, "--settings names the settings, and --out the case to write");
    }
    return o->job_count > 0
               ? -1
               : command_misuse(command, "what is to be asked? --record, --list, --delivery ...");
}

/* ---- without secrets and people ---- */

/* A key that fits where the real one did: the connector signs with it when the case is played. */
static void learn_pem(struct disguise *d, struct weir_str pem, const char *key)
{
    int signature = 0;
    struct buf jwk;
    struct buf other;

    buf_init(&jwk, WEIR_KEY_JWK_MAX);
    buf_init(&other, WEIR_KEY_PEM_MAX);
    if (keypair_public(&signature, &jwk, pem, NULL) == 0 && keypair_new(&other, signature, NULL) == 0) {
        disguise_literal(d, pem, buf_str(&other));
    } else {
        disguise_secret(d, pem, key);
    }
    buf_fini(&jwk);
    buf_fini(&other);
}

static void learn_settings(struct disguise *d, const struct weir_connector *connector,
                           const struct test_case *c)
{
    for (size_t i = 0; i < c->setting_count; i++) {
        struct weir_str value = weir_str(c->settings[i].value);

        for (size_t j = 0; j < connector->setting_count; j++) {
            const struct weir_setting *setting = &connector->settings[j];

            if (!setting->secret || strcmp(setting->key, c->settings[i].key) != 0) {
                continue;
            }
            if (memmem(value.data, value.len, "-----BEGIN", 10) != NULL) {
                learn_pem(d, value, setting->key);
            } else {
                disguise_secret(d, value, setting->key);
            }
        }
    }
    for (size_t i = 0; i < c->secret_count; i++) {
        disguise_secret(d, c->secrets[i], "webhook-secret");
    }
}

/* scheme://host:port becomes https://host, and host:port alone does, too. */
static void learn_origin(struct disguise *d, const char *url, const char *host)
{
    const char *at = strstr(url, "://");
    size_t scheme = at != NULL ? (size_t)(at - url) + 3 : 0;
    size_t len = scheme + strcspn(url + scheme, "/?#");
    char origin[128];

    (void)snprintf(origin, sizeof origin, "https://%s", host);
    if (at != NULL) {
        disguise_literal(d, weir_str_n(url, len), weir_str(origin));
    }
    disguise_literal(d, weir_str_n(url + scheme, len - scheme), weir_str(host));
}

static void learn_addresses(struct disguise *d, const struct weir_connector *connector,
                            const struct test_case *c, const struct record_options *o)
{
    char text[128];

    (void)snprintf(text, sizeof text, CALLBACK_URL, connector->tool);
    for (size_t i = 0; i < o->job_count; i++) {
        if (o->jobs[i].named != NULL) {
            disguise_literal(d, weir_str(o->jobs[i].named), weir_str(text));
            learn_origin(d, o->jobs[i].named, "hooks.example.com");
        }
    }
    if (c->base_url != NULL &&
        (connector->base_url == NULL || strcmp(c->base_url, connector->base_url) != 0)) {
        (void)snprintf(text, sizeof text, "%s.example.com", connector->tool);
        learn_origin(d, c->base_url, text);
    }
}

static void mask(struct recorded *rec, const struct weir_connector *connector, const struct record_options *o)
{
    const struct mask_options options = {.hide_ids = o->hide_ids};
    struct disguise d;

    disguise_init(&d);
    learn_settings(&d, connector, rec->c);
    learn_addresses(&d, connector, rec->c, o);
    for (size_t i = 0; i < o->replace_count; i++) {
        const char *sign = strchr(o->replace[i], '=');

        disguise_literal(&d, weir_str_n(o->replace[i], (size_t)(sign - o->replace[i])), weir_str(sign + 1));
    }
    mask_case(rec->root, &d, &options);
    disguise_fini(&d);
}

/* ---- the file ---- */

static bool write_case(const json_t *root, const char *path, struct findings *f)
{
    FILE *out = fopen(path, "we");
    bool good = out != NULL && json_dumpf(root, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) == 0 &&
                fputc('\n', out) != EOF;

    if (out != NULL && fclose(out) != 0) {
        good = false;
    }
    if (!good) {
        findings_add(f, path, "it cannot be written: %s", strerror(errno));
    }
    return good;
}

/* Does the case say the same as the tool did? */
static bool play_back(const struct weir_connector *connector, const char *path, struct findings *f)
{
    struct test_case *c = case_read(path, f);
    size_t before = f->count;

    if (c != NULL) {
        play_case(connector, c, f);
    }
    before = f->count - before + (c == NULL ? 1 : 0);
    case_free(c);
    return before == 0;
}

static int record(const struct weir_connector *connector, const struct record_options *o, struct findings *f)
{
    struct recorded rec;
    int rc = EXIT_USAGE;

    recorded_init(&rec, connector, o, f);
    if (rec.root == NULL) {
        goto out;
    }
    mask(&rec, connector, o);
    settle_ids(rec.root, connector, o->out);
    if (!write_case(rec.root, o->out, f)) {
        goto out;
    }
    (void)printf("%s: %zu steps, %zu requests\n", o->out, json_array_size(json_object_get(rec.root, "steps")),
                 rec.exchange_count);
    if (rec.bodies_left_out > 0) {
        (void)printf("%zu bodies that are no text were left out\n", rec.bodies_left_out);
    }
    rc = EXIT_GOOD;
    if (!play_back(connector, o->out, f)) {
        (void)printf("played back, it differs from what the tool answered; it is kept\n");
        rc = EXIT_FOUND;
    } else {
        (void)printf("played back, it passes; read it before it leaves this machine\n");
    }

out:
    recorded_fini(&rec);
    return rc;
}

int record_command(const struct command *command, int argc, char **argv)
{
    struct record_options o = {0};
    struct tool tool = {0};
    struct findings f;
    int rc = options_read(&o, command, argc, argv);

    findings_init(&f);
    if (rc >= 0) {
        goto out;
    }
    rc = EXIT_USAGE;
    if (tool_load(&tool, argv[optind], &f)) {
        rc = record(tool.connector, &o, &f);
    }
    tool_fini(&tool);

out:
    (void)fflush(stdout);
    (void)fprintf(stderr, "%.*s", WEIR_STR_ARG(buf_str(&f.text)));
    findings_fini(&f);
    for (size_t i = 0; i < o.job_count; i++) {
        json_decref(o.jobs[i].step);
    }
    return rc;
}

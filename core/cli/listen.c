/*
 * listen: notifications on a developer's terminal as they are made, and posted to their own program.
 *
 * The stream tells of each as it is made. What was made while nobody listened is found by the attempts behind
 * the place where the stream broke off, and among those that wait; a bounded memory of ids keeps each from
 * being shown twice.
 */
#include "cli/detail.h"
#include "cli/forward.h"
#include "cli/heard.h"
#include "cli/place.h"
#include "cli/tail.h"
#include "config/address.h"
#include "config/endpoint_keys.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define FOLDER "/admin/v1/notifications/"
#define SAVE_EACH 64           /* shown ones; beside each end and each gap */
#define WAITING_LOOKED_AT 2000 /* once after each connection */

struct listening {
    struct cli *cli;
    struct forward *forward; /* NULL: only shown */
    struct place place;
    bool resumed; /* the place is of a former run */
    uint64_t shown;
    int interrupt;
    bool over;  /* interrupted while one was forwarded */
    int status; /* CLI_OK until it fails */
};

/* ---- words and options ---- */

static bool is_listed(const char *list, const char *word)
{
    size_t word_len = strlen(word);

    while (*list != '\0') {
        size_t len = strcspn(list, ",");

        if (len == word_len && memcmp(list, word, len) == 0) {
            return true;
        }
        list += len + (list[len] == ',');
    }
    return false;
}

static bool is_type(const char *word, size_t len)
{
    for (size_t i = 0; ENDPOINT_EVENTS[i] != NULL; i++) {
        if (strlen(ENDPOINT_EVENTS[i]) == len && memcmp(ENDPOINT_EVENTS[i], word, len) == 0) {
            return true;
        }
    }
    return false;
}

int accept_listen(const struct cli *cli)
{
    const struct options *opt = &cli->opt;
    const char *wrong = NULL;
    struct address_url url;

    if (opt->forward != NULL) {
        wrong = address_url_read(&url, opt->forward);
    } else if (opt->secret_file != NULL) {
        return cli_usage(cli, "--secret-file goes with --forward: without it nothing is signed");
    }
    if (wrong != NULL) {
        return cli_usage(cli, "--forward: %s", wrong);
    }
    for (const char *list = opt->events; list != NULL && *list != '\0';) {
        size_t len = strcspn(list, ",");

        if (!is_type(list, len)) {
            return cli_usage(cli, "--events: there is no type \"%.*s\"; data-changed is one", (int)len, list);
        }
        list += len + (list[len] == ',');
    }
    return CLI_OK;
}

/* ---- which are shown ---- */

static const char *text_of(const json_t *n, const char *key)
{
    const char *text = json_string_value(json_object_get(n, key));

    return text != NULL ? text : "";
}

static bool is_wanted(const struct listening *l, const json_t *n)
{
    const struct options *opt = &l->cli->opt;

    return (opt->endpoint == NULL || strcmp(opt->endpoint, text_of(n, "endpoint")) == 0) &&
           (opt->integration == NULL || strcmp(opt->integration, text_of(n, "integration")) == 0) &&
           (opt->events == NULL || is_listed(opt->events, text_of(n, "type")));
}

/* ---- one notification ---- */

static bool has_ended(const struct listening *l)
{
    return l->over || l->status != CLI_OK;
}

static void fail(struct listening *l, const struct weir_error *err)
{
    l->status = cli_fail(l->cli, err);
}

static void save(struct listening *l)
{
    struct weir_error err = {0};

    if (l->cli->opt.resume != NULL && l->place.stream.len > 0 &&
        place_save(&l->place, l->cli->opt.resume, &err) != 0) {
        fail(l, &err);
    }
}

static void show(struct listening *l, const json_t *n)
{
    const json_t *body = json_object_get(n, "body");
    struct forward_result result = {.outcome = CLIENT_STOPPED};
    struct weir_error err = {0};

    if (l->forward != NULL && json_is_string(body)) {
        struct weir_str text = weir_str_n(json_string_value(body), json_string_length(body));

        if (forward_send(&result, l->forward, weir_str(text_of(n, "id")), text, &err) != 0) {
            fail(l, &err);
            return;
        }
        l->over = result.outcome == CLIENT_STOPPED;
    }
    if (l->over) {
        place_drop(&l->place, text_of(n, "id"));
        return;
    }
    heard_print(l->cli, n, l->forward != NULL && json_is_string(body) ? &result : NULL);
    if (++l->shown % SAVE_EACH == 0) {
        save(l);
    }
    if (fflush(l->cli->io->out) != 0) {
        l->status = CLI_FAILED;
    }
}

/* One that only its id is known of. What is not kept any more was nothing to show. */
static void show_by_id(struct listening *l, const char *id)
{
    struct weir_error err = {0};
    json_t *n = NULL;
    int rc = detail_ask(&n, l->cli, FOLDER, id, "", NULL, &err);
    json_t *body = json_object_get(n, "body");

    if (rc != 0 && rc != WEIR_E_REJECT) {
        cli_note(l->cli, "weir: %s", err.message);
    }
    if (rc == 0 && is_wanted(l, n)) {
        char *text = json_is_object(body) ? json_dumps(body, JSON_COMPACT) : NULL;

        (void)json_object_set_new(n, "body", text != NULL ? json_string(text) : json_null());
        (void)json_object_set(n, "made_at", json_object_get(n, "created_at"));
        free(text);
        show(l, n);
    }
    json_decref(n);
}

/* ---- those that were ---- */

static int fetch(json_t **rows, const struct listening *l, const char *state, uint64_t limit,
                 struct weir_error *err)
{
    const struct options *opt = &l->cli->opt;
    const struct list_param params[] = {
        {"state", state}, {"endpoint", opt->endpoint}, {"integration", opt->integration}};
    json_t *next = NULL;
    int rc = list_fetch(rows, &next, l->cli, "/admin/v1/notifications", params, 3, limit, err);

    json_decref(next);
    return rc;
}

/* Which came first; times are in one form, so text will do. */
static int by_time(const void *a, const void *b)
{
    const json_t *const *one = a;
    const json_t *const *other = b;

    return strcmp(text_of(*one, "created_at"), text_of(*other, "created_at"));
}

/* The rows in order, the newest count of those wanted; rows owns them. */
static void show_newest(struct listening *l, const json_t *rows, size_t count)
{
    size_t total = json_array_size(rows), wanted = 0;
    json_t **all = calloc(total + 1, sizeof(json_t *));

    for (size_t i = 0; all != NULL && i < total; i++) {
        if (is_wanted(l, json_array_get(rows, i))) {
            all[wanted++] = json_array_get(rows, i);
        }
    }
    if (all != NULL) {
        qsort((void *)all, wanted, sizeof(json_t *), by_time);
    }
    for (size_t i = wanted > count ? wanted - count : 0; all != NULL && i < wanted && !has_ended(l); i++) {
        const char *id = text_of(all[i], "id");

        if (place_add(&l->place, id)) {
            show_by_id(l, id);
        }
    }
    free((void *)all);
}

/* --last: of those that wait, were delivered, or were given up, as far as they are kept. */
static int show_last(struct listening *l, struct weir_error *err)
{
    static const char *const states[] = {"waiting", "delivered", "dead"};
    const struct options *opt = &l->cli->opt;
    uint64_t limit = opt->events != NULL ? WAITING_LOOKED_AT : opt->last;
    json_t *all = json_array();
    int rc = all != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory for the last notifications");

    for (size_t i = 0; rc == 0 && i < sizeof states / sizeof states[0]; i++) {
        json_t *rows = NULL;

        rc = fetch(&rows, l, states[i], i == 0 ? WAITING_LOOKED_AT : limit, err);
        if (rc == 0 && json_array_extend(all, rows) != 0) {
            rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the last notifications");
        }
        json_decref(rows);
    }
    if (rc == 0) {
        show_newest(l, all, (size_t)opt->last);
    }
    json_decref(all);
    return rc;
}

/* What waits now, and may be attempted again, is not new: it is not shown when it is. */
static int pass_over_waiting(struct listening *l, struct weir_error *err)
{
    json_t *rows = NULL;
    int rc = fetch(&rows, l, "waiting", WAITING_LOOKED_AT, err);

    for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
        (void)place_add(&l->place, text_of(json_array_get(rows, i), "id"));
    }
    json_decref(rows);
    return rc;
}

/* After a gap: what was attempted in it the stream tells; the rest still waits. */
static void show_waiting(struct listening *l)
{
    struct weir_error err = {0};
    json_t *rows = NULL;

    if (fetch(&rows, l, "waiting", WAITING_LOOKED_AT, &err) == 0) {
        show_newest(l, rows, WAITING_LOOKED_AT);
    } else {
        cli_note(l->cli, "weir: %s", err.message);
    }
    json_decref(rows);
}

/* ---- the stream ---- */

static void on_connected(void *ctx, bool again)
{
    struct listening *l = ctx;

    if (again) {
        (void)fputs("weir: connected again\n", l->cli->io->err);
    } else {
        cli_note(l->cli, "listening; Ctrl-C ends it");
    }
    if (again || l->resumed) {
        show_waiting(l);
    }
}

static void on_lost(void *ctx, const struct weir_error *err)
{
    struct listening *l = ctx;

    save(l);
    (void)fprintf(l->cli->io->err, "weir: %s; connecting again\n", err->message);
}

static void on_reached(void *ctx, struct weir_str place)
{
    struct listening *l = ctx;
    bool first = l->place.stream.len == 0;

    buf_clear(&l->place.stream);
    buf_add_str(&l->place.stream, place);
    if (first) {
        save(l);
    }
}

static bool on_event(void *ctx, const struct sse_event *event)
{
    struct listening *l = ctx;
    json_t *n = json_loadb(event->data.data, event->data.len, 0, NULL);

    if (weir_str_is(event->type, "notification")) {
        if (text_of(n, "id")[0] != '\0' && is_wanted(l, n) && place_add(&l->place, text_of(n, "id"))) {
            show(l, n);
        }
    } else if (weir_str_is(event->type, "attempt")) {
        if (text_of(n, "notification")[0] != '\0' && place_add(&l->place, text_of(n, "notification"))) {
            show_by_id(l, text_of(n, "notification"));
        }
    } else if (weir_str_is(event->type, "lost")) {
        show_waiting(l);
    }
    json_decref(n);
    return !has_ended(l);
}

/* ---- the command ---- */

static void say_secret(const struct listening *l)
{
    const struct cli *cli = l->cli;
    const char *secret = l->forward != NULL ? forward_borrow_made_secret(l->forward) : NULL;

    if (cli->opt.json) {
        json_t *line = json_pack("{s:s, s:s*, s:s*}", "event", "listening", "forward", cli->opt.forward,
                                 "secret", secret);

        (void)list_print_json(cli, line, 0);
        json_decref(line);
    } else if (secret != NULL) {
        (void)fprintf(cli->io->out, "forwarding to %s; verify with %s\n", cli->opt.forward, secret);
    }
    (void)fflush(cli->io->out);
}

static int resume(struct listening *l, struct weir_error *err)
{
    int rc = l->cli->opt.resume != NULL ? place_load(&l->place, l->cli->opt.resume, err) : WEIR_E_NONE;

    l->resumed = rc == 0;
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int listen_to(struct listening *l, struct weir_error *err)
{
    struct tail_listener listener = {
        .connected = on_connected, .event = on_event, .reached = on_reached, .lost = on_lost, .ctx = l};
    int rc = place_init(&l->place, err);

    rc = rc == 0 ? resume(l, err) : rc;
    if (rc != 0) {
        return rc;
    }
    if (l->cli->opt.forward != NULL) {
        rc = forward_new(&l->forward, l->cli, l->interrupt, err);
    }
    if (rc == 0) {
        say_secret(l);
        rc = l->cli->opt.last > 0 ? show_last(l, err) : 0;
    }
    if (rc == 0 && !l->resumed) {
        rc = pass_over_waiting(l, err);
    }
    if (rc == 0 && !has_ended(l)) {
        rc = tail_run(l->cli->admin, "/admin/v1/notifications/stream", buf_str(&l->place.stream), &listener,
                      l->interrupt, err);
    }
    return rc;
}

int run_listen(struct cli *cli)
{
    struct listening l = {.cli = cli, .status = CLI_OK};
    struct weir_error err = {0};
    sigset_t ends, before;
    int rc;

    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGINT);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGHUP); /* the terminal was closed */
    (void)pthread_sigmask(SIG_BLOCK, &ends, &before);
    l.interrupt = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    rc = l.interrupt >= 0 ? listen_to(&l, &err)
                          : weir_fail(&err, WEIR_E_IO, "no descriptor to wait for Ctrl-C with");
    if (rc != 0) {
        fail(&l, &err);
    } else if (l.status == CLI_OK) {
        cli_note(cli, "%llu shown", (unsigned long long)l.shown);
    }
    save(&l);
    forward_free(l.forward);
    place_fini(&l.place);
    if (l.interrupt >= 0) {
        struct signalfd_siginfo taken;

        /* It was obeyed: it must not end the process when it is let through again. */
        while (read(l.interrupt, &taken, sizeof taken) > 0) {
            continue;
        }
        (void)close(l.interrupt);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return l.status;
}

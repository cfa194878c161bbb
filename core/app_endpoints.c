/*
 * app_endpoints: endpoints that are made, changed and removed while the daemon runs.
 *
 * Those of the file belong to the file: here they are only refused, with what to do instead. What is made
 * counts once it is on disk.
 */
#include "app_internal.h"

#include "base/log.h"
#include "store/endpoints.h"

#include <stdlib.h>

#define NAME_TEXT sizeof((struct store_endpoint *)NULL)->name
#define HOURS_MAX (30 * 24)

/* ---- finding one ---- */

static int take_name(char out[NAME_TEXT], struct weir_str name, struct weir_error *err)
{
    if (name.len == 0 || name.len >= NAME_TEXT) {
        return weir_fail(err, WEIR_E_NONE, "an endpoint's name has 1 to %zu characters", NAME_TEXT - 1);
    }
    memcpy(out, name.data, name.len);
    out[name.len] = '\0';
    return 0;
}

static int refuse_file(struct app *app, const char *name, const char *what, struct weir_error *err)
{
    return weir_fail(err, WEIR_E_CONFIG,
                     "endpoint %s is in the configuration file %.100s: %s, then: weir reload", name,
                     app->config_path, what);
}

/* One of the store. The app's lock is held. */
static int load(struct endpoint_definition *d, struct app *app, const char *name, const char *instead,
                struct weir_error *err)
{
    int rc;

    if (assemble_endpoint_in_file(app->config, name) != NULL) {
        return refuse_file(app, name, instead, err);
    }
    rc = endpoint_definition_load(d, app->store, name, err);
    return rc == WEIR_E_NONE ? weir_fail(err, rc, "there is no endpoint %s; see: weir endpoints", name) : rc;
}

/* Save it, and have it in force. The app's lock is held. */
static int put(struct app *app, const struct endpoint_definition *d, struct weir_error *err)
{
    struct store_endpoint row;
    /* Its row first: definitions are found by the rows. */
    int rc = store_endpoint_ensure(&row, app->store, d->config.name, err);

    if (rc == 0) {
        rc = endpoint_definition_save(d, app->store, clock_now_ms(app->clock), err);
    }
    return rc == 0 ? assemble_endpoints(app, app->config, err) : rc;
}

/* ---- making and changing ---- */

static int add(struct app *app, const char *name, const struct web_endpoint_wish *wish,
               char secret[WEB_SECRET_TEXT], struct weir_error *err)
{
    struct endpoint_definition d = {.created_at_ms = clock_now_ms(app->clock),
                                    .config = {.concurrency = 4, .enabled = true}};
    struct endpoint_definition old;
    int rc;

    if (assemble_endpoint_in_file(app->config, name) != NULL) {
        return weir_fail(err, WEIR_E_CONFIG, "there is an endpoint %s already, in the configuration", name);
    }
    if (endpoint_definition_load(&old, app->store, name, NULL) == 0) {
        endpoint_definition_fini(&old);
        return weir_fail(err, WEIR_E_CONFIG,
                         "there is an endpoint %s already; change it with: weir endpoints set %s", name,
                         name);
    }
    d.config.name = strdup(name);
    rc = d.config.name != NULL ? endpoint_wish_take(app, &d, wish, err)
                               : weir_fail(err, WEIR_E_MEMORY, "no memory for an endpoint");
    if (rc == 0) {
        rc = endpoint_wish_secret(&d.config.secret, secret, wish->secret, err);
    }
    if (rc == 0) {
        rc = put(app, &d, err);
    }
    if (rc == 0) {
        log_info("endpoint made", LOG_TEXT("endpoint", name));
    }
    endpoint_definition_fini(&d);
    return rc;
}

int runtime_endpoint_add(struct app *app, struct weir_str name, const struct web_endpoint_wish *wish,
                         char secret[WEB_SECRET_TEXT], struct weir_error *err)
{
    char text[NAME_TEXT];
    int rc = take_name(text, name, err);

    if (rc != 0 || !config_name_is(text)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "an endpoint's name has letters, digits, \".\", \"_\" and \"-\", at most 64");
    }
    pthread_mutex_lock(&app->lock);
    rc = add(app, text, wish, secret, err);
    pthread_mutex_unlock(&app->lock);
    return rc;
}

int runtime_endpoint_change(struct app *app, struct weir_str name, const struct web_endpoint_wish *wish,
                            struct weir_error *err)
{
    struct endpoint_definition d = {.created_at_ms = 0};
    char text[NAME_TEXT];
    int rc = take_name(text, name, err);

    if (rc == 0 && wish->secret.data != NULL) {
        rc = weir_fail(err, WEIR_E_INVALID, "a secret is replaced with: weir endpoints rotate %s", text);
    }
    if (rc != 0) {
        return rc;
    }
    pthread_mutex_lock(&app->lock);
    rc = load(&d, app, text, "change it there", err);
    if (rc == 0) {
        rc = endpoint_wish_take(app, &d, wish, err);
    }
    if (rc == 0) {
        rc = put(app, &d, err);
    }
    pthread_mutex_unlock(&app->lock);
    if (rc == 0) {
        log_info("endpoint changed", LOG_TEXT("endpoint", text));
    }
    endpoint_definition_fini(&d);
    return rc;
}

/* ---- rotation ---- */

/* Those that ended are dropped, so that the newest first has room. */
static void drop_ended(struct endpoint_definition *d, int64_t now_ms)
{
    struct config_strings *old = &d->config.secrets_old;
    size_t kept = 0;

    for (size_t i = 0; i < old->count; i++) {
        if (d->old_until_ms[i] > now_ms) {
            d->old_until_ms[kept] = d->old_until_ms[i];
            old->items[kept++] = old->items[i];
        } else {
            crypto_wipe(old->items[i], strlen(old->items[i]));
            free(old->items[i]);
        }
    }
    old->count = kept;
}

static int rotate(struct endpoint_definition *d, char *secret, int64_t now_ms, int64_t overlap_s,
                  struct weir_error *err)
{
    struct config_strings *old = &d->config.secrets_old;

    drop_ended(d, overlap_s > 0 ? now_ms : INT64_MAX);
    if (strcmp(d->config.secret, secret) == 0) {
        return weir_fail(err, WEIR_E_INVALID, "this secret is in force already");
    }
    if (old->count >= ENDPOINT_OLD_SECRETS_MAX) {
        return weir_fail(
            err, WEIR_E_CONFIG,
            "%d former secrets of %s are still valid: wait until one ends, or end them all with: weir "
            "endpoints rotate %s --now",
            ENDPOINT_OLD_SECRETS_MAX, d->config.name, d->config.name);
    }
    if (overlap_s > 0) {
        memmove(old->items + 1, old->items, old->count * sizeof *old->items);
        memmove(d->old_until_ms + 1, d->old_until_ms, old->count * sizeof *d->old_until_ms);
        old->items[0] = d->config.secret;
        d->old_until_ms[0] = now_ms + overlap_s * 1000;
        old->count++;
    } else {
        crypto_wipe(d->config.secret, strlen(d->config.secret));
        free(d->config.secret);
    }
    d->config.secret = NULL;
    return 0;
}

int runtime_endpoint_rotate(struct app *app, struct weir_str name, struct weir_str given, int64_t overlap_s,
                            char secret[WEB_SECRET_TEXT], struct weir_error *err)
{
    struct endpoint_definition d = {.created_at_ms = 0};
    char text[NAME_TEXT];
    char *fresh = NULL;
    int rc = take_name(text, name, err);

    if (rc == 0 && overlap_s > HOURS_MAX * 3600) {
        rc = weir_fail(err, WEIR_E_INVALID, "the former secret can stay valid for %d hours at most",
                       HOURS_MAX);
    }
    if (rc == 0) {
        rc = endpoint_wish_secret(&fresh, secret, given, err);
    }
    if (rc != 0) {
        return rc;
    }
    pthread_mutex_lock(&app->lock);
    rc = load(&d, app, text, "put the new secret there, and the former one into secrets_old", err);
    if (rc == 0) {
        rc = rotate(&d, fresh, clock_now_ms(app->clock), overlap_s, err);
    }
    if (rc == 0) {
        d.config.secret = fresh;
        fresh = NULL;
        rc = put(app, &d, err);
    }
    pthread_mutex_unlock(&app->lock);
    if (rc == 0) {
        log_info("endpoint has another secret", LOG_TEXT("endpoint", text), LOG_INT("overlap_s", overlap_s));
    } else {
        crypto_wipe(secret, WEB_SECRET_TEXT);
    }
    if (fresh != NULL) {
        crypto_wipe(fresh, strlen(fresh));
        free(fresh);
    }
    endpoint_definition_fini(&d);
    return rc;
}

/* ---- the end ---- */

/* Nothing comes any more once it is out of dispatch and routes. A stop before what waits is buried leaves it
 * in the outbox, where one of that name finds it again. The app's lock is held. */
static int take_out(struct app *app, const char *name, uint64_t *buried, struct weir_error *err)
{
    int rc = endpoint_definition_erase(app->store, name, err);

    if (rc == 0) {
        rc = assemble_endpoints(app, app->config, err);
    }
    if (rc == 0) {
        rc = store_endpoint_bury(buried, app->store, name, "the endpoint was removed", err);
    }
    return rc;
}

int runtime_endpoint_remove(struct app *app, struct weir_str name, bool force, uint64_t *buried,
                            struct weir_error *err)
{
    struct endpoint_definition d = {.created_at_ms = 0};
    struct store_endpoint row;
    char text[NAME_TEXT];
    uint64_t waiting = 0;
    int rc = take_name(text, name, err);

    if (rc != 0) {
        return rc;
    }
    pthread_mutex_lock(&app->lock);
    rc = load(&d, app, text, "take it out there", err);
    if (rc == 0) {
        rc = store_endpoint_ensure(&row, app->store, text, err);
    }
    if (rc == 0) {
        rc = store_endpoint_waiting(&waiting, app->store, row.number, WEB_WAITING_MAX, err);
    }
    if (rc == 0 && waiting > 0 && !force) {
        rc =
            weir_fail(err, WEIR_E_CONFIG,
                      "%llu%s notification%s wait%s for %s: remove it with --force to make them dead letters",
                      (unsigned long long)waiting, waiting == WEB_WAITING_MAX ? " or more" : "",
                      waiting == 1 ? "" : "s", waiting == 1 ? "s" : "", text);
    }
    if (rc == 0) {
        rc = take_out(app, text, buried, err);
    }
    pthread_mutex_unlock(&app->lock);
    if (rc == 0) {
        log_info("endpoint removed", LOG_TEXT("endpoint", text), LOG_INT("dead_letters", *buried));
    }
    endpoint_definition_fini(&d);
    return rc;
}

/* ---- trying, switching ---- */

int runtime_endpoint_test(struct app *app, struct weir_str name, struct web_endpoint_test *out,
                          struct weir_error *err)
{
    struct flow_sample sample;
    int rc = flow_sample(&sample, app->flow, name, err);

    if (rc != 0) {
        return rc;
    }
    *out =
        (struct web_endpoint_test){.delivered = sample.delivered, .status = sample.status, .ms = sample.ms};
    memcpy(out->id, sample.id, sizeof out->id);
    memcpy(out->outcome, sample.outcome, sizeof out->outcome);
    memcpy(out->detail, sample.detail, sizeof out->detail);
    memcpy(out->answer, sample.answer, sizeof out->answer);
    memcpy(out->url, sample.url, sizeof out->url);
    memcpy(out->body, sample.body, sizeof out->body);
    memcpy(out->timestamp, sample.timestamp, sizeof out->timestamp);
    memcpy(out->kombo, sample.kombo, sizeof out->kombo);
    memcpy(out->standard, sample.standard, sizeof out->standard);
    log_info("endpoint tried", LOG_STR("endpoint", name), LOG_TEXT("outcome", out->outcome),
             LOG_INT("status", out->status), LOG_INT("ms", out->ms));
    return 0;
}

int runtime_endpoint_prove(struct app *app, struct weir_str name, const struct web_endpoint_claim *claim,
                           struct web_endpoint_proof *out, struct weir_error *err)
{
    struct flow_claim given = {.id = claim->id,
                               .timestamp = claim->timestamp,
                               .signature = claim->signature,
                               .body = weir_str_bytes(claim->body)};
    struct flow_proof proof;
    int rc = flow_prove(&proof, app->flow, name, &given, err);

    if (rc == 0) {
        *out =
            (struct web_endpoint_proof){.scheme = proof.scheme, .secret = proof.secret, .hint = proof.hint};
    }
    return rc;
}

int runtime_endpoint_enable(struct app *app, struct weir_str name, bool enable, struct weir_error *err)
{
    const struct config_endpoint *in_file;
    char text[NAME_TEXT];
    int rc = take_name(text, name, err);

    if (rc != 0) {
        return rc;
    }
    pthread_mutex_lock(&app->lock);
    in_file = assemble_endpoint_in_file(app->config, text);
    if (enable && in_file != NULL && !in_file->enabled) {
        rc = refuse_file(app, text, "take \"enabled = false;\" out there", err);
    }
    pthread_mutex_unlock(&app->lock);
    return rc == 0 ? dispatch_enable(flow_dispatch(app->flow), name, enable, err) : rc;
}

/* ---- showing ---- */

static bool copy(char ***out, size_t *out_count, size_t count, const char *nth(const void *of, size_t i),
                 const void *of)
{
    *out = calloc(count + 1, sizeof **out);
    for (size_t i = 0; *out != NULL && i < count; i++) {
        (*out)[i] = strdup(nth(of, i));
        if ((*out)[i] == NULL) {
            return false;
        }
        (*out_count)++;
    }
    return *out != NULL;
}

static const char *string_nth(const void *of, size_t i)
{
    return ((const struct config_strings *)of)->items[i];
}

static const char *header_nth(const void *of, size_t i)
{
    return ((const struct config_headers *)of)->items[i].name;
}

static void free_all(char **items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(items[i]);
    }
    free(items);
}

void runtime_endpoint_release(struct web_endpoint_detail *detail)
{
    free_all(detail->events, detail->event_count);
    free_all(detail->integrations, detail->integration_count);
    free_all(detail->headers, detail->header_count);
    memset(detail, 0, sizeof *detail);
}

static int describe(struct web_endpoint_detail *out, const struct config_endpoint *config,
                    const int64_t *until_ms, int64_t now_ms, struct weir_error *err)
{
    out->order = config_order_nth((size_t)config->order);
    out->concurrency = config->concurrency;
    out->timeout_ms = config->timeout_ms;
    out->allow_private = config->allow_private;
    out->secret_count = 1;
    for (size_t i = 0; i < config->secrets_old.count && out->secret_count < WEB_SECRETS_MAX; i++) {
        int64_t ends_ms = until_ms != NULL ? until_ms[i] : 0;

        if (ends_ms == 0 || ends_ms > now_ms) {
            out->secret_until_ms[out->secret_count++] = ends_ms;
        }
    }
    if (!copy(&out->events, &out->event_count, config->events.count, string_nth, &config->events) ||
        !copy(&out->integrations, &out->integration_count, config->integrations.count, string_nth,
              &config->integrations) ||
        !copy(&out->headers, &out->header_count, config->headers.count, header_nth, &config->headers)) {
        runtime_endpoint_release(out);
        return weir_fail(err, WEIR_E_MEMORY, "no memory to show an endpoint");
    }
    return 0;
}

static void read_hours(struct web_endpoint_detail *out, const struct app *app, struct weir_str name)
{
    struct pulse_point points[PULSE_HOURS];
    _Static_assert(PULSE_HOURS == WEB_HOURS, "both are a day");

    if (!dispatch_pulse(points, flow_dispatch(app->flow), name)) {
        return;
    }
    for (size_t i = 0; i < WEB_HOURS; i++) {
        out->hours[i] = (struct web_endpoint_hour){.at_ms = points[i].at_ms,
                                                   .delivered = points[i].delivered,
                                                   .failed = points[i].failed,
                                                   .p50_ms = points[i].p50_ms,
                                                   .p95_ms = points[i].p95_ms};
    }
}

int runtime_endpoint(struct app *app, struct weir_str name, struct web_endpoint_detail *out,
                     struct weir_error *err)
{
    struct endpoint_definition d = {.created_at_ms = 0};
    const struct config_endpoint *in_file;
    struct store_endpoint row;
    char text[NAME_TEXT];
    int rc = take_name(text, name, err);

    *out = (struct web_endpoint_detail){.runtime = false};
    if (rc != 0) {
        return rc;
    }
    pthread_mutex_lock(&app->lock);
    in_file = assemble_endpoint_in_file(app->config, text);
    if (in_file != NULL) {
        rc = describe(out, in_file, NULL, clock_now_ms(app->clock), err);
    } else {
        rc = load(&d, app, text, "", err);
        rc = rc == 0 ? describe(out, &d.config, d.old_until_ms, clock_now_ms(app->clock), err) : rc;
        out->runtime = true;
        out->created_at_ms = d.created_at_ms;
    }
    pthread_mutex_unlock(&app->lock);
    endpoint_definition_fini(&d);
    if (rc == 0) {
        rc = store_endpoint_ensure(&row, app->store, text, err);
        rc = rc == 0 ? store_endpoint_waiting(&out->waiting, app->store, row.number, WEB_WAITING_MAX, err)
                     : rc;
        if (rc != 0) {
            runtime_endpoint_release(out);
        }
    }
    if (rc == 0) {
        read_hours(out, app, name);
    }
    return rc;
}

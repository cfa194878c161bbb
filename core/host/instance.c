#include "host/instance.h"

#include "base/crypto.h"
#include "base/thread.h"
#include "host/instance_internal.h"
#include "host/registry.h"
#include "net/url.h"

#include <stdlib.h>

#define CALL_TIMEOUT_MS 120000
#define REQUEST_TIMEOUT_MS 30000
#define RETRY_FIRST_MS 1000
#define BASE_URL_MAX 512

/* ---- settings ---- */

static const struct weir_setting *find_setting(const struct weir_connector *connector, const char *key)
{
    for (size_t i = 0; i < connector->setting_count; i++) {
        if (strcmp(connector->settings[i].key, key) == 0) {
            return &connector->settings[i];
        }
    }
    return NULL;
}

static bool is_given(const struct instance_options *options, const char *key)
{
    for (size_t i = 0; i < options->setting_count; i++) {
        if (strcmp(options->settings[i].key, key) == 0 && options->settings[i].value != NULL &&
            options->settings[i].value[0] != '\0') {
            return true;
        }
    }
    return false;
}

static int fail_unknown(const struct instance *inst, const char *key, struct weir_error *err)
{
    char known[160] = "";
    size_t len = 0;

    for (size_t i = 0; i < inst->connector->setting_count && len < sizeof known; i++) {
        len += (size_t)snprintf(known + len, sizeof known - len, "%s%s", i > 0 ? ", " : "",
                                inst->connector->settings[i].key);
    }
    return weir_fail(err, WEIR_E_CONFIG, "%s: the connector %s has no setting %.40s; it has: %s",
                     inst->integration, inst->connector->tool, key, known[0] != '\0' ? known : "none");
}

static int check_required(const struct instance *inst, const struct instance_options *options,
                          struct weir_error *err)
{
    for (size_t i = 0; i < inst->connector->setting_count; i++) {
        const struct weir_setting *s = &inst->connector->settings[i];

        if (s->required && !is_given(options, s->key)) {
            return weir_fail(err, WEIR_E_CONFIG, "%s: the setting %s (%.60s) is missing%s%.120s",
                             inst->integration, s->key, s->label, s->help != NULL ? ": " : "",
                             s->help != NULL ? s->help : "");
        }
    }
    return 0;
}

static int copy_settings(struct instance *inst, const struct instance_options *options,
                         struct weir_error *err)
{
    inst->settings = calloc(options->setting_count + 1, sizeof *inst->settings);
    if (inst->settings == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for %s", inst->integration);
    }
    for (size_t i = 0; i < options->setting_count; i++) {
        const struct weir_setting *known = find_setting(inst->connector, options->settings[i].key);
        struct setting *own = &inst->settings[inst->setting_count];

        /* The host's own: no table has it, and a connector that never asks does not mind. */
        if (known == NULL && strcmp(options->settings[i].key, "remote_data") != 0) {
            return fail_unknown(inst, options->settings[i].key, err);
        }
        if (options->settings[i].value == NULL) {
            continue;
        }
        inst->setting_count++;
        own->secret = known != NULL && known->secret;
        own->key = strdup(options->settings[i].key);
        own->value = strdup(options->settings[i].value);
        if (own->key == NULL || own->value == NULL) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory for %s", inst->integration);
        }
    }
    return check_required(inst, options, err);
}

static int copy_base_url(struct instance *inst, const char *url, struct weir_error *err)
{
    struct url_parts parts;
    struct weir_error why = {0};
    size_t len;

    url = url != NULL ? url : inst->connector->base_url;
    if (url == NULL) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "%s: the tool %s has no address of its own: set base_url to the customer's",
                         inst->integration, inst->connector->tool);
    }
    len = strlen(url);
    if (url_parse(&parts, weir_str(url), &why) != 0) {
        return weir_fail(err, WEIR_E_CONFIG, "%s: base_url: %s", inst->integration, why.message);
    }
    if (len > BASE_URL_MAX || strpbrk(url, "?#\\") != NULL) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "%s: base_url has to be a plain address of at most %d characters, without ? and #",
                         inst->integration, BASE_URL_MAX);
    }
    while (len > 0 && url[len - 1] == '/') {
        len--; /* what is appended begins with one */
    }
    inst->base_url = strndup(url, len);
    return inst->base_url != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory for %s", inst->integration);
}

/* ---- life ---- */

static void wipe_free(char *text)
{
    if (text != NULL) {
        crypto_wipe(text, strlen(text));
        free(text);
    }
}

static void instance_free(struct instance *inst)
{
    if (inst == NULL) {
        return;
    }
    for (size_t i = 0; i < inst->setting_count; i++) {
        free(inst->settings[i].key);
        wipe_free(inst->settings[i].value);
    }
    free(inst->settings);
    health_free(inst->health);
    free(inst->integration);
    free(inst->base_url);
    (void)pthread_mutex_destroy(&inst->call_lock);
    (void)pthread_mutex_destroy(&inst->stop_lock);
    (void)pthread_cond_destroy(&inst->stopped);
    crypto_wipe(inst->webhook_texts, sizeof inst->webhook_texts);
    free(inst);
}

static struct instance *instance_make(const struct weir_connector *connector,
                                      const struct instance_options *options)
{
    struct instance *inst = calloc(1, sizeof *inst);

    if (inst == NULL) {
        return NULL;
    }
    (void)pthread_mutex_init(&inst->call_lock, NULL);
    (void)pthread_mutex_init(&inst->stop_lock, NULL);
    thread_cond_init(&inst->stopped);
    inst->connector = connector;
    inst->allow_private = options->allow_private;
    inst->call_timeout_ms = options->call_timeout_ms > 0 ? options->call_timeout_ms : CALL_TIMEOUT_MS;
    inst->request_timeout_ms =
        options->request_timeout_ms > 0 ? options->request_timeout_ms : REQUEST_TIMEOUT_MS;
    inst->retry_first_ms = options->retry_first_ms > 0 ? options->retry_first_ms : RETRY_FIRST_MS;
    inst->client = options->client;
    inst->clock = options->clock != NULL ? options->clock : clock_system();
    inst->metrics = options->metrics;
    inst->tool_health = options->health;
    inst->health = health_new();
    inst->state_get = options->state_get;
    inst->state_put = options->state_put;
    inst->state_ctx = options->state_ctx;
    inst->lent = options->lent;
    inst->lent_ctx = options->lend_ctx;
    inst->integration = strdup(options->integration);
    if (inst->integration == NULL || inst->health == NULL) {
        instance_free(inst);
        return NULL;
    }
    services_lend(inst);
    if (options->lend != NULL) {
        options->lend(options->lend_ctx, &inst->host);
    }
    sink_lend(inst);
    return inst;
}

int instance_open(struct instance **out, const struct weir_connector *connector,
                  const struct instance_options *options, struct weir_error *err)
{
    struct instance *inst = NULL;
    struct weir_error theirs = {0};
    int rc;

    thread_assert(THREAD_WORKER | THREAD_SETUP | THREAD_WEB);
    inst = instance_make(connector, options);
    if (inst == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for %s", options->integration);
    }
    rc = copy_base_url(inst, options->base_url, err);
    if (rc == 0) {
        rc = copy_settings(inst, options, err);
    }
    if (rc == 0) {
        rc = call_enter(inst, CALL_OPEN, NULL, err);
    }
    if (rc == 0) {
        rc = connector->open(&inst->self, &inst->host, &theirs);
        rc = call_leave(inst, rc, &theirs, err);
    }
    if (rc == 0) {
        *out = inst;
        inst = NULL;
    }
    instance_free(inst);
    return rc;
}

void instance_close(struct instance *inst)
{
    struct weir_error theirs = {0};

    if (inst == NULL) {
        return;
    }
    if (call_enter(inst, CALL_CLOSE, NULL, NULL) == 0) {
        inst->connector->close(inst->self);
        (void)call_leave(inst, 0, &theirs, NULL);
    }
    instance_free(inst);
}

void instance_stop(struct instance *inst)
{
    if (inst == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&inst->stop_lock);
    inst->stopping = true;
    (void)pthread_cond_broadcast(&inst->stopped);
    (void)pthread_mutex_unlock(&inst->stop_lock);
}

bool instance_is_stopping(struct instance *inst)
{
    bool stopping;

    (void)pthread_mutex_lock(&inst->stop_lock);
    stopping = inst->stopping;
    (void)pthread_mutex_unlock(&inst->stop_lock);
    return stopping;
}

int instance_sleep(struct instance *inst, int64_t wait_ms, struct weir_error *err)
{
    int64_t until_ms = clock_mono_ms(clock_system()) + wait_ms;
    int64_t left = wait_ms;
    bool stopping;

    (void)pthread_mutex_lock(&inst->stop_lock);
    while (!inst->stopping && left > 0) {
        thread_wait_ms(&inst->stopped, &inst->stop_lock, left);
        left = until_ms - clock_mono_ms(clock_system());
    }
    stopping = inst->stopping;
    (void)pthread_mutex_unlock(&inst->stop_lock);
    if (stopping) {
        inst->call.told_to_stop = true;
        return weir_fail(err, WEIR_E_STOPPING, "%s is going down", inst->integration);
    }
    return 0;
}

bool instance_in_call(const struct instance *inst)
{
    return atomic_load(&inst->in_call) && pthread_equal(atomic_load(&inst->caller), pthread_self()) != 0;
}

const struct weir_connector *instance_connector(const struct instance *inst)
{
    return inst->connector;
}

const char *instance_integration(const struct instance *inst)
{
    return inst->integration;
}

void instance_health(struct health_view *out, const struct instance *inst)
{
    health_view(out, inst->health);
}

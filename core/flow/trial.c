#include "flow/trial.h"

#include "flow/errand.h"
#include "host/call.h"

#include <stdlib.h>

#define CALL_TIMEOUT_MS 20000 /* a person waits */
#define VALUES_MAX 64

/* ---- the state of an instance that is only tried ---- */

struct value {
    struct value *next;
    char key[64];
    size_t len;
    uint8_t bytes[]; /* len of them */
};

struct scratch {
    struct value *first;
    size_t count;
};

static void value_free(struct value *value)
{
    if (value != NULL) {
        crypto_wipe(value->bytes, value->len);
        free(value);
    }
}

static void scratch_fini(struct scratch *scratch)
{
    while (scratch->first != NULL) {
        struct value *next = scratch->first->next;

        value_free(scratch->first);
        scratch->first = next;
    }
}

static struct value **scratch_find(struct scratch *scratch, struct weir_str key)
{
    struct value **at = &scratch->first;

    while (*at != NULL && !weir_str_is(key, (*at)->key)) {
        at = &(*at)->next;
    }
    return at;
}

static int scratch_get(void *ctx, struct weir_str key, void *buf, size_t cap, size_t *len,
                       struct weir_error *err)
{
    const struct value *value = *scratch_find(ctx, key);

    if (value == NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no stored value %.*s", WEIR_STR_ARG(key));
    }
    *len = value->len;
    if (value->len > cap) {
        return weir_fail(err, WEIR_E_LIMIT, "the stored value has %zu bytes, there is room for %zu",
                         value->len, cap);
    }
    memcpy(buf, value->bytes, value->len);
    return 0;
}

static int scratch_put(void *ctx, struct weir_str key, struct weir_bytes bytes, struct weir_error *err)
{
    struct scratch *scratch = ctx;
    struct value **at = scratch_find(scratch, key);
    struct value *old = *at;
    struct value *value;

    if (old != NULL) {
        *at = old->next;
        value_free(old);
        scratch->count--;
    }
    if (bytes.len == 0) {
        return 0;
    }
    value = scratch->count < VALUES_MAX && key.len < sizeof value->key ? calloc(1, sizeof *value + bytes.len)
                                                                       : NULL;
    if (value == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no room for a value while settings are tried");
    }
    memcpy(value->key, key.data, key.len);
    memcpy(value->bytes, bytes.data, bytes.len);
    value->len = bytes.len;
    value->next = scratch->first;
    scratch->first = value;
    scratch->count++;
    return 0;
}

/* ---- the call ---- */

/* The first record proves enough. */
struct seen {
    bool any;
};

static int on_record(void *ctx, struct weir_str model, struct weir_str remote_id, struct weir_bytes json,
                     bool placeholder, struct weir_error *err)
{
    struct seen *seen = ctx;

    (void)model;
    (void)remote_id;
    (void)json;
    (void)placeholder;
    seen->any = true;
    return weir_fail(err, WEIR_E_LIMIT, "one record is enough");
}

static int on_gone(void *ctx, struct weir_str model, struct weir_str remote_id, struct weir_error *err)
{
    (void)ctx;
    (void)model;
    (void)remote_id;
    (void)err;
    return 0;
}

static int on_complete(void *ctx, struct weir_str model, struct weir_str field, struct weir_str parent_id,
                       struct weir_error *err)
{
    (void)ctx;
    (void)model;
    (void)field;
    (void)parent_id;
    (void)err;
    return 0;
}

static int on_next(void *ctx, struct weir_str cursor, struct weir_error *err)
{
    (void)ctx;
    (void)cursor;
    (void)err;
    return 0;
}

static const struct weir_model_use *first_listed(const struct integration *it)
{
    for (size_t i = 0; i < it->connector->model_count; i++) {
        const struct weir_model_use *use = &it->connector->models[i];
        const struct model *model = model_find(weir_str(use->model));

        if (use->lists && use->listed_with == NULL && model != NULL && integration_needs(it, model)) {
            return use;
        }
    }
    return NULL;
}

/* One page of a model; its first record is enough. */
static int list_use(struct instance *instance, const struct weir_model_use *use, struct weir_error *err)
{
    struct seen seen = {.any = false};
    struct call_sink sink = {
        .ctx = &seen, .record = on_record, .gone = on_gone, .complete = on_complete, .next = on_next};
    int rc = call_list(instance, weir_str(use->model), 0, weir_str(""), &sink, err);

    return seen.any ? 0 : rc;
}

/* Of the first model that the scope reads. Without one nothing of this tool is wanted, so nothing can be
 * tried. */
static int list_once(struct instance *instance, const struct integration *it, struct weir_error *err)
{
    const struct weir_model_use *use = first_listed(it);

    return use != NULL ? list_use(instance, use, err) : 0;
}

static int inspect_once(struct weir_subscription *have, struct instance *instance,
                        const struct integration *it, struct weir_error *err)
{
    struct subscription_wish wish;

    subscription_wish_init(&wish, it);
    return call_inspect(instance, &wish.want, have, err);
}

/* What a person has to make may be looked at without asking the tool anything. */
static bool can_inspect(const struct integration *it)
{
    return subscription_is_automatic(it) && subscription_can_be_inspected(it);
}

static int try_once(struct instance *instance, const struct integration *it, struct weir_error *err)
{
    struct weir_subscription have = {.size = sizeof have};
    int rc = can_inspect(it) ? inspect_once(&have, instance, it, err) : WEIR_E_UNSUPPORTED;

    if (rc == WEIR_E_UNSUPPORTED) {
        rc = list_once(instance, it, err);
    }
    return rc == WEIR_E_PERMISSION || rc == WEIR_E_UNSUPPORTED ? 0 : rc;
}

/* ---- everything that the scope needs ---- */

static void note_lack(struct flow_lacks *lacks, const char *model, const char *message)
{
    if (lacks->count < FLOW_LACKS_MAX) {
        (void)snprintf(lacks->items[lacks->count].model, sizeof lacks->items[0].model, "%s", model);
        (void)snprintf(lacks->items[lacks->count].message, sizeof lacks->items[0].message, "%s", message);
        lacks->count++;
    }
}

/* Nothing else needs to be asked after it. */
static bool is_final(int rc)
{
    return rc == WEIR_E_AUTH || rc == WEIR_E_CONFIG || rc == WEIR_E_LATER || rc == WEIR_E_IO ||
           rc == WEIR_E_STOPPING || rc == WEIR_E_MEMORY;
}

static int try_webhook(struct flow_lacks *lacks, struct instance *instance, const struct integration *it,
                       struct weir_error *err)
{
    struct weir_subscription have = {.size = sizeof have};
    struct weir_error why = {0};
    int rc = can_inspect(it) ? inspect_once(&have, instance, it, &why) : 0;

    if (is_final(rc)) {
        return weir_fail(err, rc, "%s", why.message);
    }
    if (rc == WEIR_E_PERMISSION || (rc == 0 && have.state == WEIR_SUB_NEEDS_PERMISSION)) {
        note_lack(lacks, "", rc == 0 ? have.detail : why.message);
    }
    return 0;
}

/* Whatever else a listing fails of is the sync's to tell: of one model it is no reason to refuse the others.
 */
static int try_all(struct flow_lacks *lacks, struct flow *flow, struct instance *instance,
                   const struct integration *it, struct weir_error *err)
{
    int64_t until_ms = clock_now_ms(flow->options.clock) + CALL_TIMEOUT_MS;
    int rc = try_webhook(lacks, instance, it, err);

    for (size_t i = 0; rc == 0 && i < it->connector->model_count; i++) {
        const struct weir_model_use *use = &it->connector->models[i];
        const struct model *model = model_find(weir_str(use->model));
        struct weir_error why = {0};
        int listed;

        if (!use->lists || use->listed_with != NULL || model == NULL || !integration_needs(it, model) ||
            clock_now_ms(flow->options.clock) > until_ms) {
            continue;
        }
        listed = list_use(instance, use, &why);
        if (is_final(listed)) {
            rc = weir_fail(err, listed, "%s", why.message);
        } else if (listed == WEIR_E_PERMISSION) {
            note_lack(lacks, use->model, why.message);
        }
    }
    return rc == 0 && lacks->count > 0 ? weir_fail(err, WEIR_E_PERMISSION, "%s", lacks->items[0].message)
                                       : rc;
}

int trial_run(struct flow *flow, struct integration *candidate, struct flow_lacks *lacks_or_null,
              struct weir_error *err)
{
    struct instance_options options = candidate->open_with;
    struct scratch scratch = {.first = NULL};
    struct instance *instance = NULL;
    int rc;

    options.integration = candidate->id;
    options.client = flow->options.client;
    options.clock = flow->options.clock;
    options.metrics = flow->options.metrics;
    options.call_timeout_ms = CALL_TIMEOUT_MS;
    options.state_get = scratch_get;
    options.state_put = scratch_put;
    options.state_ctx = &scratch;
    rc = instance_open(&instance, candidate->connector, &options, err);
    if (rc != 0) {
        goto out;
    }
    errands_call_with(flow->errands, instance);
    rc = lacks_or_null != NULL ? try_all(lacks_or_null, flow, instance, candidate, err)
                               : try_once(instance, candidate, err);
    errands_call_with(flow->errands, NULL);

out:
    instance_close(instance);
    scratch_fini(&scratch);
    return rc;
}

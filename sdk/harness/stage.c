#include "stage.h"

#include "stage_internal.h"

#include "base/clock.h"

#include <stdlib.h>

#define LOG_MAX ((size_t)1 << 20)

static int64_t clock_now(void *ctx)
{
    return ((const struct stage *)ctx)->now_ms;
}

static int64_t clock_mono(void *ctx)
{
    (void)ctx;
    return clock_mono_us(clock_system());
}

/* ---- scope ---- */

static void scope_fields(struct stage *st, const struct place *at, const struct model *model,
                         const json_t *list)
{
    const char *names[MODEL_FIELDS_MAX + 1];
    size_t count = 0;
    const json_t *item;
    size_t i;

    for (; model->fields[count].name != NULL && count < MODEL_FIELDS_MAX; count++) {
        names[count] = model->fields[count].name;
        (void)scope_set_field(st->scope, weir_str(model->name), weir_str(names[count]), SCOPE_DISABLED);
    }
    names[count] = NULL;
    json_array_foreach(list, i, item)
    {
        struct place inner = place_nth(at, i);

        if (!scope_set_field(st->scope, weir_str(model->name), weir_str(json_string_value(item)),
                             SCOPE_ENABLED)) {
            place_unknown(&inner, "field", json_string_value(item), names);
        }
    }
}

static void scope_word(struct stage *st, const struct place *at, const char *name, const json_t *value)
{
    const char *names[257];
    size_t count = 0;
    struct place inner = place_key(at, name);
    const struct model *model = model_find(weir_str(name));

    for (; count < st->connector->model_count && count < 256; count++) {
        names[count] = st->connector->models[count].model;
    }
    names[count] = NULL;
    if (connector_model(st->connector, weir_str(name)) == NULL || model == NULL) {
        place_unknown(&inner, "model of this connector", name, names);
    } else if (json_is_array(value)) {
        scope_fields(st, &inner, model, value);
    } else {
        (void)scope_set_model(st->scope, weir_str(name),
                              strcmp(json_string_value(value), "all") == 0 ? SCOPE_ENABLED : SCOPE_DISABLED);
    }
}

static void scope_make(struct stage *st)
{
    struct place at = {.file = st->c->file, .path = "scope", .f = st->f, .arena = &st->arena};
    const char *name;
    json_t *value;

    st->scope = scope_new("case");
    for (size_t i = 0; i < st->connector->model_count; i++) {
        (void)scope_set_model(st->scope, weir_str(st->connector->models[i].model), SCOPE_ENABLED);
    }
    json_object_foreach((json_t *)(uintptr_t)st->c->scope, name, value)
    {
        scope_word(st, &at, name, value);
    }
}

/* ---- life ---- */

struct stage *stage_new(const struct weir_connector *connector, const struct test_case *c,
                        const struct stage_meddler *meddler, struct findings *f)
{
    struct stage *st = must_calloc(1, sizeof *st);

    st->connector = connector;
    st->c = c;
    st->meddler = meddler;
    st->f = f;
    st->now_ms = c->now_ms;
    st->clock = (struct clock){.now_ms = clock_now, .mono_us = clock_mono, .ctx = st};
    st->base_url = c->base_url != NULL ? c->base_url : connector->base_url;
    (void)snprintf(st->integration, sizeof st->integration, "%.40s:case", connector->tool);
    buf_init(&st->log, LOG_MAX);
    script_init(&st->script, st->base_url != NULL ? st->base_url : "", &c->always, f);
    for (size_t i = 0; i < c->state_count; i++) {
        stage_state_set(st, c->state[i].key, c->state[i].value);
    }
    scope_make(st);
    return st;
}

void stage_free(struct stage *st)
{
    if (st == NULL) {
        return;
    }
    instance_close(st->instance);
    stage_call_over(st);
    while (st->state != NULL) {
        stage_state_set(st, weir_str(st->state->key), weir_bytes(NULL, 0));
    }
    script_fini(&st->script);
    scope_free(st->scope);
    buf_fini(&st->log);
    arena_fini(&st->arena);
    free(st);
}

int stage_open(struct stage *st, struct weir_error *err)
{
    struct instance_options options = {.integration = st->integration,
                                       .base_url = st->base_url,
                                       .settings = st->c->settings,
                                       .setting_count = st->c->setting_count,
                                       .clock = &st->clock,
                                       .state_get = stage_state_read,
                                       .state_put = stage_state_write,
                                       .state_ctx = st,
                                       .lend = stage_lend,
                                       .lent = stage_lent,
                                       .lend_ctx = st};
    int rc;

    if (st->meddler != NULL) {
        options.client = st->meddler->client;
        options.allow_private = st->meddler->allow_private;
    }
    instance_close(st->instance);
    st->instance = NULL;
    rc = instance_open(&st->instance, st->connector, &options, err);
    stage_call_over(st);
    return rc;
}

struct instance *stage_instance(const struct stage *st)
{
    return st->instance;
}

const struct weir_connector *stage_lent_to(const struct weir_host *host)
{
    return ((const struct stage *)host->ctx)->connector;
}

const struct scope *stage_scope(const struct stage *st)
{
    return st->scope;
}

struct script *stage_script(struct stage *st)
{
    return &st->script;
}

int64_t stage_now_ms(const struct stage *st)
{
    return st->now_ms;
}

void stage_set_now(struct stage *st, int64_t now_ms)
{
    st->now_ms = now_ms;
}

size_t stage_used(const struct stage *st, enum stage_service service)
{
    return st->used[service];
}

struct weir_str stage_log(const struct stage *st)
{
    return buf_str(&st->log);
}

void stage_log_clear(struct stage *st)
{
    buf_clear(&st->log);
}

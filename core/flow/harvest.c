#include "flow/harvest.h"

#include "flow/harvest_internal.h"
#include "flow/masked.h"

#include <stdlib.h>

#define REQUESTS_NOTED 8 /* of one call; further ones are only counted */
#define REQUESTS_BYTES 16384
#define BODY_SHOWN 900   /* of an answer, masked */
#define BODIES_PER_S 20u /* of answers that went well, so that the log stays small under load */

/* Room for one more element, or NULL; *list keeps its elements either way. */
static void *grow(void *list, size_t count, size_t *cap, size_t size)
{
    if (count < *cap) {
        return list;
    }
    size_t want = *cap == 0 ? 8 : *cap * 2;
    void *grown = realloc(list, want * size);

    if (grown != NULL) {
        *cap = want;
    }
    return grown;
}

static int no_memory(struct weir_error *err)
{
    return weir_fail(err, WEIR_E_MEMORY, "no memory for what was fetched");
}

/* A copy that lives as long as the harvest. */
static const char *keep(struct harvest *h, const void *data, size_t len)
{
    struct kept_text *text = malloc(sizeof *text + len + 1);
    char *bytes;

    if (text == NULL) {
        return NULL;
    }
    bytes = (char *)(text + 1);
    if (len > 0) {
        memcpy(bytes, data, len);
    }
    bytes[len] = '\0';
    text->next = h->texts;
    h->texts = text;
    return bytes;
}

/* ---- the sink ---- */

static const struct model *allowed_model(const struct harvest *h, struct weir_str name)
{
    const struct model *model = model_find(name);

    return model != NULL && scope_allows(h->integration->scope, model) ? model : NULL;
}

static int on_record(void *ctx, struct weir_str model_name, struct weir_str remote_id, struct weir_bytes json,
                     bool placeholder, struct weir_error *err)
{
    struct harvest *h = ctx;
    const struct model *model = allowed_model(h, model_name);
    struct emitted *list;
    struct emitted *e;

    if (model == NULL) {
        return 0; /* scope: what nobody may have is not kept */
    }
    h->bytes += json.len;
    if (h->emitted_count >= HARVEST_RECORDS_MAX || h->bytes > HARVEST_BYTES_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "one call emitted more than %d records or %u MiB",
                         HARVEST_RECORDS_MAX, HARVEST_BYTES_MAX >> 20);
    }
    list = grow(h->emitted, h->emitted_count, &h->emitted_cap, sizeof *list);
    if (list == NULL) {
        return no_memory(err);
    }
    h->emitted = list;
    e = &list[h->emitted_count];
    *e = (struct emitted){.model = model, .json_len = json.len, .placeholder = placeholder};
    e->remote_id = strndup(remote_id.data, remote_id.len);
    e->json = malloc(json.len + 1);
    if (e->remote_id == NULL || e->json == NULL) {
        free(e->remote_id);
        free(e->json);
        return no_memory(err);
    }
    memcpy(e->json, json.data, json.len);
    e->json[json.len] = '\0';
    h->emitted_count++;
    return 0;
}

int harvest_gone(struct harvest *h, const struct model *model, struct weir_str remote_id,
                 struct weir_error *err)
{
    struct gone *list = grow(h->gone, h->gone_count, &h->gone_cap, sizeof *list);

    if (list == NULL) {
        return no_memory(err);
    }
    h->gone = list;
    list[h->gone_count].model = model;
    list[h->gone_count].remote_id = strndup(remote_id.data, remote_id.len);
    if (list[h->gone_count].remote_id == NULL) {
        return no_memory(err);
    }
    id_derive(list[h->gone_count].id, weir_str(h->integration->id), weir_str(model->name), remote_id);
    h->gone_count++;
    return 0;
}

static int on_gone(void *ctx, struct weir_str model_name, struct weir_str remote_id, struct weir_error *err)
{
    struct harvest *h = ctx;
    const struct model *model = allowed_model(h, model_name);

    return model != NULL ? harvest_gone(h, model, remote_id, err) : 0;
}

static int on_complete(void *ctx, struct weir_str model_name, struct weir_str field_name,
                       struct weir_str parent_id, struct weir_error *err)
{
    struct harvest *h = ctx;
    const struct model *model = allowed_model(h, model_name);
    const struct model_field *field;
    struct complete *list;

    if (model == NULL) {
        return 0;
    }
    field = model_field_find(model, field_name);
    if (field == NULL || field->slot == 0 || field->target == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "the connector named %s.%.*s as a reference, which it is not",
                         model->name, WEIR_STR_ARG(field_name));
    }
    list = grow(h->completes, h->complete_count, &h->complete_cap, sizeof *list);
    if (list == NULL) {
        return no_memory(err);
    }
    h->completes = list;
    list[h->complete_count].model = model->number;
    list[h->complete_count].slot = field->slot;
    id_derive(list[h->complete_count].parent, weir_str(h->integration->id), weir_str(field->target),
              parent_id);
    h->complete_count++;
    return 0;
}

static int on_next(void *ctx, struct weir_str cursor, struct weir_error *err)
{
    struct harvest *h = ctx;

    buf_clear(&h->cursor);
    buf_add_str(&h->cursor, cursor);
    return buf_check(&h->cursor, "the cursor of the next page", err);
}

static int on_touched(void *ctx, const struct weir_ref *ref, struct weir_error *err)
{
    struct harvest *h = ctx;
    const char *texts[3];

    if (h->touched.model.len > 0) {
        return weir_fail(err, WEIR_E_LIMIT, "one action touched more than one record");
    }
    texts[0] = keep(h, ref->model.data, ref->model.len);
    texts[1] = keep(h, ref->remote_id.data, ref->remote_id.len);
    texts[2] = keep(h, ref->hint.data, ref->hint.len);
    if (texts[0] == NULL || texts[1] == NULL || texts[2] == NULL) {
        return no_memory(err);
    }
    h->touched = (struct weir_ref){
        .model = weir_str(texts[0]), .remote_id = weir_str(texts[1]), .hint = weir_str(texts[2])};
    return 0;
}

static int on_warning(void *ctx, struct weir_str message, struct weir_error *err)
{
    struct harvest *h = ctx;
    const char *text;

    if (h->warning_count == HARVEST_WARNINGS_MAX) {
        return 0;
    }
    text = keep(h, message.data, message.len);
    if (text == NULL) {
        return no_memory(err);
    }
    h->warnings[h->warning_count++] = text;
    return 0;
}

/* Approximate: two workers may begin a second at once. */
static bool body_has_room(struct flow *flow)
{
    int64_t now_s = clock_mono_us(flow->options.clock) / 1000000;

    if (atomic_exchange(&flow->bodies_s, now_s) != now_s) {
        atomic_store(&flow->bodies, 0);
    }
    return atomic_fetch_add(&flow->bodies, 1) < BODIES_PER_S;
}

static void on_requested(void *ctx, const struct call_request *request)
{
    struct harvest *h = ctx;
    struct buf *out = &h->requests;
    bool well = request->status >= 200 && request->status < 300;
    struct buf text;

    if (h->request_count++ >= REQUESTS_NOTED || out->failed) {
        return;
    }
    buf_init(&text, 4096);
    masked_path(&text, request->path);
    /* Without printf: this is written for each request. */
    buf_add_text(out, out->len > 0 ? ",{\"method\":\"" : "{\"method\":\"");
    buf_add_text(out, request->method);
    buf_add_text(out, "\",\"path\":");
    buf_add_json_str(out, buf_str(&text));
    buf_add_text(out, ",\"outcome\":\"");
    buf_add_text(out, request->outcome);
    buf_add_text(out, "\",\"status\":");
    buf_add_u64(out, (uint64_t)request->status);
    buf_add_text(out, ",\"ms\":");
    buf_add_u64(out, (uint64_t)(request->took_us / 1000));
    buf_add_text(out, ",\"bytes\":");
    buf_add_u64(out, request->body.len);
    if (request->body.len > 0 && (!well || body_has_room(h->flow))) {
        buf_clear(&text);
        masked_json(&text, request->body, BODY_SHOWN);
        buf_add_text(out, ",\"body\":");
        buf_add_json_str(out, buf_str(&text));
    }
    buf_add_char(out, '}');
    buf_fini(&text);
}

void harvest_note_requests(struct harvest *h)
{
    h->sink.requested = on_requested;
}

struct weir_str harvest_requests(const struct harvest *h)
{
    return h->requests.failed ? weir_str_n(NULL, 0) : buf_str(&h->requests);
}

/* ---- life ---- */

struct harvest *harvest_new(struct flow *flow, struct integration *it)
{
    struct harvest *h = calloc(1, sizeof *h);

    if (h == NULL) {
        return NULL;
    }
    h->flow = flow;
    h->integration = integration_ref(it);
    h->sink = (struct call_sink){.ctx = h,
                                 .record = on_record,
                                 .gone = on_gone,
                                 .complete = on_complete,
                                 .next = on_next,
                                 .touched = on_touched,
                                 .warning = on_warning};
    buf_init(&h->cursor, 4096);
    buf_init(&h->requests, REQUESTS_BYTES);
    return h;
}

void harvest_free(struct harvest *h)
{
    if (h == NULL) {
        return;
    }
    for (size_t i = 0; i < h->emitted_count; i++) {
        free(h->emitted[i].remote_id);
        free(h->emitted[i].json);
        record_free(h->emitted[i].record);
    }
    for (size_t i = 0; i < h->gone_count; i++) {
        free(h->gone[i].remote_id);
    }
    while (h->texts != NULL) {
        struct kept_text *next = h->texts->next;

        free(h->texts);
        h->texts = next;
    }
    free(h->emitted);
    free(h->gone);
    free(h->completes);
    free(h->asides);
    free(h->logs);
    free(h->seen);
    buf_fini(&h->cursor);
    buf_fini(&h->requests);
    integration_unref(h->integration);
    free(h);
}

const struct call_sink *harvest_sink(struct harvest *h)
{
    return &h->sink;
}

struct weir_str harvest_cursor(const struct harvest *h)
{
    return buf_str(&h->cursor);
}

size_t harvest_count(const struct harvest *h)
{
    return h->emitted_count;
}

size_t harvest_aside_count(const struct harvest *h)
{
    return h->aside_count;
}

bool harvest_has(const struct harvest *h, const struct model *model, struct weir_str remote_id)
{
    for (size_t i = 0; i < h->emitted_count; i++) {
        const struct emitted *e = &h->emitted[i];

        if (!e->placeholder && e->model == model && weir_str_is(remote_id, e->remote_id)) {
            return true;
        }
    }
    return false;
}

bool harvest_is_gone(const struct harvest *h, const struct model *model, struct weir_str remote_id)
{
    for (size_t i = 0; i < h->gone_count; i++) {
        if (h->gone[i].model == model && weir_str_is(remote_id, h->gone[i].remote_id)) {
            return true;
        }
    }
    return false;
}

bool harvest_touched(struct weir_ref *out, const struct harvest *h)
{
    *out = h->touched;
    return h->touched.model.len > 0;
}

bool harvest_first_gone(struct weir_ref *out, const struct harvest *h)
{
    if (h->gone_count == 0) {
        return false;
    }
    *out = (struct weir_ref){.model = weir_str(h->gone[0].model->name),
                             .remote_id = weir_str(h->gone[0].remote_id)};
    return true;
}

const char *const *harvest_warnings(size_t *count, const struct harvest *h)
{
    *count = h->warning_count;
    return h->warnings;
}

int harvest_aside(struct harvest *h, const struct store_aside_in *aside, struct weir_error *err)
{
    struct store_aside_in *list = grow(h->asides, h->aside_count, &h->aside_cap, sizeof *list);
    struct store_aside_in copy = *aside;

    if (list == NULL) {
        return no_memory(err);
    }
    h->asides = list;
    copy.message.data = keep(h, aside->message.data, aside->message.len);
    copy.what.data = keep(h, aside->what.data, aside->what.len);
    copy.head.data = (const uint8_t *)keep(h, aside->head.data, aside->head.len);
    copy.body.data = (const uint8_t *)keep(h, aside->body.data, aside->body.len);
    if (copy.message.data == NULL || copy.what.data == NULL || copy.head.data == NULL ||
        copy.body.data == NULL) {
        return no_memory(err);
    }
    list[h->aside_count++] = copy;
    metric_add(h->flow->asides_total, 1);
    return 0;
}

int harvest_seen(struct harvest *h, const uint8_t hash[STORE_HASH], struct weir_error *err)
{
    void *list = grow(h->seen, h->seen_count, &h->seen_cap, STORE_HASH);

    if (list == NULL) {
        return no_memory(err);
    }
    h->seen = list;
    memcpy(h->seen[h->seen_count++], hash, STORE_HASH);
    return 0;
}

int harvest_log(struct harvest *h, uint8_t kind, struct weir_str json, struct weir_error *err)
{
    struct store_log_in *list = grow(h->logs, h->log_count, &h->log_cap, sizeof *list);
    const char *copy = keep(h, json.data, json.len);

    if (list != NULL) {
        h->logs = list;
    }
    if (list == NULL || copy == NULL) {
        return no_memory(err);
    }
    list[h->log_count++] = (struct store_log_in){.kind = kind,
                                                 .integration = h->integration->number,
                                                 .json = weir_str_n(copy, json.len),
                                                 .of_changes = kind == STORE_LOG_SYNC};
    return 0;
}

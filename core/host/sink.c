#include "host/instance_internal.h"

#include "base/utf8.h"
#include "host/registry.h"

#define EMITTED_MAX 100000 /* per call: a page, or a record and what belongs to it */
#define REFS_MAX 10000
#define TYPE_MAX 128
#define ID_MAX_LEN 256
#define FIELD_MAX 64
#define CURSOR_MAX 4096
#define WARNING_MAX 252
#define JSON_MAX ((size_t)1 << 20)
#define TIME_MAX_MS INT64_C(253402300800000) /* the year 10000 */

/* The sink is the instance's; its call stands between call_enter and call_leave, on this thread. */
static struct instance *instance_of(const struct weir_sink *sink)
{
    struct instance *inst = sink != NULL ? sink->ctx : NULL;

    return inst != NULL && instance_in_call(inst) ? inst : NULL;
}

static int refuse_use(struct weir_error *err)
{
    return weir_fail(err, WEIR_E_INVALID, "the sink was used after its call, or on another thread");
}

/* The first failure ends the call, so it is kept: a connector may lose it. */
static int keep(struct instance *inst, int rc, const struct weir_error *why, struct weir_error *err)
{
    struct call *call = &inst->call;

    if (rc == 0) {
        return 0;
    }
    if (rc > 0 || rc < WEIR_E_STOPPING) {
        rc = WEIR_E_INVALID;
    }
    if (call->sink_rc == 0) {
        call->sink_rc = rc;
        call->sink_err = *why;
        call->sink_err.code = rc;
    }
    if (rc == WEIR_E_STOPPING) {
        call->told_to_stop = true;
    }
    return weir_fail(err, rc, "%s", why->message);
}

static int check_text(struct instance *inst, struct weir_str text, size_t least, size_t most,
                      const char *what, struct weir_error *err)
{
    enum call_kind kind = inst->call.kind;

    if (text.len < least) {
        return blame(inst, kind, err, "it emitted %s that is empty", what);
    }
    if (text.len > most) {
        return blame(inst, kind, err, "it emitted %s of %zu bytes, and %zu are the most", what, text.len,
                     most);
    }
    if (text.len > 0 && text.data == NULL) {
        return blame(inst, kind, err, "it emitted %s of %zu bytes at NULL", what, text.len);
    }
    if (!utf8_valid(text) || (text.len > 0 && memchr(text.data, '\0', text.len) != NULL)) {
        return blame(inst, kind, err, "it emitted %s that is not UTF-8 text", what);
    }
    return 0;
}

static int check_model(struct instance *inst, struct weir_str model, struct weir_error *err)
{
    int rc = check_text(inst, model, 1, FIELD_MAX, "a model", err);

    if (rc == 0 && connector_model(inst->connector, model) == NULL) {
        return blame(inst, inst->call.kind, err, "it emitted the model %.*s that its table does not list",
                     WEIR_STR_ARG(model));
    }
    return rc;
}

/* What each function of the sink asks first. A failure is already kept. */
static int admit(struct instance *inst, bool offered, const char *what, struct weir_error *err)
{
    struct call *call = &inst->call;
    struct weir_error why = {0};

    if (call->sink_rc != 0) {
        return weir_fail(err, call->sink_rc, "%s", call->sink_err.message);
    }
    if (!offered) {
        call->misbehaved = true;
        return keep(inst,
                    blame(inst, call->kind, &why, "it emitted %s, which this call has no use for", what),
                    &why, err);
    }
    if (instance_is_stopping(inst)) {
        return keep(inst, weir_fail(&why, WEIR_E_STOPPING, "the daemon is going down"), &why, err);
    }
    if (++call->emitted > EMITTED_MAX) {
        return keep(inst,
                    weir_fail(&why, WEIR_E_LIMIT,
                              "connector %s, %s: it emitted more than %d things in one call: use pages",
                              inst->connector->tool, call_word(call->kind), EMITTED_MAX),
                    &why, err);
    }
    return 0;
}

static int refuse(struct instance *inst, int rc, const struct weir_error *why, struct weir_error *err)
{
    inst->call.misbehaved = true;
    return keep(inst, rc, why, err);
}

static int check_ref(struct instance *inst, const struct weir_ref *ref, struct weir_error *err)
{
    int rc = check_model(inst, ref->model, err);

    if (rc == 0) {
        rc = check_text(inst, ref->remote_id, 1, ID_MAX_LEN, "a remote_id", err);
    }
    return rc == 0 ? check_text(inst, ref->hint, 0, ID_MAX_LEN, "a hint", err) : rc;
}

static int check_event(struct instance *inst, const struct weir_event *event, struct weir_error *err)
{
    enum call_kind kind = inst->call.kind;
    int rc;

    if (event == NULL || event->size < offsetof(struct weir_event, ref_count) + sizeof event->ref_count) {
        return blame(inst, kind, err, "it emitted an event whose size is not set");
    }
    rc = check_text(inst, event->type, 1, TYPE_MAX, "an event type", err);
    if (rc == 0) {
        rc = check_text(inst, event->upstream_id, 0, ID_MAX_LEN, "an upstream_id", err);
    }
    if (rc == 0 && (event->occurred_at_ms < 0 || event->occurred_at_ms >= TIME_MAX_MS)) {
        rc = blame(inst, kind, err, "it emitted an event of the time %lld ms, which is none",
                   (long long)event->occurred_at_ms);
    }
    if (rc == 0 && (event->ref_count > REFS_MAX || (event->ref_count > 0 && event->refs == NULL))) {
        rc = blame(inst, kind, err, "it emitted an event with %zu refs at %s, and %d are the most",
                   event->ref_count, event->refs == NULL ? "NULL" : "an address", REFS_MAX);
    }
    for (size_t i = 0; rc == 0 && i < event->ref_count; i++) {
        rc = check_ref(inst, &event->refs[i], err);
    }
    return rc;
}

static int sink_event(const struct weir_sink *sink, const struct weir_event *event, struct weir_error *err)
{
    struct instance *inst = instance_of(sink);
    struct weir_error why = {0};
    int rc;

    if (inst == NULL) {
        return refuse_use(err);
    }
    rc = admit(inst, inst->call.out->event != NULL, "an event", err);
    if (rc != 0) {
        return rc;
    }
    rc = check_event(inst, event, &why);
    if (rc != 0) {
        return refuse(inst, rc, &why, err);
    }
    return keep(inst, inst->call.out->event(inst->call.out->ctx, event, &why), &why, err);
}

static int emit_record(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                       struct weir_bytes json, bool placeholder, struct weir_error *err)
{
    struct instance *inst = instance_of(sink);
    const char *what = placeholder ? "a placeholder" : "a record";
    struct weir_error why = {0};
    int rc;

    if (inst == NULL) {
        return refuse_use(err);
    }
    rc = admit(inst, inst->call.out->record != NULL, what, err);
    if (rc != 0) {
        return rc;
    }
    rc = check_model(inst, model, &why);
    if (rc == 0) {
        rc = check_text(inst, remote_id, 1, ID_MAX_LEN, "a remote_id", &why);
    }
    if (rc == 0) {
        rc = check_text(inst, weir_str_n((const char *)json.data, json.len), 1, JSON_MAX, what, &why);
    }
    if (rc != 0) {
        return refuse(inst, rc, &why, err);
    }
    return keep(inst, inst->call.out->record(inst->call.out->ctx, model, remote_id, json, placeholder, &why),
                &why, err);
}

static int sink_record(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                       struct weir_bytes json, struct weir_error *err)
{
    return emit_record(sink, model, remote_id, json, false, err);
}

static int sink_placeholder(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                            struct weir_bytes json, struct weir_error *err)
{
    return emit_record(sink, model, remote_id, json, true, err);
}

static int sink_gone(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                     struct weir_error *err)
{
    struct instance *inst = instance_of(sink);
    struct weir_error why = {0};
    int rc;

    if (inst == NULL) {
        return refuse_use(err);
    }
    rc = admit(inst, inst->call.out->gone != NULL, "a record that is gone", err);
    if (rc != 0) {
        return rc;
    }
    rc = check_model(inst, model, &why);
    if (rc == 0) {
        rc = check_text(inst, remote_id, 1, ID_MAX_LEN, "a remote_id", &why);
    }
    if (rc != 0) {
        return refuse(inst, rc, &why, err);
    }
    return keep(inst, inst->call.out->gone(inst->call.out->ctx, model, remote_id, &why), &why, err);
}

static int sink_complete(const struct weir_sink *sink, struct weir_str model, struct weir_str field,
                         struct weir_str parent_id, struct weir_error *err)
{
    struct instance *inst = instance_of(sink);
    struct weir_error why = {0};
    int rc;

    if (inst == NULL) {
        return refuse_use(err);
    }
    rc = admit(inst, inst->call.out->complete != NULL, "complete", err);
    if (rc != 0) {
        return rc;
    }
    rc = check_model(inst, model, &why);
    if (rc == 0) {
        rc = check_text(inst, field, 1, FIELD_MAX, "a field's name", &why);
    }
    if (rc == 0) {
        rc = check_text(inst, parent_id, 1, ID_MAX_LEN, "a parent_id", &why);
    }
    if (rc != 0) {
        return refuse(inst, rc, &why, err);
    }
    return keep(inst, inst->call.out->complete(inst->call.out->ctx, model, field, parent_id, &why), &why,
                err);
}

static int sink_next(const struct weir_sink *sink, struct weir_str cursor, struct weir_error *err)
{
    struct instance *inst = instance_of(sink);
    struct weir_error why = {0};
    int rc;

    if (inst == NULL) {
        return refuse_use(err);
    }
    rc = admit(inst, inst->call.out->next != NULL, "a cursor", err);
    if (rc != 0) {
        return rc;
    }
    rc = check_text(inst, cursor, 1, CURSOR_MAX, "a cursor", &why);
    if (rc == 0 && inst->call.paged) {
        rc = blame(inst, inst->call.kind, &why, "it emitted two cursors in one call");
    }
    if (rc == 0 && weir_str_equal(cursor, inst->call.cursor)) {
        rc = blame(inst, inst->call.kind, &why,
                   "its next page is the one it was asked for: this would not end");
    }
    if (rc != 0) {
        return refuse(inst, rc, &why, err);
    }
    inst->call.paged = true;
    return keep(inst, inst->call.out->next(inst->call.out->ctx, cursor, &why), &why, err);
}

static int sink_touched(const struct weir_sink *sink, const struct weir_ref *ref, struct weir_error *err)
{
    struct instance *inst = instance_of(sink);
    struct weir_error why = {0};
    int rc;

    if (inst == NULL || ref == NULL) {
        return refuse_use(err);
    }
    rc = admit(inst, inst->call.out->touched != NULL, "a record that was touched", err);
    if (rc != 0) {
        return rc;
    }
    rc = check_ref(inst, ref, &why);
    if (rc != 0) {
        return refuse(inst, rc, &why, err);
    }
    return keep(inst, inst->call.out->touched(inst->call.out->ctx, ref, &why), &why, err);
}

static int sink_warning(const struct weir_sink *sink, struct weir_str message, struct weir_error *err)
{
    struct instance *inst = instance_of(sink);
    struct weir_error why = {0};
    char line[WARNING_MAX + 1];
    int rc;

    if (inst == NULL) {
        return refuse_use(err);
    }
    rc = admit(inst, inst->call.out->warning != NULL, "a warning", err);
    if (rc != 0) {
        return rc;
    }
    if (message.len > WARNING_MAX) {
        message.len = message.data != NULL ? WARNING_MAX : message.len;
    }
    rc = message.data == NULL ? blame(inst, inst->call.kind, &why, "it emitted a warning at NULL") : 0;
    if (rc != 0) {
        return refuse(inst, rc, &why, err);
    }
    memcpy(line, message.data, message.len);
    line[message.len] = '\0';
    blame_clean_secret(line, sizeof line, inst, inst->webhook_secrets, WEBHOOK_SECRETS);
    return keep(inst, inst->call.out->warning(inst->call.out->ctx, weir_str(line), &why), &why, err);
}

void sink_lend(struct instance *inst)
{
    inst->sink = (struct weir_sink){.size = sizeof inst->sink,
                                    .ctx = inst,
                                    .event = sink_event,
                                    .record = sink_record,
                                    .placeholder = sink_placeholder,
                                    .gone = sink_gone,
                                    .complete = sink_complete,
                                    .next = sink_next,
                                    .touched = sink_touched,
                                    .warning = sink_warning};
}

#include "flow/events_body.h"

#include <inttypes.h>
#include <jansson.h>

#define REFS_MAX 64

static void write_ref(struct buf *out, const struct weir_ref *ref)
{
    buf_add_text(out, "{\"model\":");
    buf_add_json_str(out, ref->model);
    buf_add_text(out, ",\"remote_id\":");
    buf_add_json_str(out, ref->remote_id);
    if (ref->hint.len > 0) {
        buf_add_text(out, ",\"hint\":");
        buf_add_json_str(out, ref->hint);
    }
    buf_add_char(out, '}');
}

void events_body_write(struct buf *out, const struct weir_event *events, size_t count)
{
    buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        const struct weir_event *event = &events[i];

        buf_add_text(out, i > 0 ? ",{\"type\":" : "{\"type\":");
        buf_add_json_str(out, event->type);
        if (event->upstream_id.len > 0) {
            buf_add_text(out, ",\"id\":");
            buf_add_json_str(out, event->upstream_id);
        }
        buf_printf(out, ",\"at\":%" PRId64 ",\"refs\":[", event->occurred_at_ms);
        for (size_t j = 0; j < event->ref_count; j++) {
            if (j > 0) {
                buf_add_char(out, ',');
            }
            write_ref(out, &event->refs[j]);
        }
        buf_add_text(out, "]}");
    }
    buf_add_char(out, ']');
}

static struct weir_str text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return weir_str_n(json_string_value(value), json_string_length(value));
}

static int read_event(const json_t *item,
                      int (*each)(void *ctx, const struct weir_event *event, struct weir_error *err),
                      void *ctx, struct weir_error *err)
{
    const json_t *list = json_object_get(item, "refs");
    struct weir_ref refs[REFS_MAX];
    struct weir_event event = {.size = sizeof event};

    if (!json_is_object(item) || !json_is_array(list) || json_array_size(list) > REFS_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "an event of our own in the inbox has an unknown form");
    }
    event.type = text_of(item, "type");
    event.upstream_id = text_of(item, "id");
    event.occurred_at_ms = json_integer_value(json_object_get(item, "at"));
    event.refs = refs;
    event.ref_count = json_array_size(list);
    for (size_t i = 0; i < event.ref_count; i++) {
        const json_t *ref = json_array_get(list, i);

        refs[i].model = text_of(ref, "model");
        refs[i].remote_id = text_of(ref, "remote_id");
        refs[i].hint = text_of(ref, "hint");
    }
    return each(ctx, &event, err);
}

int events_body_read(struct weir_bytes body,
                     int (*each)(void *ctx, const struct weir_event *event, struct weir_error *err),
                     void *ctx, struct weir_error *err)
{
    json_error_t where = {.text = ""};
    json_t *root = json_loadb((const char *)body.data, body.len, 0, &where);
    int rc = 0;

    if (root == NULL && (where.text[0] == '\0' || json_error_code(&where) == json_error_out_of_memory)) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory to read events of our own");
    } else if (!json_is_array(root)) {
        rc = weir_fail(err, WEIR_E_INVALID, "events of our own in the inbox cannot be read");
    }
    for (size_t i = 0; rc == 0 && i < json_array_size(root); i++) {
        rc = read_event(json_array_get(root, i), each, ctx, err);
    }
    json_decref(root);
    return rc;
}

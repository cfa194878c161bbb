/*
 * remote_data: for authors of connectors: a tool's own payload beside the record that was made of it.
 *
 * Header-only. Off unless a scope asks for it model by model, so it costs nothing where nobody looks. The
 * payload is a member of the record, keyed by the path it was read from, and is shown to the application as
 * it is:
 *
 *     bad |= weir_remote_data_put(record, self->host, "hris_employees", "/v2/persons", person);
 *
 * It is no part of what is compared: when only it differs, nothing changed. Thread of all calls: any.
 */
#ifndef WEIR_REMOTE_DATA_H
#define WEIR_REMOTE_DATA_H

#include "weir/map.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Is the payload of this model wanted? An older host never says so. */
static inline bool weir_remote_data_wanted(const struct weir_host *host, const char *model)
{
    struct weir_str models = {NULL, 0};
    size_t len = strlen(model);
    size_t at = 0;

    if (!host->setting(host, "remote_data", &models)) {
        return false;
    }
    while (at < models.len) {
        const char *comma = (const char *)memchr(models.data + at, ',', models.len - at);
        size_t one = comma != NULL ? (size_t)(comma - models.data) - at : models.len - at;

        if (one == len && memcmp(models.data + at, model, len) == 0) {
            return true;
        }
        at += one + 1;
    }
    return false;
}

/* Put payload, which stays as it is, under the path it was read from, if it is wanted. 0, or not: out of
 * memory. */
static inline int weir_remote_data_put(json_t *record, const struct weir_host *host, const char *model,
                                       const char *source, const json_t *payload)
{
    json_t *data = json_object_get(record, "remote_data");

    if (payload == NULL || !weir_remote_data_wanted(host, model)) {
        return 0;
    }
    if (data == NULL) {
        data = json_object();
        if (json_object_set_new(record, "remote_data", data) != 0) {
            return -1;
        }
    }
    return json_object_set(data, source, (json_t *)(uintptr_t)payload);
}

/* As weir_map_emit, with what the record was made of beside it. */
static inline int weir_remote_data_emit(const struct weir_sink *sink, const struct weir_host *host,
                                        const char *model, const char *remote_id, const json_t *from,
                                        const struct weir_map *map, const char *source,
                                        struct weir_error *err)
{
    json_t *record = json_object();
    int bad = record == NULL || weir_map_put(record, from, map) != 0 ||
              weir_remote_data_put(record, host, model, source, from) != 0;

    return weir_emit_take(sink, model, remote_id, record, bad, false, err);
}

#ifdef __cplusplus
}
#endif

#endif

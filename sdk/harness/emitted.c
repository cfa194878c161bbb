#include "emitted.h"

static const struct weir_event_type *event_of(const struct weir_connector *connector, const char *type)
{
    for (size_t i = 0; i < connector->event_count; i++) {
        if (strcmp(connector->events[i].name, type) == 0) {
            return &connector->events[i];
        }
    }
    return NULL;
}

static bool touches(const struct weir_event_type *event, const char *model)
{
    for (size_t i = 0; event->models[i] != NULL; i++) {
        if (strcmp(event->models[i], model) == 0) {
            return true;
        }
    }
    return false;
}

static void check_refs(const struct harvest *h, bool any_type, struct findings *f, const char *where,
                       const char *what, const json_t *event)
{
    const char *type = json_string_value(json_object_get(event, "type"));
    const struct weir_event_type *row = event_of(h->connector, type);
    const json_t *refs = json_object_get(event, "refs");
    const json_t *ref;
    size_t i;

    if (row == NULL && (any_type || json_array_size(refs) == 0)) {
        return;
    }
    if (row == NULL) {
        findings_add(f, where, "%sthe event %.64s names %zu records, and the table does not have it", what,
                     type, json_array_size(refs));
        return;
    }
    json_array_foreach(refs, i, ref)
    {
        const char *model = json_string_value(json_object_get(ref, "model"));

        if (!touches(row, model)) {
            findings_add(f, where, "%sthe event %s names a record of %.64s, which its row does not list",
                         what, row->name, model);
            return;
        }
    }
}

void emitted_check(const struct harvest *h, bool any_type, struct findings *f, const char *where,
                   const char *what)
{
    const json_t *event;
    char before[160] = ""; /* what, and what divides it from the rest */
    size_t i;

    if (what[0] != '\0') {
        (void)snprintf(before, sizeof before, "%.150s ", what);
    }
    json_array_foreach(h->events, i, event)
    {
        check_refs(h, any_type, f, where, before, event);
        for (size_t j = 0; j < i; j++) {
            if (json_equal(event, json_array_get(h->events, j))) {
                findings_add(f, where, "%sthe event %.64s was emitted twice", before,
                             json_string_value(json_object_get(event, "type")));
                return;
            }
        }
    }
}

bool emitted_blame(const struct weir_connector *connector, const struct weir_error *err)
{
    char front[64];

    (void)snprintf(front, sizeof front, "connector %.40s, ", connector->tool);
    return strncmp(err->message, front, strlen(front)) == 0;
}

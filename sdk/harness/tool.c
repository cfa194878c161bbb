#include "tool.h"

#include "keys.h"
#include "model/model.h"

bool tool_load(struct tool *tool, const char *path, struct findings *f)
{
    struct weir_error err = {0};
    const struct registry_entry *entry;
    char here[4096];

    if (strchr(path, '/') == NULL) {
        /* Without a folder the dynamic linker would look among the system's libraries. */
        (void)snprintf(here, sizeof here, "./%s", path);
        path = here;
    }
    tool->connector = NULL;
    tool->registry = registry_new();
    if (tool->registry == NULL || registry_load(tool->registry, path, &err) != 0) {
        findings_add(f, path, "%s", tool->registry == NULL ? "out of memory" : err.message);
        return false;
    }
    entry = registry_nth(tool->registry, 0);
    tool->connector = entry != NULL ? entry->connector : NULL;
    if (tool->connector == NULL) {
        findings_add(f, path, "%s", entry != NULL ? entry->error.message : "it was not loaded");
        return false;
    }
    return true;
}

void tool_fini(struct tool *tool)
{
    registry_free(tool->registry);
    tool->registry = NULL;
    tool->connector = NULL;
}

/* ---- against the model table ---- */

static void check_fields(const struct place *at, const struct model *model, const struct weir_model_use *use)
{
    const char *names[MODEL_FIELDS_MAX + 1];
    size_t count = 0;

    for (; count < MODEL_FIELDS_MAX && model->fields[count].name != NULL; count++) {
        names[count] = model->fields[count].name;
    }
    names[count] = NULL;
    for (size_t i = 0; use->fields[i] != NULL; i++) {
        if (model_field_find(model, weir_str(use->fields[i])) == NULL) {
            place_unknown(at, "field", use->fields[i], names);
        }
    }
}

static void check_model(const struct place *at, const struct weir_connector *connector,
                        const struct weir_model_use *use)
{
    const char *names[256];
    const struct model *model = model_find(weir_str(use->model));
    struct place inner = place_key(at, use->model);
    size_t count = 0;

    for (; count < 255 && model_nth(count) != NULL; count++) {
        names[count] = model_nth(count)->name;
    }
    names[count] = NULL;
    if (model == NULL) {
        place_unknown(at, "model", use->model, names);
        return;
    }
    if (model->category != connector->category) {
        place_fail(&inner, "is a model of the other category than the connector's");
    }
    check_fields(&inner, model, use);
}

void tool_check(const struct weir_connector *connector, struct findings *f)
{
    struct arena arena = {NULL};
    struct place at = {.file = connector->tool, .path = "models", .f = f, .arena = &arena};

    for (size_t i = 0; i < connector->model_count; i++) {
        check_model(&at, connector, &connector->models[i]);
    }
    arena_fini(&arena);
}

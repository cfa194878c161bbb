/*
 * assemble: from the config to what the rooms take: names, endpoints and keys.
 */
#include "app_internal.h"

#include "base/log.h"

#include <stdlib.h>

/* ---- names for the check ---- */

static bool model_known(void *ctx, const char *model)
{
    (void)ctx;
    return model_find(weir_str(model)) != NULL;
}

static bool field_known(void *ctx, const char *model, const char *field)
{
    const struct model *found = model_find(weir_str(model));

    (void)ctx;
    return found != NULL && model_field_find(found, weir_str(field)) != NULL;
}

static const char *model_name_nth(void *ctx, size_t n)
{
    const struct model *model = model_nth(n);

    (void)ctx;
    return model != NULL ? model->name : NULL;
}

static const char *action_name_nth(void *ctx, size_t n)
{
    const struct action *action = action_nth(n);

    (void)ctx;
    return action != NULL ? action->id : NULL;
}

static const char *field_name_nth(void *ctx, const char *model, size_t n)
{
    const struct model *found = model_find(weir_str(model));

    (void)ctx;
    return found != NULL && n < model_field_count(found) ? found->fields[n].name : NULL;
}

void assemble_connectors(void *ctx, const struct config_connectors *connectors)
{
    struct registry *registry = ctx;
    bool again =
        registry_nth(registry, 0) != NULL; /* a reload: what is loaded stays, and newer files count */
    const char **enabled = NULL;

    if (!connectors->enabled_all) {
        enabled = calloc(connectors->enabled.count + 1, sizeof *enabled);
        for (size_t i = 0; enabled != NULL && i < connectors->enabled.count; i++) {
            enabled[i] = connectors->enabled.items[i];
        }
    }
    for (size_t i = 0; i < connectors->path.count; i++) {
        struct weir_error err = {0};

        if (registry_load_dir(registry, connectors->path.items[i], enabled, &err) != 0) {
            log_error("connectors could not be read", LOG_TEXT("path", connectors->path.items[i]),
                      LOG_ERR(&err));
        }
    }
    if (again) {
        registry_load_known(registry, weir_str(""));
    }
    free(enabled);
}

static enum config_tool connector_settings(void *ctx, const char *tool, const struct weir_setting **settings)
{
    const struct registry_entry *entry = registry_find(ctx, weir_str(tool));

    if (entry == NULL || entry->connector == NULL) {
        return CONFIG_TOOL_UNKNOWN;
    }
    *settings = entry->connector->settings;
    return CONFIG_TOOL_KNOWN;
}

static const char *tool_name_nth(void *ctx, size_t n)
{
    const struct registry_entry *entry = registry_nth(ctx, n);

    return entry != NULL ? entry->tool : NULL;
}

struct config_names assemble_names(struct registry *registry)
{
    return (struct config_names){.ctx = registry,
                                 .model_known = model_known,
                                 .field_known = field_known,
                                 .model_nth = model_name_nth,
                                 .field_nth = field_name_nth,
                                 .action_nth = action_name_nth,
                                 .connectors_read = assemble_connectors,
                                 .connector = connector_settings,
                                 .tool_nth = tool_name_nth};
}

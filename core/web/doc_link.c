/*
 * doc_link: what a customer does with a link: the page, and the two calls that a page of one's own needs.
 */
#include "web/doc.h"

#define STAGE "=connect|steps|done"
#define SETTING "=ENABLED|OPTIONAL"
#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }

static const struct schema_member setting[] = {
    {"key", "text", NULL},
    {"label", "text", NULL},
    {"help", "text?", NULL},
    {"secret", "bool", NULL},
    {"required", "bool", NULL},
    {"is_set", "bool",
     "Of an integration that is connected anew: it has one, which stays unless another is given."},
    END,
};
static const struct schema_member action[] = {{"id", "text", "\"hris_create_absence\""},
                                              {"label", "text", NULL},
                                              {"setting", SETTING, NULL},
                                              {"refused", "bool", NULL},
                                              END};
static const struct schema_member field[] = {{"id", "text", NULL}, {"setting", SETTING, NULL}, END};
static const struct schema_member model[] = {
    {"id", "text", "\"hris_absences\""},
    {"label", "text", NULL},
    {"setting", SETTING, "OPTIONAL: the customer may refuse it."},
    {"refused", "bool", "The customer did."},
    {"fields", "[]#LinkField", "That are read."},
    END,
};
static const struct schema_member tool[] = {
    {"id", "text", "\"personio\""},
    {"label", "text", NULL},
    {"settings", "[]#LinkSetting", "What it has to be given."},
    {"models", "[]#LinkModel", "What is read of it."},
    {"actions", "[]#LinkAction", "What may be done in it."},
    {"step_count", "integer", "How many steps follow that a person has to do at the tool."},
    END,
};
static const struct schema_member step[] = {
    {"title", "text", NULL},
    {"text", "text", NULL},
    {"copy_label", "text?", "What to copy to the tool,"},
    {"copy_value", "text?", "and it."},
    {"paste_key", "text?", "The setting that takes what the tool shows."},
    {"paste_label", "text?", NULL},
    {"paste_help", "text?", NULL},
    {"paste_secret", "bool", NULL},
    {"is_pasted", "bool", "It is there already; it is not shown."},
    END,
};
static const struct schema_member webhook[] = {
    {"manual", "bool", "A person makes it, in the steps."},
    {"state", "=waiting|active", "active: what the tool sends is accepted."},
    {"test", "=reached|proven|unproven?",
     "What the last request to it told that was no accepted delivery: the address is right; the secret, too; "
     "or the "
     "secret is another. Of this run of the daemon."},
    {"tested_at", "time?", NULL},
    {"last_delivery", "time?", NULL},
    END,
};
static const struct schema_member state[] = {
    {"kind", "=connect|relink|setup", NULL},
    {"stage", STAGE, "What is to be done next."},
    {"language", "text?", "As whoever made the link wished."},
    {"expires_at", "time", NULL},
    {"category", "=HRIS|ATS|ASSESSMENT|LMS", NULL},
    {"origins", "[]text", "The sites that may frame the page, and are told how it went."},
    {"tool", "text?", "null: the customer chooses."},
    {"tool_label", "text?", NULL},
    {"organization_name", "text?", NULL},
    {"remote_environment", "text?", NULL},
    {"enable_filtering", "bool", NULL},
    {"enable_field_mapping", "bool", NULL},
    {"tools", "[]#LinkTool", "At the stage connect: those that can be chosen."},
    {"webhook", "#LinkWebhook?", "Of the integration that there is."},
    {"steps", "[]#LinkStep", "At the stage steps."},
    END,
};
static const struct schema_member submit[] = {
    {"~tool", "text", "connect: the one that was chosen, unless the link says it."},
    {"~settings", "{}text?", "By their keys; null takes one away."},
    {"~refused", "[]text", "connect: models and actions that the customer refuses."},
    {"~done", "bool", "steps: all of them are done."},
    END,
};
static const struct schema_member next[] = {
    {"stage", STAGE, NULL},
    {"token", "text", "For getIntegrationByToken, within ten minutes."},
    END,
};

const struct schema_object doc_link_objects[] = {
    {"LinkState", state, NULL, false},
    {"LinkTool", tool, NULL, false},
    {"LinkSetting", setting, NULL, false},
    {"LinkModel", model, NULL, false},
    {"LinkField", field, NULL, false},
    {"LinkAction", action, NULL, false},
    {"LinkStep", step, NULL, false},
    {"LinkWebhook", webhook, NULL, false},
    {"LinkSubmit", submit, NULL, false},
    {"LinkNext", next, NULL, false},
    {NULL, NULL, NULL, false},
};

const struct doc doc_link[] = {
    {.method = "GET",
     .path = "/connect/{}",
     .id = "linkPage",
     .tag = "Links",
     .names = {"token"},
     .summary = "What a browser shows for a link",
     .errors = DOC_E(NOT_FOUND) | DOC_E(LINK_OVER),
     .flags = DOC_HTML | DOC_UNKEYED},
    {.method = "GET",
     .path = "/connect/{}/state",
     .id = "linkState",
     .tag = "Links",
     .names = {"token"},
     .summary = "What is to be shown for a link, and what is asked for",
     .answer = "#LinkState",
     .errors = DOC_E(NOT_FOUND) | DOC_E(LINK_OVER) | DOC_E(CONFLICT),
     .flags = DOC_UNKEYED},
    {.method = "POST",
     .path = "/connect/{}/submit",
     .id = "linkSubmit",
     .tag = "Links",
     .names = {"token"},
     .summary = "What the customer gave, or did",
     .text =
         "Settings are tried at the tool first, and so is each right that the scope needs: where it refuses "
         "nothing is made, connection-flow-failed is sent, and the error says what kind of failure it was, "
         "which "
         "settings it is about and which rights lack. Ten tries in ten minutes.",
     .body = "#LinkSubmit",
     .answer = "#LinkNext",
     .errors = DOC_E(NOT_FOUND) | DOC_E(LINK_OVER) | DOC_E(CONFLICT) | DOC_E(TOO_OFTEN),
     .flags = DOC_UNKEYED},
    {.method = NULL},
};

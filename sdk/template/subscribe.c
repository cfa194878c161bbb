/* The webhook is made by a person. The guide has this file for a tool that lets its API do it. */
#include "sample_tool.h"

static const struct weir_step steps[] = {
    {"Open the webhooks", "Sample tool: Settings > Webhooks > New", NULL, NULL, NULL},
    {"Paste the address", "It goes into the field URL", "URL", "callback_url", NULL},
    {"Paste the secret", "It goes into the field Secret; then save", "Secret", "secret", NULL}};

const struct weir_subscribe sample_tool_subscribe = {
    .size = sizeof sample_tool_subscribe, .steps = steps, .step_count = sizeof steps / sizeof steps[0]};

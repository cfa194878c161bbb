/* sample_tool: what the files of this connector share. */
#ifndef SAMPLE_TOOL_H
#define SAMPLE_TOOL_H

#include "weir/http.h"

/* One integration. What the host lends lives as long as it does. */
struct instance {
    const struct weir_host *host;
    struct weir_str api_token;
};

/* One request to path with tail encoded behind it. As weir_http_send, also for the answer. Thread: worker. */
int client_send(struct weir_http_answer *answer, const struct instance *self, const char *method,
                const char *path, struct weir_str tail, const json_t *body, struct weir_error *err);

extern const struct weir_subscribe sample_tool_subscribe;
extern const struct weir_verify sample_tool_verify;
extern const struct weir_fetch sample_tool_fetch;

#endif

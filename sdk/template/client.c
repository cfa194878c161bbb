/* One request to the API. What its status asks for is weir/http.h's to say. */
#include "sample_tool.h"

int client_send(struct weir_http_answer *answer, const struct instance *self, const char *method,
                const char *path, struct weir_str tail, const json_t *body, struct weir_error *err)
{
    struct weir_text url;
    struct weir_http_call call = {.method = method, .name = path, .url = &url, .body = body};

    weir_text_init(&url);
    weir_text_add(&url, path);
    weir_text_add_encoded(&url, tail);
    call.bearer = self->api_token;
    call.repeatable = strcmp(method, "POST") != 0;
    return weir_http_send(answer, self->host, &call, err);
}

/*
 * requested: a call's requests, told to whoever made the call.
 */
#include "host/instance_internal.h"

#define PATH_TOLD 512 /* longer ones are cut */

/* What stands behind the origin. */
static struct weir_str path_of(struct weir_str url)
{
    const char *host = memmem(url.data, url.len, "://", 3);
    const char *slash;

    if (host == NULL) {
        return weir_str_n(NULL, 0);
    }
    host += 3;
    slash = memchr(host, '/', url.len - (size_t)(host - url.data));
    return slash != NULL ? weir_str_n(slash, url.len - (size_t)(slash - url.data)) : weir_str("/");
}

void requested_tell(struct instance *inst, const struct client_request *request,
                    const struct client_response *answer)
{
    const struct call_sink *out = inst->call.out;
    struct weir_str path;
    char text[PATH_TOLD];

    if (out == NULL || out->requested == NULL) {
        return;
    }
    path = path_of(request->url);
    path.len = path.len < sizeof text - 1 ? path.len : sizeof text - 1;
    if (path.len > 0) {
        memcpy(text, path.data, path.len);
    }
    text[path.len] = '\0';
    blame_clean_secret(text, sizeof text, inst, inst->webhook_secrets, WEBHOOK_SECRETS);
    out->requested(out->ctx, &(struct call_request){.method = request->method,
                                                    .path = weir_str(text),
                                                    .status = answer->status,
                                                    .outcome = answer->outcome == CLIENT_ANSWERED
                                                                   ? "answered"
                                                                   : client_outcome_word(answer->outcome),
                                                    .took_us = answer->total_us,
                                                    .body = answer->body});
}

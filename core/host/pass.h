/*
 * pass: a caller's own request to a tool's API, with the integration's credentials.
 *
 * What the caller wrote decides neither where the request goes nor who it is from: its path stays below the
 * path of the API, and headers that prove somebody, or say where a message ends, are neither taken nor given
 * back.
 */
#ifndef WEIR_HOST_PASS_H
#define WEIR_HOST_PASS_H

#include "host/instance.h"

#define PASS_PATH_MAX 4096
#define PASS_HEADERS_MAX 32

struct pass_request {
    struct weir_str api;
    struct weir_str method; /* GET, POST, PUT, PATCH or DELETE */
    struct weir_str path;   /* "/persons?limit=1": encoded, below the API's own */
    const struct weir_header *headers;
    size_t header_count;
    struct weir_bytes body;
};

/* In the memory of whoever asks; pass_answer_fini it. */
struct pass_answer {
    int status;
    struct buf url;          /* absolute */
    struct buf headers;      /* a JSON object, names in lower case, those that are said twice joined */
    struct buf content_type; /* may be empty */
    struct buf body;
};

/* The connector's entry; NULL: it has no such API. Thread: any. */
const struct weir_api *pass_api(const struct weir_connector *connector, struct weir_str name);
/* Is it one that may be sent? WEIR_E_INVALID says what is wrong. Thread: any. */
int pass_check(const struct pass_request *request, struct weir_error *err);

void pass_answer_init(struct pass_answer *answer);
void pass_answer_fini(struct pass_answer *answer);
/* Send what pass_check let through. 0 for every status. WEIR_E_CONFIG: the API's path needs a setting that
 * this integration has not. Other codes as call.h. Thread: worker. */
int call_pass(struct pass_answer *out, struct instance *inst, const struct pass_request *request,
              struct weir_error *err);

#endif

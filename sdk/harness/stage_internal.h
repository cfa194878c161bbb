/*
 * stage_internal: what the files of the stage share.
 *
 * stage.c has its life, stage_services.c what the connector is lent, stage_http.c its requests, stage_state.c
 * its state. Included by these alone.
 */
#ifndef WEIR_HARNESS_STAGE_INTERNAL_H
#define WEIR_HARNESS_STAGE_INTERNAL_H

#include "stage.h"

#include "host/registry.h"

#include <stdatomic.h>

struct stage_state {
    struct stage_state *next;
    char *key;
    struct weir_bytes value;
};

struct stage_kept; /* an answer that the connector may read */

struct stage {
    const struct weir_connector *connector;
    const struct test_case *c;
    const struct stage_meddler *meddler;
    struct findings *f;
    struct script script;
    struct scope *scope;
    const char *base_url;
    char integration[64];
    struct instance *instance;
    struct weir_host real; /* as the host lent it */
    struct clock clock;
    int64_t now_ms;
    struct stage_state *state;
    struct stage_kept *kept;
    struct buf log;
    struct arena arena;
    /* check runs beside other calls, and these two are what they share. */
    atomic_size_t used[STAGE_SERVICES];
    _Atomic uint8_t drawn;
};

/* Do requests go to the tool itself? */
bool stage_is_live(const struct stage *st);
/* Counts the use; a code when the meddler wants the service to fail. */
int stage_use(struct stage *st, enum stage_service service, struct weir_error *err);
void stage_lend(void *ctx, struct weir_host *host);
int stage_http(const struct weir_host *host, const struct weir_http_request *request,
               struct weir_http_response *response, struct weir_error *err);
/* Is it an answer that was lent, and still is? */
bool stage_lent(void *ctx, const struct weir_http_response *response);
void stage_http_release(const struct weir_host *host, struct weir_http_response *response);

/* As instance_options has them. */
int stage_state_read(void *ctx, struct weir_str key, void *buf, size_t cap, size_t *len,
                     struct weir_error *err);
int stage_state_write(void *ctx, struct weir_str key, struct weir_bytes value, struct weir_error *err);
/* No bytes: it goes. */
void stage_state_set(struct stage *st, struct weir_str key, struct weir_bytes value);

#endif

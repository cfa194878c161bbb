/*
 * openapi_kept: the two OpenAPI files, each written when it is first asked for and kept from then on.
 */
#ifndef WEIR_WEB_OPENAPI_KEPT_H
#define WEIR_WEB_OPENAPI_KEPT_H

#include "web/openapi.h"

#include <pthread.h>

struct request;

struct openapi_kept {
    pthread_mutex_t lock;            /* guards the rest */
    struct buf texts[OPENAPI_PARTS]; /* empty until asked for, then never changed */
};

/* Thread: setup. */
void openapi_kept_init(struct openapi_kept *kept);
void openapi_kept_fini(struct openapi_kept *kept);

/* Endpoints. Thread: web. */
void openapi_api(struct request *r);
void openapi_admin(struct request *r);

#endif

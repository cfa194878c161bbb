/*
 * openapi: the OpenAPI 3.1 description of what the listeners answer.
 *
 * Made from the route tables, their descriptions (doc.h) and the model table, so it cannot tell of what is
 * not there. The same program writes the same bytes, for every configuration.
 */
#ifndef WEIR_WEB_OPENAPI_H
#define WEIR_WEB_OPENAPI_H

#include "base/buf.h"

enum openapi_part {
    OPENAPI_API, /* what an API key may be used for, and a link */
    OPENAPI_ALL  /* and the admin listener */
};
#define OPENAPI_PARTS 2
#define OPENAPI_MAX (4u * 1024 * 1024)

/* Write it; out has to be empty, and take OPENAPI_MAX bytes. WEIR_E_MEMORY, WEIR_E_LIMIT. Thread: any. */
int openapi_write(struct buf *out, enum openapi_part part, const char *version, struct weir_error *err);

#endif

/*
 * openapi_operation: one method of one path in the OpenAPI file: its parameters, body and answers.
 */
#ifndef WEIR_WEB_OPENAPI_OPERATION_H
#define WEIR_WEB_OPENAPI_OPERATION_H

#include "web/doc.h"

struct openapi_operation {
    enum surface surface;
    const struct route *route;
    char path[96];             /* "/v1/integrations/{}" */
    const struct doc *doc;     /* NULL: of a model */
    const struct model *model; /* whose list it is; NULL: it has a description */
    bool alias;                /* the list's older path */
};

/* DOC_ flags, also of a list. Thread: any, as all calls here. */
unsigned openapi_flags(const struct openapi_operation *op);
/* Append its path as a JSON text: "/v1/integrations/{integration_id}". */
void openapi_operation_path(struct buf *out, const struct openapi_operation *op);
/* Append the member of its method. */
void openapi_operation_write(struct buf *out, const struct openapi_operation *op);
/* Append the member "parameters" of components that operations refer to. */
void openapi_operation_parameters(struct buf *out, bool with_admin);

#endif

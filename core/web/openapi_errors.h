/*
 * openapi_errors: the errors in the OpenAPI file: which of them an operation answers, and their schemas.
 */
#ifndef WEIR_WEB_OPENAPI_ERRORS_H
#define WEIR_WEB_OPENAPI_ERRORS_H

#include "web/openapi_operation.h"

/* Append the members of an operation's "responses", each with a comma before it unless it is the first.
 * Thread: any, as all calls here. */
void openapi_errors_write(struct buf *out, const struct openapi_operation *op);
/* Append the schemas that they refer to. */
void openapi_errors_schemas(struct buf *out, bool with_admin);

#endif

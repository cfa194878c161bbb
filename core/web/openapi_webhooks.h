/*
 * openapi_webhooks: what Weir sends, in the OpenAPI file: each message with its body and its signatures.
 *
 * Made from the tables that the sender writes by (model/message.h, base/sign.h), so it cannot tell of a
 * member or a header that is not sent.
 */
#ifndef WEIR_WEB_OPENAPI_WEBHOOKS_H
#define WEIR_WEB_OPENAPI_WEBHOOKS_H

#include "base/buf.h"

/* Append the member "webhooks". Thread: any, as all calls here. */
void openapi_webhooks_write(struct buf *out);
/* Append the schemas and the parameters that it refers to, each with a comma before it unless it is the
 * first.
 */
void openapi_webhooks_schemas(struct buf *out, bool with_admin);
void openapi_webhooks_parameters(struct buf *out);

#endif

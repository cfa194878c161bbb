/*
 * model_schema: the records of the model table as JSON Schema, and its filters as parameters.
 *
 * Made from the table alone, so a field that is added there is described by that. Knows no route.
 */
#ifndef WEIR_WEB_MODEL_SCHEMA_H
#define WEIR_WEB_MODEL_SCHEMA_H

#include "base/buf.h"
#include "model/model.h"

/* Append the schema of a model's records as its list endpoint shows them. Thread: any, as all calls here. */
void model_schema(struct buf *out, const struct model *model);
/* Append the member "Address" that they refer to. */
void model_schema_shared(struct buf *out);
/* Append the parameters of a model's own filters, each with a comma before it unless it is the first. */
void model_schema_filters(struct buf *out, const struct model *model);

#endif

/*
 * describe: what a connector's table says, as one JSON object for programs.
 */
#ifndef WEIR_HARNESS_DESCRIBE_H
#define WEIR_HARNESS_DESCRIBE_H

#include "weir/connector.h"

bool describe_fills(const struct weir_model_use *use, const char *field);
/* On standard output. false: it could not be written. */
bool describe_json(const struct weir_connector *connector);

#endif

/*
 * fetch: which reader serves which model. Thread of all calls: worker.
 */
#ifndef PERSONIO_FETCH_H
#define PERSONIO_FETCH_H

#include "weir/connector.h"

extern const struct weir_fetch personio_fetch;

#endif

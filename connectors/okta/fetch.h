/* fetch: which part reads what. Thread of all calls: worker. */
#ifndef OKTA_FETCH_H
#define OKTA_FETCH_H

#include "weir/connector.h"

extern const struct weir_fetch okta_fetch;

#endif

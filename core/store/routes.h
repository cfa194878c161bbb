/*
 * routes: which endpoint takes which notifications. Lives on the writer, replaced as a whole.
 */
#ifndef WEIR_STORE_ROUTES_H
#define WEIR_STORE_ROUTES_H

#include "store/internal.h"

/* The next route behind after (NULL: the first) that takes this type of this integration, each endpoint
 * once; NULL: there is none. routes may be NULL. Thread: writer. */
const struct store_route *routes_next(const struct routes *routes, const struct store_route *after,
                                      uint32_t type, uint32_t integration);

#endif

/*
 * cookie: one value out of a Cookie header, which comes from outside.
 */
#ifndef WEIR_WEB_COOKIE_H
#define WEIR_WEB_COOKIE_H

#include "weir/types.h"

/*
 * The value of the cookie of that name, as it stands in the header. false: it is not there, or stands there
 * twice: a site beside ours can plant a second one, and which of the two is ours cannot be told.
 * RFC 6265, 4.2.1. Thread: any.
 */
bool cookie_get(struct weir_str *value, struct weir_str header, const char *name);

#endif

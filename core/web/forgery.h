/*
 * forgery: did our own page send this request, or did another site have the browser send it?
 *
 * A browser adds the session's cookie by itself. So a request that comes with it, and does more than read,
 * has to carry the session's csrf value in a header, which no other site can; and what names its origin has
 * to name ours.
 */
#ifndef WEIR_WEB_FORGERY_H
#define WEIR_WEB_FORGERY_H

#include "web/web_internal.h"

#define FORGERY_HEADER "X-Weir-Csrf"

/* false: answered. A request with a key of its own, or without any, passes. Thread: any, as below. */
bool forgery_check(struct request *r);
/* Its origin alone, for what comes before a session. false: answered. */
bool forgery_check_origin(struct request *r);
/* Is the value of Origin the one of a page that came from host (a value of Host)? */
bool forgery_origin_is(struct weir_str origin, struct weir_str host);

#endif

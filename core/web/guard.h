/*
 * guard: headers that tell a browser what it may do with an answer.
 */
#ifndef WEIR_WEB_GUARD_H
#define WEIR_WEB_GUARD_H

#include "web/web_internal.h"

/* Add those of the request's surface to its answer. Thread: any. */
void guard_answer(struct request *r);

#endif

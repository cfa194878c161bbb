/*
 * form: how an answer goes out: its validator, and its compression when the client asked for one.
 *
 * The validator is weak and over the body as it is before compression, so that it is the same whatever the
 * coding. A client gets 304 only when it sent If-None-Match itself.
 */
#ifndef WEIR_WEB_FORM_H
#define WEIR_WEB_FORM_H

#include "web/web_internal.h"

#define FORM_HEADERS 4
#define FORM_COMPRESS_MIN 1024 /* a shorter body is not worth it */

struct form {
    struct weir_header headers[FORM_HEADERS];
    size_t count;
    char etag[40];
};

/* Give the request's answer of status 200 its last form; headers are lent by form. Thread: web. */
void form_answer(struct form *form, struct request *r);

#endif

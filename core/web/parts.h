/*
 * parts: "multipart_form_data" of a request passed through, as the body that a form with files sends (RFC
 * 7578).
 *
 * Names and contents are the application's, so nothing of them can end a part or a header early: the boundary
 * is drawn anew for each body, and what would end a name is escaped as browsers do.
 */
#ifndef WEIR_WEB_PARTS_H
#define WEIR_WEB_PARTS_H

#include "base/buf.h"

#include <jansson.h>

#define PARTS_MAX 100
#define PARTS_BODY_MAX ((size_t)16 << 20) /* as a connector's requests */
#define PARTS_TYPE_MAX 128
#define PARTS_WHY_MAX 200

/*
 * Append the parts of list to body, and write the Content-Type that goes with it. Each is {"name", "value"};
 * the value is a text, or a file: {"name", "data" in base64, "content_type"}. false: why says what is wrong,
 * as a sentence for whoever sent it. Thread: any.
 */
bool parts_write(struct buf *body, char type[PARTS_TYPE_MAX], const json_t *list, char why[PARTS_WHY_MAX]);

#endif

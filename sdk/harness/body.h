/*
 * body: the bytes that a case names, in the forms a case may write them.
 *
 *   "text"                      these bytes; null: none
 *   "@file:body.bin"            the bytes of a file beside the case
 *   {"base64": "..."}           bytes that are no text
 *   {"form": {"a": "1"}}        application/x-www-form-urlencoded
 *   {"json": ...}               this JSON, written compactly
 *   any other JSON              the same
 */
#ifndef WEIR_HARNESS_BODY_H
#define WEIR_HARNESS_BODY_H

#include "keys.h"

#define CASE_FILE_MAX ((size_t)16 << 20)

enum body_kind { BODY_NONE = 0, BODY_BYTES, BODY_JSON, BODY_FORM };

struct body {
    enum body_kind kind;
    struct weir_bytes bytes; /* all kinds; lives as long as the arena of the place */
    const json_t *json;      /* of BODY_JSON and BODY_FORM; lent by the document */
};

/* The bytes of a file, in the arena. false: there was a finding at the place. */
bool file_read(struct weir_bytes *out, const struct place *at, const char *path);
/* "@file:name" as the bytes of a file of folder; any other text as its own. name stays within folder. */
bool text_read(struct weir_bytes *out, const struct place *at, const char *folder, const json_t *text);
bool body_read(struct body *out, const struct place *at, const char *folder, const json_t *value);

#endif

/*
 * body: the JSON object in a request's body, as plain values.
 */
#ifndef WEIR_WEB_BODY_H
#define WEIR_WEB_BODY_H

#include "web/web.h"

#define BODY_MAX (64u * 1024)
#define BODY_TEXT_MAX 4096
#define BODY_PAIRS_MAX 64
#define BODY_PAIR_MAX 16384 /* a private key is longer than a text */

struct body;

/* An empty body is an empty object. WEIR_E_INVALID: no JSON object, or too long. Thread: any, as all here. */
int body_parse(struct body **out, struct weir_bytes bytes, struct weir_error *err);
void body_free(struct body *body);

/* Is the key there, null or not? */
bool body_names(const struct body *body, const char *key);
/* Each: false when the key is missing or null. WEIR_E_INVALID is set in err, and false returned, when it is
 * of another kind, so check err->code after the last one. Spans live as long as the body. */
bool body_text(struct weir_str *out, const struct body *body, const char *key, struct weir_error *err);
/* A text of any length; the whole body has BODY_MAX. */
bool body_long(struct weir_str *out, const struct body *body, const char *key, struct weir_error *err);
bool body_bool(bool *out, const struct body *body, const char *key, struct weir_error *err);
bool body_number(uint64_t *out, const struct body *body, const char *key, struct weir_error *err);
/* Is there a value under key that is not null? */
bool body_has(const struct body *body, const char *key);
/* The texts of the array under key; how many, at most max. */
size_t body_texts(struct weir_str *out, size_t max, const struct body *body, const char *key,
                  struct weir_error *err);
/* The texts and nulls (value.data NULL) of the object under key; how many, at most BODY_PAIRS_MAX. */
size_t body_pairs(struct web_setting out[BODY_PAIRS_MAX], const struct body *body, const char *key,
                  struct weir_error *err);

/* The texts of the array under key, at most max; false: not given. null is an empty one. */
bool body_list(struct weir_str *out, size_t *count, size_t max, const struct body *body, const char *key,
               struct weir_error *err);
/* Has the body nothing but these keys (NULL-terminated)? WEIR_E_INVALID names the first other one. */
int body_only(const struct body *body, const char *const *keys, struct weir_error *err);

#endif

/*
 * normalise: one emitted value to its canonical text, field type by field type.
 *
 * Private to record and its parts. Each writer appends the value's text to n->json and returns
 * FIT_VALUE; or appends nothing and returns FIT_NULL; or returns WEIR_E_INVALID with a message that
 * names field and class of the value, and never the value.
 */
#ifndef WEIR_MODEL_NORMALISE_H
#define WEIR_MODEL_NORMALISE_H

#include "model/record.h"

#include <jansson.h>

enum fit { FIT_NULL = 0, FIT_VALUE = 1 };

#define NORMALISE_TEXT_MAX (64u * 1024) /* of one string */
#define NORMALISE_NEST_MAX 4            /* objects in objects of the table */
#define NORMALISE_DIGITS 32             /* of a number as text */

/* A reference on its way into the record; its remote id stands in names until that stops to grow. */
struct pending_ref {
    struct record_ref ref; /* remote_id.data is not set */
    size_t name_at;
};

struct normaliser {
    const struct model *model;
    struct weir_str integration;
    struct buf json;
    size_t compared_len; /* of json; 0: all of it is compared */
    struct buf names;
    struct pending_ref *refs;
    size_t ref_count, ref_room;
    const char *outer[NORMALISE_NEST_MAX]; /* names of the fields around the present one */
    size_t depth;
    const char *kind; /* of the variant around the present field; NULL: there is none */
    struct record_repairs *repairs;
    struct weir_error *err;
};

/* ---- for the writers ---- */

/* Count a repair. */
void normalise_note(struct normaliser *n, const struct model_field *field, const char *what);
/* The value cannot be kept: null with a note where null fits, else WEIR_E_INVALID. */
int normalise_to_null(struct normaliser *n, const struct model_field *field, const char *what);
int normalise_fail(struct normaliser *n, const struct model_field *field, const char *what);
/* WEIR_E_INVALID: "object where text belongs". */
int normalise_wrong_class(struct normaliser *n, const struct model_field *field, const json_t *value,
                          const char *wanted);
/* A string, or a number as its text in digits. false: neither. */
bool normalise_scalar(struct weir_str *text, char digits[NORMALISE_DIGITS], const json_t *value);

/* The word of field's enum that text is, whatever its case; NULL: none. */
const char *normalise_word(const struct model_field *field, struct weir_str text);

/* The shortest text that reads back as the same number, a whole one without fraction; its length. */
size_t normalise_number_text(char out[NORMALISE_DIGITS], const json_t *number);

/* ---- the writers ---- */

/* Any field: null and missing (value NULL) are dealt with, the rest goes to the type's own. */
int normalise_value(struct normaliser *n, const struct model_field *field, const json_t *value);

int normalise_string(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_email(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_open_enum(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_closed_enum(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_number(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_integer(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_boolean(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_datetime(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_date(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_time(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_ref(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_ref_list(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_address(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_free(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_any(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_texts(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_words(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_choices(struct normaliser *n, const struct model_field *field, const json_t *value);
/* The word of the variant around it, whatever value says. */
int normalise_kind(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_object(struct normaliser *n, const struct model_field *field, const json_t *value);
int normalise_list(struct normaliser *n, const struct model_field *field, const json_t *value);

/* A reference field's value taken over from the stored text: only its references have to be noted. */
int normalise_kept_refs(struct normaliser *n, const struct model_field *field, struct weir_str value);

#endif

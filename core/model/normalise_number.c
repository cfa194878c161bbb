/* Numbers and booleans. */
#include "model/normalise.h"

#include <math.h>
#include <stdlib.h>
#include <strings.h>

#define WHOLE_MAX 9007199254740992.0 /* 2^53: up to here each whole number has a double of its own */
#define NUMBER_TEXT_MAX 48

static bool whole(double value)
{
    return fabs(value) < WHOLE_MAX && (double)(json_int_t)value == value;
}

static size_t integer_text(char out[NORMALISE_DIGITS], json_int_t value)
{
    return (size_t)snprintf(out, NORMALISE_DIGITS, "%" JSON_INTEGER_FORMAT, value);
}

static size_t real_text(char out[NORMALISE_DIGITS], double value)
{
    size_t len = 0;

    if (whole(value)) {
        return integer_text(out, (json_int_t)value);
    }
    for (int digits = 15; digits <= 17; digits++) {
        len = (size_t)snprintf(out, NORMALISE_DIGITS, "%.*g", digits, value);
        if (strtod(out, NULL) == value) {
            break;
        }
    }
    return len;
}

size_t normalise_number_text(char out[NORMALISE_DIGITS], const json_t *number)
{
    return json_is_integer(number) ? integer_text(out, json_integer_value(number))
                                   : real_text(out, json_real_value(number));
}

static void add_integer(struct buf *out, json_int_t value)
{
    char digits[NORMALISE_DIGITS];

    buf_add(out, digits, integer_text(digits, value));
}

static size_t count_digits(const char *at)
{
    size_t count = 0;

    while (at[count] >= '0' && at[count] <= '9') {
        count++;
    }
    return count;
}

/* Is the text a number as JSON writes it? (Leading zeros are let through.) */
static bool number_is(const char *at)
{
    size_t digits;

    at += *at == '-';
    digits = count_digits(at);
    if (digits == 0) {
        return false;
    }
    at += digits;
    if (*at == '.') {
        digits = count_digits(at + 1);
        if (digits == 0) {
            return false;
        }
        at += 1 + digits;
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '-' || *at == '+';
        digits = count_digits(at);
        if (digits == 0) {
            return false;
        }
        at += digits;
    }
    return *at == '\0';
}

/* FIT_VALUE and the number; FIT_NULL for an empty text; or WEIR_E_INVALID. */
static int number_of(double *number, struct normaliser *n, const struct model_field *field,
                     const json_t *value)
{
    const char *text;
    double read;

    if (json_is_number(value)) {
        *number = json_number_value(value);
        return FIT_VALUE;
    }
    if (!json_is_string(value)) {
        return normalise_wrong_class(n, field, value, "a number");
    }
    text = json_string_value(value);
    if (*text == '\0') {
        return normalise_to_null(n, field, "empty text where a number belongs");
    }
    if (json_string_length(value) > NUMBER_TEXT_MAX || !number_is(text)) {
        return normalise_wrong_class(n, field, value, "a number");
    }
    read = strtod(text, NULL);
    if (!isfinite(read)) {
        return normalise_to_null(n, field, "number too big");
    }
    normalise_note(n, field, "text turned into a number");
    *number = read;
    return FIT_VALUE;
}

int normalise_number(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    char digits[NORMALISE_DIGITS];
    double number;
    int rc;

    if (json_is_integer(value)) {
        add_integer(&n->json, json_integer_value(value));
        return FIT_VALUE;
    }
    rc = number_of(&number, n, field, value);
    if (rc == FIT_VALUE) {
        buf_add(&n->json, digits, real_text(digits, number));
    }
    return rc;
}

int normalise_integer(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    double number;
    int rc;

    if (json_is_integer(value)) {
        add_integer(&n->json, json_integer_value(value));
        return FIT_VALUE;
    }
    rc = number_of(&number, n, field, value);
    if (rc != FIT_VALUE) {
        return rc;
    }
    if (!whole(number)) {
        return normalise_to_null(n, field, "number with a fraction where a whole one belongs");
    }
    add_integer(&n->json, (json_int_t)number);
    return FIT_VALUE;
}

int normalise_boolean(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    bool yes = json_is_true(value);

    if (json_is_string(value)) {
        const char *text = json_string_value(value);

        yes = strcasecmp(text, "true") == 0;
        if (*text == '\0') {
            return normalise_to_null(n, field, "empty text where a boolean belongs");
        }
        if (!yes && strcasecmp(text, "false") != 0) {
            return normalise_wrong_class(n, field, value, "a boolean");
        }
        normalise_note(n, field, "text turned into a boolean");
    } else if (!json_is_boolean(value)) {
        return normalise_wrong_class(n, field, value, "a boolean");
    }
    buf_add_text(&n->json, yes ? "true" : "false");
    return FIT_VALUE;
}

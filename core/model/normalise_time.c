/* Points in time, days and times of day. */
#include "base/datetime.h"
#include "model/normalise.h"

/* The text of value; WEIR_E_INVALID if it is none. */
static int time_text(struct weir_str *text, struct normaliser *n, const struct model_field *field,
                     const json_t *value)
{
    if (!json_is_string(value)) {
        return normalise_wrong_class(n, field, value, "a time as text");
    }
    *text = weir_str_n(json_string_value(value), json_string_length(value));
    return 0;
}

static void add_quoted(struct buf *out, struct weir_str text)
{
    buf_add_char(out, '"');
    buf_add_str(out, text);
    buf_add_char(out, '"');
}

int normalise_datetime(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    char out[DATETIME_TEXT];
    struct weir_str text = {NULL, 0};
    int64_t ms;
    int rc = time_text(&text, n, field, value);

    if (rc != 0) {
        return rc;
    }
    if (!datetime_parse(&ms, text)) {
        return normalise_to_null(n, field, "text that is no point in time");
    }
    datetime_format(out, ms);
    add_quoted(&n->json, weir_str(out));
    return FIT_VALUE;
}

int normalise_date(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    struct weir_str text = {NULL, 0};
    int64_t ms;
    int rc = time_text(&text, n, field, value);

    if (rc != 0) {
        return rc;
    }
    if (!datetime_is_date(text)) {
        /* Of a point in time the day as it is written, whatever its zone: that is the day people meant. */
        if (text.len <= 10 || !datetime_parse(&ms, text)) {
            return normalise_to_null(n, field, "text that is no date");
        }
        text.len = 10;
    }
    add_quoted(&n->json, text);
    return FIT_VALUE;
}

/* Two digits below limit? */
static bool two_digits(const char *at, int limit)
{
    return at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9' &&
           (at[0] - '0') * 10 + (at[1] - '0') < limit;
}

/* HH:MM, HH:MM:SS, HH:MM:SS.fraction */
static bool time_is(struct weir_str text)
{
    if (text.len != 5 && text.len != 8 && !(text.len >= 10 && text.len <= 18 && text.data[8] == '.')) {
        return false;
    }
    for (size_t i = 9; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return two_digits(text.data, 24) && text.data[2] == ':' && two_digits(text.data + 3, 60) &&
           (text.len == 5 || (text.data[5] == ':' && two_digits(text.data + 6, 60)));
}

int normalise_time(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    struct weir_str text = {NULL, 0};
    int rc = time_text(&text, n, field, value);

    if (rc != 0) {
        return rc;
    }
    if (!time_is(text)) {
        return normalise_to_null(n, field, "text that is no time of day");
    }
    buf_add_char(&n->json, '"');
    buf_add(&n->json, text.data, text.len == 5 ? 5 : 8);
    buf_add_text(&n->json, text.len == 5 ? ":00\"" : "\"");
    return FIT_VALUE;
}

#include "web/query.h"

#include "base/utf8.h"
#include "net/url.h"

bool query_decode(struct weir_str *out, struct buf *text, struct weir_str raw)
{
    size_t from = text->len;

    if (!url_decode(text, raw) || text->failed) {
        return false;
    }
    *out = weir_str_n(text->data + from, text->len - from);
    return utf8_valid(*out);
}

bool query_get(struct weir_str *value, const struct query *query, const char *name)
{
    for (size_t i = 0; i < query->count; i++) {
        if (weir_str_is(query->params[i].name, name)) {
            *value = query->params[i].value;
            return true;
        }
    }
    return false;
}

/* Names repeated in messages are cut, so that a caller cannot make them long. */
#define SHOWN(s) (int)((s).len < 60 ? (s).len : 60), ((s).len > 0 ? (s).data : "")

static int add_param(struct query *query, struct weir_str name, struct weir_str value, struct weir_error *err)
{
    struct query_param param;

    if (query->count == QUERY_PARAMS_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "there are more than %d parameters", QUERY_PARAMS_MAX);
    }
    if (!query_decode(&param.name, &query->text, name)) {
        return weir_fail(err, WEIR_E_INVALID, "a parameter's name is not percent-encoded UTF-8");
    }
    if (!query_decode(&param.value, &query->text, value)) {
        return weir_fail(err, WEIR_E_INVALID, "the value of %.*s is not percent-encoded UTF-8",
                         SHOWN(param.name));
    }
    for (size_t i = 0; i < query->count; i++) {
        if (weir_str_equal(query->params[i].name, param.name)) {
            return weir_fail(err, WEIR_E_INVALID, "%.*s is given twice", SHOWN(param.name));
        }
    }
    query->params[query->count++] = param;
    return 0;
}

int query_init(struct query *query, struct weir_str raw, struct weir_error *err)
{
    struct weir_str name;
    struct weir_str value;
    int rc = 0;

    query->count = 0;
    buf_init(&query->text, QUERY_TEXT_MAX);
    if (raw.len > QUERY_TEXT_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "the query is longer than %u bytes", QUERY_TEXT_MAX);
    }
    /* Decoded it is no longer than before, so the spans that are taken stay. */
    if (raw.len > 0 && buf_reserve(&query->text, raw.len) == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the query");
    }
    while (rc == 0 && url_query_next(&name, &value, &raw)) {
        rc = add_param(query, name, value, err);
    }
    return rc;
}

void query_fini(struct query *query)
{
    buf_fini(&query->text);
    query->count = 0;
}

int query_bool(bool *value, const struct query *query, const char *name, struct weir_error *err)
{
    struct weir_str given;

    if (!query_get(&given, query, name)) {
        return 0;
    }
    if (!weir_str_is(given, "true") && !weir_str_is(given, "false")) {
        return weir_fail(err, WEIR_E_INVALID, "%s is neither true nor false", name);
    }
    *value = weir_str_is(given, "true");
    return 0;
}

int query_number(uint32_t *value, const struct query *query, const char *name, uint32_t least, uint32_t most,
                 struct weir_error *err)
{
    struct weir_str given;
    uint64_t number = 0;
    bool good;

    if (!query_get(&given, query, name)) {
        return 0;
    }
    good = given.len > 0 && given.len <= 9;
    for (size_t i = 0; i < given.len && good; i++) {
        good = given.data[i] >= '0' && given.data[i] <= '9';
        number = number * 10 + (uint64_t)(given.data[i] - '0');
    }
    if (!good || number < least || number > most) {
        return weir_fail(err, WEIR_E_INVALID, "%s has to be a whole number from %u to %u", name, least, most);
    }
    *value = (uint32_t)number;
    return 0;
}

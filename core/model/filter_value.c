#include "model/filter_value.h"

#include "base/datetime.h"
#include "base/id.h"
#include "base/utf8.h"
#include "model/canonical.h"
#include "model/filter.h"

#include <math.h>
#include <stdlib.h>
#include <strings.h>

#define GIVEN_MAX (64u * 1024)
#define DATE_LEN 10

/* ---- reading what was given ---- */

static int no_memory(struct weir_error *err)
{
    return weir_fail(err, WEIR_E_MEMORY, "no memory for a filter");
}

static int copy_text(struct filter_value *value, struct weir_str given, struct weir_error *err)
{
    if (given.len == 0) {
        return weir_fail(err, WEIR_E_INVALID, "%s is empty: leave it out or give it a value",
                         value->rule->name);
    }
    if (given.len > GIVEN_MAX || !utf8_valid(given)) {
        return weir_fail(err, WEIR_E_INVALID, "%s is too long or no UTF-8", value->rule->name);
    }
    value->text = malloc(given.len);
    value->items = malloc(sizeof *value->items);
    if (value->text == NULL || value->items == NULL) {
        return no_memory(err);
    }
    memcpy(value->text, given.data, given.len);
    value->items[0] = weir_str_n(value->text, given.len);
    value->count = 1;
    return 0;
}

/* Split the copied text at its commas; empty elements do not count. */
static int split(struct filter_value *value, struct weir_error *err)
{
    struct weir_str rest = value->items[0];
    struct weir_str *items;
    size_t commas = 0;

    for (size_t i = 0; i < rest.len; i++) {
        commas += rest.data[i] == ',';
    }
    if (commas >= FILTER_VALUES_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "%s has more than %d values: ask in several requests",
                         value->rule->name, FILTER_VALUES_MAX);
    }
    items = realloc(value->items, (commas + 1) * sizeof *items);
    if (items == NULL) {
        return no_memory(err);
    }
    value->items = items;
    value->count = 0;
    for (;;) {
        const char *comma = rest.len > 0 ? memchr(rest.data, ',', rest.len) : NULL;
        size_t len = comma != NULL ? (size_t)(comma - rest.data) : rest.len;

        if (len > 0) {
            value->items[value->count++] = weir_str_n(rest.data, len);
        }
        if (comma == NULL) {
            break;
        }
        rest = weir_str_n(comma + 1, rest.len - len - 1);
    }
    if (value->count == 0) {
        return weir_fail(err, WEIR_E_INVALID, "%s has no value between its commas", value->rule->name);
    }
    return 0;
}

static int unknown_word(const struct filter_value *value, struct weir_error *err)
{
    struct buf known;
    int rc;

    buf_init(&known, 160);
    for (const char *const *word = value->field->values; *word != NULL; word++) {
        buf_printf(&known, "%s, ", *word);
    }
    rc = weir_fail(err, WEIR_E_INVALID, "%s has an unknown word: it takes a comma list of %.*snull",
                   value->rule->name, WEIR_STR_ARG(buf_str(&known)));
    buf_fini(&known);
    return rc;
}

static int read_words(struct filter_value *value, struct weir_error *err)
{
    int rc = split(value, err);

    for (size_t i = 0; i < value->count && rc == 0; i++) {
        const char *const *word = value->field->values;

        if (weir_str_is(value->items[i], "null")) {
            value->null = true;
            continue;
        }
        while (*word != NULL && !weir_str_is(value->items[i], *word)) {
            word++;
        }
        if (*word == NULL) {
            rc = unknown_word(value, err);
        }
    }
    return rc;
}

/* As the contract wants of query parameters: a bare date may have a Z, which no datetime has. */
static bool parse_time(int64_t *ms, struct weir_str text)
{
    if (text.len == DATE_LEN + 1 && text.data[DATE_LEN] == 'Z') {
        text.len = DATE_LEN;
    }
    return datetime_parse(ms, text);
}

/* Only the date as it is written counts: the client sends a day as midnight UTC. */
static int read_date(struct filter_value *value, struct weir_error *err)
{
    int64_t ms;

    if (!parse_time(&ms, value->items[0])) {
        return weir_fail(err, WEIR_E_INVALID,
                         "%s is no date: write it as 2026-03-09 or 2026-03-09T00:00:00.000Z",
                         value->rule->name);
    }
    value->items[0].len = DATE_LEN;
    return 0;
}

static int read_datetime(struct filter_value *value, struct weir_error *err)
{
    if (!parse_time(&value->ms, value->items[0])) {
        return weir_fail(err, WEIR_E_INVALID, "%s is no point in time: write it as 2026-03-09T08:30:00.000Z",
                         value->rule->name);
    }
    return 0;
}

static int read_pair(struct filter_value *value, struct weir_error *err)
{
    json_error_t where = {.text = ""};
    json_t *pair = json_loadb(value->items[0].data, value->items[0].len, JSON_REJECT_DUPLICATES, &where);
    const json_t *wanted = json_object_iter_value(json_object_iter(pair));

    if (pair == NULL && (where.text[0] == '\0' || json_error_code(&where) == json_error_out_of_memory)) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to read %s", value->rule->name);
    }
    if (json_object_size(pair) != 1 || json_is_object(wanted) || json_is_array(wanted)) {
        json_decref(pair);
        return weir_fail(
            err, WEIR_E_INVALID,
            "%s is not JSON with exactly one pair, such as {\"cost_center\":\"CC-17\"}, whose value is text, "
            "number, boolean or null",
            value->rule->name);
    }
    value->pair = pair;
    return 0;
}

/* An id is derived from the remote id, so the stored reference can be compared without a look-up. */
static int read_remote_ids(struct filter_value *value, struct weir_str integration, struct weir_error *err)
{
    struct weir_str target = weir_str(value->field->target);
    int rc = split(value, err);
    char *ids;

    if (rc != 0) {
        return rc;
    }
    ids = malloc(value->count * ID_TEXT);
    if (ids == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < value->count; i++) {
        id_derive(ids + i * ID_TEXT, integration, target, value->items[i]);
        value->items[i] = weir_str_n(ids + i * ID_TEXT, ID_LEN);
    }
    free(value->text);
    value->text = ids;
    return 0;
}

static int read_value(struct filter_value *value, struct weir_str integration, struct weir_error *err)
{
    switch (value->rule->kind) {
    case FILTER_WORDS:
        return read_words(value, err);
    case FILTER_IDS:
    case FILTER_TEXTS:
    case FILTER_TEXTS_CI:
        return split(value, err);
    case FILTER_REMOTE_IDS:
        return read_remote_ids(value, integration, err);
    case FILTER_DATE_FROM:
    case FILTER_DATE_UNTIL:
        return read_date(value, err);
    case FILTER_BEFORE:
    case FILTER_AFTER:
        return read_datetime(value, err);
    case FILTER_CUSTOM_FIELD:
        return read_pair(value, err);
    case FILTER_ID:
    case FILTER_TEXT:
    case FILTER_TEXT_CI:
    case FILTER_PARTS_CI:
    case FILTER_CONTAINS_CI:
        break;
    }
    return 0;
}

int filter_value_init(struct filter_value *value, const struct model_filter *rule,
                      const struct model_field *field, struct weir_str integration, struct weir_str given,
                      struct weir_error *err)
{
    struct filter_value fresh = {.rule = rule, .field = field};
    int rc = copy_text(&fresh, given, err);

    if (rc == 0) {
        rc = read_value(&fresh, integration, err);
    }
    if (rc != 0) {
        filter_value_fini(&fresh);
        return rc;
    }
    *value = fresh;
    return 0;
}

void filter_value_fini(struct filter_value *value)
{
    free(value->text);
    free(value->items);
    json_decref(value->pair);
    memset(value, 0, sizeof *value);
}

/* ---- comparing ---- */

bool filter_value_lists(const struct filter_value *value, struct weir_str text)
{
    for (size_t i = 0; i < value->count; i++) {
        if (weir_str_equal(value->items[i], text)) {
            return true;
        }
    }
    return false;
}

/* Case counts for nothing among ASCII letters only: these are e-mail addresses and names that a person
 * types, and folding all of Unicode would need tables that go out of date. */
static bool equal_ci(struct weir_str a, struct weir_str b)
{
    return a.len == b.len && strncasecmp(a.data, b.data, a.len) == 0;
}

static bool lists_ci(const struct filter_value *value, struct weir_str text)
{
    for (size_t i = 0; i < value->count; i++) {
        if (equal_ci(value->items[i], text)) {
            return true;
        }
    }
    return false;
}

static bool contains_ci(struct weir_str text, struct weir_str part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (strncasecmp(text.data + i, part.data, part.len) == 0) {
            return true;
        }
    }
    return false;
}

/* column is one id, or a list of them. */
static bool lists_any(const struct filter_value *value, struct weir_str column)
{
    struct canonical_walk walk;
    struct weir_str item;

    if (column.data[0] == '"') {
        return filter_value_lists(value, canonical_inner(column));
    }
    canonical_begin(&walk, column);
    while (canonical_item(&walk, &item)) {
        if (filter_value_lists(value, canonical_inner(item))) {
            return true;
        }
    }
    return false;
}

static bool parts_list_ci(const struct filter_value *value, struct weir_str column, struct buf *scratch)
{
    struct canonical_walk walk;
    struct weir_str entry;

    canonical_begin(&walk, column);
    while (canonical_item(&walk, &entry)) {
        if (lists_ci(value, canonical_text(canonical_get(entry, value->rule->part), scratch))) {
            return true;
        }
    }
    return false;
}

/* A day of the column against the one given: below 0, 0 or above 0, as text of this form compares. */
static int compare_date(const struct filter_value *value, struct weir_str column)
{
    struct weir_str text = canonical_inner(column);

    return text.len < DATE_LEN ? -1 : memcmp(text.data, value->items[0].data, DATE_LEN);
}

static bool pair_matches(const struct filter_value *value, struct weir_str column)
{
    /* Compared as values: what was given may write the same text or number in another way. */
    json_t *free_keys = column.len > 0 ? json_loadb(column.data, column.len, 0, NULL) : NULL;
    void *pair = json_object_iter(value->pair);
    const json_t *wanted = json_object_iter_value(pair);
    const json_t *found = json_object_get(free_keys, json_object_iter_key(pair));
    bool match;

    if (found == NULL || json_is_null(found)) {
        match = json_is_null(wanted);
    } else if (json_is_number(wanted) && json_is_number(found)) {
        match = fabs(json_number_value(wanted) - json_number_value(found)) <= 0.0;
    } else {
        match = json_equal(wanted, found) == 1;
    }
    json_decref(free_keys);
    return match;
}

static bool in_time(const struct filter_value *value, struct weir_str column)
{
    int64_t ms;

    if (!datetime_parse(&ms, canonical_inner(column))) {
        return false;
    }
    /* From and including, up to and excluding: windows side by side cover everything once. */
    return value->rule->kind == FILTER_BEFORE ? ms < value->ms : ms >= value->ms;
}

bool filter_value_match(const struct filter_value *value, struct weir_str column, struct buf *scratch)
{
    enum filter_kind kind = value->rule->kind;

    if (kind == FILTER_CUSTOM_FIELD) {
        return pair_matches(value, column);
    }
    if (column.len == 0) {
        return kind == FILTER_DATE_FROM || (kind == FILTER_WORDS && value->null);
    }
    switch (kind) {
    case FILTER_WORDS:
    case FILTER_TEXT:
    case FILTER_TEXTS:
        return filter_value_lists(value, canonical_text(column, scratch));
    case FILTER_IDS:
    case FILTER_ID:
    case FILTER_REMOTE_IDS:
        return lists_any(value, column);
    case FILTER_PARTS_CI:
        return parts_list_ci(value, column, scratch);
    case FILTER_TEXT_CI:
    case FILTER_TEXTS_CI:
        return lists_ci(value, canonical_text(column, scratch));
    case FILTER_CONTAINS_CI:
        return contains_ci(canonical_text(column, scratch), value->items[0]);
    case FILTER_DATE_FROM:
        return compare_date(value, column) >= 0;
    case FILTER_DATE_UNTIL:
        return compare_date(value, column) <= 0;
    case FILTER_BEFORE:
    case FILTER_AFTER:
        return in_time(value, column);
    case FILTER_CUSTOM_FIELD:
        break;
    }
    return false;
}

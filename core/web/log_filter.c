#include "web/log_filter.h"

#include "model/canonical.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void log_filter_read(struct log_filter *filter, const struct query *query)
{
    const struct {
        const char *name;
        struct weir_str *into;
    } all[] = {{"endpoint", &filter->endpoint},
               {"outcome", &filter->outcome},
               {"notification", &filter->notification},
               {"delivery", &filter->delivery},
               {"event", &filter->event},
               {"id", &filter->id},
               {"text", &filter->text},
               {"errors", &filter->errors}};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        *all[i].into = weir_str_n(NULL, 0);
        (void)query_get(all[i].into, query, all[i].name);
    }
}

static bool member_is(struct weir_str json, const char *key, struct weir_str wanted)
{
    return wanted.len == 0 || weir_str_equal(canonical_inner(canonical_get(json, key)), wanted);
}

static bool names_delivery(struct weir_str json, struct weir_str number)
{
    struct canonical_walk walk;
    struct weir_str item;

    if (number.len == 0 || weir_str_equal(canonical_get(json, "delivery"), number)) {
        return true;
    }
    canonical_begin(&walk, canonical_get(json, "deliveries"));
    while (canonical_item(&walk, &item)) {
        if (weir_str_equal(item, number)) {
            return true;
        }
    }
    return false;
}

static bool names_event(struct weir_str json, struct weir_str id)
{
    struct canonical_walk walk;
    struct weir_str item;

    if (id.len == 0) {
        return true;
    }
    canonical_begin(&walk, canonical_get(json, "events"));
    while (canonical_item(&walk, &item)) {
        if (weir_str_equal(canonical_inner(canonical_get(item, "id")), id)) {
            return true;
        }
    }
    return false;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) != 0 || c == '_' || c == '-';
}

static bool holds_word(struct weir_str json, struct weir_str word)
{
    const char *at = json.data;
    const char *end = json.data + json.len;

    while (word.len > 0) {
        at = memmem(at, (size_t)(end - at), word.data, word.len);
        if (at == NULL) {
            return false;
        }
        if ((at == json.data || !is_word(at[-1])) && (at + word.len == end || !is_word(at[word.len]))) {
            return true;
        }
        at++;
    }
    return true;
}

static bool holds_text(struct weir_str json, struct weir_str text)
{
    for (size_t i = 0; text.len > 0 && i + text.len <= json.len; i++) {
        if (strncasecmp(json.data + i, text.data, text.len) == 0) {
            return true;
        }
    }
    return text.len == 0;
}

static bool is_wrong(struct weir_str json, struct weir_str errors)
{
    return !weir_str_is(errors, "true") || canonical_inner(canonical_get(json, "error")).len > 0;
}

bool log_filter_fits(const struct log_filter *f, struct weir_str json)
{
    return is_wrong(json, f->errors) && holds_word(json, f->id) && member_is(json, "endpoint", f->endpoint) &&
           member_is(json, "outcome", f->outcome) && member_is(json, "notification", f->notification) &&
           names_delivery(json, f->delivery) && names_event(json, f->event) && holds_text(json, f->text);
}

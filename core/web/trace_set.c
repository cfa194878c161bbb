#include "web/trace_set.h"

#include "base/id.h"
#include "model/canonical.h"
#include "web/trace_entry.h"

bool trace_has_delivery(const struct trace *t, uint64_t number)
{
    for (size_t i = 0; i < t->delivery_count; i++) {
        if (t->deliveries[i] == number) {
            return true;
        }
    }
    return false;
}

void trace_add_delivery(struct trace *t, uint64_t number)
{
    if (t->delivery_count == TRACE_SET) {
        t->left_out++;
    } else if (!trace_has_delivery(t, number)) {
        t->deliveries[t->delivery_count++] = number;
    }
}

void trace_add_deliveries(struct trace *t, struct weir_str json)
{
    struct canonical_walk walk;
    struct weir_str item;

    canonical_begin(&walk, canonical_get(json, "deliveries"));
    while (canonical_item(&walk, &item)) {
        trace_add_delivery(t, entry_uint(item));
    }
}

bool trace_has_any_delivery(const struct trace *t, struct weir_str json)
{
    struct canonical_walk walk;
    struct weir_str item;

    canonical_begin(&walk, canonical_get(json, "deliveries"));
    while (canonical_item(&walk, &item)) {
        if (trace_has_delivery(t, entry_uint(item))) {
            return true;
        }
    }
    return false;
}

bool trace_overlaps(const struct trace *t, const struct trace_range *range)
{
    for (size_t i = 0; i < t->range_count; i++) {
        if (range->first <= t->ranges[i].last && t->ranges[i].first <= range->last) {
            return true;
        }
    }
    return false;
}

void trace_add_range(struct trace *t, const struct trace_range *range)
{
    if (t->range_count == TRACE_SET) {
        t->left_out++;
    } else {
        t->ranges[t->range_count++] = *range;
    }
}

bool trace_is_told(const struct trace *t, struct weir_str id)
{
    for (size_t i = 0; i < t->told_count; i++) {
        if (weir_str_is(id, t->told[i])) {
            return true;
        }
    }
    return false;
}

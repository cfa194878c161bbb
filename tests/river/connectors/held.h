/*
 * held: a tool that holds its records in a table and is asked over no network.
 *
 * A delivery is "<model> <remote id> <the record now>", or without a record for one that is gone.
 */
#ifndef WEIR_TESTS_RIVER_HELD_H
#define WEIR_TESTS_RIVER_HELD_H

#include "../../abi/connectors/skeleton.h"

#include <stdlib.h>

#define HELD_PART static __attribute__((unused))
#define HELD_PAGE 3 /* records in a page of a list */

/* In the order in which they come. */
struct held_row {
    const char *model, *remote_id, *json;
};

HELD_PART int held_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                         struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)err;
    verdict->decision = WEIR_ACCEPT;
    return 0;
}

/* The part of rest up to a blank, which goes too. */
HELD_PART struct weir_str take_word(struct weir_str *rest)
{
    const char *blank = rest->len > 0 ? memchr(rest->data, ' ', rest->len) : NULL;
    size_t len = blank != NULL ? (size_t)(blank - rest->data) : rest->len;
    struct weir_str word = weir_str_n(rest->data, len);
    size_t gone = len + (blank != NULL);

    *rest = weir_str_n(rest->data + gone, rest->len - gone);
    return word;
}

HELD_PART int held_events(void *self, const struct weir_request *request, const struct weir_sink *sink,
                          struct weir_error *err)
{
    struct weir_str rest = weir_str_n((const char *)request->body.data, request->body.len);
    struct weir_ref ref = {.model = take_word(&rest)};
    const struct weir_event event = {
        .size = sizeof event, .type = weir_str("changed"), .refs = &ref, .ref_count = 1};

    (void)self;
    ref.remote_id = take_word(&rest);
    ref.hint = rest;
    return sink->event(sink, &event, err);
}

HELD_PART int held_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                          struct weir_error *err)
{
    (void)self;
    if (ref->hint.len == 0) {
        return weir_fail(err, WEIR_E_NONE, "it is gone");
    }
    return sink->record(sink, ref->model, ref->remote_id, weir_str_bytes(ref->hint), err);
}

/* The cursor is the place of the next row, as text. */
HELD_PART int held_page(const struct held_row *rows, size_t row_count, struct weir_str model,
                        struct weir_str cursor, const struct weir_sink *sink, struct weir_error *err)
{
    char at[24] = "0";
    size_t emitted = 0;
    int rc = 0;

    if (cursor.len > 0 && cursor.len < sizeof at) {
        memcpy(at, cursor.data, cursor.len);
        at[cursor.len] = '\0';
    }
    for (size_t i = strtoul(at, NULL, 10); i < row_count && rc == 0; i++) {
        if (!weir_str_is(model, rows[i].model)) {
            continue;
        }
        if (emitted++ == HELD_PAGE) {
            (void)snprintf(at, sizeof at, "%zu", i);
            return sink->next(sink, weir_str(at), err);
        }
        rc = sink->record(sink, model, weir_str(rows[i].remote_id), weir_str_bytes(weir_str(rows[i].json)),
                          err);
    }
    return rc;
}

/* A connector's list over its table of rows. */
#define HELD_LIST(rows_)                                                                                     \
    static int held_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,        \
                         const struct weir_sink *sink, struct weir_error *err)                               \
    {                                                                                                        \
        (void)self;                                                                                          \
        (void)since_ms;                                                                                      \
        return held_page(rows_, sizeof(rows_) / sizeof(rows_)[0], model, cursor, sink, err);                 \
    }                                                                                                        \
    static const struct weir_verify held_verify = {                                                          \
        .size = sizeof held_verify, .check = held_check, .events = held_events};                             \
    static const struct weir_fetch held_fetch = {                                                            \
        .size = sizeof held_fetch, .record = held_record, .list = held_list}

#endif

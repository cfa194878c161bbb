/*
 * list_query: the parameters of a list endpoint, checked.
 *
 * The common ones of the contract are read here, the model's own filters by the model room. Says what
 * to return and from where; knows no store.
 */
#ifndef WEIR_WEB_LIST_QUERY_H
#define WEIR_WEB_LIST_QUERY_H

#include "base/buf.h"
#include "base/id.h"
#include "model/filter.h"
#include "web/query.h"

#define LIST_PAGE_DEFAULT 100
#define LIST_PAGE_MAX 250

enum list_order { LIST_BY_ID = 1, LIST_BY_CHANGE = 2 };

/* Behind this record the page begins; id "": nothing has been read yet. */
struct list_place {
    int64_t ms; /* in LIST_BY_CHANGE */
    char id[ID_TEXT];
};

struct list_query {
    uint32_t page_size;
    bool has_updated_after;
    int64_t updated_after_ms;
    bool include_deleted;
    bool by_ids;  /* ids or remote_ids: the few records are looked up instead of walked to */
    bool nothing; /* a filter asks for what this integration cannot know: no record matches */
    enum list_order order;
    struct list_place after;
    struct filters *filters;
};

/* Whose list it is. */
struct list_subject {
    const struct model *model;
    const struct scope *scope;
    const struct weir_model_use *uses; /* what the connector delivers; NULL: not known, all may be */
    size_t use_count;
    struct weir_str integration;
};

/* WEIR_E_INVALID: a sentence for the caller of the API. out->filters lives shorter than query and subject;
 * list_query_fini in any case. Thread: any. */
int list_query_init(struct list_query *out, const struct query *query, const struct list_subject *subject,
                    struct weir_error *err);
void list_query_fini(struct list_query *q);

/* Append the cursor of a place. Thread: any. */
void list_place_encode(struct buf *out, const struct list_place *place, enum list_order order,
                       const struct list_subject *subject);

/* YYYY-MM-DD[THH:MM:SS[.fraction]][Z], always UTC. false: not that. Thread: any. */
bool list_time_parse(int64_t *ms, struct weir_str text);

#endif

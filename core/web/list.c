/*
 * list: the list endpoints: records of one model, page by page.
 *
 * A page begins behind a place in an order that no later change moves: ids, or (touched, id) when the
 * caller asks for what changed. One record more than the page holds is looked for, so that "next" is null
 * exactly when nothing follows. A request looks at a bounded number of records; when a filter leaves
 * few of them, the page is short and "next" goes on from there.
 */
#include "model/render.h"
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/list_query.h"
#include "web/stored.h"
#include "web/tool_fields.h"

#include <stdlib.h>

#define SCAN_MAX 20000
#define PAGE_BYTES (8u * 1024 * 1024) /* a page that is longer ends early */

struct page {
    struct request *r;
    const struct web_integration *it;
    struct list_subject subject;
    struct list_query *query;
    struct stored from;
    struct lookup lookup; /* of what a record refers to */
    struct form *forms;
    struct shown_fields shown;
    int64_t since_ms; /* records touched before are not asked for */

    char (*ids)[ID_TEXT]; /* the few records to look up, in their order; NULL: walk */
    size_t id_count;

    struct list_place at;       /* behind this, looking goes on */
    struct store_record *found; /* that match, and are not rendered yet */
    size_t found_count, want;
    size_t scanned;
    struct list_place done; /* everything up to here is in the page, or does not belong into it */
    struct list_place next;
    bool has_next;
};

/* ---- looking for records ---- */

static struct list_place place_of(const struct store_record *record)
{
    struct list_place place = {.ms = record->touched_at_ms};

    memcpy(place.id, record->id, sizeof place.id);
    return place;
}

static bool matches(const struct page *p, const struct store_record *record)
{
    const struct list_query *q = p->query;

    if (record->deleted_at_ms != 0 && !q->include_deleted) {
        return false;
    }
    if (q->has_updated_after && record->touched_at_ms < p->since_ms) {
        return false;
    }
    return filters_match(q->filters, weir_str_n(record->id, ID_LEN), record->remote_id, record->json);
}

static bool look_at(void *ctx, const struct store_record *record)
{
    struct page *p = ctx;

    p->scanned++;
    p->at = place_of(record);
    if (matches(p, record)) {
        p->found[p->found_count++] = *record;
    }
    return p->found_count < p->want && p->scanned < SCAN_MAX;
}

static int look_up(struct page *p, struct weir_error *err)
{
    const uint8_t model = p->subject.model->number;

    for (size_t i = 0; i < p->id_count; i++) {
        struct store_record record;
        int rc;

        if (strcmp(p->ids[i], p->at.id) <= 0) {
            continue;
        }
        rc = store_record_get(&record, p->from.reader, p->it->number, model, weir_str(p->ids[i]), err);
        if (rc == 0 && !look_at(p, &record)) {
            break;
        }
        if (rc != 0 && rc != WEIR_E_NONE) {
            return rc;
        }
    }
    return 0;
}

/* Fill found with at most want further records. */
static int look(struct page *p, struct weir_error *err)
{
    const uint8_t model = p->subject.model->number;
    struct list_place from = p->at;

    p->found_count = 0;
    if (p->ids != NULL) {
        return look_up(p, err);
    }
    if (p->query->order == LIST_BY_CHANGE) {
        return store_records_by_change(p->from.reader, p->it->number, model, from.ms, weir_str(from.id),
                                       look_at, p, err);
    }
    return store_records_by_id(p->from.reader, p->it->number, model, weir_str(from.id), look_at, p, err);
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, ID_TEXT);
}

/* The ids that ids and remote_ids name. When both are given, filters_match sees to the other. */
static int list_ids(struct page *p, struct weir_error *err)
{
    const struct filters *filters = p->query->filters;
    struct weir_str given;
    bool own = filters_id_nth(filters, 0, &given);
    size_t kept = 0;

    p->ids = calloc(FILTER_VALUES_MAX, sizeof *p->ids);
    if (p->ids == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the ids");
    }
    for (size_t n = 0; n < FILTER_VALUES_MAX; n++) {
        if (own ? !filters_id_nth(filters, n, &given) : !filters_remote_id_nth(filters, n, &given)) {
            break;
        }
        if (!own) {
            id_derive(p->ids[p->id_count++], p->subject.integration, weir_str(p->subject.model->name), given);
        } else if (id_is(given)) {
            memcpy(p->ids[p->id_count], given.data, ID_LEN);
            p->ids[p->id_count++][ID_LEN] = '\0';
        }
    }
    qsort(p->ids, p->id_count, sizeof *p->ids, compare_ids);
    for (size_t i = 0; i < p->id_count; i++) {
        if (kept == 0 || compare_ids(p->ids[kept - 1], p->ids[i]) != 0) {
            memmove(p->ids[kept++], p->ids[i], ID_TEXT);
        }
    }
    p->id_count = kept;
    return 0;
}

/* ---- the page ---- */

/* Render what was found until the page is full; *rendered counts. */
static int render_found(struct page *p, struct buf *out, size_t *rendered, struct weir_error *err)
{
    for (size_t i = 0; i < p->found_count && !p->has_next; i++) {
        struct lookup_source source = stored_source(&p->found[i]);
        size_t mark = out->len;
        int rc;

        if (*rendered > 0) {
            buf_add_char(out, ',');
        }
        rc = render_record(out, p->subject.model, p->subject.scope, &source.common, source.json, &p->lookup,
                           p->query->include_deleted, err);
        if (rc == WEIR_E_LIMIT && *rendered > 0) {
            out->failed = false; /* too much for one answer: the next page begins with it */
            p->query->page_size = (uint32_t)*rendered;
            rc = 0;
        }
        if (rc != 0 && rc != WEIR_E_NONE) {
            return rc;
        }
        if (rc == WEIR_E_NONE) { /* it lacks what may not be null, so it would spoil the page */
            out->len = mark;
        } else if (*rendered == p->query->page_size) {
            out->len = mark;
            p->next = p->done;
            p->has_next = true;
            return 0;
        } else {
            ++*rendered;
        }
        p->done = place_of(&p->found[i]);
        if (out->len > PAGE_BYTES && *rendered > 0) {
            p->query->page_size = (uint32_t)*rendered;
        }
    }
    return 0;
}

static int fill(struct page *p, struct buf *out, struct weir_error *err)
{
    size_t rendered = 0;

    while (!p->has_next) {
        int rc;

        p->want = p->query->page_size + 1 - rendered;
        rc = look(p, err);
        if (rc == 0) {
            rc = filters_check(p->query->filters, err);
        }
        if (rc == 0) {
            rc = render_found(p, out, &rendered, err);
        }
        if (rc != 0) {
            return rc;
        }
        if (!p->has_next && p->scanned >= SCAN_MAX) {
            p->next = p->at;
            p->has_next = true;
        } else if (p->found_count < p->want) {
            break; /* the end of the list */
        }
    }
    return 0;
}

static int write_page(struct page *p, struct weir_error *err)
{
    struct buf *out = answer_begin(p->r);
    int rc = 0;

    buf_add_text(out, "{\"results\":[");
    if (!p->query->nothing) {
        rc = fill(p, out, err);
    }
    buf_add_char(out, ']');
    if (p->has_next) {
        buf_add_text(out, ",\"next\":\"");
        list_place_encode(out, &p->next, p->query->order, &p->subject);
        buf_add_text(out, "\"}");
    } else {
        buf_add_text(out, ",\"next\":null}");
    }
    answer_end(p->r);
    return rc;
}

static int read_page(struct request *r, const struct web_integration *it, const struct list_subject *subject,
                     struct list_query *query, struct weir_error *err)
{
    struct web *web = r->web;
    struct page p = {
        .r = r, .it = it, .subject = *subject, .query = query, .at = query->after, .done = query->after};
    int64_t horizon_ms;
    int rc = 0;

    p.from.integration = it->number;
    p.lookup = stored_lookup(&p.from);
    p.lookup.memo = memo_new();
    p.lookup.forms = &p.forms;
    filters_look_in(query->filters, &p.lookup, query->include_deleted);
    p.found = malloc((query->page_size + 1) * sizeof *p.found);
    if (p.found == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for a page");
    }
    if (rc == 0 && fields_known_of(subject->model)) {
        rc = shown_fields_load(&p.shown, web, it, err);
        p.lookup.fields = &p.shown.fields;
    }
    if (rc == 0 && query->by_ids) {
        rc = list_ids(&p, err);
    }
    if (rc == 0) {
        horizon_ms = store_stamp_horizon_ms(web->options.store); /* before the reader is opened */
        horizon_note(&web->horizon, clock_now_ms(web->options.clock), horizon_ms);
        rc = store_reader_open(&p.from.reader, web->options.store, err);
    }
    if (rc == 0) {
        if (query->has_updated_after) {
            p.since_ms = horizon_since(&web->horizon, query->updated_after_ms);
        }
        if (query->order == LIST_BY_CHANGE && p.at.id[0] == '\0') {
            p.at.ms = p.since_ms;
        }
        rc = write_page(&p, err);
    }
    store_reader_close(p.from.reader);
    shown_fields_fini(&p.shown);
    memo_free(p.lookup.memo);
    forms_free(p.forms);
    free(p.ids);
    free(p.found);
    return rc;
}

/* ---- may it be read at all? ---- */

static bool is_readable(struct request *r, const struct web_integration *it)
{
    const struct model *model = r->model;

    if (strcmp(it->category, api_category(model)) != 0 ||
        (it->models != NULL && api_model_use(it, model) == NULL)) {
        answer_error(r, ANSWER_MODEL_NOT_AVAILABLE, "The connector %s cannot deliver %s.", it->tool,
                     model->name);
    } else if (it->row.state == STORE_INACTIVE) {
        answer_error(r, ANSWER_INACTIVE, "The integration %s is switched off.", it->id);
    } else if (it->row.state == STORE_INVALID) {
        answer_error(r, ANSWER_CREDENTIALS_INVALID,
                     "The tool refuses the credentials of %s: they have to be renewed.", it->id);
    } else if (it->row.life.setup == STORE_SETUP_INCOMPLETE) {
        answer_error(r, ANSWER_SETUP_INCOMPLETE, "The customer has not done the steps at the tool yet.");
    } else if (!it->row.first_sync_done) {
        answer_error(r, ANSWER_SETUP_SYNC_PENDING,
                     "The first sync of this integration has not finished yet.");
    } else if (it->row.life.qa == STORE_QA_FAILED) {
        answer_error(r, ANSWER_QA_FAILED, "What was read looks wrong: %s", it->row.life.qa_reason);
    } else if (!scope_allows(it->scope, model)) {
        answer_error(r, ANSWER_MODEL_DISABLED, "%s is switched off for this integration.", model->name);
    } else {
        return true;
    }
    return false;
}

void list_run(struct request *r)
{
    struct list_query list = {0};
    struct query query = {.count = 0};
    struct list_subject subject;
    struct web_integration it;
    struct weir_error err = {0};
    int rc;

    /* The admin API names it in the path; see admin_records. */
    if (!(r->surface == SURFACE_ADMIN ? api_integration_of_path(&it, r)
                                      : api_integration_of_header(&it, r))) {
        return;
    }
    if (is_readable(r, &it)) {
        subject = (struct list_subject){.model = r->model,
                                        .scope = it.scope,
                                        .uses = it.models,
                                        .use_count = it.model_count,
                                        .integration = weir_str(it.id)};
        rc = query_init(&query, exchange_query(r->x), &err);
        if (rc == 0) {
            rc = list_query_init(&list, &query, &subject, &err);
        }
        if (rc == 0) {
            rc = read_page(r, &it, &subject, &list, &err);
        }
        if (rc != 0) {
            answer_failure(r, rc, &err);
        }
        list_query_fini(&list);
        query_fini(&query);
    }
    api_integration_release(r, &it);
}

/*
 * admin_trace: the way of one change, from the delivery to the attempt, with the time between its stages.
 */
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/trace.h"

#include <stdlib.h>

static const char *by_word(uint32_t by)
{
    return by == TRACE_DELIVERY       ? "delivery"
           : by == TRACE_EVENT        ? "event"
           : by == TRACE_NOTIFICATION ? "notification"
           : by == TRACE_SYNC         ? "sync"
                                      : "record";
}

/* By time; of the same moment as they were found, which is the order of the chain. */
static int stage_order(const void *a, const void *b)
{
    const struct trace_stage *x = a;
    const struct trace_stage *y = b;

    if (x->at_ms != y->at_ms) {
        return x->at_ms < y->at_ms ? -1 : 1;
    }
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

static void write_stages(struct buf *out, struct trace *t)
{
    qsort(t->stages, t->stage_count, sizeof t->stages[0], stage_order);
    json_out_open(out, "stages", '[');
    for (size_t i = 0; i < t->stage_count; i++) {
        const struct trace_stage *stage = &t->stages[i];

        json_out_item(out);
        buf_add_char(out, '{');
        json_out_time(out, "at", stage->at_ms);
        json_out_int(out, "after_ms", i > 0 ? stage->at_ms - t->stages[i - 1].at_ms : 0);
        json_out_item(out);
        buf_add(out, t->texts.data + stage->begin, stage->len);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_trace(struct buf *out, struct admin_list *list, struct trace *t)
{
    /* The list of names writes to where its rows would go. */
    list->out = out;
    buf_add_char(out, '{');
    json_out_str(out, "id", t->id);
    json_out_text(out, "by", by_word(t->by));
    admin_put_integration(list, t->integration);
    json_out_text(out, "end", trace_end(t));
    json_out_bool(out, "complete", !t->cut && t->left_out == 0);
    write_stages(out, t);
    json_out_int(out, "total_ms",
                 t->stage_count > 0 ? t->stages[t->stage_count - 1].at_ms - t->stages[0].at_ms : 0);
    buf_add_char(out, '}');
}

void admin_trace(struct request *r)
{
    static const char *const params[] = {"by", NULL};
    static const char *const words[] = {"any", "delivery", "event", "notification", "record", "sync", NULL};
    struct weir_error err = {0};
    struct admin_list list;
    struct trace *t = NULL;
    int by;
    int rc;

    if (!admin_list_begin(&list, r, params)) {
        return;
    }
    by = admin_list_word(&list, "by", words);
    if (by < 0) {
        return;
    }
    t = calloc(1, sizeof *t);
    if (t == NULL) {
        rc = weir_fail(&err, WEIR_E_MEMORY, "no memory for a trace");
    } else {
        t->list = &list;
        t->store = r->web->options.store;
        t->id = r->params[0];
        t->by = by == 0 ? TRACE_DELIVERY | TRACE_EVENT | TRACE_NOTIFICATION | TRACE_RECORD | TRACE_SYNC
                        : UINT32_C(1) << (by - 1);
        rc = trace_follow(t, &err);
    }
    if (rc == 0) {
        write_trace(answer_begin(r), &list, t);
        answer_end(r);
        free(list.names.items);
        query_fini(&list.query);
    } else {
        admin_list_end(&list, rc, &err);
    }
    if (t != NULL) {
        trace_fini(t);
    }
    free(t);
}

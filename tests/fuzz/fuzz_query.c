/*
 * fuzz_query: any text as the query of a list endpoint, cursors included. It is taken or refused with a
 * sentence, and what is taken is within the contract's bounds. The first byte chooses the model.
 */
#include "web/cursor.h"
#include "web/list_query.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static const struct model *choose(uint8_t byte)
{
    const struct model *listed[256];
    size_t count = 0;

    for (size_t i = 0; model_nth(i) != NULL; i++) {
        if (model_nth(i)->path != NULL) {
            listed[count++] = model_nth(i);
        }
    }
    return listed[byte % count];
}

/* The place of a cursor that was taken has to give a cursor that is taken, too. */
static void check_place(const struct list_query *list, const struct list_subject *subject)
{
    struct list_query again = {0};
    struct query query = {.count = 0};
    struct weir_error err = {0};
    struct buf text;

    buf_init(&text, 400);
    buf_add_text(&text, list->order == LIST_BY_CHANGE ? "updated_after=2026-01-01&cursor=" : "cursor=");
    list_place_encode(&text, &list->after, list->order, subject);
    require(query_init(&query, buf_str(&text), &err) == 0);
    require(list_query_init(&again, &query, subject, &err) == 0);
    require(again.after.ms == list->after.ms && memcmp(again.after.id, list->after.id, ID_TEXT) == 0);
    list_query_fini(&again);
    query_fini(&query);
    buf_fini(&text);
}

static void check_list(struct list_query *list, const struct list_subject *subject)
{
    static const char stored[] = "{\"first_name\":\"A\",\"type\":\"TEAM\",\"custom_fields\":{\"a\":1}}";

    require(list->page_size >= 1 && list->page_size <= LIST_PAGE_MAX);
    if (list->after.id[0] != '\0') {
        require(id_is(weir_str(list->after.id)));
        check_place(list, subject);
    }
    (void)filters_match(list->filters, weir_str("x2tsSmXYiCKPVQJD23L7KzBA"), weir_str("1"), weir_str(stored));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const fields[] = {"first_name", "name", "employee_id", "type", NULL};
    struct weir_model_use use = {.model = "hris_employees", .fields = fields};
    struct list_query list = {0};
    struct query query = {.count = 0};
    struct weir_error err = {0};
    struct list_subject subject;
    struct scope *scope;
    uint8_t place[CURSOR_PLACE_MAX];
    int rc;

    if (size == 0) {
        return 0;
    }
    scope = scope_new("fuzz");
    require(scope != NULL);
    subject = (struct list_subject){.model = choose(data[0]),
                                    .scope = scope,
                                    .uses = data[0] > 127 ? NULL : &use,
                                    .use_count = 1,
                                    .integration = weir_str("personio:acme")};
    use.model = subject.model->name;
    (void)scope_set_model(scope, weir_str(subject.model->name), SCOPE_ENABLED);
    rc = query_init(&query, weir_str_n((const char *)data + 1, size - 1), &err);
    if (rc == 0) {
        rc = list_query_init(&list, &query, &subject, &err);
    }
    require((rc == 0) == (err.code == 0));
    if (rc == 0) {
        check_list(&list, &subject);
    } else {
        require(err.message[0] != '\0');
    }
    list_query_fini(&list);
    query_fini(&query);
    (void)cursor_decode(place, 33, weir_str_n((const char *)data, size), weir_str("a"), weir_str("b"), NULL);
    scope_free(scope);
    return 0;
}

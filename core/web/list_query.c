#include "web/list_query.h"

#include "base/datetime.h"
#include "web/api.h"
#include "web/cursor.h"

/* Order, time and id. */
#define PLACE_BYTES (1 + 8 + ID_LEN)

static const char *const common_names[] = {"cursor", "page_size", "updated_after", "include_deleted",
                                           "ignore_unsupported_filters"};

/* ---- updated_after ---- */

/* "9" stands for a digit. */
static bool has_shape(struct weir_str text, const char *shape)
{
    for (size_t i = 0; shape[i] != '\0'; i++) {
        bool digit = i < text.len && text.data[i] >= '0' && text.data[i] <= '9';

        if (i >= text.len || (shape[i] == '9' ? !digit : text.data[i] != shape[i])) {
            return false;
        }
    }
    return true;
}

bool list_time_parse(int64_t *ms, struct weir_str text)
{
    static const char date[] = "9999-99-99";
    static const char time[] = "9999-99-99T99:99:99";
    size_t at;

    if (text.len > 0 && text.data[text.len - 1] == 'Z') {
        text.len--; /* a bare date may carry it, which the reader of datetimes does not take */
    }
    if (text.len == sizeof date - 1) {
        return has_shape(text, date) && datetime_parse(ms, text);
    }
    if (!has_shape(text, time)) {
        return false;
    }
    at = sizeof time - 1;
    if (at < text.len) {
        if (text.data[at] != '.' || text.len == at + 1) {
            return false;
        }
        while (++at < text.len) {
            if (text.data[at] < '0' || text.data[at] > '9') {
                return false;
            }
        }
    }
    return datetime_parse(ms, text);
}

/* ---- the place ---- */

void list_place_encode(struct buf *out, const struct list_place *place, enum list_order order,
                       const struct list_subject *subject)
{
    uint8_t bytes[PLACE_BYTES] = {(uint8_t)order};

    cursor_put_u64(bytes + 1, (uint64_t)place->ms);
    memcpy(bytes + 9, place->id, ID_LEN);
    cursor_encode(out, weir_str(subject->model->name), subject->integration, bytes, sizeof bytes);
}

static int read_cursor(struct list_query *q, const struct query *query, const struct list_subject *subject,
                       struct weir_error *err)
{
    uint8_t bytes[PLACE_BYTES];
    struct weir_str text;
    int rc;

    if (!query_get(&text, query, "cursor") || text.len == 0) {
        return 0;
    }
    rc = cursor_decode(bytes, sizeof bytes, text, weir_str(subject->model->name), subject->integration, err);
    if (rc != 0) {
        return rc;
    }
    if (bytes[0] != (uint8_t)q->order || !id_is(weir_str_n((const char *)bytes + 9, ID_LEN))) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "the cursor belongs to a request with other parameters: send the same ones with each page");
    }
    q->after.ms = (int64_t)cursor_get_u64(bytes + 1);
    memcpy(q->after.id, bytes + 9, ID_LEN);
    q->after.id[ID_LEN] = '\0';
    return 0;
}

/* ---- filters ---- */

static bool is_common(struct weir_str name)
{
    for (size_t i = 0; i < sizeof common_names / sizeof common_names[0]; i++) {
        if (weir_str_is(name, common_names[i])) {
            return true;
        }
    }
    return false;
}

static bool is_delivered(const struct list_subject *subject, const struct model *of,
                         const struct model_field *field)
{
    const struct weir_model_use *use = api_model_use_in(subject->uses, subject->use_count, of);

    return subject->uses == NULL ||
           (use != NULL && (use->fields == NULL || api_model_use_has(use, field->name)));
}

/* Can this integration have values for what the filter needs: does the connector deliver it, and does scope
 * let it? */
static bool is_supported(const struct list_subject *subject, struct weir_str name)
{
    const struct model_field *field;
    const struct model *of;

    for (size_t n = 0; filter_need_nth(&of, &field, subject->model, name, n); n++) {
        if (!scope_allows_field(subject->scope, of, field) || !is_delivered(subject, of, field)) {
            return false;
        }
    }
    return true;
}

static int add_filter(struct list_query *q, const struct query_param *param,
                      const struct list_subject *subject, bool ignore_unsupported, struct weir_error *err)
{
    int rc;

    if (!is_supported(subject, param->name)) {
        if (ignore_unsupported) {
            return 0;
        }
        q->nothing = true;
    }
    rc = filters_add(q->filters, param->name, param->value, err);
    if (rc == WEIR_E_NONE) {
        /* A misspelt filter that is passed over would return everything. */
        return ignore_unsupported
                   ? 0
                   : weir_fail(err, WEIR_E_INVALID, "%s has no parameter \"%.*s\"", subject->model->path,
                               param->name.len < 60 ? (int)param->name.len : 60,
                               param->name.len > 0 ? param->name.data : "");
    }
    if (rc == 0 && (weir_str_is(param->name, "ids") || weir_str_is(param->name, "remote_ids"))) {
        q->by_ids = true;
    }
    return rc;
}

int list_query_init(struct list_query *out, const struct query *query, const struct list_subject *subject,
                    struct weir_error *err)
{
    struct weir_str updated_after;
    bool ignore_unsupported = false;
    int rc;

    *out = (struct list_query){.page_size = LIST_PAGE_DEFAULT, .order = LIST_BY_ID};
    out->filters = filters_new(subject->model, subject->scope, subject->integration);
    if (out->filters == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the filters");
    }
    rc = query_number(&out->page_size, query, "page_size", 1, LIST_PAGE_MAX, err);
    if (rc == 0) {
        rc = query_bool(&out->include_deleted, query, "include_deleted", err);
    }
    if (rc == 0) {
        rc = query_bool(&ignore_unsupported, query, "ignore_unsupported_filters", err);
    }
    if (rc == 0 && query_get(&updated_after, query, "updated_after")) {
        out->has_updated_after = true;
        if (!list_time_parse(&out->updated_after_ms, updated_after)) {
            rc = weir_fail(err, WEIR_E_INVALID,
                           "updated_after is no point in time: write it as 2026-02-11T07:30:05.217Z, in UTC");
        }
    }
    for (size_t i = 0; i < query->count && rc == 0; i++) {
        if (!is_common(query->params[i].name)) {
            rc = add_filter(out, &query->params[i], subject, ignore_unsupported, err);
        }
    }
    if (rc == 0) {
        out->order = out->has_updated_after && !out->by_ids ? LIST_BY_CHANGE : LIST_BY_ID;
        rc = read_cursor(out, query, subject, err);
    }
    return rc;
}

void list_query_fini(struct list_query *q)
{
    filters_free(q->filters);
    q->filters = NULL;
}

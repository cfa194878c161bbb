#include "sameness.h"

#include <stdlib.h>

#define KEY_MAX 400

/* "hris_employees 7" -> its JSON. json_decref it. */
static json_t *last_of_each(const json_t *records)
{
    json_t *last = json_object();
    const json_t *item;
    char key[KEY_MAX];
    size_t i;

    json_array_foreach(records, i, item)
    {
        (void)snprintf(key, sizeof key, "%s %s", json_string_value(json_object_get(item, "model")),
                       json_string_value(json_object_get(item, "remote_id")));
        (void)json_object_set(last, key, json_object_get(item, "json"));
    }
    return last;
}

static void show(struct buf *out, const char *word, const json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT) : NULL;

    buf_printf(out, "  %s %.300s\n", word, text != NULL ? text : "nothing");
    free(text);
}

static size_t compare_one(struct buf *out, const char *key, const json_t *first, const json_t *second)
{
    if (first != NULL && second != NULL && json_equal(first, second) != 0) {
        return 0;
    }
    buf_printf(out, "%s\n", key);
    show(out, "first ", first);
    show(out, "second", second);
    return 1;
}

static size_t compare_records(struct buf *out, const struct case_step *step, const json_t *first,
                              const json_t *second)
{
    json_t *was = last_of_each(first);
    json_t *is = last_of_each(second);
    char asked[KEY_MAX];
    size_t count = 0;
    const char *key;
    json_t *value;

    (void)snprintf(asked, sizeof asked, "%.*s %.*s",
                   WEIR_STR_ARG(step->kind == STEP_RECORD ? step->ref.model : step->model),
                   WEIR_STR_ARG(step->ref.remote_id));
    json_object_foreach(is, key, value)
    {
        count += compare_one(out, key, json_object_get(was, key), value);
    }
    json_object_foreach(was, key, value)
    {
        bool due =
            step->kind == STEP_RECORD ? strcmp(key, asked) == 0 : strncmp(key, asked, strlen(asked)) == 0;

        if (json_object_get(is, key) == NULL && due) {
            count += compare_one(out, key, value, NULL);
        }
    }
    json_decref(was);
    json_decref(is);
    return count;
}

/* Something else that is gone is told once, like a name. */
static size_t compare_gone(struct buf *out, const struct case_step *step, const json_t *first,
                           const json_t *second)
{
    struct weir_str id = step->ref.remote_id;
    const json_t *item;
    size_t i;

    json_array_foreach(first, i, item)
    {
        const json_t *text = json_object_get(item, "remote_id");

        if (weir_str_equal(weir_str_n(json_string_value(text), json_string_length(text)), id)) {
            return compare_one(out, "gone", first, second);
        }
    }
    return json_array_size(second) > 0 ? compare_one(out, "gone", first, second) : 0;
}

size_t sameness_compare(struct buf *out, const struct case_step *step, const struct step_result *first,
                        const struct step_result *second)
{
    const struct harvest *a = &first->harvest;
    const struct harvest *b = &second->harvest;
    size_t count = compare_records(out, step, a->records, b->records);

    if (first->rc != second->rc) {
        buf_printf(out, "code\n  first  %s\n  second %s %s\n", case_code_word(first->rc),
                   case_code_word(second->rc), second->rc != 0 ? second->err.message : "");
        return count + 1;
    }
    count += compare_gone(out, step, a->gone, b->gone);
    count += compare_one(out, "complete", a->complete, b->complete);
    count += compare_one(out, "events", a->events, b->events);
    count += compare_one(out, "touched", a->touched, b->touched);
    if (first->passed.status != second->passed.status ||
        !weir_str_equal(buf_str(&first->passed.body), buf_str(&second->passed.body))) {
        buf_printf(out, "answer\n  first  HTTP %d, %zu bytes\n  second HTTP %d, %zu bytes\n",
                   first->passed.status, first->passed.body.len, second->passed.status,
                   second->passed.body.len);
        count++;
    }
    if (!weir_str_equal(buf_str(&a->next), buf_str(&b->next))) {
        buf_printf(out, "next page\n  first  %.*s\n  second %.*s\n", WEIR_STR_ARG(buf_str(&a->next)),
                   WEIR_STR_ARG(buf_str(&b->next)));
        count++;
    }
    if (step->kind == STEP_DELIVER && first->verdict.decision != second->verdict.decision) {
        buf_printf(out, "verdict\n  first  %d\n  second %d\n", (int)first->verdict.decision,
                   (int)second->verdict.decision);
        count++;
    }
    return count;
}

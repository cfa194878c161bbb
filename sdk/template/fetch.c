/* People, by id and page by page. */
#include "sample_tool.h"

static int person_emit(const json_t *person, const struct weir_sink *sink, struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    json_t *record = json_object();
    int rc = weir_json_put_text_from(record, "first_name", person, "first_name") |
             weir_json_put_text_from(record, "last_name", person, "last_name") |
             weir_json_put_text_from(record, "work_email", person, "email") |
             weir_json_put_text_from(record, "start_date", person, "hired_on");

    if (record == NULL || rc != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    } else if (!weir_json_id(id, person, "id")) {
        rc = weir_fail(err, WEIR_E_INVALID, "GET /v1/people: a person without an id");
    } else {
        rc = weir_emit_json(sink, "hris_employees", weir_str(id), record, err);
    }
    json_decref(record);
    return rc;
}

static int record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                  struct weir_error *err)
{
    struct weir_http_answer answer;
    int rc = client_send(&answer, self, "GET", "/v1/people/", ref->remote_id, NULL, err);

    if (rc == 0) {
        rc = person_emit(answer.json, sink, err);
    }
    weir_http_answer_fini(&answer);
    return rc;
}

static int list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                const struct weir_sink *sink, struct weir_error *err)
{
    struct weir_http_answer answer;
    struct weir_str next = {NULL, 0};
    const json_t *person;
    size_t i;
    int rc = client_send(&answer, self, "GET", "/v1/people?cursor=", cursor, NULL, err);
    const json_t *people = weir_json_array(answer.json, "people");

    (void)model, (void)since_ms; /* the table has one model, and promises no "since" */
    if (rc == 0 && people == NULL) {
        /* Not an empty company: everybody would be taken as gone. */
        rc = weir_fail(err, WEIR_E_LATER, "GET /v1/people: the answer has no people");
    }
    json_array_foreach(people, i, person)
    {
        rc = rc != 0 ? rc : person_emit(person, sink, err);
    }
    if (rc == 0 && weir_json_str(&next, answer.json, "next") == WEIR_JSON_VALUE) {
        rc = sink->next(sink, next, err);
    }
    weir_http_answer_fini(&answer);
    return rc;
}

const struct weir_fetch sample_tool_fetch = {
    .size = sizeof sample_tool_fetch, .record = record, .list = list};

#include "web/absence.h"

#include "base/datetime.h"

#define NOTE_MAX 10000

bool absence_remote_id(char out[257], struct request *r, const struct web_integration *it,
                       const char *model_name, struct weir_str id, const char *what, enum answer unknown)
{
    const struct model *model = model_find(weir_str(model_name));
    struct store_reader *reader = NULL;
    struct store_record record;
    struct weir_error err = {0};
    int rc = id_is(id) ? store_reader_open(&reader, r->web->options.store, &err) : WEIR_E_NONE;

    if (rc == 0) {
        rc = store_record_get(&record, reader, it->number, model->number, id, &err);
    }
    if (rc == 0 && (record.deleted_at_ms != 0 || record.remote_id.len == 0 || record.remote_id.len > 256)) {
        rc = WEIR_E_NONE;
    }
    if (rc == 0) {
        (void)snprintf(out, 257, "%.*s", WEIR_STR_ARG(record.remote_id));
    } else if (rc == WEIR_E_NONE) {
        answer_error(r, unknown, "There is no %s \"%.*s\" in this integration.", what,
                     id.len < 40 ? (int)id.len : 40, id.len > 0 ? id.data : "");
    } else {
        answer_failure(r, rc, &err);
    }
    store_reader_close(reader);
    return rc == 0;
}

static const char *text_member(const json_t *body, const char *key)
{
    return json_string_value(json_object_get(body, key));
}

/* The day of a date, or of a date-time whose time does not count. */
static bool read_day(char out[ABSENCE_DAY + 1], struct request *r, const json_t *body, const char *key)
{
    const char *text = text_member(body, key);
    int64_t ms;

    if (text == NULL || strlen(text) < ABSENCE_DAY || !datetime_parse(&ms, weir_str(text)) ||
        !datetime_is_date(weir_str_n(text, ABSENCE_DAY))) {
        answer_error(r, ANSWER_INPUT_INVALID,
                     "\"%s\" has to be a day, as 2026-03-09 or 2026-03-09T00:00:00.000Z.", key);
        return false;
    }
    memcpy(out, text, ABSENCE_DAY);
    out[ABSENCE_DAY] = '\0';
    return true;
}

static bool is_clock_time(const char *text)
{
    char whole[32];
    int64_t ms;

    if (strlen(text) != 5 && strlen(text) != 8) {
        return false;
    }
    (void)snprintf(whole, sizeof whole, "2026-01-01T%s%s", text, strlen(text) == 5 ? ":00" : "");
    return datetime_parse(&ms, weir_str(whole));
}

/* Clock times as HH:MM:SS; null and missing are none. */
static bool copy_time(json_t *input, struct request *r, const json_t *body, const char *key)
{
    const json_t *value = json_object_get(body, key);
    const char *text = json_string_value(value);

    if (value == NULL || json_is_null(value)) {
        return true;
    }
    if (text == NULL || !is_clock_time(text)) {
        answer_error(r, ANSWER_INPUT_INVALID, "\"%s\" has to be a time of the day, as 13:30:00.", key);
        return false;
    }
    return json_object_set_new(input, key, json_sprintf("%s%s", text, strlen(text) == 5 ? ":00" : "")) == 0;
}

/* The other members: of these kinds if they are there. */
static bool copy_plain(json_t *input, struct request *r, json_t *body)
{
    static const struct {
        const char *key, *kind;
        bool boolean, number, object, word;
    } plain[] = {{"start_half_day", "true or false", true, false, false, false},
                 {"end_half_day", "true or false", true, false, false, false},
                 {"amount", "a number", false, true, false, false},
                 {"unit", "\"HOURS\" or \"DAYS\"", false, false, false, true},
                 {"remote_fields", "an object", false, false, true, false}};

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        json_t *value = json_object_get(body, plain[i].key);
        const char *text = json_string_value(value);

        if (value == NULL) {
            continue;
        }
        if (!((plain[i].boolean && json_is_boolean(value)) || (plain[i].number && json_is_number(value)) ||
              (plain[i].object && json_is_object(value)) ||
              (plain[i].word && text != NULL && (strcmp(text, "HOURS") == 0 || strcmp(text, "DAYS") == 0)))) {
            answer_error(r, ANSWER_INPUT_INVALID, "\"%s\" has to be %s.", plain[i].key, plain[i].kind);
            return false;
        }
        (void)json_object_set(input, plain[i].key, value);
    }
    return true;
}

static bool read_texts(json_t *input, struct request *r, const json_t *body)
{
    json_t *note = json_object_get(body, "employee_note");
    json_t *given = json_object_get(body, "status");
    const char *status = given != NULL ? json_string_value(given) : "REQUESTED";

    if (note == NULL ||
        (!json_is_null(note) && (!json_is_string(note) || json_string_length(note) > NOTE_MAX))) {
        answer_error(r, ANSWER_INPUT_INVALID,
                     "\"employee_note\" has to be there: null, or a text of at most %d bytes.", NOTE_MAX);
        return false;
    }
    if (status == NULL || (strcmp(status, "REQUESTED") != 0 && strcmp(status, "APPROVED") != 0)) {
        answer_error(r, ANSWER_INPUT_INVALID, "\"status\" has to be \"REQUESTED\" or \"APPROVED\".");
        return false;
    }
    (void)json_object_set(input, "employee_note", note);
    (void)json_object_set_new(input, "status", json_string(status));
    return true;
}

static bool read_refs(json_t *input, struct request *r, const struct web_integration *it, const json_t *body)
{
    const char *employee = text_member(body, "employee_id");
    const char *type = text_member(body, "absence_type_id");
    char remote_id[257];

    if (employee == NULL || type == NULL) {
        answer_error(r, ANSWER_INPUT_INVALID, "\"%s\" has to be a text.",
                     employee == NULL ? "employee_id" : "absence_type_id");
        return false;
    }
    if (!absence_remote_id(remote_id, r, it, "hris_employees", weir_str(employee), "employee",
                           ANSWER_INPUT_INVALID)) {
        return false;
    }
    (void)json_object_set_new(input, "employee_id", json_string(remote_id));
    if (!absence_remote_id(remote_id, r, it, "hris_absence_types", weir_str(type), "absence type",
                           ANSWER_INPUT_INVALID)) {
        return false;
    }
    (void)json_object_set_new(input, "absence_type_id", json_string(remote_id));
    return true;
}

bool absence_read(json_t *input, struct absence_days *days, struct request *r,
                  const struct web_integration *it, json_t *body)
{
    if (!read_day(days->start, r, body, "start_date") || !read_day(days->end, r, body, "end_date")) {
        return false;
    }
    if (strcmp(days->end, days->start) < 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "\"end_date\" is before \"start_date\".");
        return false;
    }
    (void)json_object_set_new(input, "start_date", json_string(days->start));
    (void)json_object_set_new(input, "end_date", json_string(days->end));
    return read_texts(input, r, body) && copy_plain(input, r, body) &&
           copy_time(input, r, body, "start_time") && copy_time(input, r, body, "end_time") &&
           read_refs(input, r, it, body);
}

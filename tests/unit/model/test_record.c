/* From what a connector emitted to the canonical text: as a whole. */
#include "everything.h"

#include <stdlib.h>

static struct record_repairs repairs;
static struct weir_error err;

/* Normalise json as the record "7" of model; the test frees it. NULL: it failed, and err says why. */
static struct record *normalise_over(const char *model, const char *json, const char *stored)
{
    struct scope *scope = scope_everything();
    struct record *record = NULL;
    int rc;

    memset(&err, 0, sizeof err);
    rc = record_normalise(&record, model_named(model), scope, weir_str(INTEGRATION), weir_str("7"),
                          weir_bytes(json, strlen(json)), weir_str(stored), &repairs, &err);
    EXPECT_INT(rc, err.code);
    EXPECT((rc == 0) == (record != NULL));
    scope_free(scope);
    return record;
}

static struct record *normalise(const char *model, const char *json)
{
    return normalise_over(model, json, NULL);
}

static void expect_json(const char *want, const struct record *record)
{
    assert_non_null(record);
    EXPECT_INT(strlen(want), record->json.len);
    assert_memory_equal(want, record->json.data, record->json.len);
}

/* emitted becomes want, with so many repairs. */
static void becomes(const char *model, const char *emitted, const char *want, size_t repair_count)
{
    struct record *record = normalise(model, emitted);

    if (record == NULL) {
        fail_msg("%s", err.message);
    }
    expect_json(want, record);
    EXPECT_INT(repair_count, repairs.count);
    record_free(record);
}

static void refused(const char *model, const char *emitted, const char *message)
{
    assert_null(normalise(model, emitted));
    EXPECT_INT(WEIR_E_INVALID, err.code);
    EXPECT_STR(message, err.message);
}

TEST(columns_come_in_the_order_of_the_table_without_nulls)
{
    UNUSED_STATE;
    becomes("hris_employees",
            "{ \"weekly_hours\": 40, \"last_name\": \"Okafor\", \"ssn\": null, \"first_name\": \"Mira\", "
            "\"id\": 7 }",
            "{\"first_name\":\"Mira\",\"last_name\":\"Okafor\",\"weekly_hours\":40}", 0);
    becomes("hris_employees", "{}", "{}", 0);
}

TEST(equal_records_have_equal_bytes_and_hash_however_they_were_written)
{
    struct record *a =
        normalise("hris_employees", "{\"weekly_hours\":38.50,\"first_name\":\"J\\u00f6rg\","
                                    "\"custom_fields\":{\"b\":1,\"a\":[1.0,null]},\"groups\":[2,\"1\",2]}");
    struct record *b =
        normalise("hris_employees", "{\"groups\":[\"1\",\"2\"],\"custom_fields\":{\"a\":[1,null],\"b\":1},"
                                    "\"first_name\":\"J\xc3\xb6rg\",\"weekly_hours\":3.85e1}");
    struct record *other = normalise("hris_employees", "{\"first_name\":\"Jorg\"}");
    struct record *empty = normalise("hris_employees", "{}");
    struct record *empty_team = normalise("hris_teams", "{}");

    UNUSED_STATE;
    EXPECT(weir_str_equal(a->json, b->json));
    assert_memory_equal(a->hash, b->hash, RECORD_HASH);
    assert_memory_not_equal(a->hash, other->hash, RECORD_HASH);
    assert_memory_not_equal(empty->hash, empty_team->hash, RECORD_HASH);
    record_free(a);
    record_free(b);
    record_free(other);
    record_free(empty);
    record_free(empty_team);
    record_free(NULL);
}

TEST(references_become_ids_and_are_listed_for_the_store)
{
    struct record *record =
        normalise("hris_employees",
                  "{\"manager_id\":1007,\"legal_entity_id\":\"\",\"groups\":[\"88\",\"\",null,89,\"88\"]}");
    char manager[ID_TEXT], team88[ID_TEXT], team89[ID_TEXT], self[ID_TEXT], want[200];
    bool swapped;

    UNUSED_STATE;
    assert_non_null(record);
    id_of(manager, "hris_employees", "1007");
    id_of(team88, "hris_teams", "88");
    id_of(team89, "hris_teams", "89");
    id_of(self, "hris_employees", "7");
    swapped = strcmp(team88, team89) > 0;
    (void)snprintf(want, sizeof want, "{\"manager_id\":\"%s\",\"groups\":[\"%s\",\"%s\"]}", manager,
                   swapped ? team89 : team88, swapped ? team88 : team89);
    expect_json(want, record);
    EXPECT_STR(self, record->id);
    EXPECT(weir_str_is(record->remote_id, "7"));
    EXPECT_INT(3, record->ref_count);
    EXPECT_INT(3, record->refs[0].slot);
    EXPECT_STR("hris_employees", record->refs[0].target->name);
    EXPECT_STR(manager, record->refs[0].id);
    EXPECT(weir_str_is(record->refs[0].remote_id, "1007"));
    EXPECT_INT(4, record->refs[1].slot);
    EXPECT(weir_str_is(record->refs[1].remote_id, swapped ? "89" : "88"));
    EXPECT_INT(0, repairs.count);
    record_free(record);
}

TEST(a_field_left_out_keeps_its_stored_value_and_null_empties_it)
{
    char manager[ID_TEXT], team[ID_TEXT], stored[300], want[300];
    struct record *record;

    UNUSED_STATE;
    id_of(manager, "hris_employees", "1007");
    id_of(team, "hris_teams", "88");
    (void)snprintf(
        stored, sizeof stored,
        "{\"first_name\":\"Mira\",\"job_title\":\"Engineer\",\"manager_id\":\"%s\",\"groups\":[\"%s\"]}",
        manager, team);
    (void)snprintf(want, sizeof want,
                   "{\"first_name\":\"Mira\",\"ssn\":\"x\",\"manager_id\":\"%s\",\"groups\":[\"%s\"]}",
                   manager, team);
    record = normalise_over("hris_employees", "{\"job_title\":null,\"ssn\":\"x\"}", stored);
    expect_json(want, record);
    EXPECT_INT(2, record->ref_count);
    EXPECT_STR(manager, record->refs[0].id);
    EXPECT_INT(0, record->refs[0].remote_id.len);
    EXPECT_STR(team, record->refs[1].id);
    record_free(record);

    record = normalise_over("hris_employees", "{\"groups\":[],\"manager_id\":null}", stored);
    expect_json("{\"first_name\":\"Mira\",\"job_title\":\"Engineer\"}", record);
    EXPECT_INT(0, record->ref_count);
    record_free(record);
}

TEST(a_field_out_of_scope_is_neither_taken_nor_kept)
{
    struct scope *scope = scope_everything();
    struct record *record = NULL;
    const char *json = "{\"first_name\":\"Mira\",\"ssn\":{\"even\":\"unfit\"}}";

    UNUSED_STATE;
    scope_set_field(scope, weir_str("hris_employees"), weir_str("ssn"), SCOPE_DISABLED);
    scope_set_field(scope, weir_str("hris_employees"), weir_str("tax_id"), SCOPE_DISABLED);
    EXPECT_INT(0, record_normalise(&record, model_named("hris_employees"), scope, weir_str(INTEGRATION),
                                   weir_str("7"), weir_bytes(json, strlen(json)),
                                   weir_str("{\"ssn\":\"1\",\"tax_id\":\"2\",\"avatar\":\"a\"}"), &repairs,
                                   NULL));
    expect_json("{\"first_name\":\"Mira\",\"avatar\":\"a\"}", record);
    EXPECT_INT(0, repairs.count);
    record_free(record);
    scope_free(scope);
}

TEST(unknown_fields_are_dropped_and_named)
{
    UNUSED_STATE;
    becomes("hris_teams",
            "{\"name\":\"A\",\"colour\":\"red\",\"id\":\"1\",\"remote_id\":\"7\",\"changed_at\":1}",
            "{\"name\":\"A\"}", 1);
    EXPECT_STR("unknown field colour", repairs.first);
}

TEST(a_record_without_what_it_needs_is_set_aside_with_the_name_of_the_field)
{
    UNUSED_STATE;
    refused("hris_absences", "{\"amount\":3}", "hris_absences: employee_id: missing");
    refused("hris_absences", "{\"employee_id\":null}",
            "hris_absences: employee_id: null, but it needs a value");
    refused("hris_absences", "{\"employee_id\":\"\"}",
            "hris_absences: employee_id: empty, but it needs a remote id");
    refused("hris_absences", "{\"employee_id\":true}",
            "hris_absences: employee_id: boolean where a remote id belongs");
}

TEST(a_value_of_another_class_sets_the_record_aside_without_showing_the_value)
{
    UNUSED_STATE;
    refused("hris_employees", "{\"job_title\":{\"secret\":1}}",
            "hris_employees: job_title: object where text belongs");
    refused("hris_employees", "{\"work_email\":[\"a@b.example\"]}",
            "hris_employees: work_email: array where text belongs");
    refused("hris_employees", "{\"weekly_hours\":\"forty\"}",
            "hris_employees: weekly_hours: text where a number belongs");
    refused("hris_employees", "{\"gender\":true}", "hris_employees: gender: boolean where text belongs");
    refused("hris_employees", "{\"start_date\":20220901}",
            "hris_employees: start_date: number where a time as text belongs");
    refused("hris_employees", "{\"groups\":\"88\"}",
            "hris_employees: groups: text where a list of remote ids belongs");
    refused("hris_employees", "{\"home_address\":\"Street 1\"}",
            "hris_employees: home_address: text where an address object belongs");
    refused("hris_employees", "{\"custom_fields\":[]}",
            "hris_employees: custom_fields: array where an object belongs");
    refused("hris_absence_types", "{\"half_days_supported\":1}",
            "hris_absence_types: half_days_supported: number where a boolean belongs");
}

TEST(what_is_no_json_object_is_set_aside)
{
    UNUSED_STATE;
    refused("hris_teams", "[{}]", "hris_teams: array where an object belongs");
    refused("hris_teams", "", "hris_teams: JSON that ends too early at byte 0 of the record");
    refused("hris_teams", "\"text\"", "hris_teams: no valid JSON at byte 6 of the record");
    refused("hris_teams", "{\"name\":\"Jane Doe\" oops}",
            "hris_teams: no valid JSON at byte 23 of the record");
    refused("hris_teams", "{\"name\":\"\xff\"}", "hris_teams: broken UTF-8 at byte 9 of the record");
    refused("hris_teams", "{\"name\":\"a\\u0000b\"}", "hris_teams: a NUL character at byte 18 of the record");
    refused("hris_teams", "{\"name\":1e999}",
            "hris_teams: a number too big to read at byte 13 of the record");
}

TEST(deep_long_and_wide_records_are_set_aside)
{
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, 4 * RECORD_JSON_MAX);
    buf_add_text(&b, "{\"name\":");
    for (int i = 0; i < 100000; i++) {
        buf_add_char(&b, '[');
    }
    buf_add_char(&b, '\0');
    refused("hris_teams", b.data, "hris_teams: record nested deeper than 32");

    buf_clear(&b);
    buf_printf(&b, "{\"name\":\"%070000d\"}", 1);
    buf_add_char(&b, '\0');
    refused("hris_teams", b.data, "hris_teams: name: text longer than 64 KiB");

    buf_clear(&b);
    buf_add_text(&b, "{\"name\":\"");
    for (size_t i = 0; i < RECORD_JSON_MAX; i++) {
        buf_add_char(&b, 'x');
    }
    buf_add_text(&b, "\"}");
    buf_add_char(&b, '\0');
    refused("hris_teams", b.data, "hris_teams: record of 1048587 bytes, at most 1048576 are taken");

    buf_clear(&b);
    buf_add_text(&b, "{\"groups\":[0");
    for (int i = 1; i <= RECORD_REFS_MAX; i++) {
        buf_printf(&b, ",%d", i);
    }
    buf_add_text(&b, "]}");
    buf_add_char(&b, '\0');
    refused("hris_employees", b.data, "hris_employees: groups: more than 512 references in one record");

    buf_clear(&b);
    buf_printf(&b, "{\"manager_id\":\"%0300d\"}", 1);
    buf_add_char(&b, '\0');
    refused("hris_employees", b.data, "hris_employees: manager_id: remote id longer than 256 bytes");
    buf_fini(&b);
}

TEST(a_record_that_grows_too_long_while_it_is_made_is_set_aside)
{
    struct buf b;

    UNUSED_STATE;
    /* Five bytes each become ten: the time of day of a break is spelled out. */
    buf_init(&b, RECORD_JSON_MAX);
    buf_add_text(&b, "{\"employee_id\":1,\"breaks\":[");
    for (int i = 0; i < 12000; i++) {
        buf_printf(&b, "%s{\"paid\":true,\"ended_at\":\"2026-02-10\",\"started_at\":\"2026-02-10\"}",
                   i > 0 ? "," : "");
    }
    buf_add_text(&b, "]}");
    buf_add_char(&b, '\0');
    EXPECT_INT(0, buf_check(&b, "test", NULL));
    refused("hris_timesheets", b.data, "hris_timesheets: record longer than 1048576 bytes");
    buf_fini(&b);
}

TEST(a_remote_id_is_bounded_text)
{
    struct scope *scope = scope_everything();
    struct record *record = NULL;
    char id[RECORD_REMOTE_ID_MAX + 1];

    UNUSED_STATE;
    memset(id, 'x', sizeof id);
    for (size_t len = 0; len <= sizeof id; len += sizeof id) {
        EXPECT_INT(WEIR_E_INVALID,
                   record_normalise(&record, model_named("hris_teams"), scope, weir_str(INTEGRATION),
                                    weir_str_n(id, len), weir_bytes("{}", 2), weir_str(""), &repairs, &err));
    }
    EXPECT_INT(WEIR_E_INVALID,
               record_normalise(&record, model_named("hris_teams"), scope, weir_str(INTEGRATION),
                                weir_str_n("a\0b", 3), weir_bytes("{}", 2), weir_str(""), NULL, &err));
    EXPECT_INT(WEIR_E_INVALID,
               record_normalise(&record, model_named("hris_teams"), scope, weir_str(INTEGRATION),
                                weir_str("\xff"), weir_bytes("{}", 2), weir_str(""), NULL, &err));
    EXPECT_INT(0, record_normalise(&record, model_named("hris_teams"), scope, weir_str(INTEGRATION),
                                   weir_str_n(id, RECORD_REMOTE_ID_MAX), weir_bytes("{}", 2), weir_str(""),
                                   NULL, &err));
    record_free(record);
    scope_free(scope);
}

static bool partial(const struct scope *scope, const char *json)
{
    return record_is_partial(model_named("hris_teams"), scope, weir_bytes(json, strlen(json)));
}

TEST(a_record_is_partial_when_it_may_lack_a_field_that_scope_allows)
{
    struct scope *scope = scope_everything();

    UNUSED_STATE;
    EXPECT(!partial(scope, "{\"name\":\"A\",\"type\":\"TEAM\",\"parent_id\":null}"));
    EXPECT(!partial(
        scope, " { \"parent_id\" : null , \"type\" : null,\"other\":{\"a\":[1]}, \"name\" : \"\\\"\" } "));
    EXPECT(partial(scope, "{\"name\":\"A\",\"type\":\"TEAM\"}"));
    EXPECT(partial(scope, "{\"name\":\"A\",\"type\":\"TEAM\",\"other\":{\"parent_id\":1}}"));
    EXPECT(partial(scope, "{\"name\":\"parent_id\",\"type\":\"TEAM\"}"));
    EXPECT(partial(scope, "{\"name\":\"A\",\"type\":\"TEAM\",\"parent\\u005fid\":1}"));
    EXPECT(partial(scope, ""));
    EXPECT(partial(scope, "[]"));
    scope_set_field(scope, weir_str("hris_teams"), weir_str("parent_id"), SCOPE_DISABLED);
    EXPECT(!partial(scope, "{\"name\":\"A\",\"type\":\"TEAM\"}"));
    scope_free(scope);
}

/* A job's team: entries that name a user, words for what he does, and roles. */
/* In a scope that asks for the payload, or that does not. */
static struct record *with_payload(bool wanted, const char *json)
{
    struct scope *scope = scope_everything();
    struct record *record = NULL;

    if (wanted) {
        EXPECT(scope_set_field(scope, weir_str("hris_teams"), weir_str("remote_data"), SCOPE_ENABLED));
    }
    EXPECT_INT(0,
               record_normalise(&record, model_named("hris_teams"), scope, weir_str(INTEGRATION),
                                weir_str("7"), weir_bytes(json, strlen(json)), weir_str(""), &repairs, &err));
    scope_free(scope);
    return record;
}

TEST(a_tools_payload_is_kept_where_a_scope_names_it_and_is_never_compared)
{
    struct record *plain = with_payload(true, "{\"name\":\"A\"}");
    struct record *one =
        with_payload(true, "{\"name\":\"A\",\"remote_data\":{\"/v2/x\":{\"b\":[1],\"a\":null}}}");
    struct record *other = with_payload(true, "{\"remote_data\":{\"/v2/x\":{}},\"name\":\"A\"}");
    struct record *renamed = with_payload(true, "{\"name\":\"B\",\"remote_data\":{\"/v2/x\":{}}}");
    struct record *unasked = with_payload(false, "{\"name\":\"A\",\"remote_data\":{\"/v2/x\":{}}}");

    UNUSED_STATE;
    expect_json("{\"name\":\"A\",\"remote_data\":{\"/v2/x\":{\"a\":null,\"b\":[1]}}}", one);
    expect_json("{\"name\":\"A\"}", unasked);
    assert_memory_equal(plain->hash, one->hash, RECORD_HASH);
    assert_memory_equal(plain->hash, other->hash, RECORD_HASH);
    assert_memory_equal(plain->hash, unasked->hash, RECORD_HASH);
    assert_memory_not_equal(plain->hash, renamed->hash, RECORD_HASH);
    record_free(plain);
    record_free(one);
    record_free(other);
    record_free(renamed);
    record_free(unasked);
}

TEST(a_payload_that_is_too_long_or_no_object_is_left_out_and_the_record_is_kept)
{
    size_t size = RECORD_RAW_MAX + 100;
    char *json = malloc(size);
    struct record *record;
    int head = snprintf(json, size, "{\"name\":\"A\",\"remote_data\":{\"x\":\"");

    UNUSED_STATE;
    memset(json + head, 'x', RECORD_RAW_MAX);
    memcpy(json + head + RECORD_RAW_MAX, "\"}}", 4);
    record = with_payload(true, json);
    expect_json("{\"name\":\"A\"}", record);
    EXPECT_INT(1, repairs.count);
    EXPECT_STR("remote_data: longer than 131072 bytes", repairs.first);
    record_free(record);
    record = with_payload(true, "{\"name\":\"A\",\"remote_data\":[1]}");
    expect_json("{\"name\":\"A\"}", record);
    EXPECT_STR("remote_data: not an object", repairs.first);
    record_free(record);
    free(json);
}

TEST(references_in_the_entries_of_a_list_are_listed_and_kept_too)
{
    struct record *record = normalise(
        "ats_jobs", "{\"contact_id\":\"u2\",\"hiring_team\":["
                    "{\"user_id\":\"u1\",\"hiring_team_roles\":[\"RECRUITER\",\"hiring_manager\",\"BOSS\"],"
                    "\"job_roles\":[\"r1\"]},"
                    "{\"job_roles\":[\"r2\"]},{\"user_id\":\"u2\"}]}");
    static const struct {
        const char *model, *remote_id;
        int slot;
    } want[] = {
        {"ats_users", "u2", 1}, {"ats_users", "u1", 4}, {"ats_roles", "r1", 5}, {"ats_users", "u2", 4}};
    char id[ID_TEXT], u1[ID_TEXT], u2[ID_TEXT], r1[ID_TEXT], json[500];
    struct record *again;

    UNUSED_STATE;
    (void)snprintf(json, sizeof json,
                   "{\"contact_id\":\"%s\",\"hiring_team\":[{\"user_id\":\"%s\","
                   "\"hiring_team_roles\":[\"HIRING_MANAGER\",\"RECRUITER\"],\"job_roles\":[\"%s\"]},"
                   "{\"user_id\":\"%s\",\"hiring_team_roles\":[],\"job_roles\":[]}]}",
                   id_of(u2, "ats_users", "u2").data, id_of(u1, "ats_users", "u1").data,
                   id_of(r1, "ats_roles", "r1").data, u2);
    expect_json(json, record);
    EXPECT_INT(2, repairs.count); /* a word that is none, and an entry without a user */
    again = normalise_over("ats_jobs", "{}", json);
    expect_json(json, again);
    EXPECT_INT(sizeof want / sizeof want[0], record->ref_count);
    EXPECT_INT(record->ref_count, again->ref_count);
    for (size_t i = 0; i < record->ref_count; i++) {
        EXPECT_INT(want[i].slot, record->refs[i].slot);
        EXPECT_STR(want[i].model, record->refs[i].target->name);
        EXPECT(weir_str_is(record->refs[i].remote_id, want[i].remote_id));
        EXPECT(weir_str_equal(id_of(id, want[i].model, want[i].remote_id), weir_str(record->refs[i].id)));
        EXPECT_INT(want[i].slot, again->refs[i].slot);
        EXPECT_STR(record->refs[i].id, again->refs[i].id);
    }
    record_free(again);
    record_free(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(columns_come_in_the_order_of_the_table_without_nulls),
        UNIT(equal_records_have_equal_bytes_and_hash_however_they_were_written),
        UNIT(references_become_ids_and_are_listed_for_the_store),
        UNIT(a_field_left_out_keeps_its_stored_value_and_null_empties_it),
        UNIT(a_field_out_of_scope_is_neither_taken_nor_kept),
        UNIT(unknown_fields_are_dropped_and_named),
        UNIT(a_record_without_what_it_needs_is_set_aside_with_the_name_of_the_field),
        UNIT(a_value_of_another_class_sets_the_record_aside_without_showing_the_value),
        UNIT(what_is_no_json_object_is_set_aside),
        UNIT(deep_long_and_wide_records_are_set_aside),
        UNIT(a_record_that_grows_too_long_while_it_is_made_is_set_aside),
        UNIT(a_remote_id_is_bounded_text),
        UNIT(a_record_is_partial_when_it_may_lack_a_field_that_scope_allows),
        UNIT(a_tools_payload_is_kept_where_a_scope_names_it_and_is_never_compared),
        UNIT(a_payload_that_is_too_long_or_no_object_is_left_out_and_the_record_is_kept),
        UNIT(references_in_the_entries_of_a_list_are_listed_and_kept_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Each allocation on a record's way into the store and out to the API fails in turn. */
#include "expect.h"
#include "model/filter.h"
#include "model/record.h"
#include "model/render.h"
#include "scarce.h"

#include <stdlib.h>

#define INTEGRATION "personio:acme"

/* Something in every kind of field. */
static const char emitted[] =
    "{\"employee_number\":\"E-17\",\"first_name\":\"J\\u00f6rg\",\"last_name\":\"Okafor\",\"display_full_"
    "name\":null,"
    "\"nationality\":\"DE\",\"job_title\":\"Engineer\",\"work_email\":\"j.okafor@acme.example\","
    "\"personal_email\":\"not an address\",\"mobile_phone_number\":\"+49 30 123456\",\"gender\":\"FEMALE\","
    "\"ethnicity\":\"unheard of\",\"marital_status\":\"MARRIED\",\"employment_status\":\"ACTIVE\","
    "\"employment_type\":\"FULL_TIME\",\"weekly_hours\":38.50,\"date_of_birth\":\"1990-02-03\","
    "\"start_date\":\"2024-03-01T08:12:45Z\",\"termination_date\":\"someday\",\"remote_created_at\":\"2024-"
    "03-01\","
    "\"home_address\":{\"city\":\"Berlin\",\"country\":\"DE\",\"raw\":null,\"state\":\"\",\"street_1\":\"A "
    "1\","
    "\"zip_code\":10115},\"bank_accounts\":[{\"iban\":\"DE02120300000000202051\",\"holder_name\":\"J\"},{}],"
    "\"custom_fields\":{\"b\":[1,2.5,{\"x\":null}],\"a\":\"text \\ud83d\\ude00\"},\"groups\":[\"7\",8,\"7\"],"
    "\"legal_entity\":\"3\",\"legal_entity_id\":\"3\",\"work_location_id\":\"4\",\"manager_id\":\"3001\","
    "\"unknown\":1,"
    "\"integration_fields\":[{\"key\":\"k\",\"value\":\"v\"}]}";

static struct scope *scope_everything(void)
{
    struct scope *scope = scope_new("everything");

    for (size_t i = 0; scope != NULL && model_nth(i) != NULL; i++) {
        EXPECT(scope_set_model(scope, weir_str(model_nth(i)->name), SCOPE_ENABLED));
    }
    return scope;
}

/* ---- normalising ------------------------------------------------------------------------------------ */

struct normalising {
    const struct model *model;
    struct scope *scope;
    const char *emitted;
    struct weir_str stored;
    struct record *got, *want;
    struct record_repairs repairs, want_repairs;
};

static int normalise(void *ctx, struct weir_error *err)
{
    struct normalising *n = ctx;

    memset(&n->repairs, 0, sizeof n->repairs);
    return record_normalise(&n->got, n->model, n->scope, weir_str(INTEGRATION), weir_str("3003"),
                            weir_str_bytes(weir_str(n->emitted)), n->stored, &n->repairs, err);
}

static void look_at_record(void *ctx, int rc)
{
    struct normalising *n = ctx;

    EXPECT((rc == 0) == (n->got != NULL));
    if (rc == 0) {
        EXPECT(weir_str_equal(n->want->json, n->got->json));
        EXPECT(memcmp(n->want->hash, n->got->hash, RECORD_HASH) == 0);
        EXPECT_STR(n->want->id, n->got->id);
        EXPECT_INT(n->want_repairs.count, n->repairs.count);
        EXPECT_INT(n->want->ref_count, n->got->ref_count);
        for (size_t i = 0; i < n->want->ref_count; i++) {
            EXPECT_STR(n->want->refs[i].id, n->got->refs[i].id);
            EXPECT(weir_str_equal(n->want->refs[i].remote_id, n->got->refs[i].remote_id));
        }
    }
    record_free(n->got);
    n->got = NULL;
}

static void normalising_init(struct normalising *n, const char *model, const char *text,
                             struct weir_str stored)
{
    struct weir_error err;

    *n = (struct normalising){
        .model = model_find(weir_str(model)), .scope = scope_everything(), .emitted = text, .stored = stored};
    if (normalise(n, &err) != 0) {
        fail_msg("%s", err.message);
    }
    n->want = n->got;
    n->want_repairs = n->repairs;
    n->got = NULL;
}

static void normalising_fini(struct normalising *n)
{
    record_free(n->want);
    scope_free(n->scope);
}

static long try_normalise(struct normalising *n)
{
    return scarce_try(&(struct scarce_trial){.call = normalise, .look = look_at_record, .ctx = n});
}

TEST(a_full_employee_is_normalised_or_there_was_no_memory)
{
    struct normalising n;

    UNUSED_STATE;
    normalising_init(&n, "hris_employees", emitted, weir_str(""));
    EXPECT(n.want->json.len > 700);
    EXPECT(n.want->ref_count >= 4);
    EXPECT(try_normalise(&n) > 4);
    normalising_fini(&n);
}

TEST(a_part_over_what_is_stored_keeps_the_rest_or_there_was_no_memory)
{
    struct normalising first;
    struct normalising n;

    UNUSED_STATE;
    normalising_init(&first, "hris_employees", emitted, weir_str(""));
    normalising_init(&n, "hris_employees", "{\"first_name\":\"Ada\",\"manager_id\":\"9\"}", first.want->json);
    EXPECT(n.want->json.len > 700);
    EXPECT(try_normalise(&n) > 5);
    normalising_fini(&n);
    normalising_fini(&first);
}

/* A list of objects with references in it, one of which is left out. */
static const char team[] = "{\"name\":\"Developer\",\"stages\":[1,2],\"hiring_team\":["
                           "{\"user_id\":1,\"hiring_team_roles\":[\"RECRUITER\"],\"job_roles\":[3,4,5]},"
                           "{\"job_roles\":[6]},{\"user_id\":2,\"job_roles\":[3,7,8,9]}]}";

TEST(a_job_keeps_its_whole_team_or_there_was_no_memory)
{
    struct normalising first;
    struct normalising n;

    UNUSED_STATE;
    normalising_init(&first, "ats_jobs", team, weir_str(""));
    EXPECT_INT(11, first.want->ref_count);
    EXPECT(try_normalise(&first) > 4);
    normalising_init(&n, "ats_jobs", "{\"name\":\"Cook\"}", first.want->json);
    EXPECT_INT(11, n.want->ref_count);
    EXPECT(try_normalise(&n) > 4);
    normalising_fini(&n);
    normalising_fini(&first);
}

TEST(what_does_not_fit_is_said_not_to_fit_only_when_that_is_so)
{
    struct normalising n = {
        .model = model_find(weir_str("hris_absences")), .scope = scope_everything(), .emitted = "{]"};

    UNUSED_STATE;
    (void)scarce_try(&(struct scarce_trial){
        .call = normalise, .look = look_at_record, .ctx = &n, .expected = WEIR_E_INVALID});
    scope_free(n.scope);
}

struct guessing {
    struct scope *scope;
    const char *text;
    bool partial;
};

static int guess(void *ctx, struct weir_error *err)
{
    struct guessing *g = ctx;

    (void)err;
    g->partial = record_is_partial(model_find(weir_str("hris_employees")), g->scope,
                                   weir_str_bytes(weir_str(g->text)));
    return 0;
}

static void look_at_guess(void *ctx, int rc)
{
    (void)rc;
    EXPECT(((struct guessing *)ctx)->partial);
}

TEST(a_part_is_never_taken_for_the_whole)
{
    struct guessing g = {.scope = scope_everything(), .text = "{\"first_name\":\"Ada\"}"};

    UNUSED_STATE;
    (void)scarce_try(&(struct scarce_trial){.call = guess, .look = look_at_guess, .ctx = &g});
    scope_free(g.scope);
}

/* ---- showing ---------------------------------------------------------------------------------------- */

struct showing {
    struct normalising n;
    struct buf out;
    char want[16384];
};

static int by_id(void *ctx, const struct model *model, struct weir_str id, struct lookup_source *out,
                 struct weir_error *err)
{
    (void)ctx;
    (void)err;
    (void)model;
    *out = (struct lookup_source){.common = {.id = id, .remote_id = weir_str("7"), .changed_at_ms = 1000},
                                  .json = weir_str("{\"name\":\"seven\"}")};
    return 0;
}

static int children(void *ctx, const struct model *child, uint8_t slot, struct weir_str parent_id,
                    bool (*each)(void *each_ctx, const struct lookup_source *found), void *each_ctx,
                    struct weir_error *err)
{
    const struct lookup_source source = {
        .common = {.id = parent_id, .remote_id = weir_str("8"), .changed_at_ms = 1000},
        .json = weir_str("{\"job_title\":\"Engineer\",\"effective_date\":\"2024-03-01T00:00:00.000Z\"}")};

    (void)ctx;
    (void)child;
    (void)slot;
    (void)err;
    (void)each(each_ctx, &source);
    return 0;
}

static int show(void *ctx, struct weir_error *err)
{
    struct showing *s = ctx;
    const struct lookup lookup = {.by_id = by_id, .children = children};
    const struct lookup_common common = {.id = weir_str(s->n.want->id), .remote_id = weir_str("3003")};

    buf_init(&s->out, sizeof s->want - 1);
    return render_record(&s->out, s->n.model, s->n.scope, &common, s->n.want->json, &lookup, true, err);
}

static void look_at_shown(void *ctx, int rc)
{
    struct showing *s = ctx;

    if (rc == 0) {
        EXPECT_INT(strlen(s->want), s->out.len);
        EXPECT(memcmp(s->want, s->out.data, s->out.len) == 0);
    } else {
        EXPECT_INT(0, s->out.len);
    }
    buf_fini(&s->out);
}

TEST(an_employee_is_shown_whole_or_there_was_no_memory)
{
    struct showing *s = calloc(1, sizeof *s);

    UNUSED_STATE;
    normalising_init(&s->n, "hris_employees", emitted, weir_str(""));
    EXPECT_INT(0, show(s, NULL));
    EXPECT(s->out.len > 1000);
    memcpy(s->want, s->out.data, s->out.len);
    buf_fini(&s->out);
    EXPECT(scarce_try(&(struct scarce_trial){.call = show, .look = look_at_shown, .ctx = s}) > 0);
    normalising_fini(&s->n);
    free(s);
}

/* ---- asking ----------------------------------------------------------------------------------------- */

struct asking {
    struct scope *scope;
    struct filters *filters;
};

static int ask(void *ctx, struct weir_error *err)
{
    struct asking *a = ctx;
    int rc;

    a->filters = filters_new(model_find(weir_str("hris_employees")), a->scope, weir_str(INTEGRATION));
    if (a->filters == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for filters");
    }
    rc = filters_add(a->filters, weir_str("remote_ids"), weir_str("3003,3004,\xc3\xa4"), err);
    if (rc == 0) {
        rc = filters_add(a->filters, weir_str("employment_statuses"), weir_str("ACTIVE,PENDING"), err);
    }
    if (rc == 0) {
        rc = filters_add(a->filters, weir_str("custom_fields"), weir_str("{\"a\":\"b\"}"), err);
    }
    return rc == 0 ? filters_add(a->filters, weir_str("work_emails"), weir_str("a@b.example"), err) : rc;
}

static void look_at_filters(void *ctx, int rc)
{
    struct asking *a = ctx;
    struct weir_str value;
    size_t count = 0;

    while (rc == 0 && filters_remote_id_nth(a->filters, count, &value)) {
        count++;
    }
    EXPECT_INT(rc == 0 ? 3 : 0, count);
    filters_free(a->filters);
    a->filters = NULL;
}

static int ask_by_remote_id(void *ctx, struct weir_error *err)
{
    struct asking *a = ctx;
    int rc;

    a->filters = filters_new(model_find(weir_str("ats_applications")), a->scope, weir_str(INTEGRATION));
    if (a->filters == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for filters");
    }
    rc = filters_add(a->filters, weir_str("remote_ids"), weir_str("1,2,3"), err);
    return rc == 0 ? filters_add(a->filters, weir_str("job_remote_ids"), weir_str("4,5"), err) : rc;
}

TEST(remote_ids_of_others_become_ids_or_there_was_no_memory)
{
    struct asking a = {.scope = scope_everything()};

    UNUSED_STATE;
    EXPECT(scarce_try(&(struct scarce_trial){.call = ask_by_remote_id, .look = look_at_filters, .ctx = &a}) >
           3);
    scope_free(a.scope);
}

TEST(filters_hold_all_their_values_or_there_was_no_memory)
{
    struct asking a = {.scope = scope_everything()};

    UNUSED_STATE;
    EXPECT(scarce_try(&(struct scarce_trial){.call = ask, .look = look_at_filters, .ctx = &a}) > 3);
    scope_free(a.scope);
}

static int copy_scope(void *ctx, struct weir_error *err)
{
    struct asking *a = ctx;
    struct scope *scope = scope_everything();

    a->scope = scope != NULL ? scope_dup(scope) : NULL;
    scope_free(scope);
    return a->scope == NULL ? weir_fail(err, WEIR_E_MEMORY, "no memory for a scope") : 0;
}

static void look_at_scope(void *ctx, int rc)
{
    struct asking *a = ctx;
    struct scope *whole = scope_everything();

    if (rc == 0) {
        EXPECT(scope_digest(whole) == scope_digest(a->scope));
    }
    scope_free(whole);
    scope_free(a->scope);
    a->scope = NULL;
}

TEST(a_scope_is_copied_whole_or_there_was_no_memory)
{
    struct asking a = {.scope = NULL};

    UNUSED_STATE;
    EXPECT(scarce_try(&(struct scarce_trial){.call = copy_scope, .look = look_at_scope, .ctx = &a}) > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_full_employee_is_normalised_or_there_was_no_memory),
        UNIT(a_part_over_what_is_stored_keeps_the_rest_or_there_was_no_memory),
        UNIT(a_job_keeps_its_whole_team_or_there_was_no_memory),
        UNIT(what_does_not_fit_is_said_not_to_fit_only_when_that_is_so),
        UNIT(a_part_is_never_taken_for_the_whole),
        UNIT(an_employee_is_shown_whole_or_there_was_no_memory),
        UNIT(remote_ids_of_others_become_ids_or_there_was_no_memory),
        UNIT(filters_hold_all_their_values_or_there_was_no_memory),
        UNIT(a_scope_is_copied_whole_or_there_was_no_memory),
    };

    scarce_jansson();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

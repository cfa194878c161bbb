/* What a scope allows, and what it does not. */
#include "model/scope.h"

#include "expect.h"

static const struct model *employees(void)
{
    return model_find(weir_str("hris_employees"));
}

static const struct model_field *field(const char *model, const char *name)
{
    return model_field_find(model_find(weir_str(model)), weir_str(name));
}

TEST(a_new_scope_allows_nothing)
{
    struct scope *scope = scope_new("strict");

    UNUSED_STATE;
    EXPECT_STR("strict", scope_name(scope));
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        EXPECT(!scope_allows(scope, model_nth(i)));
        EXPECT(!scope_allows_field(scope, model_nth(i), model_nth(i)->fields));
        EXPECT_INT(SCOPE_DISABLED, scope_model_setting(scope, model_nth(i)));
    }
    EXPECT(!scope_allows(scope, NULL));
    scope_free(scope);
    scope_free(NULL);
}

TEST(a_model_is_switched_with_all_its_fields_and_a_field_alone)
{
    struct scope *scope = scope_new("s");

    UNUSED_STATE;
    EXPECT(scope_set_model(scope, weir_str("hris_employees"), SCOPE_ENABLED));
    EXPECT(scope_set_field(scope, weir_str("hris_employees"), weir_str("ssn"), SCOPE_DISABLED));
    EXPECT(scope_allows(scope, employees()));
    EXPECT(scope_allows_field(scope, employees(), field("hris_employees", "first_name")));
    EXPECT(!scope_allows_field(scope, employees(), field("hris_employees", "ssn")));
    EXPECT_INT(SCOPE_DISABLED, scope_field_setting(scope, employees(), field("hris_employees", "ssn")));
    EXPECT(!scope_allows(scope, model_find(weir_str("hris_teams"))));

    EXPECT(scope_set_model(scope, weir_str("hris_employees"), SCOPE_DISABLED));
    EXPECT(!scope_allows_field(scope, employees(), field("hris_employees", "first_name")));
    scope_free(scope);
}

TEST(names_that_are_not_in_the_table_are_refused)
{
    struct scope *scope = scope_new("s");

    UNUSED_STATE;
    EXPECT(!scope_set_model(scope, weir_str("hris_people"), SCOPE_ENABLED));
    EXPECT(!scope_set_field(scope, weir_str("hris_employees"), weir_str("shoe_size"), SCOPE_ENABLED));
    EXPECT(!scope_set_field(scope, weir_str("hris_people"), weir_str("ssn"), SCOPE_ENABLED));
    scope_opt_out(scope, weir_str("hris_people"), weir_str(""));
    scope_free(scope);
}

TEST(only_what_is_optional_can_be_refused_by_the_customer)
{
    struct scope *scope = scope_new("s");

    UNUSED_STATE;
    scope_set_model(scope, weir_str("hris_employees"), SCOPE_ENABLED);
    scope_set_field(scope, weir_str("hris_employees"), weir_str("ssn"), SCOPE_OPTIONAL);
    scope_set_model(scope, weir_str("hris_absences"), SCOPE_OPTIONAL);
    EXPECT(scope_allows_field(scope, employees(), field("hris_employees", "ssn")));
    EXPECT(scope_allows(scope, model_find(weir_str("hris_absences"))));

    scope_opt_out(scope, weir_str("hris_employees"), weir_str(""));
    scope_opt_out(scope, weir_str("hris_employees"), weir_str("ssn"));
    scope_opt_out(scope, weir_str("hris_employees"), weir_str("gender"));
    scope_opt_out(scope, weir_str("hris_absences"), weir_str(""));
    EXPECT(scope_allows(scope, employees()));
    EXPECT(!scope_opted_out(scope, employees(), NULL));
    EXPECT(!scope_allows_field(scope, employees(), field("hris_employees", "ssn")));
    EXPECT(scope_opted_out(scope, employees(), field("hris_employees", "ssn")));
    EXPECT(scope_allows_field(scope, employees(), field("hris_employees", "gender")));
    EXPECT(!scope_allows(scope, model_find(weir_str("hris_absences"))));
    EXPECT(scope_opted_out(scope, model_find(weir_str("hris_absences")), NULL));
    scope_free(scope);
}

TEST(a_field_that_a_record_needs_goes_only_with_its_model)
{
    const struct model *absences = model_find(weir_str("hris_absences"));
    const struct model_field *employee = field("hris_absences", "employee_id");
    struct scope *scope = scope_new("s");

    UNUSED_STATE;
    scope_set_model(scope, weir_str("hris_absences"), SCOPE_ENABLED);
    EXPECT(scope_set_field(scope, weir_str("hris_absences"), weir_str("employee_id"), SCOPE_DISABLED));
    EXPECT(scope_allows_field(scope, absences, employee));
    EXPECT_INT(SCOPE_ENABLED, scope_field_setting(scope, absences, employee));
    scope_set_model(scope, weir_str("hris_absences"), SCOPE_DISABLED);
    EXPECT(!scope_allows_field(scope, absences, employee));
    scope_free(scope);
}

TEST(a_copy_goes_its_own_way)
{
    struct scope *scope = scope_new("s");
    struct scope *copy;

    UNUSED_STATE;
    scope_set_model(scope, weir_str("hris_employees"), SCOPE_OPTIONAL);
    copy = scope_dup(scope);
    EXPECT_STR("s", scope_name(copy));
    EXPECT(scope_digest(scope) == scope_digest(copy));
    scope_opt_out(copy, weir_str("hris_employees"), weir_str(""));
    EXPECT(scope_allows(scope, employees()));
    EXPECT(!scope_allows(copy, employees()));
    EXPECT(scope_digest(scope) != scope_digest(copy));
    scope_free(scope);
    scope_free(copy);
}

TEST(an_event_is_needed_when_one_of_its_models_is)
{
    static const char *const models[] = {"hris_unheard_of", "hris_absences", "hris_employees", NULL};
    const struct weir_event_type event = {.name = "person.updated", .models = models};
    const struct weir_event_type ping = {.name = "ping"};
    struct scope *scope = scope_new("s");

    UNUSED_STATE;
    EXPECT(!scope_needs_event(scope, &event));
    scope_set_model(scope, weir_str("hris_employees"), SCOPE_ENABLED);
    EXPECT(scope_needs_event(scope, &event));
    EXPECT(!scope_needs_event(scope, &ping));
    scope_free(scope);
}

TEST(the_digest_moves_with_what_is_allowed_and_with_nothing_else)
{
    struct scope *scope = scope_new("one name");
    struct scope *other = scope_new("another name");
    uint64_t before;

    UNUSED_STATE;
    scope_set_model(scope, weir_str("hris_employees"), SCOPE_ENABLED);
    scope_set_model(other, weir_str("hris_employees"), SCOPE_OPTIONAL);
    EXPECT(scope_digest(scope) == scope_digest(other));
    before = scope_digest(scope);
    scope_set_field(scope, weir_str("hris_teams"), weir_str("name"), SCOPE_ENABLED);
    EXPECT(scope_digest(scope) == before);
    scope_set_field(scope, weir_str("hris_employees"), weir_str("ssn"), SCOPE_DISABLED);
    EXPECT(scope_digest(scope) != before);
    scope_set_field(scope, weir_str("hris_employees"), weir_str("ssn"), SCOPE_OPTIONAL);
    EXPECT(scope_digest(scope) == before);
    scope_free(scope);
    scope_free(other);
}

TEST(an_action_is_off_until_it_is_set_and_only_an_optional_one_can_be_refused)
{
    struct scope *scope = scope_new("s");
    const struct action *create = action_find(weir_str("hris_create_absence"));
    const struct action *delete = action_find(weir_str("hris_delete_absence"));
    uint64_t digest = scope_digest(scope);
    struct scope *copy;

    UNUSED_STATE;
    EXPECT(!scope_allows_action(scope, create));
    EXPECT(scope_set_action(scope, weir_str("hris_create_absence"), SCOPE_ENABLED));
    EXPECT(scope_set_action(scope, weir_str("hris_delete_absence"), SCOPE_OPTIONAL));
    EXPECT(!scope_set_action(scope, weir_str("hris_create_nothing"), SCOPE_ENABLED));
    scope_opt_out(scope, weir_str("hris_create_absence"), weir_str(""));
    EXPECT(scope_allows_action(scope, create) && scope_allows_action(scope, delete));
    scope_opt_out(scope, weir_str("hris_delete_absence"), weir_str(""));
    EXPECT(!scope_allows_action(scope, delete) && scope_action_opted_out(scope, delete));
    copy = scope_dup(scope);
    EXPECT(scope_allows_action(copy, create) && !scope_allows_action(copy, delete));
    EXPECT(scope_digest(scope) == digest);
    scope_free(copy);
    scope_free(scope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_new_scope_allows_nothing),
        UNIT(a_model_is_switched_with_all_its_fields_and_a_field_alone),
        UNIT(names_that_are_not_in_the_table_are_refused),
        UNIT(only_what_is_optional_can_be_refused_by_the_customer),
        UNIT(a_field_that_a_record_needs_goes_only_with_its_model),
        UNIT(a_copy_goes_its_own_way),
        UNIT(an_event_is_needed_when_one_of_its_models_is),
        UNIT(the_digest_moves_with_what_is_allowed_and_with_nothing_else),
        UNIT(an_action_is_off_until_it_is_set_and_only_an_optional_one_can_be_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

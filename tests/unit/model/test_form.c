#include "everything.h"

#include "model/form.h"

static const struct form_key *key_named(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->keys[i].name, name) == 0) {
            return &form->keys[i];
        }
    }
    fail_msg("the form has no key %s", name);
    return NULL;
}

TEST(each_key_of_each_model_has_its_place_in_the_form)
{
    struct scope *scope = scope_everything();
    struct form *forms = NULL;

    UNUSED_STATE;
    for (size_t m = 0; model_nth(m) != NULL; m++) {
        const struct model *model = model_nth(m);
        const struct form *form = model->path != NULL ? form_of(&forms, model, scope) : NULL;
        size_t count = 0;

        for (; form != NULL && model->key_order[count] != NULL; count++) {
            const struct form_key *key = &form->keys[count];
            char start[80];

            (void)snprintf(start, sizeof start, "%c\"%s\":", count == 0 ? '{' : ',', model->key_order[count]);
            EXPECT(weir_str_is(key->start, start));
            EXPECT(key->source != FORM_COLUMN || strcmp(key->field->name, model->key_order[count]) == 0);
            EXPECT(key->source != FORM_JOIN || key->form->count > 0);
        }
        EXPECT(form == NULL || form->count == count);
    }
    forms_free(forms);
    scope_free(scope);
}

TEST(a_form_is_made_once_for_each_model_and_scope)
{
    struct scope *scope = scope_everything();
    struct scope *other = scope_everything();
    const struct model *model = model_named("hris_employees");
    struct form *forms = NULL;
    const struct form *form = form_of(&forms, model, scope);

    UNUSED_STATE;
    EXPECT(scope_set_field(other, weir_str("hris_employees"), weir_str("ssn"), SCOPE_DISABLED));
    EXPECT(key_named(form, "ssn")->seen);
    EXPECT(!key_named(form_of(&forms, model, other), "ssn")->seen);
    EXPECT(form_of(&forms, model_named("hris_teams"), scope) != form);
    EXPECT(form_of(&forms, model, scope) == form);
    forms_free(forms);
    scope_free(other);
    scope_free(scope);
}

TEST(a_join_of_a_model_that_scope_takes_away_is_not_seen)
{
    struct scope *scope = scope_everything();
    struct form *forms = NULL;
    const struct form *form;

    UNUSED_STATE;
    EXPECT(scope_set_model(scope, weir_str("hris_employments"), SCOPE_DISABLED));
    form = form_of(&forms, model_named("hris_employees"), scope);
    EXPECT(!key_named(form, "employments")->seen);
    EXPECT(weir_str_is(key_named(form, "employments")->nothing, "[]"));
    EXPECT(key_named(form, "manager")->seen);
    EXPECT(weir_str_is(key_named(form, "manager")->nothing, "null"));
    forms_free(forms);
    scope_free(scope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_key_of_each_model_has_its_place_in_the_form),
        UNIT(a_form_is_made_once_for_each_model_and_scope),
        UNIT(a_join_of_a_model_that_scope_takes_away_is_not_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "model/action.h"

static const char *const create_absence_fields[] = {
    "employee_id",    "absence_type_id", "status",        "start_date", "end_date",
    "start_half_day", "end_half_day",    "amount",        "unit",       "employee_note",
    "start_time",     "end_time",        "remote_fields", NULL};
static const char *const delete_absence_fields[] = {"absence_id", NULL};

static const struct action actions[] = {
    {"hris_create_absence", "Create absence", WEIR_CATEGORY_HRIS, "hris_absences", create_absence_fields},
    {"hris_delete_absence", "Delete absence", WEIR_CATEGORY_HRIS, "hris_absences", delete_absence_fields},
};
#define ACTION_COUNT (sizeof actions / sizeof actions[0])
_Static_assert(ACTION_COUNT <= ACTIONS_MAX, "a scope has no room for the action");

const struct action *action_nth(size_t n)
{
    return n < ACTION_COUNT ? &actions[n] : NULL;
}

const struct action *action_find(struct weir_str id)
{
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        if (weir_str_is(id, actions[i].id)) {
            return &actions[i];
        }
    }
    return NULL;
}

size_t action_index(const struct action *action)
{
    return (size_t)(action - actions);
}

#include "kinds.h"

static const char *const of_user[] = {"hris_employees", NULL};
static const char *const of_membership[] = {"hris_employees", "hris_teams", NULL};
static const char *const of_group[] = {"hris_teams", NULL};

const struct weir_event_type kind_table[KIND_COUNT] = {
    {"user.lifecycle.create", of_user},           {"user.lifecycle.activate", of_user},
    {"user.lifecycle.reactivate", of_user},       {"user.lifecycle.suspend", of_user},
    {"user.lifecycle.unsuspend", of_user},        {"user.lifecycle.deactivate", of_user},
    {"user.lifecycle.delete.initiated", of_user}, {"user.account.update_profile", of_user},
    {"group.user_membership.add", of_membership}, {"group.user_membership.remove", of_membership},
    {"group.lifecycle.create", of_group},         {"group.profile.update", of_group},
    {"group.lifecycle.delete", of_group},         {"system.import.group.create", of_group},
    {"system.import.group.delete", of_group},     {"system.import.complete", of_user},
};

const char kind_log_filter[] =
    "eventType sw \"user.lifecycle.\" or eventType sw \"user.account.update_\" or "
    "eventType sw \"group.user_membership.\" or eventType sw \"group.lifecycle.\" or "
    "eventType eq \"group.profile.update\" or eventType sw \"system.import.\"";

struct kind {
    const char *type;
    enum kind_action action;
};

/* In the end of a membership nothing of the group itself changes, so the user is enough. */
static const struct kind kinds[] = {
    {"user.lifecycle.create", KIND_USER},
    {"user.lifecycle.activate", KIND_USER},
    {"user.lifecycle.reactivate", KIND_USER},
    {"user.lifecycle.suspend", KIND_USER},
    {"user.lifecycle.unsuspend", KIND_USER},
    {"user.lifecycle.deactivate", KIND_USER},
    {"user.lifecycle.delete.initiated", KIND_USER_GONE},
    {"user.lifecycle.delete.completed", KIND_USER_GONE},
    {"user.account.update_profile", KIND_USER},
    {"user.account.update_primary_email", KIND_USER},
    {"user.account.update_secondary_email", KIND_USER},
    {"user.account.update_user_type", KIND_USER},
    {"group.user_membership.add", KIND_USER},
    {"group.user_membership.remove", KIND_USER},
    {"group.lifecycle.create", KIND_GROUP},
    {"group.profile.update", KIND_GROUP},
    {"group.lifecycle.delete", KIND_GROUP},
    {"system.import.group.create", KIND_GROUP},
    {"system.import.group.update", KIND_GROUP},
    {"system.import.group.delete", KIND_GROUP},
    {"system.import.complete", KIND_IMPORT},
};

enum kind_action kind_action(struct weir_str type)
{
    static const char import_user[] = "system.import.user.";

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (weir_str_is(type, kinds[i].type)) {
            return kinds[i].action;
        }
    }
    if (type.len > sizeof import_user - 1 && memcmp(type.data, import_user, sizeof import_user - 1) == 0) {
        return KIND_USER; /* create, update, delete and so on, which name the user */
    }
    return KIND_NONE;
}

/*
 * options: what the integration's settings say about how an Okta org is read: who is an employee, which
 * groups are teams, where dates are kept. Values are lent by the host. Pure. Thread: any.
 */
#ifndef OKTA_OPTIONS_H
#define OKTA_OPTIONS_H

#include "weir/json.h"

struct options {
    struct weir_str employee_group; /* id of a group whose members are the employees; empty: all, as below */
    struct weir_str employee_user_types; /* profile.userType is one of these, separated by commas */
    struct weir_str employee_type_id;    /* type.id is this */
    bool employee_number_required;
    struct weir_str team_groups; /* names, each with "*" at its end if wanted, separated by commas */
    bool app_groups;             /* groups of type APP_GROUP are teams too */
    struct weir_str start_date_attribute;
    struct weir_str end_date_attribute;
    struct weir_str employment_types; /* "Employee=FULL_TIME, Contractor=CONTRACT" */
    struct weir_str manager_relation; /* name of a linked object */
    bool provisioned_active;          /* PROVISIONED is ACTIVE instead of PENDING */
    bool suspended_inactive;          /* SUSPENDED is INACTIVE instead of LEAVE */
    bool second_email;                /* secondEmail is the private address */
};

/* WEIR_E_CONFIG names the setting that is wrong and what fits. */
int options_read(struct options *o, const struct weir_host *host, struct weir_error *err);

/* A group that counts as a team: its type and its name. */
bool options_is_team(const struct options *o, const json_t *group);

/* A user that counts as an employee, as far as the user tells; membership of employee_group is the caller's.
 */
bool options_is_employee(const struct options *o, const json_t *user);

/* The unified word for a userType, by the setting, else by what is known; else the text itself. Lent by the
 * option or by user_type. */
struct weir_str options_employment_type(const struct options *o, struct weir_str user_type);

#endif

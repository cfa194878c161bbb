#include "options.h"

/* ---- reading ---- */

static struct weir_str setting(const struct weir_host *host, const char *key)
{
    struct weir_str value = {NULL, 0};

    return host->setting(host, key, &value) ? value : weir_str_n(NULL, 0);
}

/* One of two words, the first when nothing is set. */
static int choice_read(bool *second, const struct weir_host *host, const char *key, const char *first_word,
                       const char *second_word, struct weir_error *err)
{
    struct weir_str value = setting(host, key);

    *second = weir_str_equal_nocase(value, weir_str(second_word));
    if (value.len > 0 && !*second && !weir_str_equal_nocase(value, weir_str(first_word))) {
        return weir_fail(err, WEIR_E_CONFIG, "the setting %s has to be %s or %s", key, first_word,
                         second_word);
    }
    return 0;
}

int options_read(struct options *o, const struct weir_host *host, struct weir_error *err)
{
    int rc;

    memset(o, 0, sizeof *o);
    o->employee_group = setting(host, "employee_group");
    o->employee_user_types = setting(host, "employee_user_types");
    o->employee_type_id = setting(host, "employee_type_id");
    o->team_groups = setting(host, "team_groups");
    o->start_date_attribute = setting(host, "start_date_attribute");
    o->end_date_attribute = setting(host, "end_date_attribute");
    o->employment_types = setting(host, "employment_types");
    o->manager_relation = setting(host, "manager_relation");
    if (o->manager_relation.len > 0 && !weir_id_valid(o->manager_relation)) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "the setting manager_relation has to be the name of a linked object (\"manager\")");
    }
    rc = choice_read(&o->employee_number_required, host, "employee_number_required", "false", "true", err);
    if (rc == 0) {
        rc = choice_read(&o->app_groups, host, "app_groups", "false", "true", err);
    }
    if (rc == 0) {
        rc = choice_read(&o->second_email, host, "second_email", "false", "true", err);
    }
    if (rc == 0) {
        rc = choice_read(&o->provisioned_active, host, "provisioned_status", "PENDING", "ACTIVE", err);
    }
    if (rc == 0) {
        rc = choice_read(&o->suspended_inactive, host, "suspended_status", "LEAVE", "INACTIVE", err);
    }
    return rc;
}

/* ---- lists ---- */

static struct weir_str trimmed(struct weir_str s)
{
    while (s.len > 0 && (s.data[0] == ' ' || s.data[0] == '\t')) {
        s = weir_str_n(s.data + 1, s.len - 1);
    }
    while (s.len > 0 && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t')) {
        s.len--;
    }
    return s;
}

/* The next of a list's items, trimmed; begin with *rest as the list. false: there is none. */
static bool item_next(struct weir_str *item, struct weir_str *rest)
{
    while (rest->len > 0) {
        const char *comma = memchr(rest->data, ',', rest->len);
        size_t len = comma != NULL ? (size_t)(comma - rest->data) : rest->len;

        *item = trimmed(weir_str_n(rest->data, len));
        len += comma != NULL ? 1 : 0;
        *rest = weir_str_n(rest->data + len, rest->len - len);
        if (item->len > 0) {
            return true;
        }
    }
    return false;
}

static bool pattern_fits(struct weir_str pattern, struct weir_str name)
{
    if (pattern.data[pattern.len - 1] != '*') {
        return weir_str_equal_nocase(pattern, name);
    }
    pattern.len--;
    return name.len >= pattern.len && weir_str_equal_nocase(pattern, weir_str_n(name.data, pattern.len));
}

bool options_is_team(const struct options *o, const json_t *group)
{
    struct weir_str rest = o->team_groups;
    struct weir_str name = {NULL, 0};
    struct weir_str pattern;

    /* BUILT_IN is the group Everyone. */
    if (!weir_json_word_is(group, "type", "OKTA_GROUP") &&
        !(o->app_groups && weir_json_word_is(group, "type", "APP_GROUP"))) {
        return false;
    }
    if (rest.len == 0) {
        return true;
    }
    (void)weir_json_str(&name, group, "profile.name");
    while (item_next(&pattern, &rest)) {
        if (pattern_fits(pattern, name)) {
            return true;
        }
    }
    return false;
}

bool options_is_employee(const struct options *o, const json_t *user)
{
    struct weir_str rest = o->employee_user_types;
    struct weir_str type_id = {NULL, 0};
    struct weir_str number = {NULL, 0};
    struct weir_str type = {NULL, 0};
    struct weir_str wanted;
    bool listed = rest.len == 0;

    (void)weir_json_str(&type_id, user, "type.id");
    (void)weir_json_str(&number, user, "profile.employeeNumber");
    (void)weir_json_str(&type, user, "profile.userType");
    while (!listed && item_next(&wanted, &rest)) {
        listed = weir_str_equal_nocase(wanted, type);
    }
    return listed && (o->employee_type_id.len == 0 || weir_str_equal(o->employee_type_id, type_id)) &&
           (!o->employee_number_required || number.len > 0);
}

struct weir_str options_employment_type(const struct options *o, struct weir_str user_type)
{
    /* userType is free text; these are what people write. */
    static const char *const known[][2] = {
        {"full time", "FULL_TIME"},   {"full-time", "FULL_TIME"},  {"part time", "PART_TIME"},
        {"part-time", "PART_TIME"},   {"contractor", "CONTRACT"},  {"intern", "INTERNSHIP"},
        {"internship", "INTERNSHIP"}, {"freelancer", "FREELANCE"}, {"apprentice", "APPRENTICESHIP"}};
    struct weir_str rest = o->employment_types;
    struct weir_str pair;

    while (item_next(&pair, &rest)) {
        const char *sign = memchr(pair.data, '=', pair.len);
        size_t at = sign != NULL ? (size_t)(sign - pair.data) : pair.len;

        if (sign != NULL && weir_str_equal_nocase(trimmed(weir_str_n(pair.data, at)), user_type)) {
            return trimmed(weir_str_n(sign + 1, pair.len - at - 1));
        }
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (weir_str_equal_nocase(weir_str(known[i][0]), user_type)) {
            return weir_str(known[i][1]);
        }
    }
    return user_type;
}

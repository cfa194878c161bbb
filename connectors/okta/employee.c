#include "employee.h"

#include "group.h"
#include "manager.h"
#include "names.h"
#include "page.h"
#include "user.h"

#include "weir/remote_data.h"

#define MODEL "hris_employees"
#define USER_NAME "/api/v1/users/{id}"
#define GROUPS_NAME "/api/v1/users/{id}/groups"
#define GROUPS_MAX 5000  /* of one user */
#define WAITING_MOST 100 /* who get their manager in one call; the others wait for the next sync */

int reading_init(struct reading *r, struct okta *self, const struct weir_sink *sink, struct weir_error *err)
{
    memset(r, 0, sizeof *r);
    r->self = self;
    r->sink = sink;
    r->told = json_object();
    return r->told != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "out of memory");
}

void reading_fini(struct reading *r)
{
    json_decref(r->told);
}

/* ---- a user's groups ---- */

static int groups_get(json_t **groups, struct okta *self, const char *user_id, struct weir_error *err)
{
    struct listing listing = {.name = GROUPS_NAME, .right = &right_users};
    struct weir_text first;
    struct weir_text path;
    int rc;

    weir_text_init(&path);
    weir_text_add(&path, "/api/v1/users/");
    weir_text_add_encoded(&path, weir_str(user_id));
    weir_text_add(&path, "/groups");
    weir_text_end(&path);
    weir_text_init(&first);
    weir_text_add(&first, path.data);
    weir_text_add(&first, "?limit=200");
    listing.path = path.data;
    listing.first = &first;
    rc = page_read_all(groups, &self->client, &listing, GROUPS_MAX, err);
    if (rc == WEIR_E_NONE) {
        /* Deleted between the two calls, most likely: the next try sees the user's own 404. */
        rc = weir_fail(err, WEIR_E_LATER, "GET " GROUPS_NAME ": HTTP 404 of a user just read");
    }
    return rc;
}

/* What counts of a user's groups. */
struct teams {
    json_t *ids;
    bool employee; /* a member of the employees' group, if there is one */
};

static int team_add(struct teams *teams, const struct reading *r, const char *id, bool team,
                    struct weir_error *err)
{
    teams->employee = teams->employee || weir_str_is(r->self->options.employee_group, id);
    return team && json_array_append_new(teams->ids, json_string(id)) != 0
               ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
               : 0;
}

/* From what was gathered, when that is as good as asking. */
static int teams_look_up(struct teams *teams, const struct reading *r, const char *user_id,
                         struct weir_error *err)
{
    const struct members_group *group;
    size_t at = 0;
    int rc = 0;

    while (rc == 0 && (group = members_next(&r->self->members, weir_str(user_id), &at)) != NULL) {
        rc = team_add(teams, r, group->id, group->team, err);
    }
    return rc;
}

/* From Okta, each team with its name in case it is not known yet. */
static int teams_ask(struct teams *teams, const struct reading *r, const char *user_id,
                     struct weir_error *err)
{
    json_t *groups = NULL;
    const json_t *group;
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc = groups_get(&groups, r->self, user_id, err);

    json_array_foreach(groups, i, group)
    {
        bool team = options_is_team(&r->self->options, group);

        if (rc != 0 || !weir_json_id(id, group, "id")) {
            continue;
        }
        rc = team_add(teams, r, id, team, err);
        if (rc == 0 && team && json_object_get(r->told, id) == NULL) {
            (void)json_object_set_new(r->told, id, json_true());
            rc = group_emit(r->sink, group, true, err);
        }
    }
    json_decref(groups);
    return rc;
}

static int teams_get(struct teams *teams, const struct reading *r, const char *user_id,
                     struct weir_error *err)
{
    teams->employee = r->self->options.employee_group.len == 0;
    teams->ids = json_array();
    if (teams->ids == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (r->listing && members_know(&r->self->members, weir_str(user_id))) {
        return teams_look_up(teams, r, user_id, err);
    }
    /* What is read now is newer than what was gathered. */
    members_touch(&r->self->members, weir_str(user_id));
    return teams_ask(teams, r, user_id, err);
}

/* ---- emitting ---- */

static int employee_gone(const struct reading *r, struct weir_str id, struct weir_error *err)
{
    people_forget_waiting(&r->self->people, id);
    return r->listing ? 0 : r->sink->gone(r->sink, weir_str(MODEL), id, err);
}

/* A status that Okta adds some day keeps the former one; told once, so that somebody hears of it. */
static void status_look(struct okta *self, const json_t *user)
{
    char line[160];
    char status[48] = "";

    if (!self->status_logged && user_status(&self->options, user) == NULL) {
        (void)weir_json_text(status, sizeof status, user, "status");
        (void)snprintf(line, sizeof line,
                       "a user has the status %s, which is not known: the former one is kept",
                       status[0] != '\0' ? status : "(none)");
        self->status_logged = true;
        client_log(&self->client, WEIR_LOG_WARN, line, NULL);
    }
}

static int employee_emit(const struct reading *r, const json_t *user, json_t *teams, const char *id,
                         struct weir_error *err)
{
    char manager_id[WEIR_ID_TEXT];
    json_t *record = NULL;
    bool found = false;
    int rc;

    people_forget_waiting(&r->self->people, weir_str(id));
    status_look(r->self, user);
    rc = manager_find(manager_id, &found, r->self, user, weir_str(id), r->may_ask, err);
    if (rc != 0) {
        return rc;
    }
    record = user_map(&r->self->options, user, found ? manager_id : NULL);
    if (record == NULL || weir_remote_data_put(record, r->self->host, MODEL, "/api/v1/users", user) != 0) {
        json_decref(record);
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    rc = names_put(record, teams, r->told, r->self, user, r->sink, err);
    if (rc == 0 && json_object_set(record, "groups", teams) != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (rc == 0) {
        rc = weir_emit_json(r->sink, MODEL, weir_str(id), record, err);
    }
    json_decref(record);
    return rc;
}

int employee_take(const struct reading *r, const json_t *user, bool gone, struct weir_error *err)
{
    struct okta *self = r->self;
    struct teams teams = {.ids = NULL};
    char id[WEIR_ID_TEXT];
    int rc;

    if (!weir_json_id(id, user, "id") || weir_json_object(user, "profile") == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "a user without a profile or an id that can be used");
    }
    if (people_learn(&self->people, user, weir_str(id)) != 0) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    /* Deleting runs in the background: until its end the user reads as deactivated. */
    if (weir_json_word_is(user, "status", "DEPROVISIONED") &&
        (gone || people_is_leaving(&self->people, weir_str(id)))) {
        return employee_gone(r, weir_str(id), err);
    }
    if (!options_is_employee(&self->options, user)) {
        return employee_gone(r, weir_str(id), err);
    }
    rc = teams_get(&teams, r, id, err);
    if (rc == 0) {
        rc =
            teams.employee ? employee_emit(r, user, teams.ids, id, err) : employee_gone(r, weir_str(id), err);
    }
    json_decref(teams.ids);
    return rc;
}

/* ---- one ---- */

static int user_get(struct answer *answer, struct okta *self, struct weir_str user_id, struct weir_error *err)
{
    struct call call = {.method = "GET", .name = USER_NAME, .right = &right_users, .bare = true};
    struct weir_text url;
    char id[WEIR_ID_TEXT];
    int rc;

    weir_text_init(&url);
    weir_text_add(&url, "/api/v1/users/");
    weir_text_add_encoded(&url, user_id);
    call.url = &url;
    rc = client_send(answer, &self->client, &call, err);
    if (rc == 0 && (!weir_json_id(id, answer->json, "id") || !weir_str_is(user_id, id))) {
        rc = weir_fail(err, WEIR_E_INVALID, "GET %s: the answer is of another user", call.name);
    }
    return rc;
}

static int user_read(const struct reading *r, struct weir_str user_id, bool gone, json_t **user,
                     struct weir_error *err)
{
    struct answer answer;
    int rc = user_get(&answer, r->self, user_id, err);

    if (rc == WEIR_E_NONE) {
        rc = employee_gone(r, user_id, err);
    } else if (rc == 0) {
        rc = employee_take(r, answer.json, gone, err);
        if (rc == 0 && user != NULL) {
            *user = json_incref(answer.json);
        }
    }
    answer_fini(&answer);
    return rc;
}

int employee_waiting(struct reading *r, const json_t *user, struct weir_error *err)
{
    char waiting[PEOPLE_ID_TEXT];
    int rc = 0;

    for (int i = 0; rc == 0 && i < WAITING_MOST && people_take_waiting(waiting, &r->self->people, user);
         i++) {
        r->may_ask = false;
        rc = user_read(r, weir_str(waiting), false, NULL, err);
    }
    return rc;
}

int employee_record(struct okta *self, struct weir_str user_id, bool gone, const struct weir_sink *sink,
                    struct weir_error *err)
{
    struct reading r;
    json_t *user = NULL;
    int rc;

    /* "me" would be the token's owner. */
    if (!weir_id_valid(user_id) || weir_str_is(user_id, "me")) {
        return weir_fail(err, WEIR_E_INVALID, MODEL ": not an id that Okta gives");
    }
    rc = reading_init(&r, self, sink, err);
    r.may_ask = true;
    if (rc == 0) {
        rc = user_read(&r, user_id, gone, &user, err);
    }
    if (rc == 0 && user != NULL) {
        rc = employee_waiting(&r, user, err);
    }
    json_decref(user);
    reading_fini(&r);
    return rc;
}

#include "employee.h"

#include "group.h"
#include "manager.h"
#include "names.h"
#include "page.h"
#include "user.h"

#include "weir/when.h"

#define MODEL "hris_employees"
#define USER_NAME "/api/v1/users/{id}"
#define GROUPS_NAME "/api/v1/users/{id}/groups"
#define GROUPS_MAX 5000       /* of one user */
#define IMPORT_USERS_MAX 1000 /* two requests each have to fit into one call */
#define IMPORT_BACK_MS (INT64_C(24) * 3600000)
#define OVERLAP_MS (INT64_C(3600000)) /* the list lags, and an import takes its time */
#define WAITING_MOST 100 /* who get their manager in one call; the others wait for the next sync */

enum phase { PHASE_GROUPS = 0, PHASE_USERS = 1 };

/* What lasts for one call of the host. */
struct reading {
    struct okta *self;
    const struct weir_sink *sink;
    json_t *told; /* names emitted in this call */
    bool may_ask; /* Okta may be asked for a manager that was not seen */
    bool listing; /* whoever is no employee is passed over: what a full listing does not emit is gone */
};

static int reading_init(struct reading *r, struct okta *self, const struct weir_sink *sink,
                        struct weir_error *err)
{
    memset(r, 0, sizeof *r);
    r->self = self;
    r->sink = sink;
    r->told = json_object();
    return r->told != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "out of memory");
}

static void reading_fini(struct reading *r)
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

static bool is_member(const json_t *groups, struct weir_str group_id)
{
    const json_t *group;
    char id[WEIR_ID_TEXT];
    size_t i;

    json_array_foreach(groups, i, group)
    {
        if (weir_json_id(id, group, "id") && weir_str_is(group_id, id)) {
            return true;
        }
    }
    return false;
}

/* The teams among them into list, each with its name in case it is not known yet. */
static int teams_put(json_t *list, const struct reading *r, const json_t *groups, struct weir_error *err)
{
    const json_t *group;
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc = 0;

    json_array_foreach(groups, i, group)
    {
        if (rc != 0 || !options_is_team(&r->self->options, group) || !weir_json_id(id, group, "id")) {
            continue;
        }
        if (json_array_append_new(list, json_string(id)) != 0) {
            return weir_fail(err, WEIR_E_MEMORY, "out of memory");
        }
        if (json_object_get(r->told, id) == NULL) {
            (void)json_object_set_new(r->told, id, json_true());
            rc = group_emit(r->sink, group, true, err);
        }
    }
    return rc;
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

static int employee_emit(const struct reading *r, const json_t *user, const json_t *groups, const char *id,
                         struct weir_error *err)
{
    char manager_id[WEIR_ID_TEXT];
    json_t *record = NULL;
    json_t *list = json_array();
    bool found = false;
    int rc;

    people_forget_waiting(&r->self->people, weir_str(id));
    status_look(r->self, user);
    rc = manager_find(manager_id, &found, r->self, user, weir_str(id), r->may_ask, err);
    if (rc != 0) {
        goto out;
    }
    record = user_map(&r->self->options, user, found ? manager_id : NULL);
    if (record == NULL || list == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
        goto out;
    }
    rc = teams_put(list, r, groups, err);
    if (rc == 0) {
        rc = names_put(record, list, r->told, r->self, user, r->sink, err);
    }
    if (rc == 0 && json_object_set(record, "groups", list) != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (rc == 0) {
        rc = weir_emit_json(r->sink, MODEL, weir_str(id), record, err);
    }

out:
    json_decref(list);
    json_decref(record);
    return rc;
}

/* A user as it was read: with its groups, or told as gone. */
static int user_take(const struct reading *r, const json_t *user, bool gone, struct weir_error *err)
{
    struct okta *self = r->self;
    json_t *groups = NULL;
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
    rc = groups_get(&groups, self, id, err);
    if (rc == 0 && self->options.employee_group.len > 0 && !is_member(groups, self->options.employee_group)) {
        rc = employee_gone(r, weir_str(id), err);
    } else if (rc == 0) {
        rc = employee_emit(r, user, groups, id, err);
    }
    json_decref(groups);
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
        rc = user_take(r, answer.json, gone, err);
        if (rc == 0 && user != NULL) {
            *user = json_incref(answer.json);
        }
    }
    answer_fini(&answer);
    return rc;
}

/* Those who waited for this user as their manager: read anew, now that it is known who that is. */
static int waiting_read(struct reading *r, const json_t *user, struct weir_error *err)
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
        rc = waiting_read(&r, user, err);
    }
    json_decref(user);
    reading_fini(&r);
    return rc;
}

/* ---- many ---- */

/* Without a filter the list leaves out who was deactivated; so there always is one. */
static void users_first(struct weir_text *url, int64_t since_ms)
{
    char since[WEIR_WHEN_TEXT] = "1990-01-01T00:00:00.000Z";

    if (since_ms > 0) {
        weir_when_format(since, since_ms, true);
    }
    weir_text_init(url);
    weir_text_add(url, "/api/v1/users?limit=200&filter=");
    weir_text_add_encoded(url, weir_str("lastUpdated gt \""));
    weir_text_add_encoded(url, weir_str(since));
    weir_text_add_encoded(url, weir_str("\""));
}

static int users_page(json_t **users, bool *more, struct page *page, struct okta *self, int64_t since_ms,
                      struct weir_error *err)
{
    struct listing listing = {
        .name = "/api/v1/users", .right = &right_users, .path = "/api/v1/users", .bare = true};
    struct weir_text first;
    const json_t *user;
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc;

    users_first(&first, since_ms);
    listing.first = &first;
    rc = page_read(users, more, NULL, page, &self->client, &listing, err);
    /* All of the page first, so that it does not matter who stands before whom. */
    json_array_foreach(*users, i, user)
    {
        if (rc == 0 && weir_json_id(id, user, "id") && people_learn(&self->people, user, weir_str(id)) != 0) {
            rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
        }
    }
    return rc;
}

static int users_take(struct reading *r, const json_t *users, struct weir_error *err)
{
    const json_t *user;
    size_t i;
    int rc = 0;

    json_array_foreach(users, i, user)
    {
        if (rc == 0) {
            rc = user_take(r, user, false, err);
        }
    }
    json_array_foreach(users, i, user)
    {
        if (rc == 0) {
            rc = waiting_read(r, user, err);
        }
    }
    return rc;
}

int employee_list(struct okta *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                  struct weir_error *err)
{
    struct reading r;
    struct page page;
    char state[PAGE_STATE_MAX];
    json_t *users = NULL;
    bool more = false;
    int rc = page_parse(&page, cursor, err);

    if (rc == 0 && page.phase > PHASE_USERS) {
        rc = weir_fail(err, WEIR_E_INVALID, "the place in the listing is not one that this connector wrote");
    }
    if (rc != 0) {
        return rc;
    }
    rc = reading_init(&r, self, sink, err);
    r.listing = since_ms <= 0;
    if (rc == 0 && page.phase == PHASE_GROUPS) {
        rc = group_page(&more, &page, self, since_ms, sink, err);
        if (rc == 0 && !more) {
            memset(&page, 0, sizeof page);
            page.phase = PHASE_USERS;
            more = true;
        }
    } else if (rc == 0) {
        rc = users_page(&users, &more, &page, self, since_ms, err);
        if (rc == 0) {
            rc = users_take(&r, users, err);
        }
    }
    json_decref(users);
    reading_fini(&r);
    return rc == 0 && more ? sink->next(sink, weir_str_n(state, page_write(state, &page)), err) : rc;
}

/* ---- after an import ---- */

/* Imports take hours, and say only that they are over. */
static int import_since(int64_t *since_ms, const struct okta *self, struct weir_error *err)
{
    int64_t now_ms = self->host->now_ms(self->host);
    char text[24] = "";
    size_t len = 0;
    long long last;
    int rc = self->host->state_get(self->host, STATE_IMPORT_READ, text, sizeof text - 1, &len, err);

    *since_ms = now_ms - IMPORT_BACK_MS;
    if (rc == WEIR_E_NONE || rc == WEIR_E_LIMIT) {
        return 0;
    }
    if (rc == 0) {
        text[len] = '\0';
        last = strtoll(text, NULL, 10);
        if (last - OVERLAP_MS > *since_ms && last <= now_ms) {
            *since_ms = last - OVERLAP_MS;
        }
    }
    return rc;
}

int employee_imported(struct okta *self, const struct weir_sink *sink, struct weir_error *err)
{
    struct page *page = calloc(1, sizeof *page);
    struct reading r;
    int64_t started_ms = self->host->now_ms(self->host);
    int64_t since_ms = 0;
    char text[24];
    bool more = true;
    size_t count = 0;
    int rc = reading_init(&r, self, sink, err);

    if (rc == 0) {
        rc = page == NULL ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                          : import_since(&since_ms, self, err);
    }
    while (rc == 0 && more) {
        json_t *users = NULL;

        rc = users_page(&users, &more, page, self, since_ms, err);
        count += json_array_size(users);
        if (rc == 0 && count > IMPORT_USERS_MAX) {
            rc =
                weir_fail(err, WEIR_E_LIMIT, "an import changed more than %d users: the next sync reads them",
                          IMPORT_USERS_MAX);
        }
        if (rc == 0) {
            rc = users_take(&r, users, err);
        }
        json_decref(users);
    }
    if (rc == 0) {
        (void)snprintf(text, sizeof text, "%lld", (long long)started_ms);
        rc = self->host->state_put(self->host, STATE_IMPORT_READ, weir_bytes(text, strlen(text)), err);
    }
    free(page);
    reading_fini(&r);
    return rc;
}

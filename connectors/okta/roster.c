#include "roster.h"

#include "employee.h"
#include "group.h"
#include "page.h"

#include "weir/when.h"

#define IMPORT_USERS_MAX 1000 /* two requests each have to fit into one call */
#define IMPORT_BACK_MS (INT64_C(24) * 3600000)
#define OVERLAP_MS (INT64_C(3600000)) /* the list lags, and an import takes its time */
#define GROUPS_A_CALL 20
#define MEMBERS_FAILURES_MAX 3 /* of one group, one after the other */

/* In this order, but for the numbers, which are in places that a host keeps. */
enum phase { PHASE_GROUPS = 0, PHASE_MEMBERS = 2, PHASE_USERS = 1 };

static void phase_begin(struct page *page, enum phase phase)
{
    memset(page, 0, sizeof *page);
    page->phase = (char)phase;
}

/* ---- users ---- */

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
            rc = employee_take(r, user, false, err);
        }
    }
    json_array_foreach(users, i, user)
    {
        if (rc == 0) {
            rc = employee_waiting(r, user, err);
        }
    }
    return rc;
}

/* ---- who is in which group ---- */

static int members_page(bool *more, struct page *page, struct okta *self, struct weir_error *err)
{
    const char *group = self->members.groups[self->members.at].id;
    struct listing listing = {.name = "/api/v1/groups/{id}/users", .right = &right_groups, .bare = true};
    struct weir_text path;
    struct weir_text first;
    json_t *users = NULL;
    const json_t *user;
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc;

    weir_text_init(&path);
    weir_text_add(&path, "/api/v1/groups/");
    weir_text_add_encoded(&path, weir_str(group));
    weir_text_add(&path, "/users");
    weir_text_end(&path);
    weir_text_init(&first);
    weir_text_add(&first, path.data);
    weir_text_add(&first, "?limit=200");
    listing.path = path.data;
    listing.first = &first;
    rc = page_read(&users, more, NULL, page, &self->client, &listing, err);
    json_array_foreach(users, i, user)
    {
        if (rc == 0 && weir_json_id(id, user, "id") &&
            (members_add(&self->members, weir_str(id)) != 0 ||
             people_learn(&self->people, user, weir_str(id)) != 0)) {
            rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
        }
    }
    json_decref(users);
    return rc;
}

/* One group. A list that Okta cannot give (a big group may answer 500) is no reason to have none of the
 * users. */
static int members_group(struct okta *self, struct weir_error *err)
{
    struct page *page = calloc(1, sizeof *page);
    struct weir_error why = {0};
    bool more = true;
    int rc = page == NULL ? weir_fail(&why, WEIR_E_MEMORY, "out of memory") : 0;

    while (rc == 0 && more && self->members.gathering) {
        rc = members_page(&more, page, self, &why);
    }
    free(page);
    if (rc == WEIR_E_NONE) {
        return 0; /* deleted since it was listed */
    }
    if (rc == WEIR_E_INVALID || rc == WEIR_E_LIMIT ||
        (rc == WEIR_E_LATER && ++self->members.failures == MEMBERS_FAILURES_MAX)) {
        client_log(&self->client, WEIR_LOG_WARN,
                   "members cannot be read group by group, users are asked for one by one", &why);
        members_fini(&self->members);
        return 0;
    }
    return rc == 0 ? 0 : weir_fail(err, rc, "%s", why.message);
}

/* A few groups. *more: there are others. */
static int members_some(bool *more, struct okta *self, struct weir_error *err)
{
    struct members *m = &self->members;
    int rc = 0;

    for (int i = 0; rc == 0 && i < GROUPS_A_CALL && m->gathering && m->at < m->group_count; i++) {
        rc = members_group(self, err);
        if (rc == 0 && m->gathering) {
            m->at++;
            m->failures = 0;
        }
    }
    *more = rc == 0 && m->gathering && m->at < m->group_count;
    if (rc == 0 && !*more) {
        members_close(m);
    }
    return rc;
}

/* Is it less to ask group by group than user by user? More than one page of users always is taken to be so.
 */
static bool is_worth_gathering(const struct members *m, const json_t *users, bool more)
{
    return m->gathering && !m->complete && (more || json_array_size(users) > m->group_count + 1);
}

/* ---- all ---- */

static int users_phase(bool *more, struct page *page, struct reading *r, int64_t since_ms,
                       struct weir_error *err)
{
    struct members *m = &r->self->members;
    bool first = page->number == 0;
    json_t *users = NULL;
    int rc = users_page(&users, more, page, r->self, since_ms, err);

    if (rc == 0 && r->listing && first && is_worth_gathering(m, users, *more)) {
        /* This page is read again when it is known who is in which group. */
        phase_begin(page, PHASE_MEMBERS);
        *more = true;
    } else if (rc == 0) {
        rc = users_take(r, users, err);
    }
    json_decref(users);
    if (rc == 0 && !*more && r->listing) {
        members_fini(m);
    }
    return rc;
}

static int phase_read(bool *more, struct page *page, struct reading *r, int64_t since_ms,
                      struct weir_error *err)
{
    uint32_t number = page->number;
    int rc;

    if (page->phase == PHASE_USERS) {
        return users_phase(more, page, r, since_ms, err);
    }
    if (page->phase == PHASE_GROUPS) {
        rc = group_page(more, page, r->self, since_ms, r->sink, err);
        if (rc == 0 && !*more && r->self->members.group_count == 0) {
            members_close(&r->self->members); /* nobody is in any */
        }
    } else {
        rc = members_some(more, r->self, err);
        page->number = number + 1; /* each place is another */
    }
    if (rc == 0 && !*more) {
        phase_begin(page, PHASE_USERS);
        *more = true;
    }
    return rc;
}

int roster_list(struct okta *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                struct weir_error *err)
{
    struct reading r;
    struct page page;
    char state[PAGE_STATE_MAX];
    bool more = false;
    int rc = page_parse(&page, cursor, err);

    if (rc == 0 && page.phase > PHASE_MEMBERS) {
        rc = weir_fail(err, WEIR_E_INVALID, "the place in the listing is not one that this connector wrote");
    }
    if (rc == 0 && cursor.len == 0 && since_ms <= 0 && members_begin(&self->members) != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (rc != 0) {
        return rc;
    }
    rc = reading_init(&r, self, sink, err);
    r.listing = since_ms <= 0;
    if (rc == 0) {
        rc = phase_read(&more, &page, &r, since_ms, err);
    }
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

int roster_imported(struct okta *self, const struct weir_sink *sink, struct weir_error *err)
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

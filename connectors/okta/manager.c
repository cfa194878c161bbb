#include "manager.h"

#define NAME_MAX_LEN 100

/* An id as Okta makes them. A text that only looks so is asked for once, and is then of nobody. */
static bool looks_like_id(struct weir_str text)
{
    return text.len == 20 && memcmp(text.data, "00u", 3) == 0 && weir_id_valid(text);
}

/* A login, an e-mail address or a number: what can stand in a filter and is worth a question. */
static bool is_askable(struct weir_str text)
{
    static const char others[] = "@.-_+";

    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              strchr(others, c) != NULL)) {
            return false;
        }
    }
    return text.len > 0 && text.len <= NAME_MAX_LEN;
}

static void question_write(struct weir_text *url, struct weir_str text)
{
    bool address = memchr(text.data, '@', text.len) != NULL;

    weir_text_init(url);
    weir_text_add(url, address ? "/api/v1/users?limit=2&filter=" : "/api/v1/users?limit=2&search=");
    weir_text_add_encoded(url, weir_str(address ? "profile.login eq \"" : "profile.employeeNumber eq \""));
    weir_text_add_encoded(url, text);
    if (address) {
        weir_text_add_encoded(url, weir_str("\" or profile.email eq \""));
        weir_text_add_encoded(url, text);
    }
    weir_text_add_encoded(url, weir_str("\""));
}

/* Without a list nothing is known: an employee would lose her manager for it. */
static int list_missing(const struct call *call, const struct answer *answer, struct weir_error *err)
{
    return weir_fail(err, WEIR_E_LATER, "GET %s: HTTP %d without a list", call->name, answer->status);
}

/* Ask Okta once, and remember the answer; two of that name are nobody. */
static int ask(struct okta *self, struct weir_str text, struct weir_error *err)
{
    struct call call = {.method = "GET", .name = "/api/v1/users", .right = &right_users, .bare = true};
    struct answer answer;
    struct weir_text url;
    char id[WEIR_ID_TEXT];
    int bad = 0;
    int rc;

    question_write(&url, text);
    call.url = &url;
    rc = client_send(&answer, &self->client, &call, err);
    if (rc == 0 && !json_is_array(answer.json)) {
        rc = list_missing(&call, &answer, err);
    } else if (rc == 0 || rc == WEIR_E_INVALID) {
        bad |= people_learn_nobody(&self->people, text);
        rc = 0;
    }
    if (rc == 0 && json_array_size(answer.json) == 1 &&
        weir_json_id(id, json_array_get(answer.json, 0), "id")) {
        bad |= people_learn(&self->people, json_array_get(answer.json, 0), weir_str(id));
    }
    answer_fini(&answer);
    return bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory") : rc;
}

static int find_by_text(char id[WEIR_ID_TEXT], bool *found, struct okta *self, struct weir_str text,
                        bool may_ask, struct weir_error *err)
{
    char known[PEOPLE_ID_TEXT] = "";
    int rc = 0;

    if (looks_like_id(text)) {
        (void)snprintf(id, WEIR_ID_TEXT, "%.*s", WEIR_STR_ARG(text));
        *found = true;
        return 0;
    }
    if (!people_find(known, &self->people, text) && may_ask && is_askable(text)) {
        rc = ask(self, text, err);
        (void)(rc == 0 && people_find(known, &self->people, text));
    }
    if (rc == 0 && known[0] != '\0') {
        (void)snprintf(id, WEIR_ID_TEXT, "%s", known);
        *found = true;
    }
    return rc;
}

/* The customer keeps the hierarchy as a relation: [{"_links":{"self":{"href":".../users/00u..."}}}], or none.
 */
static int find_by_relation(char id[WEIR_ID_TEXT], bool *found, struct okta *self, struct weir_str user_id,
                            struct weir_error *err)
{
    struct call call = {.method = "GET", .name = "/api/v1/users/{id}/linkedObjects", .right = &right_users};
    struct answer answer;
    struct weir_text url;
    struct weir_str link = {NULL, 0};
    size_t at;
    int rc;

    weir_text_init(&url);
    weir_text_add(&url, "/api/v1/users/");
    weir_text_add_encoded(&url, user_id);
    weir_text_add(&url, "/linkedObjects/");
    weir_text_add_encoded(&url, self->options.manager_relation);
    call.url = &url;
    rc = client_send(&answer, &self->client, &call, err);
    if (rc == 0 && !json_is_array(answer.json)) {
        rc = list_missing(&call, &answer, err);
    }
    if (rc == 0 &&
        weir_json_str(&link, json_array_get(answer.json, 0), "_links.self.href") == WEIR_JSON_VALUE) {
        for (at = link.len; at > 0 && link.data[at - 1] != '/'; at--) {
        }
        link = weir_str_n(link.data + at, link.len - at);
        if (weir_id_valid(link)) {
            (void)snprintf(id, WEIR_ID_TEXT, "%.*s", WEIR_STR_ARG(link));
            *found = true;
        }
    }
    answer_fini(&answer);
    /* A relation that this org does not have: the setting is wrong, the user is not. */
    return rc == WEIR_E_NONE || rc == WEIR_E_INVALID ? 0 : rc;
}

int manager_find(char id[WEIR_ID_TEXT], bool *found, struct okta *self, const json_t *user,
                 struct weir_str user_id, bool may_ask, struct weir_error *err)
{
    struct weir_str given = {NULL, 0};
    struct weir_str name = {NULL, 0};
    int rc = 0;

    *found = false;
    (void)weir_json_str(&given, user, "profile.managerId");
    (void)weir_json_str(&name, user, "profile.manager");
    if (given.len > 0) {
        rc = find_by_text(id, found, self, given, may_ask, err);
    }
    if (rc == 0 && !*found && self->options.manager_relation.len > 0) {
        rc = find_by_relation(id, found, self, user_id, err);
    }
    if (rc == 0 && !*found && name.len > 0) {
        rc = find_by_text(id, found, self, name, may_ask && memchr(name.data, '@', name.len) != NULL, err);
    }
    if (rc == 0 && !*found && (given.len > 0 || name.len > 0) &&
        people_wait(&self->people, given.len > 0 ? given : name, user_id) != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (*found && weir_str_is(user_id, id)) {
        *found = false; /* whoever has nobody above is written so by some imports */
    }
    return rc;
}

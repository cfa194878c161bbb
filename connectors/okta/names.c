#include "names.h"

#include "weir/jwt.h"

#define NAMES_ID_TEXT 257 /* of a remote id, and its end */
#define VALUE_MAX 200     /* a longer value is in its id as a digest */
#define DIGEST_CHARS 43   /* SHA-256 in base64url */

struct kind {
    const char *prefix;
    const char *path; /* in a user */
    const char *model;
    const char *type; /* of a group; NULL: not a group */
};

static const struct kind kinds[] = {
    {"department:", "profile.department", "hris_teams", "DEPARTMENT"},
    {"cost_center:", "profile.costCenter", "hris_teams", "COST_CENTER"},
    {"organization:", "profile.organization", "hris_legal_entities", NULL},
};

#define NAME_KINDS (sizeof kinds / sizeof kinds[0])

/* ---- ids ---- */

static int digest_add(char *out, size_t cap, size_t *len, const struct okta *self, struct weir_str text,
                      struct weir_error *err)
{
    struct weir_bytes part = weir_str_bytes(text);
    uint8_t digest[WEIR_DIGEST_MAX];
    size_t digest_len = 0;
    int rc = self->host->digest(self->host, WEIR_SHA256, &part, 1, digest, &digest_len, err);

    if (rc == 0 && !weir_jwt_add(out, cap, len, weir_bytes(digest, digest_len))) {
        rc = weir_fail(err, WEIR_E_LIMIT, "an id made of a name is too long");
    }
    return rc;
}

/* "department:Sales", or "department:#<digest>" of a long one. */
static int id_make(char out[NAMES_ID_TEXT], const struct okta *self, const char *prefix,
                   struct weir_str value, struct weir_error *err)
{
    size_t len = strlen(prefix);
    int rc = 0;

    memcpy(out, prefix, len);
    if (value.len <= VALUE_MAX) {
        memcpy(out + len, value.data, value.len);
        len += value.len;
    } else {
        out[len++] = '#';
        rc = digest_add(out, NAMES_ID_TEXT - 1, &len, self, value, err);
    }
    out[len] = '\0';
    return rc;
}

/* ---- emitting ---- */

static int name_emit(const struct kind *kind, const char *id, struct weir_str name,
                     const struct weir_sink *sink, struct weir_error *err)
{
    json_t *record = json_object();
    int bad = weir_json_put_str(record, "name", name);
    int rc;

    if (kind->type != NULL) {
        bad |= json_object_set_new(record, "type", json_string(kind->type));
        bad |= weir_json_put_null(record, "parent_id");
    }
    rc = bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                  : weir_emit_json(sink, kind->model, weir_str(id), record, err);
    json_decref(record);
    return rc;
}

/* Is it the first of this call? */
static int told_first(bool *first, json_t *told, const char *id, struct weir_error *err)
{
    *first = json_object_get(told, id) == NULL;
    return *first && json_object_set_new(told, id, json_true()) != 0
               ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
               : 0;
}

static int kind_put(json_t *employee, json_t *groups, json_t *told, const struct okta *self,
                    const struct kind *kind, const json_t *user, const struct weir_sink *sink,
                    struct weir_error *err)
{
    struct weir_str value = {NULL, 0};
    char id[NAMES_ID_TEXT];
    bool first = false;
    int rc;

    if (weir_json_str(&value, user, kind->path) != WEIR_JSON_VALUE || value.len == 0) {
        return kind->type == NULL && weir_json_put_null(employee, "legal_entity_id") != 0
                   ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                   : 0;
    }
    rc = id_make(id, self, kind->prefix, value, err);
    if (rc == 0 &&
        (kind->type != NULL ? json_array_append_new(groups, json_string(id))
                            : json_object_set_new(employee, "legal_entity_id", json_string(id))) != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (rc == 0) {
        rc = told_first(&first, told, id, err);
    }
    return rc == 0 && first ? name_emit(kind, id, value, sink, err) : rc;
}

/* ---- the address, which Okta does not say is whose: taken for the place of work ---- */

static const char *const address_parts[][2] = {{"street_1", "profile.streetAddress"},
                                               {"city", "profile.city"},
                                               {"state", "profile.state"},
                                               {"zip_code", "profile.zipCode"},
                                               {"country", "profile.countryCode"}};

/* The address; json_decref it. *empty: the user has none of it. NULL: out of memory. */
static json_t *address_make(bool *empty, const json_t *user)
{
    json_t *address = json_object();
    int bad = 0;

    *empty = true;
    for (size_t i = 0; i < sizeof address_parts / sizeof address_parts[0]; i++) {
        struct weir_str part = {NULL, 0};

        if (weir_json_str(&part, user, address_parts[i][1]) == WEIR_JSON_VALUE && part.len > 0) {
            bad |= weir_json_put_str(address, address_parts[i][0], part);
            *empty = false;
        }
    }
    if (bad != 0) {
        json_decref(address);
        return NULL;
    }
    return address;
}

static int place_emit(const char *id, json_t *address, const struct weir_sink *sink, struct weir_error *err)
{
    const json_t *street = json_object_get(address, "street_1");
    const json_t *city = json_object_get(address, "city");
    json_t *record = json_object();
    int bad = 0;
    int rc;

    if (street != NULL && city != NULL) {
        bad |= json_object_set_new(
            record, "name", json_sprintf("%s, %s", json_string_value(street), json_string_value(city)));
    } else if (street != NULL || city != NULL) {
        bad |= json_object_set(record, "name", (json_t *)(uintptr_t)(street != NULL ? street : city));
    } else {
        bad |= weir_json_put_null(record, "name");
    }
    bad |= json_object_set(record, "address", address);
    rc = bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                  : weir_emit_json(sink, "hris_locations", weir_str(id), record, err);
    json_decref(record);
    return rc;
}

static int place_put(json_t *employee, json_t *told, const struct okta *self, const json_t *user,
                     const struct weir_sink *sink, struct weir_error *err)
{
    static const char prefix[] = "address:#";
    char id[sizeof prefix + DIGEST_CHARS + 1];
    size_t id_len = sizeof prefix - 1;
    json_t *address = NULL;
    char *text = NULL;
    size_t len = 0;
    bool first = false;
    bool empty;
    int rc = 0;

    address = address_make(&empty, user);
    if (address == NULL || (empty && weir_json_put_null(employee, "work_location_id") != 0)) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (rc != 0 || empty) {
        goto out;
    }
    text = weir_json_dump_dup(&len, address, err);
    if (text == NULL) {
        rc = WEIR_E_MEMORY;
        goto out;
    }
    memcpy(id, prefix, id_len);
    rc = digest_add(id, sizeof id - 1, &id_len, self, weir_str_n(text, len), err);
    id[id_len] = '\0';
    if (rc == 0 && json_object_set_new(employee, "work_location_id", json_string(id)) != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (rc == 0) {
        rc = told_first(&first, told, id, err);
    }
    if (rc == 0 && first) {
        rc = place_emit(id, address, sink, err);
    }

out:
    free(text);
    json_decref(address);
    return rc;
}

int names_put(json_t *employee, json_t *groups, json_t *told, const struct okta *self, const json_t *user,
              const struct weir_sink *sink, struct weir_error *err)
{
    int rc = place_put(employee, told, self, user, sink, err);

    for (size_t i = 0; rc == 0 && i < NAME_KINDS; i++) {
        rc = kind_put(employee, groups, told, self, &kinds[i], user, sink, err);
    }
    return rc;
}

int names_record(bool *known, struct weir_str model, struct weir_str remote_id, const struct weir_sink *sink,
                 struct weir_error *err)
{
    *known = false;
    for (size_t i = 0; i < NAME_KINDS; i++) {
        size_t len = strlen(kinds[i].prefix);

        if (weir_str_is(model, kinds[i].model) && remote_id.len > len &&
            memcmp(remote_id.data, kinds[i].prefix, len) == 0 &&
            memchr(remote_id.data, '\0', remote_id.len) == NULL) {
            char id[NAMES_ID_TEXT];

            *known = true;
            if (remote_id.len >= sizeof id || remote_id.data[len] == '#') {
                return 0; /* its name is not in it: the next sync brings it */
            }
            (void)snprintf(id, sizeof id, "%.*s", WEIR_STR_ARG(remote_id));
            return name_emit(&kinds[i], id, weir_str_n(remote_id.data + len, remote_id.len - len), sink, err);
        }
    }
    return 0;
}

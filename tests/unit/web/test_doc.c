#include "expect.h"

#include "web/doc.h"
#include "web/openapi.h"
#include "web/web_internal.h"

#include <jansson.h>
#include <stdlib.h>

static const struct route *const tables[] = {api_routes, connect_routes, admin_routes, probe_routes,
                                             session_routes};
#define TABLE_COUNT (sizeof tables / sizeof tables[0])

static bool is_route(const struct doc *doc)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        for (const struct route *route = tables[i]; route->method != NULL; route++) {
            if (strcmp(route->method, doc->method) == 0 && strcmp(route->path, doc->path) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* A file that a page loads is no part of the API. */
static bool is_file(const struct route *route)
{
    return strcmp(route->path, "/connect/assets/{}") == 0;
}

TEST(each_route_has_a_description)
{
    UNUSED_STATE;
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        for (const struct route *route = tables[i]; route->method != NULL; route++) {
            if (!is_file(route) && doc_find(route->method, route->path) == NULL) {
                fail_msg("%s %s has no description: doc.h says how to give it one", route->method,
                         route->path);
            }
        }
    }
}

TEST(each_description_is_of_a_route_and_of_one_alone)
{
    const struct doc *doc;

    UNUSED_STATE;
    for (size_t n = 0; (doc = doc_nth(n)) != NULL; n++) {
        if (!is_route(doc)) {
            fail_msg("there is no route %s %s any more: take its description away", doc->method, doc->path);
        }
        if (doc_find(doc->method, doc->path) != doc) {
            fail_msg("%s %s is described twice", doc->method, doc->path);
        }
        for (size_t i = 0; i < n; i++) {
            if (strcmp(doc_nth(i)->id, doc->id) == 0) {
                fail_msg("the id %s is taken by two", doc->id);
            }
        }
    }
    EXPECT(doc_find("GET", "/v1/nothing") == NULL);
}

TEST(a_description_names_each_part_of_its_path)
{
    const struct doc *doc;

    UNUSED_STATE;
    for (size_t n = 0; (doc = doc_nth(n)) != NULL; n++) {
        size_t holes = 0;

        for (const char *at = doc->path; (at = strchr(at, '{')) != NULL; at++) {
            if (holes >= REQUEST_PARAMS || doc->names[holes] == NULL) {
                fail_msg("%s %s: a part of the path has no name", doc->method, doc->path);
            }
            holes++;
        }
        if (holes < REQUEST_PARAMS && doc->names[holes] != NULL) {
            fail_msg("%s %s: %s is no part of the path", doc->method, doc->path, doc->names[holes]);
        }
        EXPECT(strlen(doc->summary) > 3 && doc->summary[strlen(doc->summary) - 1] != '.');
        EXPECT(doc->tag != NULL && doc->id != NULL);
    }
}

/* ---- the files ---- */

static json_t *file(enum openapi_part part)
{
    struct weir_error err = {0};
    json_error_t where;
    struct buf text;
    json_t *json;

    buf_init(&text, OPENAPI_MAX);
    EXPECT_INT(0, openapi_write(&text, part, "1.2.3", &err));
    json = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &where);
    if (json == NULL) {
        fail_msg("at byte %d: %s", where.position, where.text);
    }
    buf_fini(&text);
    return json;
}

/* Follow each "$ref", and note it. */
static void follow(json_t *root, json_t *at, json_t *met)
{
    const char *key, *name;
    json_t *value;
    size_t i;

    json_array_foreach(at, i, value)
    {
        follow(root, value, met);
    }
    json_object_foreach(at, key, value)
    {
        if (strcmp(key, "$ref") == 0) {
            name = json_string_value(value);
            EXPECT(name != NULL && strncmp(name, "#/components/", 13) == 0);
            json_object_set_new(met, name, json_true());
        } else {
            follow(root, value, met);
        }
    }
}

static void expect_whole(enum openapi_part part)
{
    json_t *json = file(part);
    json_t *met = json_object();
    const char *kind, *name;
    json_t *members, *value;
    char reference[200];

    follow(json, json, met);
    json_object_foreach(json_object_get(json, "components"), kind, members)
    {
        json_object_foreach(members, name, value)
        {
            (void)snprintf(reference, sizeof reference, "#/components/%s/%s", kind, name);
            if (json_object_del(met, reference) != 0 && strcmp(kind, "securitySchemes") != 0) {
                fail_msg("%s is not referred to", reference);
            }
        }
    }
    json_object_foreach(met, name, value)
    {
        fail_msg("there is no %s", name);
    }
    json_decref(met);
    json_decref(json);
}

TEST(what_the_files_refer_to_is_there_and_nothing_is_there_in_vain)
{
    UNUSED_STATE;
    expect_whole(OPENAPI_API);
    expect_whole(OPENAPI_ALL);
}

static size_t count_operations(json_t *json)
{
    const char *path, *method;
    json_t *methods, *operation;
    size_t count = 0;

    json_object_foreach(json_object_get(json, "paths"), path, methods)
    {
        json_object_foreach(methods, method, operation)
        {
            EXPECT(json_is_object(json_object_get(operation, "responses")));
            count++;
        }
    }
    return count;
}

TEST(each_route_and_each_list_is_in_the_file)
{
    json_t *api = file(OPENAPI_API);
    json_t *all = file(OPENAPI_ALL);
    json_t *absences = json_object_get(json_object_get(api, "paths"), "/v1/hris/absences");
    const char *path;
    json_t *methods;
    size_t routes[TABLE_COUNT] = {0};
    size_t lists = 0;

    UNUSED_STATE;
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        for (const struct route *route = tables[i]; route->method != NULL; route++) {
            routes[i] += !is_file(route);
        }
    }
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        lists += (model_nth(n)->path != NULL) + (model_nth(n)->alias_path != NULL);
    }
    EXPECT_INT(lists + routes[0] + routes[1], count_operations(api));
    EXPECT_INT(lists + routes[0] + routes[1] + routes[2] + routes[3] + routes[4], count_operations(all));
    EXPECT(json_object_get(absences, "get") != NULL && json_object_get(absences, "post") != NULL);
    json_object_foreach(json_object_get(api, "paths"), path, methods)
    {
        EXPECT(strncmp(path, "/v1/", 4) == 0 || strncmp(path, "/connect/", 9) == 0);
    }
    json_decref(api);
    json_decref(all);
}

TEST(the_same_file_is_written_each_time_and_none_without_room)
{
    struct weir_error err = {0};
    struct buf one, two, small;

    UNUSED_STATE;
    buf_init(&one, OPENAPI_MAX);
    buf_init(&two, OPENAPI_MAX);
    buf_init(&small, 1000);
    EXPECT_INT(0, openapi_write(&one, OPENAPI_ALL, "1.2.3", &err));
    EXPECT_INT(0, openapi_write(&two, OPENAPI_ALL, "1.2.3", &err));
    EXPECT(one.len < OPENAPI_MAX / 2);
    EXPECT(weir_str_equal(buf_str(&one), buf_str(&two)));
    EXPECT_INT(WEIR_E_LIMIT, openapi_write(&small, OPENAPI_ALL, "1.2.3", &err));
    buf_fini(&one);
    buf_fini(&two);
    buf_fini(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_route_has_a_description),
        UNIT(each_description_is_of_a_route_and_of_one_alone),
        UNIT(a_description_names_each_part_of_its_path),
        UNIT(what_the_files_refer_to_is_there_and_nothing_is_there_in_vain),
        UNIT(each_route_and_each_list_is_in_the_file),
        UNIT(the_same_file_is_written_each_time_and_none_without_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

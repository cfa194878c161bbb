#include "web/doc.h"

static const struct doc_part parts[] = {
    {doc_api, doc_api_objects, false},
    {doc_api_actions, NULL, false},
    {doc_admin, doc_admin_objects, true},
    {doc_connect, doc_connect_objects, false},
    {doc_link, doc_link_objects, false},
    {doc_fields, doc_fields_objects, false},
    {doc_fields_admin, doc_fields_admin_objects, true},
    {doc_act, doc_act_objects, false},
    {doc_endpoints, doc_endpoints_objects, true},
    {doc_keys, doc_keys_objects, true},
    {doc_feed, doc_feed_objects, false},
    {doc_feed_admin, doc_feed_admin_objects, true},
    {doc_replay, doc_replay_objects, true},
    {doc_session, doc_session_objects, true},
    {doc_log, doc_log_objects, true},
    {doc_data, doc_data_objects, true},
};

const struct doc_part *doc_part_nth(size_t n)
{
    return n < sizeof parts / sizeof parts[0] ? &parts[n] : NULL;
}

const struct doc *doc_nth(size_t n)
{
    const struct doc_part *part;

    for (size_t i = 0; (part = doc_part_nth(i)) != NULL; i++) {
        for (const struct doc *doc = part->docs; doc->method != NULL; doc++) {
            if (n-- == 0) {
                return doc;
            }
        }
    }
    return NULL;
}

const struct doc *doc_find(const char *method, const char *path)
{
    const struct doc *doc;

    for (size_t n = 0; (doc = doc_nth(n)) != NULL; n++) {
        if (strcmp(doc->method, method) == 0 && strcmp(doc->path, path) == 0) {
            return doc;
        }
    }
    return NULL;
}

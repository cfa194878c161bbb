#include "web/doc.h"

static const struct doc *const tables[] = {doc_api, doc_api_actions, doc_admin};

const struct doc *doc_nth(size_t n)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const struct doc *doc = tables[i]; doc->method != NULL; doc++) {
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

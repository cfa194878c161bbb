/*
 * doc: what each route is for, in tables that the OpenAPI file is made from.
 *
 * To describe a new route: give it an entry in the table of its surface (doc_api.c and doc_api_actions.c, or
 * doc_admin.c) with the same method and path, and give what it takes and answers an object beside it
 * (doc_api_objects.c, doc_admin_objects.c; the types are explained in schema.h). What is a subject of its own
 * may have a file of its own, doc_<subject>.c with both tables, and a line in doc.c. Errors that every route
 * can answer (a wrong key, a bad path, too many requests, a failure of ours) come by themselves; name the
 * others as the answers of envelope.h that the handler gives. unit.web.doc fails while a route has no entry
 * or an entry no route; river.openapi fails while the route gave no good answer there, or answers otherwise
 * than its entry says. List endpoints of the model table need none: they are described from that table.
 */
#ifndef WEIR_WEB_DOC_H
#define WEIR_WEB_DOC_H

#include "web/envelope.h"
#include "web/schema.h"

enum {
    DOC_HEADER = 1 << 0,    /* wants X-Integration-Id */
    DOC_PAGED = 1 << 1,     /* answers a page: answer is the type of an entry, next leads on */
    DOC_ENTRIES = 1 << 2,   /* answers {"results": [...]} without a next */
    DOC_WARNINGS = 1 << 3,  /* "warnings" stand beside "data" */
    DOC_BARE = 1 << 4,      /* JSON without the envelope */
    DOC_TEXT = 1 << 5,      /* plain text; answer is NULL */
    DOC_UNKEYED = 1 << 6,   /* needs no key */
    DOC_NO_ANSWER = 1 << 7, /* answers errors alone: what is not built */
    DOC_BODY_MAY = 1 << 8,  /* the body may be left out */
    DOC_STREAM = 1 << 9,    /* Server-Sent Events: all of them, if answer is NULL, else when Accept asks so */
    DOC_HTML = 1 << 10      /* a page, also where it answers one of errors; answer is NULL */
};

/* In .errors: DOC_E(NOT_FOUND) | DOC_E(CONFLICT) */
#define DOC_E(name) (UINT64_C(1) << ANSWER_##name)
/* Of whatever lists records. */
#define DOC_LIST_ERRORS                                                                                      \
    (DOC_E(INPUT_INVALID) | DOC_E(INTEGRATION_UNKNOWN) | DOC_E(SETUP_SYNC_PENDING) |                         \
     DOC_E(SETUP_INCOMPLETE) | DOC_E(QA_FAILED) | DOC_E(INACTIVE) | DOC_E(CREDENTIALS_INVALID) |             \
     DOC_E(MODEL_DISABLED) | DOC_E(MODEL_NOT_AVAILABLE))

struct doc {
    const char *method, *path; /* as in the route; NULL: the end */
    const char *id;            /* operationId: unique */
    const char *tag;
    const char *names[REQUEST_PARAMS]; /* of the path's {}, in their order */
    const char *summary;
    const char *text;                   /* more to say, or NULL */
    const struct schema_member *query;  /* parameters besides those of a page; NULL: none */
    const char *body;                   /* a type; NULL: none is read */
    const char *answer;                 /* the type of "data"; NULL: an empty object */
    const struct schema_member *events; /* of a stream: the types of what comes under each name of event */
    uint64_t errors;                    /* DOC_E */
    unsigned flags;
};

extern const struct doc doc_api[];
extern const struct doc doc_api_actions[];
extern const struct doc doc_admin[];
extern const struct schema_object doc_api_objects[];
extern const struct schema_object doc_admin_objects[];
extern const struct doc doc_connect[];
extern const struct schema_object doc_connect_objects[];
extern const struct doc doc_link[];
extern const struct schema_object doc_link_objects[];
extern const struct doc doc_fields[];
extern const struct schema_object doc_fields_objects[];
extern const struct doc doc_fields_admin[];
extern const struct schema_object doc_fields_admin_objects[];
extern const struct doc doc_act[];
extern const struct schema_object doc_act_objects[];
extern const struct doc doc_endpoints[];
extern const struct schema_object doc_endpoints_objects[];
extern const struct doc doc_keys[];
extern const struct schema_object doc_keys_objects[];
extern const struct doc doc_feed[];
extern const struct schema_object doc_feed_objects[];
extern const struct doc doc_feed_admin[];
extern const struct schema_object doc_feed_admin_objects[];
extern const struct doc doc_replay[];
extern const struct schema_object doc_replay_objects[];
extern const struct doc doc_session[];
extern const struct schema_object doc_session_objects[];
extern const struct doc doc_data[];
extern const struct schema_object doc_data_objects[];
extern const struct doc doc_log[];
extern const struct schema_object doc_log_objects[];

/* A table of descriptions, and the objects that it brings; doc.c lists them all. */
struct doc_part {
    const struct doc *docs;
    const struct schema_object *objects; /* NULL: none */
    bool admin;                          /* its objects are for the admin API alone */
};

/* The parts one by one; NULL behind the last. Thread: any, as all calls here. */
const struct doc_part *doc_part_nth(size_t n);
/* The description of a route; NULL: it has none. */
const struct doc *doc_find(const char *method, const char *path);
/* The descriptions one by one; NULL behind the last. */
const struct doc *doc_nth(size_t n);

#endif

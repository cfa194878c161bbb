/*
 * web_internal: what the files of this room share: the room itself, a request on its way through it, and
 * the routes.
 */
#ifndef WEIR_WEB_WEB_INTERNAL_H
#define WEIR_WEB_WEB_INTERNAL_H

#include "base/buf.h"
#include "model/model.h"
#include "web/auth.h"
#include "web/horizon.h"
#include "web/openapi_kept.h"
#include "web/origins.h"
#include "web/pool.h"
#include "web/session.h"
#include "web/tries.h"
#include "web/web.h"

#include <pthread.h>
#include <stdatomic.h>

enum surface {
    SURFACE_API,     /* the contract's envelope */
    SURFACE_ADMIN,   /* ours */
    SURFACE_CONNECT, /* as admin, for the browser of a customer */
    SURFACE_PAGE,    /* the dashboard */
    SURFACE_PROBE
};

struct request;
struct custom_field; /* tool_fields.h */

/* What a route needs: the least role, and ROUTE_WHOLE where it is about more than single integrations, so
 * that a key that is limited to some may not ask for it. None at all lets nobody in who comes with a key. */
enum route_needs {
    ROUTE_READ = WEB_READ,
    ROUTE_OPERATE = WEB_OPERATE,
    ROUTE_ADMIN = WEB_ADMIN,
    ROUTE_OPEN = 4, /* no key is asked for */
    ROUTE_ROLE = 7, /* the bits of the role */
    ROUTE_WHOLE = 8
};

struct route {
    const char *method;
    const char *path;               /* "/v1/integrations/{}": {} is one segment */
    void (*run)(struct request *r); /* web thread; sets the answer, which is then sent */
    bool records;   /* may answer with INTEGRATION.… codes; else the client knows none of them */
    unsigned needs; /* enum route_needs */
};

#define REQUEST_PARAM_MAX 256
#define REQUEST_TARGET_MAX 160
#define REQUEST_PARAMS 2
#define REQUEST_HEADERS 12
#define REQUEST_HEADER_TEXT 2048
#define STATUS_CLASSES 6

/* How often a route was asked; the metrics are made when they are first needed. */
struct route_meter {
    _Atomic(struct metric *) classes[STATUS_CLASSES];
    _Atomic(struct metric *) seconds;
};

/* One request, from the loop to a web thread and back. */
struct request {
    struct request *next; /* the pool's */
    struct web *web;
    struct exchange *x;
    enum surface surface;
    const struct route *route;              /* NULL: none was found */
    const struct model *model;              /* of a list endpoint */
    struct weir_str params[REQUEST_PARAMS]; /* decoded; into param_text */
    struct buf param_text;
    struct route_meter *meter;
    const char *meter_method, *meter_path;
    int64_t began_us;
    struct auth_key *key;            /* a reference; NULL: the local socket, or none is needed */
    bool local;                      /* it came over the local socket */
    char csrf[SESSION_TEXT];         /* of the session that it came with; empty: with none */
    char target[REQUEST_TARGET_MAX]; /* what it is about, for the audit log */
    bool quiet;                      /* it changes nothing, whatever its method is */
    bool *later;                     /* on the web thread: set before it is handed to whoever answers it */
    /* the answer */
    int status;
    const char *content_type;
    struct buf body;
    uint32_t retry_after_s;
    struct weir_header headers[REQUEST_HEADERS]; /* of its own: request_header */
    size_t header_count;
    struct buf header_text; /* what one of them may point to */
    bool formed;            /* its body is as it goes out: no tag, no compression */
    bool framed;            /* it is a page for a frame of connect_origins */
    char allow[64];         /* methods, with 405 */
    bool streamed;          /* its exchange is a stream now: hub.h */
};

struct hub;

struct web {
    struct web_options options; /* its strings point to the copies below */
    char *environment_id, *version;
    int64_t started_us;
    struct auth auth;
    pthread_mutex_t keys_lock; /* one at a time takes over what the store holds of keys */
    struct pool *pool;
    struct hub *hub;
    struct horizon horizon;
    struct openapi_kept openapi;
    pthread_mutex_t configured_lock; /* guards the next two */
    struct custom_field *configured; /* custom fields of the file */
    size_t configured_count;
    struct tries tries;    /* of customers */
    struct tries sign_ins; /* wrong keys, by address */
    struct sessions sessions;
    struct origins origins;
    struct route_meter *meters; /* of the API's routes, the admin's, the models, and one for what is none */
    size_t meter_count;
};

/* The tables of routes; end with method NULL. */
extern const struct route api_routes[];
extern const struct route api_list_route;
extern const struct route admin_routes[];
extern const struct route probe_routes[];
extern const struct route connect_routes[];
extern const struct route session_routes[];
extern const struct route page_routes[];

/* ---- request.c ---- */

#define ANSWER_MAX (64u * 1024 * 1024)

/* NULL without memory. Thread: loop. */
struct request *request_new(struct web *web, struct exchange *x, enum surface surface);
/* One more header of its answer; both lent until that is sent. Thread: any. */
void request_header(struct request *r, const char *name, const char *value);
/* Send its answer, count it, free it. Thread: any. */
void request_take_answer(struct request *r);
/* Run its route, if its key may, note it in the audit log and send the answer. Thread: web. */
void request_take_run(struct request *r);

/* ---- route.c ---- */

enum route_found { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD, ROUTE_BAD_PATH, ROUTE_NO_MEMORY };

/* Find the request's route among routes and set its parameters and meter; with ROUTE_NO_METHOD, allow.
 * Thread: loop. */
enum route_found route_find(struct request *r, const struct route *routes);
/* ... among the list endpoints. */
enum route_found route_find_list(struct request *r);
/* ... among the dashboard's pages, which have all paths whose last part has no dot. */
enum route_found route_find_page(struct request *r);

/* ---- admin_session.c ---- */

/* The session's token out of the request's cookies; false: it has none. Lent. Thread: any. */
bool session_token(struct weir_str *token, const struct request *r);

#endif

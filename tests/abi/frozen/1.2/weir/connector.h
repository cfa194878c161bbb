/*
 * connector: the contract between Weir and a connector.
 *
 * A connector is one shared object, <tool>.so, that exports one data symbol, weir_connector. It
 * knows one tool and nothing of Weir's store, model rules, HTTP server or threads. It opens no
 * socket, no file and no thread and keeps no global: what it needs from outside it asks of
 * struct weir_host, and what it found leaves through a sink, which copies.
 *
 * Memory never changes sides. Every argument is lent until the call returns.
 *
 * Threads. `check` runs on the thread that takes requests in, at any time, also beside a call
 * that lasts minutes: it is pure and does no I/O. All other calls run on a worker, one at a time
 * per instance; they may block in the host's services and nowhere else.
 *
 * History of the contract (a member is added at the end of its struct, never moved or resized):
 *   1.0  first version
 *   1.1  struct weir_host: digest, sign, key_new, key_public. A connector that may meet an older host asks
 *        WEIR_HOST_HAS before it calls one of them.
 *   1.2  struct weir_connector: act, pass. struct weir_sink: touched, warning (only act->run uses them, which an
 *        older host does not call).
 */
#ifndef WEIR_CONNECTOR_H
#define WEIR_CONNECTOR_H

#include "weir/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_ABI_MAJOR 1
#define WEIR_ABI_MINOR 2

/* First member of struct weir_connector; reads "WEIRNCON". */
#define WEIR_CONNECTOR_MAGIC UINT64_C(0x574549524E434F4E)

/* ---- what a connector says of itself ---------------------------------------------------- */

enum weir_category {
    WEIR_CATEGORY_HRIS = 1,
    WEIR_CATEGORY_ATS = 2
};

/* One value an integration needs, asked for in the config and in the connection flow. */
struct weir_setting {
    const char *key;   /* [a-z][a-z0-9_]{0,31}; "base_url" is the host's own and may not be used */
    const char *label; /* "Client ID" */
    const char *help;  /* where a person finds it; NULL if the label says all */
    bool secret;       /* sealed in the store, never shown, never logged */
    bool required;
};

/* An upstream event type and the models it touches. */
struct weir_event_type {
    const char *name;          /* the tool's own word: "person.updated" */
    const char *const *models; /* NULL-terminated unified names: { "hris_employees", NULL } */
};

/* What the connector can deliver of a unified model. */
struct weir_model_use {
    const char *model;         /* "hris_employees" */
    const char *const *fields; /* NULL-terminated names of the fields it can fill */
    bool lists;                /* fetch->list can be asked for this model */
    bool since;                /* ... with a time, and then gives only what changed since */
    bool by_id;                /* fetch->record can be asked for a record of this model */
    const char *listed_with;   /* not NULL: its records arrive while that model is listed */
};

/* ---- what passes between the two -------------------------------------------------------- */

struct weir_header {
    struct weir_str name; /* compare without case */
    struct weir_str value;
};

/* A delivery as received. Nothing has parsed the body before. */
struct weir_request {
    uint32_t size;
    struct weir_str method;            /* "POST" or "GET" */
    struct weir_str tail;              /* what followed the integration id in the path, may be empty */
    struct weir_str query;             /* without "?", undecoded, may be empty */
    const struct weir_header *headers; /* in the order of arrival, repeated ones repeated */
    size_t header_count;
    struct weir_bytes body;
    int64_t received_at_ms;          /* Unix time */
    const struct weir_str *secrets;  /* webhook secrets in force, newest first (two while one is rotated) */
    size_t secret_count;             /* 0: there is no secret yet, and so nothing may be accepted */
};

enum weir_decision {
    WEIR_REFUSE = 0, /* not from the tool: answered with status (401 unless set), kept nowhere */
    WEIR_ACCEPT = 1, /* stored, and then answered 200 */
    WEIR_ANSWER = 2  /* a handshake: answered with status, content_type and body, kept nowhere */
};

enum weir_dedup {
    WEIR_DEDUP_NONE = 0, /* each delivery counts */
    WEIR_DEDUP_BODY = 1, /* the same body within the window is the same delivery (the tool puts a time in it) */
    WEIR_DEDUP_KEY = 2   /* dedup_key names the delivery */
};

/* Zeroed by the host (which is a refusal) and filled by check. */
struct weir_verdict {
    uint32_t size;
    int32_t decision; /* enum weir_decision */
    int32_t status;   /* HTTP status for a refusal or a handshake; 0: the default */
    int32_t dedup;    /* enum weir_dedup */
    struct weir_str dedup_key; /* points into the request; at most 256 bytes count */
    char reason[120];          /* a refusal's reason for the log: no secret, no content */
    char content_type[64];
    size_t body_len; /* at most sizeof body */
    char body[1024];
};

/* Which record to look at. */
struct weir_ref {
    struct weir_str model;     /* a unified model the connector lists in its table */
    struct weir_str remote_id; /* the tool's id, as text; at most 256 bytes */
    struct weir_str hint;      /* given back to fetch->record as it is (a parent's id, say); at most 256 bytes */
};

/* One change named in a delivery, or found by fetch->missed. */
struct weir_event {
    uint32_t size;
    struct weir_str type;        /* a name of the event table, or one that is not in it: then it is only logged */
    struct weir_str upstream_id; /* names the event at the tool: the same id twice is one event. Empty: none */
    int64_t occurred_at_ms;      /* 0: not said */
    const struct weir_ref *refs; /* none: nothing has to be fetched (a ping) */
    size_t ref_count;
};

/*
 * Where results go. The host makes one per call; it is dead when the call returns. Each function
 * copies, and returns 0 or a code that the connector passes up at once (the host has had enough:
 * a bound, or it is stopping).
 */
struct weir_sink {
    uint32_t size;
    void *ctx;

    /* A delivery's event. For verify->events and fetch->missed. */
    int (*event)(const struct weir_sink *sink, const struct weir_event *event, struct weir_error *err);

    /*
     * A record as the tool has it now: one JSON object with the unified field names. A reference
     * ("manager_id") is the remote id of the record meant. A field that is left out keeps its
     * stored value (the credential may not read it); null empties it. At most 1 MiB.
     */
    int (*record)(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                  struct weir_bytes json, struct weir_error *err);

    /* As record, but only stored when nothing is known of this record yet: its name behind an id, say. */
    int (*placeholder)(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                       struct weir_bytes json, struct weir_error *err);

    /* The tool has no such record any more (confirmed, not guessed). */
    int (*gone)(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                struct weir_error *err);

    /*
     * Of `model`, the records emitted in this call are all whose `field` refers to the record
     * `parent_id`; others that are stored are gone. ("hris_employments", "employee_id", "3003")
     */
    int (*complete)(const struct weir_sink *sink, struct weir_str model, struct weir_str field,
                    struct weir_str parent_id, struct weir_error *err);

    /* There is a further page; its cursor is given to the next call. At most 4096 bytes. */
    int (*next)(const struct weir_sink *sink, struct weir_str cursor, struct weir_error *err);

    /* Since 1.2, for act->run: this record was made or changed. The host reads it back by fetch->record. */
    int (*touched)(const struct weir_sink *sink, const struct weir_ref *ref, struct weir_error *err);

    /* Since 1.2, for act->run: done, but not all of it as asked. One sentence; at most 252 bytes count. */
    int (*warning)(const struct weir_sink *sink, struct weir_str message, struct weir_error *err);
};

/* ---- what the host lends ------------------------------------------------------------------ */

struct weir_http_request {
    uint32_t size;
    const char *method;
    struct weir_str url; /* "/v2/persons?limit=50": below the integration's base_url; or absolute */
    const struct weir_header *headers;
    size_t header_count;
    struct weir_bytes body;
    uint32_t timeout_ms;   /* whole exchange; 0: 30,000 */
    size_t response_max;   /* bytes of body; 0: 8 MiB. A longer one fails with WEIR_E_LIMIT */
    bool repeatable;       /* may be sent again by the host after 429, 5xx or a broken connection */
    struct weir_str limit; /* names the tool's token bucket this request draws from ("/v2/persons"); empty: one for all */
};

/* Lent until http_release, or until the call from the host returns. */
struct weir_http_response {
    uint32_t size;
    int32_t status;
    const struct weir_header *headers; /* of the final response */
    size_t header_count;
    struct weir_bytes body;
    void *opaque; /* the host's */
};

enum weir_level {
    WEIR_LOG_DEBUG = 0,
    WEIR_LOG_INFO = 1,
    WEIR_LOG_WARN = 2,
    WEIR_LOG_ERROR = 3
};

enum weir_digest {
    WEIR_SHA1 = 1,
    WEIR_SHA256 = 2,
    WEIR_SHA512 = 3
};

#define WEIR_DIGEST_MAX 64

/* How something is signed with a private key, in the words of JSON Web Signature (RFC 7518). */
enum weir_signature {
    WEIR_RS256 = 1, /* RSA (PKCS #1 v1.5) with SHA-256; a key of 2048 to 8192 bits */
    WEIR_ES256 = 2  /* ECDSA on P-256 with SHA-256; the signature is r and s, 32 bytes each */
};

#define WEIR_SIGNATURE_MAX 1024
#define WEIR_KEY_PEM_MAX 8192 /* a private key as PEM */
#define WEIR_KEY_JWK_MAX 2048 /* its public half as JSON */

/* Whether this host has the service `member`, which came after 1.0. */
#define WEIR_HOST_HAS(host, member)                                                                          \
    ((host)->size >= offsetof(struct weir_host, member) + sizeof((host)->member) && (host)->member != NULL)

/* One per instance. Calls marked [pure] may be used by check too; the others only on a worker. */
struct weir_host {
    uint32_t size;
    uint16_t abi_major, abi_minor;
    void *ctx;

    /*
     * One exchange. Redirects are not followed; private addresses are refused unless the operator
     * allowed them. 429 and 5xx of a repeatable request are tried again inside, obeying the
     * tool's headers. Any HTTP status is a success of this call; WEIR_E_LATER: no answer;
     * WEIR_E_LIMIT: too long; WEIR_E_CONFIG: an address that may not be used.
     */
    int (*http)(const struct weir_host *host, const struct weir_http_request *request,
                struct weir_http_response *response, struct weir_error *err);
    void (*http_release)(const struct weir_host *host, struct weir_http_response *response);

    /* [pure] Unix time. Use it instead of any other clock. */
    int64_t (*now_ms)(const struct weir_host *host);

    /* One line. The host adds integration and connector and blanks the values of secret settings. */
    void (*log)(const struct weir_host *host, int level, struct weir_str message);

    /* [pure] A setting's value; false: not set. Also "base_url". Lent for the life of the instance. */
    bool (*setting)(const struct weir_host *host, const char *key, struct weir_str *value);

    /*
     * Small durable values of this integration, sealed on disk: a token, a pinned id, a cursor.
     * Key as a setting's. get copies at most cap bytes and sets *len to the value's length;
     * WEIR_E_NONE: not there; WEIR_E_LIMIT: cap is too small. put with no bytes deletes. A put is
     * durable when it returns. At most 16 KiB a value.
     */
    int (*state_get)(const struct weir_host *host, const char *key, void *buf, size_t cap, size_t *len,
                     struct weir_error *err);
    int (*state_put)(const struct weir_host *host, const char *key, struct weir_bytes value,
                     struct weir_error *err);

    /* [pure] HMAC over the parts, one after the other. out has WEIR_DIGEST_MAX bytes. */
    int (*hmac)(const struct weir_host *host, int digest, struct weir_bytes key,
                const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                struct weir_error *err);

    /* [pure] Are the two equal? In a time that depends on their lengths alone. */
    bool (*equal)(const struct weir_host *host, struct weir_bytes a, struct weir_bytes b);

    /* [pure] Unguessable bytes. */
    int (*random)(const struct weir_host *host, void *buf, size_t len, struct weir_error *err);

    /* [pure] Since 1.1. A digest over the parts, one after the other. out has WEIR_DIGEST_MAX bytes. */
    int (*digest)(const struct weir_host *host, int digest, const struct weir_bytes *parts, size_t part_count,
                  uint8_t *out, size_t *out_len, struct weir_error *err);

    /*
     * Since 1.1. Sign the parts, one after the other, with a private key (PEM, without a password; PKCS #8
     * or the older forms). out has WEIR_SIGNATURE_MAX bytes. WEIR_E_CONFIG: not a key that fits signature
     * (enum weir_signature).
     */
    int (*sign)(const struct weir_host *host, int signature, struct weir_str pem,
                const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                struct weir_error *err);

    /* Since 1.1. Make a key for signature (RSA: of 2048 bits). pem has WEIR_KEY_PEM_MAX bytes. */
    int (*key_new)(const struct weir_host *host, int signature, char *pem, size_t *pem_len,
                   struct weir_error *err);

    /*
     * Since 1.1. What can be said of a private key: the signature it fits, and its public half as a JSON Web
     * Key with the required members alone, in the order its thumbprint (RFC 7638) takes. jwk has
     * WEIR_KEY_JWK_MAX bytes. WEIR_E_CONFIG: not a private key that fits one of enum weir_signature.
     */
    int (*key_public)(const struct weir_host *host, struct weir_str pem, int *signature, char *jwk,
                      size_t *jwk_len, struct weir_error *err);
};

/* ---- the three vtables -------------------------------------------------------------------- */

enum weir_subscription_state {
    WEIR_SUB_NONE = 0,             /* there is none at the tool */
    WEIR_SUB_PENDING = 1,          /* made, waits for the tool */
    WEIR_SUB_ACTIVE = 2,
    WEIR_SUB_NEEDS_PERMISSION = 3, /* detail names the right to grant */
    WEIR_SUB_MANUAL_SETUP = 4,     /* a person has to do the steps */
    WEIR_SUB_FAILED = 5
};

/* What Weir wants the tool to send. */
struct weir_subscription_want {
    uint32_t size;
    struct weir_str callback_url;
    struct weir_str secret;        /* what deliveries have to prove; Weir made it */
    struct weir_str label;         /* for people at the tool: "weir personio:acme" */
    const struct weir_str *events; /* names of the event table that the scope needs */
    size_t event_count;
};

/* What is there now. Zeroed by the host and filled by the connector. */
struct weir_subscription {
    uint32_t size;
    int32_t state; /* enum weir_subscription_state */
    bool changed;  /* ensure had to create or repair something */
    char remote_id[128];
    char detail[252]; /* for a person: what was repaired, what is missing */
};

/* A step that a person must do at the tool. */
struct weir_step {
    const char *title;
    const char *text;
    const char *copy_label;  /* label of a value to copy; NULL: none */
    const char *copy_value;  /* "callback_url" or "secret" */
    const char *paste_key;   /* setting to paste back; NULL: none */
};

/* All on a worker. NULL members: not offered. */
struct weir_subscribe {
    uint32_t size;
    /* Make the tool's subscription equal to want. Called again and again: never makes a second one. */
    int (*ensure)(void *self, const struct weir_subscription_want *want, struct weir_subscription *have,
                  struct weir_error *err);
    /* Report its health, change nothing. */
    int (*inspect)(void *self, const struct weir_subscription_want *want, struct weir_subscription *have,
                   struct weir_error *err);
    /* Delete it. That it is gone already is success. */
    int (*remove)(void *self, const struct weir_subscription_want *want, struct weir_error *err);
    const struct weir_step *steps; /* for tools where a person must do it */
    size_t step_count;
};

struct weir_verify {
    uint32_t size;
    /*
     * Is this delivery from the tool? Pure: no I/O, no JSON parse, constant time where it compares
     * secrets. May run at the same time as any other call, hence const. A failure (not a refusal)
     * is answered 503, so that the tool tries again.
     */
    int (*check)(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                 struct weir_error *err);
    /*
     * Worker, later: name the events of an accepted delivery. headers are those that
     * kept_headers names. WEIR_E_INVALID or WEIR_E_REJECT: set aside, visibly.
     */
    int (*events)(void *self, const struct weir_request *request, const struct weir_sink *sink,
                  struct weir_error *err);
    const char *const *kept_headers; /* NULL-terminated names that events needs; NULL: none */
};

/* All on a worker. */
struct weir_fetch {
    uint32_t size;
    /*
     * Emit the record meant and what belongs to it, as they are now. WEIR_E_NONE: the tool has no
     * such record. WEIR_E_PERMISSION and WEIR_E_AUTH never delete anything.
     */
    int (*record)(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                  struct weir_error *err);
    /*
     * Emit one page of a model: the first when cursor is empty. since_ms 0: all of them.
     * Returning 0 without sink->next having been called ends the listing, and in a full one
     * what was not emitted is taken as gone: when in doubt, fail.
     * WEIR_E_UNSUPPORTED: this account has no such thing; nothing is deleted.
     */
    int (*list)(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                const struct weir_sink *sink, struct weir_error *err);
    /* Emit the events since then that the tool kept; pages as list. NULL: it keeps none. */
    int (*missed)(void *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                  struct weir_error *err);
};

/* ---- since 1.2 ---------------------------------------------------------------------------- */

/* Something that can be done at the tool. */
struct weir_action {
    const char *id;            /* the unified API's: "hris_create_absence" */
    const char *label;         /* "Create absence" */
    const char *const *fields; /* NULL-terminated names of the input's members that it makes use of */
};

/* On a worker. */
struct weir_act {
    uint32_t size;
    const struct weir_action *actions;
    size_t action_count;
    /*
     * Do it. Nobody asks again by himself, whatever comes back. input: a JSON object with members of the unified
     * API, days as YYYY-MM-DD, records by their remote ids; of what is deleted, "remote_id". What became of it
     * leaves through sink->touched or sink->gone; what was read on the way may be emitted, too.
     * WEIR_E_INVALID: the tool refuses the input. WEIR_E_LIMIT: it throttles. WEIR_E_LATER: it is in trouble.
     */
    int (*run)(void *self, struct weir_str action, struct weir_bytes input, const struct weir_sink *sink,
               struct weir_error *err);
};

/* An API of the tool that requests can be passed through to. */
struct weir_api {
    const char *name; /* as a setting's key: POST /v1/passthrough/<tool>/<name> */
    const char *label;
    const char *path; /* below base_url: "/v2", "/c/{company_id}" with a setting's value; "": base_url itself */
};

/* On a worker. */
struct weir_pass {
    uint32_t size;
    const struct weir_api *apis;
    size_t api_count;
    /*
     * Send the request by host->http with what proves who asks, and leave the answer in *response, whatever its
     * status is. Its url is complete, checked, and below the API's path: it goes nowhere else.
     */
    int (*send)(void *self, struct weir_str api, const struct weir_http_request *request,
                struct weir_http_response *response, struct weir_error *err);
};

/* ---- the table ------------------------------------------------------------------------------ */

struct weir_connector {
    uint64_t magic; /* WEIR_CONNECTOR_MAGIC */
    uint32_t size;  /* sizeof at the connector's build */
    uint16_t abi_major, abi_minor;

    const char *tool;    /* [a-z][a-z0-9_]{1,31}; the file is <tool>.so */
    const char *label;   /* "Personio" */
    const char *version; /* the connector's own, "1.0.0" */
    int32_t category;    /* enum weir_category */

    const struct weir_setting *settings;
    size_t setting_count;
    const struct weir_event_type *events;
    size_t event_count;
    const struct weir_model_use *models;
    size_t model_count;
    const char *base_url; /* the tool's own, when an integration does not say; NULL: it has to say */

    /* worker. One instance per integration; host lives as long as the instance. */
    int (*open)(void **self, const struct weir_host *host, struct weir_error *err);
    void (*close)(void *self);

    const struct weir_subscribe *subscribe; /* NULL: not offered */
    const struct weir_verify *verify;       /* required */
    const struct weir_fetch *fetch;         /* required, with record and list */
    const struct weir_act *act;             /* since 1.2; NULL: not offered */
    const struct weir_pass *pass;           /* since 1.2; NULL: not offered */
};

/*
 * Put before the definition: WEIR_EXPORT const struct weir_connector weir_connector = { ... };
 * In C++ a constant is the file's own until it meets its declaration, and the attribute is lost on the way:
 * there the declaration below carries it.
 */
#if defined(__GNUC__) && !defined(__cplusplus)
#define WEIR_EXPORT __attribute__((visibility("default")))
#else
#define WEIR_EXPORT
#endif

#if defined(__GNUC__) && defined(__cplusplus)
__attribute__((visibility("default")))
#endif
extern const struct weir_connector weir_connector;

#ifdef __cplusplus
}
#endif

#endif

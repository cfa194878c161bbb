/*
 * case: one recorded case, read from its file and checked in full before anything is played.
 *
 * A case is a JSON file cases/<name>.json, or a folder cases/<name>/ with case.json and the files it names.
 * weir-harness(1) has the format. Knows nothing of connectors: whether a model exists is for whoever plays.
 */
#ifndef WEIR_HARNESS_CASE_H
#define WEIR_HARNESS_CASE_H

#include "body.h"
#include "host/pass.h"

enum step_kind {
    STEP_DELIVER,
    STEP_RECORD,
    STEP_LIST,
    STEP_MISSED,
    STEP_ENSURE,
    STEP_INSPECT,
    STEP_REMOVE,
    STEP_ACT,
    STEP_PASS
};

/* One request that the connector is to make, and what it is answered. */
struct case_exchange {
    const char *path;    /* in the file */
    const char *request; /* "GET /v2/persons?limit=50", as written */
    struct weir_str method, url;
    struct weir_header *headers; /* those that are compared; data NULL: it must not be there */
    size_t header_count;
    struct body body; /* BODY_NONE: not compared */
    bool no_body;     /* ... but that there is none is */
    int fail;         /* not 0: the code that http returns */
    int status;
    struct weir_header *answer_headers;
    size_t answer_header_count;
    struct body answer;
};

struct case_exchanges {
    struct case_exchange *list;
    size_t count;
};

/* "hmac" in the place of a header's value: computed over the body when the delivery is made. */
struct case_mac {
    size_t header; /* whose value it is */
    int digest;    /* enum weir_digest */
    const char *encoding, *prefix, *time_header, *joint;
};

struct case_delivery {
    struct weir_str method, tail, query;
    struct weir_header *headers;
    size_t header_count;
    struct body body;
    struct weir_str *secrets; /* in force for this one */
    size_t secret_count;
    bool has_mac;
    struct case_mac mac;
};

struct case_want {
    struct weir_str callback_url, secret, label; /* data NULL: the case's own */
    struct weir_str *events;
    size_t event_count;
    bool has_events; /* else: those that the scope needs */
};

struct case_step {
    enum step_kind kind;
    const char *path;  /* "steps[1]" */
    const char *title; /* "step 2 (record hris_employees 3003)" */
    int64_t now_ms;    /* 0: the clock stands */
    bool restart;      /* the instance is closed and opened before */
    struct case_delivery delivery;
    struct weir_ref ref;   /* of STEP_RECORD */
    struct weir_str model; /* of STEP_LIST */
    int64_t since_ms;
    struct weir_str cursor;
    bool pages;
    struct case_want want;
    struct weir_str action;          /* of STEP_ACT */
    struct body input;               /* of STEP_ACT */
    struct pass_request pass;        /* of STEP_PASS */
    struct body want_body;           /* of STEP_PASS: of the answer; BODY_NONE: not compared */
    struct case_exchanges exchanges; /* in this order, each once */
    const json_t *expect;            /* an object whose keys were checked, or NULL */
};

struct case_state {
    struct weir_str key;
    struct weir_bytes value;
};

struct test_case {
    const char *name, *title;
    const char *file, *folder;
    struct instance_setting *settings;
    size_t setting_count;
    const char *base_url; /* NULL: the connector's */
    int64_t now_ms;
    struct weir_str *secrets;
    size_t secret_count;
    struct case_state *state;
    size_t state_count;
    const json_t *scope;          /* model -> "all", "disabled" or a list of fields; NULL: all is enabled */
    struct case_exchanges always; /* any number of times, in any order, but at least once */
    struct case_step *steps;
    size_t step_count;
    struct arena arena;
    json_t *root;
};

/* Everything that is wrong becomes a finding of f; NULL then. Yours until case_free. Thread: any. */
struct test_case *case_read(const char *path, struct findings *f);
void case_free(struct test_case *c);

/* The document of a case, not looked at; NULL after a finding. json_decref it. */
json_t *case_document(const char *path, struct findings *f);
/* A case of a document that was put together elsewhere; path says where files are, and stands in findings.
 * Takes root. */
struct test_case *case_take_document(json_t *root, const char *path, struct findings *f);

/* Settings alone as a case without steps; a case as it is. Takes document. */
json_t *case_of_settings(json_t *document);
/* A further step of the case, which has to have been read. Takes value. NULL after a finding. */
const struct case_step *case_add_step(struct test_case *c, json_t *value, struct findings *f);

/* "cases/person_fetch.json" and "cases/person_fetch" have the name person_fetch. In the arena. */
const char *case_name(struct arena *arena, const char *path);

/* "WEIR_E_LATER" and the code; false: no such word. */
bool case_code(int *code, const char *word);
const char *case_code_word(int code); /* "0" for success */
extern const char *const case_code_words[];

#endif

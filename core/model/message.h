/*
 * message: the types of notifications, and what the data of each holds.
 *
 * One table for whoever writes a body and for whoever describes it. The calls that write take the members in
 * the table's order and hold each against it, so that a body cannot have one more, or one less, than its
 * description says. Members and words are the published contract's (unified API, outgoing webhooks), but for
 * those that say so.
 */
#ifndef WEIR_MODEL_MESSAGE_H
#define WEIR_MODEL_MESSAGE_H

#include "base/buf.h"

/* As the bits of wanted types in the store: 1 << type. */
enum message_type {
    MESSAGE_DATA_CHANGED,
    MESSAGE_SYNC_FINISHED,
    MESSAGE_INTEGRATION_CREATED,
    MESSAGE_INTEGRATION_DELETED,
    MESSAGE_INTEGRATION_STATE_CHANGED,
    MESSAGE_CONNECTION_FLOW_FAILED,
    MESSAGE_ENDPOINT_FAILING,
    MESSAGE_ENDPOINT_DISABLED
};
#define MESSAGE_TYPES 8

enum message_kind {
    MESSAGE_TEXT,
    MESSAGE_ID, /* 24 characters of base58 */
    MESSAGE_TIME,
    MESSAGE_INTEGER,
    MESSAGE_TRUE,  /* always true */
    MESSAGE_WORD,  /* one of words */
    MESSAGE_MODEL, /* the name of a model */
    MESSAGE_NAME,  /* ... or of a join of two: model_changed_name */
    MESSAGE_OBJECT,
    MESSAGE_LIST /* of objects */
};

struct message_member {
    const char *name; /* NULL: the end */
    enum message_kind kind;
    bool nullable;
    bool may;                             /* be left out */
    const char *const *words;             /* end with NULL */
    const struct message_member *members; /* of an object, or of each in a list */
    const char *text;                     /* what it means; NULL: the name says it */
};

struct message {
    const char *type; /* "data-changed" */
    const char *summary, *text;
    const struct message_member *data;
};

/* The messages one by one; NULL behind the last. Thread: any, as all calls here. */
const struct message *message_nth(size_t type);
/* The type of a bit, as the store has it; "unknown" of none. */
const char *message_word(uint32_t bit);

/* ---- writing ---- */

#define MESSAGE_DEPTH 4

/* A body that is being written. To name a member that is not next in the table, or a word that is not there,
 * is a bug. */
struct message_out {
    struct buf *out;
    const struct message_member *next[MESSAGE_DEPTH];
    const struct message_member *items; /* of the list that is open */
    size_t depth;
};

/* Begin {"id":..,"type":..,"data":{ and end it. */
void message_begin(struct message_out *m, struct buf *out, enum message_type type, const char *id);
void message_end(struct message_out *m);

/* NULL: null, or empty where that does not fit. */
void message_text(struct message_out *m, const char *name, const char *value);
/* The same of an empty one. */
void message_str(struct message_out *m, const char *name, struct weir_str value);
void message_time(struct message_out *m, const char *name, int64_t ms); /* 0: null, if that fits */
void message_integer(struct message_out *m, const char *name, int64_t value);
void message_true(struct message_out *m, const char *name);

/* An object, or a list, whose objects are opened by message_item. Each is closed. */
void message_open(struct message_out *m, const char *name);
void message_item(struct message_out *m);
void message_close(struct message_out *m);

#endif

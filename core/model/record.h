/*
 * record: from what a connector emitted to the form that is stored and compared.
 *
 * Normalising checks each field against the model table, repairs what the contract says may be
 * repaired, drops what scope does not allow, turns remote ids of references into ids, and writes one
 * canonical JSON text: own columns in the table's order, null ones left out, so that equal records
 * are equal bytes.
 */
#ifndef WEIR_MODEL_RECORD_H
#define WEIR_MODEL_RECORD_H

#include "base/buf.h"
#include "base/id.h"
#include "model/scope.h"

#define RECORD_HASH 16
#define RECORD_JSON_MAX (1024u * 1024)
#define RECORD_RAW_MAX (128u * 1024) /* of remote_data */
#define RECORD_REMOTE_ID_MAX 256
#define RECORD_REFS_MAX 512

struct record_ref {
    uint8_t slot;
    const struct model *target;
    char id[ID_TEXT];          /* derived */
    struct weir_str remote_id; /* as the connector gave it, in the record; empty when the reference was kept
                                  from stored */
};

struct record {
    const struct model *model;
    char id[ID_TEXT];
    struct weir_str remote_id;
    struct weir_str json;      /* canonical */
    uint8_t hash[RECORD_HASH]; /* of the canonical text, scope and all, but for remote_data */
    struct record_ref *refs;
    size_t ref_count;
};

/* What was done to make it fit: counted, and named without any value. */
struct record_repairs {
    size_t count;
    char first[120]; /* "gender: unknown word"; field and class of the value, never the value */
};

/*
 * WEIR_E_INVALID: it does not fit and the contract gives no repair (not an object, a required field
 * is missing or of another class, too long, broken UTF-8, too deep): set it aside; the message names
 * field and class of the value. stored is the canonical text in the store (empty: none): a field that
 * is not in emitted keeps its value from there, unless scope took the field away.
 * *out is the caller's until record_free. Thread: any.
 */
int record_normalise(struct record **out, const struct model *model, const struct scope *scope,
                     struct weir_str integration, struct weir_str remote_id, struct weir_bytes emitted,
                     struct weir_str stored, struct record_repairs *repairs, struct weir_error *err);
void record_free(struct record *record);

/* Does emitted leave out a field that scope allows, so that the stored text is needed? Cheap guess:
 * true when in doubt. Thread: any. */
bool record_is_partial(const struct model *model, const struct scope *scope, struct weir_bytes emitted);

#endif

/*
 * model: the one table of unified models and their fields.
 *
 * Normalising, scope, comparing, the API's output, the config check and the store's touch rules read
 * this table and nothing else; a field is added in one place. Pure data, after the unified API's
 * published contract. Knows nothing of tools, the store or HTTP.
 */
#ifndef WEIR_MODEL_MODEL_H
#define WEIR_MODEL_MODEL_H

#include "weir/connector.h" /* enum weir_category */

enum field_type {
    FIELD_STRING,
    FIELD_EMAIL, /* a string; null when it is syntactically bad */
    FIELD_NUMBER,
    FIELD_INTEGER,
    FIELD_BOOLEAN,
    FIELD_DATETIME, /* stored as UTC with three fraction digits; a bare date is midnight UTC */
    FIELD_DATE,     /* YYYY-MM-DD */
    FIELD_TIME,     /* HH:mm:ss */
    FIELD_OPEN_ENUM,
    FIELD_CLOSED_ENUM, /* a value that is not listed becomes null */
    FIELD_REF,         /* id of a record of `target`; a connector gives its remote id */
    FIELD_REF_LIST,    /* ids of records of `target` */
    FIELD_ADDRESS,
    FIELD_FREE,    /* an object with free keys (custom_fields) */
    FIELD_ANY,     /* any JSON; in an object that lacks it, the object itself */
    FIELD_TEXTS,   /* a list of texts */
    FIELD_WORDS,   /* a list of `values`, each once and in their order; other words are left out */
    FIELD_CHOICES, /* a list of texts, or one of booleans */
    FIELD_KIND,    /* the word of the variant that the object around it is */
    FIELD_OBJECT,  /* of `fields`, or of one of `variants` */
    FIELD_LIST     /* of objects of `fields`, or each of one of `variants` */
};

/* One of the forms that an object can have. A table of them ends with word NULL; the last one before that
 * also stands for each word that is not in it. */
struct model_variant {
    const char *word;
    const struct model_field *fields;
};

struct model_field {
    const char *name;
    enum field_type type;
    bool nullable;  /* null fits; otherwise the record does not fit without a value */
    bool must;      /* the key has to be in the API's answer */
    bool hidden;    /* stored, and used by a join, but not itself a key of the answer (groups' ids) */
    bool essential; /* of a list's part: an entry without it says nothing, and is left out of the list */
    const char *const *values; /* NULL-terminated words of an enum */
    const char *target;        /* of FIELD_REF and FIELD_REF_LIST: a model's name */
    uint8_t slot; /* of references: its number in the store, unique within the model, never changed; else 0 */
    const char *join_model;               /* name in changed_models when the list's membership changes
                                             ("hris_join_employees_teams") */
    const struct model_field *fields;     /* of FIELD_OBJECT and FIELD_LIST, ends with name NULL */
    const struct model_variant *variants; /* instead of fields, when the object has several forms */
    const char *kind_path; /* of variants: where the object says which: "type", "question.type" */
    bool raw; /* the tool's own payload (remote_data): off unless a scope names the field, and no part of what
                 is compared; the last field of its model */
    bool computed; /* never emitted and never stored: made when the record is shown (integration_fields) */
};

enum join_kind {
    JOIN_ONE,      /* the record a FIELD_REF names */
    JOIN_LIST,     /* the records a FIELD_REF_LIST names */
    JOIN_CHILDREN, /* the records of `model` whose field `via` names this one */
    JOIN_ENTRIES   /* the entries of the FIELD_LIST `via`, each shown with the record its part `entry_ref`
                      names: keys of the short form are the record's and the other parts of the entry */
};

/* An embedded object of the API's answer, joined when it is read. */
struct model_join {
    const char *name; /* "manager", "employments" */
    enum join_kind kind;
    const char *model; /* whose records are embedded */
    const char *via;   /* the reference's field: of this model (ONE, LIST), of the other (CHILDREN) */
    const char *const
        *fields; /* NULL-terminated keys of the short form, in order; "id" and "remote_id" included */
    const struct model_join *joins; /* embedded in the short form in turn, in the order of its keys, at most
                                       MODEL_JOIN_DEPTH deep; their touch flags do not count; NULL: none */
    const char *entry_ref;          /* of JOIN_ENTRIES */
    const char *literal_key;        /* a key of the short form that always has the text `literal`; or NULL */
    const char *literal;
    bool not_null;         /* the record may not be sent without it */
    bool touch_membership; /* updated_after matches when the list gains or loses an entry */
    bool touch_linked;     /* ... and when the embedded record itself changes */
};

/* A filter of the list endpoint beyond the common ones. */
enum filter_kind {
    FILTER_WORDS,      /* comma list of enum words, "null" for none */
    FILTER_IDS,        /* comma list of ids of `field`, a reference or reference list */
    FILTER_ID,         /* one id of `field` */
    FILTER_REMOTE_IDS, /* the same, by their remote ids */
    FILTER_TEXT,       /* one text, compared byte by byte */
    FILTER_TEXTS,      /* a comma list of them */
    FILTER_TEXT_CI,    /* one text, compared without case */
    FILTER_TEXTS_CI,   /* comma list, compared without case */
    FILTER_PARTS_CI, /* one text, compared without case with the part `part` of each entry of a FIELD_LIST */
    FILTER_CONTAINS_CI, /* key word in the text */
    FILTER_DATE_FROM,   /* overlap: `field` (end) is empty or on/after; only the date part counts */
    FILTER_DATE_UNTIL,  /* `field` (start) is on or before */
    FILTER_BEFORE,
    FILTER_AFTER,       /* datetimes */
    FILTER_CUSTOM_FIELD /* JSON text with one pair */
};
struct model_filter {
    const char *name; /* the query parameter */
    enum filter_kind kind;
    const char *field;
    const char *through; /* not NULL: field is one of the records that this join of the model embeds (ONE or
                            CHILDREN), and any of them may match */
    const char *part;
};

struct model {
    uint8_t number;         /* in the store: never changed, never used again; 1 to 200 */
    const char *name;       /* "hris_employees", as in changed_models */
    const char *label;      /* "Employees" */
    const char *path;       /* "/hris/employees"; NULL: has no list of its own and is only embedded */
    const char *alias_path; /* "/hris/teams" is also answered as groups; or NULL */
    int category;           /* enum weir_category */
    bool remote_id_nullable;
    const struct model_field *fields;   /* own columns in the order of the answer, without id, remote_id,
                                           changed_at, remote_deleted_at; ends with name NULL */
    const struct model_join *joins;     /* ends with name NULL */
    const struct model_filter *filters; /* ends with name NULL */
    const char *const *key_order; /* NULL-terminated: every key of the answer in its order, joins and the four
                                     common ones included */
};

/* A pseudo model of changed_models that has no records: a join's membership. Its number is above 200. */
struct model_join_name {
    uint8_t number;
    const char *name;
};

/* All lookups: NULL or false when there is none. Thread: any. */
const struct model *model_nth(size_t n); /* NULL behind the last */
const struct model *model_find(struct weir_str name);
const struct model *model_by_number(uint8_t number);
const struct model *model_by_path(struct weir_str path);
const struct model_field *model_field_find(const struct model *model, struct weir_str name);
/* The same, for names that come in the table's order: looks behind the last one's field first. */
const struct model_field *model_field_find_from(const struct model *model, const struct model_field *from,
                                                struct weir_str name);
size_t model_field_index(const struct model *model, const struct model_field *field);
size_t model_field_count(const struct model *model);
/* Is a record without this field none at all? Not for lists: one that may not be null is empty. */
bool model_field_required(const struct model_field *field);
/* Is its value a list? */
bool model_field_is_list(const struct model_field *field);
/* The references of a model one by one, those in the entries of its lists too; NULL behind the last. *column:
 * the field of the model it stands in, which is itself for a plain one. */
const struct model_field *model_ref_nth(const struct model_field **column, const struct model *model,
                                        size_t n);
/* The join of this name; NULL: none. */
const struct model_join *model_join_find(const struct model *model, const char *name);
const struct model_join_name *model_join_nth(size_t n);
/* Name in changed_models of a model's or a join's number; NULL: unknown. */
const char *model_changed_name(uint8_t number);

#define MODEL_FIELDS_MAX 64 /* no model has more; scope keeps a bit per field */
#define MODEL_JOIN_DEPTH 2  /* joins within joins */

#endif

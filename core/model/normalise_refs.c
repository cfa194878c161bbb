/* References: remote ids become ids, and are noted for the store. */
#include "model/canonical.h"
#include "model/normalise.h"

#include <stdlib.h>

/* Note a reference, its id not set yet. NULL: too many, or no memory, said in *rc. */
static struct pending_ref *ref_add(int *rc, struct normaliser *n, const struct model_field *field)
{
    struct pending_ref *ref;

    if (n->ref_count == RECORD_REFS_MAX) {
        *rc = normalise_fail(n, field, "more than 512 references in one record");
        return NULL;
    }
    if (n->ref_count == n->ref_room) {
        size_t room = n->ref_room > 0 ? n->ref_room * 2 : 8;
        struct pending_ref *refs = realloc(n->refs, room * sizeof *refs);

        if (refs == NULL) {
            *rc = weir_fail(n->err, WEIR_E_MEMORY, "no memory for the references of a record");
            return NULL;
        }
        n->refs = refs;
        n->ref_room = room;
    }
    ref = &n->refs[n->ref_count++];
    memset(ref, 0, sizeof *ref);
    ref->ref.slot = field->slot;
    ref->ref.target = model_find(weir_str(field->target));
    return ref;
}

/* FIT_VALUE: noted; FIT_NULL: an empty remote id. */
static int ref_note(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    char digits[NORMALISE_DIGITS];
    struct pending_ref *ref;
    struct weir_str text;
    int rc;

    if (!normalise_scalar(&text, digits, value)) {
        return normalise_wrong_class(n, field, value, "a remote id");
    }
    if (text.len == 0) {
        return FIT_NULL;
    }
    if (text.len > RECORD_REMOTE_ID_MAX) {
        return normalise_fail(n, field, "remote id longer than 256 bytes");
    }
    ref = ref_add(&rc, n, field);
    if (ref == NULL) {
        return rc;
    }
    id_derive(ref->ref.id, n->integration, weir_str(field->target), text);
    ref->name_at = n->names.len;
    ref->ref.remote_id.len = text.len;
    buf_add_str(&n->names, text);
    return FIT_VALUE;
}

static void add_id(struct buf *out, const char id[ID_TEXT])
{
    buf_add_char(out, '"');
    buf_add(out, id, ID_LEN);
    buf_add_char(out, '"');
}

int normalise_ref(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    int rc = ref_note(n, field, value);

    if (rc == FIT_NULL && model_field_required(field)) {
        return normalise_fail(n, field, "empty, but it needs a remote id");
    }
    if (rc == FIT_VALUE) {
        add_id(&n->json, n->refs[n->ref_count - 1].ref.id);
    }
    return rc;
}

static int by_id(const void *a, const void *b)
{
    const struct pending_ref *x = a;
    const struct pending_ref *y = b;

    return memcmp(x->ref.id, y->ref.id, ID_LEN);
}

/* Tools give a list in no certain order and with repetitions; sorted, the same set is the same bytes. */
static void refs_sort(struct normaliser *n, size_t first)
{
    struct pending_ref *refs = n->refs + first;
    size_t count = n->ref_count - first;
    size_t kept = 0;

    qsort(refs, count, sizeof *refs, by_id);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || by_id(&refs[kept - 1], &refs[i]) != 0) {
            refs[kept++] = refs[i];
        }
    }
    n->ref_count = first + kept;
}

int normalise_ref_list(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    size_t first = n->ref_count;
    const json_t *item;
    size_t i;

    if (!json_is_array(value)) {
        return normalise_wrong_class(n, field, value, "a list of remote ids");
    }
    json_array_foreach(value, i, item)
    {
        int rc = json_is_null(item) ? FIT_NULL : ref_note(n, field, item);

        if (rc < 0) {
            return rc;
        }
    }
    if (n->ref_count == first) {
        return FIT_NULL;
    }
    refs_sort(n, first);
    for (i = first; i < n->ref_count; i++) {
        buf_add_char(&n->json, i == first ? '[' : ',');
        add_id(&n->json, n->refs[i].ref.id);
    }
    buf_add_char(&n->json, ']');
    return FIT_VALUE;
}

static int kept_ref(struct normaliser *n, const struct model_field *field, struct weir_str value)
{
    struct weir_str id = canonical_inner(value);
    struct pending_ref *ref;
    int rc = 0;

    if (id.len != ID_LEN) {
        return 0;
    }
    ref = ref_add(&rc, n, field);
    if (ref != NULL) {
        memcpy(ref->ref.id, id.data, ID_LEN);
    }
    return rc;
}

static int kept_refs_of(struct normaliser *n, const struct model_field *field, struct weir_str value)
{
    struct canonical_walk walk;
    struct weir_str item;

    if (field->type == FIELD_REF) {
        return kept_ref(n, field, value);
    }
    canonical_begin(&walk, value);
    while (field->type == FIELD_REF_LIST && canonical_item(&walk, &item)) {
        int rc = kept_ref(n, field, item);

        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

/* Those in the entries of a list. */
static int kept_entry_refs(struct normaliser *n, const struct model_field *field, struct weir_str value)
{
    struct canonical_walk walk;
    struct weir_str entry;

    canonical_begin(&walk, value);
    while (canonical_item(&walk, &entry)) {
        for (const struct model_field *part = field->fields; part->name != NULL; part++) {
            int rc = part->slot != 0 ? kept_refs_of(n, part, canonical_get(entry, part->name)) : 0;

            if (rc != 0) {
                return rc;
            }
        }
    }
    return 0;
}

int normalise_kept_refs(struct normaliser *n, const struct model_field *field, struct weir_str value)
{
    if (field->type == FIELD_LIST && field->fields != NULL) {
        return kept_entry_refs(n, field, value);
    }
    return kept_refs_of(n, field, value);
}

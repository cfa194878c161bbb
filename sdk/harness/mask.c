#include "mask.h"

#include "base/crypto.h"

#include <stdlib.h>
#include <strings.h>

#define MASK_TEXT_MAX ((size_t)64 << 20)
#define SECRET_MIN 6 /* a shorter one is a word */

static struct weir_str str_of(const json_t *value)
{
    return weir_str_n(json_string_value(value), json_string_length(value));
}

/* ---- learning ---- */

struct lesson {
    struct disguise *d;
    const struct mask_options *options;
    bool secrets; /* first these alone: whoever knows them sees what else is one */
    bool
        answers; /* ... and of these the ones that the tool gave, since others may be made by the connector */
};

/* {"global_id": "date_of_birth", "value": "..."}: what the value is stands beside it. */
static const char *name_beside(const json_t *object)
{
    static const char *const keys[] = {"global_id", "label", "name", "key", "field", "id"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *name = json_object_get(object, keys[i]);

        if (json_is_string(name) && personal_kind(json_string_value(name), str_of(name)) != PERSONAL_NONE) {
            return json_string_value(name);
        }
    }
    return "value";
}

/* A distinguished name of a directory has a person's in front: "CN=Ada Quill,OU=Staff". */
static void learn_distinguished(const struct lesson *l, struct weir_str text)
{
    const char *at = text.len > 3 ? memmem(text.data, text.len, "CN=", 3) : NULL;

    if (at != NULL) {
        size_t left = text.len - (size_t)(at + 3 - text.data);
        const char *comma = memchr(at + 3, ',', left);

        disguise_person(l->d, PERSONAL_NAME,
                        weir_str_n(at + 3, comma != NULL ? (size_t)(comma - at) - 3 : left));
    }
}

static void learn_text(const struct lesson *l, const char *key, struct weir_str text, enum personal inside)
{
    enum personal kind = personal_kind(key, text);

    if (personal_is_secret(key)) {
        if (l->secrets && text.len >= SECRET_MIN && memchr(text.data, ' ', text.len) == NULL) {
            disguise_secret(l->d, text, key);
        }
    } else if (!l->secrets && strcasecmp(key, "country") != 0 && strcasecmp(key, "type") != 0) {
        disguise_person(l->d, kind != PERSONAL_NONE ? kind : inside, text);
        learn_distinguished(l, text);
    }
}

static void learn_value(const struct lesson *l, const char *key, const json_t *value, enum personal inside);

/* A body that is written as it was sent, since its signature covers each byte. */
static void learn_raw(const struct lesson *l, struct weir_str text)
{
    json_t *parsed = json_loadb(text.data, text.len, JSON_DISABLE_EOF_CHECK, NULL);

    if (parsed != NULL) {
        learn_value(l, "parsed", parsed, PERSONAL_NONE);
        json_decref(parsed);
    }
}

static void learn_value(const struct lesson *l, const char *key, const json_t *value, enum personal inside)
{
    const char *name;
    json_t *item;
    size_t i;

    if (json_is_string(value) && strcmp(key, "body") == 0) {
        learn_raw(l, str_of(value));
    } else if (json_is_string(value)) {
        learn_text(l, key, str_of(value), inside);
    }
    json_array_foreach(value, i, item)
    {
        learn_value(l, key, item, inside);
    }
    json_object_foreach((json_t *)(uintptr_t)value, name, item)
    {
        bool state = strcmp(name, "state") == 0 &&
                     (json_object_get(value, "city") != NULL || json_object_get(value, "zip_code") != NULL);
        enum personal within = personal_inside(key);

        within = state ? PERSONAL_ADDRESS : within != PERSONAL_NONE ? within : inside;
        if (strcmp(name, "value") == 0) {
            learn_value(l, name_beside(value), item, within);
        } else if (strcmp(name, "name") == 0 && json_is_string(item) && personal_is_somebody(key)) {
            learn_value(l, "full_name", item, within);
        } else {
            learn_value(l, name, item, within);
        }
    }
}

/* "Bearer abc", "SSWS abc", "abc"; a Basic one is taken apart. */
static void learn_authorization(const struct lesson *l, struct weir_str value)
{
    const char *blank = value.len > 0 ? memchr(value.data, ' ', value.len) : NULL;
    struct weir_str proof = value;
    struct buf plain;

    if (blank != NULL) {
        proof = weir_str_n(blank + 1, value.len - (size_t)(blank + 1 - value.data));
    }
    if (!l->secrets || proof.len < SECRET_MIN || disguise_knows_secret(l->d, proof) || mask_has_jwt(proof)) {
        return;
    }
    buf_init(&plain, MASK_TEXT_MAX);
    if (weir_str_equal(weir_str_n(value.data, value.len - proof.len), weir_str("Basic ")) &&
        crypto_base64_decode(&plain, proof) && plain.len > 0) {
        const char *colon = memchr(plain.data, ':', plain.len);
        size_t from = colon != NULL ? (size_t)(colon + 1 - plain.data) : 0;
        struct weir_str user = weir_str_n(plain.data, from > 0 ? from - 1 : 0);
        struct weir_str password = weir_str_n(plain.data + from, plain.len - from);

        if (!disguise_knows_secret(l->d, buf_str(&plain))) {
            disguise_secret(l->d, password.len >= SECRET_MIN ? password : user, "password");
        }
    } else {
        disguise_secret(l->d, proof, "token");
    }
    buf_fini(&plain);
}

static void learn_headers(const struct lesson *l, const json_t *headers)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)headers, name, value)
    {
        if (!json_is_string(value)) {
            continue;
        }
        if (strcasecmp(name, "authorization") == 0) {
            learn_authorization(l, str_of(value));
        } else {
            learn_text(l, name, str_of(value), PERSONAL_NONE);
        }
    }
}

static void learn_exchanges(const struct lesson *l, const json_t *exchanges)
{
    const json_t *x;
    size_t i;

    json_array_foreach(exchanges, i, x)
    {
        learn_value(l, "body", json_object_get(json_object_get(x, "answer"), "body"), PERSONAL_NONE);
        learn_headers(l, json_object_get(json_object_get(x, "answer"), "headers"));
        if (!l->answers) {
            learn_value(l, "body", json_object_get(x, "body"), PERSONAL_NONE);
            learn_headers(l, json_object_get(x, "headers"));
        }
    }
}

static void learn_ids(const struct lesson *l, const json_t *value, const char *key)
{
    const char *name;
    json_t *item;
    size_t i;

    if (json_is_string(value) && (strcmp(key, "remote_id") == 0 || strcmp(key, "parent_id") == 0)) {
        disguise_id(l->d, str_of(value));
    }
    json_array_foreach(value, i, item)
    {
        learn_ids(l, item, key);
    }
    json_object_foreach((json_t *)(uintptr_t)value, name, item)
    {
        learn_ids(l, item, name);
    }
}

static void learn(const struct lesson *l, const json_t *root)
{
    static const char *const lists[] = {"records", "placeholders"};
    const json_t *step;
    const json_t *item;
    size_t i;
    size_t j;

    learn_value(l, "state", json_object_get(root, "state"), PERSONAL_NONE);
    json_array_foreach(json_object_get(root, "steps"), i, step)
    {
        learn_exchanges(l, json_object_get(step, "exchanges"));
        learn_value(l, "body", json_object_get(json_object_get(step, "deliver"), "body"), PERSONAL_NONE);
        learn_headers(l, json_object_get(json_object_get(step, "deliver"), "headers"));
        learn_value(l, "input", json_object_get(json_object_get(step, "act"), "input"), PERSONAL_NONE);
        learn_value(l, "body", json_object_get(json_object_get(step, "pass"), "body"), PERSONAL_NONE);
        learn_headers(l, json_object_get(json_object_get(step, "pass"), "headers"));
        for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
            json_array_foreach(json_object_get(json_object_get(step, "expect"), lists[k]), j, item)
            {
                learn_value(l, "record", json_object_get(item, "json"), PERSONAL_NONE);
            }
        }
        if (!l->secrets && l->options->hide_ids) {
            learn_ids(l, step, "");
        }
    }
}

/* ---- rewriting ---- */

static json_t *rewrite_text(struct disguise *d, const json_t *value)
{
    struct buf out;
    json_t *made;

    buf_init(&out, MASK_TEXT_MAX);
    disguise_text(&out, d, str_of(value));
    made = json_stringn(out.len > 0 ? out.data : "", out.len);
    buf_fini(&out);
    return made;
}

/* Words of the format, not of the tool. */
static bool is_word(const char *key)
{
    static const char *const keys[] = {"title", "model", "field",  "verdict", "code",
                                       "fail",  "now",   "action", "api"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(key, keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Is what stands below that key the tool's, with names of its own? */
static bool is_foreign(const char *key)
{
    static const char *const keys[] = {"body", "json", "form", "headers", "settings", "state", "input"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(key, keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Takes value. Names of members stay, unless somebody's address is one. */
static void set_rewritten(json_t *object, struct disguise *d, const char *key, json_t *value)
{
    struct buf name;

    buf_init(&name, MASK_TEXT_MAX);
    if (strchr(key, '@') != NULL) {
        disguise_text(&name, d, weir_str(key));
    } else {
        buf_add_text(&name, key);
    }
    (void)json_object_setn_new(object, name.len > 0 ? name.data : "", name.len, value);
    buf_fini(&name);
}

static json_t *rewrite(struct disguise *d, const json_t *value, bool foreign)
{
    json_t *made = NULL;
    const char *key;
    json_t *item;
    size_t i;

    switch (json_typeof(value)) {
    case JSON_OBJECT:
        made = json_object();
        json_object_foreach((json_t *)(uintptr_t)value, key, item)
        {
            bool within = foreign || is_foreign(key);

            json_t *inner = !within && is_word(key) ? json_incref(item) : rewrite(d, item, within);

            set_rewritten(made, d, key, inner);
        }
        return made;
    case JSON_ARRAY:
        made = json_array();
        json_array_foreach(value, i, item)
        {
            (void)json_array_append_new(made, rewrite(d, item, foreign));
        }
        return made;
    case JSON_STRING:
        return rewrite_text(d, value);
    case JSON_INTEGER:
        return json_integer(foreign ? disguise_integer(d, json_integer_value(value))
                                    : json_integer_value(value));
    case JSON_REAL:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        break;
    }
    return json_incref((json_t *)(uintptr_t)value);
}

/* ---- tokens that are signed anew each time ---- */

static bool is_base64url(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool mask_has_jwt(struct weir_str text)
{
    for (size_t i = 0; i + 3 < text.len; i++) {
        size_t at = i;
        size_t dots = 0;

        if (memcmp(text.data + i, "eyJ", 3) != 0) { /* {" */
            continue;
        }
        while (at < text.len && (is_base64url(text.data[at]) || text.data[at] == '.')) {
            dots += text.data[at++] == '.' ? 1 : 0;
        }
        if (dots == 2) {
            return true;
        }
    }
    return false;
}

static bool signed_anew(const struct disguise *d, struct weir_str text)
{
    return mask_has_jwt(text) && !disguise_knows_secret(d, text);
}

/* What the connector signs itself cannot be compared. */
static void drop_signed(const struct disguise *d, json_t *root)
{
    const json_t *step;
    json_t *x;
    size_t i;
    size_t j;

    json_array_foreach(json_object_get(root, "steps"), i, step)
    {
        json_array_foreach(json_object_get(step, "exchanges"), j, x)
        {
            char *body = json_dumps(json_object_get(x, "body"), JSON_ENCODE_ANY);
            json_t *headers = json_object_get(x, "headers");
            const char *name;
            json_t *value;
            void *next;

            if (body != NULL && signed_anew(d, weir_str(body))) {
                (void)json_object_del(x, "body");
            }
            free(body);
            json_object_foreach_safe(headers, next, name, value)
            {
                if (signed_anew(d, str_of(value))) {
                    (void)json_object_del(headers, name);
                }
            }
        }
    }
}

void mask_rewrite(json_t *root, struct disguise *d)
{
    json_t *made = rewrite(d, root, false);
    const char *key;
    json_t *value;

    json_object_foreach(made, key, value)
    {
        (void)json_object_set(root, key, value);
    }
    json_decref(made);
}

void mask_case(json_t *root, struct disguise *d, const struct mask_options *options)
{
    struct lesson l = {.d = d, .options = options, .secrets = true, .answers = true};

    learn(&l, root);
    drop_signed(d, root);
    l.answers = false;
    learn(&l, root);
    l.secrets = false;
    learn(&l, root);
    mask_rewrite(root, d);
}

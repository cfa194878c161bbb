#include "case_internal.h"

#include "weir/verify.h"

struct weir_str member_text(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return weir_str_n(json_string_value(value), json_string_length(value));
}

/* ---- headers ---- */

static bool mac_read(struct case_mac *out, const struct place *at, const json_t *value)
{
    static const struct key_spec specs[] = {{"digest", KEY_TEXT, false}, {"encoding", KEY_TEXT, false},
                                            {"prefix", KEY_TEXT, false}, {"time_header", KEY_TEXT, false},
                                            {"joint", KEY_TEXT, false},  {NULL, 0, false}};
    static const char *const digests[] = {"sha1", "sha256", "sha512", NULL};
    static const char *const encodings[] = {"hex", "base64", "base64url", NULL};
    const char *word;
    struct place inner;
    size_t i = 0;

    if (!keys_check(at, value, specs)) {
        return false;
    }
    word = json_string_value(json_object_get(value, "digest"));
    word = word != NULL ? word : "sha256";
    while (digests[i] != NULL && strcmp(digests[i], word) != 0) {
        i++;
    }
    if (digests[i] == NULL) {
        inner = place_key(at, "digest");
        place_unknown(&inner, "digest", word, digests);
        return false;
    }
    out->digest = WEIR_SHA1 + (int)i;
    word = json_string_value(json_object_get(value, "encoding"));
    out->encoding = word != NULL ? word : "hex";
    for (i = 0; encodings[i] != NULL && strcmp(encodings[i], out->encoding) != 0; i++) {
    }
    if (encodings[i] == NULL) {
        inner = place_key(at, "encoding");
        place_unknown(&inner, "encoding", out->encoding, encodings);
        return false;
    }
    out->prefix = json_string_value(json_object_get(value, "prefix"));
    out->time_header = json_string_value(json_object_get(value, "time_header"));
    out->joint = json_string_value(json_object_get(value, "joint"));
    return true;
}

/* name is a string of the document. */
static bool header_read(struct weir_header *out, size_t n, struct case_mac *mac, bool *has_mac,
                        const struct place *at, const char *name, const json_t *value)
{
    struct place inner = place_key(at, name);

    out->name = weir_str(name);
    if (json_is_string(value)) {
        out->value = weir_str_n(json_string_value(value), json_string_length(value));
        return true;
    }
    if (mac == NULL && json_is_null(value)) {
        out->value = weir_str_n(NULL, 0);
        return true;
    }
    if (mac != NULL && json_is_object(json_object_get(value, "hmac")) && json_object_size(value) == 1 &&
        !*has_mac) {
        struct place of_mac = place_key(&inner, "hmac");

        *has_mac = true;
        mac->header = n;
        return mac_read(mac, &of_mac, json_object_get(value, "hmac"));
    }
    place_fail(&inner, mac != NULL ? "has to be a text, or {\"hmac\": {...}} once"
                                   : "has to be a text, or null where there may be none");
    return false;
}

bool headers_read(struct weir_header **out, size_t *count, struct case_mac *mac, bool *has_mac,
                  const struct place *at, const json_t *value)
{
    struct weir_header *list;
    const char *name;
    json_t *item;
    size_t i;
    bool good = true;

    *count = 0;
    if (value == NULL) {
        return true;
    }
    list = arena_alloc(at->arena, json_object_size(value) + json_array_size(value) + 1, sizeof *list);
    *out = list;
    json_object_foreach((json_t *)(uintptr_t)value, name, item)
    {
        good = header_read(&list[*count], *count, mac, has_mac, at, name, item) && good;
        ++*count;
    }
    json_array_foreach(value, i, item)
    {
        name = json_string_value(json_array_get(item, 0));
        if (name == NULL || json_array_size(item) != 2) {
            struct place inner = place_nth(at, i);

            place_fail(&inner, "has to be [\"name\", \"value\"]");
            return false;
        }
        good = header_read(&list[*count], *count, mac, has_mac, at, name, json_array_get(item, 1)) && good;
        ++*count;
    }
    return good;
}

/* ---- an exchange ---- */

static bool request_line_read(struct case_exchange *out, const struct place *at, const json_t *value)
{
    struct weir_str text = weir_str_n(json_string_value(value), json_string_length(value));
    const char *blank = memchr(text.data, ' ', text.len);
    struct place inner = place_key(at, "request");
    size_t len = blank != NULL ? (size_t)(blank - text.data) : 0;

    if (len == 0 || text.len == len + 1 || (text.data[len + 1] != '/' && strstr(text.data, "://") == NULL)) {
        place_fail(&inner, "has to be method and address: \"GET /candidates/7?limit=50\"");
        return false;
    }
    out->request = text.data;
    out->method = weir_str_n(text.data, len);
    out->url = weir_str_n(text.data + len + 1, text.len - len - 1);
    return true;
}

static bool answer_read(struct case_exchange *out, const struct place *at, const char *folder,
                        const json_t *value)
{
    static const struct key_spec specs[] = {{"status", KEY_INTEGER, false},
                                            {"headers", KEY_OBJECT | KEY_ARRAY, false},
                                            {"body", KEY_ANY, false},
                                            {NULL, 0, false}};
    struct place of_headers = place_key(at, "headers");
    struct place of_body = place_key(at, "body");
    const json_t *status = json_object_get(value, "status");
    bool good = keys_check(at, value, specs);

    out->status = status != NULL ? (int)json_integer_value(status) : 200;
    if (out->status < 100 || out->status > 599) {
        place_fail(at, "the status has to be one of HTTP, 100 to 599");
        good = false;
    }
    good = good && headers_read(&out->answer_headers, &out->answer_header_count, NULL, NULL, &of_headers,
                                json_object_get(value, "headers"));
    for (size_t i = 0; good && i < out->answer_header_count; i++) {
        if (out->answer_headers[i].value.data == NULL) {
            place_fail(&of_headers, "an answer's header has to be a text");
            good = false;
        }
    }
    return good && body_read(&out->answer, &of_body, folder, json_object_get(value, "body"));
}

static bool fail_read(struct case_exchange *out, const struct place *at, const json_t *value)
{
    struct place inner = place_key(at, "fail");
    const char *word = json_string_value(value);

    if (!case_code(&out->fail, word) || out->fail == 0) {
        place_unknown(&inner, "code", word, case_code_words);
        return false;
    }
    return true;
}

static bool exchange_read(struct case_exchange *out, const struct place *at, const char *folder,
                          const json_t *value)
{
    static const struct key_spec specs[] = {
        {"request", KEY_TEXT, true}, {"headers", KEY_OBJECT | KEY_ARRAY, false},
        {"body", KEY_ANY, false},    {"answer", KEY_OBJECT, false},
        {"fail", KEY_TEXT, false},   {NULL, 0, false}};
    struct place of_headers = place_key(at, "headers");
    struct place of_body = place_key(at, "body");
    struct place of_answer = place_key(at, "answer");
    const json_t *answer = json_object_get(value, "answer");
    const json_t *fail = json_object_get(value, "fail");

    out->path = at->path;
    if (!keys_check(at, value, specs)) {
        return false;
    }
    if ((answer != NULL) == (fail != NULL)) {
        place_fail(at, "needs either answer or fail");
        return false;
    }
    out->no_body = json_is_null(json_object_get(value, "body"));
    return request_line_read(out, at, json_object_get(value, "request")) &&
           headers_read(&out->headers, &out->header_count, NULL, NULL, &of_headers,
                        json_object_get(value, "headers")) &&
           body_read(&out->body, &of_body, folder, json_object_get(value, "body")) &&
           (fail != NULL ? fail_read(out, at, fail) : answer_read(out, &of_answer, folder, answer));
}

bool exchanges_read(struct case_exchanges *out, const struct place *at, const char *folder,
                    const json_t *list)
{
    const json_t *item;
    size_t i;
    bool good = true;

    if (json_array_size(list) > CASE_ITEMS_MAX) {
        place_fail(at, "a list of a case has at most %d items", CASE_ITEMS_MAX);
        return false;
    }
    out->count = json_array_size(list);
    out->list = arena_alloc(at->arena, out->count, sizeof *out->list);
    json_array_foreach(list, i, item)
    {
        struct place inner = place_nth(at, i);

        good = exchange_read(&out->list[i], &inner, folder, item) && good;
    }
    return good;
}

/* ---- a delivery ---- */

bool delivery_read(struct case_delivery *out, const struct test_case *c, const struct place *at,
                   const json_t *value)
{
    static const struct key_spec specs[] = {{"method", KEY_TEXT, false},
                                            {"tail", KEY_TEXT, false},
                                            {"query", KEY_TEXT, false},
                                            {"headers", KEY_OBJECT | KEY_ARRAY, false},
                                            {"body", KEY_ANY, false},
                                            {"secrets", KEY_ARRAY, false},
                                            {NULL, 0, false}};
    struct place of_headers = place_key(at, "headers");
    struct place of_body = place_key(at, "body");
    struct place of_secrets = place_key(at, "secrets");
    const json_t *secrets = json_object_get(value, "secrets");

    if (!keys_check(at, value, specs)) {
        return false;
    }
    out->method = member_text(value, "method");
    if (out->method.data == NULL) {
        out->method = weir_str("POST");
    }
    out->tail = member_text(value, "tail");
    out->query = member_text(value, "query");
    out->secrets = c->secrets;
    out->secret_count = c->secret_count;
    if (secrets != NULL && !texts_read(&out->secrets, &out->secret_count, &of_secrets, secrets)) {
        return false;
    }
    return headers_read(&out->headers, &out->header_count, &out->mac, &out->has_mac, &of_headers,
                        json_object_get(value, "headers")) &&
           body_read(&out->body, &of_body, c->folder, json_object_get(value, "body"));
}

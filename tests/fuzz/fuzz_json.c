/*
 * fuzz_json: any bytes through the readers of weir/json.h. The input is a path, a zero byte, and a document.
 * What parses is written so that it parses to the same again.
 */
#include "weir/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                struct weir_bytes json, struct weir_error *err)
{
    json_t *again = NULL;

    (void)sink;
    (void)model;
    (void)remote_id;
    if (json.len > WEIR_JSON_RECORD_MAX || weir_json_parse(&again, json, json.len, "again", err) != 0) {
        abort();
    }
    json_decref(again);
    return 0;
}

static void readers(const json_t *root, const char *path)
{
    struct weir_str str = {NULL, 0};
    char text[40];
    json_t *value = NULL;
    json_t *to = json_object();
    double real = 0;
    int64_t integer = 0;
    bool truth = false;
    enum weir_json_found found = weir_json_find(&value, root, path);

    if ((found == WEIR_JSON_MISSING) != (value == NULL)) {
        abort();
    }
    if (weir_json_text(text, sizeof text, root, path) == WEIR_JSON_VALUE && strlen(text) >= sizeof text) {
        abort();
    }
    if (weir_json_str(&str, root, path) == WEIR_JSON_VALUE && str.data == NULL) {
        abort();
    }
    (void)weir_json_real(&real, root, path);
    (void)weir_json_integer(&integer, root, path);
    (void)weir_json_bool(&truth, root, path);
    (void)weir_json_object(root, path);
    (void)weir_json_array(root, path);
    if (weir_json_put_text_from(to, "t", root, path) != 0 ||
        weir_json_put_real_from(to, "r", root, path) != 0) {
        abort();
    }
    json_decref(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_sink sink = {.size = sizeof sink, .record = take, .placeholder = take};
    struct weir_error err = {0};
    const uint8_t *end = size > 0 ? memchr(data, 0, size) : NULL;
    json_t *root = NULL;

    if (end == NULL) {
        return 0;
    }
    if (weir_json_parse(&root, weir_bytes(end + 1, size - (size_t)(end - data) - 1), 1 << 16, "input",
                        &err) != 0) {
        return 0;
    }
    readers(root, (const char *)data);
    (void)weir_emit_json(&sink, "hris_employees", weir_str("1"), root, &err);
    (void)weir_emit_json_placeholder(&sink, "hris_employees", weir_str("1"), root, &err);
    json_decref(root);
    return 0;
}

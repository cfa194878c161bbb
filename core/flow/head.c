#include "flow/head.h"

#include <strings.h>

#define HEAD_VERSION 1

static void add_span(struct buf *out, struct weir_str s)
{
    uint16_t len = s.len > UINT16_MAX ? UINT16_MAX : (uint16_t)s.len;
    uint8_t prefix[2] = {(uint8_t)(len >> 8), (uint8_t)len};

    buf_add(out, prefix, sizeof prefix);
    buf_add(out, s.data, len);
}

static bool is_kept(const char *const *kept, struct weir_str name)
{
    for (; kept != NULL && *kept != NULL; kept++) {
        if (strlen(*kept) == name.len && strncasecmp(*kept, name.data, name.len) == 0) {
            return true;
        }
    }
    return false;
}

void head_pack(struct buf *out, const struct weir_request *request, const char *const *kept)
{
    size_t count = 0;

    buf_add_char(out, HEAD_VERSION);
    add_span(out, request->method);
    add_span(out, request->tail);
    add_span(out, request->query);
    for (size_t i = 0; i < request->header_count && count < HEAD_HEADERS_MAX; i++) {
        if (is_kept(kept, request->headers[i].name)) {
            add_span(out, request->headers[i].name);
            add_span(out, request->headers[i].value);
            count++;
        }
    }
}

static bool take_span(struct weir_str *out, struct weir_bytes *rest)
{
    size_t len;

    if (rest->len < 2) {
        return false;
    }
    len = (size_t)rest->data[0] << 8 | rest->data[1];
    if (rest->len - 2 < len) {
        return false;
    }
    *out = weir_str_n((const char *)rest->data + 2, len);
    *rest = weir_bytes(rest->data + 2 + len, rest->len - 2 - len);
    return true;
}

int head_unpack(struct weir_request *request, struct weir_header *headers, struct weir_bytes data,
                struct weir_error *err)
{
    struct weir_bytes rest = data;
    size_t count = 0;

    if (rest.len < 1 || rest.data[0] != HEAD_VERSION) {
        return weir_fail(err, WEIR_E_INVALID, "the stored delivery's head has an unknown form");
    }
    rest = weir_bytes(rest.data + 1, rest.len - 1);
    if (!take_span(&request->method, &rest) || !take_span(&request->tail, &rest) ||
        !take_span(&request->query, &rest)) {
        return weir_fail(err, WEIR_E_INVALID, "the stored delivery's head is cut short");
    }
    while (rest.len > 0) {
        if (count == HEAD_HEADERS_MAX || !take_span(&headers[count].name, &rest) ||
            !take_span(&headers[count].value, &rest)) {
            return weir_fail(err, WEIR_E_INVALID, "the stored delivery's headers are cut short");
        }
        count++;
    }
    request->headers = headers;
    request->header_count = count;
    return 0;
}

#include "fuzz_input.h"

#include <strings.h>

static const char separator[] = "\n%%\n";
#define SEPARATOR_LEN (sizeof separator - 1)

/* ---- reading ---- */

/* Up to the separator; *rest is what stands behind it, or its data is NULL. */
static struct weir_str cut(struct weir_str *rest)
{
    struct weir_str whole = *rest;
    const char *at =
        whole.len >= SEPARATOR_LEN ? memmem(whole.data, whole.len, separator, SEPARATOR_LEN) : NULL;

    if (at == NULL) {
        *rest = weir_str_n(NULL, 0);
        return whole;
    }
    *rest = weir_str_n(at + SEPARATOR_LEN, whole.len - (size_t)(at - whole.data) - SEPARATOR_LEN);
    return weir_str_n(whole.data, (size_t)(at - whole.data));
}

void fuzz_input_init(struct fuzz_input *in, const uint8_t *data, size_t len)
{
    in->rest = weir_str_n((const char *)data, len);
    in->name = cut(&in->rest);
}

static struct weir_str line(struct weir_str *text)
{
    const char *end = text->len > 0 ? memchr(text->data, '\n', text->len) : NULL;
    size_t len = end != NULL ? (size_t)(end - text->data) : text->len;
    struct weir_str one = weir_str_n(text->data, len);

    text->data += end != NULL ? len + 1 : len;
    text->len -= end != NULL ? len + 1 : len;
    return one;
}

/* What the daemon's own server and client would let through. */
static bool is_header(struct weir_str name, struct weir_str value)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] <= ' ' || name.data[i] > '~') {
            return false;
        }
    }
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.data[i] < ' ' && value.data[i] != '\t') {
            return false;
        }
    }
    return name.len > 0;
}

static void header_take(struct fuzz_part *part, struct weir_str text)
{
    const char *colon = text.len > 0 ? memchr(text.data, ':', text.len) : NULL;
    struct weir_str name;
    struct weir_str value;

    if (colon == NULL || part->header_count == FUZZ_HEADERS_MAX) {
        return;
    }
    name = weir_str_n(text.data, (size_t)(colon - text.data));
    value = weir_str_n(colon + 1, text.len - name.len - 1);
    if (value.len > 0 && value.data[0] == ' ') {
        value = weir_str_n(value.data + 1, value.len - 1);
    }
    if (is_header(name, value)) {
        part->headers[part->header_count++] = (struct weir_header){name, value};
    }
}

bool fuzz_input_take(struct fuzz_part *part, struct fuzz_input *in)
{
    struct weir_str text;
    struct weir_str one;

    memset(part, 0, sizeof *part);
    if (in->rest.data == NULL) {
        return false;
    }
    text = cut(&in->rest);
    part->first = line(&text);
    while (text.len > 0 && (one = line(&text)).len > 0) {
        header_take(part, one);
    }
    part->body = weir_str_bytes(text);
    return true;
}

void fuzz_part_answer(struct stage_answer *answer, const struct fuzz_part *part)
{
    char word[32];

    *answer = (struct stage_answer){
        .status = 0, .headers = part->headers, .header_count = part->header_count, .body = part->body};
    (void)snprintf(word, sizeof word, "%.*s", (int)(part->first.len < 31 ? part->first.len : 31),
                   part->first.len > 0 ? part->first.data : "");
    if (case_code(&answer->code, word)) {
        return;
    }
    answer->code = 0;
    for (size_t i = 0; i < 3 && word[i] >= '0' && word[i] <= '9'; i++) {
        answer->status = answer->status * 10 + (word[i] - '0');
    }
    if (answer->status < 200 || answer->status > 599) {
        answer->status = 200;
    }
}

void fuzz_part_delivery(struct case_delivery *out, const struct fuzz_part *part,
                        const struct case_delivery *from)
{
    struct weir_str target = part->first;
    const char *blank = target.len > 0 ? memchr(target.data, ' ', target.len) : NULL;
    const char *mark;

    *out = *from;
    out->method = weir_str(target.len >= 3 && memcmp(target.data, "GET", 3) == 0 ? "GET" : "POST");
    target =
        blank != NULL ? weir_str_n(blank + 1, target.len - (size_t)(blank + 1 - target.data)) : weir_str("");
    mark = target.len > 0 ? memchr(target.data, '?', target.len) : NULL;
    out->tail = weir_str_n(target.data, mark != NULL ? (size_t)(mark - target.data) : target.len);
    out->query =
        mark != NULL ? weir_str_n(mark + 1, target.len - out->tail.len - 1) : weir_str_n(target.data, 0);
    out->headers = (struct weir_header *)(uintptr_t)part->headers;
    out->header_count = part->header_count;
    out->body = (struct body){.kind = BODY_BYTES, .bytes = part->body};
    out->has_mac = false;
    for (size_t i = 0; from->has_mac && i < part->header_count; i++) {
        struct weir_str name = from->headers[from->mac.header].name;

        if (part->headers[i].name.len == name.len &&
            strncasecmp(part->headers[i].name.data, name.data, name.len) == 0) {
            out->has_mac = true;
            out->mac.header = i;
        }
    }
}

/* ---- writing ---- */

void fuzz_input_begin(struct buf *out, const char *name)
{
    buf_clear(out);
    buf_add_text(out, name);
}

static void add_headers_and_body(struct buf *out, const struct weir_header *headers, size_t count,
                                 struct weir_bytes body)
{
    for (size_t i = 0; i < count; i++) {
        buf_add_str(out, headers[i].name);
        buf_add_text(out, ": ");
        buf_add_str(out, headers[i].value);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '\n');
    buf_add(out, body.data, body.len);
}

void fuzz_input_add_answer(struct buf *out, const struct stage_answer *answer)
{
    buf_add_text(out, separator);
    if (answer->code != 0) {
        buf_add_text(out, case_code_word(answer->code));
    } else {
        buf_printf(out, "%d", answer->status);
    }
    buf_add_char(out, '\n');
    add_headers_and_body(out, answer->headers, answer->header_count, answer->body);
}

void fuzz_input_add_delivery(struct buf *out, const struct weir_request *request)
{
    buf_add_text(out, separator);
    buf_add_str(out, request->method);
    buf_add_char(out, ' ');
    buf_add_str(out, request->tail);
    if (request->query.len > 0) {
        buf_add_char(out, '?');
        buf_add_str(out, request->query);
    }
    buf_add_char(out, '\n');
    add_headers_and_body(out, request->headers, request->header_count, request->body);
}

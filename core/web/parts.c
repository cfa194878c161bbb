#include "web/parts.h"

#include "base/crypto.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 1024
#define TYPE_MAX_BYTES 255
#define DRAWN 24 /* random bytes: nobody who writes a part can know its boundary */

struct parts {
    struct buf *out;
    char boundary[8 + 2 * DRAWN + 1];
    char *why;
    size_t n; /* the part at hand, from 1 */
};

static bool refuse(const struct parts *p, const char *what)
{
    (void)snprintf(p->why, PARTS_WHY_MAX, "Part %zu of \"multipart_form_data\": %s.", p->n, what);
    return false;
}

static bool draw(struct parts *p)
{
    uint8_t drawn[DRAWN];
    size_t len = (size_t)snprintf(p->boundary, sizeof p->boundary, "weir----");

    if (crypto_random(drawn, sizeof drawn, NULL) != 0) {
        (void)snprintf(p->why, PARTS_WHY_MAX, "The server has no random bytes; try again later.");
        return false;
    }
    for (size_t i = 0; i < sizeof drawn; i++) {
        len += (size_t)snprintf(p->boundary + len, sizeof p->boundary - len, "%02x", drawn[i]);
    }
    return true;
}

/* ---- what a part has ---- */

/* A text that is there and may stand in a header. *out is lent by object. */
static bool read_name(struct weir_str *out, const struct parts *p, const json_t *object, const char *what)
{
    const json_t *value = json_object_get(object, "name");

    if (!json_is_string(value) || json_string_length(value) == 0 ||
        json_string_length(value) > NAME_MAX_BYTES) {
        return refuse(p, what);
    }
    *out = weir_str_n(json_string_value(value), json_string_length(value));
    return true;
}

/* As the standard of HTML has browsers do it. */
static void add_quoted(struct buf *out, struct weir_str name)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < name.len; i++) {
        switch (name.data[i]) {
        case '"':
            buf_add_text(out, "%22");
            break;
        case '\r':
            buf_add_text(out, "%0D");
            break;
        case '\n':
            buf_add_text(out, "%0A");
            break;
        default:
            buf_add_char(out, name.data[i]);
            break;
        }
    }
    buf_add_char(out, '"');
}

/* "application/pdf", with parameters perhaps: printable characters, and a slash that is neither first nor
 * last. */
static bool is_type(const char *text)
{
    const char *slash = strchr(text, '/');
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return false;
        }
    }
    return slash != NULL && slash != text && slash[1] != '\0' && len <= TYPE_MAX_BYTES;
}

static bool add_file(struct parts *p, const json_t *file)
{
    const json_t *data = json_object_get(file, "data");
    const json_t *type = json_object_get(file, "content_type");
    struct weir_str name = {NULL, 0};

    if (!read_name(&name, p, file, "a file needs a \"name\", a text of at most 1024 bytes")) {
        return false;
    }
    if (json_object_get(file, "data_url") != NULL) {
        return refuse(p, "this server fetches no \"data_url\": send the file as \"data\", in base64");
    }
    if (type != NULL && (!json_is_string(type) || !is_type(json_string_value(type)))) {
        return refuse(p, "\"content_type\" has to be one, as application/pdf");
    }
    if (!json_is_string(data)) {
        return refuse(p, "a file needs \"data\", in base64");
    }
    buf_add_text(p->out, "; filename=");
    add_quoted(p->out, name);
    buf_printf(p->out, "\r\nContent-Type: %s\r\n\r\n",
               type != NULL ? json_string_value(type) : "application/octet-stream");
    return crypto_base64_decode(p->out, weir_str_n(json_string_value(data), json_string_length(data))) ||
           p->out->failed || refuse(p, "\"data\" is not base64");
}

static bool add_part(struct parts *p, const json_t *part)
{
    const json_t *value = json_object_get(part, "value");
    struct weir_str name = {NULL, 0};

    if (!read_name(&name, p, part, "it needs a \"name\", a text of at most 1024 bytes")) {
        return false;
    }
    buf_printf(p->out, "--%s\r\nContent-Disposition: form-data; name=", p->boundary);
    add_quoted(p->out, name);
    if (json_is_object(value)) {
        if (!add_file(p, value)) {
            return false;
        }
    } else if (json_is_string(value)) {
        buf_add_text(p->out, "\r\n\r\n");
        buf_add(p->out, json_string_value(value), json_string_length(value));
    } else {
        return refuse(p, "\"value\" has to be a text or a file");
    }
    buf_add_text(p->out, "\r\n");
    return true;
}

bool parts_write(struct buf *body, char type[PARTS_TYPE_MAX], const json_t *list, char why[PARTS_WHY_MAX])
{
    struct parts p = {.out = body, .why = why};
    const json_t *part;
    size_t i;

    if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > PARTS_MAX) {
        (void)snprintf(why, PARTS_WHY_MAX, "\"multipart_form_data\" has to be a list of 1 to %d parts.",
                       PARTS_MAX);
        return false;
    }
    if (!draw(&p)) {
        return false;
    }
    json_array_foreach(list, i, part)
    {
        p.n = i + 1;
        if (!add_part(&p, part)) {
            return false;
        }
    }
    buf_printf(body, "--%s--\r\n", p.boundary);
    if (body->failed) {
        (void)snprintf(why, PARTS_WHY_MAX, "\"multipart_form_data\" makes a body of more than %zu MiB.",
                       PARTS_BODY_MAX >> 20);
        return false;
    }
    (void)snprintf(type, PARTS_TYPE_MAX, "multipart/form-data; boundary=%s", p.boundary);
    return true;
}

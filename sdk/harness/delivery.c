#include "delivery.h"

#include "base/crypto.h"

#include <stdlib.h>
#include <strings.h>

#define MAC_TEXT_MAX 512

static struct weir_str str_dup(struct weir_str text)
{
    return weir_str_n(must_dup(text.data, text.len), text.len);
}

static void str_free(struct weir_str *text)
{
    free((void *)(uintptr_t)text->data);
    *text = weir_str_n(NULL, 0);
}

static struct weir_str header_value(const struct delivery *d, const char *name)
{
    for (size_t i = 0; name != NULL && i < d->request.header_count; i++) {
        if (d->headers[i].name.len == strlen(name) &&
            strncasecmp(d->headers[i].name.data, name, strlen(name)) == 0) {
            return d->headers[i].value;
        }
    }
    return weir_str("");
}

void delivery_sign(struct delivery *d, const struct case_mac *mac)
{
    struct weir_str *value = &d->headers[mac->header].value;
    struct weir_str key = d->request.secret_count > 0 ? d->secrets[0] : weir_str("");
    struct weir_bytes parts[3];
    size_t count = 0;
    uint8_t out[WEIR_DIGEST_MAX];
    size_t len = 0;
    struct buf text;

    if (mac->time_header != NULL) {
        parts[count++] = weir_str_bytes(header_value(d, mac->time_header));
        parts[count++] = weir_str_bytes(weir_str(mac->joint));
    }
    parts[count++] = d->request.body;
    buf_init(&text, MAC_TEXT_MAX);
    buf_add_text(&text, mac->prefix != NULL ? mac->prefix : "");
    if (crypto_hmac(out, &len, mac->digest, weir_str_bytes(key), parts, count, NULL) == 0) {
        if (strcmp(mac->encoding, "base64") == 0) {
            crypto_base64(&text, weir_bytes(out, len));
        } else if (strcmp(mac->encoding, "base64url") == 0) {
            crypto_base64url(&text, weir_bytes(out, len));
        } else {
            crypto_hex(&text, weir_bytes(out, len));
        }
    }
    str_free(value);
    *value = str_dup(buf_str(&text));
    buf_fini(&text);
}

void delivery_init(struct delivery *d, const struct case_delivery *from, int64_t received_at_ms)
{
    memset(d, 0, sizeof *d);
    d->headers = must_calloc(from->header_count, sizeof *d->headers);
    d->secrets = must_calloc(from->secret_count, sizeof *d->secrets);
    for (size_t i = 0; i < from->header_count; i++) {
        d->headers[i] = (struct weir_header){str_dup(from->headers[i].name), str_dup(from->headers[i].value)};
    }
    for (size_t i = 0; i < from->secret_count; i++) {
        d->secrets[i] = str_dup(from->secrets[i]);
    }
    d->request = (struct weir_request){
        .size = sizeof d->request,
        .method = str_dup(from->method),
        .tail = str_dup(from->tail),
        .query = str_dup(from->query),
        .headers = d->headers,
        .header_count = from->header_count,
        .body = weir_bytes(must_dup(from->body.bytes.data, from->body.bytes.len), from->body.bytes.len),
        .received_at_ms = received_at_ms,
        .secrets = d->secrets,
        .secret_count = from->secret_count};
    if (from->has_mac) {
        delivery_sign(d, &from->mac);
    }
}

static void header_free(struct weir_header *header)
{
    str_free(&header->name);
    str_free(&header->value);
}

void delivery_fini(struct delivery *d)
{
    for (size_t i = 0; i < d->request.header_count; i++) {
        header_free(&d->headers[i]);
    }
    for (size_t i = 0; i < d->request.secret_count; i++) {
        str_free(&d->secrets[i]);
    }
    free(d->headers);
    free(d->secrets);
    str_free(&d->request.method);
    str_free(&d->request.tail);
    str_free(&d->request.query);
    free((void *)(uintptr_t)d->request.body.data);
    memset(d, 0, sizeof *d);
}

bool delivery_is_kept(const char *const *kept, struct weir_str name)
{
    for (; kept != NULL && *kept != NULL; kept++) {
        if (strlen(*kept) == name.len && strncasecmp(*kept, name.data, name.len) == 0) {
            return true;
        }
    }
    return false;
}

void delivery_keep(struct delivery *d, const char *const *kept_headers)
{
    size_t count = 0;

    for (size_t i = 0; i < d->request.header_count; i++) {
        if (delivery_is_kept(kept_headers, d->headers[i].name)) {
            d->headers[count++] = d->headers[i];
        } else {
            header_free(&d->headers[i]);
        }
    }
    d->request.header_count = count;
}

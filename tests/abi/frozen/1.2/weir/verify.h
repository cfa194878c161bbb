/*
 * verify: for authors of connectors: the schemes by which tools prove that a delivery is theirs.
 *
 * Header-only. Every comparison with a secret goes through the host, in constant time, over all secrets
 * in force and without stopping at the first that fits. A delivery is accepted only when there is a
 * secret, the header is there exactly once and its value proves it; everything else is a refusal with
 * a reason that shows neither. Fit for struct weir_verify.check: no I/O, no allocation. Thread: any.
 */
#ifndef WEIR_VERIFY_H
#define WEIR_VERIFY_H

#include "weir/connector.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_VERIFY_PROOF_MAX 1024 /* a longer header value is no proof of any scheme here */

enum weir_verify_encoding {
    WEIR_VERIFY_HEX = 1,      /* either case */
    WEIR_VERIFY_BASE64 = 2,   /* with padding */
    WEIR_VERIFY_BASE64URL = 3 /* without */
};

/* An HMAC in a header. */
struct weir_verify_hmac_scheme {
    const char *header;      /* that carries the signature */
    const char *prefix;      /* before it ("sha256="), required when not empty; NULL: none */
    int digest;              /* enum weir_digest */
    int encoding;            /* enum weir_verify_encoding */
    const char *time_header; /* header with the Unix time of sending; NULL: the scheme has none */
    int64_t time_unit_ms;    /* 1000: it counts seconds */
    int64_t window_ms;       /* farther from now than this is a replay */
    const char *joint;       /* the MAC covers time, joint, body (NULL: the time is not covered) */
};

static inline void weir_verify_refuse(struct weir_verdict *verdict, int status, const char *reason)
{
    verdict->decision = WEIR_REFUSE;
    verdict->status = status;
    (void)snprintf(verdict->reason, sizeof verdict->reason, "%s", reason);
}

static inline bool weir_verify_name_is(struct weir_str name, const char *want)
{
    return weir_str_equal_nocase(name, weir_str(want));
}

/* How many headers of that name there are; *value is the first one's. */
static inline size_t weir_verify_header(struct weir_str *value, const struct weir_request *request,
                                        const char *name)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < request->header_count; i++) {
        if (weir_verify_name_is(request->headers[i].name, name)) {
            if (count == 0) {
                *value = request->headers[i].value;
            }
            count++;
        }
    }
    return count;
}

/* What comes first: a POST whose body is no longer than any of the tool's. false: refused. */
static inline bool weir_verify_post(struct weir_verdict *verdict, const struct weir_request *request,
                                    size_t body_max)
{
    if (!weir_str_is(request->method, "POST")) {
        weir_verify_refuse(verdict, 405, "the tool delivers by POST only");
        return false;
    }
    if (request->body.len > body_max) {
        weir_verify_refuse(verdict, 413, "longer than any delivery of the tool's");
        return false;
    }
    return true;
}

/* The part of value after prefix; false when it does not begin so. The prefix is no secret. */
static inline bool weir_verify_strip(struct weir_str *value, const char *prefix)
{
    size_t len = prefix != NULL ? strlen(prefix) : 0;

    if (value->len < len || (len > 0 && memcmp(value->data, prefix, len) != 0)) {
        return false;
    }
    *value = weir_str_n(value->data + len, value->len - len);
    return true;
}

/* What both schemes ask first: a secret, and one header with the prefix. *proof is what follows it. */
static inline bool weir_verify_proof(struct weir_str *proof, const struct weir_request *request,
                                     const char *header, const char *prefix, struct weir_verdict *verdict)
{
    struct weir_str value = {NULL, 0};
    size_t count;

    if (request->secret_count == 0) {
        weir_verify_refuse(verdict, 401, "there is no webhook secret yet, so nothing is accepted");
        return false;
    }
    count = weir_verify_header(&value, request, header);
    if (count != 1) {
        weir_verify_refuse(verdict, 401,
                           count == 0 ? "the header that proves the sender is missing"
                                      : "the header that proves the sender is there more than once");
        return false;
    }
    if (value.len > WEIR_VERIFY_PROOF_MAX || !weir_verify_strip(&value, prefix) || value.len == 0) {
        weir_verify_refuse(verdict, 401, "the header that proves the sender has another form");
        return false;
    }
    *proof = value;
    return true;
}

/*
 * A static token: the header's value is prefix and one of the secrets, verbatim. Fills verdict; on
 * acceptance only decision, so that dedup stays for the caller to say.
 */
static inline void weir_verify_token(struct weir_verdict *verdict, const struct weir_host *host,
                                     const struct weir_request *request, const char *header,
                                     const char *prefix)
{
    struct weir_str proof;
    bool match = false;
    size_t i;

    if (!weir_verify_proof(&proof, request, header, prefix, verdict)) {
        return;
    }
    for (i = 0; i < request->secret_count; i++) {
        bool same = host->equal(host, weir_str_bytes(proof), weir_str_bytes(request->secrets[i]));

        /* An empty secret would make an empty proof right. */
        match = match | (same && request->secrets[i].len > 0);
    }
    if (!match) {
        weir_verify_refuse(verdict, 401, "the token is not the one registered at the tool");
        return;
    }
    verdict->decision = WEIR_ACCEPT;
}

static inline int weir_verify_hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static inline int weir_verify_base64_digit(char c, bool url)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == (url ? '-' : '+')) {
        return 62;
    }
    return c == (url ? '_' : '/') ? 63 : -1;
}

/* Decode text into at most WEIR_DIGEST_MAX bytes; false: it is not so encoded, or longer. */
static inline bool weir_verify_decode(uint8_t out[WEIR_DIGEST_MAX], size_t *len, struct weir_str text,
                                      int encoding)
{
    uint32_t bits = 0;
    unsigned int held = 0;
    size_t n = 0;
    size_t i;

    if (encoding == WEIR_VERIFY_BASE64) {
        size_t pad = 0;

        if (text.len % 4 != 0) {
            return false;
        }
        while (pad < 2 && text.len > 0 && text.data[text.len - 1] == '=') {
            text.len--;
            pad++;
        }
    } else if (encoding == WEIR_VERIFY_HEX && text.len % 2 != 0) {
        return false;
    }
    for (i = 0; i < text.len; i++) {
        unsigned int width = encoding == WEIR_VERIFY_HEX ? 4 : 6;
        int digit = encoding == WEIR_VERIFY_HEX
                        ? weir_verify_hex_digit(text.data[i])
                        : weir_verify_base64_digit(text.data[i], encoding == WEIR_VERIFY_BASE64URL);

        if (digit < 0) {
            return false;
        }
        bits = (bits << width) | (uint32_t)digit;
        held += width;
        if (held >= 8) {
            if (n == WEIR_DIGEST_MAX) {
                return false;
            }
            held -= 8;
            out[n++] = (uint8_t)(bits >> held);
            bits &= (1U << held) - 1;
        }
    }
    /* One text per value: left-over bits have to be zero. */
    if (bits != 0 || held >= 6) {
        return false;
    }
    *len = n;
    return true;
}

/* Is the time header within the window? Its digits are left in *digits, as the MAC covers them. */
static inline bool weir_verify_time(struct weir_str *digits, const struct weir_host *host,
                                    const struct weir_request *request,
                                    const struct weir_verify_hmac_scheme *scheme)
{
    struct weir_str value = {NULL, 0};
    int64_t sent = 0;
    int64_t now = host->now_ms(host);
    int64_t away;
    size_t i;

    if (weir_verify_header(&value, request, scheme->time_header) != 1 || value.len == 0 || value.len > 14) {
        return false;
    }
    for (i = 0; i < value.len; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') {
            return false;
        }
        sent = sent * 10 + (value.data[i] - '0');
    }
    /* 14 digits times 1,000 still fit. */
    sent *= scheme->time_unit_ms;
    away = sent > now ? sent - now : now - sent;
    *digits = value;
    return away <= scheme->window_ms;
}

static inline size_t weir_verify_blanks(struct weir_bytes body, size_t at)
{
    while (at < body.len && (body.data[at] == ' ' || body.data[at] == '\t' || body.data[at] == '\n' ||
                             body.data[at] == '\r')) {
        at++;
    }
    return at;
}

/* Behind the string that begins at `at`. A quote ends it that has no backslash, or an even number of them,
 * before it. */
static inline size_t weir_verify_string_end(struct weir_bytes body, size_t at)
{
    size_t from = at + 1;

    for (at = from; at < body.len; at++) {
        const uint8_t *quote = (const uint8_t *)memchr(body.data + at, '"', body.len - at);
        size_t before;

        if (quote == NULL) {
            return body.len;
        }
        at = (size_t)(quote - body.data);
        for (before = at; before > from && body.data[before - 1] == '\\'; before--) {
            continue;
        }
        if ((at - before) % 2 == 0) {
            return at + 1;
        }
    }
    return body.len;
}

/*
 * Of a body that is a JSON object the value of its member `name`, as it is written: a string with its quotes;
 * of an object or array the first character alone. One pass without a parse, in which only the outermost
 * members count, whatever texts and records further in hold; the last of two equal names counts, as in a
 * parser. Names written with escapes are not seen. false: there is none.
 */
static inline bool weir_verify_json_member(struct weir_str *value, struct weir_bytes body, const char *name)
{
    size_t name_len = strlen(name);
    size_t at = weir_verify_blanks(body, 0);
    size_t depth = 0;
    bool found = false;

    if (at == body.len || body.data[at] != '{') {
        return false;
    }
    while (at < body.len) {
        size_t from = at;
        uint8_t c = body.data[at];

        if (c != '"') {
            depth += c == '{' || c == '[' ? 1 : 0;
            depth -= (c == '}' || c == ']') && depth > 0 ? 1 : 0;
            at = depth == 0 ? body.len : at + 1; /* what follows the object is not of it */
            continue;
        }
        at = weir_verify_string_end(body, at);
        if (depth != 1 || at - from != name_len + 2 || memcmp(body.data + from + 1, name, name_len) != 0) {
            continue;
        }
        at = weir_verify_blanks(body, at);
        if (at == body.len || body.data[at] != ':') {
            continue; /* a text that happens to be that name */
        }
        at = weir_verify_blanks(body, at + 1);
        from = at;
        if (at < body.len && body.data[at] == '"') {
            at = weir_verify_string_end(body, at);
        } else {
            while (at < body.len && strchr(",}] \t\r\n{[", body.data[at]) == NULL) {
                at++;
            }
        }
        *value = weir_str_n((const char *)body.data + from, at > from ? at - from : at < body.len ? 1 : 0);
        found = true;
    }
    return found;
}

/*
 * A MAC over the raw body in a header. Fills verdict as weir_verify_token does. A failure (not a
 * refusal) is the host's: it could not compute a MAC.
 */
static inline int weir_verify_hmac(struct weir_verdict *verdict, const struct weir_host *host,
                                   const struct weir_request *request,
                                   const struct weir_verify_hmac_scheme *scheme, struct weir_error *err)
{
    struct weir_bytes parts[3];
    struct weir_str proof;
    struct weir_str digits = {NULL, 0};
    uint8_t want[WEIR_DIGEST_MAX];
    size_t want_len = 0;
    size_t part_count = 0;
    bool match = false;
    size_t i;

    if (!weir_verify_proof(&proof, request, scheme->header, scheme->prefix, verdict)) {
        return 0;
    }
    if (!weir_verify_decode(want, &want_len, proof, scheme->encoding) || want_len == 0) {
        weir_verify_refuse(verdict, 401, "the signature is not in the tool's encoding");
        return 0;
    }
    if (scheme->time_header != NULL && !weir_verify_time(&digits, host, request, scheme)) {
        weir_verify_refuse(verdict, 401, "the time of sending is missing or too far from now");
        return 0;
    }
    if (scheme->time_header != NULL && scheme->joint != NULL) {
        parts[part_count++] = weir_str_bytes(digits);
        parts[part_count++] = weir_str_bytes(weir_str(scheme->joint));
    }
    parts[part_count++] = request->body;
    for (i = 0; i < request->secret_count; i++) {
        uint8_t mac[WEIR_DIGEST_MAX];
        size_t mac_len = 0;
        int rc;

        if (request->secrets[i].len == 0) {
            continue;
        }
        rc = host->hmac(host, scheme->digest, weir_str_bytes(request->secrets[i]), parts, part_count, mac,
                        &mac_len, err);
        if (rc != 0) {
            return rc;
        }
        match = match | host->equal(host, weir_bytes(mac, mac_len), weir_bytes(want, want_len));
    }
    if (!match) {
        weir_verify_refuse(verdict, 401, "the signature does not fit the body");
        return 0;
    }
    verdict->decision = WEIR_ACCEPT;
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif

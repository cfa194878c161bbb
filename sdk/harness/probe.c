#include "probe.h"

#include "keys.h"

#include <stdlib.h>
#include <strings.h>

#define SECRET_LEAST 6 /* a shorter text is in a header by chance */

void probe_init(struct probe *p, struct play *play, const struct case_delivery *from)
{
    memset(p, 0, sizeof *p);
    p->play = play;
    p->from = from;
    delivery_init(&p->d, from, stage_now_ms(play->stage));
    p->place_count = p->d.request.header_count + 3;
}

void probe_fini(struct probe *p)
{
    delivery_fini(&p->d);
}

bool probe_ask(struct probe *p)
{
    memset(&p->err, 0, sizeof p->err);
    p->rc = call_check(stage_instance(p->play->stage), &p->d.request, &p->verdict, &p->err);
    return p->rc == 0 && p->verdict.decision == WEIR_ACCEPT;
}

void probe_word(char out[64], const struct probe *p)
{
    if (p->rc != 0) {
        (void)snprintf(out, 64, "failed with %s", case_code_word(p->rc));
    } else if (p->verdict.decision == WEIR_REFUSE) {
        (void)snprintf(out, 64, "refused (%d)", (int)p->verdict.status);
    } else {
        (void)snprintf(out, 64, "%s", p->verdict.decision == WEIR_ACCEPT ? "accepted" : "answered");
    }
}

int probe_events(struct probe *p, const struct call_sink *sink, struct weir_error *err)
{
    const char *const *kept = p->play->connector->verify->kept_headers;
    struct weir_request request = p->d.request;
    struct weir_header *headers = must_calloc(request.header_count, sizeof *headers);
    size_t count = 0;
    int rc;

    for (size_t i = 0; i < request.header_count; i++) {
        if (delivery_is_kept(kept, request.headers[i].name)) {
            headers[count++] = request.headers[i];
        }
    }
    request.headers = headers;
    request.header_count = count;
    rc = call_events(stage_instance(p->play->stage), &request, sink, err);
    stage_call_over(p->play->stage);
    free(headers);
    return rc;
}

/* ---- places ---- */

struct weir_bytes probe_place(const struct probe *p, size_t place)
{
    const struct weir_request *r = &p->d.request;

    if (place < r->header_count) {
        return weir_str_bytes(p->d.headers[place].value);
    }
    place -= r->header_count;
    return place == 0 ? weir_str_bytes(r->tail) : place == 1 ? weir_str_bytes(r->query) : r->body;
}

struct weir_bytes probe_put(struct probe *p, size_t place, struct weir_bytes bytes)
{
    struct weir_bytes before = probe_place(p, place);
    struct weir_request *r = &p->d.request;
    struct weir_str text = weir_str_n((const char *)bytes.data, bytes.len);

    if (place < r->header_count) {
        p->d.headers[place].value = text;
    } else if (place == r->header_count) {
        r->tail = text;
    } else if (place == r->header_count + 1) {
        r->query = text;
    } else {
        r->body = bytes;
    }
    return before;
}

void probe_place_word(char out[96], const struct probe *p, size_t place)
{
    static const char *const words[] = {"the tail", "the query", "the body"};
    size_t headers = p->d.request.header_count;

    if (place < headers) {
        (void)snprintf(out, 96, "the header %.*s", WEIR_STR_ARG(p->d.headers[place].name));
    } else {
        (void)snprintf(out, 96, "%s", words[place - headers]);
    }
}

bool probe_is_body(const struct probe *p, size_t place)
{
    return place + 1 == p->place_count;
}

bool probe_ask_flipped(struct probe *p, size_t place, size_t bit)
{
    /* The copies are the probe's own, and were writable when they were made. */
    uint8_t *at = (uint8_t *)(uintptr_t)probe_place(p, place).data + bit / 8;
    bool accepted;

    *at ^= (uint8_t)(1U << (bit % 8));
    accepted = probe_ask(p);
    *at ^= (uint8_t)(1U << (bit % 8));
    return accepted;
}

bool probe_ask_secrets(struct probe *p, const struct weir_str *secrets, size_t count)
{
    struct weir_request *r = &p->d.request;
    size_t before = r->secret_count;
    bool accepted;

    r->secrets = secrets;
    r->secret_count = count;
    accepted = probe_ask(p);
    r->secrets = p->d.secrets;
    r->secret_count = before;
    return accepted;
}

/* ---- what proves ---- */

bool probe_only_describes(const struct probe *p, size_t place)
{
    static const char *const names[] = {"content-type",   "accept",     "host",
                                        "content-length", "user-agent", "content-encoding"};
    struct weir_str name;

    if (place >= p->d.request.header_count) {
        return false;
    }
    name = p->d.headers[place].name;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (name.len == strlen(names[i]) && strncasecmp(name.data, names[i], name.len) == 0) {
            return true;
        }
    }
    return false;
}

/* How many of three flips in it (in the first, a middle and the last byte) change the verdict? */
static int flips_refused(struct probe *p, size_t place)
{
    size_t len = probe_place(p, place).len;

    return (probe_ask_flipped(p, place, 0) ? 0 : 1) + (probe_ask_flipped(p, place, len / 2 * 8) ? 0 : 1) +
           (probe_ask_flipped(p, place, len * 8 - 7) ? 0 : 1);
}

bool probe_decides(struct probe *p, size_t place)
{
    return probe_place(p, place).len > 0 && flips_refused(p, place) > 0;
}

bool probe_proves(struct probe *p, size_t place)
{
    return probe_place(p, place).len > 0 && !probe_only_describes(p, place) && flips_refused(p, place) == 3;
}

static bool holds(struct weir_bytes in, struct weir_str text)
{
    return text.len >= SECRET_LEAST && in.len >= text.len &&
           memmem(in.data, in.len, text.data, text.len) != NULL;
}

bool probe_shows_secret(const struct probe *p, size_t place)
{
    const struct weir_connector *connector = p->play->connector;
    const struct test_case *c = p->play->c;
    struct weir_bytes in = probe_place(p, place);

    for (size_t i = 0; i < p->d.request.secret_count; i++) {
        if (holds(in, p->d.secrets[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < c->setting_count; i++) {
        for (size_t j = 0; j < connector->setting_count; j++) {
            if (connector->settings[j].secret &&
                strcmp(connector->settings[j].key, c->settings[i].key) == 0 &&
                holds(in, weir_str(c->settings[i].value))) {
                return true;
            }
        }
    }
    return false;
}

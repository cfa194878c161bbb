/*
 * check_flips: each single bit of what proves a delivery is changed, its proof is cut and left out, and none
 * of it may still be believed.
 */
#include "check_delivery.h"

#include "probe.h"
#include "walk.h"

#include <ctype.h>
#include <stdlib.h>

#define BITS_MAX 32768 /* of one place: 4 KiB in full, longer ones as a sample spread over them */
#define BITS_LATE 2048 /* ... once so much was asked in all: */
#define ASKED_MAX 400000
#define PROOF_LEAST 16 /* a shorter header that decides only sometimes is no signature */

struct flips {
    size_t asked, accepted_deliveries;
};

static bool is_hex(struct weir_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!isxdigit(text.data[i])) {
            return false;
        }
    }
    return text.len > 0;
}

/* Where the hexadecimal digits at the end begin. */
static size_t hex_from(struct weir_bytes value)
{
    size_t at = value.len;

    while (at > 0 && isxdigit(value.data[at - 1])) {
        at--;
    }
    return at;
}

static size_t word_len(struct weir_bytes value)
{
    const uint8_t *blank = value.len > 0 ? memchr(value.data, ' ', value.len) : NULL;

    return blank != NULL ? (size_t)(blank - value.data) : 0;
}

/*
 * Another case of a letter is the same value in two places: in hexadecimal digits that are no secret as
 * such, and in the word in front of a token (RFC 9110, 11.1: "Bearer" in any case).
 */
static bool is_same_value(const struct probe *p, size_t place, size_t bit)
{
    struct weir_bytes value = probe_place(p, place);
    size_t at = bit / 8;

    if (bit % 8 != 5 || !isalpha(value.data[at])) {
        return false;
    }
    return at < word_len(value) ||
           (!probe_is_body(p, place) && !probe_shows_secret(p, place) && at >= hex_from(value) &&
            is_hex(weir_bytes(value.data + hex_from(value), value.len - hex_from(value))));
}

static bool is_time(struct weir_bytes value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!isdigit(value.data[i])) {
            return false;
        }
    }
    return value.len >= 10 && value.len <= 13;
}

/* All of it has to be right for the delivery to be believed. */
static bool has_to_prove(struct probe *p, size_t place)
{
    struct weir_bytes value = probe_place(p, place);

    if (probe_proves(p, place) || probe_shows_secret(p, place)) {
        return true;
    }
    if (p->from->has_mac && place == p->from->mac.header) {
        return true;
    }
    return !probe_only_describes(p, place) && !is_time(value) &&
           (probe_is_body(p, place) || value.len >= PROOF_LEAST) && probe_decides(p, place);
}

/* Each bit, or as many as may be, evenly spread: a step that is odd meets all eight of a byte. */
static void flip_all(struct walk *w, struct probe *p, size_t place)
{
    struct flips *flips = w->ctx;
    size_t bits = probe_place(p, place).len * 8;
    size_t most = flips->asked > ASKED_MAX ? BITS_LATE : BITS_MAX;
    size_t step = bits > most ? (bits / most) | 1 : 1;
    size_t wrong = 0;
    char name[96];
    char what[64] = "";
    size_t first = 0;

    for (size_t bit = 0; bit < bits; bit += step) {
        bool accepted = probe_ask_flipped(p, place, bit);

        flips->asked++;
        if ((!accepted && p->rc == 0) || is_same_value(p, place, bit)) {
            continue;
        }
        if (wrong++ == 0) {
            first = bit;
            probe_word(what, p);
        }
    }
    probe_place_word(name, p, place);
    if (wrong > 0) {
        findings_add(w->f, w->where, "with one bit of %s changed the delivery has to be refused and was %s",
                     name, what);
        findings_line(w->f, "bit %zu of byte %zu was the first of %zu changes that did not lead to a refusal",
                      first % 8, first / 8, wrong);
    } else {
        findings_note(w->f, "%s: %s proves it: %zu changed bits were refused", w->where, name,
                      (bits + step - 1) / step);
    }
}

static void must_refuse(struct walk *w, struct probe *p, bool accepted, const char *name, const char *how)
{
    struct flips *flips = w->ctx;
    char what[64];

    flips->asked++;
    if (accepted || p->rc != 0) {
        probe_word(what, p);
        findings_add(w->f, w->where, "with %s %s the delivery has to be refused and was %s", name, how, what);
    }
}

static bool ask_with(struct probe *p, size_t place, struct weir_bytes bytes)
{
    void *copy = must_dup(bytes.data, bytes.len);
    struct weir_bytes was = probe_put(p, place, weir_bytes(copy, bytes.len));
    bool accepted = probe_ask(p);

    (void)probe_put(p, place, was);
    free(copy);
    return accepted;
}

static bool ask_without_header(struct probe *p, size_t n)
{
    struct weir_request was = p->d.request;
    struct weir_header *others = must_calloc(was.header_count, sizeof *others);
    bool accepted;

    memcpy(others, was.headers, n * sizeof *others);
    memcpy(others + n, was.headers + n + 1, (was.header_count - n - 1) * sizeof *others);
    p->d.request.headers = others;
    p->d.request.header_count--;
    accepted = probe_ask(p);
    p->d.request = was;
    free(others);
    return accepted;
}

/* A proof that is not whole, too long, or not there at all, is none. */
static void try_lengths(struct walk *w, struct probe *p, size_t place)
{
    struct weir_bytes value = probe_place(p, place);
    uint8_t *longer = must_calloc(value.len + 1, 1);
    char name[96];

    probe_place_word(name, p, place);
    memcpy(longer, value.data, value.len);
    longer[value.len] = '0';
    must_refuse(w, p, ask_with(p, place, weir_bytes(longer, value.len + 1)), name, "one byte longer");
    /* Some senders of base64 leave the padding out. */
    if (longer[value.len - 1] != '=') {
        must_refuse(w, p, ask_with(p, place, weir_bytes(longer, value.len - 1)), name, "one byte shorter");
    }
    must_refuse(w, p, ask_with(p, place, weir_bytes(longer, value.len / 2)), name, "cut in half");
    must_refuse(w, p, ask_with(p, place, weir_bytes(longer, 0)), name, "empty");
    if (place < p->d.request.header_count) {
        must_refuse(w, p, ask_without_header(p, place), name, "missing");
    }
    free(longer);
}

static void before(struct walk *w, struct play *play, const struct case_step *step)
{
    struct flips *flips = w->ctx;
    struct probe p;
    char name[96];
    size_t proofs = 0;

    if (step->kind != STEP_DELIVER) {
        return;
    }
    probe_init(&p, play, &step->delivery);
    if (!probe_ask(&p)) {
        probe_fini(&p);
        return;
    }
    flips->accepted_deliveries++;
    for (size_t place = 0; place < p.place_count; place++) {
        if (has_to_prove(&p, place)) {
            flip_all(w, &p, place);
            try_lengths(w, &p, place);
            proofs++;
        } else if (probe_is_body(&p, place) && probe_place(&p, place).len > 0) {
            findings_note(w->f, "%s: the body is not covered by what proves the delivery", w->where);
        } else if (is_time(probe_place(&p, place)) && probe_decides(&p, place)) {
            probe_place_word(name, &p, place);
            findings_note(w->f, "%s: the time in %s is looked at, but not covered by the signature", w->where,
                          name);
        }
    }
    if (proofs == 0) {
        findings_add(w->f, w->where,
                     "the delivery is accepted whatever it holds: no header, tail, query or body proves it");
    }
    probe_fini(&p);
}

void check_bit_flips(const struct task *task, struct findings *f)
{
    struct flips flips = {0};
    struct walk w = {.f = f, .ctx = &flips, .before = before};

    walk_cases(&w, task->arg);
    if (flips.accepted_deliveries == 0 && f->skipped[0] == '\0') {
        findings_skip(f, "no case has a delivery that is accepted");
    }
}

/*
 * fuzz_input: what a fuzzer changes of a case, as bytes.
 *
 * The case's name in a line, and then parts with a line "%%" before each, in the order in which they are
 * used:
 *
 *   person_fetch
 *   %%
 *   200
 *   content-type: application/json
 *
 *   {"id":"3003"}
 *
 * A part is a first line, headers up to an empty line, and a body, in which any byte may stand. The first
 * line of an answer is its status, or the word of a code ("WEIR_E_LATER") with which the request fails; that
 * of a delivery is its method, a blank, and tail?query. Everything else is the case's. Every input is one:
 * what does not fit is left out, and where parts end, requests are answered 404. This form does not change,
 * so that a corpus lasts.
 */
#ifndef WEIR_HARNESS_FUZZ_INPUT_H
#define WEIR_HARNESS_FUZZ_INPUT_H

#include "case.h"
#include "stage.h"

#define FUZZ_HEADERS_MAX 32

struct fuzz_input {
    struct weir_str name; /* of the case */
    struct weir_str rest; /* the parts that were not taken */
};

struct fuzz_part {
    struct weir_str first;
    struct weir_header headers[FUZZ_HEADERS_MAX];
    size_t header_count;
    struct weir_bytes body;
};

/* data is lent as long as the input and what is taken of it. */
void fuzz_input_init(struct fuzz_input *in, const uint8_t *data, size_t len);
/* false: there is none left, and the part is empty. */
bool fuzz_input_take(struct fuzz_part *part, struct fuzz_input *in);

/* As the next part says; headers are lent by it. */
void fuzz_part_answer(struct stage_answer *answer, const struct fuzz_part *part);
/* from with what the part says in the place of its request. */
void fuzz_part_delivery(struct case_delivery *out, const struct fuzz_part *part,
                        const struct case_delivery *from);

void fuzz_input_begin(struct buf *out, const char *name);
void fuzz_input_add_answer(struct buf *out, const struct stage_answer *answer);
/* request is as the connector sees it. */
void fuzz_input_add_delivery(struct buf *out, const struct weir_request *request);

#endif

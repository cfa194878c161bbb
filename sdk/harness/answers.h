/*
 * answers: the tool of a case as somebody meets it who disturbs the play.
 *
 * It knows all exchanges of a step and gives each as often as it is asked for, of equal requests the one that
 * came last: after a fault a connector may ask again, or no more. One request may be answered with a fault in
 * the place of what the case says. A request that the case does not know gets no answer, and is counted.
 */
#ifndef WEIR_HARNESS_ANSWERS_H
#define WEIR_HARNESS_ANSWERS_H

#include "stage.h"

/* What a request is answered in the place of the case's answer. */
struct fault {
    const char *name; /* "http 401" */
    int code;         /* not 0: http fails with it */
    int status;       /* 0: that of the case */
    const char *type; /* content-type */
    const char *body; /* NULL: that of the case, cut in half */
    bool once;        /* else the same request gets it each time it is made */
};

struct answers {
    const struct test_case *c;
    struct script strict;
    struct findings quiet; /* of the scripts: who disturbs expects other requests */
    struct weir_header *headers;
    struct buf body;
    /* Whom the fault meets: the target-th request of the step (1: the first; 0: none). */
    const struct fault *fault;
    size_t target;
    /* Of this step. */
    size_t asked;         /* requests */
    size_t hit;           /* ... that were answered with the fault */
    size_t strangers;     /* ... that the case does not know */
    size_t writes;        /* ... that change something at the tool: neither `always` nor for a token */
    size_t writes_behind; /* ... of those, behind a hit */
    int hit_status;       /* of the answer in whose place the fault came; 0: it was none */
    bool hit_apart;       /* the request that was hit is one of the whole case, or for a token */
    size_t
        repeatable;  /* writes that the host may send again, and that are not the same twice (POST, PATCH) */
    bool renewed;    /* the request that was hit had been made before in this step */
    bool by_address; /* the fault meets hit_method and hit_url, whichever request it is */
    char hit_method[16];
    /* What the last request was answered; last_code not 0: http failed. */
    int last_code, last_status;
    struct buf last_body;
    struct buf hit_url;  /* absolute */
    struct buf hit_body; /* of the case's answer */
    struct buf log;      /* a line each: method, address, body */
    struct buf deeds;    /* writes that the tool did (2xx), as in log */
    struct buf repeats;  /* requests that change something and may be repeated by the host; a line each */
    struct buf
        credentials; /* values of authorization headers that were sent, since the beginning; a line each */
};

void answers_init(struct answers *a, const struct test_case *c, const char *base_url);
void answers_fini(struct answers *a);
/* NULL: no step's, but the case's own. Forgets the fault. */
void answers_begin(struct answers *a, const struct case_step *step);
/* The same step is played once more: the tool goes on from where it was. Forgets the fault. */
void answers_again(struct answers *a);
/* Of struct stage_meddler; ctx is the answers. */
bool answers_play(void *ctx, const struct weir_http_request *request, struct weir_str url,
                  struct stage_answer *answer);

/* GET and HEAD change nothing. */
bool answers_method_is_safe(const char *method);

#endif

/*
 * judge: did a call end as it has to when the tool answered one request with a fault?
 */
#ifndef WEIR_HARNESS_JUDGE_H
#define WEIR_HARNESS_JUDGE_H

#include "trial.h"

enum judge_want { JUDGE_AUTH, JUDGE_PERMISSION, JUDGE_GONE, JUDGE_LATER, JUDGE_LIMIT, JUDGE_BROKEN };

struct judged {
    const struct spot *spot;
    const struct trial *trial;
    const struct fault *fault;
    enum judge_want want;
    const struct step_result *plain; /* what comes of the step without the fault */
    const struct step_result *r;
};

/* What is wrong becomes a finding. */
void judge(const struct judged *j);

/* Is each of want's records (or events) in got? By what names them alone. */
bool judge_has_all(const json_t *want, const json_t *got);

/* A failure's words: there are some, and no secret is in them. what: "HTTP 401 for GET ...". */
void judge_words(const struct spot *spot, const struct trial *t, const char *what);

#endif

/*
 * sameness: did a call that was made once more come to the same?
 *
 * Of a record that is emitted twice in a call the last one counts, as in the store. What came along with the
 * first fetch of a record, or with the listing of another model, need not come again; placeholders count once
 * anyhow.
 */
#ifndef WEIR_HARNESS_SAMENESS_H
#define WEIR_HARNESS_SAMENESS_H

#include "play.h"

/* Each difference is a line or more of out. How many there are. */
size_t sameness_compare(struct buf *out, const struct case_step *step, const struct step_result *first,
                        const struct step_result *second);

#endif

/* Needs a function that nobody has: RTLD_NOW finds out at loading, and not in the middle of a night. */
#include "skeleton.h"

int no_library_has_this(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                        struct weir_error *err);

static const struct weir_fetch fetch = {
    .size = sizeof(struct weir_fetch), .record = no_library_has_this, .list = skeleton_list};

WEIR_EXPORT const struct weir_connector weir_connector = {
    SKELETON_HEAD,  SKELETON_SELF("unresolved"), SKELETON_MODELS,
    SKELETON_CALLS, .verify = &skeleton_verify,  .fetch = &fetch};

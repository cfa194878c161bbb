/* Only what is required. It must load for ever after. */
#include "skeleton.h"

WEIR_EXPORT const struct weir_connector weir_connector = {SKELETON_HEAD, SKELETON_SELF("good_minimal"),
                                                          SKELETON_MODELS, SKELETON_CALLS, SKELETON_TABLES};

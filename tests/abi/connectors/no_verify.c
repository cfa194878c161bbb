/* Fetches, and cannot tell a delivery from a forgery. */
#include "skeleton.h"

WEIR_EXPORT const struct weir_connector weir_connector = {
    SKELETON_HEAD, SKELETON_SELF("no_verify"), SKELETON_MODELS, SKELETON_CALLS, .fetch = &skeleton_fetch};

/* A shared object, and no connector: the table was left without WEIR_EXPORT under -fvisibility=hidden. */
#include "skeleton.h"

const struct weir_connector weir_connector __attribute__((visibility("hidden"))) = {
    SKELETON_HEAD, SKELETON_SELF("missing_symbol"), SKELETON_MODELS, SKELETON_CALLS, SKELETON_TABLES};

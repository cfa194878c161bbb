/* Its file was renamed. */
#include "skeleton.h"

WEIR_EXPORT const struct weir_connector weir_connector = {SKELETON_HEAD, SKELETON_SELF("somebody_else"),
                                                          SKELETON_MODELS, SKELETON_CALLS, SKELETON_TABLES};

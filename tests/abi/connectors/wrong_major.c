/* Built against a contract that is not ours. */
#include "skeleton.h"

WEIR_EXPORT const struct weir_connector weir_connector = {.magic = WEIR_CONNECTOR_MAGIC,
                                                          .size = sizeof(struct weir_connector),
                                                          .abi_major = WEIR_ABI_MAJOR + 1,
                                                          .abi_minor = 3,
                                                          SKELETON_SELF("wrong_major"),
                                                          SKELETON_MODELS,
                                                          SKELETON_CALLS,
                                                          SKELETON_TABLES};

/* Says that its table is longer than it is. */
#include "skeleton.h"

WEIR_EXPORT const struct weir_connector weir_connector = {.magic = WEIR_CONNECTOR_MAGIC,
                                                          .size = 1u << 20,
                                                          .abi_major = WEIR_ABI_MAJOR,
                                                          .abi_minor = WEIR_ABI_MINOR,
                                                          SKELETON_SELF("lying_size"),
                                                          SKELETON_MODELS,
                                                          SKELETON_CALLS,
                                                          SKELETON_TABLES};

/* Exports the name with something else behind it. */
#include "skeleton.h"

WEIR_EXPORT const struct weir_connector weir_connector = {.magic = UINT64_C(0x0123456789ABCDEF),
                                                          .size = sizeof(struct weir_connector),
                                                          .abi_major = WEIR_ABI_MAJOR,
                                                          .abi_minor = WEIR_ABI_MINOR,
                                                          SKELETON_SELF("wrong_magic"),
                                                          SKELETON_MODELS,
                                                          SKELETON_CALLS,
                                                          SKELETON_TABLES};

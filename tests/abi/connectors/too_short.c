/* Its table ends before what the first contract had: the symbol is short, and so is what it says. */
#include "weir/connector.h"

struct short_connector {
    uint64_t magic;
    uint32_t size;
    uint16_t abi_major, abi_minor;
    const char *tool, *label, *version;
    int32_t category;
};

extern const struct short_connector weir_connector_short __asm__("weir_connector");
WEIR_EXPORT const struct short_connector weir_connector_short = {WEIR_CONNECTOR_MAGIC,
                                                                 sizeof(struct short_connector),
                                                                 WEIR_ABI_MAJOR,
                                                                 0,
                                                                 "too_short",
                                                                 "Too short",
                                                                 "0.9.0",
                                                                 WEIR_CATEGORY_HRIS};

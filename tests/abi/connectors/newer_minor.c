/* Built against a later contract of the same major: its table and its vtables are longer than ours. */
#include "skeleton.h"

struct newer_connector {
    struct weir_connector known;
    int (*probe)(void *self, struct weir_error *err);
    const char *added;
};

struct newer_fetch {
    struct weir_fetch known;
    int (*added)(void *self);
};

static int newer_probe(void *self, struct weir_error *err)
{
    (void)self;
    return weir_fail(err, WEIR_E_UNSUPPORTED, "not of this contract");
}

static int newer_added(void *self)
{
    (void)self;
    return 0;
}

static const struct newer_fetch fetch = {
    .known = {.size = sizeof(struct newer_fetch), .record = skeleton_record, .list = skeleton_list},
    .added = newer_added};

extern const struct newer_connector weir_connector_newer __asm__("weir_connector");
WEIR_EXPORT const struct newer_connector weir_connector_newer = {
    .known = {.magic = WEIR_CONNECTOR_MAGIC,
              .size = sizeof(struct newer_connector),
              .abi_major = WEIR_ABI_MAJOR,
              .abi_minor = WEIR_ABI_MINOR + 1,
              SKELETON_SELF("newer_minor"),
              SKELETON_MODELS,
              SKELETON_CALLS,
              .verify = &skeleton_verify,
              .fetch = &fetch.known},
    .probe = newer_probe,
    .added = "since 1.1"};

/*
 * skeleton: the least a connector can be, for those that are wrong in one place only.
 */
#ifndef WEIR_TESTS_ABI_SKELETON_H
#define WEIR_TESTS_ABI_SKELETON_H

#include "weir/connector.h"

#define SKELETON_PART static __attribute__((unused))

SKELETON_PART int skeleton_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    (void)err;
    *self = (void *)(uintptr_t)host;
    return 0;
}

SKELETON_PART void skeleton_close(void *self)
{
    (void)self;
}

SKELETON_PART int skeleton_check(const void *self, const struct weir_request *request,
                                 struct weir_verdict *verdict, struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)verdict;
    (void)err;
    return 0;
}

SKELETON_PART int skeleton_events(void *self, const struct weir_request *request,
                                  const struct weir_sink *sink, struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)sink;
    (void)err;
    return 0;
}

SKELETON_PART int skeleton_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                                  struct weir_error *err)
{
    (void)self;
    (void)ref;
    (void)sink;
    return weir_fail(err, WEIR_E_NONE, "there is nothing here");
}

SKELETON_PART int skeleton_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                                const struct weir_sink *sink, struct weir_error *err)
{
    (void)self;
    (void)model;
    (void)since_ms;
    (void)cursor;
    (void)sink;
    (void)err;
    return 0;
}

SKELETON_PART const char *const skeleton_fields[] = {"first_name", "last_name", NULL};
SKELETON_PART const struct weir_model_use skeleton_models[] = {
    {"hris_employees", skeleton_fields, true, false, true, NULL}};
SKELETON_PART const struct weir_verify skeleton_verify = {
    .size = sizeof(struct weir_verify), .check = skeleton_check, .events = skeleton_events};
SKELETON_PART const struct weir_fetch skeleton_fetch = {
    .size = sizeof(struct weir_fetch), .record = skeleton_record, .list = skeleton_list};

/* The members in front of what a bad one changes; a later initialiser of the same member would be an
 * override, so each file lists the rest itself. */
#define SKELETON_HEAD                                                                                        \
    .magic = WEIR_CONNECTOR_MAGIC, .size = sizeof(struct weir_connector), .abi_major = WEIR_ABI_MAJOR,       \
    .abi_minor = WEIR_ABI_MINOR
#define SKELETON_SELF(name)                                                                                  \
    .tool = (name), .label = "A test", .version = "1.0.0", .category = WEIR_CATEGORY_HRIS,                   \
    .base_url = "https://tool.example"
#define SKELETON_MODELS .models = skeleton_models, .model_count = 1
#define SKELETON_CALLS .open = skeleton_open, .close = skeleton_close
#define SKELETON_TABLES .verify = &skeleton_verify, .fetch = &skeleton_fetch

#endif

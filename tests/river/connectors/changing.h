/*
 * changing: a tool whose connector comes in several versions, asked over no network.
 *
 * A person's first name is VERSION_NAME. With the setting "hold" a fetch of a record waits until the file it
 * names is there: the test decides how long a call lasts. (A real connector opens no file.)
 */
#ifndef WEIR_TESTS_RIVER_CHANGING_H
#define WEIR_TESTS_RIVER_CHANGING_H

#include "../../abi/connectors/skeleton.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

SKELETON_PART const char *const changing_person[] = {"hris_employees", NULL};
SKELETON_PART const char *const changing_fields[] = {"first_name", NULL};

static int changing_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                          struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)err;
    verdict->decision = WEIR_ACCEPT;
    return 0;
}

/* The body is the person's id. */
static int changing_events(void *self, const struct weir_request *request, const struct weir_sink *sink,
                           struct weir_error *err)
{
    struct weir_ref ref = {.model = weir_str("hris_employees"),
                           .remote_id = weir_str_n((const char *)request->body.data, request->body.len)};
    struct weir_event event = {
        .size = sizeof event, .type = weir_str("person.updated"), .refs = &ref, .ref_count = 1};

    (void)self;
    return sink->event(sink, &event, err);
}

static int changing_say(const struct weir_sink *sink, struct weir_str id, struct weir_error *err)
{
    static const char person[] = "{\"first_name\":\"" VERSION_NAME "\"}";

    return sink->record(sink, weir_str("hris_employees"), id, weir_bytes(person, sizeof person - 1), err);
}

static int changing_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                           struct weir_error *err)
{
    const struct weir_host *host = self;
    struct weir_str hold = {NULL, 0};
    char path[512];

    if (host->setting(host, "hold", &hold) && weir_str_is(ref->remote_id, "held")) {
        struct timespec pause = {.tv_nsec = 2000000};

        (void)snprintf(path, sizeof path, "%.*s", WEIR_STR_ARG(hold));
        host->log(host, WEIR_LOG_INFO, weir_str("held in " VERSION_NAME));
        while (access(path, F_OK) != 0) {
            (void)nanosleep(&pause, NULL);
        }
    }
    return changing_say(sink, ref->remote_id, err);
}

static int changing_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                         const struct weir_sink *sink, struct weir_error *err)
{
    (void)self;
    (void)since_ms;
    (void)cursor;
    return weir_str_is(model, "hris_employees") ? changing_say(sink, weir_str("1"), err) : 0;
}

/* What it was asked for stands in the subscription's detail. */
static int changing_ensure(void *self, const struct weir_subscription_want *want,
                           struct weir_subscription *have, struct weir_error *err)
{
    size_t len = 0;

    (void)self;
    (void)err;
    have->state = WEIR_SUB_ACTIVE;
    (void)snprintf(have->remote_id, sizeof have->remote_id, "hook-1");
    for (size_t i = 0; i < want->event_count && len < sizeof have->detail; i++) {
        len += (size_t)snprintf(have->detail + len, sizeof have->detail - len, "%s%.*s", i > 0 ? " " : "",
                                WEIR_STR_ARG(want->events[i]));
    }
    return 0;
}

static const struct weir_subscribe changing_subscribe = {.size = sizeof changing_subscribe,
                                                         .ensure = changing_ensure};
static const struct weir_verify changing_verify = {
    .size = sizeof changing_verify, .check = changing_check, .events = changing_events};
static const struct weir_fetch changing_fetch = {
    .size = sizeof changing_fetch, .record = changing_record, .list = changing_list};

#define CHANGING(version_)                                                                                   \
    SKELETON_HEAD, .tool = "changing", .label = "Changing", .version = (version_),                           \
                   .category = WEIR_CATEGORY_HRIS, .base_url = "https://tool.example", SKELETON_CALLS,       \
                   .subscribe = &changing_subscribe, .verify = &changing_verify, .fetch = &changing_fetch

#endif

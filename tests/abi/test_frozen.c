/*
 * Connectors built with the headers of each released contract version are loaded and called by today's host.
 */
#include "fixture.h"

#include "base/crypto.h"

#include <stdlib.h>

static const char *const versions[] = {ABI_FROZEN_VERSIONS};
#define VERSION_COUNT (sizeof versions / sizeof versions[0])

static const struct instance_setting usual[] = {{"token", "s3cr3t-token"}, {"script", ""}};

static void open_of(struct fixture *f, const char *version, const char *tool)
{
    struct weir_error err = {0};
    char folder[512];
    size_t setting_count = strcmp(tool, "good") == 0 ? 2 : 0;

    (void)snprintf(folder, sizeof folder, "%s/%s", ABI_FROZEN, version);
    if (fixture_open_from(f, folder, tool, usual, setting_count, &err) != 0) {
        fail_msg("%s of contract %s: %s", tool, version, err.message);
    }
}

static unsigned long minor_of(const char *version)
{
    return strtoul(strchr(version, '.') + 1, NULL, 10);
}

TEST(each_says_of_which_contract_it_is)
{
    UNUSED_STATE;
    EXPECT(VERSION_COUNT >= 2);
    for (size_t i = 0; i < VERSION_COUNT; i++) {
        struct fixture f;

        open_of(&f, versions[i], "mac");
        EXPECT_INT(1, instance_connector(f.inst)->abi_major);
        EXPECT_INT(minor_of(versions[i]), instance_connector(f.inst)->abi_minor);
        fixture_close(&f);
    }
}

TEST(every_call_of_each_does_what_it_did)
{
    struct weir_str secret = weir_str("hook-secret");
    struct weir_request request = {.size = sizeof request,
                                   .method = weir_str("POST"),
                                   .tail = secret,
                                   .body = weir_bytes("7", 1),
                                   .secrets = &secret,
                                   .secret_count = 1};
    struct weir_subscription_want want = {.size = sizeof want, .secret = secret};
    struct weir_ref ref = {.model = weir_str("hris_employees"), .remote_id = weir_str("7")};

    UNUSED_STATE;
    for (size_t i = 0; i < VERSION_COUNT; i++) {
        struct weir_subscription have = {.size = sizeof have};
        struct weir_verdict verdict;
        struct weir_error err = {0};
        struct call_sink sink;
        struct fixture f;

        open_of(&f, versions[i], "good");
        EXPECT_INT(0, call_check(f.inst, &request, &verdict, &err));
        EXPECT_INT(WEIR_ACCEPT, verdict.decision);
        EXPECT(weir_str_is(verdict.dedup_key, "7"));
        sink = fixture_sink(&f);
        EXPECT_INT(0, call_events(f.inst, &request, &sink, &err));
        EXPECT_STR("event(person.updated,7) ", f.heard);
        sink = fixture_sink(&f);
        EXPECT_INT(0, call_record(f.inst, &ref, &sink, &err));
        EXPECT_STR("record(hris_employees,7) placeholder(hris_employees,1) record(hris_employments,7-1) "
                   "complete(employee_id,7) gone(hris_employees,6) ",
                   f.heard);
        sink = fixture_sink(&f);
        EXPECT_INT(0, call_list(f.inst, ref.model, 0, weir_str(""), &sink, &err));
        EXPECT_STR("record(hris_employees,7) next(page-2,) ", f.heard);
        sink = fixture_sink(&f);
        EXPECT_INT(0, call_missed(f.inst, 5, weir_str(""), &sink, &err));
        EXPECT_STR("event(person.deleted,e-1) ", f.heard);
        EXPECT_INT(0, call_ensure(f.inst, &want, &have, &err));
        EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
        EXPECT(have.changed);
        EXPECT_STR("hook-1", have.remote_id);
        EXPECT_STR("made with ***", have.detail);
        EXPECT_INT(0, call_inspect(f.inst, &want, &have, &err));
        EXPECT_INT(WEIR_SUB_MANUAL_SETUP, have.state);
        EXPECT_INT(0, call_remove(f.inst, &want, &err));
        EXPECT_INT(2, instance_connector(f.inst)->subscribe->step_count);
        fixture_close(&f);
    }
}

/* X-Signature over body with the secret, as the scheme of mac.c wants it. */
static void sign(char out[72], struct weir_str secret, struct weir_bytes body)
{
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t len = 0;
    size_t at = (size_t)snprintf(out, 72, "sha256=");

    EXPECT_INT(0, crypto_hmac(mac, &len, WEIR_SHA256, weir_str_bytes(secret), &body, 1, NULL));
    EXPECT_INT(32, len);
    for (size_t i = 0; i < len; i++) {
        at += (size_t)snprintf(out + at, 72 - at, "%02x", mac[i]);
    }
}

TEST(the_helpers_they_were_built_with_work_on)
{
    static const char body[] = "{\"person\":{\"id\":\"7\"}}";
    struct weir_str secret = weir_str("hook-secret");
    struct weir_header header = {.name = weir_str("x-signature")};
    struct weir_request request = {.size = sizeof request,
                                   .method = weir_str("POST"),
                                   .headers = &header,
                                   .header_count = 1,
                                   .body = weir_bytes(body, sizeof body - 1),
                                   .secrets = &secret,
                                   .secret_count = 1};
    char signature[72];

    UNUSED_STATE;
    for (size_t i = 0; i < VERSION_COUNT; i++) {
        struct weir_verdict verdict;
        struct weir_error err = {0};
        struct call_sink sink;
        struct fixture f;

        open_of(&f, versions[i], "mac");
        sign(signature, secret, request.body);
        header.value = weir_str(signature);
        EXPECT_INT(0, call_check(f.inst, &request, &verdict, &err));
        EXPECT_INT(WEIR_ACCEPT, verdict.decision);
        sign(signature, weir_str("another"), request.body);
        EXPECT_INT(0, call_check(f.inst, &request, &verdict, &err));
        EXPECT_INT(WEIR_REFUSE, verdict.decision);
        sink = fixture_sink(&f);
        EXPECT_INT(0, call_events(f.inst, &request, &sink, &err));
        EXPECT_STR("event(person.updated,7) ", f.heard);
        sink = fixture_sink(&f);
        EXPECT_INT(0, call_list(f.inst, weir_str("hris_employees"), 0, weir_str(""), &sink, &err));
        EXPECT_STR("record(hris_employees,7) ", f.heard);
        fixture_close(&f);
    }
}

TEST(what_1_1_added_is_lent_to_those_built_with_it)
{
    struct weir_ref ref = {.model = weir_str("hris_employees"), .remote_id = weir_str("7")};

    UNUSED_STATE;
    for (size_t i = 0; i < VERSION_COUNT; i++) {
        struct weir_error err = {0};
        struct call_sink sink;
        struct fixture f;

        if (minor_of(versions[i]) < 1) {
            continue;
        }
        open_of(&f, versions[i], "good_keys");
        sink = fixture_sink(&f);
        EXPECT_INT(0, call_record(f.inst, &ref, &sink, &err));
        EXPECT_STR("record(hris_employees,7) ", f.heard);
        fixture_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_says_of_which_contract_it_is),
        UNIT(every_call_of_each_does_what_it_did),
        UNIT(the_helpers_they_were_built_with_work_on),
        UNIT(what_1_1_added_is_lent_to_those_built_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

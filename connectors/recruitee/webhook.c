/* webhook: is a delivery Recruitee's, is it a test, what does it tell; and how a person makes the webhook. */
#include "recruitee.h"

#include "weir/manual.h"

#define BODY_MAX ((size_t)1 << 20) /* events carry summaries of a few KiB */

static int check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                 struct weir_error *err)
{
    const struct recruitee *r = self;
    struct weir_verify_hmac_scheme scheme = {
        .header = "x-recruitee-signature", .digest = WEIR_SHA256, .encoding = WEIR_VERIFY_HEX};
    struct weir_str text = {NULL, 0};

    if (!weir_verify_post(verdict, request, BODY_MAX)) {
        return 0;
    }
    /* Recruitee writes no prefix today. */
    if (weir_verify_header(&text, request, scheme.header) == 1 && weir_verify_strip(&text, "sha256=")) {
        scheme.prefix = "sha256=";
    }
    /* Whole examples come with "test": true, too. Candidates' texts may hold the word: only a member of the
     * outermost object makes a test. */
    if (weir_verify_json_member(&text, request->body, "test") && weir_str_is(text, "true")) {
        return weir_manual_test(verdict, r->api.host, request, r->webhook_secret, &scheme, err);
    }
    /* A retry has another body (attempt_count) and the same id, by which `events` names it. */
    verdict->dedup = WEIR_DEDUP_BODY;
    return weir_manual_hmac(verdict, r->api.host, request, r->webhook_secret, &scheme, err);
}

/* ---- events ---- */

/* Which placement was disqualified and why, or requalified: placements may not tell. */
static void hint_write(char *out, size_t cap, const json_t *root)
{
    bool requalified = weir_json_word_is(root, "event_subtype", "requalified");
    char offer[WEIR_ID_TEXT];
    char reason[112] = "";

    if ((requalified || weir_json_word_is(root, "event_subtype", "disqualified")) &&
        weir_json_id(offer, root, "payload.offer.id")) {
        (void)weir_json_text(reason, sizeof reason, root, "payload.details.disqualify_reason.name");
        (void)snprintf(out, cap, "%s %c %s", offer, requalified ? 'r' : 'd', reason);
    }
}

/* Four members are needed: event_type, id, and the id of candidate or offer. */
static int event_tell(const json_t *root, const struct weir_sink *sink, struct weir_error *err)
{
    char type[65] = "";
    char id[WEIR_ID_TEXT];
    char key[65 + WEIR_ID_TEXT] = "";
    char hint[256] = "";
    bool known = false;
    bool of_offer;
    struct weir_ref ref = {.model = {NULL, 0}};
    struct weir_event event = {
        .size = sizeof event, .refs = &ref, .occurred_at_ms = weir_map_ms(root, "created_at")};

    if (weir_json_text(type, sizeof type, root, "event_type") != WEIR_JSON_VALUE || type[0] == '\0') {
        return weir_fail(err, WEIR_E_INVALID, "not an event of Recruitee's: event_type is missing");
    }
    if (weir_json_id(id, root, "id")) {
        (void)snprintf(key, sizeof key, "%s %s", type, id);
    }
    for (size_t i = 0; i < weir_connector.event_count; i++) {
        known = known || strcmp(type, weir_connector.events[i].name) == 0;
    }
    of_offer = known ? strncmp(type, "offer_", 6) == 0 : !weir_json_id(id, root, "payload.candidate.id");
    if (weir_json_id(id, root, of_offer ? "payload.offer.id" : "payload.candidate.id")) {
        event.ref_count = of_offer && weir_json_word_is(root, "payload.offer.kind", "talent_pool") ? 0 : 1;
        hint_write(hint, sizeof hint, root);
    } else if (known) {
        return weir_fail(err, WEIR_E_INVALID, "%s without the id of a record in its payload", type);
    }
    if (!known && event.ref_count > 0) {
        /* One that Recruitee added: its record is looked at, under a name of our table. */
        (void)snprintf(type, sizeof type, "%s", of_offer ? "offer_updated" : "candidate_moved");
    }
    event.type = weir_str(type);
    event.upstream_id = weir_str(key);
    ref = (struct weir_ref){weir_str(of_offer ? "ats_jobs" : "ats_candidates"), weir_str(id),
                            weir_str(of_offer ? "" : hint)};
    return sink->event(sink, &event, err);
}

static int events(void *self, const struct weir_request *request, const struct weir_sink *sink,
                  struct weir_error *err)
{
    const struct recruitee *r = self;
    json_t *root = NULL;
    json_t *test = NULL;
    int rc = weir_json_parse(&root, request->body, BODY_MAX, "the delivery", err);

    weir_manual_prove(r->api.host, r->webhook_secret);
    /* However it is written: what has that member is an example, and no event. */
    if (rc == 0 && (weir_json_find(&test, root, "test") != WEIR_JSON_VALUE || json_is_false(test))) {
        rc = event_tell(root, sink, err);
    }
    json_decref(root);
    return rc;
}

const struct weir_verify recruitee_verify = {
    .size = sizeof(struct weir_verify), .check = check, .events = events};

/* ---- set-up ---- */

static const struct weir_step steps[] = {
    {"Make a webhook",
     "With the ability Manage webhooks: Settings > Apps and plugins > Webhooks > New webhook; any name, and "
     "this URL",
     "POST URL", "callback_url", NULL},
    {"Tick the events", "All events of candidates and of offers; this can be changed later", NULL, NULL,
     NULL},
    {"Verify and create", "Recruitee posts a test: the URL has to be reachable by https", NULL, NULL, NULL},
    {"Paste the secret",
     "Open the webhook > Show secret. What is sent before it is pasted is sent again for 48 hours, and can "
     "be repeated "
     "by hand under Logs",
     NULL, NULL, "webhook_secret"},
};

static int inspect(void *self, const struct weir_subscription_want *want, struct weir_subscription *have,
                   struct weir_error *err)
{
    const struct recruitee *r = self;

    (void)want;
    (void)err;
    weir_manual_inspect(have, r->api.host, r->webhook_secret, "webhook_secret");
    return 0;
}

const struct weir_subscribe recruitee_subscribe = {.size = sizeof(struct weir_subscribe),
                                                   .inspect = inspect,
                                                   .steps = steps,
                                                   .step_count = sizeof steps / sizeof steps[0]};

#include "recording.h"

#include "recorder.h"
#include "signature.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/datetime.h"
#include "host/registry.h"

#include <stdlib.h>

#define CLOCK_MOVES_MS 30000 /* less does not matter to a token */

struct recording {
    const struct record_options *o;
    const struct weir_connector *connector;
    struct test_case *c;
    struct recorder recorder;
    struct play play;
    json_t *steps; /* of the case that is written */
    size_t exchange_count;
    struct findings *f;
};

/* ---- what is asked ---- */

/* A secret that nobody knows: it may be given to the tool. */
static json_t *secrets_new(void)
{
    uint8_t bytes[32];
    struct buf text;
    json_t *secrets = NULL;

    buf_init(&text, 128);
    if (crypto_random(bytes, sizeof bytes, NULL) == 0) {
        crypto_base64url(&text, weir_bytes(bytes, sizeof bytes));
        secrets = json_pack("[s%]", text.data, text.len);
    }
    buf_fini(&text);
    return secrets;
}

static struct test_case *case_begin(const struct record_options *o, struct findings *f)
{
    json_t *document = case_of_settings(case_document(o->settings, f));
    json_t *steps = json_array();

    if (document == NULL) {
        json_decref(steps);
        return NULL;
    }
    for (size_t i = 0; i < o->job_count; i++) {
        (void)json_array_append_new(steps, json_deep_copy(o->jobs[i].step));
    }
    (void)json_object_del(document, "exchanges");
    (void)json_object_set_new(document, "steps", steps);
    (void)json_object_set_new(document, "title",
                              json_string(o->title != NULL ? o->title : "as it was recorded"));
    (void)json_object_set_new(document, "now", json_integer(clock_now_ms(clock_system())));
    if (o->base_url != NULL) {
        (void)json_object_set_new(document, "base_url", json_string(o->base_url));
    }
    if (json_object_get(document, "secrets") == NULL) {
        (void)json_object_set_new(document, "secrets", secrets_new());
    }
    return case_take_document(document, o->settings, f);
}

/* The time is that of the step's beginning, so that it may stand still when the case is played. */
static void clock_set(struct recording *r, json_t *written)
{
    int64_t now_ms = clock_now_ms(clock_system());
    char text[DATETIME_TEXT];

    if (now_ms - stage_now_ms(r->play.stage) > CLOCK_MOVES_MS) {
        stage_set_now(r->play.stage, now_ms);
        datetime_format(text, now_ms);
        (void)json_object_set_new(written, "now", json_string(text));
    }
}

static void sign_again(const struct case_step *step, json_t *written)
{
    json_t *headers = json_object_get(json_object_get(written, "deliver"), "headers");

    if (step->kind == STEP_DELIVER && step->delivery.secret_count > 0) {
        (void)signature_find(headers, step->delivery.secrets[0], step->delivery.body.bytes);
    }
}

static bool step_play(struct recording *r, struct step_result *result, const json_t *asked)
{
    const struct case_step *step = case_add_step(r->c, json_deep_copy(asked), r->f);
    json_t *written = json_deep_copy(asked);
    json_t *exchanges;

    if (step == NULL) {
        json_decref(written);
        return false;
    }
    clock_set(r, written);
    (void)fprintf(stderr, "%s\n", strchr(step->title, '(')); /* "step 2 (record hris_employees 3003)" */
    play_step(result, &r->play, step);
    if (result->rc != 0) {
        (void)fprintf(stderr, "  fails with %s: %s\n", case_code_word(result->rc), result->err.message);
    }
    exchanges = recorder_take_exchanges(&r->recorder);
    r->exchange_count += json_array_size(exchanges);
    sign_again(step, written);
    (void)json_object_set_new(written, "exchanges", exchanges);
    (void)json_object_set_new(written, "expect", recorder_expect(step, result));
    (void)json_array_append_new(r->steps, written);
    return true;
}

/* What a worker would fetch after the delivery: each record once. */
static bool refs_play(struct recording *r, const json_t *events)
{
    json_t *seen = json_object();
    const json_t *event;
    json_t *ref;
    size_t i;
    size_t j;
    bool good = true;

    json_array_foreach(events, i, event)
    {
        json_array_foreach(json_object_get(event, "refs"), j, ref)
        {
            const char *model = json_string_value(json_object_get(ref, "model"));
            const struct weir_model_use *use =
                connector_model(r->connector, weir_str(model != NULL ? model : ""));
            char *key = json_dumps(ref, JSON_SORT_KEYS);

            if (good && key != NULL && use != NULL && use->by_id && json_object_get(seen, key) == NULL) {
                json_t *step = json_pack("{s:O}", "record", ref);
                struct step_result result;

                (void)json_object_set_new(seen, key, json_true());
                good = step_play(r, &result, step);
                if (good) {
                    step_result_fini(&result);
                }
                json_decref(step);
            }
            free(key);
        }
    }
    json_decref(seen);
    return good;
}

static bool job_play(struct recording *r, const struct record_job *job)
{
    json_t *asked = json_deep_copy(job->step);
    json_t *listing = json_object_get(asked, "list");
    bool further = true;
    bool good = true;

    listing = listing != NULL ? listing : json_object_get(asked, "missed");
    for (size_t page = 0; good && further && (page == 0 || page < job->pages); page++) {
        struct step_result result;
        struct weir_str next;

        good = step_play(r, &result, asked);
        if (!good) {
            break;
        }
        if (json_object_get(asked, "deliver") != NULL) {
            good = refs_play(r, result.harvest.events);
        }
        next = buf_str(&result.harvest.next);
        further = listing != NULL && result.rc == 0 && next.len > 0;
        if (further) {
            (void)json_object_set_new(listing, "cursor", json_stringn(next.data, next.len));
        }
        step_result_fini(&result);
    }
    json_decref(asked);
    return good;
}

static bool jobs_play(struct recording *r, struct recorded *out)
{
    const struct record_options *o = r->o;
    const char *base_url = r->c->base_url != NULL ? r->c->base_url : r->connector->base_url;
    struct client_options options = {.user_agent = "weir-harness"};
    struct metrics *metrics = metrics_new();
    struct client *client = NULL;
    struct weir_error err = {0};
    bool good = false;

    if (metrics == NULL || client_open(&client, &options, metrics, &err) != 0) {
        findings_add(r->f, "record", "%s", metrics != NULL ? err.message : "no memory");
        goto out;
    }
    recorder_init(&r->recorder, client, o->allow_private, base_url != NULL ? base_url : "");
    r->recorder.keep_header = o->keep_header;
    good = play_init(&r->play, r->connector, r->c, &r->recorder.meddler, r->f);
    for (size_t i = 0; good && i < o->job_count; i++) {
        good = job_play(r, &o->jobs[i]);
    }
    play_fini(&r->play);
    out->bodies_left_out = r->recorder.bodies_left_out;
    recorder_fini(&r->recorder);
    client_stop(client);
    client_close(client);

out:
    metrics_free(metrics);
    return good;
}

/* All but the steps: as it was asked, with files in the place of their names. */
static json_t *case_head(const struct test_case *c)
{
    static const char *const keys[] = {"title", "base_url", "scope", "state", "secrets"};
    json_t *root = json_object();
    json_t *settings = json_object();
    char now[DATETIME_TEXT];

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (json_object_get(c->root, keys[i]) != NULL) {
            (void)json_object_set(root, keys[i], json_object_get(c->root, keys[i]));
        }
    }
    for (size_t i = 0; i < c->setting_count; i++) {
        (void)json_object_set_new(settings, c->settings[i].key, json_string(c->settings[i].value));
    }
    datetime_format(now, c->now_ms);
    (void)json_object_set_new(root, "now", json_string(now));
    (void)json_object_set_new(root, "settings", settings);
    return root;
}

void recorded_init(struct recorded *out, const struct weir_connector *connector,
                   const struct record_options *o, struct findings *f)
{
    struct recording r = {.o = o, .connector = connector, .f = f};

    memset(out, 0, sizeof *out);
    out->c = r.c = case_begin(o, f);
    if (r.c == NULL) {
        return;
    }
    r.steps = json_array();
    if (jobs_play(&r, out)) {
        out->root = case_head(r.c);
        (void)json_object_set(out->root, "steps", r.steps);
        out->exchange_count = r.exchange_count;
    }
    json_decref(r.steps);
}

void recorded_fini(struct recorded *r)
{
    case_free(r->c);
    json_decref(r->root);
    memset(r, 0, sizeof *r);
}

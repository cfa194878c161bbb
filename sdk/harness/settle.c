#include "settle.h"

#include "mask.h"
#include "recorder.h"

#define COMPUTED_MIN 8 /* a shorter one is none that was computed, and could be a part of anything */

static struct weir_str text_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return weir_str_n(json_string_value(value), json_string_length(value));
}

/* Both lists are in the order in which the connector emitted. */
static void pair_list(struct disguise *d, const json_t *wanted, const json_t *got)
{
    const json_t *want;
    size_t i;

    json_array_foreach(wanted, i, want)
    {
        const json_t *have = json_array_get(got, i);
        struct weir_str old = text_at(want, "remote_id");
        struct weir_str fresh = text_at(have, "remote_id");

        if (old.len >= COMPUTED_MIN && fresh.len > 0 && !weir_str_equal(old, fresh) &&
            weir_str_equal(text_at(want, "model"), text_at(have, "model"))) {
            disguise_literal(d, old, fresh);
        }
    }
}

static void pair_step(struct disguise *d, const struct case_step *step, const struct step_result *result)
{
    static const char *const lists[] = {"records", "placeholders", "gone"};
    json_t *came = recorder_expect(step, result);

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        pair_list(d, json_object_get(step->expect, lists[i]), json_object_get(came, lists[i]));
    }
    json_decref(came);
}

static void pair_all(struct disguise *d, const struct weir_connector *connector, const struct test_case *c,
                     struct findings *f)
{
    struct play p;

    if (play_init(&p, connector, c, NULL, f)) {
        for (size_t i = 0; i < c->step_count && !stage_script(p.stage)->failed; i++) {
            const struct case_step *step = &c->steps[i];
            struct step_result result;

            if (step->now_ms > 0) {
                stage_set_now(p.stage, step->now_ms);
            }
            script_begin(stage_script(p.stage), &step->exchanges, step->title);
            play_step(&result, &p, step);
            pair_step(d, step, &result);
            step_result_fini(&result);
        }
    }
    play_fini(&p);
}

void settle_ids(json_t *root, const struct weir_connector *connector, const char *path)
{
    struct findings f; /* whoever plays the case next has them again */
    struct test_case *c;
    struct disguise d;

    findings_init(&f);
    disguise_init(&d);
    c = case_take_document(json_deep_copy(root), path, &f);
    if (c != NULL) {
        pair_all(&d, connector, c, &f);
        mask_rewrite(root, &d);
    }
    case_free(c);
    disguise_fini(&d);
    findings_fini(&f);
}

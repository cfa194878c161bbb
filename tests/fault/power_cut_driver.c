/*
 * power_cut_driver: the program of which power_cut.py takes the power.
 *
 *   power_cut_driver write <dir> <record> <deliveries>   work on a new store, and record writes and promises
 *   power_cut_driver verify                              look at what a power cut left; see
 * power_cut_verify.c
 */
#include "power_cut.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdlib.h>

static const uint8_t keys[1][CRYPTO_KEY] = {{1, 2, 3, 4, 5, 6, 7, 8}};

static const struct store_ref_rule rules[] = {
    {.model = MODEL_CONTRACT, .slot = 1, .target_model = MODEL_PERSON, .touch_target = true, .owned = true},
};

void give_up(const char *what, int rc, const struct weir_error *err)
{
    (void)fprintf(stderr, "power_cut_driver: %s: %d %s\n", what, rc, err != NULL ? err->message : "");
    abort();
}

/* "<id> <remote id>@<place in the change log> ..." */
static void render(void *ctx, struct buf *out, const char *id, uint32_t integration,
                   const struct store_change *changes, size_t count, uint64_t total, const uint8_t *models,
                   size_t model_count, const struct store_feed_place *before)
{
    (void)ctx;
    (void)integration;
    (void)total;
    (void)models;
    (void)model_count;
    (void)before;
    buf_add_text(out, id);
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, " %s@%" PRIu64, changes[i].remote_id, changes[i].seq);
    }
}

static void on_fatal(void *ctx, const struct weir_error *err)
{
    (void)ctx;
    give_up("the store stopped", err->code, err);
}

static int names_make(struct cut_store *s, struct weir_error *err)
{
    static const char *const names[] = {ENDPOINT_TRIED, ENDPOINT_KEPT};
    struct store_route routes[2] = {{.events = UINT32_MAX}, {.events = UINT32_MAX}};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < INTEGRATIONS; i++) {
        struct store_integration row;
        char id[32];

        (void)snprintf(id, sizeof id, "tool:number%zu", i);
        rc = store_integration_ensure(&row, s->st, id, err);
        s->integrations[i] = rc == 0 ? row.number : 0;
    }
    for (size_t i = 0; rc == 0 && i < 2; i++) {
        struct store_endpoint row;

        rc = store_endpoint_ensure(&row, s->st, names[i], err);
        s->endpoints[i] = rc == 0 ? row.number : 0;
        routes[i].endpoint = s->endpoints[i];
    }
    return rc == 0 ? store_routes_set(s->st, routes, 2, err) : rc;
}

int cut_store_open(struct cut_store *s, const char *dir, struct weir_error *err)
{
    struct store_options options = {
        .dir = dir,
        .keys = keys,
        .key_count = 1,
        .inbox_max = 100000,
        .inbox_bytes_max = (uint64_t)1 << 30,
        .seen_days = 7,
        .coalesce_ms = 5,
        .rules = rules,
        .rule_count = sizeof rules / sizeof *rules,
        .render = render,
        .changed_records_max = 1000,
        .on_fatal = on_fatal,
    };
    int rc;

    memset(s, 0, sizeof *s);
    s->metrics = metrics_new();
    options.metrics = s->metrics;
    rc = store_open(&s->st, &options, err);
    rc = rc == 0 ? store_start(s->st, err) : rc;
    return rc == 0 ? names_make(s, err) : rc;
}

void cut_store_close(struct cut_store *s)
{
    if (s->st != NULL) {
        store_stop(s->st);
        store_close(s->st);
    }
    metrics_free(s->metrics);
    memset(s, 0, sizeof *s);
}

int main(int argc, char **argv)
{
    log_setup(2, LOG_LOGFMT, WEIR_LOG_ERROR);
    if (argc == 5 && strcmp(argv[1], "write") == 0) {
        unsigned long tags = strtoul(argv[4], NULL, 10);

        return tags <= TAGS_MAX ? power_cut_write(argv[2], argv[3], (unsigned int)tags) : 2;
    }
    if (argc == 2 && strcmp(argv[1], "verify") == 0) {
        return power_cut_verify();
    }
    (void)fprintf(stderr, "usage: power_cut_driver write <dir> <record> <deliveries> | verify\n");
    return 2;
}

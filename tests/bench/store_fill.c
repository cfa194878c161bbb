/*
 * store_fill: a large company, written straight into a store.
 *
 *     store_fill <data_dir> <integration> <people>
 *
 * Each person has an employment and a balance of their own, and a manager, two groups, a legal entity and a
 * work location of those that others have, too: three records a person. They take the road that fetched ones
 * take (normalised, compared, committed), only that no tool is asked. The master key is in WEIR_MASTER_KEY,
 * as the daemon's, which must not run meanwhile.
 */
#include "model/record.h"
#include "store/store.h"

#include <ctype.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#define BATCH 480 /* records of one transaction */
#define ON_THE_WAY 4
#define TEXT_MAX 1024
#define GROUPS 40
#define PLACES 12
#define TYPES 4

struct batch {
    struct fill *fill;
    struct record *records[BATCH];
    struct store_record_in in[BATCH];
    struct store_ref_in *refs[BATCH];
    size_t count;
};

struct fill {
    struct store *st;
    struct scope *scope;
    const char *integration;
    uint32_t number;
    sem_t room; /* batches that may still be handed in */
    atomic_int failed;
    struct batch *batch;
};

static void batch_free(struct batch *b)
{
    for (size_t i = 0; b != NULL && i < b->count; i++) {
        record_free(b->records[i]);
        free(b->refs[i]);
    }
    free(b);
}

static void on_applied(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err)
{
    struct fill *f = ctx;

    (void)applied;
    if (rc != 0 && atomic_exchange(&f->failed, rc) == 0) {
        (void)fprintf(stderr, "store_fill: %s\n", err->message);
    }
    (void)sem_post(&f->room);
}

static void hand_in(struct fill *f)
{
    struct batch *b = f->batch;

    f->batch = NULL;
    if (b != NULL) {
        struct store_apply apply = {.integration = f->number, .records = b->in, .record_count = b->count};

        (void)sem_wait(&f->room);
        store_apply(f->st, &apply, on_applied, f);
        batch_free(b);
    }
}

/* The references in the store's form. */
static struct store_ref_in *refs_dup(const struct record *record)
{
    struct store_ref_in *refs = calloc(record->ref_count + 1, sizeof *refs);

    for (size_t i = 0; refs != NULL && i < record->ref_count; i++) {
        refs[i] = (struct store_ref_in){record->refs[i].slot, record->refs[i].id};
    }
    return refs;
}

static int add(struct fill *f, const char *model_name, const char *remote_id, const char *text,
               struct weir_error *err)
{
    const struct model *model = model_find(weir_str(model_name));
    struct record_repairs repairs = {0};
    struct record *record = NULL;
    struct store_ref_in *refs;
    struct batch *b;
    int rc = record_normalise(&record, model, f->scope, weir_str(f->integration), weir_str(remote_id),
                              weir_bytes(text, strlen(text)), weir_str(""), &repairs, err);

    if (rc != 0) {
        return rc;
    }
    f->batch = f->batch != NULL ? f->batch : calloc(1, sizeof *f->batch);
    b = f->batch;
    refs = refs_dup(record);
    if (b == NULL || refs == NULL) {
        free(refs);
        record_free(record);
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a record");
    }
    b->records[b->count] = record;
    b->refs[b->count] = refs;
    b->in[b->count++] = (struct store_record_in){.model = model->number,
                                                 .id = record->id,
                                                 .remote_id = record->remote_id,
                                                 .json = record->json,
                                                 .hash = record->hash,
                                                 .refs = refs,
                                                 .ref_count = record->ref_count};
    if (b->count == BATCH) {
        hand_in(f);
    }
    return 0;
}

/* What people share. */
static int add_shared(struct fill *f, struct weir_error *err)
{
    static const struct {
        const char *model, *prefix, *text;
        size_t count;
    } shared[] = {{"hris_teams", "g", "{\"name\":\"Group %zu\",\"type\":\"TEAM\"}", GROUPS},
                  {"hris_locations", "l",
                   "{\"name\":\"Office %zu\",\"address\":{\"city\":\"Musterstadt\",\"country\":\"DE\"}}",
                   PLACES},
                  {"hris_legal_entities", "e",
                   "{\"name\":\"Acme %zu GmbH\",\"address\":{\"city\":\"Musterstadt\"}}", PLACES},
                  {"hris_absence_types", "t", "{\"name\":\"Leave %zu\",\"unit\":\"DAYS\"}", TYPES}};
    int rc = 0;

    for (size_t k = 0; k < sizeof shared / sizeof shared[0]; k++) {
        for (size_t i = 0; rc == 0 && i < shared[k].count; i++) {
            char id[32];
            char text[TEXT_MAX];

            (void)snprintf(id, sizeof id, "%s%zu", shared[k].prefix, i);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            (void)snprintf(text, sizeof text, shared[k].text, i);
#pragma GCC diagnostic pop
            rc = add(f, shared[k].model, id, text, err);
        }
    }
    return rc;
}

static int add_person(struct fill *f, size_t n, struct weir_error *err)
{
    char id[32];
    char text[TEXT_MAX];
    int rc;

    (void)snprintf(id, sizeof id, "%zu", n);
    (void)snprintf(
        text, sizeof text,
        "{\"first_name\":\"Ada\",\"last_name\":\"Quill %zu\",\"display_full_name\":\"Ada Quill %zu\","
        "\"job_title\":\"Engineer\",\"work_email\":\"p%zu@acme.example\",\"gender\":\"FEMALE\","
        "\"employment_status\":\"ACTIVE\",\"employment_type\":\"FULL_TIME\",\"weekly_hours\":40,"
        "\"date_of_birth\":\"1985-05-17\",\"start_date\":\"2024-01-07\",\"work_location_id\":\"l%zu\","
        "\"legal_entity_id\":\"e%zu\",\"manager_id\":\"%zu\",\"groups\":[\"g%zu\",\"g%zu\"],"
        "\"custom_fields\":{\"color\":\"Red\"}}",
        n, n, n, n % PLACES, n % PLACES, n / 8, n % GROUPS, (n + 1) % GROUPS);
    rc = add(f, "hris_employees", id, text, err);
    if (rc == 0) {
        (void)snprintf(
            text, sizeof text,
            "{\"employee_id\":\"%zu\",\"job_title\":\"Engineer\",\"employment_type\":\"FULL_TIME\","
            "\"effective_date\":\"2024-01-07\"}",
            n);
        rc = add(f, "hris_employments", id, text, err);
    }
    if (rc == 0) {
        (void)snprintf(
            text, sizeof text,
            "{\"employee_id\":\"%zu\",\"type_id\":\"t%zu\",\"balance\":12.5,\"balance_unit\":\"DAYS\","
            "\"used\":3,\"used_unit\":\"DAYS\"}",
            n, n % TYPES);
        rc = add(f, "hris_time_off_balances", id, text, err);
    }
    return rc;
}

static int add_all(struct fill *f, size_t people, struct weir_error *err)
{
    int rc = add_shared(f, err);

    for (size_t n = 0; rc == 0 && n < people && atomic_load(&f->failed) == 0; n++) {
        rc = add_person(f, n, err);
    }
    hand_in(f);
    for (int i = 0; i < ON_THE_WAY; i++) {
        (void)sem_wait(&f->room);
    }
    return rc != 0 ? rc : atomic_load(&f->failed);
}

static bool key_read(uint8_t key[CRYPTO_KEY])
{
    const char *text = getenv("WEIR_MASTER_KEY");

    if (text == NULL || strlen(text) != (size_t)CRYPTO_KEY * 2) {
        return false;
    }
    for (size_t i = 0; i < CRYPTO_KEY; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};

        key[i] = (uint8_t)strtoul(pair, NULL, 16);
        if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1])) {
            return false;
        }
    }
    return true;
}

static int fill(const char *dir, const char *integration, size_t people, struct weir_error *err)
{
    uint8_t key[1][CRYPTO_KEY];
    struct fill f = {.integration = integration, .scope = scope_new("all")};
    struct metrics *metrics = metrics_new();
    struct store_options options = {.dir = dir,
                                    .map_initial_bytes = (size_t)256 << 20,
                                    .keys = (const uint8_t(*)[CRYPTO_KEY])key,
                                    .key_count = 1,
                                    .metrics = metrics,
                                    .inbox_max = 1,
                                    .inbox_bytes_max = 1};
    struct store_integration row;
    int rc;

    (void)sem_init(&f.room, 0, ON_THE_WAY);
    if (!key_read(key[0])) {
        rc = weir_fail(err, WEIR_E_CONFIG, "WEIR_MASTER_KEY is not %d hex digits", 2 * CRYPTO_KEY);
        goto out;
    }
    for (size_t i = 0; f.scope != NULL && model_nth(i) != NULL; i++) {
        (void)scope_set_model(f.scope, weir_str(model_nth(i)->name), SCOPE_ENABLED);
    }
    rc = store_open(&f.st, &options, err);
    rc = rc == 0 ? store_start(f.st, err) : rc;
    rc = rc == 0 ? store_integration_ensure(&row, f.st, integration, err) : rc;
    if (rc == 0) {
        f.number = row.number;
        rc = add_all(&f, people, err);
    }

out:
    if (f.st != NULL) {
        store_stop(f.st);
    }
    store_close(f.st);
    batch_free(f.batch);
    scope_free(f.scope);
    metrics_free(metrics);
    (void)sem_destroy(&f.room);
    return rc;
}

int main(int argc, char **argv)
{
    struct weir_error err = {0};
    size_t people = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;

    if (people == 0) {
        (void)fprintf(stderr, "usage: store_fill <data_dir> <integration> <people>\n");
        return 2;
    }
    if (fill(argv[1], argv[2], people, &err) != 0) {
        (void)fprintf(stderr, "store_fill: %s\n", err.message);
        return 1;
    }
    return 0;
}

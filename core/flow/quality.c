#include "flow/quality.h"

#include "base/log.h"
#include "host/registry.h"

#include <inttypes.h>

#define ASIDE_LEAST 5 /* a small company with one odd record is none that failed */
#define ASIDE_PART 5  /* one in so many */

/* Everything else of a tool hangs on these; recruiting may begin with either. */
static const char *const main_models[] = {"hris_employees", "ats_candidates", "ats_jobs"};

static bool is_there(void *ctx, const struct store_record *record)
{
    bool *found = ctx;

    *found = record->deleted_at_ms == 0 && !record->placeholder;
    return !*found;
}

static const struct model *wanted_model(const struct integration *it, const char *name)
{
    const struct model *model = model_find(weir_str(name));
    const struct weir_model_use *use =
        it->connector != NULL ? connector_model(it->connector, weir_str(name)) : NULL;

    return model != NULL && use != NULL && (use->lists || use->listed_with != NULL) &&
                   scope_allows(it->scope, model)
               ? model
               : NULL;
}

/* *found: there is a record of one of them, or none of them is wanted. */
static int look(bool *found, char missing[96], struct flow *flow, const struct integration *it,
                struct weir_error *err)
{
    struct store_reader *reader = NULL;
    size_t len = 0;
    int rc = store_reader_open(&reader, flow->options.store, err);

    *found = false;
    for (size_t i = 0; rc == 0 && !*found && i < sizeof main_models / sizeof main_models[0]; i++) {
        const struct model *model = wanted_model(it, main_models[i]);

        if (model != NULL) {
            len += (size_t)snprintf(missing + len, 96 - len, "%s%s", len > 0 ? ", " : "", model->name);
            rc = store_records_by_id(reader, it->number, model->number, weir_str(""), is_there, found, err);
        }
    }
    *found = *found || len == 0;
    store_reader_close(reader);
    return rc;
}

void quality_judge(struct quality *out, struct flow *flow, const struct integration *it,
                   const struct store_sync *sync)
{
    struct weir_error err = {0};
    char missing[96] = "";
    bool found = false;

    *out = (struct quality){.verdict = STORE_QA_PASSED};
    if (look(&found, missing, flow, it, &err) != 0) {
        log_warn("what a sync brought could not be looked at", LOG_TEXT("integration", it->id),
                 LOG_ERR(&err));
        out->verdict = STORE_QA_PENDING;
        return;
    }
    if (!found) {
        out->verdict = STORE_QA_FAILED;
        (void)snprintf(out->why, sizeof out->why, "the full sync brought no record at all of: %s", missing);
    } else if (sync->set_aside >= ASIDE_LEAST && sync->set_aside * ASIDE_PART > sync->records) {
        out->verdict = STORE_QA_FAILED;
        (void)snprintf(out->why, sizeof out->why,
                       "%" PRIu64 " of %" PRIu64 " records did not fit and were set aside", sync->set_aside,
                       sync->records);
    }
    if (out->verdict == STORE_QA_FAILED) {
        log_error("the quality check of a full sync failed, reads are refused",
                  LOG_TEXT("integration", it->id), LOG_TEXT("reason", out->why));
    }
}

void quality_note(struct store_integration *row, const struct quality *quality)
{
    if (row->life.qa == STORE_QA_PASSED || quality->verdict == STORE_QA_PENDING) {
        return;
    }
    row->life.qa = quality->verdict;
    memcpy(row->life.qa_reason, quality->why, sizeof row->life.qa_reason);
}

/*
 * act: what the API does at a tool: absences made and deleted.
 *
 * A request is checked. Then it waits, without a thread, until a
 * worker has done it; the answer is the record as it was read back from the tool.
 */
#include "model/render.h"
#include "web/absence.h"
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/stored.h"

#include <stdlib.h>

#define BODY_MAX ((size_t)256 << 10)

/* One action on its way. */
struct acting {
    struct request *r;
    const struct action *action;
    char integration[STORE_INTEGRATION_ID_MAX];
    struct absence_days days; /* as asked; empty: not of this action */
    char *input;              /* lent to the app until it is done */
};

static void acting_free(struct acting *a)
{
    if (a != NULL) {
        free(a->input);
        free(a);
    }
}

/* ---- may it be done? ---- */

static bool is_offered(const struct web_integration *it, const struct action *action)
{
    for (size_t i = 0; it->act != NULL && i < it->act->action_count; i++) {
        if (strcmp(it->act->actions[i].id, action->id) == 0) {
            return true;
        }
    }
    return false;
}

static bool may_act(struct request *r, const struct web_integration *it, const struct action *action)
{
    const struct model *model = model_find(weir_str(action->model));

    if (!is_offered(it, action)) {
        answer_error(r, ANSWER_ACTION_NOT_AVAILABLE, "The connector %s does not offer %s.", it->tool,
                     action->id);
    } else if (it->row.state == STORE_INACTIVE) {
        answer_error(r, ANSWER_INACTIVE, "The integration %s is switched off.", it->id);
    } else if (it->row.state == STORE_INVALID) {
        answer_error(r, ANSWER_CREDENTIALS_INVALID,
                     "The tool refuses the credentials of %s: they have to be renewed.", it->id);
    } else if (!it->row.first_sync_done) {
        answer_error(r, ANSWER_SETUP_SYNC_PENDING,
                     "The first sync of this integration has not finished yet.");
    } else if (!scope_allows_action(it->scope, action)) {
        answer_error(r, ANSWER_ACTION_DISABLED, "%s is switched off for this integration.", action->id);
    } else if (!scope_allows(it->scope, model)) {
        answer_error(r, ANSWER_MODEL_DISABLED, "%s is switched off for this integration.", model->name);
    } else {
        return true;
    }
    return false;
}

/* ---- what was asked ---- */

static json_t *read_body(struct request *r)
{
    struct weir_bytes body = exchange_body(r->x);
    json_t *root = body.len > 0 && body.len <= BODY_MAX
                       ? json_loadb((const char *)body.data, body.len, JSON_REJECT_DUPLICATES, NULL)
                       : NULL;

    if (root == NULL || !json_is_object(root)) {
        json_decref(root);
        answer_error(r, ANSWER_INPUT_INVALID, "The body is not a JSON object of at most %zu bytes.",
                     BODY_MAX);
        return NULL;
    }
    return root;
}

/* ---- the answer ---- */

static void answer_refusal(struct request *r, int rc, const struct weir_error *err)
{
    switch (rc) {
    case WEIR_E_AUTH:
        answer_error(r, ANSWER_CREDENTIALS_INVALID, "The tool refuses the credentials: %s.", err->message);
        break;
    case WEIR_E_PERMISSION:
        answer_error(r, ANSWER_PERMISSION_MISSING, "%s.", err->message);
        break;
    case WEIR_E_UNSUPPORTED:
        answer_error(r, ANSWER_ACTION_NOT_AVAILABLE, "%s.", err->message);
        break;
    case WEIR_E_INVALID:
        answer_error(r, ANSWER_REMOTE_INPUT_INVALID, "%s.", err->message);
        break;
    case WEIR_E_LIMIT:
        answer_error(r, ANSWER_REMOTE_THROTTLES, "%s.", err->message);
        break;
    case WEIR_E_LATER:
        answer_error(r, ANSWER_REMOTE_UNAVAILABLE, "%s.", err->message);
        break;
    case WEIR_E_NONE:
        answer_error(r, ANSWER_TIMED_OUT, "%s.", err->message);
        break;
    case WEIR_E_STOPPING:
        answer_error(r, ANSWER_LATER, "The server is stopping.");
        break;
    case WEIR_E_MEMORY:
    case WEIR_E_IO:
        answer_failure(r, rc, err);
        break;
    default:
        answer_error(r, ANSWER_REMOTE_UNKNOWN, "%s.", err->message);
        break;
    }
}

static void warn(struct buf *out, const char *message)
{
    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "message", message);
    buf_add_char(out, '}');
}

/* A tool may have understood the days in its own way: that is told, not hidden. */
static void warn_of_days(struct buf *out, const struct acting *a, struct weir_str stored)
{
    json_t *record = json_loadb(stored.data, stored.len, 0, NULL);
    const char *start = json_string_value(json_object_get(record, "start_date"));
    const char *end = json_string_value(json_object_get(record, "end_date"));
    char message[200];

    if (a->days.start[0] != '\0' && start != NULL && end != NULL &&
        (strncmp(start, a->days.start, ABSENCE_DAY) != 0 || strncmp(end, a->days.end, ABSENCE_DAY) != 0)) {
        (void)snprintf(message, sizeof message, "The tool has the absence from %.10s to %.10s.", start, end);
        warn(out, message);
    }
    json_decref(record);
}

static int render(struct acting *a, const struct web_integration *it, const struct web_acted *acted,
                  struct weir_error *err)
{
    struct stored from = {.integration = it->number};
    struct lookup lookup = stored_lookup(&from);
    struct store_record record;
    struct lookup_source source;
    struct buf *out;
    int rc = store_reader_open(&from.reader, a->r->web->options.store, err);

    if (rc == 0) {
        rc = store_record_get(&record, from.reader, it->number, acted->model->number, weir_str(acted->id),
                              err);
    }
    if (rc != 0) {
        goto out;
    }
    source = stored_source(&record);
    out = answer_begin(a->r);
    rc = render_record(out, acted->model, it->scope, &source.common, source.json, &lookup, true, err);
    if (rc == 0) {
        json_out_open(out, "warnings", '[');
        for (size_t i = 0; i < acted->warning_count; i++) {
            warn(out, acted->warnings[i]);
        }
        warn_of_days(out, a, source.json);
        buf_add_char(out, ']');
        answer_end(a->r);
    }

out:
    store_reader_close(from.reader);
    return rc;
}

/* On a worker. */
static void on_done(void *arg, int rc, const struct web_acted *acted, const struct weir_error *err)
{
    struct acting *a = arg;
    struct request *r = a->r;
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    struct weir_error why = {0};
    int shown = WEIR_E_NONE;

    if (rc != 0) {
        answer_refusal(r, rc, err);
    } else {
        if (acted->model != NULL && app->integration(app->ctx, weir_str(a->integration), &it)) {
            shown = render(a, &it, acted, &why);
            app->integration_release(app->ctx, &it);
        }
        if (shown != 0) {
            answer_error(
                r, ANSWER_REMOTE_UNKNOWN,
                "%s was done at the tool, and its record could not be read back yet. Do not repeat it: the "
                "record comes with the next change or sync.",
                a->action->id);
        }
    }
    request_take_answer(r);
    acting_free(a);
}

/* ---- on its way ---- */

/* Takes a. The integration was released: from the call on, r may be answered, and gone, at any time. */
static void take_start(struct acting *a, const json_t *input)
{
    struct request *r = a->r;
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};
    int rc;

    a->input = json_dumps(input, JSON_COMPACT);
    if (a->input == NULL) {
        answer_error(r, ANSWER_LATER, "The server is short of memory; try again in a second.");
        acting_free(a);
        return;
    }
    *r->later = true;
    rc = app->act(app->ctx, weir_str(a->integration), a->action->id, weir_bytes(a->input, strlen(a->input)),
                  on_done, a, &err);
    if (rc != 0) {
        *r->later = false;
        answer_not_begun(r, rc, &err);
        acting_free(a);
    }
}

static struct acting *acting_new(struct request *r, const struct web_integration *it,
                                 const struct action *action)
{
    struct acting *a = calloc(1, sizeof *a);

    if (a == NULL) {
        answer_error(r, ANSWER_LATER, "The server is short of memory; try again in a second.");
        return NULL;
    }
    a->r = r;
    a->action = action;
    (void)snprintf(a->integration, sizeof a->integration, "%s", it->id);
    return a;
}

void act_create_absence(struct request *r)
{
    const struct action *action = action_find(weir_str("hris_create_absence"));
    json_t *input = NULL;
    json_t *body = NULL;
    struct acting *a = NULL;
    struct web_integration it;
    bool ready = false;

    if (!api_integration_of_header(&it, r)) {
        return;
    }
    if (may_act(r, &it, action) && (body = read_body(r)) != NULL) {
        a = acting_new(r, &it, action);
    }
    if (a != NULL) {
        input = json_object();
        ready = absence_read(input, &a->days, r, &it, body);
    }
    api_integration_release(r, &it);
    if (ready) {
        take_start(a, input);
    } else {
        acting_free(a);
    }
    json_decref(body);
    json_decref(input);
}

void act_delete_absence(struct request *r)
{
    const struct action *action = action_find(weir_str("hris_delete_absence"));
    char remote_id[257];
    json_t *input = NULL;
    struct acting *a = NULL;
    struct web_integration it;

    if (!api_integration_of_header(&it, r)) {
        return;
    }
    if (may_act(r, &it, action) &&
        absence_remote_id(remote_id, r, &it, action->model, r->params[0], "absence", ANSWER_NOT_FOUND)) {
        a = acting_new(r, &it, action);
    }
    api_integration_release(r, &it);
    if (a != NULL) {
        input = json_pack("{s:s}", "remote_id", remote_id);
        take_start(a, input);
    }
    json_decref(input);
}

/*
 * app_internal: the app's parts, shared by its life (app.c), what it builds from the config (assemble.c) and
 * what it lends to the pages (app_web.c).
 */
#ifndef WEIR_APP_INTERNAL_H
#define WEIR_APP_INTERNAL_H

#include "base/clock_file.h"
#include "config/config.h"
#include "definition.h"
#include "endpoint_definition.h"
#include "flow/flow.h"
#include "host/registry.h"
#include "store/scopes.h"
#include "web/web.h"

#include <stdatomic.h>

/* A scope that was made at run time. */
struct app_scope {
    char *name, *text; /* JSON, as model/scope_text.h reads it */
};

struct app {
    const char *config_path;
    const struct clock *clock;
    struct clock_file *clock_file; /* NULL: the system's is used as it is */
    struct registry *registry;
    struct metrics *metrics;
    struct client *client;
    struct store *store;
    struct directory *directory;
    struct flow *flow;
    struct web *web;
    struct loop *loop;
    uint16_t port, admin_port;
    char *environment_id;
    atomic_bool failed;       /* the store can not go on */
    pthread_mutex_t changing; /* held while an integration is made, changed or deleted: one at a time */
    pthread_mutex_t lock;     /* guards config and the reload; taken after the other */
    struct config *config;
    struct app_scope *scopes; /* of the store; the lock guards them, too */
    size_t scope_count;
    struct connector_news *heard; /* NULL: nobody asked */
};

/* ---- assemble.c ---- */
/* The config's names, asked of the model table and the registry (filled when the connectors group was read).
 */
struct config_names assemble_names(struct registry *registry);
/* Look at the connector files: load what is new and, where there is some already, what is newer. As
 * config_names.connectors_read; ctx is the registry. Thread: setup, web. */
void assemble_connectors(void *registry, const struct config_connectors *connectors);
/* The integrations of the config, as the directory holds them; those that did not change are taken over. */
int assemble_integrations(struct app *app, const struct config *config, struct weir_error *err);
/* One that is only tried: in no directory and without a row. NULL: *err says why. */
struct integration *assemble_candidate(struct app *app, const struct config *config,
                                       const struct config_integration *from, struct weir_error *err);
/* Of the file, or of the store. The lock is held. */
bool assemble_has_scope(const struct app *app, const struct config *config, const char *name);
/* What it says; everything disabled if there is none. scope_free it; NULL without memory. The lock is held.
 */
struct scope *assemble_scope(const struct app *app, const struct config *config, const char *name);
bool assemble_is_in_file(const struct config *config, const char *id);
/* Endpoints and routes, of the file and of the store; of two with one name the file's. */
int assemble_endpoints(struct app *app, const struct config *config, struct weir_error *err);
const struct config_endpoint *assemble_endpoint_in_file(const struct config *config, const char *name);
/* Keys, custom fields and connect_origins. Thread: setup, web. */
int assemble_web(struct app *app, const struct config *config, struct weir_error *err);
/* References' rules for the store, out of the model table. *count of them; free() them. */
struct store_ref_rule *assemble_rules(size_t *count);

/* ---- wish.c: is it one that can be granted? WEIR_E_INVALID says what to write instead ---- */
int wish_check(struct app *app, const struct web_integration_wish *wish, struct weir_error *err);
/* The definition it is about; definition_fini it. */
int wish_take(struct definition *out, const struct web_integration_wish *wish, struct weir_error *err);
int wish_check_base_url(const struct config_integration *config, struct weir_error *err);

/* ---- app_runtime.c: integrations made, changed and deleted while the daemon runs. Thread: web ---- */
/* For what a person did wrong WEIR_E_INVALID, for what cannot be now WEIR_E_CONFIG, when the tool does not
 * answer WEIR_E_LATER: nothing was changed. */
int runtime_create(struct app *app, const struct web_integration_wish *wish, struct weir_error *err);
int runtime_set(struct app *app, struct weir_str id, const struct web_setting *settings, size_t count,
                struct weir_error *err);
int runtime_delete(struct app *app, struct weir_str id, struct weir_error *err);
/* Take over what the config and the store say now. The lock changing is held, the other is not. Thread: web.
 */
int runtime_apply(struct app *app, struct weir_error *err);
/* What the last stop left undone: endpoints to tell, subscriptions to remove. Thread: setup, web. */
void runtime_resume(struct app *app);
/* For flow: nothing of it is at the tool any more. Thread: worker. */
void runtime_left(void *app, struct integration *it);

/* ---- app_scopes.c: scopes made, changed and given to integrations while the daemon runs ---- */
/* Take over what the store holds. The lock is held. Thread: setup, web. */
int scopes_load(struct app *app, struct weir_error *err);
void scopes_free(struct app *app);
bool scopes_is_in_file(const struct config *config, struct weir_str name);
const struct app_scope *scopes_find(const struct app *app,
                                    struct weir_str name); /* NULL: the store has none */
/* The scope that an integration of the file was given at run time; "": none. Thread: setup, web. */
int scopes_assigned(char out[STORE_SCOPE_NAME], struct app *app, const char *id, struct weir_error *err);
/* As web_app.scope_put, scope_assign and scope_nth. Thread: web. */
int scopes_put(struct app *app, struct weir_str name, struct weir_str text, struct weir_error *err);
int scopes_assign(struct app *app, struct weir_str id, struct weir_str name, struct weir_error *err);
bool scopes_nth(struct app *app, size_t n, struct web_scope *out);
/* ---- app_endpoints.c: endpoints made, changed and removed while the daemon runs. As web_app's. Thread: web
 * ---- */
int runtime_endpoint(struct app *app, struct weir_str name, struct web_endpoint_detail *out,
                     struct weir_error *err);
void runtime_endpoint_release(struct web_endpoint_detail *detail);
int runtime_endpoint_add(struct app *app, struct weir_str name, const struct web_endpoint_wish *wish,
                         char secret[WEB_SECRET_TEXT], struct weir_error *err);
int runtime_endpoint_change(struct app *app, struct weir_str name, const struct web_endpoint_wish *wish,
                            struct weir_error *err);
int runtime_endpoint_rotate(struct app *app, struct weir_str name, struct weir_str given, int64_t overlap_s,
                            char secret[WEB_SECRET_TEXT], struct weir_error *err);
int runtime_endpoint_remove(struct app *app, struct weir_str name, bool force, uint64_t *buried,
                            struct weir_error *err);
int runtime_endpoint_test(struct app *app, struct weir_str name, struct web_endpoint_test *out,
                          struct weir_error *err);
int runtime_endpoint_prove(struct app *app, struct weir_str name, const struct web_endpoint_claim *claim,
                           struct web_endpoint_proof *out, struct weir_error *err);
int runtime_endpoint_enable(struct app *app, struct weir_str name, bool enable, struct weir_error *err);

/* ---- endpoint_wish.c: put a wish into a definition. WEIR_E_INVALID says what to write instead ---- */
int endpoint_wish_take(struct app *app, struct endpoint_definition *d, const struct web_endpoint_wish *wish,
                       struct weir_error *err);
/* secret.data NULL: a new one, which is then told. */
int endpoint_wish_secret(char **out, char told[WEB_SECRET_TEXT], struct weir_str secret,
                         struct weir_error *err);
/* Make d, which has no number yet, once the tool took its settings; incomplete: steps are left to a customer.
 * WEIR_E_CONFIG: there is one of that id. The lock changing is held, here and below. */
int runtime_make(struct app *app, struct definition *d, bool incomplete, struct web_trouble *trouble_or_null,
                 struct weir_error *err);
/* Change the definition of the integration of that id, try it, and take it over. */
int runtime_change(struct app *app, struct weir_str id,
                   int (*change)(struct definition *d, void *ctx, struct weir_error *err), void *ctx,
                   struct web_trouble *trouble_or_null, struct weir_error *err);
/* Give it a setting (base_url may be one), or take it away. */
int runtime_give(struct definition *d, const struct web_setting *setting, struct weir_error *err);

/* ---- app_connect.c, app_lifecycle.c: what customers and operators do with whole integrations. Thread: web
 * ---- */
int connect_make(struct app *app, const struct web_connection *connection, struct web_trouble *trouble,
                 struct weir_error *err);
bool connect_tool_gives(struct app *app, struct weir_str tool, const char *key);
int connect_set_up(struct app *app, struct weir_str id, const struct web_setting *settings, size_t count,
                   bool done, struct weir_error *err);
struct web_lifecycle lifecycle_web(void);

/* ---- app_connectors.c: news of connectors ---- */
/* What was loaded at the start, and what was not. */
void connectors_log(struct app *app);
/* Log and count what the registry finds from here on. Once everything is built. Thread: setup. */
void connectors_watch(struct app *app);
/* Between the two, what is found is also kept, for whoever asked. The app's lock is held. Thread: setup, web.
 */
void connectors_listen(struct app *app);
/* One line each into report, then forgotten. true: there was news. */
bool connectors_report(struct app *app, struct buf *report);
/* As web_app.connectors_reload. Thread: web. */
int connectors_reload(struct app *app, struct weir_str tool,
                      void (*tell)(void *arg, size_t n, enum web_connector_result result), void *arg,
                      struct weir_error *err);
/* The connector's side of an integration. */
void connectors_fill_integration(struct web_integration *out, struct integration *it);
/* The n-th as the pages show it. false behind the last. Thread: web. */
bool connectors_nth(struct app *app, size_t n, struct web_connector *out);

/* ---- app_ask.c: as web_app.act and web_app.pass ---- */
int app_act(void *app, struct weir_str integration, const char *action, struct weir_bytes input,
            void (*done)(void *arg, int rc, const struct web_acted *acted, const struct weir_error *err),
            void *arg, struct weir_error *err);
int app_pass(void *app, struct weir_str integration, const struct web_pass *asked,
             void (*done)(void *arg, int rc, const struct web_passed *passed, const struct weir_error *err),
             void *arg, struct weir_error *err);

/* ---- heap.c ---- */
/* Before there is a second thread. */
void heap_set_up(void);

/* ---- app_web.c ---- */
struct web_app app_web(struct app *app);

/* ---- app_metrics.c ---- */
/* Gauges of what waits and what needs a person. Once everything is built. */
void app_metrics(struct app *app);

/* ---- app.c ---- */
/* The config of app->config_path, its findings on standard error; sets up the log. */
int app_load_config(struct app *app);
/* The master key in force first, then the old ones; wipe and free() them. NULL without memory. */
uint8_t (*app_keys(size_t *count, const struct config *config))[CRYPTO_KEY];
/* Take over config, or what was made or deleted at run time. The lock is held. Thread: web, setup. */
int app_apply(struct app *app, const struct config *config, struct weir_error *err);
/* Load the changed file and apply it. report: one finding per line. Thread: web, setup. */
int app_reload(struct app *app, struct buf *report, struct weir_error *err);

#endif

/* Each allocation of reading a configuration fails in turn. */
#include "config/config.h"
#include "expect.h"
#include "scarce.h"

#include <stdlib.h>
#include <unistd.h>

#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const char full[] =
    "data_dir = \"/var/lib/weir\"; listen = \"0.0.0.0:8080\"; admin_listen = \"unix:http.sock\";\n"
    "public_url = \"https://hooks.example.com\"; http_user_agent = \"weir-test\"; environment_id = \"e1\";\n"
    "master_key = \"" KEY "\";\n"
    "old_master_keys = [ \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\" ];\n"
    "connectors = { path = [ \"/usr/lib/weir/connectors\", \"more\" ]; enabled = [ \"personio\", \"okta\" ]; "
    "};\n"
    "api_keys = ( { name = \"app\"; key = \"0123456789abcdefA\"; }, { name = \"b\"; key = "
    "\"0123456789abcdefC\"; } );\n"
    "admin_keys = ( { name = \"ops\"; key = \"@env:WEIR_TEST_KEY\"; } );\n"
    "scopes = ( { name = \"default\"; default_model = \"disabled\"; models = {\n"
    "  hris_employees = { state = \"enabled\"; fields = { first_name = \"optional\"; }; default_field = "
    "\"enabled\"; };\n"
    "  hris_teams = \"enabled\"; hris_absences = { fields = [ \"first_name\" ]; }; }; } );\n"
    "integrations = ( { id = \"personio:acme\"; organization = \"Acme GmbH\"; origin_id = \"c\";\n"
    "  creator_email = \"a@example.com\"; scope = \"default\"; base_url = \"https://api.example.com\"; "
    "paused = true;\n"
    "  settings = { client_id = \"@env:WEIR_TEST_ID\"; client_secret = \"plain\"; };\n"
    "  opted_out = [ \"hris_employees\" ]; } );\n"
    "endpoints = ( { name = \"app\"; url = \"https://app.example.com/weir\";\n"
    "  secret = \"whsec_AAECAwQFBgcICQoLDA0ODxAREhM=\"; secrets_old = [ \"0123456789abcdefD\" ];\n"
    "  events = [ \"data-changed\", \"sync-finished\" ]; integrations = [ \"personio:acme\" ];\n"
    "  headers = { X-Team = \"hr\"; }; concurrency = 4; enabled = true; } );\n"
    "limits = { body_max = 0x1000; inbox_bytes_max = 99999999999; };\n"
    "dispatch = { retry_ms = [ 1, 2, 3 ]; jitter_percent = 20; };\n"
    "store = { retention = { seen_days = 6; }; };\n"
    "log = { format = \"json\"; level = \"debug\"; };\n";

static const char faulty[] =
    "data_dri = \"/var/lib/weir\"; listen = \"0.0.0.0:99999\"; master_key = \"short\"; limits = { body_max = "
    "\"x\"; };\n"
    "endpoints = ( { name = \"app\"; url = \"ftp://x\"; events = [ \"data-chnged\" ]; } );\n"
    "integrations = ( { id = \"nonsense\"; scope = \"defualt\"; } ); scopes = ( { name = \"default\"; } );\n"
    "scope = 1; admin_keys = ( { name = \"a\"; key = \"@env:WEIR_TEST_UNSET\"; } );\n";

/* libconfig 1.5 leaks the string it was reading when it meets a syntax error. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so\n";
}

struct loading {
    const char *text;
    struct config *cfg;
    struct config_report report;
    char want[16384]; /* what it says when there is memory */
    size_t errors;    /* and how many mistakes there are */
};

static int load(void *ctx, struct weir_error *err)
{
    struct loading *l = ctx;

    config_report_init(&l->report);
    return config_load_text(&l->cfg, &l->report, weir_str(l->text), "/nonexistent/weir.conf", NULL, err);
}

/* ---- what a config says, as one text ---------------------------------------------------------------- */

static void show(FILE *out, const char *text)
{
    (void)fprintf(out, "%s|", text != NULL ? text : "(none)");
}

static void show_strings(FILE *out, const struct config_strings *strings)
{
    for (size_t i = 0; i < strings->count; i++) {
        show(out, strings->items[i]);
    }
    (void)fputs(";", out);
}

static void show_top(FILE *out, const struct config *c)
{
    const char *const texts[] = {c->file,         c->data_dir,   c->listen,         c->admin_listen,
                                 c->admin_socket, c->public_url, c->environment_id, c->http_user_agent};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        show(out, texts[i]);
    }
    (void)fprintf(out, "%d %02x%02x %zu|", c->master_key.form, c->master_key.bytes[1],
                  c->master_key.bytes[31], c->old_master_keys.count);
    if (c->old_master_keys.count > 0) {
        (void)fprintf(out, "%d %02x|", c->old_master_keys.items[0].form,
                      c->old_master_keys.items[0].bytes[31]);
    }
    show_strings(out, &c->connectors.path);
    show_strings(out, &c->connectors.enabled);
    for (size_t i = 0; i < c->api_keys.count; i++) {
        show(out, c->api_keys.items[i].name);
        show(out, c->api_keys.items[i].key);
    }
    for (size_t i = 0; i < c->admin_keys.count; i++) {
        show(out, c->admin_keys.items[i].name);
        show(out, c->admin_keys.items[i].key);
    }
    (void)fprintf(out, "%d %lld %lld %lld %zu %lld %lld %d %d\n", c->connectors.enabled_all,
                  (long long)c->limits.body_max, (long long)c->limits.inbox_bytes_max,
                  (long long)c->dispatch.jitter_percent, c->dispatch.retry_count,
                  (long long)c->dispatch.retry_ms[2], (long long)c->store.retention.seen_days,
                  (int)c->log.format, (int)c->log.level);
}

static void show_scope(FILE *out, const struct config_scope *scope)
{
    (void)fprintf(out, "%s %d\n", scope->name, (int)scope->default_model);
    for (size_t i = 0; i < scope->model_count; i++) {
        const struct config_scope_model *model = &scope->models[i];

        (void)fprintf(out, "%s %d %d:", model->name, (int)model->use, (int)model->default_field);
        for (size_t k = 0; k < model->field_count; k++) {
            (void)fprintf(out, " %s %d", model->fields[k].name, (int)model->fields[k].use);
        }
        (void)fputs("\n", out);
    }
}

static void show_integration(FILE *out, const struct config_integration *it)
{
    const char *const texts[] = {it->id,    it->tool,    it->organization, it->origin_id, it->creator_email,
                                 it->scope, it->base_url};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        show(out, texts[i]);
    }
    for (size_t i = 0; i < it->settings.count; i++) {
        const struct config_value *value = &it->settings.items[i];

        (void)fprintf(out, "%s=%s %d|", value->key, value->value, value->secret);
    }
    show_strings(out, &it->opted_out);
    (void)fprintf(out, "%d %d\n", it->allow_private, it->paused);
}

static void show_endpoint(FILE *out, const struct config_endpoint *endpoint)
{
    show(out, endpoint->name);
    show(out, endpoint->url);
    show(out, endpoint->secret);
    show_strings(out, &endpoint->secrets_old);
    show_strings(out, &endpoint->events);
    show_strings(out, &endpoint->integrations);
    for (size_t i = 0; i < endpoint->headers.count; i++) {
        (void)fprintf(out, "%s: %s|", endpoint->headers.items[i].name, endpoint->headers.items[i].value);
    }
    (void)fprintf(out, "%d %lld %d\n", endpoint->allow_private, (long long)endpoint->concurrency,
                  endpoint->enabled);
}

static void show_all(char *text, size_t size, const struct config *c)
{
    FILE *out = fmemopen(text, size, "w");

    assert_non_null(out);
    if (c != NULL) {
        show_top(out, c);
        for (size_t i = 0; i < c->scopes.count; i++) {
            show_scope(out, &c->scopes.items[i]);
        }
        for (size_t i = 0; i < c->integrations.count; i++) {
            show_integration(out, &c->integrations.items[i]);
        }
        for (size_t i = 0; i < c->endpoints.count; i++) {
            show_endpoint(out, &c->endpoints.items[i]);
        }
    }
    EXPECT_INT(0, fclose(out));
}

/* ---- tests ------------------------------------------------------------------------------------------ */

static void print_report(const struct config_report *report)
{
    char text[16384];
    FILE *out = fmemopen(text, sizeof text, "w");

    assert_non_null(out);
    config_report_print(out, report, CONFIG_NOTE);
    EXPECT_INT(0, fclose(out));
}

static void look(void *ctx, int rc)
{
    struct loading *l = ctx;
    char got[sizeof l->want];

    EXPECT((rc == 0) == (l->cfg != NULL));
    print_report(&l->report); /* its findings may lack a part */
    if (rc == 0) {
        /* A setting that went missing for lack of memory would be a quiet change of what the operator wrote.
         */
        show_all(got, sizeof got, l->cfg);
        scarce_expect_same(l->want, got);
    } else if (rc == WEIR_E_CONFIG) {
        EXPECT(l->report.error_count > 0);
        EXPECT_INT(l->errors, l->report.error_count);
    }
    config_report_fini(&l->report);
    config_free(l->cfg);
    l->cfg = NULL;
}

static void load_with_memory(struct loading *l, int expected)
{
    struct weir_error err = {0};

    EXPECT_INT(expected, load(l, &err));
    show_all(l->want, sizeof l->want, l->cfg);
    l->errors = l->report.error_count;
    config_report_fini(&l->report);
    config_free(l->cfg);
    l->cfg = NULL;
}

TEST(a_whole_config_is_read_or_there_was_no_memory)
{
    struct loading *l = calloc(1, sizeof *l);

    UNUSED_STATE;
    EXPECT_INT(0, setenv("WEIR_TEST_KEY", "0123456789abcdefB", 1));
    EXPECT_INT(0, setenv("WEIR_TEST_ID", "an-id", 1));
    l->text = full;
    load_with_memory(l, 0);
    EXPECT(strstr(l->want, "client_id=an-id") != NULL);
    EXPECT(scarce_try(&(struct scarce_trial){.call = load, .look = look, .ctx = l}) > 100);
    free(l);
}

TEST(a_faulty_config_is_refused_without_memory_too)
{
    struct loading *l = calloc(1, sizeof *l);

    UNUSED_STATE;
    l->text = faulty;
    load_with_memory(l, WEIR_E_CONFIG);
    EXPECT(l->errors >= 8);
    EXPECT(scarce_try(
               &(struct scarce_trial){.call = load, .look = look, .ctx = l, .expected = WEIR_E_CONFIG}) > 50);
    free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_whole_config_is_read_or_there_was_no_memory),
        UNIT(a_faulty_config_is_refused_without_memory_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* One mistake at a time in a table that is otherwise right. */
#include "fixture.h"

#include "host/registry.h"
#include "host/table_check.h"

static int any_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                     struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)verdict;
    (void)err;
    return 0;
}

static int any_events(void *self, const struct weir_request *request, const struct weir_sink *sink,
                      struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)sink;
    (void)err;
    return 0;
}

static int any_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                      struct weir_error *err)
{
    (void)self;
    (void)ref;
    (void)sink;
    (void)err;
    return 0;
}

static int any_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                    const struct weir_sink *sink, struct weir_error *err)
{
    (void)self;
    (void)model;
    (void)since_ms;
    (void)cursor;
    (void)sink;
    (void)err;
    return 0;
}

/* Everything in one place that a test can spoil. */
struct table {
    struct weir_connector c;
    struct weir_setting settings[3];
    struct weir_event_type events[3];
    struct weir_model_use models[3];
    struct weir_step steps[1];
    struct weir_subscribe subscribe;
    struct weir_verify verify;
    struct weir_fetch fetch;
    const char *kept[40];
    char endless[2048];
};

static const char *const people[] = {"hris_employees", NULL};
static const char *const names[] = {"first_name", "last_name", NULL};

static void table_make(struct table *t)
{
    *t = (struct table){
        .settings = {{"client_id", "Client ID", "Settings", false, true},
                     {"client_secret", "Secret", NULL, true, true}},
        .events = {{"person.created", people}, {"person.deleted", people}},
        .models = {{"hris_employees", names, true, true, true, NULL},
                   {"hris_employments", names, false, false, true, "hris_employees"}},
        .steps = {{"Title", "Text", "Address", "callback_url", "client_id"}},
        .subscribe = {.size = sizeof t->subscribe, .step_count = 1},
        .verify = {.size = sizeof t->verify, .check = any_check, .events = any_events},
        .fetch = {.size = sizeof t->fetch, .record = any_record, .list = any_list},
    };
    t->c = idle_connector();
    t->c.magic = WEIR_CONNECTOR_MAGIC;
    t->c.size = sizeof t->c;
    t->c.abi_major = WEIR_ABI_MAJOR;
    t->c.category = WEIR_CATEGORY_HRIS;
    t->c.settings = t->settings;
    t->c.events = t->events;
    t->c.event_count = 2;
    t->c.models = t->models;
    t->c.model_count = 2;
    t->subscribe.steps = t->steps;
    t->c.subscribe = &t->subscribe;
    t->c.verify = &t->verify;
    t->c.fetch = &t->fetch;
    t->verify.kept_headers = t->kept;
    memset(t->endless, 'a', sizeof t->endless - 1);
}

static int check(const struct table *t, struct weir_error *err)
{
    struct weir_connector own = {0};
    int rc = connector_check(&own, &t->c, "idle", err);

    if (rc != 0) {
        assert_null(own.tool);
    }
    return rc;
}

TEST(a_right_table_passes)
{
    struct weir_error err = {0};
    struct table t;

    UNUSED_STATE;
    table_make(&t);
    if (check(&t, &err) != 0) {
        fail_msg("%s", err.message);
    }
    assert_ptr_equal(&t.models[1], connector_model(&t.c, weir_str("hris_employments")));
    assert_null(connector_model(&t.c, weir_str("hris_teams")));
    assert_ptr_equal(&t.events[1], connector_event(&t.c, weir_str("person.deleted")));
    assert_null(connector_event(&t.c, weir_str("person")));
}

static const char *const no_words[] = {NULL};
static const char *const twice[] = {"hris_employees", "hris_employees", NULL};
static const char *const bad_word[] = {"First Name", NULL};

/* Make mistake n in the table; false: there is no further one. */
static bool spoil_self(struct table *t, int n, const char **said)
{
    switch (n) {
    case 0:
        t->c.magic = 0;
        *said = "WEIR_CONNECTOR_MAGIC";
        break;
    case 1:
        t->c.abi_major = 0;
        *said = "built for contract 0.0";
        break;
    case 2:
        t->c.size = TABLE_LEAST - 1;
        *said = "its table has 143 bytes";
        break;
    case 3:
        t->c.tool = NULL;
        *said = "its tool name";
        break;
    case 4:
        t->c.tool = "Idle";
        *said = "its tool name";
        break;
    case 5:
        t->c.tool = t->endless;
        *said = "its tool name";
        break;
    case 6:
        t->c.tool = "other";
        *said = "name it other.so";
        break;
    case 7:
        t->c.label = NULL;
        *said = "needs a label";
        break;
    case 8:
        t->c.label = "two\nlines";
        *said = "needs a label";
        break;
    case 9:
        t->c.version = t->endless;
        *said = "a version";
        break;
    case 10:
        t->c.version = "\xff";
        *said = "a version";
        break;
    case 11:
        t->c.category = 0;
        *said = "category 0 is unknown";
        break;
    case 12:
        t->c.base_url = "tool.example";
        *said = "base_url:";
        break;
    case 13:
        t->c.open = NULL;
        *said = "open and close";
        break;
    case 14:
        t->c.close = NULL;
        *said = "open and close";
        break;
    default:
        return false;
    }
    return true;
}

static bool spoil_settings(struct table *t, int n, const char **said)
{
    switch (n) {
    case 0:
        t->c.setting_count = 65;
        *said = "it counts 65 settings, and 64 are the most";
        break;
    case 1:
        t->c.setting_count = SIZE_MAX;
        *said = "64 are the most";
        break;
    case 2:
        t->c.settings = NULL;
        *said = "has no table of them";
        break;
    case 3:
        t->settings[1].key = NULL;
        *said = "the key of setting 2";
        break;
    case 4:
        t->settings[1].key = "Client";
        *said = "the key of setting 2";
        break;
    case 5:
        t->settings[1].key = "client_id";
        *said = "the setting client_id is there twice";
        break;
    case 6:
        t->settings[1].key = "base_url";
        *said = "base_url is the host's own";
        break;
    case 7:
        t->settings[1].label = NULL;
        *said = "setting client_secret needs a label";
        break;
    case 8:
        t->settings[1].help = t->endless;
        *said = "help that is text";
        break;
    default:
        return false;
    }
    return true;
}

static bool spoil_models(struct table *t, int n, const char **said)
{
    switch (n) {
    case 0:
        t->c.model_count = 0;
        *said = "lists no model";
        break;
    case 1:
        t->c.model_count = 257;
        *said = "257 models";
        break;
    case 2:
        t->models[1].model = "Employees";
        *said = "model 2 has no unified name";
        break;
    case 3:
        t->models[1].model = "hris_employees";
        *said = "the model hris_employees is there twice";
        break;
    case 4:
        t->models[1].fields = NULL;
        *said = "list of its fields";
        break;
    case 5:
        t->models[1].fields = no_words;
        *said = "list of its fields";
        break;
    case 6:
        t->models[1].fields = twice;
        *said = "each once";
        break;
    case 7:
        t->models[1].fields = bad_word;
        *said = "list of its fields";
        break;
    case 8:
        t->models[1].since = true;
        *said = "cannot be listed since";
        break;
    case 9:
        t->models[1].listed_with = "hris_employments";
        *said = "has to name another model";
        break;
    case 10:
        t->models[1].listed_with = "hris_teams";
        *said = "has to name another model";
        break;
    case 11:
        t->models[0].lists = false;
        t->models[0].since = false;
        *said = "that is listed";
        break;
    case 12:
        t->c.event_count = 300;
        *said = "300 events";
        break;
    case 13:
        t->events[1].name = "person.created";
        *said = "person.created is there twice";
        break;
    case 14:
        t->events[1].name = NULL;
        *said = "event 2 needs a name";
        break;
    case 15:
        t->events[1].name = "with blank";
        *said = "event 2 needs a name";
        break;
    case 16:
        t->events[1].models = NULL;
        *said = "the models it touches";
        break;
    case 17:
        t->events[1].models = no_words;
        *said = "the models it touches";
        break;
    case 18:
        t->events[1].models = twice;
        *said = "the models it touches";
        break;
    default:
        return false;
    }
    return true;
}

static bool spoil_calls(struct table *t, int n, const char **said)
{
    switch (n) {
    case 0:
        t->c.verify = NULL;
        *said = "has no verify";
        break;
    case 1:
        t->c.fetch = NULL;
        *said = "has no fetch";
        break;
    case 2:
        t->verify.size = 8;
        *said = "its verify has 8 bytes";
        break;
    case 3:
        t->fetch.size = 0;
        *said = "its fetch has 0 bytes";
        break;
    case 4:
        t->subscribe.size = 1;
        *said = "its subscribe has 1 bytes";
        break;
    case 5:
        t->verify.check = NULL;
        *said = "both check and events";
        break;
    case 6:
        t->verify.events = NULL;
        *said = "both check and events";
        break;
    case 7:
        t->fetch.record = NULL;
        *said = "both record and list";
        break;
    case 8:
        t->fetch.list = NULL;
        *said = "both record and list";
        break;
    case 9:
        t->kept[0] = "a header";
        *said = "kept_headers";
        break;
    case 10:
        for (size_t i = 0; i < 39; i++) {
            t->kept[i] = "x-a";
        }
        *said = "at most 32 header names";
        break;
    case 11:
        t->subscribe.steps = NULL;
        *said = "1 steps";
        break;
    case 12:
        t->subscribe.step_count = 33;
        *said = "33 steps";
        break;
    case 13:
        t->steps[0].title = NULL;
        *said = "step 1 needs title and text";
        break;
    case 14:
        t->steps[0].copy_value = "password";
        *said = "copy_value is callback_url or secret";
        break;
    case 15:
        t->steps[0].paste_key = "nothing";
        *said = "paste_key one of its settings";
        break;
    default:
        return false;
    }
    return true;
}

static void prove(bool (*spoil)(struct table *t, int n, const char **said))
{
    for (int n = 0;; n++) {
        struct weir_error err = {0};
        const char *said = "";
        struct table t;

        table_make(&t);
        if (!spoil(&t, n, &said)) {
            EXPECT(n > 5);
            break;
        }
        if (check(&t, &err) != WEIR_E_INVALID || strstr(err.message, said) == NULL) {
            fail_msg("mistake %d (%s): %d %s", n, said, (int)err.code, err.message);
        }
        EXPECT(strlen(err.message) < sizeof err.message - 1);
    }
}

TEST(each_mistake_in_what_it_says_of_itself_is_named)
{
    UNUSED_STATE;
    prove(spoil_self);
}

TEST(each_mistake_in_its_settings_is_named)
{
    UNUSED_STATE;
    prove(spoil_settings);
}

TEST(each_mistake_in_its_models_and_events_is_named)
{
    UNUSED_STATE;
    prove(spoil_models);
}

TEST(each_mistake_in_its_calls_is_named)
{
    UNUSED_STATE;
    prove(spoil_calls);
}

TEST(what_is_optional_may_be_left_out)
{
    struct weir_error err = {0};
    struct table t;

    UNUSED_STATE;
    table_make(&t);
    t.c.subscribe = NULL;
    t.c.settings = NULL;
    t.c.setting_count = 0;
    t.c.events = NULL;
    t.c.event_count = 0;
    t.verify.kept_headers = NULL;
    EXPECT_INT(0, check(&t, &err));
}

static int open_with(const struct instance_options *options, struct weir_error *err)
{
    struct weir_connector connector = idle_connector();
    struct instance *inst = NULL;
    int rc = instance_open(&inst, &connector, options, err);

    if (rc == 0) {
        EXPECT_STR("idle:acme", instance_integration(inst));
        assert_ptr_equal(&connector, instance_connector(inst));
    }
    instance_close(inst);
    return rc;
}

TEST(an_address_is_needed_and_has_to_be_a_plain_one)
{
    static const char *const bad[] = {"tool.example",
                                      "ftp://tool.example",
                                      "https://a:b@tool.example",
                                      "https://tool.example?x",
                                      "https://t.test/#x",
                                      "https://t.test\\@evil.test",
                                      ""};
    struct instance_options options = {.integration = "idle:acme"};
    struct weir_error err = {0};

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_CONFIG, open_with(&options, &err));
    EXPECT_STR("idle:acme: the tool idle has no address of its own: set base_url to the customer's",
               err.message);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        options.base_url = bad[i];
        EXPECT_INT(WEIR_E_CONFIG, open_with(&options, &err));
        EXPECT(strstr(err.message, "idle:acme: base_url") != NULL);
    }
    options.base_url = "https://tool.example/api/";
    EXPECT_INT(0, open_with(&options, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_right_table_passes),
        UNIT(each_mistake_in_what_it_says_of_itself_is_named),
        UNIT(each_mistake_in_its_settings_is_named),
        UNIT(each_mistake_in_its_models_and_events_is_named),
        UNIT(each_mistake_in_its_calls_is_named),
        UNIT(what_is_optional_may_be_left_out),
        UNIT(an_address_is_needed_and_has_to_be_a_plain_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

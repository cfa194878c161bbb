#include "fake_host.h"

#include "weir/map.h"

static const struct weir_map_word words[] = {{"full", "FULL_TIME"}, {"part", "PART_TIME"}, {NULL, NULL}};
static const struct weir_map_word open_words[] = {{"published", "OPEN"}, {"", NULL}, {NULL, NULL}};
static const struct weir_map email_map[] = {WEIR_MAP_TEXT("email_address", "."), WEIR_MAP_END};
static const struct weir_map link_map[] = {WEIR_MAP_TEXT("link", "."), WEIR_MAP_SITE("type", "."),
                                           WEIR_MAP_END};
static const struct weir_map address_map[] = {WEIR_MAP_TEXT("city", "town"), WEIR_MAP_TEXT("zip_code", "zip"),
                                              WEIR_MAP_END};
static const struct weir_map record_map[] = {WEIR_MAP_FIRST_NAME("first_name", "name"),
                                             WEIR_MAP_LAST_NAME("last_name", "name"),
                                             WEIR_MAP_TEXT("source", "sources.0|source"),
                                             WEIR_MAP_TEXT("department", "department.name|department"),
                                             WEIR_MAP_NUMBER("hours", "hours"),
                                             WEIR_MAP_BOOL("remote", "remote"),
                                             WEIR_MAP_TIME("created", "created"),
                                             WEIR_MAP_DATE("starts", "starts"),
                                             WEIR_MAP_WORD("type", "type", words),
                                             WEIR_MAP_WORD("status", "status", open_words),
                                             WEIR_MAP_OBJECT("location", address_map),
                                             WEIR_MAP_LIST("emails", "emails", email_map),
                                             WEIR_MAP_LIST("links", "links|more_links", link_map),
                                             WEIR_MAP_TEXTS("tags", "tags", "name|."),
                                             WEIR_MAP_JOINED("text", "intro|rest"),
                                             WEIR_MAP_END};

static void expect_map(const char *want, const char *from)
{
    json_t *parsed = json_loads(from, 0, NULL);
    json_t *record = json_object();

    assert_non_null(parsed);
    EXPECT_INT(0, weir_map_put(record, parsed, record_map));
    expect_json(want, record);
    json_decref(record);
    json_decref(parsed);
}

TEST(a_table_reads_each_kind_of_field)
{
    UNUSED_STATE;
    expect_map(
        "{\"first_name\":\"Ada "
        "Maria\",\"last_name\":\"Lindqvist\",\"source\":\"Fair\",\"department\":\"Platform\","
        "\"hours\":32.5,\"remote\":true,\"created\":\"2026-03-02T09:15:00.000Z\",\"starts\":\"2026-04-01\","
        "\"type\":\"FULL_TIME\",\"status\":\"OPEN\",\"location\":{\"city\":\"Hamburg\"},"
        "\"emails\":[{\"email_address\":\"a@home.example\"},{\"email_address\":\"b@home.example\"}],"
        "\"links\":[{\"link\":\"https://www.hub.example/"
        "ada\",\"type\":\"hub\"},{\"link\":\"x\",\"type\":null}],"
        "\"tags\":[\"referral\",\"remote\"],\"text\":\"ab\"}",
        "{\"name\":\"Ada Maria Lindqvist \",\"sources\":[\"Fair\"],\"source\":\"site\","
        "\"department\":{\"name\":\"Platform\"},\"hours\":\"32.5\",\"remote\":\"true\","
        "\"created\":\"2026-03-02 09:15:00 "
        "UTC\",\"starts\":\"2026-04-01T00:00:00Z\",\"type\":\"fulltime_permanent\","
        "\"status\":\"published\",\"town\":\"Hamburg\",\"emails\":[\"a@home.example\",null,\"b@home."
        "example\"],"
        "\"links\":[\"https://www.hub.example/ada\"],\"more_links\":[\"x\"],"
        "\"tags\":[\"referral\",{\"id\":3,\"name\":\"remote\"},{\"id\":4}],\"intro\":\"a\",\"rest\":\"b\"}");
}

TEST(what_is_left_out_stays_out_and_null_is_null)
{
    UNUSED_STATE;
    expect_map("{}", "{}");
    expect_map(
        "{\"first_name\":null,\"last_name\":null,\"source\":null,\"department\":null,\"hours\":null,"
        "\"created\":null,\"type\":null,\"emails\":null,\"tags\":null,\"text\":null}",
        "{\"name\":null,\"sources\":null,\"source\":null,\"department\":null,\"hours\":null,\"created\":null,"
        "\"type\":null,\"emails\":null,\"tags\":null,\"intro\":null}");
    /* An empty list is a list. */
    expect_map("{\"source\":\"site\",\"emails\":[],\"links\":[],\"tags\":[]}",
               "{\"sources\":[],\"source\":\"site\",\"emails\":[],\"links\":[],\"tags\":[]}");
}

TEST(a_value_that_makes_no_sense_is_not_passed_on)
{
    UNUSED_STATE;
    expect_map("{\"first_name\":\"Ada\",\"last_name\":null,\"created\":null,\"starts\":null,\"type\":null,"
               "\"status\":\"odd\"}",
               "{\"name\":\"Ada\",\"created\":\"yesterday\",\"starts\":\"2026-13-01\",\"type\":\"odd\","
               "\"status\":\"odd\","
               "\"emails\":\"none\",\"hours\":\"many\",\"remote\":[],\"department\":{}}");
    expect_map("{\"first_name\":null,\"last_name\":null}", "{\"name\":\"  \"}");
    expect_map("{\"first_name\":\"\",\"last_name\":\"Ada\"}", "{\"name\":\" Ada\"}");
}

TEST(a_site_is_the_name_before_the_top_level)
{
    UNUSED_STATE;
    static const struct {
        const char *link, *site;
    } cases[] = {{"https://hub.example.com/a.b", "example"},
                 {"http://hub.example", "hub"},
                 {"hub.example?x", "hub"},
                 {"https://localhost/", NULL},
                 {"", NULL},
                 {"https://", NULL},
                 {".", NULL},
                 {"a..b", NULL}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *site = weir_map_site(weir_str(cases[i].link));

        if (cases[i].site == NULL) {
            EXPECT(json_is_null(site));
        } else {
            EXPECT_STR(cases[i].site, json_string_value(site));
        }
        json_decref(site);
    }
}

static int self_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    (void)host;
    (void)err;
    *self = NULL;
    return 0;
}

static void self_close(void *self)
{
    (void)self;
}

static const struct weir_connector connector = {.open = self_open, .close = self_close};

TEST(items_without_an_id_are_passed_over)
{
    UNUSED_STATE;
    static const struct weir_map name_map[] = {WEIR_MAP_TEXT("name", "name|."), WEIR_MAP_END};
    struct fake *f = fake_for(&connector, "https://api.example");
    json_t *items = json_loads("[\"referral\",{\"name\":\"remote\"},{\"id\":4},\"\",null]", 0, NULL);

    EXPECT_INT(0, weir_map_emit_all(fake_sink(f), "ats_tags", items, "name|.", name_map, false, NULL));
    EXPECT_INT(2, fake_told(f, "record", "ats_tags"));
    expect_json("{\"name\":\"remote\"}", fake_json(f, "record", "ats_tags", "remote"));
    EXPECT_INT(0, weir_map_emit_all(fake_sink(f), "ats_tags", items, "name", name_map, true, NULL));
    EXPECT_INT(1, fake_told(f, "placeholder", "ats_tags"));
    EXPECT_INT(0, weir_map_emit_all(fake_sink(f), "ats_tags", NULL, "name", name_map, true, NULL));
    json_decref(items);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_table_reads_each_kind_of_field),
        UNIT(what_is_left_out_stays_out_and_null_is_null),
        UNIT(a_value_that_makes_no_sense_is_not_passed_on),
        UNIT(a_site_is_the_name_before_the_top_level),
        UNIT(items_without_an_id_are_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

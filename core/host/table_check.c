#include "host/table_check.h"

#include "base/utf8.h"
#include "host/registry.h"
#include "net/url.h"

#define LABEL_MAX 64
#define VERSION_MAX 32
#define BASE_URL_MAX 512

bool str_is_word(struct weir_str text, size_t least, size_t most)
{
    if (text.data == NULL || text.len < least || text.len > most || text.len == 0) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (!((c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '_')))) {
            return false;
        }
    }
    return true;
}

bool name_is_word(const char *text, size_t least, size_t most)
{
    return text != NULL && str_is_word(weir_str_n(text, strnlen(text, most + 1)), least, most);
}

/* One line for people: not empty, valid, without control characters. */
static bool is_line(const char *text, size_t most)
{
    size_t len = text != NULL ? strnlen(text, most + 1) : 0;

    if (len == 0 || len > most || !utf8_valid(weir_str_n(text, len))) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

/* Magic, versions and size: nothing else of the table may be read before these are known. */
static int check_shape(const struct weir_connector *theirs, const char *file_tool, struct weir_error *err)
{
    if (theirs->magic != WEIR_CONNECTOR_MAGIC) {
        return weir_fail(err, WEIR_E_INVALID,
                         "%s: weir_connector is no connector's table: its first member has to be "
                         "WEIR_CONNECTOR_MAGIC",
                         file_tool);
    }
    if (theirs->abi_major != WEIR_ABI_MAJOR) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s was built for contract %u.%u and this Weir speaks %d.x: rebuild it "
                         "against the SDK of contract %d.x",
                         file_tool, (unsigned)theirs->abi_major, (unsigned)theirs->abi_minor, WEIR_ABI_MAJOR,
                         WEIR_ABI_MAJOR);
    }
    if (theirs->size < TABLE_LEAST) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s: its table has %u bytes and contract %d.0 has %zu: set .size = sizeof "
                         "(struct weir_connector) and rebuild it against the SDK of contract %d.x",
                         file_tool, (unsigned)theirs->size, WEIR_ABI_MAJOR, TABLE_LEAST, WEIR_ABI_MAJOR);
    }
    return 0;
}

static int check_self(const struct weir_connector *c, const char *file_tool, struct weir_error *err)
{
    struct url_parts parts;
    struct weir_error why = {0};

    if (!name_is_word(c->tool, 2, TABLE_TOOL_MAX)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s: its tool name has to be 2 to 32 of a-z, 0-9 and _, beginning with a "
                         "letter",
                         file_tool);
    }
    if (strcmp(c->tool, file_tool) != 0) {
        return weir_fail(err, WEIR_E_INVALID, "the file %s.so holds the connector of \"%s\": name it %s.so",
                         file_tool, c->tool, c->tool);
    }
    if (!is_line(c->label, LABEL_MAX) || !is_line(c->version, VERSION_MAX)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s needs a label (at most %d bytes) and a version (at most %d), each one "
                         "line of UTF-8",
                         c->tool, LABEL_MAX, VERSION_MAX);
    }
    if (c->category != WEIR_CATEGORY_HRIS && c->category != WEIR_CATEGORY_ATS) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s: category %d is unknown: use WEIR_CATEGORY_HRIS or WEIR_CATEGORY_ATS",
                         c->tool, (int)c->category);
    }
    if (c->base_url != NULL &&
        (!is_line(c->base_url, BASE_URL_MAX) || url_parse(&parts, weir_str(c->base_url), &why) != 0)) {
        return weir_fail(err, WEIR_E_INVALID, "connector %s: base_url: %s", c->tool,
                         why.message[0] != '\0' ? why.message : "it is empty or too long");
    }
    if (c->open == NULL || c->close == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "connector %s: open and close are both required", c->tool);
    }
    return 0;
}

int connector_check(struct weir_connector *own, const void *table, const char *file_tool,
                    struct weir_error *err)
{
    struct weir_connector copy = {0};
    const struct weir_connector *theirs = table;
    size_t known;
    int rc;

    rc = check_shape(theirs, file_tool, err);
    if (rc != 0) {
        return rc;
    }
    /* A newer minor has a longer table, of which we take what we know. */
    known = theirs->size < sizeof copy ? theirs->size : sizeof copy;
    memcpy(&copy, theirs, known);
    rc = check_self(&copy, file_tool, err);
    if (rc == 0) {
        rc = table_check_settings(&copy, err);
    }
    if (rc == 0) {
        rc = table_check_models(&copy, err);
    }
    if (rc == 0) {
        rc = table_check_events(&copy, err);
    }
    if (rc == 0) {
        rc = table_check_calls(&copy, err);
    }
    if (rc == 0) {
        rc = table_check_acts(&copy, err);
    }
    if (rc == 0) {
        *own = copy;
    }
    return rc;
}

const struct weir_model_use *connector_model(const struct weir_connector *connector, struct weir_str model)
{
    for (size_t i = 0; i < connector->model_count; i++) {
        if (weir_str_is(model, connector->models[i].model)) {
            return &connector->models[i];
        }
    }
    return NULL;
}

const struct weir_event_type *connector_event(const struct weir_connector *connector, struct weir_str name)
{
    for (size_t i = 0; i < connector->event_count; i++) {
        if (weir_str_is(name, connector->events[i].name)) {
            return &connector->events[i];
        }
    }
    return NULL;
}

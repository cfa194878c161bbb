/*
 * expect_pass: an answer that was passed through, against what the case says of it.
 */
#include "compare.h"
#include "expect.h"

#define LINES_MAX (64u * 1024)

static void compare_headers(struct buf *lines, const json_t *wanted, const struct pass_answer *got)
{
    json_t *headers = json_loadb(got->headers.data, got->headers.len, 0, NULL);
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)wanted, name, value)
    {
        char path[200];
        char lower[160];
        const json_t *have;

        (void)snprintf(lower, sizeof lower, "%s", name);
        for (char *c = lower; *c != '\0'; c++) {
            *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        }
        (void)snprintf(path, sizeof path, "header %s", lower);
        have = json_object_get(headers, lower);
        if (!json_is_null(value) || have != NULL) {
            (void)compare_json(lines, path, json_is_null(value) ? NULL : value, have);
        }
    }
    json_decref(headers);
}

static void compare_body(struct buf *lines, const struct body *wanted, const struct pass_answer *got)
{
    struct weir_str body = buf_str(&got->body);
    json_t *parsed;

    if (wanted->kind == BODY_JSON) {
        parsed = json_loadb(body.len > 0 ? body.data : "", body.len, JSON_DECODE_ANY, NULL);
        if (parsed != NULL) {
            (void)compare_json(lines, "body", wanted->json, parsed);
            json_decref(parsed);
            return;
        }
    }
    if (wanted->kind != BODY_NONE) {
        (void)compare_text(lines, "body", weir_str_n((const char *)wanted->bytes.data, wanted->bytes.len),
                           body);
    }
}

void expect_passed(struct play *p, const struct case_step *step, const struct step_result *r)
{
    const json_t *status = json_object_get(step->expect, "status");
    const char *url = json_string_value(json_object_get(step->expect, "url"));
    struct buf lines;

    buf_init(&lines, LINES_MAX);
    if (status != NULL && json_integer_value(status) != r->passed.status) {
        buf_printf(&lines, "status: expected %d, got %d\n", (int)json_integer_value(status),
                   r->passed.status);
    }
    if (url != NULL) {
        (void)compare_text(&lines, "url", weir_str(url), buf_str(&r->passed.url));
    }
    compare_headers(&lines, json_object_get(step->expect, "headers"), &r->passed);
    compare_body(&lines, &step->want_body, &r->passed);
    if (lines.len > 0) {
        findings_add(p->f, step->title, "the answer that was passed through differs");
        findings_lines(p->f, buf_str(&lines));
    }
    buf_fini(&lines);
}

/* audit: who changed what, newest first; and the scopes that are kept beside. */
#include "fixture.h"

#include "store/audit.h"
#include "store/scopes.h"

struct text {
    char all[512];
    size_t left; /* entries until it says stop */
    struct store_audit_entry last;
};

static bool text_add(struct text *t, struct weir_str part)
{
    size_t len = strlen(t->all);

    (void)snprintf(t->all + len, sizeof t->all - len, " %.*s", WEIR_STR_ARG(part));
    return --t->left > 0;
}

static bool entry_add(void *ctx, const struct store_audit_entry *entry)
{
    struct text *t = ctx;

    t->last = *entry;
    return text_add(t, entry->json);
}

static struct text entries(struct fixture *f, int64_t since_ms, int64_t before_ms, uint64_t before_seq,
                           size_t most)
{
    struct text t = {.left = most};

    EXPECT_INT(0, store_audits(f->st, since_ms, before_ms, before_seq, entry_add, &t, NULL));
    return t;
}

TEST(entries_come_newest_first_from_any_place_and_back_to_a_time)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct text t;

    EXPECT_INT(0, store_audit(f->st, weir_str("{\"n\":1}"), NULL));
    pass_ms(f, 1000);
    EXPECT_INT(0, store_audit(f->st, weir_str("{\"n\":2}"), NULL));
    EXPECT_INT(0, store_audit(f->st, weir_str("{\"n\":3}"), NULL));
    EXPECT_STR(" {\"n\":3} {\"n\":2} {\"n\":1}", entries(f, 0, 0, 0, 9).all);
    t = entries(f, 0, 0, 0, 1);
    EXPECT_STR(" {\"n\":3}", t.all);
    EXPECT_STR(" {\"n\":2} {\"n\":1}", entries(f, 0, t.last.at_ms, t.last.seq, 9).all);
    EXPECT_STR(" {\"n\":3} {\"n\":2}", entries(f, FIXTURE_T0 + 500, 0, 0, 9).all);
    fixture_reopen(f);
    EXPECT_STR(" {\"n\":3} {\"n\":2} {\"n\":1}", entries(f, 0, 0, 0, 9).all);
    store_prune(f->st, &(struct store_retention){.audit_before_ms = FIXTURE_T0 + 500});
    fixture_reopen(f);
    EXPECT_STR(" {\"n\":3} {\"n\":2}", entries(f, 0, 0, 0, 9).all);
    fixture_free(f);
}

TEST(an_entry_has_a_bound)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    static char text[STORE_AUDIT_MAX + 1];

    memset(text, 'x', sizeof text);
    EXPECT_INT(WEIR_E_LIMIT, store_audit(f->st, weir_str_n(text, sizeof text), NULL));
    EXPECT_INT(0, store_audit(f->st, weir_str_n(text, sizeof text - 1), NULL));
    fixture_free(f);
}

static bool scope_add(void *ctx, struct weir_str name, struct weir_str text)
{
    struct text *t = ctx;

    return text_add(t, name) && text_add(t, text);
}

static struct text scopes(struct fixture *f)
{
    struct text t = {.left = 99};

    EXPECT_INT(0, store_scopes(f->st, scope_add, &t, NULL));
    return t;
}

TEST(scopes_are_kept_replaced_and_deleted_by_name)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    EXPECT_STR("", scopes(f).all);
    EXPECT_INT(0, store_scope_put(f->st, weir_str("wide"), weir_str("{1}"), NULL));
    EXPECT_INT(0, store_scope_put(f->st, weir_str("lean"), weir_str("{2}"), NULL));
    EXPECT_INT(0, store_scope_put(f->st, weir_str("wide"), weir_str("{3}"), NULL));
    fixture_reopen(f);
    EXPECT_STR(" lean {2} wide {3}", scopes(f).all);
    EXPECT_INT(0, store_scope_put(f->st, weir_str("lean"), weir_str(""), NULL));
    EXPECT_INT(0, store_scope_put(f->st, weir_str("never"), weir_str(""), NULL));
    EXPECT_STR(" wide {3}", scopes(f).all);
    EXPECT_INT(WEIR_E_INVALID, store_scope_put(f->st, weir_str(""), weir_str("{}"), NULL));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(entries_come_newest_first_from_any_place_and_back_to_a_time),
        UNIT(an_entry_has_a_bound),
        UNIT(scopes_are_kept_replaced_and_deleted_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The directory of integrations: who is found, who was replaced, and who left. */
#include "expect.h"

#include "flow/integration.h"

static struct integration *make(const char *id, uint32_t number)
{
    struct integration *it = integration_new();

    (void)snprintf(it->id, sizeof it->id, "%s", id);
    it->number = number;
    it->kept->row.number = number;
    return it;
}

static void take(struct directory *dir, struct integration **list, size_t count)
{
    EXPECT_INT(0, directory_take_all(dir, list, count, NULL));
}

TEST(one_that_is_not_in_the_new_list_leaves_once)
{
    struct directory *dir = directory_new();
    struct integration *first[] = {make("tool:a", 1), make("tool:b", 2), make("tool:c", 3)};
    struct integration *gone = first[1];
    struct integration *second[2];
    struct integration *left;

    UNUSED_STATE;
    take(dir, first, 3);
    EXPECT(directory_take_leaving(dir) == NULL);
    second[0] = integration_ref(first[0]); /* taken over as it is */
    second[1] = make("tool:c", 3);         /* replaced */
    take(dir, second, 2);
    left = directory_take_leaving(dir);
    EXPECT(left == gone);
    EXPECT(directory_take_leaving(dir) == NULL);
    integration_unref(left);
    directory_free(dir);
}

TEST(one_that_leaves_is_kept_until_somebody_took_it)
{
    struct directory *dir = directory_new();
    struct integration *first[] = {make("tool:a", 1)};
    struct integration *gone = first[0];
    struct integration *left;

    UNUSED_STATE;
    take(dir, first, 1);
    take(dir, NULL, 0);
    EXPECT(directory_find(dir, weir_str("tool:a")) == NULL);
    directory_reap(dir);
    left = directory_take_leaving(dir);
    EXPECT(left == gone);
    directory_reap(dir); /* it is still held */
    EXPECT_STR("tool:a", left->id);
    integration_unref(left);
    directory_reap(dir);
    directory_free(dir);
}

TEST(an_integration_rests_while_it_is_switched_off_or_its_credentials_are_refused)
{
    struct integration *it = make("tool:a", 1);

    UNUSED_STATE;
    EXPECT(!integration_rests(it));
    it->paused = true;
    EXPECT(integration_rests(it));
    it->paused = false;
    atomic_store(&it->blocked, true);
    EXPECT(integration_rests(it));
    integration_unref(it);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(one_that_is_not_in_the_new_list_leaves_once),
        UNIT(one_that_leaves_is_kept_until_somebody_took_it),
        UNIT(an_integration_rests_while_it_is_switched_off_or_its_credentials_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

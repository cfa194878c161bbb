#include "base/metrics.h"

#include "base/thread.h"
#include "expect.h"

#define RENDER_MAX (4U << 20)

static void expect_render(const char *want, struct metrics *m)
{
    struct buf b;

    buf_init(&b, RENDER_MAX);
    metrics_render(&b, m);
    buf_add_char(&b, '\0');
    EXPECT_INT(0, buf_check(&b, "metrics", NULL));
    EXPECT_STR(want, b.data);
    buf_fini(&b);
}

static bool renders(struct metrics *m, const char *want)
{
    struct buf b;
    bool found;

    buf_init(&b, RENDER_MAX);
    metrics_render(&b, m);
    buf_add_char(&b, '\0');
    EXPECT_INT(0, buf_check(&b, "metrics", NULL));
    found = strstr(b.data, want) != NULL;
    buf_fini(&b);
    return found;
}

TEST(metrics_of_one_name_stand_together_under_one_help_and_type)
{
    struct metrics *m = metrics_new();

    UNUSED_STATE;
    metric_add(metrics_counter(m, "weir_deliveries_total", "Deliveries.", "outcome=\"ok\""), 2);
    metric_set(metrics_gauge(m, "weir_up", "Is \\ it\nup?", ""), -1);
    metric_add(metrics_counter(m, "weir_deliveries_total", "Deliveries.", "outcome=\"bad\""), 1);
    metric_add(metrics_counter(m, "weir_deliveries_total", "Deliveries.", "outcome=\"ok\""), 1);
    expect_render("# HELP weir_deliveries_total Deliveries.\n"
                  "# TYPE weir_deliveries_total counter\n"
                  "weir_deliveries_total{outcome=\"ok\"} 3\n"
                  "weir_deliveries_total{outcome=\"bad\"} 1\n"
                  "# HELP weir_up Is \\\\ it\\nup?\n"
                  "# TYPE weir_up gauge\n"
                  "weir_up -1\n",
                  m);
    metrics_free(m);
    metrics_free(NULL);
}

TEST(the_same_name_and_labels_are_the_same_metric)
{
    struct metrics *m = metrics_new();
    struct metric *a = metrics_counter(m, "a", "A.", "");

    UNUSED_STATE;
    EXPECT(a == metrics_counter(m, "a", "A.", ""));
    EXPECT(a != metrics_counter(m, "a", "A.", "x=\"1\""));
    EXPECT(a != metrics_counter(m, "b", "B.", ""));
    metrics_free(m);
}

TEST(a_histogram_of_seconds_is_cumulative_and_its_le_joins_the_labels)
{
    struct metrics *m = metrics_new();
    struct metric *h = metrics_seconds(m, "s", "S.", "tool=\"okta\"");

    UNUSED_STATE;
    metric_observe_us(h, 50);
    metric_observe_us(h, 51);
    metric_observe_us(h, -5);
    metric_observe_us(h, 61000000);
    EXPECT_INT(4, metric_value(h));
    expect_render("# HELP s S.\n# TYPE s histogram\n"
                  "s_bucket{tool=\"okta\",le=\"0.00005\"} 2\n"
                  "s_bucket{tool=\"okta\",le=\"0.0001\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.00025\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.0005\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.001\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.0025\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.005\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.01\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.025\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.05\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.1\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.25\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"0.5\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"1\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"2.5\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"5\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"10\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"30\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"60\"} 3\n"
                  "s_bucket{tool=\"okta\",le=\"+Inf\"} 4\n"
                  "s_sum{tool=\"okta\"} 61.000101\n"
                  "s_count{tool=\"okta\"} 4\n",
                  m);
    metrics_free(m);
}

TEST(a_histogram_of_sizes_counts_in_powers_of_two)
{
    struct metrics *m = metrics_new();
    struct metric *h = metrics_sizes(m, "n", "N.", "");

    UNUSED_STATE;
    metric_observe(h, 0);
    metric_observe(h, 2);
    metric_observe(h, 3);
    metric_observe(h, 65536);
    metric_observe(h, 65537);
    EXPECT(renders(m, "n_bucket{le=\"1\"} 1\nn_bucket{le=\"2\"} 2\nn_bucket{le=\"4\"} 3\n"));
    EXPECT(renders(m, "n_bucket{le=\"32768\"} 3\nn_bucket{le=\"65536\"} 4\nn_bucket{le=\"+Inf\"} 5\n"
                      "n_sum 131078\nn_count 5\n"));
    metrics_free(m);
}

struct asked {
    struct metrics *m;
    int64_t value;
};

static void refresh(void *ctx)
{
    struct asked *asked = ctx;

    metric_set(metrics_gauge(asked->m, "asked", "Asked.", ""), ++asked->value);
}

TEST(a_refresher_runs_before_each_rendering_and_may_look_metrics_up)
{
    struct metrics *m = metrics_new();
    struct asked asked = {m, 0};

    UNUSED_STATE;
    metrics_on_render(m, refresh, &asked);
    metrics_on_render(m, refresh, &asked);
    EXPECT(renders(m, "\nasked 2\n"));
    EXPECT(renders(m, "\nasked 4\n"));
    metrics_free(m);
}

TEST(beyond_the_bound_metrics_share_one)
{
    struct metrics *m = metrics_new();
    struct metric *first = metrics_counter(m, "many", "Many.", "i=\"0\"");
    struct metric *shared;
    char labels[32];
    int i;

    UNUSED_STATE;
    for (i = 0; i < 10000; i++) {
        (void)snprintf(labels, sizeof labels, "i=\"%d\"", i);
        metric_add(metrics_counter(m, "many", "Many.", labels), 1);
    }
    shared = metrics_counter(m, "many", "Many.", "i=\"10000\"");
    EXPECT(shared == metrics_counter(m, "many", "Many.", "i=\"10001\""));
    EXPECT(first == metrics_counter(m, "many", "Many.", "i=\"0\""));
    metric_add(shared, 5);
    EXPECT(renders(m, "many{overflow=\"true\"} 5\n"));
    metrics_free(m);
}

static void *count(void *arg)
{
    int i;

    for (i = 0; i < 1000; i++) {
        metric_add(metrics_counter(arg, "c", "C.", ""), 1);
        metric_observe_us(metrics_seconds(arg, "t", "T.", ""), i);
    }
    return NULL;
}

TEST(threads_lose_no_update)
{
    struct metrics *m = metrics_new();
    pthread_t threads[4];
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < 4; i++) {
        EXPECT_INT(0, thread_start(&threads[i], THREAD_WORKER, "count", count, m, NULL));
    }
    for (i = 0; i < 10; i++) {
        EXPECT(!renders(m, "overflow"));
    }
    for (i = 0; i < 4; i++) {
        EXPECT_INT(0, pthread_join(threads[i], NULL));
    }
    EXPECT_INT(4000, metric_value(metrics_counter(m, "c", "C.", "")));
    EXPECT_INT(4000, metric_value(metrics_seconds(m, "t", "T.", "")));
    metrics_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(metrics_of_one_name_stand_together_under_one_help_and_type),
        UNIT(the_same_name_and_labels_are_the_same_metric),
        UNIT(a_histogram_of_seconds_is_cumulative_and_its_le_joins_the_labels),
        UNIT(a_histogram_of_sizes_counts_in_powers_of_two),
        UNIT(a_refresher_runs_before_each_rendering_and_may_look_metrics_up),
        UNIT(beyond_the_bound_metrics_share_one),
        UNIT(threads_lose_no_update),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* outbox: notifications in the order they are due, and what an attempt does to them. */
#include "fixture.h"

#include "store/keys.h"

struct got {
    struct store_notification n[8];
    size_t count, stop_at;
};

static bool got_add(void *ctx, const struct store_notification *n)
{
    struct got *got = ctx;

    EXPECT(got->count < 8);
    got->n[got->count] = *n;
    return ++got->count != got->stop_at;
}

static struct answer notify(struct fixture *f, const char *body)
{
    struct answer a;

    answer_init(&a);
    store_notify(f->st, STORE_EVENT_SYNC_FINISHED, f->one, weir_str_bytes(weir_str(body)), on_due, &a);
    EXPECT_INT(0, answer_wait(&a));
    return a;
}

static struct got read_due(struct fixture *f, uint32_t endpoint, int64_t after_ms, uint64_t after_seq,
                           size_t max, int64_t *next_due_ms)
{
    struct got got = {0};

    EXPECT_INT(0, store_outbox_read(f->st, endpoint, fixture_now(f), after_ms, after_seq, max, got_add, &got,
                                    next_due_ms, NULL));
    return got;
}

static struct store_attempt attempt_of(const struct store_due *due, int outcome)
{
    return (struct store_attempt){.endpoint = due->endpoint,
                                  .due_ms = due->due_ms,
                                  .seq = due->seq,
                                  .outcome = outcome,
                                  .counts = true};
}

TEST(a_message_gets_its_id_where_the_mark_is)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t endpoint = route_all(f);
    struct answer a = notify(f, "{\"id\":\"%id%\",\"n\":\"%id%\"}");
    struct waiting *w = wait_list(f, endpoint);
    char want[128];

    EXPECT_INT(1, a.due_count);
    EXPECT_INT(1, w->count);
    (void)snprintf(want, sizeof want, "{\"id\":\"%s\",\"n\":\"%%id%%\"}", w->n[0].id);
    EXPECT_STR(want, w->body[0]);
    EXPECT_INT(STORE_EVENT_SYNC_FINISHED, w->n[0].type);
    EXPECT_INT(f->one, w->n[0].integration);
    EXPECT_INT(endpoint, w->n[0].endpoint);
    free(w);
    fixture_free(f);
}

TEST(a_message_that_nobody_takes_is_not_made)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    EXPECT_INT(0, notify(f, "%id%").due_count);
    EXPECT_INT(0, waiting_count(f));
    fixture_free(f);
}

TEST(the_oldest_due_comes_first_and_what_is_not_due_waits)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t endpoint = route_all(f);
    struct answer first = notify(f, "1");
    struct answer second = notify(f, "2");
    struct answer third;
    struct store_attempt later = attempt_of(&first.due[0], STORE_RETRY);
    struct got got;
    int64_t next;

    later.next_due_ms = FIXTURE_T0 + 10000;
    EXPECT_INT(0, attempt(f, &later));
    pass_ms(f, 1000);
    third = notify(f, "3");
    got = read_due(f, endpoint, 0, 0, 10, &next);
    EXPECT_INT(2, got.count);
    EXPECT_INT(second.due[0].seq, got.n[0].seq);
    EXPECT_INT(third.due[0].seq, got.n[1].seq);
    EXPECT_INT(FIXTURE_T0 + 10000, next);
    pass_ms(f, 9000);
    got = read_due(f, endpoint, 0, 0, 10, &next);
    EXPECT_INT(3, got.count);
    EXPECT_INT(first.due[0].seq, got.n[2].seq);
    EXPECT_INT(0, next);
    fixture_free(f);
}

TEST(reading_goes_on_behind_a_place_and_stops_at_the_most)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t endpoint = route_all(f);
    struct got got;
    int64_t next;
    int i;

    for (i = 0; i < 4; i++) {
        (void)notify(f, "x");
    }
    got = read_due(f, endpoint, 0, 0, 3, &next);
    EXPECT_INT(3, got.count);
    got = read_due(f, endpoint, got.n[2].due_ms, got.n[2].seq, 3, &next);
    EXPECT_INT(1, got.count);
    got = read_due(f, endpoint, got.n[0].due_ms, got.n[0].seq, 3, &next);
    EXPECT_INT(0, got.count);
    got = read_due(f, endpoint + 1, 0, 0, 3, &next);
    EXPECT_INT(0, got.count);
    fixture_free(f);
}

TEST(a_delivered_one_leaves_the_outbox)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct answer a;
    struct store_attempt done;
    struct store_stats stats;

    (void)route_all(f);
    a = notify(f, "x");
    store_stats(&stats, f->st);
    EXPECT_INT(1, stats.outbox_count);
    EXPECT(stats.outbox_oldest_ms >= FIXTURE_T0);
    done = attempt_of(&a.due[0], STORE_DELIVERED);
    EXPECT_INT(0, attempt(f, &done));
    EXPECT_INT(0, waiting_count(f));
    store_stats(&stats, f->st);
    EXPECT_INT(0, stats.outbox_count);
    EXPECT_INT(0, stats.outbox_oldest_ms);
    fixture_free(f);
}

TEST(a_retry_moves_it_and_counts_with_the_same_id)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t endpoint = route_all(f);
    struct answer a = notify(f, "%id%");
    struct waiting *before = wait_list(f, endpoint);
    struct waiting *after;
    struct store_attempt retry = attempt_of(&a.due[0], STORE_RETRY);

    retry.next_due_ms = FIXTURE_T0 + 10000;
    retry.status = 503;
    retry.error = "HTTP 503";
    EXPECT_INT(0, attempt(f, &retry));
    after = wait_list(f, endpoint);
    EXPECT_INT(1, after->count);
    EXPECT_STR(before->n[0].id, after->n[0].id);
    EXPECT_STR(before->body[0], after->body[0]);
    EXPECT_INT(1, after->n[0].attempts);
    EXPECT_INT(FIXTURE_T0 + 10000, after->n[0].due_ms);
    EXPECT_INT(503, after->n[0].last_status);
    EXPECT_STR("HTTP 503", after->n[0].last_error);
    EXPECT_INT(before->n[0].created_at_ms, after->n[0].created_at_ms);
    free(before);
    free(after);
    fixture_free(f);
}

TEST(a_postponement_is_no_attempt)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t endpoint = route_all(f);
    struct answer a = notify(f, "x");
    struct store_attempt retry = attempt_of(&a.due[0], STORE_RETRY);
    struct waiting *w;

    retry.next_due_ms = FIXTURE_T0 + 10000;
    retry.counts = false;
    EXPECT_INT(0, attempt(f, &retry));
    w = wait_list(f, endpoint);
    EXPECT_INT(0, w->n[0].attempts);
    free(w);
    fixture_free(f);
}

static bool log_count(void *ctx, const struct store_log *entry)
{
    EXPECT_INT(STORE_LOG_ATTEMPT, entry->kind);
    EXPECT_INT(1, entry->integration);
    ++*(size_t *)ctx;
    return true;
}

TEST(an_attempt_booked_twice_counts_once)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_attempt done;
    struct store_stats stats;
    struct answer a;
    size_t logged = 0;

    (void)route_all(f);
    (void)notify(f, "other");
    a = notify(f, "x");
    done = attempt_of(&a.due[0], STORE_DEAD);
    done.log_json = weir_str("{\"status\":500}");
    EXPECT_INT(0, attempt(f, &done));
    EXPECT_INT(0, attempt(f, &done));
    store_stats(&stats, f->st);
    EXPECT_INT(1, stats.outbox_count);
    EXPECT_INT(1, stats.dead_count);
    EXPECT_INT(0, store_logs(f->st, 0, 0, 0, 0, log_count, &logged, NULL));
    EXPECT_INT(1, logged);
    fixture_free(f);
}

TEST(what_waits_survives_a_restart)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct answer a;

    (void)route_all(f);
    (void)notify(f, "1");
    fixture_reopen(f);
    EXPECT_INT(1, waiting_count(f));
    (void)route_all(f);
    a = notify(f, "2");
    EXPECT(a.due[0].seq > 1);
    EXPECT_INT(2, waiting_count(f));
    fixture_free(f);
}

TEST(the_list_of_all_endpoints_is_in_the_order_of_time)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_endpoint one;
    struct store_endpoint two;
    struct store_route routes[2] = {{.events = UINT32_MAX}, {.events = UINT32_MAX}};
    struct got got = {.stop_at = 3};

    EXPECT_INT(0, store_endpoint_ensure(&one, f->st, "one", NULL));
    EXPECT_INT(0, store_endpoint_ensure(&two, f->st, "two", NULL));
    routes[0].endpoint = one.number;
    routes[1].endpoint = two.number;
    EXPECT_INT(0, store_routes_set(f->st, routes, 2, NULL));
    (void)notify(f, "1");
    pass_ms(f, 1000);
    (void)notify(f, "2");
    EXPECT_INT(0, store_outbox(f->st, 0, 1, got_add, &got, NULL));
    EXPECT_INT(3, got.count);
    EXPECT_INT(two.number, got.n[0].endpoint);
    EXPECT_INT(one.number, got.n[1].endpoint);
    EXPECT(got.n[0].due_ms < got.n[1].due_ms);
    EXPECT_INT(two.number, got.n[2].endpoint);
    got = (struct got){0};
    EXPECT_INT(0, store_outbox(f->st, two.number, 0, got_add, &got, NULL));
    EXPECT_INT(2, got.count);
    fixture_free(f);
}

TEST(an_endpoint_keeps_its_number_and_its_state)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_endpoint one;
    struct store_endpoint again;

    EXPECT_INT(0, store_endpoint_ensure(&one, f->st, "one", NULL));
    EXPECT_INT(false, one.disabled);
    one.disabled = true;
    one.failures = 3;
    one.failing_since_ms = FIXTURE_T0;
    (void)snprintf(one.reason, sizeof one.reason, "it answered 410");
    store_endpoint_put(f->st, &one);
    fixture_reopen(f);
    EXPECT_INT(0, store_endpoint_ensure(&again, f->st, "two", NULL));
    EXPECT(again.number != one.number);
    EXPECT_INT(0, store_endpoint_ensure(&again, f->st, "one", NULL));
    EXPECT_INT(one.number, again.number);
    EXPECT_INT(true, again.disabled);
    EXPECT_INT(3, again.failures);
    EXPECT_INT(FIXTURE_T0, again.failing_since_ms);
    EXPECT_STR("it answered 410", again.reason);
    EXPECT_STR("one", again.name);
    EXPECT_INT(WEIR_E_INVALID, store_endpoint_ensure(&again, f->st, "", NULL));
    fixture_free(f);
}

/* The row as it was before it had the changes that it tells. */
struct age_op {
    struct store_op op;
    struct store_due due;
};

static int age_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    const struct age_op *a = (const struct age_op *)op;
    const size_t head = 1 + ID_LEN + 4 * 4 + 8 + 8 + 4 + 1;
    struct weir_bytes value;
    uint8_t old[512];
    struct key key;
    size_t error_len;
    int rc =
        db_get(&value, txn, DB_OUTBOX, key_outbox(&key, a->due.endpoint, a->due.due_ms, a->due.seq), err);

    if (rc != 0) {
        return rc;
    }
    EXPECT(value.len <= sizeof old && value.data[0] == 2);
    error_len = value.data[head - 1];
    memcpy(old, value.data, head + error_len);
    memcpy(old + head + error_len, value.data + head + error_len + 16, value.len - head - error_len - 16);
    old[0] = 1;
    return db_put(txn, DB_OUTBOX, key_span(&key), weir_bytes(old, value.len - 16), err);
}

TEST(a_row_of_the_first_form_is_read_and_written_on_in_todays)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t endpoint;
    struct answer a;
    struct age_op age = {.op = {.run = age_run}};
    struct store_attempt later;
    struct waiting *before;
    struct waiting *w;

    f->options.sent_bytes_max = 1 << 20;
    fixture_reopen(f);
    endpoint = route_all(f);
    a = put(f, EMPLOYEE, "e1", "{\"a\":1}");
    EXPECT_INT(1, a.due_count);
    before = wait_list(f, endpoint);
    EXPECT(before->count == 1 && before->n[0].first_change == 1);
    age.due = a.due[0];
    EXPECT_INT(0, store_submit_wait(f->st, &age.op, NULL));
    fixture_reopen(f);
    w = wait_list(f, endpoint);
    EXPECT_INT(1, w->count);
    EXPECT_STR(before->n[0].id, w->n[0].id);
    EXPECT_STR(before->body[0], w->body[0]);
    EXPECT_INT(before->n[0].created_at_ms, w->n[0].created_at_ms);
    EXPECT(w->n[0].first_change == 0 && w->n[0].last_change == 0);
    free(w);
    (void)route_all(f);
    later = attempt_of(&a.due[0], STORE_RETRY);
    later.next_due_ms = a.due[0].due_ms;
    later.error = "HTTP 500";
    EXPECT_INT(0, attempt(f, &later));
    w = wait_list(f, endpoint);
    EXPECT(w->count == 1 && w->n[0].attempts == 1 && w->n[0].first_change == 0);
    EXPECT_STR("HTTP 500", w->n[0].last_error);
    EXPECT_STR(before->body[0], w->body[0]);
    free(w);
    free(before);
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    EXPECT_INT(0, waiting_count(f));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_message_gets_its_id_where_the_mark_is),
        UNIT(a_message_that_nobody_takes_is_not_made),
        UNIT(the_oldest_due_comes_first_and_what_is_not_due_waits),
        UNIT(reading_goes_on_behind_a_place_and_stops_at_the_most),
        UNIT(a_delivered_one_leaves_the_outbox),
        UNIT(a_retry_moves_it_and_counts_with_the_same_id),
        UNIT(a_postponement_is_no_attempt),
        UNIT(an_attempt_booked_twice_counts_once),
        UNIT(what_waits_survives_a_restart),
        UNIT(the_list_of_all_endpoints_is_in_the_order_of_time),
        UNIT(an_endpoint_keeps_its_number_and_its_state),
        UNIT(a_row_of_the_first_form_is_read_and_written_on_in_todays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

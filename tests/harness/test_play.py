"""What a case proves of a connector, and what is said when it does not hold."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from conftest import CASE, PERSON, SECRET


def signed(body: dict) -> dict:
    """The body, with the signature that a tool would send."""
    text = json.dumps(body, separators=(",", ":"))
    mac = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {"headers": {"X-Signature": f"sha256={mac}", "X-Delivery": "90211"}, "body": body}


def test_a_case_that_holds_passes(harness):
    harness.case()
    out = harness.test()
    assert "ok      load" in out
    assert "ok      one: a person is read" in out
    assert "sampler: 2 passed, 0 failed" in out


def test_a_request_that_differs_is_shown_part_by_part(harness):
    harness.case(habit="query", steps=[{**CASE["steps"][0], "exchanges": [{
        "request": "GET /people/7?a=1&b=3&c=4", "headers": {"accept": "text/html", "x-else": "1"},
        "answer": {"body": PERSON}}]}])
    out = harness.test(status=1)
    assert "step 1 (record hris_employees 7): a request that the case does not expect here" in out
    assert "expected GET /people/7?a=1&b=3&c=4 (steps[0].exchanges[0])" in out
    assert "got      GET /people/7?b=2&a=1" in out
    assert 'query b: expected "3", got "2"' in out
    assert 'query c: expected "4", got nothing' in out
    assert "query a" not in out
    assert 'header accept: expected "text/html", got "application/json"' in out
    assert 'header x-else: expected "1", got none' in out


def test_the_order_of_a_query_does_not_count_and_an_absolute_address_is_the_same(harness):
    step = CASE["steps"][0]
    for address in ("/people/7?a=1&b=2", "https://tool.example/api/people/7?b=2&a=1"):
        harness.case(habit="query", steps=[{**step, "exchanges": [
            {"request": f"GET {address}", "headers": {"authorization": None}, "body": None,
             "answer": {"body": PERSON}}]}])
        harness.test()


def test_a_request_that_never_comes_is_named(harness):
    case = harness.case()
    case["steps"][0]["exchanges"].append({"request": "GET /people/8", "answer": {"status": 404}})
    harness.write("one", case)
    out = harness.test(status=1)
    assert "1 of the 2 expected requests never came" in out
    assert "GET /people/8 (steps[0].exchanges[1])" in out


def test_a_further_request_is_none_that_was_expected(harness):
    harness.case(steps=[{"record": {"model": "hris_employees", "remote_id": "7"}}])
    out = harness.test(status=1)
    assert "expected no request" in out and "got      GET /people/7" in out


def test_what_a_case_always_answers_has_to_be_asked_for(harness):
    exchange = CASE["steps"][0]["exchanges"][0]
    step = {k: v for k, v in CASE["steps"][0].items() if k != "exchanges"}
    harness.case(exchanges=[exchange], steps=[step, step])
    harness.test()
    harness.case(exchanges=[exchange, {"request": "GET /people/9", "answer": {}}], steps=[step])
    assert "exchanges[1]: nothing ever asked for GET /people/9" in harness.test(status=1)


def test_a_record_that_differs_is_shown_by_its_paths(harness):
    case = harness.case()
    case["steps"][0]["expect"]["records"][0]["json"] = {"first_name": "Bea", "start_date": "2026-01-01"}
    harness.write("one", case)
    out = harness.test(status=1)
    assert "records: hris_employees 7 differs" in out
    assert 'json.first_name: expected "Bea", got "Ada"' in out
    assert 'json.start_date: expected "2026-01-01", got nothing' in out
    assert 'json.gender: expected nothing, got "FEMALE"' in out


def test_records_are_all_that_were_emitted(harness):
    case = harness.case()
    case["steps"][0]["expect"] = {"records": [{"model": "hris_employees", "remote_id": "8"}],
                                  "gone": [{"model": "hris_employees", "remote_id": "9"}]}
    harness.write("one", case)
    out = harness.test(status=1)
    assert "records: expected hris_employees 8, which was not emitted" in out
    assert "records: hris_employees 7 was emitted, which is not expected" in out
    assert "gone: expected hris_employees 9, which was not emitted" in out


@pytest.mark.parametrize(("habit", "said"), [
    ("unlisted", "hris_employees 7 has the field last_name, which the connector's table does not list"),
    ("no_field", "hris_employees 7 has the field shoe_size, which the model does not have"),
    ("class", "hris_employees 7 does not fit the model and would be set aside: "),
    ("complete", "the connector named hris_employees.first_name as a reference, which it is not"),
    ("method", "its request has no method"),
])
def test_what_the_daemon_would_not_take_fails_the_case(harness, habit, said):
    harness.case(habit=habit, steps=[{k: v for k, v in CASE["steps"][0].items() if k != "expect"}])
    assert said in harness.test(status=1)


def test_what_the_model_repairs_is_noted_and_can_be_expected(harness):
    case = harness.case(habit="date")
    del case["steps"][0]["expect"]
    harness.write("one", case)
    assert "note" not in harness.test()
    noted = harness.test("--verbose")
    assert "note: step 1 (record hris_employees 7): the model had to repair hris_employees." in noted
    repair = noted.split("had to repair ")[1].splitlines()[0]
    case["steps"][0]["expect"] = {"repairs": [repair]}
    harness.write("one", case)
    assert "note" not in harness.test("--verbose")
    case["steps"][0]["expect"] = {"repairs": []}
    harness.write("one", case)
    assert "the repairs differ" in harness.test(status=1)


def test_a_failure_is_expected_in_so_many_words(harness):
    step = {"record": {"model": "hris_employees", "remote_id": "7"},
            "exchanges": [{"request": "GET /people/7", "answer": {"status": 404}}]}
    harness.case(steps=[step])
    out = harness.test(status=1)
    assert "expected success, got WEIR_E_NONE" in out and "its message: GET: HTTP 404" in out
    harness.case(steps=[{**step, "expect": {"code": "WEIR_E_NONE", "message": "HTTP 404", "records": []}}])
    harness.test()
    harness.case(steps=[{**step, "expect": {"code": "WEIR_E_LATER"}}])
    assert "expected WEIR_E_LATER, got WEIR_E_NONE" in harness.test(status=1)
    harness.case(steps=[{**step, "exchanges": [{"request": "GET /people/7", "fail": "WEIR_E_LATER"}],
                         "expect": {"code": "WEIR_E_LATER"}}])
    harness.test()


def test_a_delivery_is_verified_and_its_events_are_read(harness):
    event = {"type": "person.changed", "upstream_id": "e-1", "occurred_at": "2026-03-02T09:00:00Z",
             "refs": [{"model": "hris_employees", "remote_id": "7"}]}
    delivery = signed({"id": "e-1", "person": "7", "at": 1772442000000})
    harness.case(steps=[{"deliver": delivery, "expect": {"verdict": "accept", "dedup": "key:90211",
                                                         "events": [event]}}])
    harness.test()
    harness.case(steps=[{"deliver": delivery, "expect": {"events": [{**event, "upstream_id": "e-2"}],
                                                         "dedup": "body"}}])
    out = harness.test(status=1)
    assert 'events[0].upstream_id: expected "e-2", got "e-1"' in out
    assert "dedup: expected body, got key:90211" in out
    harness.case(steps=[{"deliver": delivery, "expect": {"events": []}}])
    assert "events[0]: expected nothing, got" in harness.test(status=1)


def test_a_delivery_that_is_not_accepted_is_expected_in_so_many_words(harness):
    delivery = {**signed({"person": "7"}), "body": {"person": "8"}}
    harness.case(steps=[{"deliver": delivery}])
    assert "expected the verdict accept, got refuse: the signature does not fit the body" in harness.test(status=1)
    harness.case(steps=[{"deliver": delivery, "expect": {"verdict": "refuse", "status": 401, "reason": "signature"}}])
    harness.test()
    harness.case(steps=[{"deliver": delivery, "expect": {"verdict": "refuse", "status": 403}}])
    assert "status: expected 403, got 401" in harness.test(status=1)


def test_a_handshake_is_answered(harness):
    step = {"deliver": {"method": "GET", "query": "challenge=1"},
            "expect": {"verdict": "answer", "status": 200, "body": "challenge=1", "content_type": "text/plain"}}
    harness.case(steps=[step])
    harness.test()


def test_a_signature_can_be_left_to_the_harness(harness):
    delivery = {"headers": {"X-Signature": {"hmac": {"prefix": "sha256="}}}, "body": {"person": 7}}
    harness.case(steps=[{"deliver": delivery, "expect": {"verdict": "accept"}}])
    harness.test()
    delivery["headers"]["X-Signature"]["hmac"]["digest"] = "sha1"
    harness.case(steps=[{"deliver": delivery, "expect": {"verdict": "refuse"}}])
    harness.test()


def test_secrets_are_those_of_the_delivery(harness):
    step = {"deliver": {**signed({"person": "7"}), "secrets": ["another", SECRET]}}
    harness.case(steps=[step, {"deliver": {**step["deliver"], "secrets": []}, "expect": {"verdict": "refuse"}}])
    harness.test()


def test_pages_are_followed_to_the_end(harness):
    def page(n, people, following=None):
        return {"request": f"GET /people?page={n}", "answer": {"body": {"people": people, "next": following}}}
    pages = [page(1, [{"id": 1, "name": "A"}], "2"), page(2, [{"id": 2, "name": "B"}])]
    records = [{"model": "hris_employees", "remote_id": str(n)} for n in (2, 1)]
    harness.case(steps=[{"list": {"model": "hris_employees", "pages": True}, "exchanges": pages,
                         "expect": {"records": records, "next": None}}])
    harness.test()
    harness.case(steps=[{"list": {"model": "hris_employees"}, "exchanges": pages[:1], "expect": {"next": "3"}}])
    assert 'next: expected "3", got "2"' in harness.test(status=1)


def test_a_step_asks_for_no_more_than_the_table_offers(harness):
    for step, said in (({"list": {"model": "hris_teams"}}, "hris_teams is not listed"),
                       ({"record": {"model": "hris_teams", "remote_id": "1"}}, "hris_teams is not fetched by its id"),
                       ({"list": {"model": "hris_jobs"}}, "does not list the model hris_jobs"),
                       ({"missed": {"since": 0}}, "got WEIR_E_UNSUPPORTED")):
        harness.case(steps=[step])
        assert said in harness.test(status=1)


def test_a_subscription_is_compared_and_wants_the_events_of_the_scope(harness):
    def case(events, scope):
        return {**CASE, "scope": scope, "steps": [{
            "ensure": {"callback_url": "https://hooks.example.com/x"},
            "exchanges": [{"request": "POST /hooks", "body": {"url": "https://hooks.example.com/x", "events": events},
                           "answer": {"status": 201}}],
            "expect": {"subscription": {"state": "active", "changed": True, "remote_id": "hook-1", "detail": "made"}}}]}
    harness.write("all", case(2, {}))
    harness.write("none", case(0, {"hris_employees": "disabled"}))
    harness.test()
    wrong = case(3, {})
    wrong["steps"][0]["expect"]["subscription"] = {"state": "pending", "changed": False}
    harness.write("all", wrong)
    assert "body.events: expected 3, got 2" in harness.test(status=1)
    wrong["steps"][0]["exchanges"][0]["body"]["events"] = 2
    harness.write("all", wrong)
    out = harness.test(status=1)
    assert "subscription.state: expected pending, got active" in out
    assert "subscription.changed: expected false, got true" in out


def test_state_and_log_are_compared(harness):
    case = harness.case()
    case["steps"][0]["expect"] = {"state": {"last": "7", "other": None}, "log": ["reading a person"]}
    harness.write("one", case)
    harness.test()
    case["steps"][0]["expect"] = {"state": {"last": "8", "other": "x"}, "log": ["writing"]}
    harness.write("one", case)
    out = harness.test(status=1)
    assert 'state last: expected "8", got "7"' in out
    assert 'state other: expected "x", got none' in out
    assert 'the log does not contain "writing"' in out


def test_a_body_may_be_raw_bytes_of_a_file_or_base64(harness):
    body = b'{"person":"7","n":"\xc3\xa9"} \n'
    mac = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    folder = harness.folder / "cases/raw"
    folder.mkdir(parents=True)
    (folder / "body.bin").write_bytes(body)
    steps = [{"deliver": {"headers": [["X-Signature", mac]], "body": form}}
             for form in ("@file:body.bin", {"base64": base64.b64encode(body).decode()}, body.decode())]
    (folder / "case.json").write_text(json.dumps({**CASE, "steps": steps}))
    assert "ok      raw: a person is read" in harness.test()
    for name in ("../one.json", "/etc/hostname", "none.bin"):
        steps[0]["deliver"]["body"] = f"@file:{name}"
        (folder / "case.json").write_text(json.dumps({**CASE, "steps": steps}))
        assert "steps[0].deliver.body: " in harness.test(status=1)


def test_the_first_step_with_something_wrong_ends_the_case(harness):
    bad = {"record": {"model": "hris_employees", "remote_id": "7"}}
    harness.case(steps=[bad, bad, bad])
    out = harness.test(status=1)
    assert "step 2" not in out and "note: 2 further steps were not played" in out

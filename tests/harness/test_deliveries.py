"""The contract checks on deliveries and calls: each rule is broken by a connector, and found by the check meant for
it; a connector that keeps them passes."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from conftest import CONNECTORS, PROGRAM, SECRET

TOKEN = "an-invented-token"
SANITIZED = any(mark in PROGRAM.read_bytes() for mark in (b"__asan_init", b"__tsan_init"))
THREADED = b"__tsan_init" in PROGRAM.read_bytes()

DELIVERY = {
    "headers": {
        "X-Time": "1772442910",
        "X-Signature": {"hmac": {"prefix": "sha256=", "time_header": "X-Time", "joint": "."}},
        "Content-Type": "application/json",
    },
    "body": {"event": "person.changed", "person": 7, "mobile_phone": "+49 30 1234567"},
}
DELIVER = {
    "title": "a delivery",
    "settings": {"token": TOKEN},
    "secrets": [SECRET],
    "now": "2026-03-02T09:15:10Z",
    "steps": [{"deliver": DELIVERY}],
}
READ = {
    "title": "a person is read",
    "settings": {"token": TOKEN},
    "secrets": [SECRET],
    "steps": [
        {"ensure": {}},
        {"missed": {"since": "2026-03-01T00:00:00Z"}},
        {
            "record": {"model": "hris_employees", "remote_id": "7"},
            "exchanges": [
                {"request": "GET /token", "answer": {"body": {"access_token": "tok-0000-invented", "token_type": "b"}}},
                {"request": "GET /people/7", "answer": {"body": {"name": "Ada", "email": "ada@quill.example"}}},
            ],
        },
    ],
}


def signature(time: str, body: bytes) -> str:
    return hmac.new(SECRET.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()


def check(harness, name: str, habit: str = "", status: int = 0, deliver: dict = DELIVER) -> str:
    """What the check says of the connector with the habit."""
    harness.case("deliver", deliver, habit)
    harness.case("read", READ, habit)
    return harness.test("-v", "--only", f"contract: {name}", tool="gauge", status=status)


@pytest.mark.parametrize("name", ["bit flips", "secrets", "time window", "odd deliveries", "pure check",
                                  "constant time", "emitted", "leaks", "beside"])
def test_who_keeps_the_contract_passes(harness, name):
    assert f"ok      contract: {name}" in check(harness, name)


def test_what_proves_a_delivery_is_noted(harness):
    out = check(harness, "bit flips")
    assert "the header X-Signature proves it" in out
    assert "the header X-Time proves it" in out
    assert "the body proves it" in out
    assert "Content-Type" not in out


@pytest.mark.parametrize(("name", "habit", "said"), [
    ("bit flips", "flips: believes", "with one bit of the header X-Signature changed"),
    ("bit flips", "flips: half", "with one bit of the header X-Signature changed"),
    ("bit flips", "flips: prefix", "with the header X-Signature one byte shorter"),
    ("bit flips", "flips: optional", "with the header X-Signature missing the delivery has to be refused"),
    ("bit flips", "flips: fails", "failed with WEIR_E_REJECT"),
    ("secrets", "flips: believes", "with other webhook secrets and secret settings in force the delivery was accepted"),
    ("secrets", "secrets: none needed", "it accepted a delivery while there is no secret to prove it"),
    ("secrets", "secrets: empty", "a delivery that is signed with an empty secret was accepted"),
    ("secrets", "secrets: newest alone", "the older one is still in force"),
    ("time window", "time: none", "ten years later"),
    ("odd deliveries", "odd: long", "check has to accept or refuse, and failed with WEIR_E_LIMIT"),
    ("odd deliveries", "odd: code", "and ended with WEIR_E_CONFIG: the delivery is no JSON"),
    ("odd deliveries", "odd: positive", "it returned 5, which is no code of the contract"),
    ("odd deliveries", "odd: crash", "it crashed: signal 6"),
    ("odd deliveries", "emitted: twice", "the event person.changed was emitted twice"),
    ("pure check", "pure: file", "check made system calls: openat"),
    ("pure check", "pure: log", "check used host->log"),
    ("pure check", "pure: state", "check used host->state_get"),
    ("pure check", "pure: moody", "check gave another verdict when it was asked again"),
    ("constant time", "equal: memcmp", "check accepted without host->equal"),
    ("constant time", "equal: memcmp first", "refuses a wrong proof in the header X-Signature before host->equal"),
    ("emitted", "emitted: stranger", "the event person.vanished names 1 records, and the table does not have it"),
    ("emitted", "emitted: row", "names a record of hris_teams, which its row does not list"),
    ("emitted", "emitted: hint", "it emitted a hint of 300 bytes"),
    ("emitted", "emitted: twice", "the event person.changed was emitted twice"),
    ("emitted", "emitted: field", "the field last_name, which the connector's table does not list"),
    ("leaks", "leak: setting", "its log shows the setting token"),
    ("leaks", "leak: log in open", "read, opening: its log shows the setting token"),
    ("leaks", "leak: answer", "its log shows access_token of the answer to GET /token"),
    ("leaks", "leak: email", "its log shows a personal value (email)"),
    ("leaks", "leak: error", "its error has a secret in it, which the host blanked: the token *** is wrong"),
    ("leaks", "leak: error of an answer", "its error shows access_token of the answer"),
    ("leaks", "leak: reason", "the reason of its verdict"),
    ("leaks", "leak: detail", "the detail of its subscription has a secret in it"),
    ("leaks", "leak: record", "a record shows access_token"),
    ("beside", "beside: busy", "came to another verdict than alone"),
])
def test_each_broken_rule_is_found(harness, name, habit, said):
    assert said in check(harness, name, habit, status=1)


def test_a_token_in_an_address_is_found_though_the_case_does_not_expect_the_request(harness):
    out = check(harness, "leaks", "leak: url", status=1)
    assert "the address of a request shows access_token" in out


def test_a_secret_that_is_a_setting_is_replaced_too(harness):
    case = harness.case("deliver", DELIVER, "secrets: own setting")
    case["secrets"] = [TOKEN]
    harness.write("deliver", case)
    assert "ok      contract: secrets" in harness.test("--only", "contract: secrets", tool="gauge")


def test_a_signature_that_the_case_holds_serves_as_well(harness):
    case = harness.case("deliver", DELIVER)
    case["steps"][0]["deliver"]["headers"]["X-Signature"] = (
        "sha256=" + signature("1772442910", b'{"event":"person.changed","person":7}'))
    case["steps"][0]["deliver"]["body"] = '{"event":"person.changed","person":7}'
    harness.write("deliver", case)
    for name in ("bit flips", "secrets", "time window", "odd deliveries"):
        assert f"ok      contract: {name}" in harness.test("--only", f"contract: {name}", tool="gauge")


def test_a_garbled_type_may_name_records_that_nobody_looks_at(harness):
    assert "ok      contract: odd deliveries" in check(harness, "odd deliveries", "emitted: stranger")


def test_a_delivery_may_be_within_a_rotation_itself(harness):
    """The older of two secrets signed it."""
    body = '{"event":"person.changed","person":7}'
    case = harness.case("deliver", DELIVER, secrets=["the-newer-webhook-secret", SECRET])
    case["steps"][0]["deliver"]["body"] = body
    case["steps"][0]["deliver"]["headers"]["X-Signature"] = "sha256=" + signature("1772442910", body.encode())
    harness.write("deliver", case)
    assert "ok      contract: secrets" in harness.test("--only", "contract: secrets", tool="gauge")


@pytest.mark.parametrize("name", ["odd deliveries", "pure check", "beside"])
def test_a_check_may_fail_as_long_as_there_is_no_secret(harness, name):
    harness.case("deliver", DELIVER, "secrets: waits", secrets=[])
    assert f"ok      contract: {name}" in harness.test("--only", f"contract: {name}", tool="gauge")


def test_a_time_may_be_a_date_too(harness):
    sent, body = "2026-03-02T09:15:10Z", '{"event":"person.changed","person":7}'
    case = harness.case("deliver", DELIVER, "equal: memcmp")
    case["steps"][0]["deliver"] = {
        "headers": {"X-Time": sent, "X-Signature": "sha256=" + signature(sent, body.encode())}, "body": body}
    harness.write("deliver", case)
    out = harness.test("--only", "contract: time window", tool="gauge", status=1)
    assert "a header has its time of sending, and ten years later it was accepted" in out


def test_a_state_that_is_a_token_is_watched(harness):
    case = harness.case("read", READ, "leak: state")
    case["state"] = {"kept_token": "a-token-of-yesterday"}
    harness.write("read", case)
    assert "its log shows the state kept_token" in harness.test("--only", "contract: leaks", tool="gauge", status=1)


def test_checks_without_material_say_what_is_missing(harness):
    harness.case("read", READ)
    out = harness.test("--only", "contract: bit flips", tool="gauge")
    assert "skipped contract: bit flips" in out
    assert "no case has a delivery that is accepted" in out
    (harness.folder / "cases/read.json").unlink()
    (harness.folder / "cases").rmdir()
    out = harness.run("test", CONNECTORS / "gauge.so", "--only", "contract: secrets", status=0).stdout
    assert "skipped contract: secrets" in out and "there is no case" in out


@pytest.mark.skipif(not SANITIZED, reason="it is measured where there is no sanitizer")
def test_cost_is_not_measured_under_a_sanitizer(harness):
    assert "built with a sanitizer" in check(harness, "cost")


@pytest.mark.skipif(SANITIZED, reason="it is not measured under a sanitizer")
def test_a_dear_check_is_found(harness):
    assert "ok      contract: cost" in check(harness, "cost")
    assert "ns of a processor for a body of 16 KB" in check(harness, "cost", "cost", status=1)


@pytest.mark.skipif(not THREADED, reason="races show in a build with the thread sanitizer")
def test_a_race_of_check_is_found(harness):
    assert "data race" in check(harness, "beside", "race", status=1)

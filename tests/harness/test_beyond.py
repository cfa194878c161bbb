"""Actions and requests passed through: how a case says them, and what the checks find of each wrong way of doing
them."""

from __future__ import annotations

import pytest

SETTINGS = {"token": "an-invented-token"}


def exchange(request: str, answered=None, status: int = 200, **sent) -> dict:
    answer = {"status": status}
    if answered is not None:
        answer["body"] = answered
    return {"request": request, "answer": answer, **sent}


MADE = {"model": "hris_employees", "remote_id": "7"}
ACT = {
    "title": "a person is made and deleted",
    "settings": SETTINGS,
    "steps": [
        {"act": {"action": "hris_create_absence", "input": {"name": "Ada"}},
         "exchanges": [exchange("POST /people", {"id": "7"}, 201, body={"name": "Ada"})],
         "expect": {"touched": [MADE], "gone": [], "warnings": []}},
        {"act": {"action": "hris_delete_absence", "input": {"remote_id": "7"}},
         "exchanges": [exchange("DELETE /people/7", None, 204)],
         "expect": {"touched": [], "gone": [MADE]}},
    ],
}
PASS = {
    "title": "requests are passed through",
    "settings": SETTINGS,
    "steps": [
        {"pass": {"api": "main", "path": "/people?limit=1", "headers": {"X-Mine": "1"}},
         "exchanges": [exchange("GET /people?limit=1", {"people": []},
                                headers={"authorization": "Bearer an-invented-token", "x-mine": "1"})],
         "expect": {"url": "https://tool.example/people?limit=1", "status": 200, "body": {"people": []},
                    "headers": {"Content-Type": "application/json", "set-cookie": None}}},
        {"pass": {"api": "main", "method": "POST", "path": "/people", "body": {"name": "Ada"}},
         "exchanges": [exchange("POST /people", {"error": "no"}, 422, body={"name": "Ada"})],
         "expect": {"status": 422, "body": {"error": "no"}}},
    ],
}


def run(harness, check: str, habit: str = "", status: int = 0) -> str:
    harness.case("act", ACT, habit)
    harness.case("pass", PASS, habit)
    return harness.test("--only", check, tool="botcher", status=status)


# What a case says


def test_who_keeps_the_contract_passes_all(harness):
    out = run(harness, "*")
    for name in ("act", "pass", "contract: act", "contract: pass", "contract: leaks", "contract: emitted",
                 "contract: http 404", "contract: services stopping", "contract: traces", "contract: two instances"):
        assert f"ok      {name}" in out
    assert "0 failed" in out


@pytest.mark.parametrize("n, key, value, said", [
    (0, "touched", [], "touched: hris_employees 7 was emitted, which is not expected"),
    (0, "touched", [{"model": "hris_employees", "remote_id": "8"}], "touched: expected hris_employees 8"),
    (0, "touched", [{**MADE, "hint": "x"}], "touched: expected hris_employees 7, which was not emitted"),
    (0, "warnings", ["half"], 'warnings[0]: expected "half", got nothing'),
    (0, "code", "WEIR_E_LIMIT", "expected WEIR_E_LIMIT, got success"),
    (1, "gone", [], "gone: hris_employees 7 was emitted"),
])
def test_what_an_action_came_to_is_compared(harness, n, key, value, said):
    case = harness.case("act", ACT)
    case["steps"][n]["expect"][key] = value
    harness.write("act", case)
    assert said in harness.test(tool="botcher", status=1)


@pytest.mark.parametrize("key, value, said", [
    ("status", 201, "status: expected 201, got 200"),
    ("url", "https://tool.example/people", 'url: expected "https://tool.example/people"'),
    ("body", {"people": [1]}, "body.people[0]: expected 1, got nothing"),
    ("body", "text", 'body: expected "text", got'),
    ("headers", {"X-Total": "3"}, 'header x-total: expected "3", got nothing'),
    ("headers", {"content-type": None}, "header content-type: expected nothing"),
])
def test_an_answer_that_was_passed_through_is_compared(harness, key, value, said):
    case = harness.case("pass", PASS)
    case["steps"][0]["expect"][key] = value
    harness.write("pass", case)
    assert said in harness.test(tool="botcher", status=1)


@pytest.mark.parametrize("step, said", [
    ({"act": {"action": "hris_create_absence"}}, "steps[0].act: the key input is missing"),
    ({"act": {"action": "hris_create_absence", "input": []}}, "steps[0].act.input: has to be an object"),
    ({"act": {"action": "hris_create_absense", "input": {}}}, "does not list the action hris_create_absense"),
    ({"pass": {"api": "main"}}, "steps[0].pass: the key path is missing"),
    ({"pass": {"api": "minor", "path": "/"}}, "does not list the API minor"),
    ({"pass": {"api": "main", "path": "/", "headers": {"x": None}}}, "a header that is sent has to be a text"),
    ({"pass": {"api": "main", "path": "/", "header": {}}}, "did you mean headers?"),
    ({"pass": {"api": "main", "path": "/"}, "expect": {"records": []}}, "there is no key records"),
    ({"pass": {"api": "main", "path": "/"}, "expect": {"headers": {"x": 1}}}, "x has to be a text"),
    ({"act": {"action": "a", "input": {}}, "expect": {"touched": [{"remote_id": "7"}]}}, "the key model is missing"),
    ({"pass": {"api": "main", "path": "/../secrets"}}, '"path" has a part that is empty'),
    ({"pass": {"api": "main", "path": "/", "headers": {"Cookie": "a=b"}}}, "the header Cookie is set by Weir"),
    ({"pass": {"api": "main", "method": "TRACE", "path": "/"}}, "has to be GET, POST, DELETE, PUT or PATCH"),
])
def test_what_makes_no_sense_is_said_with_its_place(harness, step, said):
    harness.case("one", {"title": "one", "settings": SETTINGS, "steps": [step]})
    assert said in harness.test(tool="botcher", status=1)


# What the checks find


@pytest.mark.parametrize("habit, check, said", [
    ("idle", "act", "says that it is done, and asked the tool to change nothing"),
    ("mute", "act", "and neither what it touched nor what is gone"),
    ("repeat", "act", "marked repeatable"),
    ("double", "act", "the tool did the same request twice"),
    ("eager", "act", "with an empty input: it asked the tool to change something"),
    ("greedy", "act", "it returned 5, which is no code of the contract"),
    ("gullible", "http 500", "says that it is done, and the tool has not done it"),
    ("gullible", "http 404", "says that it is done, and the tool has not done it"),
    ("gullible", "http no answer", "says that it is done, and the tool has not done it"),
    ("vanishing", "http 404", "it ended with WEIR_E_NONE"),
    ("insistent", "http 503", "it asked 2 times"),
    ("blaming", "http 429", "what belongs there is WEIR_E_LATER"),
    ("unreadable", "emitted", "which cannot be read back"),
    ("deaf", "services memory", "where the sink's code has to be passed up"),
    ("chatty", "leaks", "a warning has a secret in it, which the host blanked"),
])
def test_a_wrong_way_of_acting_is_found(harness, habit, check, said):
    assert said in run(harness, f"contract: {check}", habit, 1)


@pytest.mark.parametrize("habit, check, said", [
    ("wandering", "pass", "not sent to https://tool.example/people?limit=1, but GET https://tool.example/secrets"),
    ("abroad", "pass", "requests go nowhere else"),
    ("reading", "pass", "POST answered with HTTP 201: it went out as GET"),
    ("bodiless", "pass", "it went out with another body"),
    ("headless", "pass", "without a header of the caller's, X-Weir-Probe"),
    ("anonymous", "pass", "nothing was added that proves who asks"),
    ("repeat", "pass", "marked repeatable"),
    ("twofold", "pass", "it was sent 2 times"),
    ("judging", "pass", "GET answered with HTTP 404: it ended with WEIR_E_NONE"),
    ("telling", "pass", "the answer has the header x-token, which the tool did not send"),
    ("polishing", "pass", "the caller is given HTTP 200"),
    ("polishing", "http 503", "it gives HTTP 200 with 2 bytes, and the tool answered HTTP 503"),
    ("making up", "pass", "it left no answer of http in *response"),
    ("judging", "http 404", "what the tool answers is the caller's, whatever its status is"),
])
def test_a_wrong_way_of_passing_through_is_found(harness, habit, check, said):
    assert said in run(harness, f"contract: {check}", habit, 1)


def test_without_a_case_the_checks_say_what_is_missing(harness):
    harness.case("act", ACT)
    out = harness.test("--only", "contract: pass", tool="botcher")
    assert "it needs a case with a request that is passed through (pass)" in out

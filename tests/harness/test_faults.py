"""What the checks that make things fail find, each on a connector that does that one thing wrong."""

from __future__ import annotations

import pytest

SETTINGS = {"token": "an-invented-token"}
PERSON = {"person": {"name": "Ada"}}
ROLES = {"role": {"title": "Engineer"}}
HOOK = {"id": "h1"}


def exchange(request: str, body=None, status: int = 200) -> dict:
    answer = {"status": status}
    if body is not None:
        answer["body"] = body
    return {"request": request, "answer": answer}


READ = {
    "title": "a person is read with the roles",
    "settings": SETTINGS,
    "steps": [{"record": {"model": "hris_employees", "remote_id": "7"},
               "exchanges": [exchange("GET /people/7", PERSON), exchange("GET /people/7/roles", ROLES)]}],
}
LIST = {
    "title": "people are listed",
    "settings": SETTINGS,
    "steps": [{"list": {"model": "hris_employees"},
               "exchanges": [exchange("GET /people", {"people": [{"id": "7", "name": "Ada"},
                                                                 {"id": "8", "name": "Bo"}]})]}],
}
HOOKS = {
    "title": "a webhook is made once, and goes",
    "settings": SETTINGS,
    "secrets": ["an-invented-webhook-secret"],
    "steps": [
        {"ensure": {}, "exchanges": [exchange("GET /hooks", {"hooks": []}), exchange("POST /hooks", HOOK, 201)]},
        {"ensure": {}, "exchanges": [exchange("GET /hooks", {"hooks": [HOOK]})]},
        {"remove": {}, "exchanges": [exchange("DELETE /hooks/h1", None, 204)]},
        {"inspect": {}, "exchanges": [exchange("GET /hooks", {"hooks": []})]},
    ],
}
HTTP = ("401", "403", "404", "410", "429", "500", "503", "no answer", "too long", "cut body", "invalid json",
        "html page", "empty body", "other shape")


def write(harness, habit: str = "") -> None:
    for name, case in (("read", READ), ("list", LIST), ("hooks", HOOKS)):
        harness.case(name, case, habit)


def run(harness, check: str, status: int) -> str:
    return harness.test("--only", f"contract: {check}", tool="bungler", status=status)


def test_a_connector_that_keeps_the_contract_passes_all(harness):
    write(harness)
    names = ["read", "list", "hooks"]
    names += [f"contract: {check}" for check in (*(f"http {fault}" for fault in HTTP), "fetch twice", "ensure twice",
                                                 "inspect after remove", "two instances", "services *", "memory *",
                                                 "traces")]
    out = harness.test(*(arg for name in names for arg in ("--only", name)), tool="bungler")
    assert "0 failed" in out
    assert "skipped" not in out or "allocator" in out


@pytest.mark.parametrize("habit, check, said", [
    ("auth", "http 401", "ended with WEIR_E_LATER; what belongs there is WEIR_E_AUTH"),
    ("forbidden", "http 403", "ended with WEIR_E_NONE"),
    ("missing", "http 404", "this request does not ask for the record alone"),
    ("missing", "http 410", "HTTP 410 for GET https://tool.example/people/7/roles: it ended with WEIR_E_NONE"),
    ("ended", "http 404", "all of it would be deleted"),
    ("trouble", "http 429", "what belongs there is WEIR_E_LATER"),
    ("trouble", "http 500", "what belongs there is WEIR_E_LATER"),
    ("trouble", "http 503", "what belongs there is WEIR_E_LATER"),
    ("offline", "http no answer", "what belongs there is WEIR_E_LATER"),
    ("long", "http too long", "all of it would be deleted"),
    ("broken", "http cut body", "all of it would be deleted"),
    ("broken", "http invalid json", "all of it would be deleted"),
    ("broken", "http html page", "all of it would be deleted"),
    ("broken", "http empty body", "all of it would be deleted"),
    ("shape", "http other shape", "the JSON {} for GET https://tool.example/people: the listing ends well"),
    ("blind", "http other shape", "goes on to change something at the tool"),
    ("silent", "http 500", "gives no reason"),
    ("mumble", "http 500", "does not say the status"),
    ("blab", "http 500", "shows the secret setting token"),
])
def test_a_wrong_way_with_an_answer_is_found(harness, habit, check, said):
    write(harness, habit)
    assert said in run(harness, check, 1)


def test_a_writing_request_that_may_be_repeated_is_noted(harness):
    write(harness, "repeat")
    out = harness.test("-v", "--only", "contract: http no answer", tool="bungler")
    assert "marked repeatable, so it must do no harm when it is sent twice: POST https://tool.example/hooks" in out


@pytest.mark.parametrize("habit, check, said", [
    ("counting", "fetch twice", "the same call has another result though the tool gives the same answers"),
    ("again", "ensure twice", "changes something though nothing was wrong"),
    ("hopeful", "inspect after remove", "does not report that there is none"),
    ("shared", "two instances", "is not what it is alone"),
])
def test_what_a_second_time_shows_is_found(harness, habit, check, said):
    write(harness, habit)
    assert said in run(harness, check, 1)


@pytest.mark.parametrize("habit, check, said", [
    ("offline", "services later", "so that it is not tried again"),
    ("careless", "services io", "success, and the result is not what it is without the failure"),
    ("disk", "services io", "it ended with WEIR_E_CONFIG, so that it is not tried again"),
    ("deaf", "services memory", "where the sink's code has to be passed up"),
    ("stubborn", "services stopping", "ended with WEIR_E_LATER, where it has to be passed up"),
])
def test_a_wrong_way_with_a_service_is_found(harness, habit, check, said):
    write(harness, habit)
    assert said in run(harness, check, 1)


@pytest.mark.parametrize("habit, said", [("trusting", "it crashed"), ("guessing", "where WEIR_E_MEMORY belongs")])
@pytest.mark.parametrize("check", ["memory once", "memory gone"])
def test_a_wrong_way_without_memory_is_found(harness, habit, said, check):
    write(harness, habit)
    out = run(harness, check, 1)
    assert said in out or "SEGV" in out or "runtime error" in out


@pytest.mark.parametrize("habit, said", [
    ("leak", "allocations of the connector were not freed"),
    ("descriptor", "the file descriptors of the process are not what they were"),
    ("thread", "the threads of the process are not what they were"),
    ("global", "variables of the connector changed"),
    ("signal", "has another handler"),
    ("umask", "after : umask 000"),
    ("environment", "after : environment BUNGLER"),
])
def test_what_is_left_behind_is_found(harness, habit, said):
    write(harness, habit)
    assert said in run(harness, "traces", 1)


def test_a_check_without_material_says_what_case_is_missing(harness):
    harness.case("read", READ)
    out = run(harness, "ensure twice", 0)
    assert "skipped contract: ensure twice" in out
    assert "it needs a case with an ensure that makes the subscription" in out

"""What the application has done at the tool: absences made and deleted, and requests passed through."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from described import Described
from weir import ACME, Got, eventually

ACTIONS = {"hris_create_absence": "enabled", "hris_delete_absence": "enabled"}
DETAILS = "/integrations/personio%3Aacme"


@pytest.fixture
def river(make_river):
    river = make_river()
    river.weir.config["scopes"] = [{"name": "default", "actions": ACTIONS}]
    return river.start()


def wish(river, **given: Any) -> dict[str, Any]:
    types = {row["name"]: row["id"] for row in river.weir.rows("/hris/absence-types")}
    return {"employee_id": river.weir.rows("/hris/employees")[0]["id"], "absence_type_id": types["Vacation"],
            "start_date": "2031-03-10T00:00:00.000Z", "end_date": "2031-03-12T00:00:00.000Z",
            "employee_note": None} | given


def create(river, **given: Any) -> Got:
    return river.weir.api("/hris/absences", method="POST", body=wish(river, **given))


def refused(got: Got) -> tuple[int, str | None]:
    return got.status, got.code


def test_an_absence_is_made_read_back_stored_and_told(river):
    got = create(river, employee_note="By the sea")

    assert got.status == 200, got.body
    data = got.data
    assert got.json["warnings"] == []
    assert (data["start_date"], data["end_date"], data["status"]) == ("2031-03-10", "2031-03-12", "REQUESTED")
    assert (data["amount"], data["unit"], data["employee_note"]) == (3, "DAYS", "By the sea")
    at_tool = river.sim.company.absences[data["remote_id"]]
    assert at_tool.comment == "By the sea" and at_tool.status == "PENDING"
    assert river.weir.row("/hris/absences", data["remote_id"]) == data
    eventually(lambda: [m for m in river.app.messages if "hris_absences" in m.changed_models])
    river.settle()
    assert len([r for r in river.sim.requests if r.method == "POST" and r.template == "/v2/absence-periods"]) == 1


def test_half_days_and_the_approval_reach_the_tool(river):
    data = create(river, status="APPROVED", start_half_day=True, end_half_day=True).data

    assert (data["start_half_day"], data["end_half_day"], data["status"]) == (True, True, "APPROVED")
    assert data["amount"] == 2


def test_an_absence_is_deleted_at_the_tool_and_here(river):
    made = create(river).data
    river.settle()
    river.app.clear()

    got = river.weir.api(f"/hris/absences/{made['id']}", method="DELETE", body={})

    assert got.status == 200, got.body
    assert got.data["id"] == made["id"] and got.data["remote_deleted_at"] and got.json["warnings"] == []
    assert made["remote_id"] not in river.sim.company.absences
    assert river.weir.row("/hris/absences", made["remote_id"]) is None
    eventually(lambda: [m for m in river.app.messages if "hris_absences" in m.changed_models])
    again = river.weir.api(f"/hris/absences/{made['id']}", method="DELETE", body={})
    assert refused(again) == (404, "PLATFORM.INPUT_INVALID")


@pytest.mark.parametrize("given", [
    {"employee_id": "nobody"}, {"absence_type_id": "nothing"}, {"start_date": "soon"}, {"end_date": "2031-03-09"},
    {"status": "DECLINED"}, {"unit": "WEEKS"}, {"amount": "3"}, {"start_half_day": "yes"}, {"employee_note": 7},
    {"start_time": "25:00:00"}, {"remote_fields": []}], ids=lambda given: next(iter(given)))
def test_a_body_that_makes_no_sense_reaches_no_tool(river, given):
    river.sim.reset_counters()

    assert refused(create(river, **given)) == (400, "PLATFORM.INPUT_INVALID")
    assert [r for r in river.sim.requests if r.method == "POST" and "absence" in r.template] == []


def test_what_the_tool_says_becomes_a_code(river):
    create(river)
    assert refused(create(river)) == (400, "REMOTE.INPUT_INVALID")  # it overlaps

    river.sim.switches.missing_rights = ["absences:write"]
    assert refused(create(river, start_date="2031-04-01", end_date="2031-04-01")) == (
        403, "INTEGRATION.PERMISSION_MISSING")
    river.sim.switches.missing_rights = []

    for status, answer in ((503, (503, "REMOTE.SERVICE_UNAVAILABLE")), (429, (429, "REMOTE.RATE_LIMIT_EXCEEDED"))):
        river.sim.switches.fail_match, river.sim.switches.fail_status = "POST /v2/absence-periods", status
        river.sim.switches.fail_count = 1
        assert refused(create(river, start_date="2031-04-01", end_date="2031-04-01")) == answer
    assert len(river.sim.company.absences) and create(river, start_date="2031-04-01", end_date="2031-04-01").status == 200


def test_what_could_not_be_read_back_is_told_as_done_and_comes_later(river):
    before = set(river.sim.company.absences)
    river.sim.switches.fail_match, river.sim.switches.fail_status = "GET /v2/absence-periods/{id}", 404
    river.sim.switches.fail_body, river.sim.switches.fail_count = "plain", 1

    got = create(river)

    assert refused(got) == (502, "REMOTE.UNKNOWN_HTTP_ERROR") and b"Do not repeat it" in got.body
    made = next(iter(set(river.sim.company.absences) - before))
    eventually(lambda: river.weir.row("/hris/absences", made))


def test_actions_are_off_unless_the_scope_says_otherwise(make_river):
    river = make_river().start()

    assert refused(create(river)) == (403, "INTEGRATION.ACTION_DISABLED")
    shown = {a["id"]: a for a in river.weir.api(DETAILS).data["write_actions"]}
    assert shown["hris_create_absence"]["coverage_status"] == "SUPPORTED"
    assert (shown["hris_create_absence"]["is_available"], shown["hris_create_absence"]["scope_config_setting"]) == (
        False, "DISABLED")


def test_an_optional_action_may_be_refused_by_the_customer(make_river):
    river = make_river()
    river.weir.config["scopes"] = [{"name": "default", "default_action": "optional"}]
    river.weir.config["integrations"][0]["opted_out"] = ["hris_delete_absence"]
    river.start()

    made = create(river)
    assert made.status == 200
    assert refused(river.weir.api(f"/hris/absences/{made.data['id']}", method="DELETE", body={})) == (
        403, "INTEGRATION.ACTION_DISABLED")
    shown = {a["id"]: a for a in river.weir.api(DETAILS).data["write_actions"]}
    assert shown["hris_create_absence"]["is_available"] and not shown["hris_create_absence"]["opted_out_by_customer"]
    assert shown["hris_delete_absence"]["opted_out_by_customer"]
    fields = {f["id"]: f["coverage_status"] for f in shown["hris_create_absence"]["fields"]}
    assert fields["employee_note"] == "SUPPORTED" and fields["remote_fields"] == "NOT_IMPLEMENTED"
    tools = {t["id"]: t["coverage"] for t in river.weir.api("/tools/hris").data["tools"]}
    assert [a["coverage_status"] for a in tools["personio"]["write_actions"]] == ["SUPPORTED"] * 2
    assert [a["coverage_status"] for a in tools["okta"]["write_actions"]] == ["NOT_IMPLEMENTED"] * 2


def test_an_integration_that_is_off_does_nothing(make_river):
    river = make_river()
    river.weir.config["scopes"] = [{"name": "default", "actions": ACTIONS}]
    river.start()
    body = wish(river)
    river.weir.config["integrations"][0]["paused"] = True
    river.weir.write_config()
    assert river.weir.admin("/reload", "POST").status == 200

    assert refused(river.weir.api("/hris/absences", method="POST", body=body)) == (409, "INTEGRATION.INACTIVE")
    assert river.weir.api("/passthrough/personio/personnelv2", method="POST",
                          body={"method": "GET", "path": "/persons"}).status == 409


def test_a_mistyped_action_is_named_by_the_check(make_river):
    river = make_river()
    river.weir.config["scopes"] = [{"name": "default", "actions": {"hris_create_absense": "enabled"}}]
    river.weir.write_config()

    said = river.weir.cli("check", check=False)
    assert said.returncode != 0
    assert 'there is no action "hris_create_absense"' in said.stdout + said.stderr
    assert "hris_create_absence" in said.stdout + said.stderr


# Passing through

def passed(river, api: str, integration: str = ACME, **body: Any) -> Got:
    return river.weir.api(f"/passthrough/personio/{api}", integration, method="POST", body=body)


def test_a_request_is_passed_through_with_the_credentials(river):
    got = passed(river, "personnelv2", method="GET", path="/persons", params={"limit": "2"})

    assert got.status == 200, got.body
    assert got.data["status"] == 200 and got.data["url"] == f"{river.sim.url}/v2/persons?limit=2"
    assert len(got.data["data"]["_data"]) == 2 and got.json["warnings"] == []
    assert got.data["headers"]["content-type"].startswith("application/json")
    assert river.token.encode() not in got.body


def test_the_older_api_has_its_own_token_and_its_cookies_stay_here(river):
    got = passed(river, "personnel", method="GET", path="/company/employees")

    assert got.data["status"] == 200 and got.data["data"]["success"] is True
    assert "set-cookie" not in {name.lower() for name in got.data["headers"]}
    assert b"not-for-the-caller" not in got.body


def test_every_status_of_the_tool_is_a_success(river):
    got = passed(river, "personnelv2", method="GET", path="/persons/999999")

    assert got.status == 200 and got.data["status"] == 404 and "errors" in got.data["data"]


SCAN = bytes(range(256)) + b"\r\n--weir----\r\n" * 3


@pytest.mark.parametrize("headers", [{}, {"content-type": "multipart/form-data; boundary=mine"}], ids=["ours", "own"])
def test_a_form_with_a_file_reaches_the_tool_whole(river, headers):
    person = river.sim.person_ids()[0]
    body = {"method": "POST", "path": "/company/documents", "headers": headers, "multipart_form_data": [
        {"name": "title", "value": "Zeugnis, \u201egut\u201c"}, {"name": "employee_id", "value": person},
        {"name": "category_id", "value": "7"},
        {"name": "file", "value": {"name": 'a "b".pdf', "content_type": "application/pdf",
                                   "data": base64.b64encode(SCAN).decode()}}]}
    described = Described(json.loads(river.weir.admin("/openapi.json").body))
    operation = described.find("POST", "/v1/passthrough/personio/personnel")
    assert described.body_errors(operation, body) == []

    got = described.check("POST", "/v1/passthrough/personio/personnel", passed(river, "personnel", **body))

    assert got.status == 200 and got.data["status"] == 201, got.body
    [parts] = river.sim.writing.documents
    assert parts == {"title": (None, "Zeugnis, \u201egut\u201c".encode()), "employee_id": (None, person.encode()),
                     "category_id": (None, b"7"), "file": ("a %22b%22.pdf", SCAN)}
    sent = river.sim.requests[-1]
    assert b"Content-Type: application/pdf\r\n" in sent.body and b"mine" not in sent.headers["content-type"].encode()


def test_a_part_that_is_none_is_named_and_nothing_is_sent(river):
    river.sim.reset_counters()
    for part, said in (({"name": "x"}, '"value" has to be'), ({"value": "x"}, 'needs a "name"'),
                       ({"name": "x", "value": {"name": "a.txt", "data": "?"}}, "is not base64"),
                       ({"name": "x", "value": {"name": "a.txt", "data": "", "content_type": "a\r\nb"}}, "content_type"),
                       ({"name": "x", "value": {"name": "a.txt", "data_url": "https://files.example/a"}}, "data_url")):
        got = passed(river, "personnel", method="POST", path="/company/documents",
                     multipart_form_data=[{"name": "title", "value": "x"}, part])
        assert refused(got) == (400, "PLATFORM.INPUT_INVALID") and "Part 2" in got.json["error"]["message"]
        assert said in got.json["error"]["message"]
    assert river.sim.requests == []


def test_the_answer_comes_in_base64_when_asked(river):
    got = passed(river, "personnelv2", method="GET", path="/persons?limit=1", response_as_base64=True)

    assert b"_data" in base64.b64decode(got.data["data"])


@pytest.mark.parametrize("body", [
    {"method": "GET", "path": "/../v1/auth"}, {"method": "GET", "path": "/%2e%2e/v1/auth"},
    {"method": "GET", "path": "//evil.example/persons"}, {"method": "TRACE", "path": "/persons"},
    {"method": "GET", "path": "/persons", "headers": {"Authorization": "Bearer mine"}},
    {"method": "GET", "path": "/persons", "headers": {"Host": "evil.example"}}, {"method": "GET"},
    {"method": "GET", "path": "/persons", "params": {"limit": 2}},
    {"method": "POST", "path": "/persons", "multipart_form_data": []},
    {"method": "GET", "path": "/persons", "multipart_form_data": [{"name": "a", "value": "b"}]},
    {"method": "POST", "path": "/persons", "data": {}, "multipart_form_data": [{"name": "a", "value": "b"}]},
    {"method": "POST", "path": "/persons", "headers": {"content-type": "application/json"},
     "multipart_form_data": [{"name": "a", "value": "b"}]}], ids=str)
def test_a_request_that_could_go_elsewhere_is_refused(river, body):
    river.sim.reset_counters()

    assert refused(passed(river, "personnelv2", **body)) == (400, "PLATFORM.INPUT_INVALID")
    assert river.sim.requests == []


def test_an_address_of_its_own_stays_below_the_api(river):
    got = passed(river, "personnelv2", method="GET", path="https://evil.example/persons")

    assert refused(got) == (400, "PLATFORM.INPUT_INVALID")


def test_an_unknown_api_and_another_tool_are_refused_with_platform_codes(river):
    assert refused(passed(river, "payroll", method="GET", path="/")) == (404, "PLATFORM.INPUT_INVALID")
    assert refused(river.weir.api("/passthrough/okta/v1", method="POST", body={"method": "GET", "path": "/users"})) == (
        400, "PLATFORM.INPUT_INVALID")


def test_a_tool_that_does_not_answer_has_a_platform_code(river):
    river.sim.switches.fail_match, river.sim.switches.fail_body = "GET /v2/persons", "close"
    river.sim.switches.fail_count = 9

    got = passed(river, "personnelv2", method="GET", path="/persons")

    assert refused(got) == (503, "PLATFORM.UNKNOWN_ERROR")

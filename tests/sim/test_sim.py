"""The simulated Personio's API: shapes, limits, rights, paging and their switches."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import fields
from pathlib import Path

import pytest

from sim.conftest import FORM, Caller
from sim.personio import PersonioSim, Switches

HERE = Path(__file__).parent


# Tokens


def test_a_token_is_given_for_a_form_and_serves_until_it_expires(sim: PersonioSim) -> None:
    sim.tokens.expires_in = 60
    api = Caller(sim)
    assert api.get("/v2/persons/3001").status == 200
    sim.advance(61)
    got = api.get("/v2/persons/3001")
    assert (got.status, got.headers["content-type"]) == (401, "application/problem+json")
    api.close()


def test_every_failure_of_the_token_endpoint_is_400(sim: PersonioSim, api: Caller) -> None:
    def error(**changed: str) -> str:
        got = api.login(**changed)
        assert got.status == 400
        return got.json["error"]

    assert error(client_secret="wrong") == "invalid_client"
    assert error(grant_type="password") == "unsupported_grant_type"
    assert error(scope="personio:moon:read") == "invalid_scope"
    assert api.login(client_id="").json["meta"] == {"missing_parameters": ["client_id"]}
    assert api.login({"Content-Type": "application/json"}).json["error"] == "invalid_request"
    sim.switches.token_error = "temporarily_unavailable"
    assert error() == "temporarily_unavailable"


def test_a_revoked_or_forgotten_token_is_401(sim: PersonioSim, api: Caller) -> None:
    old = api.token
    assert api.call("POST", "/v2/auth/revoke", f"token={old}", FORM).status == 200
    assert api.get("/v2/persons").status == 401
    api.token = api.login().json["access_token"]
    sim.tokens.expire_all()
    assert api.get("/v2/persons").status == 401


def test_too_many_token_calls_are_throttled(sim: PersonioSim, api: Caller) -> None:
    sim.tokens.per_minute = 3
    assert [api.login().status for _ in range(4)] == [200, 200, 429, 429]


def test_a_missing_right_is_401_on_persons_and_403_elsewhere(
        sim: PersonioSim, api: Caller) -> None:
    sim.switches.missing_rights = ["persons", "absences"]
    assert api.get("/v2/persons").status == 401
    assert api.get("/v2/absence-types").status == 403
    assert api.get("/v2/webhooks").status == 200
    sim.switches.gateway_error_shape = "error"
    assert "message" in api.get("/v2/persons").json["error"]
    sim.switches.gateway_error_shape = "v1"
    assert api.get("/v2/persons").json["success"] is False
    sim.switches.reset()
    api.token = api.login(scope="personio:persons:read").json["access_token"]
    assert api.get("/v2/persons").status == 200
    assert api.get("/v2/absence-periods").status == 403


# Paging


def test_limits_have_bounds(api: Caller) -> None:
    for path, most in (("/v2/persons", 50), ("/v2/persons/3001/employments", 50),
                       ("/v2/absence-periods", 100), ("/v2/absence-types", 100),
                       ("/v2/legal-entities", 100), ("/v2/webhooks", 200)):
        assert api.get(path, limit=most).status == 200
        for wrong in (0, most + 1, "x"):
            got = api.get(path, limit=wrong)
            assert got.status == 400 and got.json["errors"][0]["title"] == "Bad request"
    assert len(api.get("/v2/persons").rows) == 10


def test_cursors_lead_through_a_list_and_hold_characters_to_escape(api: Caller) -> None:
    seen, cursors, got = [], "", api.get("/v2/persons", limit=3)
    while got.cursor:
        seen += got.rows
        cursors += got.cursor
        assert re.fullmatch(r"https://api\.personio\.invalid/v2/persons\?cursor=[\w%]+", got.next)
        got = api.get("/v2/persons", limit=3, cursor=got.cursor)
    seen += got.rows
    assert [int(p["id"]) for p in seen] == list(range(3001, 3021))
    assert set("+/=") <= set(cursors)


def test_a_cursor_goes_with_its_own_list_and_parameters(sim: PersonioSim, api: Caller) -> None:
    cursor = api.get("/v2/persons", limit=4).cursor
    assert len(api.get("/v2/persons", cursor=cursor).rows) == 4
    assert api.get("/v2/persons", cursor=cursor, limit=5).status == 400
    assert api.get("/v2/absence-types", cursor=cursor).status == 400
    assert api.get("/v2/persons", cursor="cur_unknown").status == 400
    sim.switches.cursor_alone = True
    assert api.get("/v2/persons", cursor=cursor, limit=4).status == 400
    assert api.get("/v2/persons", cursor=cursor).status == 200


def test_employment_links_name_a_path_that_does_not_exist(api: Caller) -> None:
    got = api.get("/v2/persons/3006/employments", limit=1)
    assert "/v2/employments?cursor=" in got.next
    assert api.get("/v2/employments").status == 404
    both = api.everything("/v2/persons/3006/employments", limit=1)
    assert [e["status"] for e in both] == ["ACTIVE", "INACTIVE"]


def test_links_can_be_relative_raw_repeated_or_lead_nowhere(sim: PersonioSim, api: Caller) -> None:
    sim.switches.relative_links = True
    assert api.get("/v2/persons").next.startswith("/v2/persons?cursor=")
    sim.switches.raw_cursor_in_links = True
    assert any("+" in api.get("/v2/persons").next for _ in range(3))
    first = api.get("/v2/persons", limit=3)
    sim.switches.repeat_cursor = True
    assert api.get("/v2/persons", limit=3, cursor=first.cursor).cursor == first.cursor
    sim.switches.reset()
    sim.switches.empty_page_with_next = True
    got = api.get("/v2/persons")
    assert got.rows == [] and got.next


def test_unknown_filters_and_overlong_urls_are_refused(api: Caller) -> None:
    assert api.get("/v2/persons", colour="red").status == 400
    assert api.get("/v2/persons?id=3001&id=3002").status == 400
    assert api.get("/v2/persons", updated_at__gt="yesterday").status == 400
    assert api.get("/v2/persons", id=",".join(str(n) for n in range(3000, 4000))).status == 431
    assert api.get("/v2/nowhere").status == 404


def test_persons_can_be_filtered(sim: PersonioSim, api: Caller) -> None:
    def ids(**query: str) -> list[str]:
        return [p["id"] for p in api.everything("/v2/persons", **query)]

    assert ids(id="3003,3004,1") == ["3003", "3004"]
    assert ids(email="p2@acme.example") == ["3002"]
    assert ids(first_name="Ada", last_name="Quill") == ["3001"]
    before = api.get("/v2/persons/3001").json["updated_at"]
    assert ids(updated_at__gt=before) == []
    assert len(ids(updated_at=before)) == 20
    sim.update_person("3005", first_name="Mara")
    assert ids(updated_at__gt=before) == ["3005"]
    sim.terminate_employment(sim.employment_ids("3002")[0], "2026-01-31")
    assert ids(status="INACTIVE") == ["3002"] and "3002" not in ids(status="ACTIVE")


# Records


def test_a_person_is_unwrapped_and_complete(api: Caller) -> None:
    person = api.get("/v2/persons/3003").json
    assert set(person) == {
        "id", "email", "created_at", "updated_at", "first_name", "last_name", "preferred_name",
        "gender", "profile_picture", "status", "custom_attributes", "employments", "_meta"}
    assert set(person["employments"][0]) == {"id"}
    assert person["created_at"].endswith("Z")


def test_custom_attributes_come_in_many_forms(sim: PersonioSim, api: Caller) -> None:
    def attributes() -> dict[str, tuple[str, object]]:
        rows = api.get("/v2/persons/3001").json["custom_attributes"]
        return {row["global_id"]: (row["type"], row["value"]) for row in rows}

    assert attributes()["car_park"] == ("boolean", "true")
    sim.switches.attribute_types = "upper"
    sim.switches.typed_attribute_values = True
    assert attributes()["car_park"] == ("BOOLEAN", True)
    assert attributes()["locker"] == ("INT", 100)
    assert attributes()["shoe_size"] == ("DOUBLE", None)
    assert isinstance(attributes()["languages"][1][0], dict)


def test_unreadable_attributes_are_absent_not_empty(sim: PersonioSim, api: Caller) -> None:
    sim.switches.hidden_person_fields = ["email"]
    sim.switches.person_status_missing = True
    assert not {"email", "status"} & set(api.get("/v2/persons/3001").json)
    sim.switches.set(hidden_person_fields=["*"], hidden_employment_fields=["*"])
    assert set(api.get("/v2/persons/3001").json) == {
        "id", "employments", "custom_attributes", "_meta"}
    assert set(api.get("/v2/persons/3001/employments").rows[0]) == {
        "id", "person", "status", "_meta"}


def test_employments_have_their_oddities(sim: PersonioSim, api: Caller) -> None:
    one = sim.employment_ids("3002")[0]
    path = f"/v2/persons/3002/employments/{one}"
    assert api.get(path).json["supervisor"] == {"id": "3001"}
    assert api.get(f"/v2/persons/3001/employments/{one}").status == 404
    sim.terminate_employment(one, "2026-12-31")
    assert api.get(path).json["termination"]["last_working_day"] == "2026-12-31"
    sim.switches.set(last_working_date=True, null_supervisor=True, null_office=True)
    got = api.get(path).json
    assert "last_working_date" in got["termination"]
    assert got["supervisor"] is None and got["office"] is None


def test_a_deleted_person_is_404_everywhere(sim: PersonioSim, api: Caller) -> None:
    absence = sim.absences_of("3001")[0].id
    sim.delete_person("3001")
    for path in ("/v2/persons/3001", "/v2/persons/3001/employments",
                 f"/v2/absence-periods/{absence}"):
        assert api.get(path).status == 404


def test_absences_end_exclusively_and_halves_show_in_the_breakdown(
        sim: PersonioSim, api: Caller) -> None:
    one = sim.add_absence("3001", start="2026-06-10", end="2026-06-12", half_start=True,
                          half_end=True, status="APPROVED", comment="Summer")
    path = f"/v2/absence-periods/{one}"
    got = api.get(path).json
    assert got["starts_from"] == {"date_time": "2026-06-10T00:00:00", "type": "SECOND_HALF"}
    assert got["ends_at"] == {"date_time": "2026-06-13T00:00:00", "type": "FIRST_HALF"}
    days = api.get(f"{path}/breakdowns").rows
    assert [(d["date"][-2:], d["effective_duration"]["value"]) for d in days] == [
        ("10", 0.5), ("11", 1), ("12", 0.5)]
    sim.switches.set(midday_boundaries=True, zoned_date_times=True)
    assert api.get(path).json["ends_at"]["date_time"] == "2026-06-12T12:00:00.000Z"
    sim.switches.set(null_ends_at=True, absence_person_missing=True, absence_nulls=True)
    got = api.get(path).json
    assert got["ends_at"] is None and "person" not in got
    assert got["comment"] is got["timezone_id"] is got["starts_from"]["type"] is None


def test_absences_in_hours_and_without_an_end(sim: PersonioSim, api: Caller) -> None:
    hours = sim.add_absence("3001", type="Doctor visit", start="2026-04-01T13:00:00",
                            end="2026-04-01T14:30:00")
    assert api.get(f"/v2/absence-periods/{hours}/breakdowns").rows == [
        {"date": "2026-04-01", "effective_duration": {"unit": "HOUR", "value": 1.5}}]
    endless = sim.add_absence("3001", type="Parental leave", start="2026-04-01", end=None)
    assert api.get(f"/v2/absence-periods/{endless}").json["ends_at"] is None
    assert len(api.everything(f"/v2/absence-periods/{endless}/breakdowns", limit=28)) == 60


def test_absence_filters_match_overlapping_periods(sim: PersonioSim, api: Caller) -> None:
    person = sim.add_person()
    one = sim.add_absence(person, start="2026-06-10", end="2026-06-12")
    query = {"person.id": person, "starts_from.date_time.gte": "2026-06-12T00:00:00Z"}
    assert [a["id"] for a in api.everything("/v2/absence-periods", **query)] == [one]
    query["starts_from.date_time.gte"] = "2026-06-14T00:00:00Z"
    assert api.everything("/v2/absence-periods", **query) == []
    stamp = api.get(f"/v2/absence-periods/{one}").json["updated_at"]
    assert api.get("/v2/absence-periods", updated_at__gte=stamp, id=one).rows  # inclusive


def test_names_behind_ids(sim: PersonioSim, api: Caller) -> None:
    assert api.get("/v2/org-units/7", type="team").json["name"] == "Payroll"
    assert api.get("/v2/org-units/7", type="department").json["name"] == "Finance"
    assert api.get("/v2/org-units/7").status == 400
    assert api.get("/v2/org-units/8", type="team").status == 404
    chain = api.get("/v2/org-units/4502", type="team", include_parent_chain="true").json
    assert [one["id"] for one in chain["parent_chain"]] == ["4500"]
    assert [u["id"] for u in api.beta("/v2/org-units", type="team", sort="-id").rows] == [
        "4502", "4500", "7"]
    first = api.beta("/v2/org-units", type="team", sort="name", limit=2)
    rest = api.beta("/v2/org-units", cursor=first.cursor)
    assert [u["name"] for u in first.rows + rest.rows] == ["Engineering", "Payroll", "Platform"]
    for path in ("/v2/org-units?type=team", "/v2/workplaces", "/v2/cost-centers"):
        assert api.get(path).status == 404 and api.beta(path).status == 200
    assert api.beta("/v2/workplaces", id="60302").rows == [{"id": "60302", "name": "Berlin"}]
    assert [e["id"] for e in api.get("/v2/legal-entities").rows] == ["171", "170"]
    assert api.get("/v2/legal-entities/170").json["country"] == "DE"
    sim.put_lookup("org-units", "team/7", name="Payroll & Time")
    assert api.get("/v2/org-units/7", type="team").json["name"] == "Payroll & Time"
    sim.switches.set(legal_entities_off=True, org_unit_list_off=True)
    assert api.get("/v2/legal-entities").status == 412
    assert api.beta("/v2/org-units", type="team").status == 404


# Limits and trouble


def test_the_bucket_of_an_endpoint_runs_dry_without_retry_after(
        sim: PersonioSim, api: Caller) -> None:
    sim.buckets.set("GET /v2/persons/{id}", 0.001, 2)
    got = [api.get(f"/v2/persons/{one}") for one in (3001, 3002, 3003)]
    assert [g.headers["x-ratelimit-remaining"] for g in got] == ["1", "0", "0"]
    assert got[2].status == 429 and got[2].body == b"" and "retry-after" not in got[2].headers
    assert api.get("/v2/persons").status == 200
    sim.switches.retry_after_429 = 7
    assert api.get("/v2/persons/3001").headers["retry-after"] == "7"
    sim.use_real_limits()
    assert api.get("/v2/persons").headers["x-ratelimit-replenish-rate"] == "30"


def test_failures_come_in_bursts(sim: PersonioSim, api: Caller) -> None:
    sim.switches.set(fail_count=2, fail_status=500, fail_match="GET /v2/persons/{id}")
    assert api.get("/v2/persons").status == 200
    assert [api.get("/v2/persons/3001").status for _ in range(3)] == [500, 500, 200]
    sim.switches.set(fail_count=2, fail_status=502, fail_body="plain", fail_match="")
    got = api.get("/v2/persons/3001")
    assert got.status == 502 and got.headers["content-type"] == "text/plain"
    sim.switches.fail_body = "empty"
    assert api.get("/v2/persons/3001").body == b""
    for body, error in (("close", http.client.RemoteDisconnected),
                        ("cut", http.client.IncompleteRead)):
        sim.switches.set(fail_count=1, fail_status=200, fail_body=body)
        with pytest.raises(error):
            api.get("/v2/persons/3001")
        api.close()


def test_answers_can_be_slow(sim: PersonioSim, api: Caller) -> None:
    sim.switches.set(slow_s=0.2, slow_match="/v2/persons")
    began = time.monotonic()
    api.get("/v2/absence-types")
    assert time.monotonic() - began < 0.2
    api.get("/v2/persons/3001")
    assert time.monotonic() - began >= 0.2


def test_requests_are_recorded_and_counted(sim: PersonioSim, api: Caller) -> None:
    api.get("/v2/persons/3001", {"X-Personio-App-ID": "WEIR"})
    api.get("/v2/persons/3002")
    api.get("/v2/persons/1")
    assert sim.count("GET /v2/persons/{id}") == 3
    assert sim.count("GET /v2/persons/3002") == 1
    assert sim.count("GET /v2/persons/{id}", status=404) == 1
    assert sim.requests[-3].headers["x-personio-app-id"] == "WEIR"
    sim.reset_counters()
    assert sim.count("GET /v2/persons/{id}") == 0 and sim.requests == []


# The simulator itself


def test_a_misspelt_switch_is_an_error() -> None:
    switches = Switches()
    with pytest.raises(AttributeError):
        switches.relativ_links = True  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        switches.duplicates = "2"  # type: ignore[assignment]
    with pytest.raises(ValueError):
        switches.set(slow_s=1, token_fault="lost")
    assert switches.slow_s == 0


def test_every_switch_is_tested_and_explained() -> None:
    tests = "".join(path.read_text() for path in HERE.glob("test_*.py"))
    manual = (HERE / "README.md").read_text()
    for spec in fields(Switches):
        assert re.search(rf"\b{spec.name}\b", tests), f"no test turns {spec.name} on"
        assert f"`{spec.name}`" in manual, f"the README leaves {spec.name} out"


def test_the_same_seed_gives_the_same_company() -> None:
    def people(seed: int) -> list[object]:
        sim = PersonioSim(people=5, seed=seed)
        return [sim.person(one) for one in sim.person_ids()]

    assert people(1) == people(1) != people(2)


def test_it_runs_as_a_program_with_a_control_api() -> None:
    program = subprocess.Popen(
        [sys.executable, str(HERE / "personio_sim.py"), "--people", "3", "--print-url"],
        stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    try:
        url = program.stdout.readline().strip()

        def control(method: str, path: str, body: object = None) -> dict:
            request = urllib.request.Request(
                f"{url}/__sim/{path}", json.dumps(body).encode() if body is not None else None,
                method=method)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)

        person = control("POST", "persons", {"first_name": "Uma", "employment": {"title": "Cook"}})
        control("PATCH", f"persons/{person['id']}", {"last_name": "Vale"})
        control("PATCH", f"employments/{person['employments'][0]}", {"supervisor": "3001"})
        absence = control("POST", f"persons/{person['id']}/absences", {"start": "2026-05-04"})
        control("PATCH", f"absences/{absence['id']}", {"status": "APPROVED"})
        control("PUT", "lookups/org-units/team/7", {"name": "Wages"})
        control("DELETE", "persons/3001")
        state = control("GET", "state")
        assert state["persons"][-1]["last_name"] == "Vale"
        assert state["counts"]["persons"] == 3
        assert state["lookups"]["org-units"]["team/7"]["name"] == "Wages"
        assert control("PATCH", "switches", {"integer_ids": True})["integer_ids"] is True
        control("DELETE", "switches")
        assert control("PATCH", "settings", {"deliver": False})["deliver"] is False
        assert len(control("POST", "storm", {"events": 9, "people": 3})["persons"]) == 3
        events = control("GET", "events?limit=2")
        assert events["events"][-1]["event_name"] == "person.updated"
        control("POST", "rates", {"GET /v2/persons": [1, 1]})
        control("POST", "reset", {})
        assert control("GET", "requests")["counts"] == {}
        assert control("POST", "wait", {"timeout": 1}) == {"done": True}
        with pytest.raises(urllib.error.HTTPError) as refused:
            control("PATCH", "switches", {"nonsense": 1})
        assert refused.value.code == 400
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
        program.stdout.close()

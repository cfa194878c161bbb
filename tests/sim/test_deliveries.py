"""The simulated Personio's webhooks: management, deliveries, retries, history, switches."""

from __future__ import annotations

import time
from typing import Any

import pytest

from sim.conftest import TOKEN, Caller
from sim.personio import PersonioSim
from sim.receiver import Message, Receiver, hang

PERSON = ["person.created", "person.updated", "person.deleted"]
EMPLOYMENT = ["employment.created", "employment.updated", "employment.updated.cost-centers",
              "employment.deleted", "employment.started", "employment.terminated"]
ABSENCE = ["absence-period.created", "absence-period.updated.status",
           "absence-period.updated.timerange", "absence-period.deleted"]
ALL = PERSON + EMPLOYMENT + ABSENCE


@pytest.fixture
def hook(api: Caller, target: Receiver) -> str:
    """The id of an enabled webhook for all of the above, at `target`."""
    return api.subscribe(target.url, ALL).json["id"]


def bodies(sim: PersonioSim, target: Receiver) -> list[dict[str, Any]]:
    """What has arrived once nothing is under way, in the order of `occurred_at`."""
    assert sim.wait_idle()
    return sorted((m.json for m in target.messages), key=lambda b: b["occurred_at"])


def names(sim: PersonioSim, target: Receiver) -> list[str]:
    found = sorted(b["event_name"] for b in bodies(sim, target))
    target.clear()
    return found


# Management


def test_a_webhook_is_created_disabled_and_its_url_is_checked(
        sim: PersonioSim, api: Caller, target: Receiver) -> None:
    fields = {"url": target.url, "description": "d", "token": "t", "enabled_events": PERSON}
    got = api.call("POST", "/v2/webhooks", fields)
    assert (got.status, got.json["status"], got.json["auth_type"]) == (201, "DISABLED", "TOKEN")
    sim.update_person("3001", first_name="Mara")
    assert names(sim, target) == []
    for url in ("http://hooks.acme.example/x", "ftp://127.0.0.1/", "nonsense", 7):
        assert api.call("POST", "/v2/webhooks", fields | {"url": url}).status == 400
    sim.hooks.allow_http = False
    assert api.call("POST", "/v2/webhooks", fields).status == 400
    assert api.call("POST", "/v2/webhooks", {"url": "https://a.example"}).status == 400


def test_refused_fields(sim: PersonioSim, api: Caller) -> None:
    url = "https://hooks.acme.example/a"
    many = {f"X-{n}": "v" for n in range(4)}
    for wrong in ({"enabled_events": ["person.moved"]}, {"status": "ON"}, {"auth_type": "BASIC"},
                  {"custom_headers": {"X-Key": "v"}},
                  {"auth_type": "CUSTOM", "custom_headers": many},
                  {"auth_type": "CUSTOM", "custom_headers": {"Content-Type-X": "v"}},
                  {"auth_type": "CUSTOM", "custom_headers": {"TE": "v"}}, {"token": ""}):
        assert api.subscribe(url, PERSON, **wrong).status == 422, wrong
    assert api.subscribe(url, PERSON, colour="red").status == 400
    sim.switches.refuse_cost_centers_event = 422
    assert api.subscribe(url, EMPLOYMENT).status == 422


def test_the_same_url_conflicts(sim: PersonioSim, api: Caller) -> None:
    url = "https://hooks.acme.example/a"
    assert api.subscribe(url, PERSON).status == 201
    assert api.subscribe(url, ABSENCE).status == 409
    sim.switches.conflict = "url_and_events"
    assert api.subscribe(url, PERSON).status == 409
    assert api.subscribe(url, ABSENCE).status == 201
    sim.switches.conflict = "never"
    assert api.subscribe(url, PERSON).status == 201
    assert len(api.everything("/v2/webhooks", limit=2)) == 3
    assert len(api.get("/v2/webhooks", status="ENABLED", enabled_events=ABSENCE[0]).rows) == 1


def test_get_patch_delete(sim: PersonioSim, api: Caller) -> None:
    one = f"/v2/webhooks/{api.subscribe('https://hooks.acme.example/a', PERSON).json['id']}"
    assert api.get(one).json["token"] == TOKEN
    got = api.call("PATCH", one, {"status": "DISABLED", "token": "new"})
    assert got.status == 200 and got.json["status"] == "DISABLED"
    assert api.call("PATCH", one, {"id": "x"}).status == 400
    sim.switches.set(token_hidden=True, created_wrapped=True, strict_accept=True)
    assert "token" not in api.get(one).json
    got = api.subscribe("https://hooks.acme.example/b", PERSON)
    assert got.json["_data"]["token"] == TOKEN
    assert api.call("DELETE", one).status == 406
    accept = {"Accept": "application/json, application/problem+json"}
    assert [api.call("DELETE", one, None, accept).status for _ in range(2)] == [204, 404]


def test_ping_and_test_event(sim: PersonioSim, api: Caller, hook: str, target: Receiver) -> None:
    one = f"/v2/webhooks/{hook}"
    assert api.call("POST", f"{one}/ping").status == 200
    assert names(sim, target) == ["ping"]
    payload = {"person": {"id": "999"}}
    ok = {"event_name": "person.updated", "payload": payload}
    assert api.call("POST", f"{one}/test-event", ok).status == 200
    assert bodies(sim, target)[0]["payload"] == payload
    assert api.call("POST", f"{one}/test-event", {"event_name": "person.updated"}).status == 400
    assert api.call("POST", f"{one}/test-event",
                    ok | {"event_name": "document.created"}).status == 400
    assert api.call("POST", f"{one}/redelivery", {}).status == 400
    assert api.call("POST", "/v2/webhooks/nobody/ping").status == 404


# Which change fires what


def test_changes_of_a_person(sim: PersonioSim, hook: str, target: Receiver) -> None:
    person = sim.add_person(first_name="Uma")
    assert names(sim, target) == ["employment.created", "person.created"]
    assert sim.update_person(person, custom={"color": "Blue"})
    assert names(sim, target) == ["person.updated"]
    assert not sim.update_person(person, first_name="Uma")
    assert names(sim, target) == []
    sim.delete_person(person)
    assert names(sim, target) == ["employment.deleted", "person.deleted"]
    sim.switches.updated_after_create = True
    sim.add_person()
    assert names(sim, target) == ["employment.created", "person.created", "person.updated"]


def test_changes_of_an_employment(
        sim: PersonioSim, api: Caller, hook: str, target: Receiver) -> None:
    one = sim.employment_ids("3001")[0]
    before = api.get("/v2/persons/3001").json["updated_at"]
    sim.update_employment(one, title="Chief")
    assert names(sim, target) == ["employment.updated"]
    assert api.get("/v2/persons/3001").json["updated_at"] == before
    sim.update_employment(one, job="other", teams=["7"])  # these stay silent
    assert names(sim, target) == []
    sim.update_employment(one, cost_centers=["1200"])
    assert names(sim, target) == ["employment.updated.cost-centers"]
    sim.switches.set(cost_centers_fire_updated=True, employment_touches_person=True,
                     silent_employment_fields=[])
    sim.update_employment(one, cost_centers=["1100", "1200"])
    assert names(sim, target) == ["employment.updated", "employment.updated.cost-centers"]
    sim.update_employment(one, job="third")
    assert names(sim, target) == ["employment.updated"]
    assert api.get("/v2/persons/3001").json["updated_at"] > before
    sim.start_employment(one)
    sim.terminate_employment(one, "2026-12-31")
    sim.delete_employment(sim.add_employment("3001"))
    assert names(sim, target) == ["employment.created", "employment.deleted",
                                  "employment.started", "employment.terminated"]


def test_changes_of_an_absence(sim: PersonioSim, hook: str, target: Receiver) -> None:
    one = sim.add_absence("3001", start="2026-05-04", end="2026-05-05")
    sim.update_absence(one, status="APPROVED")
    sim.update_absence(one, end="2026-05-06")
    sim.update_absence(one, comment="fires nothing")
    sim.delete_absence(one)
    assert names(sim, target) == sorted(ABSENCE)
    sim.switches.spurious_timerange = True
    sim.update_absence(sim.absences_of("3002")[0].id, comment="again")
    assert names(sim, target) == ["absence-period.updated.timerange"]


# What a delivery looks like


def test_a_delivery_has_the_envelope_and_the_verbatim_token(
        sim: PersonioSim, hook: str, target: Receiver) -> None:
    sim.update_person("3003", first_name="Mara")
    [message] = target.wait(1)
    assert message.headers["authorization"] == TOKEN
    assert message.json == {"company_id": "4711", "event_name": "person.updated",
                            "occurred_at": message.json["occurred_at"],
                            "payload": {"person": {"id": "3003"}}}


def test_custom_headers_and_no_authentication(
        sim: PersonioSim, api: Caller, hook: str, target: Receiver) -> None:
    path = f"/v2/webhooks/{hook}"
    api.call("PATCH", path, {"auth_type": "CUSTOM", "custom_headers": {"X-Weir-Key": "k"}})
    sim.update_person("3003", first_name="Mara")
    assert target.wait(1)[0].headers["x-weir-key"] == "k"
    api.call("PATCH", path, {"auth_type": "NONE"})
    sim.update_person("3003", first_name="Nora")
    assert "authorization" not in target.wait(2)[1].headers


def test_payloads_come_in_many_shapes(sim: PersonioSim, hook: str, target: Receiver) -> None:
    absence = sim.absences_of("3001")[0].id
    status = iter("ABCDEFGHIJ")

    def payload(**switches: Any) -> Any:
        sim.switches.reset()
        sim.switches.set(**switches)
        sim.update_absence(absence, status=next(status))
        [body] = bodies(sim, target)
        target.clear()
        return body["payload"]

    assert payload() == {"absence_period": {"id": absence}, "person": {"id": "3001"}}
    assert payload(absence_key="absence-period")["absence-period"] == {"id": absence}
    assert payload(payload_shape="flat") == {"absence_period_id": absence, "person_id": "3001"}
    assert payload(payload_shape="bare") == {"id": absence}
    assert payload(payload_shape="inner")["absence_period"]["person"] == {"id": "3001"}
    assert payload(payload_shape="empty") == {}
    assert payload(integer_ids=True)["person"] == {"id": 3001}
    assert "person" not in payload(absence_event_without_person=True)
    assert "origin" in payload(extra_members=True)
    sim.switches.reset()
    sim.switches.employment_event_without_person = True
    employment = sim.employment_ids("3001")[0]
    sim.update_employment(employment, title="Chief")
    assert bodies(sim, target)[0]["payload"] == {"employment": {"id": employment}}


def test_deliveries_can_be_faulty(sim: PersonioSim, hook: str, target: Receiver) -> None:
    number = iter(range(99))

    def message(**switches: Any) -> Message:
        sim.switches.reset()
        sim.switches.set(**switches)
        target.clear()
        sim.update_person("3001", first_name=f"N{next(number)}")
        return target.wait(1)[0]

    assert message(other_company=True).json["company_id"] != "4711"
    assert message(integer_ids=True).json["company_id"] == 4711
    assert len(message(body_fault="too_large").body) > 65536
    assert message(body_fault="malformed").json is None
    assert isinstance(message(body_fault="not_object").json, list)
    assert "event_name" not in message(body_fault="missing_field").json
    assert message(body_fault="wrong_type").json["payload"] == "text"
    assert "authorization" not in message(token_fault="missing").headers
    wrong = message(token_fault="wrong").headers["authorization"]
    assert wrong != TOKEN and len(wrong) == len(TOKEN)
    assert message(token_fault="no_prefix").headers["authorization"] == TOKEN.split()[1]
    twice = message(token_fault="twice").header_list
    assert [v for n, v in twice if n == "Authorization"] == [TOKEN, TOKEN]


def test_the_token_after_a_rotation(
        sim: PersonioSim, api: Caller, hook: str, target: Receiver) -> None:
    def change(token: str) -> None:
        api.call("PATCH", f"/v2/webhooks/{hook}", {"token": token})

    change("second")
    sim.switches.token_fault = "previous"
    sim.update_person("3001", first_name="Mara")
    assert target.wait(1)[0].headers["authorization"] == TOKEN
    sim.switches.token_fault = ""
    target.clear()
    sim.courier.retry_scale = 0.002  # the first retry after 0.12 s
    for word, expected in (("original", "second"), ("current", "third")):
        sim.switches.retry_token = word
        change("second")
        target.answers = [503, 503]
        sim.update_person("3001", first_name=word)
        target.wait(2)
        change("third")
        assert target.wait(3)[2].headers["authorization"] == expected
        target.clear()


# Which deliveries come


def test_duplicates_differ_in_member_order_only(
        sim: PersonioSim, hook: str, target: Receiver) -> None:
    sim.switches.duplicates = 2
    sim.update_person("3001", first_name="Mara")
    first, second, third = bodies(sim, target)
    assert first == second == third
    assert len({m.body for m in target.messages}) == 2


def test_reordering_turns_groups_around(sim: PersonioSim, hook: str, target: Receiver) -> None:
    sim.switches.reorder = 3
    for person in ("3001", "3002", "3003", "3004"):
        sim.update_person(person, first_name="Mara")
    sim.wait_idle()
    order = [m.json["payload"]["person"]["id"] for m in target.messages]
    assert order == ["3003", "3002", "3001", "3004"]


def test_unknown_events_and_ghosts_and_forced_events(
        sim: PersonioSim, api: Caller, hook: str, target: Receiver) -> None:
    sim.switches.unknown_events = True
    sim.update_person("3001", first_name="Mara")
    assert names(sim, target) == ["person.promoted", "person.updated"]
    sim.switches.reset()
    sim.switches.ghost_events = True
    sim.update_person("3001", first_name="Nora")
    ids = {b["payload"]["person"]["id"] for b in bodies(sim, target)}
    assert [api.get(f"/v2/persons/{one}").status for one in sorted(ids)] == [200, 404]
    sim.switches.reset()
    target.clear()
    sim.emit("document.signed", {"document": {"id": "88123"}})
    assert names(sim, target) == []
    sim.emit("document.signed", {"document": {"id": "88123"}}, force=True)
    assert names(sim, target) == ["document.signed"]


def test_events_of_one_record_never_share_a_time(
        sim: PersonioSim, hook: str, target: Receiver) -> None:
    sim.storm(events=30, people=1, change=False)
    assert len({b["occurred_at"] for b in bodies(sim, target)}) == 30
    sim.redeliver(last=2)
    assert len(bodies(sim, target)) == 32


def test_a_storm_of_5000_events(sim: PersonioSim, hook: str, target: Receiver) -> None:
    people = sim.storm(events=5000, people=10)
    assert len(people) == 10 and sim.wait_deliveries(5000, 40)
    assert len({(m.json["occurred_at"], m.json["payload"]["person"]["id"])
                for m in target.messages}) == 5000
    assert sim.person("3010")["preferred_name"] == "Storm 4999"


# Retries


def test_a_failed_delivery_is_sent_fourteen_times_at_most(
        sim: PersonioSim, hook: str, target: Receiver) -> None:
    assert sim.courier.timeout_s == 3.0 and sim.courier.retry_scale == 0.001
    sim.courier.retry_delays_s = (20, 20, 20, 20, 20, 20)
    sim.switches.retry_other_order = True
    target.default = 503
    sim.update_person("3001", first_name="Mara")
    assert sim.wait_idle()
    assert [a.request_number for a in sim.attempts] == list(range(1, 15))
    assert {(a.status, a.delivered, a.event_name) for a in sim.attempts} == {
        (503, False, "person.updated")}
    assert sim.courier.given_up == 1
    gaps = [b.time - a.time for a, b in zip(sim.attempts, sim.attempts[1:])]
    assert all(gap >= 0.019 for gap in gaps[1::2]), "a pair, then a delay"
    assert len({a.body for a in sim.attempts}) == 2


@pytest.mark.parametrize("answer", [400, 401, 404, 410, 429, 501, 302])
def test_some_answers_lose_the_delivery(
        sim: PersonioSim, hook: str, target: Receiver, answer: int) -> None:
    target.answers = ["redirect"] if answer == 302 else [answer]
    sim.update_person("3001", first_name="Mara")
    assert sim.wait_idle() and len(sim.attempts) == 1 and sim.courier.given_up == 1


def test_silence_and_a_refused_connection_are_retried(
        sim: PersonioSim, hook: str, target: Receiver) -> None:
    sim.courier.timeout_s = 0.2
    target.answers = [hang(), "close", {"how": "drip", "delay_s": 0.1}]
    sim.update_person("3001", first_name="Mara")
    assert sim.wait_deliveries(1)
    assert [a.status for a in sim.attempts] == [None, None, None, 200]
    assert sim.attempts[0].error == "time-out" and sim.attempts[0].duration >= 0.2
    target.stop()
    sim.update_person("3001", first_name="Nora")
    assert sim.wait_attempts(6)
    target.start()
    assert sim.wait_deliveries(2)


def test_a_disabled_or_deleted_webhook_gets_no_retry(
        sim: PersonioSim, api: Caller, hook: str, target: Receiver) -> None:
    target.default = 500
    sim.update_person("3001", first_name="Mara")
    assert sim.wait_attempts(2)
    api.call("DELETE", f"/v2/webhooks/{hook}")
    assert sim.wait_idle(2)
    assert len(sim.attempts) == 2


def test_other_hosts_than_loopback_are_not_called(sim: PersonioSim, api: Caller) -> None:
    sim.courier.retry_delays_s = ()
    api.subscribe("https://hooks.acme.example/a", PERSON)
    sim.update_person("3001", first_name="Mara")
    assert sim.wait_idle() and "not a loopback" in sim.attempts[0].error


def test_raw_deliveries(sim: PersonioSim, hook: str, target: Receiver) -> None:
    assert sim.send_raw(b"{}").status == 200
    assert target.messages[0].headers["authorization"] == TOKEN
    reply = sim.send_raw(b"x" * 100_000, [("Authorization", "no"), ("X-A", "1"), ("X-A", "2")])
    assert reply.status == 200
    assert [v for n, v in target.messages[1].header_list if n == "X-A"] == ["1", "2"]
    assert sim.send_bytes(b"POST / HTTP/1.1\r\nno colon here\r\n\r\n").status == 400
    assert [a.event_name for a in sim.attempts] == ["(raw)", "(raw)", "(bytes)"]


# History


def test_events_are_kept_for_thirty_days_even_if_not_delivered(
        sim: PersonioSim, api: Caller, hook: str, target: Receiver) -> None:
    sim.deliver = False
    for person in ("3001", "3002", "3003"):
        sim.update_person(person, first_name="Mara")
        time.sleep(0.002)  # only events of one record are sure to differ in time
    with sim.quiet():
        sim.delete_person("3004")  # lost for good: only a full listing shows it
    assert names(sim, target) == []
    path = f"/v2/webhooks/{hook}/events"
    rows = api.everything(path, limit=2)
    assert [r["payload"]["person"]["id"] for r in rows] == ["3001", "3002", "3003"]
    assert set(rows[0]) == {"company_id", "event_name", "occurred_at", "payload"}
    since = {"occurred_at.gte": rows[1]["occurred_at"]}
    assert api.everything(path, **since, event_name="person.updated") == rows[1:]
    assert api.everything(path, event_name="person.deleted") == []
    sim.switches.set(event_ids=True, events_newest_first=True)
    newest = api.everything(path, limit=1)
    assert newest[0]["payload"] == rows[2]["payload"] and newest[0]["id"]
    sim.advance(30 * 86400 + 60)
    api.token = api.login().json["access_token"]
    assert api.everything(path) == []


def test_activity_lists_the_attempts(
        sim: PersonioSim, api: Caller, hook: str, target: Receiver) -> None:
    target.answers = [503]
    sim.update_person("3001", first_name="Mara")
    assert sim.wait_deliveries(1)
    path = f"/v2/webhooks/{hook}/activity"
    rows = api.everything(path)
    assert [r["response_status"] for r in rows] == [503, 200]
    assert set(rows[0]) == {"event_name", "completed_at", "is_delivered", "response_status"}
    assert len(api.everything(path, is_delivered="false")) == 1
    past = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    assert api.everything(path, **{"completed_at.lte": past}) == []

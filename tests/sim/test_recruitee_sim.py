"""The simulated Recruitee: API, search, webhooks, switches."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from sim.caller import ApiCaller, Got
from sim.receiver import Message, Receiver
from sim.recruitee import RecruiteeSim, Switches
from sim.recruitee.hooks import EVENTS, Refused

HERE = Path(__file__).resolve().parent
ROOT = "/c/4711"


@pytest.fixture
def sim() -> Iterator[RecruiteeSim]:
    with RecruiteeSim(5, allow_http=True) as one:
        yield one


@pytest.fixture
def api(sim: RecruiteeSim) -> Iterator[ApiCaller]:
    one = ApiCaller(sim, f"Bearer {sim.token}")
    yield one
    one.close()


@pytest.fixture
def target() -> Iterator[Receiver]:
    with Receiver() as one:
        yield one


@pytest.fixture
def hook(sim: RecruiteeSim, target: Receiver) -> int:
    one = sim.create_webhook(target.url)
    target.clear()
    return one


def get(api: ApiCaller, path: str, **query: Any) -> Got:
    return api.send("GET", ROOT + path, **query)


def bodies(sim: RecruiteeSim, target: Receiver) -> list[dict[str, Any]]:
    assert sim.wait_idle()
    found = [m.json for m in target.messages]
    target.clear()
    return found


def signature(message: Message) -> str | None:
    return message.headers.get("x-recruitee-signature")


def is_signed(sim: RecruiteeSim, hook: int, message: Message) -> bool:
    key = sim.hooks.webhooks[hook].secret.encode()
    return signature(message) == hmac.new(key, message.body, hashlib.sha256).hexdigest()


# Reading


def test_a_token_is_needed(sim: RecruiteeSim, api: ApiCaller) -> None:
    api.authorization = "Bearer wrong"
    got = get(api, "/candidates")
    assert (got.status, got.json) == (401, {"error": "Token not found.", "error_code": "invalid_token"})
    api.authorization = f"Bearer {sim.token}"
    sim.switches.token_revoked = 400
    assert get(api, "/candidates").status == 400
    sim.switches.token_revoked = 0
    assert api.send("GET", "/c/northwind/candidates").status == 200
    got = api.send("GET", "/c/4712/candidates")
    assert (got.status, got.json["error"]) == (404, ["Not found"])


def test_a_candidate_has_placements_and_references(sim: RecruiteeSim, api: ApiCaller) -> None:
    one = sim.candidate_ids()[0]
    got = get(api, f"/candidates/{one}").json
    placement = got["candidate"]["placements"][0]
    assert (placement["candidate_id"], placement["stage_id"], placement["hired_at"]) == (one, 701, None)
    assert {r["type"] for r in got["references"]} == {"Admin", "Offer", "Stage"}
    sim.disqualify(one)
    placement = get(api, f"/candidates/{one}").json["candidate"]["placements"][0]
    assert placement["disqualify_reason"] == "Not enough experience" and placement["disqualified_at"]
    sim.switches.set(disqualify_silent=True, no_references=True, tag_objects=True, old_times=True)
    sim.update_candidate(one, tags=["referral"])
    got = get(api, f"/candidates/{one}").json
    assert "references" not in got and "disqualified_at" not in got["candidate"]["placements"][0]
    assert got["candidate"]["tags"] == [{"id": 1, "name": "referral"}]
    assert got["candidate"]["created_at"] == "2024-03-01 08:12:45 UTC"
    sim.delete_candidate(one)
    assert get(api, f"/candidates/{one}").status == 404


def test_lists_are_sliced_by_limit_and_offset(sim: RecruiteeSim, api: ApiCaller) -> None:
    def ids(**query: Any) -> list[int]:
        return [c["id"] for c in get(api, "/candidates", **query).json["candidates"]]
    everybody = ids()
    assert len(everybody) == 5 and ids(limit=2, offset=1) == everybody[1:3] and ids(offset=5) == []
    sim.switches.ignore_offset = True
    assert ids(limit=2, offset=4) == everybody[:2]
    sim.switches.set(ignore_offset=False, short_candidates=True)
    assert "placements" not in get(api, "/candidates").json["candidates"][0]
    assert get(api, "/candidates", limit="many").status == 422


def test_offers_are_jobs_and_talent_pools(sim: RecruiteeSim, api: ApiCaller) -> None:
    def ids(**query: Any) -> list[int]:
        return [o["id"] for o in get(api, "/offers", **query).json["offers"]]
    assert ids(kind="job") == sim.jobs() and ids(kind="talent_pool") == sim.pools()
    one, other = sim.jobs()
    sim.set_status(one, "archived")
    assert ids(scope="archived", kind="job") == [one] and ids(scope="not_archived", kind="job") == [other]
    assert get(api, "/offers", scope="all").status == 422
    shown = get(api, f"/offers/{other}").json["offer"]
    assert [s["position"] for s in shown["pipeline_template"]["stages"]] == [1, 2, 3, 4]
    sim.switches.set(short_offers=True, department_object=True, hidden_offers=[str(one)])
    shown = get(api, "/offers").json["offers"][0]
    assert "pipeline_template" not in shown and shown["department"] == {"id": 14, "name": "Platform"}
    assert get(api, f"/offers/{one}").status == 404 and ids(scope="archived") == []


def test_short_lists(sim: RecruiteeSim, api: ApiCaller) -> None:
    for path, member in (("admins", "admins"), ("tags", "tags"), ("departments", "departments"),
                         ("disqualify_reasons", "disqualify_reasons")):
        assert len(get(api, f"/{path}").json[member]) == 2
    sim.switches.tags_off = True
    assert get(api, "/tags").status == 404


def test_the_search_filters_by_time_and_is_late(sim: RecruiteeSim, api: ApiCaller) -> None:
    def hits(field: str = "updated_at", gte: float = 0.0) -> Got:
        return get(api, "/search/new/candidates", filters_json=json.dumps([{"field": field, "gte": int(gte)}]))
    one = sim.candidate_ids()[0]
    now = sim.now()
    sim.update_candidate(one, name="Uma Vale")
    assert [h["id"] for h in hits(gte=now).json["hits"]] == [one]
    assert hits(gte=now).json["total"] == 1 and "placements" not in hits(gte=now).json["hits"][0]
    assert hits("created_at", now).json["hits"] == []
    sim.switches.search_delay_s = 60.0
    assert hits(gte=now).json["hits"] == []
    sim.advance(61)
    assert len(hits(gte=now).json["hits"]) == 1
    sim.switches.search_filter = "ignored"
    assert len(hits(gte=now).json["hits"]) == 5
    sim.switches.search_filter = "refused"
    assert hits(gte=now).status == 422 and hits("created_at").status == 200
    assert hits("name").status == 422
    assert get(api, "/search/new/candidates", filters_json="{").status == 422


def test_trouble(sim: RecruiteeSim, api: ApiCaller) -> None:
    sim.switches.set(fail_count=1, fail_status=502, fail_match="GET /c/{company}/tags")
    assert get(api, "/admins").status == 200 and get(api, "/tags").status == 502 and get(api, "/tags").status == 200
    for kind in ("page", "empty"):
        sim.switches.set(fail_count=1, fail_status=404, fail_match="", fail_body=kind)
        assert get(api, "/tags").body == (b"" if kind == "empty" else b"<html><title>Maintenance</title></html>")
    for kind in ("close", "cut"):
        sim.switches.set(fail_count=1, fail_status=200, fail_body=kind)
        with pytest.raises(Exception):
            get(api, "/tags")
        api.close()


def test_the_undocumented_list_of_webhooks(sim: RecruiteeSim, api: ApiCaller) -> None:
    for kind, status in (("absent", 404), ("forbidden", 403), ("present", 200)):
        sim.switches.subscribe_api = kind
        assert get(api, "/webhooks").status == status


# Webhooks


def test_a_webhook_is_made_when_its_url_answers_the_test_with_200(sim: RecruiteeSim, target: Receiver) -> None:
    for status in (201, 204, 500):
        target.answers = [status]
        with pytest.raises(Refused):
            sim.create_webhook(target.url)
    with pytest.raises(Refused):
        sim.create_webhook("http://hooks.acme.example/x")
    with pytest.raises(Refused):
        sim.create_webhook(target.url, ["candidate_starred"])
    target.clear()
    one = sim.create_webhook(target.url)
    test = target.wait(1)[0]
    assert test.json == {"test": True} and signature(test) is None
    sim.switches.secret_blank = True
    assert sim.show_secret(one).endswith("\n")
    sim.switches.set(test_form="example", tests_signed=True)
    assert sim.test(one).status == 200
    test = target.wait(2)[1]
    assert test.json["test"] is True and test.json["event_type"] in EVENTS and is_signed(sim, one, test)


def test_each_change_has_its_event(sim: RecruiteeSim, hook: int, target: Receiver) -> None:
    one, job, other = sim.candidate_ids()[0], *sim.jobs()
    sim.move(one, 702)
    sim.assign(one, other)
    sim.disqualify(one, offer_id=job)
    sim.requalify(one, offer_id=job)
    sim.hire(one, job)
    sim.unassign(one, other)
    sim.update_candidate(one, name="Uma Vale")
    sim.delete_candidate(one)
    sim.add_candidate([job])
    sim.set_status(job, "closed")
    sim.update_offer(job, title="Developer")
    found = sorted(bodies(sim, target), key=lambda b: b["id"])
    assert [(b["event_type"], b.get("event_subtype")) for b in found] == [
        ("candidate_moved", "stage_changed"), ("candidate_assigned", None), ("candidate_moved", "disqualified"),
        ("candidate_moved", "requalified"), ("candidate_moved", "stage_changed"), ("candidate_deleted", None),
        ("new_candidate", "career_site"), ("offer_unpublished", None), ("offer_updated", "status_changed"),
        ("offer_updated", "offer_changed")]
    assert found[0]["payload"]["offer"]["id"] == job and found[6]["payload"]["offers"][0]["id"] == job
    assert found[2]["payload"]["details"]["disqualify_reason"] == {"id": 31, "name": "Not enough experience"}
    assert all(b["attempt_count"] == 1 and b["payload"]["company"]["id"] == 4711 for b in found)


def test_only_200_ends_the_retries_and_each_has_its_count(sim: RecruiteeSim, hook: int, target: Receiver) -> None:
    target.answers = [201, 503, 200]
    sim.move(sim.candidate_ids()[0], 702)
    assert sim.wait_idle()
    messages = list(target.messages)
    assert [m.json["attempt_count"] for m in messages] == [1, 2, 3]
    assert len({m.json["id"] for m in messages}) == 1 and len({signature(m) for m in messages}) == 3
    assert all(is_signed(sim, hook, m) for m in messages)
    assert [e.state for e in sim.hooks.log] == ["delivered"]


def test_after_nine_retries_it_is_lost_until_a_person_repeats_it(
        sim: RecruiteeSim, hook: int, target: Receiver) -> None:
    sim.courier.retry_scale = 1e-7
    target.default = 503
    sim.move(sim.candidate_ids()[0], 702)
    assert sim.wait_idle()
    assert len(target.messages) == 10 and sim.hooks.log[0].state == "failed"
    target.default = 200
    target.clear()
    sim.hooks.repeat(sim.hooks.log[0].event.id)
    assert len(bodies(sim, target)) == 1 and sim.hooks.log[1].state == "delivered"


def test_a_cancelled_event_is_not_sent_again(sim: RecruiteeSim, hook: int, target: Receiver) -> None:
    target.default = 503
    sim.move(sim.candidate_ids()[0], 702)
    target.wait(1)
    sim.hooks.cancel(sim.hooks.log[0].event.id)
    assert sim.wait_idle()
    assert sim.hooks.log[0].state == "cancelled"


@pytest.mark.parametrize("kind", ["upper", "prefixed", "wrong", "missing", "twice"])
def test_signatures_of_other_forms(sim: RecruiteeSim, hook: int, target: Receiver, kind: str) -> None:
    sim.switches.signature = kind
    sim.move(sim.candidate_ids()[0], 702)
    assert sim.wait_idle()
    message = target.messages[0]
    value = signature(message)
    assert {"upper": lambda: value == value.upper(), "prefixed": lambda: value.startswith("sha256="),
            "wrong": lambda: not is_signed(sim, hook, message), "missing": lambda: value is None,
            "twice": lambda: sum(n.lower() == "x-recruitee-signature" for n, _ in message.header_list) == 2}[kind]()


def test_deliveries_of_other_forms(sim: RecruiteeSim, hook: int, target: Receiver) -> None:
    one = sim.candidate_ids()[0]
    sim.switches.set(bare_envelope=True, subtype_null=True, candidate_without_offer=True, unknown_events=True)
    sim.move(one, 702)
    found = bodies(sim, target)
    assert {b["event_type"] for b in found} == {"candidate_moved", "candidate_starred"}
    assert all(b["event_subtype"] is None and "attempt_count" not in b and "offer" not in b["payload"] for b in found)
    sim.switches.reset()
    sim.switches.set(duplicates=1, same_id=True)
    sim.move(one, 703)
    found = bodies(sim, target)
    assert len(found) == 3 and len({b["id"] for b in found}) == 1
    assert sum("note" in b["payload"] for b in found) == 1
    sim.switches.reset()
    sim.switches.reorder = 3
    for stage in (701, 702, 703):
        sim.move(one, stage)
    found = bodies(sim, target)
    assert [b["id"] for b in found] == sorted((b["id"] for b in found), reverse=True) and len(found) == 3
    sim.redeliver(2)
    sim.switches.reset()
    assert sorted(b["id"] for b in bodies(sim, target)) == sorted(b["id"] for b in found)[-2:]


def test_a_storm_moves_candidates_in_turn(sim: RecruiteeSim, hook: int, target: Receiver) -> None:
    chosen = sim.storm(12, 3)
    assert len(chosen) == 3 and len(bodies(sim, target)) == 12
    assert sim.candidate(chosen[0])["placements"][0]["stage_id"] == 701


def test_the_control_calls(sim: RecruiteeSim, target: Receiver) -> None:
    api = ApiCaller(sim)
    made = api.send("POST", "/__sim/webhooks", {"url": target.url}).json["id"]
    assert api.send("GET", f"/__sim/webhooks/{made}/secret").json["secret"] == sim.show_secret(made)
    one = api.send("POST", "/__sim/candidates", {"offers": [sim.jobs()[0]]}).json["id"]
    for call, body in (("move", {"stage_id": 702}), ("disqualify", {}), ("requalify", {}), ("hire", {})):
        assert api.send("POST", f"/__sim/candidates/{one}/{call}", body).status == 200
    assert sim.wait_idle()
    log = api.send("GET", "/__sim/log").json["log"]
    assert [e["state"] for e in log] == ["delivered"] * 5
    assert api.send("POST", f"/__sim/log/{log[0]['id']}/repeat", {}).status == 200
    assert api.send("DELETE", "/__sim/candidates/7").status == 404
    api.close()


def test_every_switch_is_tested_and_explained() -> None:
    tests = Path(__file__).read_text()
    manual = (HERE / "README.md").read_text().partition("\n# Recruitee\n")[2]
    for spec in fields(Switches):
        assert re.search(rf"\b{spec.name}\b", tests), f"no test turns {spec.name} on"
        assert f"`{spec.name}`" in manual, f"the README leaves {spec.name} out"

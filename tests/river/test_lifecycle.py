"""An integration's life: switched off and on, found good or not, deleted, and erased for good."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from weir import ACME, eventually

STATE = "integration-state-changed"
MADE = "personio:made"
SECRET = "papi-made-at-run-time"


@pytest.fixture
def river(make_river):
    river = make_river(movable=True)
    river.weir.config["endpoints"][0]["events"] = [
        "data-changed", STATE, "integration-created", "integration-deleted", "connection-flow-failed"]
    return river.start()


def details(river, integration: str = ACME) -> dict[str, Any]:
    return river.weir.api(f"/integrations/{integration}").data


def told(river, kind: str = STATE) -> list[dict[str, Any]]:
    assert all(m.problems == [] for m in river.app.messages)
    return [m.data for m in river.app.messages if m.type == kind]


def switch(river, value: Any, integration: str = ACME):
    return river.weir.api(f"/integrations/{integration}/enabled", None, method="PUT", body={"value": value})


def make(river, people: int = 4) -> Any:
    """A second integration, made at run time; its account."""
    sim = river.account(people, client_secret=SECRET)
    river.weir.cli("integrations", "create", MADE, "--organization", "Vergissmeinnicht AG", "--base-url", sim.url,
                   "--allow-private", "--creator-email", "hr@vergissmeinnicht.example", f"client_id={sim.client_id}",
                   "client_secret=-", given=SECRET)
    river.weir.wait_synced(MADE)
    eventually(lambda: sim.hooks.webhooks)
    return sim


# Off and on


def test_one_of_the_file_is_switched_off_and_on_through_the_api(river):
    assert switch(river, False).data == {}

    assert details(river)["status"] == "INACTIVE"
    assert river.weir.api("/hris/employees").code == "INTEGRATION.INACTIVE"
    [off] = eventually(lambda: told(river))
    assert (off["state"], off["integration_id"], off["qa_status"]) == ("INACTIVE", ACME, "PASSED")
    river.weir.restart()
    assert details(river)["status"] == "INACTIVE"
    river.weir.cli("reload")
    assert details(river)["status"] == "INACTIVE"

    assert switch(river, True).data == {}
    assert details(river)["status"] == "ACTIVE"
    eventually(lambda: [s["state"] for s in told(river)] == ["INACTIVE", "ACTIVE"])
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Runa")
    river.wait_employee(person, first_name="Runa")


def test_what_happened_while_it_was_off_is_known_once_it_is_on_and_its_tool_was_left_alone(river):
    switch(river, False)
    before = len(river.sim.requests)
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Sigrun")
    eventually(lambda: river.weir.status()["store"]["inbox_count"] == 1)
    assert len(river.sim.requests) == before

    switch(river, True)

    river.wait_employee(person, first_name="Sigrun")


def test_more_than_may_wait_while_it_is_off_is_made_good_by_a_full_sync_also_after_a_restart(make_river):
    river = make_river(limits={"inbox_resting_max": 3}).start()
    other = river.tool("personio:other")
    river.weir.restart()
    river.weir.wait_synced("personio:other")
    people = river.sim.person_ids()
    river.settle()
    switch(river, False)
    for number in range(12):
        river.sim.update_person(people[number % 4], first_name=f"Sigrun{number}")
        assert river.sim.wait_idle(20)
    river.weir.wait_log("further deliveries are not kept while it rests", integration=ACME)
    waiting = river.weir.status()["store"]["inbox_count"]
    assert 4 <= waiting <= 6  # with those that came while it was noted
    assert river.weir.metric("weir_deliveries_total", outcome="not_kept") == 12 - waiting
    said = [entry.get("outcome") for entry in river.weir.listed("/log", kind="integration", integration=ACME)]
    assert said.count("not_kept") == 1
    other.update_person(other.person_ids()[0], first_name="Thora")  # others are taken in as ever
    eventually(lambda: (river.weir.employee(other.person_ids()[0], "personio:other") or {}).get("first_name") == "Thora")
    river.weir.restart()

    mark = river.weir.log.mark()
    switch(river, True)

    for number in range(8, 12):
        river.wait_employee(people[number % 4], first_name=f"Sigrun{number}")
    river.weir.wait_log("sync begins", mark, integration=ACME, type="FULL")
    river.weir.wait_log("sync ended", mark, integration=ACME, state="SUCCEEDED")


def test_switching_off_cancels_the_sync_that_runs(river):
    go = threading.Event()
    reached = threading.Event()

    def gate(request) -> None:
        if request.path == "/v2/persons":
            reached.set()
            go.wait(60)
    river.sim.gate = gate
    river.weir.api("/force-sync", method="POST", body={})
    assert reached.wait(30)

    switch(river, False)
    go.set()

    river.weir.wait_log("sync ended", integration=ACME, state="CANCELLED")
    assert river.weir.api("/force-sync", method="POST", body={}).status == 409


def test_the_command_line_switches_and_says_so(river):
    assert "switched off" in river.weir.cli("integrations", "disable", ACME).stdout
    assert details(river)["status"] == "INACTIVE"
    assert "switched on" in river.weir.cli("integrations", "enable", ACME).stdout
    assert details(river)["status"] == "ACTIVE"
    done = river.weir.cli("integrations", "enable", "personio:nobody", check=False)
    assert done.returncode == 1 and "personio:nobody" in done.stderr


@pytest.mark.parametrize("body", [{}, {"value": "yes"}, {"value": None}, [True]], ids=str)
def test_a_switch_without_a_value_is_refused(river, body):
    got = river.weir.api(f"/integrations/{ACME}/enabled", None, method="PUT", body=body)
    assert (got.status, got.code) == (400, "PLATFORM.INPUT_INVALID")
    assert details(river)["status"] == "ACTIVE"


def test_one_that_the_file_pauses_is_switched_on_in_the_file(river):
    river.weir.config["integrations"][0]["paused"] = True
    river.weir.write_config()
    river.weir.cli("reload")

    got = switch(river, True)

    assert (got.status, got.code) == (400, "PLATFORM.INPUT_INVALID")
    assert "paused = false" in got.json["error"]["message"]
    assert switch(river, True, "personio:nobody").code == "PLATFORM.INTEGRATION_NOT_FOUND"


# Set-up and quality


def test_the_first_sync_sets_it_up_and_the_application_is_told_once(make_river):
    river = make_river()
    river.weir.config["endpoints"][0]["events"] = ["data-changed", STATE]
    go = threading.Event()
    river.sim.gate = lambda request: request.path == "/v2/persons" and go.wait(60)
    river.start(synced=False)
    assert details(river)["setup_status"] == "FINAL_SYNC_PENDING"

    go.set()
    river.weir.wait_synced()

    [first] = eventually(lambda: told(river))
    assert list(first) == ["integration_tool", "integration_id", "integration_category", "end_user", "qa_status",
                           "setup_status", "state", "updated_at"]
    assert (first["qa_status"], first["setup_status"], first["state"]) == ("PASSED", "COMPLETED", "ACTIVE")
    assert details(river)["setup_status"] == "COMPLETED"
    river.weir.restart()
    river.settle()
    assert len(told(river)) == 1


def empty_company(make_river) -> Any:
    river = make_river(people=1)
    river.weir.config["endpoints"][0]["events"] = ["data-changed", STATE]
    with river.sim.quiet():
        river.sim.delete_person(river.sim.person_ids()[0])
    river.weir.start()
    river.weir.wait_log("sync ended", integration=ACME)
    eventually(lambda: told(river))
    return river


def test_a_company_without_people_is_not_shown_until_a_person_vouches_for_it(make_river):
    river = empty_company(make_river)

    got = river.weir.api("/hris/employees")
    assert (got.status, got.code) == (409, "INTEGRATION.QA_FAILED")
    assert "hris_employees" in got.json["error"]["message"]
    assert told(river)[0]["qa_status"] == "FAILED"
    river.weir.restart()
    assert river.weir.api("/hris/employees").code == "INTEGRATION.QA_FAILED"

    assert "vouch" in river.weir.cli("integrations", "pass-qa", ACME).stdout
    assert river.weir.api("/hris/employees").data["results"] == []
    eventually(lambda: [s["qa_status"] for s in told(river)] == ["FAILED", "PASSED"])


def test_a_later_sync_that_is_good_heals_it(make_river):
    river = empty_company(make_river)
    river.sim.add_person()

    mark = river.weir.log.mark()
    river.weir.cli("sync", ACME)
    river.weir.wait_log("sync ended", mark, integration=ACME)

    eventually(lambda: len(river.weir.api("/hris/employees").json.get("data", {}).get("results", [])) == 1)
    eventually(lambda: [s["qa_status"] for s in told(river)] == ["FAILED", "PASSED"])


@pytest.mark.parametrize(("misfits", "verdict"), [(4, "PASSED"), (30, "FAILED")])
def test_a_company_of_which_much_does_not_fit_is_not_shown(make_river, misfits, verdict):
    river = make_river(people=6)
    river.weir.config["endpoints"][0]["events"] = ["data-changed", STATE]
    with river.sim.quiet():
        for number in range(misfits):
            river.sim.add_person(last_name="y" * 70_000, employments=[])
    river.weir.start()
    ended = river.weir.wait_log("sync ended", integration=ACME)

    [state] = eventually(lambda: told(river))
    assert (state["qa_status"], details(river)["qa_status"]) == (verdict, verdict)
    row = river.weir.listed("/syncs")[0]
    assert row["set_aside"] == misfits and ended["state"] == "SUCCEEDED"
    got = river.weir.api("/hris/employees")
    if verdict == "PASSED":
        assert len(got.data["results"]) == 6
    else:
        assert (got.status, got.code) == (409, "INTEGRATION.QA_FAILED")
        assert f"{misfits} of {row['records']} records did not fit" in got.json["error"]["message"]
        assert "vouch" in river.weir.cli("integrations", "pass-qa", ACME).stdout
        assert len(river.weir.api("/hris/employees").data["results"]) == 6


def test_what_is_stored_is_said_to_be_expired_until_the_next_full_sync(river):
    assert details(river)["data_expired_at"] is None
    river.weir.config["scopes"] = [{"name": "default", "models": {"hris_employees": "enabled"}}]
    river.weir.write_config()
    river.weir.cli("reload")

    at = eventually(lambda: details(river)["data_expired_at"])
    river.weir.restart()
    assert details(river)["data_expired_at"] in (at, None)
    mark = river.weir.log.mark()
    river.weir.cli("sync", ACME)
    river.weir.wait_log("sync ended", mark, integration=ACME)
    assert eventually(lambda: details(river)["data_expired_at"] is None)


# Deleted, and erased


def test_one_is_deleted_through_the_api_with_a_body_as_the_client_sends_it(river):
    sim = make(river)

    got = river.weir.api(f"/integrations/{MADE}", None, method="DELETE", body={})

    assert got.data == {}
    eventually(lambda: not sim.hooks.webhooks)
    assert river.weir.api("/hris/employees", MADE).code == "PLATFORM.INTEGRATION_NOT_FOUND"
    [gone] = eventually(lambda: told(river, "integration-deleted"))
    assert gone["id"] == MADE and gone["deleted_at"]
    again = river.weir.api(f"/integrations/{MADE}", None, method="DELETE", body={})
    assert (again.status, again.code) == (404, "PLATFORM.INTEGRATION_NOT_FOUND")


def test_one_of_the_file_is_not_deleted_and_what_to_do_is_said(river):
    got = river.weir.api(f"/integrations/{ACME}", None, method="DELETE", body={})

    assert (got.status, got.code) == (400, "PLATFORM.INPUT_INVALID")
    assert "weir.conf" in got.json["error"]["message"] and "weir reload" in got.json["error"]["message"]
    assert details(river)["status"] == "ACTIVE"


def words_of(sim) -> list[bytes]:
    people = list(sim.company.persons.values())
    return [text.encode() for person in people for text in (person["email"], person["last_name"]) if len(text) > 6]


def store_bytes(river) -> bytes:
    return (river.folder / "data" / "data.mdb").read_bytes()


KEPT_OF_IT = [("/notifications", {"state": "delivered"}), ("/log", {}), ("/syncs", {})]


def kept(river, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
    return river.weir.listed(path, integration=MADE, **query)


def of_feed(river, integration: str) -> list[dict[str, Any]]:
    page = river.weir.api("/changes", None).data
    changes = page["results"]
    while page["has_more"]:
        page = river.weir.api("/changes", None, cursor=page["next"]).data
        changes += page["results"]
    return [change for change in changes if change["integration_id"] == integration]


def test_two_weeks_after_a_deletion_nothing_of_it_is_in_the_store(river):
    sim = make(river, people=30)
    # Something of each kind: a record that went, a delivery that is given up, messages, links, syncs.
    sim.delete_person(sim.person_ids()[-1])
    eventually(lambda: len(river.weir.rows("/hris/employees", MADE)) == 29)
    river.weir.api(f"/integrations/{MADE}/relink", None, method="POST", body={"link_type": "MAGIC_LINK"})
    stays = words_of(river.sim)
    words = [word for word in words_of(sim) if not any(word in other or other in word for other in stays)]
    words += [b"vergissmeinnicht", b"Vergissmeinnicht", MADE.encode()]
    assert len(words) > 20 and sum(word in store_bytes(river) for word in words) > 20
    records = river.weir.status()["store"]["record_count"]
    river.settle()
    for what in KEPT_OF_IT:
        assert kept(river, *what), what
    assert of_feed(river, MADE)

    river.weir.api(f"/integrations/{MADE}", None, method="DELETE", body={})
    eventually(lambda: not sim.hooks.webhooks)
    river.pass_time(days=13)
    river.settle()
    assert river.weir.status()["store"]["record_count"] == records

    mark = river.weir.log.mark()
    river.pass_time(days=1, hours=2)
    river.weir.wait_log("data of a deleted integration erased", mark, integration=MADE)

    assert river.weir.status()["store"]["record_count"] < records
    river.settle()
    assert of_feed(river, MADE) == [] and of_feed(river, ACME)
    audits = [entry for entry in river.weir.listed("/audit") if MADE in json.dumps(entry)]
    assert audits
    river.weir.stop()
    # Whoever deleted it stands in the audit log for its year, with the id, and with nothing else of it.
    left = [word for word in words if word in store_bytes(river) and word != MADE.encode()]
    assert left == []
    assert store_bytes(river).count(MADE.encode()) == sum(json.dumps(entry).count(MADE) for entry in audits)
    assert any(word in store_bytes(river) for word in stays)
    river.weir.start()
    assert river.weir.admin("/integrations/personio%3Amade").status == 404
    river.weir.wait_synced(ACME)


def test_one_that_was_made_again_in_time_keeps_its_data(river):
    sim = make(river)
    river.weir.api(f"/integrations/{MADE}", None, method="DELETE", body={})
    eventually(lambda: not sim.hooks.webhooks)
    river.pass_time(days=13)
    mark = river.weir.log.mark()
    river.weir.cli("integrations", "create", MADE, "--organization", "Vergissmeinnicht AG", "--base-url", sim.url,
                   "--allow-private", f"client_id={sim.client_id}", "client_secret=-", given=SECRET)
    river.weir.wait_log("sync ended", mark, integration=MADE, state="SUCCEEDED")

    river.pass_time(days=2)
    river.settle()

    assert len(river.weir.rows("/hris/employees", MADE)) == 4
    assert river.weir.log.find("data of a deleted integration erased") == []

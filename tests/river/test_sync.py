"""Syncs: what events did not tell, found by reading everything; and what may be asked for from outside."""

from __future__ import annotations

import threading

from weir import eventually


def test_a_full_sync_finds_what_no_event_told(make_river):
    river = make_river(people=12).start()
    ids = river.sim.person_ids()
    with river.sim.quiet():
        river.sim.delete_person(ids[-1])
        river.sim.update_person(ids[0], first_name="Ingrid")
        born = river.sim.add_person(first_name="Joakim")
        absence = river.sim.add_absence(ids[1], start="2026-10-01")
        river.sim.put_lookup("org-units", "team/7", name="Salaries")
    started = river.weir.api("/force-sync", method="POST", body={"type": "FULL"}).data
    assert started["already_queued"] is False and started["type"] == "FULL"

    ended = river.weir.wait_log("sync ended", sync=started["sync_id"])

    assert ended["state"] == "SUCCEEDED" and ended["gone"] >= 1
    river.wait_same()
    assert river.weir.employee(ids[-1], include_deleted="true")["remote_deleted_at"]
    assert "Salaries" in [row["name"] for row in river.weir.rows("/hris/groups")]
    for remote_id, change in ((ids[-1], "deleted"), (ids[0], "updated"), (born, "created")):
        river.wait_message("hris_employees", remote_id, change)
    river.wait_message("hris_absences", absence, "created")


def test_a_full_sync_without_a_change_sends_nothing_and_moves_nothing(river):
    before = river.weir.rows("/hris/employees")

    sync = river.weir.api("/force-sync", method="POST", body={}).data

    ended = river.weir.wait_log("sync ended", sync=sync["sync_id"])
    assert (ended["changed"], ended["gone"]) == (0, 0)
    river.settle()
    assert river.app.messages == [] and river.weir.rows("/hris/employees") == before


def test_a_second_request_returns_the_sync_that_runs(river):
    go = threading.Event()
    river.sim.gate = lambda request: request.path == "/v2/persons" and go.wait(20)
    first = river.weir.api("/force-sync", method="POST", body={"type": "FULL"}).data
    second = river.weir.api("/force-sync", method="POST", body={"type": "DELTA"}).data
    go.set()

    assert (second["already_queued"], second["sync_id"], second["type"]) == (True, first["sync_id"], "FULL")
    river.weir.wait_log("sync ended", sync=first["sync_id"], state="SUCCEEDED")


def test_a_delta_sync_reads_only_what_changed_and_deletes_nothing(make_river):
    river = make_river(people=60).start()
    ids = river.sim.person_ids()
    with river.sim.quiet():
        river.sim.update_person(ids[5], first_name="Kettil")
        river.sim.delete_person(ids[-1])

    river.weir.cli("sync", "personio:acme", "--delta")

    ended = eventually(lambda: river.weir.log.find("sync ended")[1:])[0]
    assert ended["state"] == "SUCCEEDED" and ended["records"] < 60
    river.wait_employee(ids[5], first_name="Kettil")
    assert river.weir.employee(ids[-1]) is not None
    status = river.weir.cli("sync", "status", "personio:acme").stdout
    assert ended["sync"] in status or "DELTA" in status.upper()


def test_an_event_in_the_middle_of_a_sync_is_not_undone_by_it(make_river):
    river = make_river(people=60).start()
    ids = river.sim.person_ids()
    reached, go = threading.Event(), threading.Event()

    def gate(request):
        if request.path == "/v2/persons" and "cursor" in request.target and not go.is_set():
            reached.set()
            go.wait(20)

    river.sim.gate = gate
    sync = river.weir.api("/force-sync", method="POST", body={}).data
    assert reached.wait(20)
    # The first page was read; these come while the second is awaited.
    born = river.sim.add_person(first_name="Lovisa")
    river.sim.update_person(ids[0], first_name="Malin")
    go.set()

    river.weir.wait_log("sync ended", sync=sync["sync_id"], state="SUCCEEDED")
    river.settle()
    river.wait_same()
    assert river.weir.employee(born)["first_name"] == "Lovisa"


def test_syncs_and_looks_at_the_webhook_are_repeated_by_themselves(make_river):
    river = make_river(sync={"interval_s": 10, "relaxed_interval_s": 10, "ensure_interval_s": 10}).start()
    first = next(iter(river.sim.hooks.webhooks))
    person = river.sim.person_ids()[0]
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Nanna")
        river.sim.hooks.webhooks.clear()

    river.wait_employee(person, first_name="Nanna")
    eventually(lambda: len(river.weir.log.find("sync ended", state="SUCCEEDED")) >= 2)
    eventually(lambda: river.sim.hooks.webhooks)
    assert next(iter(river.sim.hooks.webhooks)) != first
    river.sim.update_person(person, first_name="Oda")
    river.wait_employee(person, first_name="Oda")


def test_a_sync_of_a_tool_that_fails_half_way_deletes_nothing(make_river):
    river = make_river(people=60).start()
    river.sim.switches.set(missing_rights=["absences"])

    sync = river.weir.api("/force-sync", method="POST", body={}).data

    ended = river.weir.wait_log("sync ended", sync=sync["sync_id"])
    assert ended["state"] == "PARTIALLY_FAILED" and ended["gone"] == 0
    river.sim.switches.reset()
    river.wait_same()
    assert river.weir.rows("/hris/absences")


def test_a_webhook_that_was_switched_off_or_turned_away_is_repaired(river):
    hook = next(iter(river.sim.hooks.webhooks.values()))
    hook.status, hook.enabled_events = "DISABLED", ["person.created"]

    assert river.weir.admin("/integrations/personio%3Aacme/ensure", "POST").status == 200

    eventually(lambda: hook.status == "ENABLED" and "person.updated" in hook.enabled_events)
    assert len(river.sim.hooks.webhooks) == 1

"""A change at the tool arrives in the API and as a message: once, as it is at last, and only if there is one."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from weir import eventually
from whole_river import person_event


def test_a_new_person_arrives(river):
    person = river.sim.add_person(first_name="Uma", last_name="Stonecrop", employment={"title": "Cook"})

    row = river.wait_employee(person, first_name="Uma", job_title="Cook")
    message = river.wait_message("hris_employees", person, "created")

    assert row["last_name"] == "Stonecrop" and row["remote_deleted_at"] is None
    assert len(row["employments"]) == 1
    assert {"hris_employees", "hris_employments"} <= set(message.changed_models)
    assert message.data["integration_id"] == "personio:acme"
    named = {(r["model"], r["id"]) for r in message.data["changed_records"]}
    assert ("hris_employees", row["id"]) in named


def test_a_changed_person_arrives_within_seconds(river):
    person = river.sim.person_ids()[-1]  # nobody's manager
    before = river.weir.employee(person)
    began = time.monotonic()

    river.sim.update_person(person, first_name="Zelda")

    row = river.wait_employee(person, first_name="Zelda")
    river.wait_message("hris_employees", person, "updated")
    assert time.monotonic() - began < 10
    assert row["id"] == before["id"] and row["changed_at"] > before["changed_at"]
    assert person in [r["remote_id"] for r in river.weir.rows("/hris/employees", updated_after=row["changed_at"])]
    assert river.weir.rows("/hris/employees", updated_after="2100-01-01") == []


def test_a_deleted_person_is_marked_and_leaves_the_lists(river):
    person = river.sim.person_ids()[-1]

    river.sim.delete_person(person)

    eventually(lambda: river.weir.employee(person) is None)
    river.wait_message("hris_employees", person, "deleted")
    gone = river.weir.employee(person, include_deleted="true")
    assert gone["remote_deleted_at"] is not None
    river.settle()
    assert river.differences() == []  # their absences and employments went as well


def test_an_absence_is_made_moved_judged_and_deleted(river):
    person = river.sim.person_ids()[0]
    employee = river.weir.employee(person)

    absence = river.sim.add_absence(person, start="2026-08-03", end="2026-08-05", comment="Lake")
    row = eventually(lambda: river.weir.row("/hris/absences", absence))
    assert (row["start_date"], row["end_date"], row["amount"], row["unit"]) == ("2026-08-03", "2026-08-05", 3, "DAYS")
    assert row["employee_id"] == employee["id"] and row["employee_note"] == "Lake"
    river.wait_message("hris_absences", absence, "created")

    river.sim.update_absence(absence, end="2026-08-06", status="APPROVED")
    eventually(lambda: river.weir.row("/hris/absences", absence)["end_date"] == "2026-08-06")
    assert river.weir.row("/hris/absences", absence)["status"] == "APPROVED"
    river.wait_message("hris_absences", absence, "updated")

    river.sim.delete_absence(absence)
    eventually(lambda: river.weir.row("/hris/absences", absence) is None)
    river.wait_message("hris_absences", absence, "deleted")


def test_an_employment_changes_with_its_person(river):
    person = river.sim.person_ids()[1]
    employment = river.sim.employment_ids(person)[0]

    river.sim.update_employment(employment, title="Baker", teams=["7"])

    row = river.wait_employee(person, job_title="Baker")
    assert "Payroll" in [group["name"] for group in row["groups"]]
    river.wait_message("hris_employments", employment, "updated")


def test_who_belongs_to_a_team_is_told_and_found_and_moves_no_changed_at(river):
    person = river.sim.person_ids()[1]
    before = river.weir.employee(person)
    teams = [] if any(group["name"] == "Payroll" for group in before["groups"]) else ["7"]
    river.settle()
    since = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert before["changed_at"] < since

    # The tool sends nothing of it, so a sync has to find it.
    river.sim.update_employment(river.sim.employment_ids(person)[0], teams=teams)
    river.weir.cli("sync", "personio:acme")

    river.wait_message("hris_employees", person, "updated")
    after = river.weir.employee(person)
    assert after["groups"] != before["groups"] and after["changed_at"] == before["changed_at"]
    assert river.weir.row("/hris/employees", person, updated_after=since) is not None
    assert any("hris_join_employees_teams" in [m["name"] for m in message.data["changed_models"]]
               for message in river.app.messages if message.type == "data-changed")


def test_a_new_manager_and_a_change_of_the_manager_are_seen_from_the_report(river):
    boss, report = river.sim.person_ids()[0], river.sim.person_ids()[-1]
    river.sim.update_employment(river.sim.employment_ids(report)[0], supervisor=boss)
    assert river.wait_employee(report, manager_id=river.weir.employee(boss)["id"])["manager"]["remote_id"] == boss

    since = river.weir.employee(boss)["changed_at"]
    river.sim.update_person(boss, first_name="Ottoline")
    changed = river.wait_employee(boss, first_name="Ottoline")["changed_at"]

    assert since < changed
    row = river.weir.employee(report)
    assert row["manager"]["first_name"] == "Ottoline" and row["changed_at"] < changed
    assert report in [r["remote_id"] for r in river.weir.rows("/hris/employees", updated_after=changed)]


def test_an_event_without_a_change_moves_no_time_and_sends_nothing(river):
    person = river.sim.person_ids()[0]
    before = river.weir.employee(person)

    river.sim.emit("person.updated", {"person": {"id": person}})

    eventually(lambda: river.fetched(person))
    river.weir.wait_log("record stored", remote_id=person, result="unchanged")
    river.settle()
    assert river.weir.employee(person) == before
    assert river.app.messages == []


def test_the_same_delivery_twice_is_one_fetch(river):
    person = river.sim.person_ids()[0]
    body = person_event(person)

    assert river.hook(body).status == 200
    river.weir.wait_log("record stored", remote_id=person)
    assert river.hook(body).status == 200

    river.settle()
    assert len(river.fetched(person)) == 1
    assert river.weir.metric("weir_deliveries_total", outcome="duplicate") == 1


def test_a_repeated_delivery_in_another_order_is_known_by_its_event(river):
    person = river.sim.person_ids()[0]
    at = "2026-05-04T10:00:00.000Z"
    other = f'{{"payload":{{"person":{{"id":"{person}"}}}},"occurred_at":"{at}",' \
            '"event_name":"person.updated","company_id":"4711"}'

    assert river.hook(person_event(person, at)).status == 200
    river.weir.wait_log("record stored", remote_id=person)
    assert river.hook(other.encode()).status == 200

    eventually(lambda: river.weir.metric("weir_events_total", outcome="duplicate") == 1)
    river.settle()
    assert len(river.fetched(person)) == 1


def test_a_duplicate_is_still_known_after_a_restart(river):
    person = river.sim.person_ids()[0]
    body = person_event(person)
    assert river.hook(body).status == 200
    river.settle()
    river.weir.restart()
    river.sim.reset_counters()

    assert river.hook(body).status == 200
    assert river.hook(person_event(river.sim.person_ids()[1])).status == 200

    eventually(lambda: river.fetched(river.sim.person_ids()[1]))
    river.settle()
    assert river.fetched(person) == []
    assert river.weir.metric("weir_deliveries_total", outcome="duplicate") == 1


def test_a_burst_of_a_thousand_events_costs_few_fetches_and_ends_right(make_river):
    river = make_river(people=10).start()
    people = river.sim.person_ids()

    river.sim.storm(events=1000, people=10)

    assert river.sim.wait_deliveries(1000, 60)
    river.settle()
    river.wait_same()
    fetches = sum(len(river.fetched(person)) for person in people)
    assert 10 <= fetches < 300, f"{fetches} fetches for 1,000 events of 10 people"
    assert 1 <= len(river.app.messages) < 300
    assert all(m.problems == [] for m in river.app.messages)
    ids = [m.id for m in river.app.messages]
    assert len(ids) == len(set(ids))


def test_events_in_the_wrong_order_and_doubled_end_in_the_last_state(river):
    river.sim.switches.set(duplicates=2, reorder=5)
    person = river.sim.person_ids()[2]

    for number in range(10):
        river.sim.update_person(person, first_name=f"Round{number}")
    river.sim.update_person(river.sim.person_ids()[3], first_name="Beatrix")

    river.wait_employee(person, first_name="Round9")
    river.settle()
    river.wait_same()


def test_every_message_is_readable_through_the_api_when_it_comes(make_river):
    river = make_river()
    seen: list[str] = []

    def on_message(message):
        # On the receiver's thread, before the message is answered.
        for record in message.data.get("changed_records", []):
            if record["model"] == "hris_employees" and record["change"] == "updated":
                row = river.weir.employee(record["remote_id"])
                with river.sim.lock:
                    seen.append("" if row["first_name"].startswith("Fresh") else f"{record['remote_id']} is stale")

    river.start()
    river.app.on_message = on_message
    for person in river.sim.person_ids():
        river.sim.update_person(person, first_name=f"Fresh{person}")

    eventually(lambda: len(seen) >= 4)
    river.settle()
    assert set(seen) == {""}

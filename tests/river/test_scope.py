"""Scope acts in four places: what is subscribed, what is fetched, what is stored, and what is shown."""

from __future__ import annotations

from weir import eventually
from whole_river import person_event

ABSENCES_OFF = {"hris_employees": "enabled", "hris_employments": "enabled", "hris_absences": "disabled",
                "hris_absence_types": "disabled"}


def absence_event(absence: str, person: str) -> bytes:
    return person_event(person, name="absence-period.created",
                        payload={"absence_period": {"id": absence}, "person": {"id": person}})


def test_a_disabled_model_is_not_subscribed_not_fetched_and_not_shown(make_river):
    river = make_river(people=4, scope=ABSENCES_OFF)
    river.start(synced=False)
    river.weir.wait_synced()

    hook = next(iter(river.sim.hooks.webhooks.values()))
    assert hook.enabled_events and not [name for name in hook.enabled_events if name.startswith("absence")]
    assert [name for name in hook.enabled_events if name.startswith("person.")]
    assert not [r for r in river.sim.requests if "absence" in r.template]

    refused = river.weir.api("/hris/absences")
    assert (refused.status, refused.code) == (403, "INTEGRATION.MODEL_DISABLED")
    assert river.weir.api("/hris/absence-types").status == 403


def test_an_event_out_of_scope_that_comes_all_the_same_is_dropped_and_logged(make_river):
    river = make_river(people=4, scope=ABSENCES_OFF)
    river.start()
    person = river.sim.person_ids()[0]
    with river.sim.quiet():
        absence = river.sim.add_absence(person, start="2026-08-03")

    assert river.hook(absence_event(absence, person)).status == 200

    river.weir.wait_log("event needs no fetch", outcome="out_of_scope", type="absence-period.created")
    river.settle()
    assert not [r for r in river.sim.requests if "absence" in r.template]
    assert river.app.messages == []
    assert river.weir.metric("weir_events_total", outcome="out_of_scope") == 1
    delivery = river.weir.listed("/deliveries")[0]
    assert [{k: e[k] for k in ("type", "outcome")} for e in delivery["events"]] == [{"type": "absence-period.created", "outcome": "out_of_scope"}]


def test_a_disabled_field_is_null_and_its_change_is_none(make_river):
    river = make_river(people=4, scope={
        "hris_employees": {"fields": {"first_name": "enabled", "last_name": "enabled"}}})
    river.start()
    person = river.sim.person_ids()[0]
    row = river.weir.employee(person)
    assert row["first_name"] and row["work_email"] is None and row["job_title"] is None and row["groups"] == []

    river.sim.update_person(person, email="new.address@acme.example")

    river.weir.wait_log("record stored", remote_id=person, result="unchanged")
    river.settle()
    assert river.app.messages == [] and river.weir.employee(person) == row
    data = (river.folder / "data" / "data.mdb").read_bytes()
    assert b"new.address@acme.example" not in data


def test_a_model_switched_off_by_reload_disappears_and_its_events_end(make_river):
    river = make_river(people=4)
    river.start()
    assert river.weir.rows("/hris/absences")
    hook = next(iter(river.sim.hooks.webhooks.values()))
    assert [name for name in hook.enabled_events if name.startswith("absence")]

    river.weir.config["scopes"] = [{"name": "default", "models": ABSENCES_OFF}]
    river.weir.write_config()
    assert river.weir.admin("/reload", "POST").status == 200

    assert river.weir.api("/hris/absences").status == 403
    eventually(lambda: not [n for h in river.sim.hooks.webhooks.values() for n in h.enabled_events
                            if n.startswith("absence")], say="absence events are still subscribed")
    assert len(river.sim.hooks.webhooks) == 1

"""One change is followed from the tool's delivery to the application's answer."""

from __future__ import annotations

import json

from weir import eventually
from whole_river import person_event


def stages(trace, word):
    return [s for s in trace["stages"] if s["stage"] == word]


def newest_delivery(river, outcome: str):
    def look():
        return next((d for d in river.weir.listed("/deliveries")
                     if any(e["outcome"] == outcome for e in d["events"])), None)
    return eventually(look)


def test_one_change_is_traced_to_its_attempt_by_each_kind_of_id(river):
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Wibke")
    message = river.wait_message("hris_employees", person, "updated")
    river.settle()
    delivery = newest_delivery(river, "looked_at")
    record = river.weir.employee(person)["id"]
    eventually(lambda: river.weir.listed("/attempts", notification=message.id))

    ids = {"delivery": str(delivery["delivery"]), "notification": message.id, "record": record}
    if "id" in delivery["events"][0]:
        ids["event"] = delivery["events"][0]["id"]
    assert "event" in ids
    for by, one in ids.items():
        trace = river.weir.admin(f"/trace/{one}").data
        assert (trace["by"], trace["end"], trace["complete"]) == (by, "delivered", True), trace
        assert trace["integration"] == "personio:acme"
        words = [s["stage"] for s in trace["stages"]]
        for word in ("received", "verified", "event", "fetch", "change", "notification", "attempt"):
            assert word in words, (by, words)
        assert words.index("received") < words.index("fetch") < words.index("attempt")
        change = next(s for s in stages(trace, "change") if s["id"] == record)
        assert (change["model"], change["change"]) == ("hris_employees", "updated")
        assert "first_name" in change["fields"]
        assert message.id in {s["notification"] for s in stages(trace, "attempt")}
        assert all(s["after_ms"] >= 0 for s in trace["stages"])
        assert trace["total_ms"] == sum(s["after_ms"] for s in trace["stages"])
        assert "Wibke" not in json.dumps(trace)
        assert river.weir.admin(f"/trace/{one}", by=by).data["stages"] == trace["stages"]
    assert river.weir.admin(f"/trace/{record}", by="notification").status == 404
    assert river.weir.admin(f"/trace/{record}", by="nothing").status == 400

    shown = river.weir.cli("trace", record).stdout.splitlines()
    assert shown[0].startswith(f"record {record} of personio:acme: delivered after ")
    assert [line.split()[2 if line.split()[1] in ("ms", "s") else 1] for line in shown[1:]] == words
    assert river.weir.cli_json("trace", record, "--by", "record")["stages"] == trace["stages"]
    assert river.weir.cli("trace", "nothing-of-that-name", check=False).returncode == 1
    assert river.weir.cli("trace", check=False).returncode == 2


def test_a_receiver_that_fails_shows_each_of_its_attempts(make_river):
    river = make_river(dispatch={"retry_ms": [10, 10]}).start()
    river.app.default = {"status": 500, "body": "out of \"paper\" \u00fc" + "\u00fc" * 400}
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Malte")
    letter = eventually(lambda: river.weir.listed("/notifications", state="dead"))[0]["id"]

    trace = river.weir.admin(f"/trace/{letter}").data
    assert [s["outcome"] for s in stages(trace, "attempt")] == ["retry", "retry", "dead"]
    assert [s["status"] for s in stages(trace, "attempt")] == [500] * 3
    answer = stages(trace, "attempt")[0]["answer"]
    assert answer.startswith("out of \"paper\" \u00fc") and len(answer.encode()) <= 400
    assert trace["end"] == "dead"
    assert stages(trace, "received") != [] and stages(trace, "change") != []


def test_a_notification_that_waits_is_the_end_of_its_trace(make_river):
    river = make_river().start()
    assert river.weir.admin("/endpoints/app/disable", "POST").status == 200
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Inken")
    waiting = eventually(lambda: river.weir.listed("/notifications", state="waiting"))[0]["id"]

    for one in (waiting, river.weir.employee(person)["id"]):
        trace = river.weir.admin(f"/trace/{one}").data
        assert trace["end"] == "waiting" and stages(trace, "attempt") == []
        assert waiting in {s["notification"] for s in stages(trace, "notification")}
        assert stages(trace, "fetch") != []


def test_an_event_that_leads_nowhere_says_why(river):
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Tjark")
    river.wait_message("hris_employees", person, "updated")
    river.settle()
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Tjark")
    river.weir.cli("refetch", "personio:acme", "hris_employees", person)

    def last():
        return river.weir.admin(f"/trace/{river.weir.employee(person)['id']}").data
    trace = eventually(lambda: last() if last()["end"] == "unchanged" else None)
    assert stages(trace, "verified") == [] and stages(trace, "change") == []


def test_an_event_out_of_scope_ends_with_that_word(make_river):
    river = make_river(people=4, scope={"hris_employees": "enabled", "hris_employments": "enabled",
                                        "hris_absences": "disabled", "hris_absence_types": "disabled"}).start()
    person = river.sim.person_ids()[0]
    with river.sim.quiet():
        absence = river.sim.add_absence(person, start="2026-08-03")
    event = person_event(person, name="absence-period.created",
                         payload={"absence_period": {"id": absence}, "person": {"id": person}})
    assert river.hook(event).status == 200

    delivery = newest_delivery(river, "out_of_scope")
    trace = river.weir.admin(f"/trace/{delivery['delivery']}").data
    assert [s["stage"] for s in trace["stages"]] == ["received", "verified", "event"]
    assert (trace["end"], trace["stages"][-1]["outcome"]) == ("out_of_scope", "out_of_scope")


def test_a_fetch_shows_its_requests_without_their_values(river):
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Wibke")
    river.wait_message("hris_employees", person, "updated")
    record = river.weir.employee(person)["id"]

    fetch = stages(river.weir.admin(f"/trace/{record}").data, "fetch")[-1]
    first = fetch["requests"][0]
    assert (first["method"], first["path"], first["status"]) == ("GET", f"/v2/persons/{person}", 200)
    assert first["outcome"] == "answered" and first["ms"] >= 0
    shape = json.loads(first["body"])
    assert shape["first_name"] == "text" and first["bytes"] > len(first["body"])
    assert "Wibke" not in json.dumps(fetch)


def test_tries_of_a_fetch_that_fail_are_stages_too(river):
    person = river.sim.person_ids()[0]
    river.sim.poisoned[f"/v2/persons/{person}"] = 400
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Hauke")
    assert river.hook(person_event(person)).status == 200
    eventually(lambda: river.weir.listed("/events", state="aside"))
    entry = river.weir.listed("/log", kind="fetch", text=person)[0]
    assert (entry["outcome"], entry["requests"][0]["status"]) == ("aside", 400)
    assert json.loads(entry["requests"][0]["body"]) == {"title": "text"}

    river.sim.poisoned[f"/v2/persons/{person}"] = 500
    assert river.hook(person_event(person)).status == 200
    again = eventually(lambda: river.weir.listed("/log", kind="fetch", outcome="again"))[0]
    assert again["remote_id"] == person and again["error"] != ""
    wrong = river.weir.listed("/log", errors="true")
    assert {e["outcome"] for e in wrong} >= {"again", "aside"} and all(e["error"] for e in wrong)
    river.sim.poisoned.clear()
    river.wait_employee(person, first_name="Hauke")
    record = river.weir.employee(person)["id"]
    outcomes = [s["outcome"] for s in stages(river.weir.admin(f"/trace/{record}").data, "fetch")]
    assert outcomes[0] == "again" and outcomes[-1] == "fetched"


def test_a_delivery_that_is_refused_is_in_the_log_once_a_second(river):
    for _ in range(5):
        assert river.hook(person_event(river.sim.person_ids()[0]), token="Bearer wrong").status in (401, 403)
    refused = eventually(lambda: river.weir.listed("/deliveries", outcome="refused"))
    assert len(refused) < 5 and refused[0]["status"] in (401, 403) and refused[0]["events"] == []
    assert refused[0]["error"] != "" and "delivery" not in refused[0]


def sync(river) -> str:
    mark = river.weir.log.mark()
    river.weir.cli("sync", "personio:acme")
    return river.weir.wait_log("sync ended", mark, integration="personio:acme")["sync"]


def test_a_change_that_only_a_sync_found_is_traced_from_the_sync_to_its_attempts(river):
    person = river.sim.person_ids()[0]
    record = river.weir.employee(person)["id"]
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Edda")

    run = sync(river)
    message = river.wait_message("hris_employees", person, "updated")
    river.settle()

    for by, one in {"record": record, "notification": message.id, "sync": run}.items():
        trace = river.weir.admin(f"/trace/{one}").data
        assert (trace["by"], trace["end"], trace["complete"]) == (by, "delivered", True), trace
        words = [s["stage"] for s in trace["stages"]]
        assert words.index("sync") < words.index("change") < words.index("notification") < words.index("attempt")
        assert stages(trace, "received") == [] and stages(trace, "fetch") == []
        page = stages(trace, "sync")[0]
        assert (page["sync"], page["model"], page["outcome"]) == (run, "hris_employees", "read"), page
        change = next(s for s in stages(trace, "change") if s["id"] == record)
        assert change["change"] == "updated" and "first_name" in change["fields"]
        assert message.id in {s["notification"] for s in stages(trace, "attempt")}
        assert "Edda" not in json.dumps(trace)
    assert river.weir.cli("trace", run, "--by", "sync").stdout.startswith(f"sync {run} of personio:acme: delivered after ")


def test_a_record_that_a_sync_made_or_did_not_find_any_more_is_traced_to_it(river):
    person = river.sim.person_ids()[0]
    record = river.weir.employee(person)["id"]
    first = river.weir.listed("/syncs")[-1]["id"]
    assert stages(river.weir.admin(f"/trace/{record}").data, "sync")[0]["sync"] == first

    with river.sim.quiet():
        river.sim.delete_person(person)
    run = sync(river)
    river.wait_message("hris_employees", person, "deleted")

    trace = river.weir.admin(f"/trace/{record}").data
    [page] = stages(trace, "sync")
    assert (page["sync"], page["outcome"], page["count"]) == (run, "gone", 1)
    assert record in {s["id"] for s in stages(trace, "change")}


def test_a_sync_that_changes_nothing_leaves_nothing_to_trace(river):
    run = sync(river)

    assert river.weir.admin(f"/trace/{run}").status == 404
    assert [entry for entry in river.weir.listed("/log", kind="sync") if entry["sync"] == run] == []

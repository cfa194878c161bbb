"""What was sent, or given up, is sent again; and what came in is looked at again."""

from __future__ import annotations

from weir import eventually


def change(river, number: int = 0, name: str = "Freya") -> str:
    person = river.sim.person_ids()[number]
    river.sim.update_person(person, first_name=name)
    return person


def test_what_an_application_took_and_lost_is_sent_again(river):
    person = change(river)
    river.wait_message("hris_employees", person, "updated")
    river.settle()
    first = {m.id: m.body for m in river.app.messages}
    river.app.clear()

    preview = river.weir.cli("replay", "--since", "2h", "--endpoint", "app", "--dry-run").stdout
    kept = river.weir.listed("/notifications", state="delivered", endpoint="app")
    assert f"{len(kept)} notifications would be tried again\n" == preview
    river.settle()
    assert river.app.messages == []
    done = river.weir.cli_json("replay", "--since", "2h", "--endpoint", "app")
    assert done == {"replayed": len(kept)}

    messages = river.app.wait(len(kept))
    river.settle()
    assert len(river.app.messages) == len(kept)
    again = {m.id: m.body for m in messages}
    assert set(again) == {n["id"] for n in kept} and all(again[one] == body for one, body in first.items())
    assert all(m.problems == [] for m in messages)
    # They are kept again, over a restart too; another integration's are not meant.
    river.weir.restart()
    assert len(river.weir.listed("/notifications", state="delivered")) == len(kept)
    assert river.weir.admin("/notifications/replay", "POST",
                            {"since": "2h", "state": "delivered", "integration": "personio:nobody"}).status == 404


def test_only_what_ended_within_the_time_is_sent_again(make_river):
    river = make_river(movable=True).start()
    river.pass_time(hours=5)
    person = change(river)
    river.wait_message("hris_employees", person, "updated")
    river.settle()
    late = {m.id for m in river.app.messages}
    kept = {n["id"] for n in river.weir.listed("/notifications", state="delivered")}
    river.app.clear()

    assert late < kept
    assert river.weir.cli_json("replay", "--since", "1h") == {"replayed": len(late)}
    assert {m.id for m in river.app.wait(len(late))} == late
    river.settle()
    assert river.weir.cli_json("replay", "--since", "9h", "--until", "1h", "--dry-run") == {
        "dry_run": True, "count": len(kept - late)}
    river.pass_time(days=4)
    eventually(lambda: river.weir.listed("/notifications", state="delivered", until="3d") == [])


def test_a_dead_letter_is_shown_whole_and_discarded_with_a_reason(make_river):
    river = make_river(dispatch={"retry_ms": [10]}).start()
    river.app.default = 500
    for number in range(3):
        change(river, number, "Kari")
        eventually(lambda: len(river.weir.listed("/notifications", state="dead")) == number + 1)
    one, two, _ = (n["id"] for n in river.weir.listed("/notifications", state="dead", since="1h"))

    shown = river.weir.cli_json("notifications", "show", one)
    assert shown["state"] == "dead" and shown["body"]["id"] == one and shown["last_status"] == 500
    assert one in river.weir.cli("notifications", "show", one).stdout
    assert river.weir.cli("notifications", "discard", one, check=False).returncode == 2  # no reason
    said = river.weir.cli("notifications", "discard", one, "--reason", "the customer left").stdout
    assert said == "1 dead letter is discarded\n"
    assert river.weir.admin(f"/notifications/{one}").status == 404
    entry = river.weir.listed("/log", kind="notification")[0]
    assert (entry["notification"], entry["outcome"], entry["reason"]) == (one, "discarded", "the customer left")
    assert entry in river.weir.listed("/log", endpoint="app", outcome="discarded")
    river.app.clear()
    river.app.default = 200
    river.weir.cli("replay", "--dead", two)
    assert river.app.wait(1)[0].id == two
    river.settle()
    gone = river.weir.cli_json("notifications", "discard", "--all", "--endpoint", "app", "--reason", "old")
    assert gone == {"discarded": 1}
    assert river.weir.listed("/notifications", state="dead") == []


def test_a_delivery_s_records_are_looked_at_again_within_scope(river):
    person = change(river)
    river.wait_message("hris_employees", person, "updated")
    river.settle()
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Silent")
    delivery = river.weir.listed("/deliveries")[0]
    assert {"model": "hris_employees", "remote_id": person} in delivery["refs"]

    seen = len(river.fetched(person))
    preview = river.weir.cli_json("deliveries", "replay", "--since", "1h", "--integration", "personio:acme", "--dry-run")
    assert preview["deliveries"] >= 1 and preview["records"] >= 1 and preview["incomplete"] == 0
    assert len(river.fetched(person)) == seen
    done = river.weir.cli_json("deliveries", "replay", str(delivery["delivery"]))
    assert done["deliveries"] == 1 and done["records"] == len(delivery["refs"])

    river.wait_employee(person, first_name="Silent")
    assert river.weir.cli("deliveries", "replay", "999999", check=False).returncode == 1


def test_one_record_is_fetched_again_when_asked_for(river):
    person = river.sim.person_ids()[1]
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Gudrun")

    river.weir.cli("refetch", "personio:acme", "hris_employees", person)

    river.wait_employee(person, first_name="Gudrun")
    for model, remote_id in (("hris_nothing", person), ("ats_jobs", "1")):
        refused = river.weir.admin("/integrations/personio:acme/refetch", "POST",
                                   {"model": model, "remote_id": remote_id})
        assert refused.status == 400, model
    assert river.weir.cli("refetch", "personio:nobody", "hris_employees", "1", check=False).returncode == 1


def test_the_log_and_the_attempts_are_searched(river):
    person = change(river, name="Ragnhild")
    message = river.wait_message("hris_employees", person, "updated")
    river.settle()
    delivery = str(river.weir.listed("/deliveries")[0]["delivery"])

    attempts = river.weir.listed("/attempts", notification=message.id, outcome="delivered", endpoint="app")
    assert [a["notification"] for a in attempts] == [message.id]
    assert river.weir.listed("/attempts", outcome="dead") == []
    of_delivery = river.weir.listed("/log", delivery=delivery, tool="personio")
    assert {row["kind"] for row in of_delivery} == {"delivery", "fetch"}
    assert river.weir.listed("/log", delivery=delivery, tool="okta") == []
    assert [row["kind"] for row in river.weir.listed("/log", id=message.id)] == ["attempt"]
    assert river.weir.listed("/log", text="PERSON.Updated", since="1h")
    assert river.weir.listed("/log", since="1h", until="30m") == []
    assert message.id in river.weir.cli("log", "--notification", message.id).stdout
    assert river.weir.admin("/log", since="yesterday").status == 400

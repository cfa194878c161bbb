"""Scopes at run time: made, changed and given to integrations through the admin API and the command, in force at once."""

from __future__ import annotations

import http.client
import json

from weir import ACME, eventually

LEAN = ("hris_employees=enabled", "hris_employments=enabled", "hris_teams=enabled")


def subscribed(river) -> set[str]:
    return {name for hook in river.sim.hooks.webhooks.values() for name in hook.enabled_events}


def events_of(river, word: str) -> list[str]:
    return [name for name in subscribed(river) if name.startswith(word)]


def test_a_scope_is_tried_given_and_taken_back(make_river):
    river = make_river(people=4)
    river.start()
    weir = river.weir
    absences = len(weir.rows("/hris/absences"))
    assert absences and events_of(river, "absence")
    assert [(s["name"], s["kept_in"], s["integrations"]) for s in weir.listed("/scopes")] == [
        ("default", "file", [ACME])]

    assert "changes nothing" in weir.cli("scopes", "set", "lean", *LEAN).stdout
    tried = weir.cli_json("scopes", "assign", ACME, "lean", "--dry-run")
    assert tried["dry_run"] is True and tried["scope"] == "lean"
    effect, = tried["effects"]
    gone = {m["model"]: m["records"] for m in effect["models"] if m["change"] == "removed"}
    assert gone["hris_absences"] == absences and effect["full_sync"] is False
    assert set(effect["events_removed"]) == set(events_of(river, "absence")) and effect["events_added"] == []
    assert weir.api("/hris/absences").status == 200, "a dry run changes nothing"
    assert weir.cli_json("audit", "--target", ACME)["results"] == []

    weir.cli("scopes", "assign", ACME, "lean")
    assert weir.api("/hris/absences").status == 403
    assert weir.api("/hris/teams").status == 200
    assert weir.admin(f"/integrations/{ACME}").data["scope"] == "lean"
    eventually(lambda: subscribed(river) and not events_of(river, "absence"))
    assert weir.cli_json("audit", "--target", ACME)["results"][0]["route"] == "/admin/v1/integrations/{}/scope"

    weir.restart()
    assert weir.api("/hris/absences").status == 403
    weir.cli("reload")
    assert weir.api("/hris/absences").status == 403
    in_use = weir.cli("scopes", "delete", "lean", check=False)
    assert in_use.returncode == 1 and ACME in in_use.stderr

    since = weir.log.mark()
    assert "full sync" in weir.cli("scopes", "assign", ACME, "default").stdout
    weir.wait_log("sync ended", since, integration=ACME, state="SUCCEEDED")
    eventually(lambda: len(weir.rows("/hris/absences")) == absences)
    eventually(lambda: events_of(river, "absence"))
    weir.cli("scopes", "delete", "lean")
    assert [s["name"] for s in weir.listed("/scopes")] == ["default"]


def test_a_changed_scope_hides_a_field_and_brings_it_back(make_river):
    river = make_river(people=3)
    river.start()
    weir = river.weir
    weir.cli("scopes", "set", "mine", "--like", "default", "hris_absences=disabled")
    weir.cli("scopes", "assign", ACME, "mine")
    person = river.sim.person_ids()[0]
    email = weir.employee(person)["work_email"]
    assert email

    tried = weir.cli_json("scopes", "set", "mine", "hris_employees.work_email=disabled", "--dry-run")
    assert tried["effects"][0]["models"] == [{"model": "hris_employees", "change": "fields", "records": 3,
                                              "fields_added": [], "fields_removed": ["work_email"]}]
    assert weir.employee(person)["work_email"] == email
    weir.cli("scopes", "set", "mine", "hris_employees.work_email=disabled")
    assert weir.employee(person)["work_email"] is None
    shown = weir.cli_json("scopes", "show", "mine")
    assert shown["models"]["hris_employees"]["fields"]["work_email"] == "disabled"
    assert shown["models"]["hris_absences"] == "disabled" and shown["integrations"] == [ACME]

    since = weir.log.mark()
    answer = weir.admin("/scopes/mine", "PUT", {"models": {"hris_employees": "enabled"}})
    assert answer.data["effects"][0]["full_sync"] is True
    weir.wait_log("sync ended", since, integration=ACME, state="SUCCEEDED")
    eventually(lambda: weir.employee(person)["work_email"] == email)


def test_what_cannot_be_is_said_and_changes_nothing(make_river):
    river = make_river(people=3)
    river.start()
    weir = river.weir
    assert weir.admin("/scopes/default", "PUT", {"models": {"hris_teams": "enabled"}}).status == 409
    assert weir.admin("/scopes/default", "DELETE").status == 409
    assert weir.admin("/scopes/none", "DELETE").status == 404
    assert weir.admin("/scopes", "POST", {"name": "x", "models": {"hris_people": "enabled"}}).status == 400
    assert weir.admin("/scopes", "POST", {"name": "a b", "models": {}}).status == 400
    assert weir.admin("/scopes", "POST", {"name": "x", "models": {"hris_teams": "enabled"}}).status == 200
    assert weir.admin("/scopes", "POST", {"name": "x", "models": {"hris_teams": "enabled"}}).status == 409
    assert weir.admin(f"/integrations/{ACME}/scope", "PUT", {"scope": "nowhere"}).status == 400
    assert weir.admin("/integrations/personio:none/scope", "PUT", {"scope": "x"}).status == 404
    assert "no model" in weir.cli("scopes", "set", "x", "hris_people=enabled", check=False).stderr
    assert weir.api("/hris/absences").status == 200
    assert weir.admin(f"/integrations/{ACME}").data["scope"] == "default"


def test_one_made_at_run_time_is_given_a_scope_that_was_made_at_run_time(make_river):
    river = make_river(people=3)
    river.start()
    weir = river.weir
    account = river.account(3)
    weir.cli("scopes", "set", "lean", *LEAN)
    weir.cli("integrations", "create", "personio:made", "--organization", "Made GmbH", "--scope", "lean", "--base-url",
             account.url, "--allow-private", f"client_id={account.client_id}", "client_secret=-",
             given=account.client_secret)
    weir.wait_synced("personio:made")
    assert weir.api("/hris/absences", "personio:made").status == 403

    weir.cli("scopes", "assign", "personio:made", "default")
    eventually(lambda: weir.api("/hris/absences", "personio:made").status == 200)
    eventually(lambda: weir.rows("/hris/absences", "personio:made"))
    weir.restart()
    assert weir.admin("/integrations/personio:made").data["scope"] == "default"


def test_the_overview_and_the_detail_say_what_a_dashboard_shows(make_river):
    river = make_river(people=3)
    river.start()
    weir = river.weir
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Asa")
    river.app.wait_for(lambda messages: len(messages) > 0)
    river.settle()

    seen = weir.admin("/overview").data
    assert seen["ready"] and seen["integrations"] == {"count": 1, "active": 1, "invalid": 0}
    for what in ("deliveries", "events", "changes", "notifications"):
        hour = seen["last_hour"][what]
        assert hour["count"] == sum(hour["minutes"]) > 0 and len(hour["minutes"]) == 60, what
        assert hour["per_minute"] == round(hour["count"] / 60, 2)
    assert seen["attention"] == [] and seen["dead_letters"] == 0
    for what in ("acknowledged", "stored", "told"):
        took = seen["latency"][what]
        assert took["count"] > 0 and 0 < took["p50_ms"] <= took["p95_ms"] < 30_000, (what, took)
    assert seen["latency"]["acknowledged"]["p50_ms"] < seen["latency"]["told"]["p50_ms"]
    assert seen["public_url"] == weir.config["public_url"] and seen["last_delivery"] <= seen["at"]

    shown = weir.admin(f"/integrations/{ACME}").data
    assert {s["key"] for s in shown["settings"] if s["set"]} == {"client_id", "client_secret"}
    assert river.sim.client_id not in json.dumps(shown)
    assert [row["sync"] for row in weir.listed("/integrations")] == [shown["sync"]]
    detail = shown["sync"]
    assert detail["relaxed"] and detail["every_s"] == 24 * 3600 and "relied on" in detail["why"] and detail["next_at"]
    weir.cli("endpoints", "disable", "app")
    detail = weir.admin(f"/integrations/{ACME}").data["sync"]
    assert not detail["relaxed"] and detail["every_s"] == 3 * 3600 and "no endpoint" in detail["why"]
    assert weir.admin("/overview").data["attention"][0]["subject"] == "app"

    rows = weir.admin(f"/integrations/{ACME}/records/hris_employees", page_size=2).data
    assert rows == weir.api("/hris/employees", page_size=2).data and rows["next"]
    assert weir.admin(f"/integrations/{ACME}/records/hris_people").status == 404


def follow(weir, key):
    """The overviews that the stream tells, one by one."""
    connection = http.client.HTTPConnection("127.0.0.1", weir.admin_port, timeout=30)
    connection.request("GET", "/admin/v1/overview/stream", headers={"Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    assert answer.getheader("Content-Type") == "text/event-stream"
    for line in answer:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])
    connection.close()


def test_the_overview_is_followed_live(make_river):
    river = make_river(people=3)
    river.tool("personio:other", 1)
    river.start()
    weir = river.weir
    told = follow(weir, weir.admin_key)
    assert next(told)["integrations"] == {"count": 2, "active": 2, "invalid": 0}

    before = weir.admin("/overview").data["last_hour"]["deliveries"]["count"]
    river.sim.update_person(river.sim.person_ids()[0], first_name="Asa")
    assert any(seen["last_hour"]["deliveries"]["count"] > before for seen in told)
    weir.cli("integrations", "disable", ACME)
    assert any(seen["integrations"]["active"] == 1 for seen in told)

"""The life of a subscription: made, checked, doubted, put right, refused, removed; time is handed in."""

from __future__ import annotations

from typing import Any

import pytest

from weir import ACME, eventually
from whole_river import person_event

OTHER = "personio:other"



@pytest.fixture
def river(make_river):
    return make_river(movable=True).start()


def hooks(river) -> list[Any]:
    return list(river.sim.hooks.webhooks.values())


def shown(river, integration: str = ACME) -> dict[str, Any]:
    return river.weir.admin(f"/subscriptions/{integration.replace(':', '%3A')}").data


def wait_state(river, state: str, **fields: Any) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        it = shown(river)
        return it if it["state"] == state and all(it[k] == v for k, v in fields.items()) else None
    return eventually(look, say=f"the subscription did not become {state} {fields}: {shown(river)}")


def checks(river) -> int:
    return river.sim.count("GET /v2/webhooks")


def wait_check(river, how: str) -> None:
    """Six hours on, and what a check then does."""
    mark = river.weir.log.mark()
    river.pass_time(hours=6.1)
    river.weir.wait_log("subscription", mark, integration=ACME, state=how)


def deliver(river, minutes: float, times: int) -> None:
    """A delivery each so many minutes, and so many pauses to learn from."""
    person = river.sim.person_ids()[0]
    for number in range(times + 1):
        assert river.hook(person_event(person)).status == 200
        river.pass_time(hours=minutes / 60)
        eventually(lambda: shown(river)["pauses_learned"] >= number)
    assert shown(river)["pauses_learned"] == times


# Made and checked


def test_a_new_integration_is_subscribed_and_shown(river):
    it = wait_state(river, "active")

    [hook] = hooks(river)
    assert it["remote_id"] == hook.id and it["integration"] == ACME and it["automatic"] is True
    assert it["active_since"] and it["checked_at"] and it["reason"] is None and it["missed_changes"] == 0
    assert it["callback_url"] == hook.url and sorted(it["events"]) == sorted(hook.enabled_events)
    listed = river.weir.cli_json("subscriptions", "list")["results"]
    assert [(row["integration"], row["state"]) for row in listed] == [(ACME, "active")]
    table = river.weir.cli("subscriptions").stdout
    assert "STATE" in table and "active" in table
    for words in (("show", ACME), ("show", ACME, "--json")):
        assert hook.id in river.weir.cli("subscriptions", *words).stdout


def test_the_last_delivery_is_shown_and_kept(river):
    river.sim.update_person(river.sim.person_ids()[0], first_name="Alva")

    seen = eventually(lambda: shown(river)["last_delivery"])

    river.weir.restart()
    assert shown(river)["last_delivery"] == seen


def test_it_is_checked_every_six_hours_and_nothing_is_changed_when_it_is_right(river):
    wait_state(river, "active")
    before = hooks(river)[0]
    river.sim.reset_counters()

    for number in range(1, 4):
        wait_check(river, "active")
        assert checks(river) == number

    assert hooks(river) == [before]
    assert river.sim.count("POST /v2/webhooks") == river.sim.count("PATCH /v2/webhooks/{id}") == 0


def test_an_unchanged_file_asks_nothing_of_the_tool_and_a_changed_scope_does(river):
    wait_state(river, "active")
    river.weir.cli("reload")
    river.sim.reset_counters()
    river.weir.cli("reload")

    mark = river.weir.log.mark()
    river.weir.config["scopes"] = [{"name": "default", "models": {
        name: "enabled" for name in ("hris_employees", "hris_employments", "hris_teams")}}]
    river.weir.write_config()
    river.weir.cli("reload")
    river.weir.wait_log("subscription", mark, integration=ACME, state="active", changed=True)

    [hook] = hooks(river)
    assert hook.enabled_events and not any(name.startswith("absence") for name in hook.enabled_events)
    assert sorted(shown(river)["events"]) == sorted(hook.enabled_events)
    assert checks(river) == 1  # of the changed file alone


def test_a_scope_that_needs_no_event_leaves_no_webhook_behind(river):
    wait_state(river, "active")
    river.weir.config["scopes"] = [{"name": "default", "models": {"hris_legal_entities": "enabled"}}]
    river.weir.write_config()

    river.weir.cli("reload")

    it = wait_state(river, "none")
    assert hooks(river) == [] and it["events"] == [] and "scope" in it["reason"]


# Drift


def test_one_that_was_deleted_is_made_anew_and_what_was_missed_is_read(river):
    wait_state(river, "active")
    river.sim.hooks.webhooks.clear()
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Bodil")

    wait_check(river, "active")

    eventually(lambda: hooks(river))
    river.wait_employee(person, first_name="Bodil")
    assert wait_state(river, "active", remote_id=hooks(river)[0].id)
    assert river.weir.metric("weir_subscription_repairs_total") == 1
    entries = river.weir.listed("/log", kind="integration")
    assert entries[0]["subscription"] == "active" and entries[0]["repaired"] is True


def test_one_that_was_disabled_is_enabled_and_its_events_are_asked_for(river):
    wait_state(river, "active")
    hooks(river)[0].status = "DISABLED"
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Cilla")

    wait_check(river, "active")

    assert [hook.status for hook in hooks(river)] == ["ENABLED"]
    river.wait_employee(person, first_name="Cilla")
    assert "brought up to date" in shown(river)["reason"]


@pytest.mark.parametrize("edit", [
    lambda hook: hook.enabled_events.clear() or hook.enabled_events.append("person.created"),
    lambda hook: setattr(hook, "url", hook.url + "-elsewhere"),
    lambda hook: setattr(hook, "auth_type", "NONE"),
], ids=["events", "url", "auth"])
def test_one_that_was_edited_is_as_wanted_again(river, edit):
    it = wait_state(river, "active")
    edit(hooks(river)[0])

    wait_check(river, "active")

    [hook] = hooks(river)
    assert (hook.url, hook.auth_type, sorted(hook.enabled_events)) == (
        it["callback_url"], "TOKEN", sorted(it["events"]))
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Disa")
    river.wait_employee(person, first_name="Disa")


def test_a_person_can_have_it_checked_at_once(river):
    wait_state(river, "active")
    hooks(river)[0].status = "DISABLED"

    done = river.weir.cli("subscriptions", "ensure", ACME)

    assert "weir subscriptions show" in done.stdout
    eventually(lambda: hooks(river)[0].status == "ENABLED")


# States


def test_a_missing_permission_is_named_and_found_when_it_is_granted(make_river):
    river = make_river(movable=True)
    river.sim.switches.missing_rights = ["webhooks"]
    river.start(synced=False)
    river.weir.wait_synced()

    it = wait_state(river, "needs_permission")

    assert "personio:webhooks:read" in it["reason"] and "personio:webhooks:write" in it["reason"]
    assert "needs_permission" in river.weir.cli("subscriptions").stdout
    assert it["active_since"] is None
    river.sim.switches.reset()
    person = river.sim.person_ids()[0]
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Edda")
    wait_check(river, "active")
    assert wait_state(river, "active", reason=None)
    river.wait_employee(person, first_name="Edda")  # of the time without one


def test_a_permission_that_is_taken_away_is_shown(river):
    wait_state(river, "active")
    river.sim.switches.missing_rights = ["webhooks"]

    wait_check(river, "needs_permission")

    assert "grant" in wait_state(river, "needs_permission")["reason"]


def test_a_tool_that_does_not_answer_is_a_failure_that_passes(river):
    since = wait_state(river, "active")["active_since"]
    river.sim.switches.set(fail_count=1000, fail_match="/v2/webhooks")

    wait_check(river, "failed")

    assert "503" in wait_state(river, "failed")["reason"]
    river.sim.switches.reset()
    river.pass_time(hours=0.1)
    assert wait_state(river, "active")["active_since"] == since  # it was at work all the time


def test_one_that_a_person_removed_stays_removed_until_it_is_asked_for(river):
    wait_state(river, "active")

    river.weir.cli("subscriptions", "remove", ACME)

    it = wait_state(river, "removed")
    assert hooks(river) == [] and it["remote_id"] is None and it["active_since"] is None
    river.weir.restart()
    river.weir.wait_log("integration open", integration=ACME)
    river.sim.reset_counters()
    mark = river.weir.log.mark()
    river.pass_time(hours=25)
    river.wait_sync_due(mark, ACME)
    assert hooks(river) == [] and checks(river) == 0 and shown(river)["state"] == "removed"
    person = river.sim.person_ids()[0]
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Frida")
    river.weir.cli("subscriptions", "ensure", ACME)
    wait_state(river, "active")
    assert len(hooks(river)) == 1
    river.wait_employee(person, first_name="Frida")


def test_what_cannot_be_asked_is_refused_with_the_reason(river):
    wait_state(river, "active")
    for words in (("show", "personio:nobody"), ("ensure", "personio:nobody"), ("remove", "personio:nobody")):
        done = river.weir.cli("subscriptions", *words, check=False)
        assert done.returncode == 1 and "personio:nobody" in done.stderr
    river.weir.config["integrations"][0]["paused"] = True
    river.weir.write_config()
    river.weir.cli("reload")
    for word in ("ensure", "remove"):
        done = river.weir.cli("subscriptions", word, ACME, check=False)
        assert done.returncode == 1 and "switched off" in done.stderr


def test_one_that_the_tool_has_not_confirmed_is_pending_until_it_has(make_river):
    river = make_river(movable=True, workers={"backoff_max_ms": 600_000})
    river.weir.config["integrations"].append({"id": "waiting:x", "organization": "Waiting GmbH"})
    river.weir.start()

    line = river.weir.wait_log("subscription", integration="waiting:x")
    assert line["state"] == "pending" and "not confirmed" in line["detail"]
    it = shown(river, "waiting:x")
    assert (it["state"], it["remote_id"], it["active_since"]) == ("pending", "hook-1", None)

    river.pass_time(hours=0.2)

    eventually(lambda: shown(river, "waiting:x")["state"] == "active")
    assert shown(river, "waiting:x")["active_since"]
    done = river.weir.cli("subscriptions", "remove", "waiting:x", check=False)
    assert done.returncode == 1 and "a person has to remove the webhook" in done.stderr


def test_one_that_a_person_has_to_make_shows_the_steps(make_river):
    river = make_river(movable=True)
    river.weir.config["integrations"].append(
        {"id": "by_hand:x", "organization": "Handmade GmbH", "settings": {"password": "open sesame"}})
    river.words.append("open sesame")
    river.weir.start()
    river.weir.wait_synced("by_hand:x")

    it = eventually(lambda: shown(river, "by_hand:x")["state"] == "manual_setup" and shown(river, "by_hand:x"))

    assert it["automatic"] is False and "a person" in it["reason"]
    assert it["steps"] == [{"title": "Make a webhook", "text": "Under Settings, Webhooks, for all changes of persons",
                            "copy": "Address", "value": it["callback_url"], "paste": None}]
    assert "Under Settings" in river.weir.cli("subscriptions", "show", "by_hand:x").stdout
    assert river.hook(b"{}", integration="by_hand:x", token="").status == 200
    assert eventually(lambda: shown(river, "by_hand:x")["last_delivery"])
    for word in ("ensure", "remove"):
        done = river.weir.cli("subscriptions", word, "by_hand:x", check=False)
        assert done.returncode == 1 and "a person has to" in done.stderr


# Doubt


def test_an_unusual_silence_is_looked_at_and_what_is_broken_is_put_right(river):
    wait_state(river, "active")
    deliver(river, minutes=10, times=25)
    usual_ms = shown(river)["usual_pause_ms"]
    assert 9 * 60_000 <= usual_ms <= 12 * 60_000
    hooks(river)[0].status = "DISABLED"
    person = river.sim.person_ids()[1]
    river.sim.update_person(person, first_name="Gunnel")

    river.pass_time(hours=1.1)

    broken = river.weir.wait_log("the subscription was doubted, and is broken", integration=ACME)
    assert "switched off" in broken["detail"]
    eventually(lambda: hooks(river)[0].status == "ENABLED")
    river.wait_employee(person, first_name="Gunnel")
    assert river.weir.metric("weir_subscription_probes_total", reason="silent") == 1
    assert river.weir.metric("weir_subscription_repairs_total") == 1


def test_a_silence_that_is_usual_here_is_no_reason(river):
    wait_state(river, "active")
    deliver(river, minutes=120, times=21)
    probes = river.weir.metric("weir_subscription_probes_total", reason="silent")

    mark = river.weir.log.mark()
    river.pass_time(hours=1.5)  # three and a half since the last one
    river.weir.cli("sync", ACME)
    river.weir.wait_log("sync ended", mark)
    assert river.weir.metric("weir_subscription_probes_total", reason="silent") == probes

    river.pass_time(hours=1)
    river.weir.wait_log("the subscription was doubted, and is well at the tool", mark)
    assert shown(river)["state"] == "active" and shown(river)["doubted_at"]
    assert river.weir.metric("weir_subscription_probes_total", reason="silent") == probes + 1


def test_what_a_sync_finds_and_no_delivery_told_is_counted_and_lets_doubt(river):
    wait_state(river, "active")
    first, second = river.sim.person_ids()[:2]
    with river.sim.quiet():
        river.sim.update_person(first, first_name="Hedvig")
        river.sim.update_person(second, first_name="Inga")
    hooks(river)[0].status = "DISABLED"

    river.weir.cli("sync", ACME)

    line = river.weir.wait_log("a sync found changes that no delivery had told", integration=ACME)
    assert line["changes"] == 2
    eventually(lambda: hooks(river)[0].status == "ENABLED")
    assert shown(river)["missed_changes"] == 2
    assert river.weir.metric("weir_webhook_missed_total", integration=ACME) == 2
    assert river.weir.metric("weir_subscription_probes_total", reason="missed") == 1


def test_a_sync_that_finds_nothing_new_or_what_was_told_counts_nothing(river):
    wait_state(river, "active")
    river.sim.update_person(river.sim.person_ids()[0], first_name="Jorunn")
    river.wait_employee(river.sim.person_ids()[0], first_name="Jorunn")

    mark = river.weir.log.mark()
    river.weir.cli("sync", ACME)
    river.weir.wait_log("sync ended", mark, state="SUCCEEDED")

    assert shown(river)["missed_changes"] == 0
    assert river.weir.metric("weir_subscription_probes_total") == 0


def test_changes_of_a_time_without_a_webhook_are_no_fault_of_it(make_river):
    river = make_river(movable=True)
    river.sim.switches.missing_rights = ["webhooks"]
    river.start(synced=False)
    river.weir.wait_synced()
    wait_state(river, "needs_permission")
    with river.sim.quiet():
        river.sim.update_person(river.sim.person_ids()[0], first_name="Kaia")

    mark = river.weir.log.mark()
    river.weir.cli("sync", ACME)
    assert river.weir.wait_log("sync ended", mark)["changed"] == 1

    assert shown(river)["missed_changes"] == 0


# The end of an integration


def take_out(river) -> None:
    """Of the file."""
    river.weir.config["integrations"].pop()
    river.weir.write_config()
    river.weir.cli("reload")


@pytest.fixture
def pair(make_river):
    river = make_river(movable=True)
    river.tool(OTHER)
    return river.start()


def test_one_that_is_taken_out_of_the_file_leaves_no_webhook_behind(pair):
    gone = pair.tools[1]
    assert gone.hooks.webhooks

    take_out(pair)

    eventually(lambda: not gone.hooks.webhooks)
    assert pair.weir.wait_log("subscription removed, the integration left", integration=OTHER)
    assert len(pair.sim.hooks.webhooks) == 1
    assert pair.weir.admin("/subscriptions/personio%3Aother").status == 404


def test_its_removal_is_tried_again_when_the_tool_does_not_answer(pair):
    gone = pair.tools[1]
    gone.switches.set(fail_count=1000, fail_match="/v2/webhooks")
    take_out(pair)
    pair.weir.wait_log("subscription of an integration that left could not be removed, tried again later")
    assert gone.hooks.webhooks

    gone.switches.reset()

    eventually(lambda: not gone.hooks.webhooks)


def test_one_that_cannot_be_removed_is_named_so_that_a_person_can_do_it(pair):
    gone = pair.tools[1]
    [hook] = gone.hooks.webhooks
    gone.switches.missing_rights = ["webhooks"]

    take_out(pair)

    line = pair.weir.wait_log("subscription of an integration that left stays at the tool: delete it there by hand")
    assert line["remote_id"] == hook and line["integration"] == OTHER


def test_one_that_comes_back_is_subscribed_again_and_read_anew(pair):
    gone = pair.tools[1]
    kept = pair.weir.config["integrations"][1]
    take_out(pair)
    eventually(lambda: not gone.hooks.webhooks)
    pair.weir.wait_log("subscription removed, the integration left", integration=OTHER)
    person = gone.person_ids()[0]
    gone.update_person(person, first_name="Liv")

    pair.weir.config["integrations"].append(kept)
    pair.weir.write_config()
    pair.weir.cli("reload")

    eventually(lambda: gone.hooks.webhooks)
    eventually(lambda: pair.weir.employee(person, OTHER)["first_name"] == "Liv")
    gone.update_person(person, first_name="Maj")
    eventually(lambda: pair.weir.employee(person, OTHER)["first_name"] == "Maj")


def test_one_that_is_switched_off_is_unsubscribed_all_the_same_when_it_leaves(pair):
    gone = pair.tools[1]
    pair.weir.config["integrations"][1]["paused"] = True
    pair.weir.write_config()
    pair.weir.cli("reload")
    assert gone.hooks.webhooks

    take_out(pair)

    eventually(lambda: not gone.hooks.webhooks)


def test_one_that_is_taken_out_while_the_daemon_is_down_is_named_after_the_start(pair):
    gone = pair.tools[1]
    [hook] = gone.hooks.webhooks
    pair.weir.stop()
    pair.weir.config["integrations"].pop()

    pair.weir.start()

    said = [line for line in pair.weir.log.update() if line.get("remote_id") == hook]
    assert [line["integration"] for line in said] == [OTHER] and "by hand" in said[0]["event"]

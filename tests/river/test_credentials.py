"""Credentials: refused for days, renewed while the daemon runs, and what the application is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from weir import ACME, eventually

PATH = "/integrations/personio%3Aacme"
OTHER = "personio:other"
STATE = "integration-state-changed"


@pytest.fixture
def river(make_river):
    """Time is handed in; the application hears of states; a second integration shows that the others go on."""
    river = make_river(movable=True)
    river.tool(OTHER)
    river.weir.config["endpoints"][0]["events"] = ["data-changed", STATE]
    return river.start()


def shown(river, integration: str = PATH) -> dict[str, Any]:
    return river.weir.admin(integration).data


def states(river) -> list[dict[str, Any]]:
    assert all(m.problems == [] for m in river.app.messages)
    return [m.data for m in river.app.messages if m.type == STATE]


def refuse(river) -> None:
    river.sim.switches.token_error = "invalid_client"
    river.sim.tokens.expire_all()


def make_invalid(river) -> None:
    refuse(river)
    river.pass_time(hours=25)
    eventually(lambda: shown(river)["auth_failed_since"])
    river.pass_time(days=3, hours=1)
    eventually(lambda: shown(river)["state"] == "INVALID")
    eventually(lambda: states(river))


def calls_of_two_days(river) -> int:
    """What the tool is asked while all that is due in two days is done for the other integration."""
    before = len(river.sim.requests)
    mark = river.weir.log.mark()
    river.pass_time(days=2)
    river.wait_sync_due(mark, OTHER, state="SUCCEEDED")
    river.weir.wait_log("subscription", mark, integration=OTHER)
    return len(river.sim.requests) - before


def test_refusals_of_less_than_three_days_are_a_problem_and_no_state(river):
    refuse(river)
    river.pass_time(hours=25)
    eventually(lambda: shown(river)["auth_failed_since"])

    river.wait_sync_due(0, ACME, state="AUTHENTICATION_FAILED")

    assert shown(river)["state"] == "ACTIVE" and shown(river)["problem"]
    assert states(river) == []


def test_three_days_of_refusals_pause_the_integration_and_the_application_is_told(river):
    make_invalid(river)

    [told] = states(river)

    assert list(told) == ["integration_tool", "integration_id", "integration_category", "end_user", "qa_status",
                          "setup_status", "state", "updated_at"]
    assert told == told | {
        "integration_tool": "personio", "integration_id": ACME, "integration_category": "HRIS", "qa_status": "PASSED",
        "end_user": {"organization_name": "Acme GmbH", "creator_email": None, "origin_id": None},
        "setup_status": "COMPLETED", "state": "INVALID"}
    assert river.weir.api("/integrations/personio:acme").data["status"] == "INVALID"
    assert river.weir.api("/hris/employees").code == "INTEGRATION.AUTHENTICATION_INVALID"
    assert river.weir.api("/force-sync", method="POST", body={}).status == 409


def test_a_paused_integration_makes_no_call_and_a_restart_does_not_begin_again(river):
    make_invalid(river)
    eventually(lambda: not {row["state"] for row in river.weir.listed("/syncs", integration=ACME)} & {
        "RUNNING", "QUEUED"})  # one that was under way may end in several ways

    river.sim.update_person(river.sim.person_ids()[0], first_name="Runa")
    assert calls_of_two_days(river) == 0
    river.weir.restart()
    assert calls_of_two_days(river) == 0

    assert shown(river)["state"] == "INVALID" and len(states(river)) == 1
    assert river.weir.status()["store"]["inbox_count"] == 1  # the event waits


def test_a_changed_secret_in_the_file_brings_it_back_at_once(river):
    make_invalid(river)
    river.sim.client_secret = river.sim.tokens.client_secret = "papi-renewed-secret"
    river.sim.switches.reset()
    river.words.append("papi-renewed-secret")
    person = river.sim.person_ids()[0]
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Runa")

    river.weir.config["integrations"][0]["settings"]["client_secret"] = "papi-renewed-secret"
    river.weir.write_config()
    river.weir.cli("reload")

    eventually(lambda: len(states(river)) == 2)
    assert [s["state"] for s in states(river)] == ["INVALID", "ACTIVE"]
    assert shown(river)["state"] == "ACTIVE" and not shown(river)["problem"]
    river.wait_employee(person, first_name="Runa")  # what was missed meanwhile is read at once


def test_a_changed_secret_that_is_wrong_too_is_tried_once_and_says_nothing_new(river):
    make_invalid(river)
    mark = river.weir.log.mark()
    river.words.append("papi-still-wrong")

    river.weir.config["integrations"][0]["settings"]["client_secret"] = "papi-still-wrong"
    river.weir.write_config()
    river.weir.cli("reload")

    river.weir.wait_log("integration needs a person", mark)
    eventually(lambda: shown(river)["problem"])
    assert calls_of_two_days(river) == 0
    assert [s["state"] for s in states(river)] == ["INVALID"]


def test_a_person_may_ask_for_another_try_with_the_same_credentials(river):
    make_invalid(river)
    river.sim.switches.reset()

    river.weir.cli("integrations", "ensure", ACME)

    eventually(lambda: [s["state"] for s in states(river)] == ["INVALID", "ACTIVE"])


def test_switching_an_integration_off_and_on_is_told(river):
    for paused, state in ((True, "INACTIVE"), (False, "ACTIVE")):
        river.weir.config["integrations"][0]["paused"] = paused
        river.weir.write_config()
        river.weir.cli("reload")
        eventually(lambda: states(river) and states(river)[-1]["state"] == state)
    assert len(states(river)) == 2


# Integrations made while the daemon runs


@pytest.fixture
def making(make_river):
    """One integration in the file, an account that none is for, and an application that hears of integrations."""
    river = make_river(movable=True)
    river.weir.config["endpoints"][0]["events"] = [
        "data-changed", STATE, "integration-created", "integration-deleted"]
    river.start()
    river.account(client_secret=SECRET)
    return river


SECRET = "papi-made-at-run-time"
MADE = "personio:made"
MADE_PATH = "/integrations/personio%3Amade"


def create(river, *more: str, secret: str = "client_secret=" + SECRET, given: str | None = None, check: bool = True):
    sim = river.tools[1]
    return river.weir.cli("integrations", "create", MADE, "--organization", "Made AG", "--base-url", sim.url,
                          "--allow-private", "--origin-id", "cust-7", f"client_id={sim.client_id}", secret, *more,
                          given=given, check=check)


def named(river, kind: str) -> list[dict[str, Any]]:
    assert all(m.problems == [] for m in river.app.messages)
    return [m.data for m in river.app.messages if m.type == kind]


def renew(river, secret: str) -> None:
    """At the tool."""
    sim = river.tools[1]
    sim.client_secret = sim.tokens.client_secret = secret
    sim.tokens.expire_all()
    river.words.append(secret)


def made(river) -> None:
    create(river)
    river.weir.wait_synced(MADE)


def test_an_integration_is_made_read_and_subscribed_while_the_daemon_runs(making):
    sim = making.tools[1]

    done = create(making)

    assert f"/hooks/{MADE}" in done.stdout and SECRET not in done.stdout
    making.weir.wait_synced(MADE)
    making.wait_same(sim, MADE)
    eventually(lambda: sim.hooks.webhooks)
    person = sim.person_ids()[0]
    sim.update_person(person, first_name="Nanna")
    eventually(lambda: making.weir.employee(person, MADE)["first_name"] == "Nanna")
    [told] = eventually(lambda: named(making, "integration-created"))
    assert told == {"id": MADE, "tool": "personio", "category": "HRIS", "end_user": {
        "organization_name": "Made AG", "creator_email": None, "origin_id": "cust-7"}}
    it = shown(making, MADE_PATH)
    assert (it["organization"], it["kept_in"], it["state"]) == ("Made AG", "store", "ACTIVE")
    assert shown(making)["kept_in"] == "file"
    assert {row["id"] for row in making.weir.cli_json("integrations")["results"]} == {ACME, MADE}


def test_it_survives_a_restart_and_a_reload_and_its_settings_are_sealed(making):
    made(making)
    making.weir.cli("reload")
    making.weir.restart()

    sim = making.tools[1]
    person = sim.person_ids()[0]
    sim.update_person(person, first_name="Oda")
    eventually(lambda: making.weir.employee(person, MADE)["first_name"] == "Oda")
    assert len(sim.hooks.webhooks) == 1
    assert SECRET.encode() not in (making.folder / "data" / "data.mdb").read_bytes()
    assert SECRET not in str(making.weir.listed("/integrations"))
    making.settle()
    assert len(named(making, "integration-created")) == 1


def test_settings_that_the_tool_refuses_make_no_integration(making):
    making.words.append("papi-wrong")

    done = create(making, secret="client_secret=papi-wrong", check=False)

    assert done.returncode == 1
    assert "refuses" in done.stderr and "nothing was changed" in done.stderr and "papi-wrong" not in done.stderr
    assert making.weir.admin(MADE_PATH).status == 404
    assert named(making, "integration-created") == []
    making.weir.restart()
    assert making.weir.admin(MADE_PATH).status == 404
    made(making)  # it is free all the same


def test_a_tool_that_does_not_answer_makes_no_integration_and_says_so(making):
    making.tools[1].switches.set(fail_count=1000)

    done = create(making, check=False)

    assert done.returncode == 1 and "no answer" in done.stderr and "try again" in done.stderr
    assert making.weir.admin(MADE_PATH).status == 404


@pytest.mark.parametrize("change,says", [
    ({"id": "acme"}, "<tool>:<name>"),
    ({"id": "nosuchtool:x"}, "no connector"),
    ({"id": ACME}, "already, in the configuration"),
    ({"organization": None}, "organization is missing"),
    ({"scope": "nosuch"}, "no scope"),
    ({"allow_private": False}, "private or loopback"),
    ({"base_url": "ftp://127.0.0.1"}, "base_url"),
    ({"settings": {"client_id": "x"}}, "client_secret"),
    ({"settings": {"client_id": "x", "client_secret": "y", "cleint": "z"}}, "has no setting"),
    ({"settings": {"client_id": 7}}, "client_id"),
    ({"settings": []}, "settings"),
], ids=lambda given: given if isinstance(given, str) else next(iter(given)))
def test_a_wish_that_cannot_be_granted_is_refused_with_what_is_wrong(making, change, says):
    sim = making.tools[1]
    wish = {"id": MADE, "organization": "Made AG", "base_url": sim.url, "allow_private": True,
            "settings": {"client_id": sim.client_id, "client_secret": SECRET}} | change

    got = making.weir.admin("/integrations", "POST", wish)

    assert got.status in (400, 409) and says in got.json["error"]["message"], got.body
    assert {row["id"] for row in making.weir.listed("/integrations")} == {ACME}


@pytest.mark.parametrize("how", ["stdin", "file", "argument"])
def test_a_secret_comes_from_the_standard_input_a_file_or_the_command_line(making, how):
    file = making.folder / "secret"
    file.write_text(SECRET + "\n")

    create(making, secret={"stdin": "client_secret=-", "file": f"client_secret=@file:{file}",
                           "argument": f"client_secret={SECRET}"}[how], given=SECRET + "\n" if how == "stdin" else None)

    making.weir.wait_synced(MADE)


def test_new_credentials_are_in_force_at_once_and_after_a_restart(making):
    made(making)
    sim = making.tools[1]
    renew(making, "papi-second")
    person = sim.person_ids()[0]

    done = making.weir.cli("integrations", "set", MADE, "client_secret=-", given="papi-second\n")

    assert "in force" in done.stdout
    for name in ("Petra", "Rut"):
        sim.update_person(person, first_name=name)
        eventually(lambda: making.weir.employee(person, MADE)["first_name"] == name)
        sim.tokens.expire_all()
        making.weir.restart()
    assert len(sim.hooks.webhooks) == 1


def test_credentials_that_the_tool_refuses_do_not_replace_good_ones(making):
    made(making)
    making.words.append("papi-mistyped")
    sim = making.tools[1]

    done = making.weir.cli("integrations", "set", MADE, "client_secret=papi-mistyped", check=False)

    assert done.returncode == 1 and "nothing was changed" in done.stderr
    sim.tokens.expire_all()
    person = sim.person_ids()[0]
    sim.update_person(person, first_name="Siv")
    eventually(lambda: making.weir.employee(person, MADE)["first_name"] == "Siv")
    assert not shown(making, MADE_PATH)["problem"]


def test_a_stored_token_does_not_make_bad_credentials_look_good(making):
    made(making)
    making.words.append("papi-bad")
    token_calls = making.tools[1].count("POST /v2/auth/token")

    done = making.weir.cli("integrations", "set", MADE, "client_secret=papi-bad", check=False)

    assert done.returncode == 1
    assert making.tools[1].count("POST /v2/auth/token") > token_calls


def test_good_credentials_without_the_right_to_make_webhooks_are_taken(making):
    making.tools[1].switches.missing_rights = ["webhooks"]

    create(making)

    making.weir.wait_synced(MADE)
    eventually(lambda: shown(making, MADE_PATH)["subscription"]["state"] == "needs_permission")


def test_an_optional_setting_is_given_and_taken_away(making):
    made(making)
    making.weir.cli("integrations", "set", MADE, "partner_id=ACME_PARTNER")
    making.weir.cli("integrations", "set", MADE, "partner_id=")
    done = making.weir.cli("integrations", "set", MADE, "client_secret=", check=False)
    assert done.returncode == 1 and "client_secret" in done.stderr
    done = making.weir.cli("integrations", "set", MADE, "nosuch=1", check=False)
    assert done.returncode == 1 and "no setting" in done.stderr


def test_one_of_the_file_is_changed_in_the_file_and_that_is_said(making):
    for words in (("set", ACME, "client_secret=x"), ("delete", ACME)):
        done = making.weir.cli("integrations", *words, check=False)
        assert done.returncode == 1
        assert "weir.conf" in done.stderr and "weir reload" in done.stderr
    for words in (("set", "personio:nobody", "client_secret=x"), ("delete", "personio:nobody")):
        assert "personio:nobody" in making.weir.cli("integrations", *words, check=False).stderr
    assert shown(making)["state"] == "ACTIVE"


def test_new_credentials_bring_an_invalid_one_back_at_once(making):
    made(making)
    sim = making.tools[1]
    renew(making, "papi-third")
    eventually(lambda: states(making))
    making.app.clear()  # that its first sync set it up
    making.pass_time(hours=25)
    eventually(lambda: shown(making, MADE_PATH)["auth_failed_since"])
    making.pass_time(days=3, hours=1)
    eventually(lambda: [s["state"] for s in states(making)] == ["INVALID"])
    person = sim.person_ids()[0]
    with sim.quiet():
        sim.update_person(person, first_name="Tyra")

    done = making.weir.cli("integrations", "set", MADE, "client_secret=papi-mistyped", check=False)
    assert done.returncode == 1 and shown(making, MADE_PATH)["state"] == "INVALID"
    making.weir.cli("integrations", "set", MADE, "client_secret=papi-third")

    assert shown(making, MADE_PATH)["state"] == "ACTIVE"
    eventually(lambda: [s["state"] for s in states(making)] == ["INVALID", "ACTIVE"])
    assert states(making)[1]["integration_id"] == MADE
    eventually(lambda: making.weir.employee(person, MADE)["first_name"] == "Tyra")


def test_a_deleted_one_is_gone_everywhere_and_the_application_is_told(making):
    made(making)
    sim = making.tools[1]
    eventually(lambda: sim.hooks.webhooks)
    token = next(iter(sim.hooks.webhooks.values())).token

    making.weir.cli("integrations", "delete", MADE)

    eventually(lambda: not sim.hooks.webhooks)
    assert making.weir.api("/hris/employees", MADE).code == "PLATFORM.INTEGRATION_NOT_FOUND"
    assert making.hook(b"{}", token=token, integration=MADE).status == 404
    assert making.weir.admin(MADE_PATH).status == 404
    [told] = eventually(lambda: named(making, "integration-deleted"))
    assert told.pop("deleted_at")
    assert told == {"id": MADE, "tool": "personio", "category": "HRIS", "end_user": {
        "organization_name": "Made AG", "creator_email": None, "origin_id": "cust-7"}}
    making.weir.restart()
    assert making.weir.admin(MADE_PATH).status == 404
    making.settle()
    assert len(named(making, "integration-deleted")) == 1


def test_what_a_stop_cut_short_of_a_deletion_is_done_after_the_start(making):
    made(making)
    sim = making.tools[1]
    eventually(lambda: sim.hooks.webhooks)
    sim.switches.set(fail_count=1000, fail_match="/v2/webhooks")
    making.weir.cli("integrations", "delete", MADE)
    making.weir.wait_log("subscription of an integration that left could not be removed, tried again later")

    making.weir.stop()
    sim.switches.reset()
    making.weir.start()

    eventually(lambda: not sim.hooks.webhooks)
    making.weir.wait_log("subscription removed, the integration left", integration=MADE)


def test_deliveries_that_wait_are_dropped_with_their_integration(making):
    made(making)
    sim = making.tools[1]
    eventually(lambda: sim.hooks.webhooks)
    sim.switches.set(fail_count=1000, fail_match="/v2/persons")
    sim.update_person(sim.person_ids()[0], first_name="Ulla")
    eventually(lambda: making.weir.status()["store"]["inbox_count"] == 1)

    making.weir.cli("integrations", "delete", MADE)

    eventually(lambda: making.weir.status()["store"]["inbox_count"] == 0)


def test_one_that_is_made_again_begins_anew(making):
    made(making)
    making.weir.cli("integrations", "delete", MADE)
    eventually(lambda: not making.tools[1].hooks.webhooks)
    mark = making.weir.log.mark()
    making.tools[1].update_person(making.tools[1].person_ids()[0], first_name="Vigdis")

    create(making)

    making.weir.wait_log("sync ended", mark, integration=MADE, state="SUCCEEDED")
    making.wait_same(making.tools[1], MADE)
    eventually(lambda: making.tools[1].hooks.webhooks)


def test_a_reload_that_takes_the_scope_of_one_away_is_refused(making):
    making.weir.config["scopes"] = [{"name": name, "models": {"hris_employees": "enabled"}} for name in
                                    ("default", "narrow")]
    making.weir.write_config()
    making.weir.cli("reload")
    create(making, "--scope", "narrow")
    making.weir.config["scopes"].pop()
    making.weir.write_config()

    done = making.weir.cli("reload", check=False)

    assert done.returncode == 1 and "narrow" in done.stderr and MADE in done.stderr
    assert shown(making, MADE_PATH)["scope"] == "narrow"


def test_a_tool_that_cannot_be_asked_for_a_subscription_is_asked_for_a_page(making):
    making.words += ["open sesame", "close sesame"]
    words = ("integrations", "create", "by_hand:made", "--organization", "Handmade GmbH")

    done = making.weir.cli(*words, "password=close sesame", check=False)
    assert done.returncode == 1 and "the password is another" in done.stderr
    making.weir.cli(*words, "password=open sesame")

    making.weir.wait_synced("by_hand:made")
    assert making.weir.employee("7", "by_hand:made")["first_name"] == "Ada"
    done = making.weir.cli("integrations", "set", "by_hand:made", "password=close sesame", check=False)
    assert done.returncode == 1 and "nothing was changed" in done.stderr

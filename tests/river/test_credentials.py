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
    river.weir.wait_log("sync ended", mark, integration=OTHER, state="SUCCEEDED")
    river.weir.wait_log("subscription", mark, integration=OTHER)
    return len(river.sim.requests) - before


def test_refusals_of_less_than_three_days_are_a_problem_and_no_state(river):
    refuse(river)
    river.pass_time(hours=25)
    eventually(lambda: shown(river)["auth_failed_since"])

    river.pass_time(hours=60)
    river.weir.wait_log("sync ended", integration=ACME, state="AUTHENTICATION_FAILED")

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
    river.weir.wait_log("sync ended", integration=ACME, state="AUTHENTICATION_FAILED")

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

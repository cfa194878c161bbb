"""How syncs end, what the application is told of it, and how they are looked at and stopped."""

from __future__ import annotations

import threading
from datetime import datetime

from weir import ACME, eventually

BODY = {"sync_id", "sync_state", "sync_started_at", "sync_ended_at", "sync_duration_seconds", "integration_id",
        "integration_tool", "integration_category", "end_user", "log_url"}


def listening(make_river, **given):
    """A river whose application also takes sync-finished, with nothing on its way."""
    river = make_river(**given)
    river.weir.config["endpoints"][0]["events"] = ["data-changed", "sync-finished"]
    return river.start()


def begin(river) -> str:
    return river.weir.api("/force-sync", method="POST", body={}).data["sync_id"]


def wait_finished(river, sync: str, state: str):
    """The message of this sync's end."""
    def its():
        return [m for m in river.app.messages if m.type == "sync-finished" and m.data["sync_id"] == sync]
    message = eventually(its, say=f"no sync-finished of {sync}")[0]
    assert message.problems == [] and message.data.keys() == BODY
    assert message.data["sync_state"] == state
    assert isinstance(message.data["sync_duration_seconds"], int) and message.data["sync_duration_seconds"] >= 0
    assert message.data["integration_id"] == ACME and message.data["integration_category"] == "HRIS"
    assert message.data["end_user"] == {"organization_name": "Acme GmbH", "creator_email": None, "origin_id": None}
    row = next(row for row in river.weir.listed("/syncs") if row["id"] == sync)
    assert row["state"] == state and row["started_at"] == message.data["sync_started_at"]
    assert row["ended_at"] == message.data["sync_ended_at"]
    return message


def hold(river, when=lambda request: "cursor" in request.target):
    """Hold back list requests for persons: (reached, go)."""
    reached, go = threading.Event(), threading.Event()

    def gate(request):
        if request.path == "/v2/persons" and when(request) and not go.is_set():
            reached.set()
            go.wait(30)

    river.sim.gate = gate
    return reached, go


def test_a_sync_that_read_everything_succeeds(make_river):
    river = listening(make_river)
    wait_finished(river, begin(river), "SUCCEEDED")


def test_a_sync_that_may_not_read_a_model_has_failed_in_part(make_river):
    river = listening(make_river)
    river.sim.switches.set(missing_rights=["absences"])
    wait_finished(river, begin(river), "PARTIALLY_FAILED")
    assert river.weir.rows("/hris/absences")


def test_a_sync_whose_credentials_are_refused_says_so_and_deletes_nothing(make_river):
    river = listening(make_river)
    before = river.weir.rows("/hris/employees")
    with river.sim.quiet():
        river.sim.delete_person(river.sim.person_ids()[-1])
    river.sim.poisoned["/v2"] = 401
    wait_finished(river, begin(river), "AUTHENTICATION_FAILED")
    assert river.weir.rows("/hris/employees") == before


def test_a_sync_that_gets_no_answer_fails(make_river):
    river = listening(make_river, workers={"backoff_first_ms": 1, "backoff_max_ms": 5})
    river.sim.poisoned["/v2"] = 503
    wait_finished(river, begin(river), "FAILED")
    assert river.weir.rows("/hris/employees")


def test_a_sync_is_cancelled_by_a_person(make_river):
    river = listening(make_river, people=120)
    assert "no sync" in river.weir.cli("sync", "cancel", ACME, check=False).stderr
    last = river.sim.person_ids()[-1]
    with river.sim.quiet():
        river.sim.delete_person(last)
    reached, go = hold(river)
    sync = begin(river)
    assert reached.wait(20)
    said = river.weir.cli("sync", "cancel", ACME).stdout
    assert "behind the page" in said
    assert begin(river) == sync  # it has not ended yet
    go.set()
    wait_finished(river, sync, "CANCELLED")
    assert river.weir.employee(last) is not None
    assert next(row for row in river.weir.listed("/syncs") if row["id"] == sync)["pages"] < 8
    sync = begin(river)
    wait_finished(river, sync, "SUCCEEDED")
    assert river.weir.employee(last) is None


def test_pausing_an_integration_cancels_its_sync(make_river):
    river = listening(make_river, people=120)
    reached, go = hold(river)
    sync = begin(river)
    assert reached.wait(20)
    river.weir.config["integrations"][0]["paused"] = True
    river.weir.write_config()
    river.weir.cli("reload")
    go.set()
    wait_finished(river, sync, "CANCELLED")


def test_how_far_a_sync_is_can_be_followed(make_river):
    river = listening(make_river, people=120)
    reached, go = hold(river)
    sync = begin(river)
    assert reached.wait(20)
    row = next(row for row in river.weir.listed("/syncs") if row["id"] == sync)
    assert row["state"] == "RUNNING" and row["pages"] > 0 and 0 < row["records"] < row["records_expected"]
    assert "%" in river.weir.cli("sync", "status", ACME).stdout
    followed: list[str] = []
    follower = threading.Thread(target=lambda: followed.append(
        river.weir.cli("sync", "status", ACME, "--follow").stdout))
    follower.start()
    go.set()
    follower.join(30)
    lines = followed[0].splitlines() if followed else []
    assert lines == [] or "SUCCEEDED" in lines[-1]  # it may have ended before the first look
    wait_finished(river, sync, "SUCCEEDED")


def test_syncs_wait_for_their_turn(make_river):
    river = make_river(sync={"at_once_max": 1})
    river.tool("personio:second", 4)
    river.start()
    reached, go = hold(river, when=lambda request: True)
    first = begin(river)
    assert reached.wait(20)
    second = river.weir.api("/force-sync", "personio:second", method="POST", body={}).data["sync_id"]
    states = {row["id"]: row["state"] for row in river.weir.listed("/syncs")}
    assert (states[first], states[second]) == ("RUNNING", "QUEUED")
    # Events have workers all the same.
    person = river.tools[1].person_ids()[0]
    river.tools[1].update_person(person, first_name="Torgeir")
    eventually(lambda: (river.weir.employee(person, "personio:second") or {}).get("first_name") == "Torgeir")
    go.set()
    river.weir.wait_log("sync ended", sync=second, state="SUCCEEDED")


def test_the_rhythm_is_relaxed_only_while_the_webhook_works_and_somebody_listens(make_river):
    river = make_river(sync={"interval_s": 3600, "relaxed_interval_s": 86400}).start()

    def hours() -> float:
        """From the end of the last sync to the next."""
        row = river.weir.admin("/integrations/personio%3Aacme").data
        ended = max(sync["ended_at"] for sync in river.weir.listed("/syncs"))
        return (seconds(row["next_sync"]) - seconds(ended)) / 3600

    assert 23.4 <= hours() <= 24
    river.weir.cli("endpoints", "disable", "app")
    assert 0.4 <= hours() <= 1
    river.weir.wait_log("webhooks are not relied on any more, syncs are frequent")
    river.weir.cli("endpoints", "enable", "app")
    assert 23.4 <= hours() <= 24
    river.weir.config["endpoints"][0]["events"] = ["sync-finished"]
    river.weir.write_config()
    river.weir.cli("reload")
    assert 0.4 <= hours() <= 1


def seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

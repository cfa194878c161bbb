"""Every type of message that Weir sends, as an application receives it, held against the OpenAPI file's webhooks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from described import Described, printed
from listener import Listener
from weir import call, eventually

MADE = "personio:made"
SECRET = "papi-made-at-run-time"
# Members that a message may go without.
MAY = {"changed_records_truncated", "changes_cursor", "test"}


@pytest.fixture
def river(make_river):
    river = make_river(people=5, movable=True, dispatch={
        "retry_ms": [5] * 16, "probe_ms": 100, "endpoint_disable_days": 3, "max_changed_records": 3})
    described = Described(json.loads(printed()))
    river.described = described
    river.weir.config["endpoints"][0]["events"] = list(described.file["webhooks"])
    river.failing = river.endpoint("failing")
    river.words += ["open sesame", "wrong sesame"]
    return river


def received(river, kind: str, **data: Any) -> Any:
    """The first message of that type."""
    def look() -> Any:
        return next((m for m in river.app.messages if m.type == kind
                     and all(m.data.get(name) == value for name, value in data.items())), None)
    return eventually(look, say=f"no {kind} {data} in {[(m.type, m.data) for m in river.app.messages]}")


def without_one(value: Any) -> Iterator[tuple[str, Any]]:
    """The same without one of its members, for each of them."""
    if isinstance(value, list):
        for place, item in enumerate(value[:1]):
            yield from ((name, value[:place] + [less] + value[place + 1:]) for name, less in without_one(item))
    if isinstance(value, dict):
        for key in value:
            yield key, {name: item for name, item in value.items() if name != key}
            yield from ((name, value | {key: less}) for name, less in without_one(value[key]))


def connect(river) -> None:
    """A customer who mistypes the password first."""
    made = river.weir.api("/connect/create-link", None, method="POST", body={
        "end_user_email": "hr@kreisel.example", "end_user_organization_name": "Kreisel & Söhne",
        "integration_tool": "by_hand"}).data["link"]
    path = made.removeprefix(river.weir.config["public_url"])
    river.words.append(path.rpartition("/")[2])
    for password, status in (("wrong sesame", 400), ("open sesame", 200)):
        got = call(river.weir.port, "POST", path + "/submit", {}, json.dumps({"settings": {"password": password}}).encode())
        assert got.status == status, got.body
    river.words.append(got.data["token"])


def live(river) -> None:
    """An integration that is made, switched off and deleted."""
    sim = river.account(1, client_secret=SECRET)
    river.weir.cli("integrations", "create", MADE, "--organization", "Made AG", "--base-url", sim.url, "--allow-private",
                   f"client_id={sim.client_id}", "client_secret=-", given=SECRET)
    river.weir.wait_synced(MADE)
    assert river.weir.api("/integrations/personio%3Amade/enabled", None, method="PUT", body={"value": False}).status == 200
    received(river, "integration-state-changed", state="INACTIVE")
    assert river.weir.api("/integrations/personio%3Amade", None, method="DELETE", body={}).status == 200


def fail_for_days(river) -> None:
    """Another endpoint, until it is disabled."""
    river.failing.default = 503
    river.sim.update_person(river.sim.person_ids()[0], first_name="Olga")
    river.weir.wait_log("endpoint keeps failing, only probed from now on", endpoint="failing")
    river.pass_time(days=2, hours=1)
    received(river, "endpoint-failing")
    river.pass_time(days=1, hours=2)
    river.sim.update_person(river.sim.person_ids()[1], first_name="Paula")
    received(river, "endpoint-disabled")


def test_each_type_is_received_as_it_is_described(river):
    river.start(synced=False)
    stream = Listener(river, "/admin/v1/notifications/stream", admin=True).connect()
    river.weir.wait_synced()
    eventually(lambda: river.sim.hooks.webhooks)
    received(river, "sync-finished", sync_state="SUCCEEDED")
    received(river, "data-changed", changed_records_truncated=True)
    assert river.weir.admin("/endpoints/app/test", "POST").data["delivered"]
    received(river, "data-changed", test=True)
    connect(river)
    live(river)
    received(river, "integration-deleted")
    fail_for_days(river)
    eventually(lambda: {"endpoint-failing", "endpoint-disabled"} <= {
        data["type"] for event, data in list(stream.events) if event == "notification"})
    stream.close()

    messages = river.app.messages
    assert {m.type for m in messages} == set(river.described.file["webhooks"])
    for message in messages:
        assert message.problems == []
        river.described.check_message(message.type, message.headers, message.json)
    for kind in river.described.file["webhooks"]:
        sent = max((m.json for m in messages if m.type == kind), key=lambda body: len(json.dumps(body)))
        for name, less in without_one(sent):
            assert name in MAY or river.described.message_errors(kind, less), f"{kind} may go without {name}"
        for odd in ({"more": 1}, {"type": "data-chnaged"}, {"data": {}}):
            assert river.described.message_errors(kind, sent | odd), (kind, odd)


def test_the_members_stand_in_the_described_order(river):
    """Whoever prints a body again, before the signature is checked, prints the same bytes."""
    river.start(synced=False)
    message = received(river, "sync-finished", sync_state="SUCCEEDED")

    assert json.dumps(message.json, separators=(",", ":"), ensure_ascii=False).encode() == message.body
    schema = river.described.file["components"]["schemas"]["sync-finished"]["properties"]
    assert list(message.json) == list(schema) and list(message.data) == list(schema["data"]["properties"])
    assert list(message.data["end_user"]) == list(schema["data"]["properties"]["end_user"]["properties"])


def test_the_configuration_takes_the_described_types_and_no_other(river):
    river.weir.write_config()
    assert river.weir.cli("check", check=False).returncode == 0
    river.weir.config["endpoints"][0]["events"] = ["data-chnaged"]
    river.weir.write_config()
    said = river.weir.cli("check", check=False)
    assert said.returncode == 1 and "data-changed" in said.stdout + said.stderr

"""Endpoints that are made, changed, rotated, tried and removed while the daemon runs; order; and the way to an end."""

from __future__ import annotations

import json
import socket

import pytest
from sim.receiver import Receiver, redirect

from weir import eventually

DAY_S = 24 * 3600


@pytest.fixture
def extra():
    """A receiver that no configuration knows."""
    receiver = Receiver([]).start()
    yield receiver
    receiver.stop()


def add(river, receiver, name="crm", **given):
    got = river.weir.admin("/endpoints", "POST", {"name": name, "url": receiver.url, "allow_private": True} | given)
    data = got.data
    if data["secret"]:
        receiver.secrets = [data["secret"]]
        river.words.append(data["secret"])
    return data


def show(river, name="crm"):
    return river.weir.admin(f"/endpoints/{name}").data


def change(river, name, number=0):
    person = river.sim.person_ids()[number]
    river.sim.update_person(person, first_name=name)
    return person


def waiting(river, name="crm"):
    return len(river.weir.listed("/notifications", state="waiting", endpoint=name))


def test_an_endpoint_made_at_run_time_is_told_and_survives_a_restart(river, extra):
    made = add(river, extra, headers={"X-Tenant": "blue-tenant-token"})

    assert made["secret"].startswith("whsec_") and made["kept_in"] == "store" and made["state"] == "ok"
    assert made["events"] == ["data-changed"] and made["integrations"] == [] and made["order"] == "none"
    river.words.append("blue-tenant-token")
    change(river, "Anna")
    message = extra.wait(1)[0]
    assert message.problems == [] and message.headers["x-tenant"] == "blue-tenant-token"
    river.weir.restart()
    change(river, "Berta")
    assert len(extra.wait(2)) == 2 and extra.messages[-1].problems == []
    shown = json.dumps([show(river), river.weir.listed("/endpoints")])
    assert "whsec_" not in shown and "blue-tenant-token" not in shown
    assert show(river)["headers"] == ["X-Tenant"] and show(river)["last_24_hours"]["success_percent"] == 100
    disk = b"".join(path.read_bytes() for path in river.folder.rglob("*.mdb"))
    assert disk and made["secret"].encode() not in disk and b"blue-tenant-token" not in disk


def test_the_command_line_does_all_of_it(river, extra):
    weir = river.weir
    said = weir.cli("endpoints", "add", "crm", extra.url, "--allow-private", "--events", "data-changed,sync-finished",
                    "--order", "strict", "--concurrency", "2", "--timeout-ms", "3000", "X-Tenant=-",
                    given="red-tenant\n").stdout
    secret = next(word for word in said.split() if word.startswith("whsec_"))
    extra.secrets = [secret]
    river.words += [secret, "red-tenant"]
    shown = json.loads(weir.cli("endpoints", "show", "crm", "--json").stdout)
    assert (shown["order"], shown["concurrency"], shown["timeout_ms"]) == ("strict", 2, 3000)
    assert shown["events"] == ["data-changed", "sync-finished"]

    extra.default = {"status": 200, "body": "thank you"}
    said = weir.cli("endpoints", "test", "crm").stdout
    assert "taken: HTTP 200" in said and "thank you" in said
    message = extra.messages[-1]
    assert message.problems == [] and message.type == "data-changed" and message.data["test"] is True
    assert message.data["integration_id"] == "personio:acme" and message.headers["x-tenant"] == "red-tenant"
    extra.default = {"status": 500, "body": "no\x1b[2Jway"}
    done = weir.cli("endpoints", "test", "crm", check=False)
    assert done.returncode == 1 and "HTTP 500" in done.stdout and "\x1b" not in done.stdout
    assert show(river)["failures"] == 0  # it was no attempt

    assert "changed" in weir.cli("endpoints", "set", "crm", "X-Tenant=", "--order", "none").stdout
    assert show(river)["headers"] == [] and show(river)["order"] == "none"
    weir.cli("endpoints", "disable", "crm")
    assert "crm" in weir.cli("endpoints").stdout and show(river)["state"] == "disabled"
    assert "1 (see: weir endpoints)" in weir.cli("status").stdout
    weir.cli("endpoints", "enable", "crm")
    said = weir.cli("endpoints", "rotate", "crm", "--overlap", "2").stdout
    assert "whsec_" in said and secret not in said
    river.words.append(next(word for word in said.split() if word.startswith("whsec_")))
    assert "removed" in weir.cli("endpoints", "remove", "crm").stdout
    assert weir.cli("endpoints", "show", "crm", check=False).returncode == 1
    assert weir.cli("endpoints", "list", "x", check=False).returncode == 2
    assert weir.cli("endpoints", "add", "crm", check=False).returncode == 2


def test_those_of_the_file_are_read_only_and_it_says_what_to_do(river):
    for method, path, body in (("PATCH", "/endpoints/app", {"order": "strict"}), ("DELETE", "/endpoints/app", None),
                               ("POST", "/endpoints/app/rotate", {}),
                               ("POST", "/endpoints", {"name": "app", "url": "https://app.example.com/"})):
        got = river.weir.admin(path, method, body)
        assert got.status == 409, (method, got.body)
        assert "configuration" in got.json["error"]["message"]
    assert show(river, "app")["kept_in"] == "file"
    assert river.weir.admin("/endpoints/none").status == 404
    assert river.weir.admin("/endpoints/app/test", "POST", {}).data["delivered"] is True


@pytest.mark.parametrize("wrong", [
    {"url": "https://127.0.0.1/x"}, {"url": "https://[::1]/x"}, {"url": "https://169.254.169.254/x"},
    {"url": "http://app.example.com/"}, {"url": "ftp://app.example.com/"}, {"url": "https://a.example.com/\nx"},
    {"events": ["data-changes"]}, {"integrations": ["personio:nobody"]}, {"order": "fifo"}, {"concurrency": 0},
    {"timeout_ms": 5}, {"secret": "short"}, {"secret": "whsec_%%%%%%%%%%%%%%%%%%%%%%"}, {"name": "a b"},
    {"headers": {"webhook-id": "x"}}, {"headers": {"Connection": "close"}}, {"headers": {"X-A": "a\r\nX-B: b"}},
    {"headers": {f"X-{n}": "v" for n in range(17)}}, {"colour": "blue"}, {"events": "data-changed"}])
def test_a_wrong_wish_is_refused_and_changes_nothing(river, wrong):
    got = river.weir.admin("/endpoints", "POST", {"name": "crm", "url": "https://app.example.com/weir"} | wrong)

    assert got.status == 400, got.body
    assert [e["name"] for e in river.weir.listed("/endpoints")] == ["app"]


def test_during_a_rotation_both_secrets_sign_and_afterwards_only_the_new_one(make_river, extra):
    river = make_river(movable=True).start()
    old = add(river, extra)["secret"]
    rotated = river.weir.admin("/endpoints/crm/rotate", "POST", {"overlap_hours": 3}).data
    new = rotated["secret"]
    river.words.append(new)
    assert [s["valid_until"] is None for s in rotated["secrets"]] == [True, False]

    change(river, "Carla")
    message = extra.wait(1)[0]
    assert len(message.headers["webhook-signature"].split(" ")) == 2
    assert message.standard_ok and not message.kombo_ok  # the receiver still checks with the old secret
    extra.secrets = [new]
    river.settle()
    change(river, "Dora")
    assert extra.wait(2)[1].problems == []

    river.weir.restart()
    river.weir.pass_time(4 * 3600)
    extra.ahead_s = river.app.ahead_s = 4 * 3600
    river.settle()
    count = len(extra.messages)
    change(river, "Emma")
    assert extra.wait_for(lambda messages: len(messages) > count)
    message = extra.messages[-1]
    assert message.problems == [] and len(message.headers["webhook-signature"].split(" ")) == 1
    assert [s["newest"] for s in show(river)["secrets"]] == [True] and old != new


def test_events_and_integrations_can_be_changed_without_losing_what_waits(make_river, extra):
    river = make_river()
    river.tool("personio:other")
    river.start()
    add(river, extra, integrations=["personio:other"])
    change(river, "Frieda")
    river.tools[1].update_person(river.tools[1].person_ids()[0], first_name="Gesa")
    river.settle()
    assert {m.data["integration_id"] for m in extra.messages} == {"personio:other"}

    extra.default = 503
    change_before = len(extra.messages)
    river.tools[1].update_person(river.tools[1].person_ids()[0], first_name="Hanne")
    assert extra.wait_for(lambda messages: len(messages) > change_before)
    other = Receiver(extra.secrets).start()
    try:
        assert river.weir.admin("/endpoints/crm", "PATCH", {
            "url": other.url, "integrations": [], "events": ["data-changed", "sync-finished"]}).status == 200
        change(river, "Ida")
        assert other.wait_for(lambda messages: {"personio:acme", "personio:other"} <= {
            m.data["integration_id"] for m in messages}, 20)
        assert all(m.problems == [] for m in other.messages)
    finally:
        other.stop()


def test_removal_says_what_waits_and_moves_it_to_dead_letters_when_forced(river, extra):
    add(river, extra)
    river.weir.cli("endpoints", "disable", "crm")
    change(river, "Jana")
    eventually(lambda: waiting(river) == 1)

    refused = river.weir.cli("endpoints", "remove", "crm", check=False)
    assert refused.returncode == 1 and "1 notification waits" in refused.stderr and "--force" in refused.stderr
    assert "dead letters of it: 1" in river.weir.cli("endpoints", "remove", "crm", "--force").stdout

    dead = river.weir.listed("/notifications", state="dead")
    assert len(dead) == 1 and "removed" in dead[0]["last_error"]
    assert river.weir.status()["store"]["outbox_count"] == 0
    add(river, extra)  # the name again: its dead letters can be sent to it
    assert show(river)["state"] == "ok"
    river.weir.cli("replay", "--dead", dead[0]["id"])
    assert extra.wait(1)[0].id == dead[0]["id"] and extra.messages[0].problems == []


@pytest.mark.parametrize("order", ["strict", "integration"])
def test_in_order_one_that_fails_holds_back_those_behind_it(make_river, extra, order):
    river = make_river(dispatch={"coalesce_ms": 0, "retry_ms": [300, 300, 300]}).start()
    add(river, extra, order=order, concurrency=8)
    river.weir.cli("endpoints", "disable", "crm")
    for number in range(3):
        change(river, f"Karla{number}", number)
        eventually(lambda: waiting(river) >= number + 1)
    expected = [n["id"] for n in river.weir.listed("/notifications", state="waiting", endpoint="crm")]
    extra.answers = [500, 500, 200]

    river.weir.cli("endpoints", "enable", "crm")

    assert extra.wait_for(lambda messages: len(messages) >= len(expected) + 2, 20)
    assert [m.id for m in extra.messages] == [expected[0]] * 2 + expected
    assert extra.messages[2].time - extra.messages[0].time >= 0.6
    assert river.weir.metric("weir_attempts_total", endpoint="crm", outcome="retry") == 2


def test_in_the_order_of_each_integration_others_go_on(make_river, extra):
    river = make_river(dispatch={"coalesce_ms": 0, "retry_ms": [60_000]})
    river.tool("personio:other")
    river.start()
    add(river, extra, order="integration")
    extra.answers = lambda message: 500 if message.data["integration_id"] == "personio:acme" else 200
    change(river, "Lara")
    extra.wait(1)
    change(river, "Mia", 1)
    river.tools[1].update_person(river.tools[1].person_ids()[0], first_name="Nora")

    assert extra.wait_for(lambda messages: any(m.data["integration_id"] == "personio:other" for m in messages), 20)
    eventually(lambda: waiting(river) >= 2)
    assert len([m for m in extra.messages if m.data["integration_id"] == "personio:acme"]) == 1


def test_an_endpoint_that_fails_for_days_is_warned_of_then_disabled_and_sends_what_waited(make_river, extra):
    river = make_river(movable=True, dispatch={"retry_ms": [5] * 16, "probe_ms": 100, "endpoint_disable_days": 3})
    ops = river.endpoint("ops", events=["endpoint-failing", "endpoint-disabled"])
    river.start()
    add(river, extra)
    extra.default = 503
    change(river, "Olga")
    river.weir.wait_log("endpoint keeps failing, only probed from now on", endpoint="crm")
    assert ops.messages == [] and show(river)["disables_at"]

    for receiver in (extra, ops, river.app):
        receiver.ahead_s = 2 * DAY_S + 3600
    river.weir.pass_time(2 * DAY_S + 3600)
    assert ops.wait_for(lambda messages: len(messages) == 1, 20)
    warned = ops.messages[0]
    assert warned.type == "endpoint-failing" and warned.problems == []
    assert warned.data["endpoint"] == "crm" and warned.data["last_error"] == "HTTP 503"
    assert warned.data["disables_at"] == show(river)["disables_at"] and show(river)["warned_at"]
    assert "1 (see: weir endpoints)" in river.weir.cli("status").stdout

    for receiver in (extra, ops, river.app):
        receiver.ahead_s = 3 * DAY_S + 2 * 3600 + 3600
    river.weir.pass_time(DAY_S + 2 * 3600)
    change(river, "Paula", 1)
    assert ops.wait_for(lambda messages: len(messages) == 2, 20)
    ended = ops.messages[1]
    assert ended.type == "endpoint-disabled" and "3 days" in ended.data["reason"]
    assert show(river)["state"] == "disabled" and "enable" in show(river)["reason"]
    assert {m.type for m in river.app.messages} == {"data-changed"}  # the closed list alone

    change(river, "Queenie", 2)
    eventually(lambda: waiting(river) >= 1)
    extra.clear()
    extra.default = 200
    river.weir.cli("endpoints", "enable", "crm")
    assert extra.wait_for(lambda messages: len(messages) >= 1, 20)
    eventually(lambda: waiting(river) == 0)
    assert show(river)["state"] == "ok" and show(river)["warned_at"] is None


def test_410_disables_at_once_and_others_are_told(make_river, extra):
    river = make_river()
    ops = river.endpoint("ops", events=["endpoint-disabled"], integrations=["personio:elsewhere"])
    river.start()
    add(river, extra)
    extra.answers = ["gone"]
    change(river, "Rosa")

    assert ops.wait_for(lambda messages: len(messages) == 1)
    assert ops.messages[0].data["endpoint"] == "crm" and "410" in ops.messages[0].data["reason"]
    assert show(river)["disabled"] is True and waiting(river) == 1
    assert len(ops.messages) == 1 and all(m.type == "data-changed" for m in river.app.messages)


def test_a_test_message_follows_no_redirect_and_reaches_no_private_address(river, extra):
    add(river, extra)
    extra.answers = [redirect("/elsewhere", 307)]
    got = river.weir.admin("/endpoints/crm/test", "POST", {}).data
    assert (got["delivered"], got["status"]) == (False, 307) and "redirect" in got["detail"]
    assert len(extra.messages) == 1

    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert river.weir.admin("/endpoints/crm", "PATCH", {"url": f"http://127.0.0.1:{port}/"}).status == 200
    got = river.weir.admin("/endpoints/crm/test", "POST", {}).data
    assert (got["delivered"], got["status"], got["outcome"]) == (False, 0, "refused")


def test_an_endpoint_has_a_time_out_of_its_own(make_river, extra):
    river = make_river(dispatch={"timeout_ms": 20_000}).start()
    add(river, extra, timeout_ms=200)
    extra.answers = ["hang", 200]

    change(river, "Svea")

    first, second, *_ = extra.wait(2)
    assert first.id == second.id and second.time - first.time < 5
    assert "timeout" in show(river)["last_error"]


def test_a_former_secret_can_be_ended_at_once_and_at_most_three_stay(river, extra):
    add(river, extra)
    for _ in range(3):
        river.words.append(river.weir.admin("/endpoints/crm/rotate", "POST", {}).data["secret"])
    refused = river.weir.admin("/endpoints/crm/rotate", "POST", {})
    assert refused.status == 409 and "--now" in refused.json["error"]["message"]
    assert len(show(river)["secrets"]) == 4

    got = river.weir.admin("/endpoints/crm/rotate", "POST", {"overlap_hours": 0, "secret": "a-secret-of-our-own"}).data
    assert got["secret"] is None and len(got["secrets"]) == 1
    extra.secrets = ["a-secret-of-our-own"]
    change(river, "Tilda")
    assert extra.wait(1)[0].kombo_ok


def test_a_message_is_held_against_the_secrets_and_the_usual_mistakes_are_named(make_river, extra):
    river = make_river(movable=True).start()
    add(river, extra)

    def verify(message, body=None, timestamp=None, signature=None, name="crm"):
        return river.weir.admin(f"/endpoints/{name}/verify", "POST", {
            "id": message.headers["webhook-id"], "timestamp": timestamp or message.headers["webhook-timestamp"],
            "signature": signature or message.headers["webhook-signature"], "body": body or message.body.decode()})

    river.weir.admin("/endpoints/crm/test", "POST", {})
    message = extra.messages[-1]
    good = {"valid": True, "scheme": "standard", "secret": "newest", "hint": "none"}
    assert verify(message).data == good
    assert verify(message, signature=message.headers["x-kombo-signature"]).data == good | {"scheme": "kombo"}
    assert verify(message, signature="v1,AAAA " + message.headers["webhook-signature"]).data == good
    assert verify(message, body=message.body.decode() + "\n").data == good | {"valid": False, "hint": "whitespace"}
    in_ms = message.headers["webhook-timestamp"] + "123"
    assert verify(message, timestamp=in_ms).data == good | {"valid": False, "hint": "milliseconds"}
    nothing = {"valid": False, "scheme": None, "secret": None, "hint": "other"}
    assert verify(message, body='{"other": 1}').data == nothing
    assert verify(message, signature="whatever").data == nothing
    assert verify(message, name="app").data == nothing  # another endpoint's secret
    assert verify(message, name="nobody").status == 404
    long = "x" * 9000
    assert verify(message, body=long).data == nothing
    assert river.weir.admin("/endpoints/crm/verify", "POST", {"body": "x"}).status == 400
    assert river.weir.admin("/endpoints/crm/verify", "POST", {"body": "x", "signature": "y", "secret": "z"}).status == 400

    data = river.weir.admin("/endpoints/crm/rotate", "POST", {"overlap_hours": 2}).data
    river.words.append(data["secret"])
    assert verify(message).data == good | {"secret": "former"}
    river.pass_time(hours=3)
    assert verify(message).data["valid"] is False


def test_a_test_message_shows_what_was_sent_but_no_header_of_ones_own(river, extra):
    add(river, extra, headers={"X-Tenant": "red-tenant"})
    got = river.weir.admin("/endpoints/crm/test", "POST", {})
    sent = got.data["request"]
    message = extra.messages[-1]
    headers = {h["name"].lower(): h["value"] for h in sent["headers"]}
    assert (sent["method"], sent["url"], sent["body"]) == ("POST", extra.url, message.body.decode())
    assert headers.pop("x-tenant") is None and b"red-tenant" not in got.body
    assert headers == {name: message.headers[name] for name in headers}
    assert headers["webhook-signature"].startswith("v1,")


def test_each_hour_of_the_last_day_is_shown(make_river):
    river = make_river(movable=True).start()
    hours = show(river, "app")["hours"]
    assert len(hours) == 24 and [h["at"] for h in hours] == sorted(h["at"] for h in hours)
    before = hours[-1]["delivered"]
    assert before > 0 and hours[-1]["p50_ms"] > 0
    river.pass_time(hours=2)
    hours = show(river, "app")["hours"]
    assert hours[-3]["delivered"] == before and hours[-1]["delivered"] == 0 and hours[-1]["p50_ms"] is None

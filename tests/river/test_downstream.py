"""Notifications: tried until the application says yes, given up visibly, and never held up by another endpoint."""

from __future__ import annotations

import ipaddress
import socket
import time

import pytest
from sim.receiver import close, drip, hang, redirect, retry_after

from weir import eventually


def change(river, number: int = 0, name: str = "Freya") -> str:
    person = river.sim.person_ids()[number]
    river.sim.update_person(person, first_name=name)
    return person


def delays(messages) -> list[float]:
    return [later.time - earlier.time for earlier, later in zip(messages, messages[1:])]


def test_a_failed_notification_is_tried_again_with_the_same_id(river):
    river.app.answers = [500, 503, 502, 200]

    person = change(river)

    messages = river.app.wait(4)
    assert len({m.id for m in messages}) == 1 and len({m.body for m in messages}) == 1
    assert len({m.headers["webhook-id"] for m in messages}) == 1
    assert all(m.problems == [] for m in messages)
    assert {r["remote_id"] for r in messages[0].data["changed_records"]} >= {person}
    river.settle()
    assert len(river.app.messages) == 4
    waits = delays(messages)
    assert waits[0] >= 0.05 and waits[1] >= 0.1 and waits[2] >= 0.2  # retry_ms of the file
    assert river.weir.metric("weir_attempts_total", endpoint="app", outcome="retry") == 3


def test_each_kind_of_failure_but_410_is_tried_again(make_river):
    river = make_river(dispatch={"timeout_ms": 400}).start()
    for answer in (301, 400, 401, 404, 429, 500, 599, close(), drip(0.3), hang(1), redirect("/elsewhere")):
        river.app.clear()
        river.app.answers = [answer, 200]
        change(river, name=f"Freya{time.monotonic_ns()}")
        first, second, *rest = river.app.wait(2)
        assert first.id == second.id and rest == [], f"after {answer}"
        river.weir.wait_drained()


def test_a_redirect_is_not_followed(river):
    with_target = river.endpoint("other")  # only a place to be sent to; the daemon does not know it
    river.app.answers = [redirect(with_target.base_url + "/stolen", 307), 200]

    change(river)

    assert len(river.app.wait(2)) == 2
    river.settle()
    assert with_target.messages == []
    line = river.weir.wait_log("notification not delivered")
    assert "redirect" in line["error"]


def test_an_endpoint_that_hangs_does_not_delay_another(make_river):
    river = make_river(dispatch={"timeout_ms": 1500})
    other = river.endpoint("slow")
    river.start()
    other.default = hang(5)
    person = river.sim.person_ids()[-1]

    waits = []
    for number in range(10):
        before = len(river.app.messages)
        began = time.monotonic()
        river.sim.update_person(person, first_name=f"Gudrun{number}")
        assert river.app.wait_for(lambda messages: len(messages) > before, 10)
        waits.append(time.monotonic() - began)

    assert max(waits) < 1.2, waits
    assert other.messages
    other.default = 200
    eventually(lambda: len({m.id for m in other.messages if m.reply.how == "answer"}) >= 1)


def test_an_endpoint_gets_no_more_at_once_than_its_concurrency(make_river):
    river = make_river(people=6, dispatch={"timeout_ms": 1500, "coalesce_ms": 0})
    river.weir.config["endpoints"][0]["concurrency"] = 2
    river.start()
    river.app.default = hang(10)

    for number in range(5):
        change(river, number, "Greta")

    first, second, third, *_ = river.app.wait(3)
    assert second.time - first.time < 1.2 <= third.time - first.time  # it came when one of the two was given up
    river.app.default = 200
    assert river.app.wait_for(lambda messages: len({m.id for m in messages}) == 5, 20)
    river.weir.wait_drained()


def test_410_disables_the_endpoint_and_its_notifications_wait(river):
    river.app.answers = ["gone"]
    change(river, 0, "Hedda")
    river.weir.wait_log("endpoint disabled, its notifications wait", endpoint="app")
    change(river, 1, "Idris")
    river.weir.wait_log("record stored", remote_id=river.sim.person_ids()[1], result="updated")
    eventually(lambda: river.weir.status()["store"]["outbox_count"] == 2)
    assert len(river.app.messages) == 1
    endpoint = river.weir.listed("/endpoints")[0]
    assert endpoint["disabled"] is True and "410" in endpoint["reason"]

    river.weir.restart()  # it stays so
    eventually(lambda: river.weir.listed("/endpoints")[0]["disabled"])
    assert len(river.weir.listed("/notifications", state="waiting")) == 2
    river.weir.cli("endpoints", "enable", "app")

    assert river.app.wait_for(lambda messages: len({m.id for m in messages}) == 2)
    assert river.app.messages[0].id in {m.id for m in river.app.messages[1:]}
    river.weir.wait_drained()


def test_what_is_given_up_is_a_dead_letter_that_can_be_sent_again(make_river):
    river = make_river(dispatch={"retry_ms": [20, 40]}).start()
    river.app.default = 500
    person = change(river, 0, "Jorun")

    river.weir.wait_log("notification given up", endpoint="app", attempt=3)
    dead = eventually(lambda: river.weir.listed("/notifications", state="dead"))[0]
    assert (dead["endpoint"], dead["integration"], dead["attempts"], dead["last_status"]) == (
        "app", "personio:acme", 3, 500)
    assert dead["last_error"] and dead["died_at"]
    assert dead["id"] in river.weir.cli("notifications", "--dead").stdout
    assert river.weir.metric("weir_attempts_total", endpoint="app", outcome="dead") == 1

    river.weir.restart()
    assert [d["id"] for d in river.weir.listed("/notifications", state="dead")] == [dead["id"]]
    river.app.clear()
    river.app.default = 200
    river.weir.cli("replay", "--dead", dead["id"])

    message = river.app.wait(1)[0]
    assert message.id == dead["id"] and message.problems == []
    assert person in [r["remote_id"] for r in message.data["changed_records"]]
    river.settle()
    assert river.weir.listed("/notifications", state="dead") == []


def test_all_dead_letters_of_an_endpoint_are_sent_again_at_once(make_river):
    river = make_river(dispatch={"retry_ms": [10]}).start()
    river.app.default = 500
    for number in range(3):
        change(river, number, "Kari")
        eventually(lambda: len(river.weir.listed("/notifications", state="dead")) == number + 1)
    river.app.clear()
    river.app.default = 200

    assert river.weir.admin("/notifications/replay", "POST", {"endpoint": "app"}).data == {"replayed": 3}

    assert len({m.id for m in river.app.wait(3)}) == 3
    river.settle()
    assert river.weir.listed("/notifications", state="dead") == []


def test_an_endpoint_that_keeps_failing_is_only_probed_and_comes_back(make_river):
    river = make_river(dispatch={"retry_ms": [10] * 16, "probe_ms": 300}).start()
    river.app.default = 503
    change(river, 0, "Liv")
    river.weir.wait_log("endpoint keeps failing, only probed from now on", endpoint="app")
    assert river.weir.listed("/endpoints")[0]["probing"] is True
    seen = len(river.app.messages)
    time.sleep(1)
    assert len(river.app.messages) - seen <= 5
    change(river, 1, "Magnus")

    river.app.default = 200

    river.weir.wait_log("endpoint works again", endpoint="app")
    river.settle()
    assert river.weir.listed("/notifications", state="dead") == []


def test_retry_after_is_obeyed(river):
    river.app.answers = [retry_after(2), retry_after(1, 429), 200]

    change(river)

    waits = delays(river.app.wait(3))
    assert 1.9 <= waits[0] < 5 and 0.9 <= waits[1] < 5


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "169.254.169.254", "2130706433"])
def test_a_private_address_is_refused_unless_allowed(make_river, host):
    river = make_river()
    river.weir.config["endpoints"][0] |= {"allow_private": False, "url": f"https://{host}/weir"}
    river.weir.write_config()

    done = river.weir.cli("check", check=False)

    assert done.returncode == 1
    assert "weir.conf:" in done.stdout and "endpoints[0].url" in done.stdout


def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_called(make_river):
    name = socket.gethostname()
    try:
        addresses = {ipaddress.ip_address(info[4][0]) for info in socket.getaddrinfo(name, 80)}
    except OSError:
        addresses = set()
    if not addresses or not all(a.is_private for a in addresses) or name == "localhost":
        pytest.skip("the name of this machine leads to no private address")
    river = make_river()
    forbidden = river.endpoint("private", allow_private=False)
    port = forbidden.base_url.rpartition(":")[2]
    river.weir.config["endpoints"][-1]["url"] = f"https://{name}:{port}/weir"
    river.start(synced=False)
    river.weir.wait_synced()

    line = river.weir.wait_log("notification not delivered", endpoint="private")
    assert "forbidden" in line["error"] or "private" in line["error"], line
    assert forbidden.connections_accepted == 0


def test_an_endpoint_of_one_integration_hears_nothing_of_another(make_river):
    river = make_river()
    river.tool("personio:other")
    narrow = river.endpoint("narrow", integrations=["personio:other"])
    river.start()

    river.sim.update_person(river.sim.person_ids()[0], first_name="Njord")
    river.tools[1].update_person(river.tools[1].person_ids()[0], first_name="Olga")

    assert river.app.wait_for(lambda messages: len(messages) >= 2)
    river.settle()
    assert {m.data["integration_id"] for m in narrow.messages} == {"personio:other"}
    assert {m.data["integration_id"] for m in river.app.messages} == {"personio:acme", "personio:other"}


def test_while_a_secret_is_replaced_both_signatures_are_sent(make_river):
    river = make_river()
    old = river.weir.env["HOOK_SECRET_1"]
    new = "whsec_" + "bmV3IHNlY3JldCBmb3IgdGVzdHM="
    river.weir.env |= {"HOOK_SECRET_1": new, "HOOK_SECRET_OLD": old}
    river.weir.config["endpoints"][0]["secrets_old"] = ["@env:HOOK_SECRET_OLD"]
    river.start()
    river.app.secrets = [new]
    change(river, 0, "Petra")
    assert river.app.wait(1)[0].problems == []
    assert len(river.app.messages[0].headers["webhook-signature"].split(" ")) == 2

    river.app.secrets = [old]
    river.settle()
    river.app.clear()
    change(river, 1, "Quirin")
    assert river.app.wait(1)[0].standard_ok


def test_further_headers_and_the_sync_finished_event_go_out(make_river):
    river = make_river()
    river.weir.config["endpoints"][0] |= {"events": ["data-changed", "sync-finished"],
                                          "headers": {"X-Tenant": "blue"}}
    river.start(synced=False)

    assert river.app.wait_for(lambda messages: any(m.type == "sync-finished" for m in messages))
    message = next(m for m in river.app.messages if m.type == "sync-finished")
    assert message.problems == [] and message.headers["x-tenant"] == "blue"
    assert message.data["sync_state"] == "SUCCEEDED" and isinstance(message.data["sync_duration_seconds"], int)

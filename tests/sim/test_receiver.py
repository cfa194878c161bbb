"""The receiver downstream: signatures, scripted answers, use as a program."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.receiver import (Receiver, Reply, drip, hang, kombo_signature, redirect, retry_after,
                          standard_signature)

SECRET = "whsec_bm90IGEgcmVhbCBzZWNyZXQgYXQgYWxs"
OTHER = "whsec_YW5vdGhlciBpbnZlbnRlZCBzZWNyZXQh"
BODY = ('{"id":"msg_1","type":"data-changed","data":{"integration_id":"personio:acme",'
        '"changed_models":[{"name":"hris_employees"}]}}').encode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(SECRET) as one:
        yield one


def signed(body: bytes = BODY, *secrets: str, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    used = secrets or (SECRET,)
    return {"X-Kombo-Signature": kombo_signature(used[0], body), "webhook-id": "msg_1",
            "webhook-timestamp": stamp, "webhook-signature": " ".join(
                standard_signature(s, "msg_1", stamp, body) for s in used)}


def post(receiver: Receiver, body: bytes = BODY, headers: dict[str, str] | None = None,
         timeout: float = 5) -> tuple[int, dict[str, str]]:
    conn = http.client.HTTPConnection(receiver.base_url.removeprefix("http://"), timeout=timeout)
    try:
        conn.request("POST", "/weir", body, signed(body) if headers is None else headers)
        answer = conn.getresponse()
        answer.read()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}
    finally:
        conn.close()


@pytest.mark.parametrize("body, signature", [
    ('{"id":"zLYNtKMNPEKwN4g4irioqdvY","type":"data-changed","data":{"integration_id":'
     '"personio:knrkhuLe5q9Cpo42mJK2hT7d","integration_tool":"personio","integration_category":'
     '"HRIS","changed_models":[{"name":"hris_employees"},{"name":"hris_join_employees_teams"}]}}',
     "bEJUN8ldu5E9rIzhvpS_YNwCnH7l1Buko-QTmvxMNRs"),
    ('{"name":"Zoë – Łódź"}', "WHeXNcXBPvbrgJAuA0nzwRKDNypckBu7oZ80ygPmFsc")])
def test_the_kombo_signature_matches_the_published_vectors(body: str, signature: str) -> None:
    assert kombo_signature("whsec_9f4b1c7e2a", body.encode()) == signature


def test_the_standard_signature_matches_the_published_example() -> None:
    body = b'{"test": 2432232314}'
    assert standard_signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
        body) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_signed_message_has_no_problems(receiver: Receiver) -> None:
    assert post(receiver)[0] == 200
    [message] = receiver.wait(1)
    assert message.problems == [] and message.kombo_ok and message.standard_ok
    assert (message.id, message.type, message.changed_models) == (
        "msg_1", "data-changed", ["hris_employees"])
    assert message.body == BODY and message.path == "/weir"


def test_what_is_wrong_is_said(receiver: Receiver) -> None:
    def problems(body: bytes, headers: dict[str, str]) -> str:
        receiver.clear()
        post(receiver, body, headers)
        return "; ".join(receiver.messages[0].problems)

    assert "X-Kombo-Signature does not match" in problems(BODY + b" ", signed())
    assert "webhook-signature does not match" in problems(BODY + b" ", signed())
    assert "not about now" in problems(BODY, signed(at=time.time() - 3600))
    assert "webhook-id missing" in problems(BODY, signed() | {"webhook-id": ""})
    assert "X-Kombo-Signature is missing" in problems(BODY, {})
    assert "not JSON" in problems(b"{", signed(b"{"))


def test_during_a_rotation_one_of_several_signatures_suffices(receiver: Receiver) -> None:
    post(receiver, BODY, signed(BODY, OTHER, SECRET))
    post(receiver, BODY, signed(BODY, OTHER))
    first, second = receiver.messages
    assert first.standard_ok and not first.kombo_ok  # that header holds a single one
    assert not second.standard_ok
    receiver.secrets.append(OTHER)
    post(receiver, BODY, signed(BODY, OTHER))
    assert receiver.messages[2].problems == []


def test_answers_are_used_up_in_order_then_the_default(receiver: Receiver) -> None:
    receiver.answers = [503, retry_after(7), "gone", redirect("/x", 307), {"status": 204}]
    got = [post(receiver) for _ in range(6)]
    assert [status for status, _ in got] == [503, 503, 410, 307, 204, 200]
    assert got[1][1]["retry-after"] == "7" and got[3][1]["location"] == "/x"
    receiver.answers = lambda message: 500 if message.number % 2 else 202
    assert [post(receiver)[0] for _ in range(2)] == [202, 500]
    receiver.answers, receiver.default = [], 418
    assert post(receiver)[0] == 418
    with pytest.raises(ValueError):
        Reply.of("perhaps")


def test_it_can_hang_close_and_drip(receiver: Receiver) -> None:
    receiver.answers = [hang(), "close", drip(0.001), {"delay_s": 0.2}]
    with pytest.raises(TimeoutError):
        post(receiver, timeout=0.2)
    with pytest.raises(http.client.RemoteDisconnected):
        post(receiver)
    assert post(receiver)[0] == 200
    began = time.monotonic()
    assert post(receiver)[0] == 200 and time.monotonic() - began >= 0.2
    assert len(receiver.messages) == 4


def test_a_stopped_receiver_refuses_and_comes_back_on_its_port(receiver: Receiver) -> None:
    url = receiver.url
    receiver.stop()
    with pytest.raises(ConnectionError):
        post_to = url.split("/")[2].split(":")
        socket.create_connection((post_to[0], int(post_to[1])), 1)
    receiver.start()
    assert receiver.url == url and post(receiver)[0] == 200


def test_chunked_bodies_are_read(receiver: Receiver) -> None:
    conn = http.client.HTTPConnection(receiver.base_url.removeprefix("http://"), timeout=5)
    conn.request("POST", "/weir", iter([BODY[:20], BODY[20:]]), signed(), encode_chunked=True)
    assert conn.getresponse().status == 200
    conn.close()
    assert receiver.messages[0].problems == []


def test_it_runs_as_a_program() -> None:
    program = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "receiver.py"), "--secret", SECRET,
         "--answers", "503", "--print-url"], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    try:
        url = program.stdout.readline().strip()
        control = url.rpartition("/")[0] + "/__sim/"
        for expected in (503, 200):
            request = urllib.request.Request(url, BODY, signed(), method="POST")
            try:
                status = urllib.request.urlopen(request, timeout=5).status
            except urllib.error.HTTPError as failed:
                status = failed.code
            assert status == expected
        line = program.stdout.readline()
        assert "data-changed" in line and "hris_employees" in line and "[signed] -> 503" in line
        with urllib.request.urlopen(control + "messages?wait=2&since=1", timeout=5) as answer:
            shown = json.load(answer)
        assert shown["count"] == 2 and len(shown["messages"]) == 1
        put = urllib.request.Request(control + "answers", b'{"answers":["drip"],"default":500}',
                                     method="PUT")
        assert urllib.request.urlopen(put, timeout=5).status == 200
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
        program.stdout.close()

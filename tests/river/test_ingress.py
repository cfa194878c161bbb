"""What comes to the hook: verified, bounded, stored or refused, and nothing in between."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from weir import eventually
from whole_river import person_event


def inbox_untouched(river) -> bool:
    accepted = river.weir.metric("weir_deliveries_total", outcome="accepted")
    return accepted == 0 and river.weir.listed("/deliveries") == []


@pytest.mark.parametrize("fault", ["missing", "wrong", "no_prefix", "twice"])
def test_without_the_right_token_nothing_is_stored(river, fault):
    river.sim.switches.token_fault = fault

    river.sim.update_person(river.sim.person_ids()[0], first_name="Zora")

    assert river.sim.wait_attempts(1)
    assert river.sim.attempts[0].status == 401
    river.weir.wait_log("delivery refused", status=401)
    assert inbox_untouched(river)
    assert river.weir.employee(river.sim.person_ids()[0])["first_name"] != "Zora"
    assert river.weir.metric("weir_deliveries_total", outcome="refused") == 1


def test_a_token_in_another_place_or_of_another_length_is_refused(river):
    body = person_event(river.sim.person_ids()[0])
    right = river.token
    for wrong in (right + "x", right[:-1], right[:8], "Bearer ", "x" * 4000):
        assert river.hook(body, token=wrong).status == 401
    assert river.hook(body, token="", headers={"X-Authorization": right}).status == 401
    assert inbox_untouched(river)


def test_an_unknown_integration_is_404(river):
    body = person_event("3001")
    for unknown in ("personio:nobody", "bamboohr:acme", "personio", "personio%3Aacme%00", "..%2F..%2Fetc"):
        assert river.hook(body, integration=unknown).status == 404
    assert river.hook(body, integration="personio%3Aacme").status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(river, method):
    got = river.hook(person_event(river.sim.person_ids()[0]), method=method)

    assert got.status == 405
    assert inbox_untouched(river)


@pytest.mark.parametrize("body", [
    b"", b"{", b"null", b"[]", b"[" * 100_000, b'{"a":' * 10_000, b'"\xff\xfe"', b'{"company_id":"\xc3\x28"}',
    json.dumps({"company_id": "4711", "event_name": "person.updated", "occurred_at": "now", "payload": []}).encode(),
], ids=["empty", "cut", "null", "array", "deep_arrays", "deep_objects", "bad_utf8", "bad_utf8_member", "no_payload"])
def test_a_body_that_cannot_be_read_is_taken_and_set_aside(river, body):
    if len(body) > 65_536:
        assert river.hook(body).status in (200, 413)  # longer than any event of this tool
        body = body[:65_000]

    assert river.hook(body).status == 200

    river.weir.wait_log("delivery set aside")
    row = eventually(lambda: river.weir.listed("/events", state="aside"))[0]
    assert row["integration"] == "personio:acme" and row["kind"] and row["message"]
    river.sim.update_person(river.sim.person_ids()[0], first_name="Zora")
    river.wait_employee(river.sim.person_ids()[0], first_name="Zora")


def test_what_was_set_aside_can_be_sent_again(river):
    assert river.hook(b"not json").status == 200
    river.weir.wait_log("delivery set aside")
    number = eventually(lambda: river.weir.listed("/events", state="aside"))[0]["number"]
    mark = river.weir.log.mark()

    again = river.weir.admin("/events/replay", "POST", {"number": number})

    assert again.data == {"replayed": 1}
    river.weir.wait_log("delivery set aside", mark)  # it is still no JSON
    rows = eventually(lambda: river.weir.listed("/events", state="aside"))
    assert len(rows) == 1
    assert river.weir.metric("weir_set_aside_total") == 2


def test_an_event_name_nobody_knows_asks_for_nothing(river):
    body = person_event(river.sim.person_ids()[0], name="person.promoted")

    assert river.hook(body).status == 200

    river.weir.wait_log("event needs no fetch")
    river.settle()
    assert river.fetched(river.sim.person_ids()[0]) == []
    assert river.weir.listed("/events", state="aside") == []


def test_a_long_body_is_refused_with_413(river):
    begun = time.monotonic()
    assert river.hook(b"x" * 10_000_000).status in (413, 0)  # the peer may see only the end of the connection

    with socket.create_connection(("127.0.0.1", river.weir.port), 10) as conn:
        conn.sendall(b"POST /hooks/personio:acme HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
        assert conn.recv(4096).startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - begun < 10
    assert inbox_untouched(river)


def test_a_body_that_drips_is_cut_at_the_deadline(make_river):
    river = make_river(limits={"request_timeout_ms": 700, "first_byte_timeout_ms": 700}).start()
    began = time.monotonic()

    with socket.create_connection(("127.0.0.1", river.weir.port), 10) as conn:
        conn.settimeout(0.05)
        conn.sendall(b"POST /hooks/personio:acme HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n")
        answer, open_ = b"", True
        while open_ and time.monotonic() - began < 8:
            try:
                conn.sendall(b"x")
                chunk = conn.recv(4096)
                answer, open_ = answer + chunk, bool(chunk)
            except TimeoutError:
                continue
            except OSError:
                open_ = False

    assert not open_ and 0.6 < time.monotonic() - began < 5
    assert answer == b"" or answer.startswith(b"HTTP/1.1 408 ")
    assert inbox_untouched(river)
    assert river.hook(person_event(river.sim.person_ids()[0])).status == 200


@pytest.mark.parametrize("request_", [
    b"POST /hooks/personio:acme HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"POST /hooks/personio:acme HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"0\r\n\r\n",
    b"POST /hooks/personio:acme HTTP/1.1\r\nHost: a\r\nContent-Length : 2\r\n\r\n{}",
    b"POST /hooks/personio:acme HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"NONSENSE\r\n\r\n",
], ids=["two_lengths", "length_and_chunked", "blank_before_colon", "folded", "tls_hello", "nonsense"])
def test_a_request_with_two_readings_is_refused_and_closed(make_river, request_):
    # What is no whole request ends at the deadline at the latest, also when its sender has already gone.
    river = make_river(limits={"first_byte_timeout_ms": 1500, "request_timeout_ms": 1500}).start()
    with socket.create_connection(("127.0.0.1", river.weir.port), 10) as conn:
        conn.sendall(request_)
        conn.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := conn.recv(4096):
            answer += chunk
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:100]
    assert inbox_untouched(river)


def test_exactly_128_connections_are_all_answered_at_once(make_river):
    river = make_river(people=4).start()
    people = river.sim.person_ids()
    bodies = [person_event(people[n % 4], f"2026-05-04T10:00:{n // 10:02}.{n % 10}00Z") for n in range(128)]
    conns = [socket.create_connection(("127.0.0.1", river.weir.port), 20) for _ in range(128)]
    head = (f"POST /hooks/personio:acme HTTP/1.1\r\nHost: a\r\nAuthorization: {river.token}\r\n"
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n")
    began = time.monotonic()

    for _ in range(3):  # the connections are kept
        for conn, body in zip(conns, bodies):
            conn.sendall(head.format(len(body)).encode() + body)
        for conn in conns:
            assert conn.recv(4096).startswith(b"HTTP/1.1 200 ")
    took = time.monotonic() - began

    for conn in conns:
        conn.close()
    assert took < 10, f"384 requests over 128 connections took {took:.1f} s"
    assert river.weir.metric("weir_deliveries_total", outcome="accepted") == 128
    assert river.weir.metric("weir_deliveries_total", outcome="duplicate") == 256
    river.settle()


def test_a_delivery_that_ends_in_the_middle_leaves_nothing(river):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", river.weir.port), 10) as conn:
            conn.sendall(b"POST /hooks/personio:acme HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{\"a\":")
    assert river.hook(person_event(river.sim.person_ids()[0])).status == 200
    river.settle()
    assert river.weir.metric("weir_deliveries_total", outcome="accepted") == 1


def test_a_client_that_reads_nothing_holds_up_nobody(river):
    deaf = [socket.create_connection(("127.0.0.1", river.weir.port), 10) for _ in range(30)]
    for conn in deaf:
        conn.sendall(b"GET /v1/hris/employees?page_size=250 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                     + river.weir.api_key.encode() + b"\r\nX-Integration-Id: personio:acme\r\n\r\n")
    times = []
    for number in range(10):
        began = time.monotonic()
        assert river.hook(person_event(river.sim.person_ids()[0], f"2026-05-04T10:00:0{number}.000Z")).status == 200
        times.append(time.monotonic() - began)
    for conn in deaf:
        conn.close()
    assert max(times) < 3


def test_the_inbox_is_bounded_and_says_so(make_river):
    river = make_river(limits={"inbox_max": 10}).start()
    closed = threading.Event()
    river.sim.gate = lambda request: closed.wait(20)  # no fetch ends until it is opened

    got = [river.hook(person_event(str(9000 + n))) for n in range(30)]

    assert {g.status for g in got} == {200, 503}
    assert all(int(g.headers["retry-after"]) > 0 for g in got if g.status == 503)
    closed.set()
    river.settle()
    assert river.hook(person_event("9999")).status == 200
    river.settle()

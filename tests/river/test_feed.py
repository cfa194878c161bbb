"""The feed of all changes: read page by page and live, by consumers that come back, are many, or are slow."""

from __future__ import annotations

import gzip
import json
import os
import socket

from listener import Listener, Row
from weir import call, eventually
from whole_river import River


def read_on(river: River, cursor: str | None) -> tuple[list[Row], str]:
    """Everything behind a cursor, and the cursor to come back with."""
    rows: list[Row] = []
    while True:
        page = river.weir.api("/changes", None, page_size=3, **({"cursor": cursor} if cursor else {})).data
        rows += page["results"]
        cursor = page["next"]
        if not page["has_more"]:
            return rows, cursor


def test_a_message_leads_to_its_changes_with_one_call(river):
    person = river.sim.add_person(first_name="Uma")
    message = river.wait_message("hris_employees", person, "created")

    page = river.weir.api("/changes", None, cursor=message.data["changes_cursor"], include="record").data
    row = next(r for r in page["results"] if (r["model"], r["remote_id"]) == ("hris_employees", person))

    assert row["change"] == "created" and row["integration_id"] == "personio:acme"
    assert row["record"] == river.weir.employee(person)
    named = {(r["model"], r["id"]) for r in message.data["changed_records"]}
    assert named <= {(r["model"], r["id"]) for r in page["results"]}


def test_a_reader_that_comes_back_sees_each_change_once(river):
    rows, cursor = read_on(river, None)
    assert {r["remote_id"] for r in rows if r["model"] == "hris_employees"} == set(river.sim.person_ids())

    made = []
    for name in ("Ada", "Bea", "Cid"):
        made.append(river.sim.add_person(first_name=name))
        river.wait_employee(made[-1], first_name=name)
    gone = river.sim.person_ids()[0]
    river.sim.delete_person(gone)
    river.settle()
    more, cursor = read_on(river, cursor)

    people = [(r["remote_id"], r["change"]) for r in more if r["model"] == "hris_employees"]
    assert [p for p in people if p[1] == "created"] == [(p, "created") for p in made]
    assert (gone, "deleted") in people
    assert len({r["cursor"] for r in rows + more}) == len(rows + more)
    assert read_on(river, cursor) == ([], cursor)


def test_a_stream_misses_nothing_when_the_daemon_is_killed(river):
    listener = Listener(river, "/v1/changes/stream?cursor=now").connect()
    people = []
    for turn in range(4):
        for n in range(5):
            people.append(river.sim.add_person(first_name=f"Kill {turn} {n}"))
        if turn % 2 == 0:
            eventually(lambda: listener.has(people[-1]))
        river.weir.kill()  # with changes on their way in the other turns
        listener.ended.wait(20)
        river.weir.restart()
        listener.connect()
    eventually(lambda: all(listener.has(p) for p in people),
               say=f"{[p for p in people if not listener.has(p)]} of {len(people)} were missed")
    river.settle()

    polled, _ = read_on(river, None)
    seen = [r["cursor"] for r in listener.rows]
    places = [r["cursor"] for r in polled]
    assert len(seen) == len(set(seen)), "a row came twice"
    assert seen == places[-len(seen):], "the stream and the pages tell the same, in the same order"
    listener.close()


def test_a_hundred_listeners_hear_the_same_with_a_few_threads(river):
    threads = len(os.listdir(f"/proc/{river.weir.pid}/task"))
    listeners = [Listener(river, "/v1/changes/stream?cursor=now").connect() for _ in range(100)]
    assert {one.status for one in listeners} == {200}
    person = river.sim.add_person(first_name="Uma")

    eventually(lambda: all(one.has(person, "created") for one in listeners))

    assert river.weir.metric("weir_streams") == 100
    assert len(os.listdir(f"/proc/{river.weir.pid}/task")) <= threads + 1
    first = [r["cursor"] for r in listeners[0].rows]
    eventually(lambda: all([r["cursor"] for r in one.rows][:len(first)] == first for one in listeners))
    for one in listeners:
        one.close()
    eventually(lambda: river.weir.metric("weir_streams") == 0, say="those that left are still counted")


def test_a_stop_ends_streams_whole_and_says_why(river):
    listener = Listener(river).connect()
    eventually(lambda: len(listener.rows) > 0)

    took = river.weir.stop()

    assert listener.ended.wait(10) and listener.whole
    assert listener.events[-1] == ("end", {"reason": "stopping"})
    assert took < 5, "the stop did not wait for it"
    river.weir.restart()


def test_a_listener_that_takes_nothing_is_cut_off_and_harms_nobody(make_river):
    river = make_river(limits={"disk_free_min_bytes": 0, "request_timeout_ms": 500}).start()
    deaf = Listener(river, "/v1/changes/stream?include=record")
    deaf.connect(read=False)
    deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    quick = Listener(river).connect()
    text = "x" * 30_000
    rounds = 0

    def cut() -> bool:
        nonlocal rounds
        rounds += 1
        for person in river.sim.person_ids():
            river.sim.update_person(person, first_name=f"{text} {rounds}")
        return river.weir.metric("weir_streams") == 1

    eventually(cut, timeout=120, every=0.05, say="it is still there")

    person = river.sim.add_person(first_name="Uma")
    eventually(lambda: quick.has(person, "created"))
    quick.close()
    deaf.close()


def test_listeners_beyond_the_limit_are_told(make_river):
    river = make_river(limits={"disk_free_min_bytes": 0, "streams_max": 2}).start()
    first = [Listener(river).connect() for _ in range(2)]
    further = Listener(river).connect(read=False)

    assert further.status == 429
    for one in [*first, further]:
        one.close()


def test_an_operator_sees_notifications_and_the_log_live(river):
    notifications = Listener(river, "/admin/v1/notifications/stream", admin=True).connect()
    log = Listener(river, "/admin/v1/log/stream", admin=True).connect()
    person = river.sim.add_person(first_name="Uma")
    message = river.wait_message("hris_employees", person, "created")

    eventually(lambda: any(e == "attempt" and d["notification"] == message.id and d["outcome"] == "delivered"
                           for e, d in list(notifications.events)))
    made = next(d for e, d in notifications.events if e == "notification" and d["id"] == message.id)
    assert made["type"] == "data-changed" and made["endpoint"] == "app"
    assert json.loads(made["body"])["data"]["changes_cursor"] == message.data["changes_cursor"]
    eventually(lambda: {"delivery", "attempt"} <= {d["kind"] for e, d in list(log.events) if e == "log"})
    notifications.close()
    log.close()


def test_an_answer_is_short_for_who_asks_so(river):
    weir = river.weir
    headers = {"Authorization": f"Bearer {weir.api_key}", "X-Integration-Id": "personio:acme"}
    plain = call(weir.port, "GET", "/v1/hris/employees", headers)
    packed = call(weir.port, "GET", "/v1/hris/employees", headers | {"Accept-Encoding": "gzip"})
    tag = next(v for k, v in plain.headers.items() if k.lower() == "etag")
    same = call(weir.port, "GET", "/v1/hris/employees", headers | {"If-None-Match": tag})

    assert json.loads(gzip.decompress(packed.body)) == plain.json
    assert (same.status, same.body) == (304, b"")

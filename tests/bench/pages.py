"""Reading what is stored: a page of 250 employees with all that is joined to them, of a small store and of a large one, and
the feed of changes to a hundred listeners."""

import http.client
import json
import selectors
import shutil
import socket
import time
from dataclasses import dataclass, field

import wrk
from daemon import Daemon

PAGE = 250
RECORDS_OF_ONE = 3  # as store_fill writes them
LISTENERS = 100
CONNECTIONS = 16
PATH = f"/v1/hris/employees?page_size={PAGE}"
MARK = b"event: change\n"
JOINED = ("employments", "time_off_balances", "groups")
EMBEDDED = ("manager", "legal_entity", "work_location")


@dataclass
class Store:
    """One size, and what was measured of it."""

    records: int
    daemon: Daemon = None
    paths: list[str] = field(default_factory=list)
    fill_s: float = 0.0
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    loads: list[wrk.Load] = field(default_factory=list)

    @property
    def people(self) -> int:
        return self.records // RECORDS_OF_ONE


@dataclass
class Pages:
    small: Store
    large: Store
    page_kb: float = 0.0
    feed_per_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def _headers(daemon: Daemon) -> dict[str, str]:
    return {"Authorization": f"Bearer {daemon.api_key}", "X-Integration-Id": "personio:bench1"}


def _filled(plan, store: Store, tool, receiver) -> None:
    """A daemon that is connected and at rest, and has so many records."""
    plan.say(f"filling a store with {store.records:,} records")
    daemon = Daemon(plan.build, plan.directory / f"pages-{store.records}", tool, receiver.url, integrations=1)
    store.daemon = daemon
    tool.stop()
    tool.start()  # without the other's webhook
    daemon.start()
    daemon.settle()
    daemon.stop()
    begun = time.monotonic()
    daemon.fill(plan.build / "tests/bench/store_fill", store.people)
    store.fill_s = time.monotonic() - begun
    daemon.start()


def _walk(pages: Pages, store: Store) -> None:
    """Each page once: its address is kept, and that nothing is missing in it is looked at."""
    connection = http.client.HTTPConnection("127.0.0.1", store.daemon.port, timeout=60)
    seen, size, path = 0, 0, PATH
    while path:
        store.paths.append(path)
        connection.request("GET", path, headers=_headers(store.daemon))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"a page was answered {answer.status}: {body[:200]!r}")
        data = json.loads(body)["data"]
        own = [row for row in data["results"] if row["last_name"].startswith("Quill")]
        bare = [row for row in own if not all(row[name] for name in (*JOINED, *EMBEDDED))]
        seen += len(own)
        size += len(body)
        if len(bare) > 1:  # the head has nobody above
            pages.wrong.append(f"{len(bare)} people of a page are shown without what is joined to them")
        path = f"{PATH}&cursor={data['next']}" if data["next"] else ""
    connection.close()
    if seen != store.people:
        pages.wrong.append(f"{seen:,} people of {store.people:,} were in the pages")
    pages.page_kb = size / len(store.paths) / 1024
    if len(store.paths) > 1:
        store.paths.pop()  # it may be a short one


def _one_by_one(plan, store: Store, number: int) -> None:
    """Pages over one connection, spread over the store: from the request to the last byte."""
    connection = http.client.HTTPConnection("127.0.0.1", store.daemon.port, timeout=60)
    headers, times = _headers(store.daemon), []
    for n in range(plan.pages):
        path = store.paths[(number + n * 7919) % len(store.paths)]
        begun = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        times.append(1000 * (time.perf_counter() - begun))
        if answer.status != 200:
            raise SystemExit(f"a page was answered {answer.status}")
    connection.close()
    times.sort()
    store.p50_ms.append(times[len(times) // 2])
    store.p99_ms.append(times[len(times) * 99 // 100])


def _at_once(plan, store: Store) -> None:
    names = store.daemon.directory / "paths"
    names.write_text("\n".join(store.paths) + "\n")
    store.loads.append(wrk.run_script("pages.lua", store.daemon.url, CONNECTIONS, plan.ack_s,
                                      [names, store.daemon.api_key]))


def _listen(daemon: Daemon) -> socket.socket:
    listener = socket.create_connection(("127.0.0.1", daemon.port))
    listener.sendall(f"GET /v1/changes/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
                     f"Authorization: Bearer {daemon.api_key}\r\n\r\n".encode())
    listener.setblocking(False)
    return listener


def _feed(pages: Pages, store: Store) -> None:
    """A hundred listeners begin where the feed begins: until each has heard of every record."""
    wanted = store.people * RECORDS_OF_ONE * LISTENERS
    heard, rest = 0, {}
    begun = time.perf_counter()
    listeners = [_listen(store.daemon) for _ in range(LISTENERS)]
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener, selectors.EVENT_READ)
        while heard < wanted and time.perf_counter() - begun < 120:
            for key, _ in selector.select(1):
                data = key.fileobj.recv(1 << 18)
                if not data:
                    raise SystemExit("a listener was cut off")
                # A mark may be cut by the end of what came.
                data = rest.get(key.fd, b"") + data
                heard += data.count(MARK)
                rest[key.fd] = data[-len(MARK) + 1:]
    took = time.perf_counter() - begun
    for listener in listeners:
        listener.close()
    if heard < wanted:
        pages.wrong.append(f"the listeners heard {heard:,} of {wanted:,} changes")
    pages.feed_per_s.append(heard / took)


def measure(plan, tool, receiver) -> Pages:
    pages = Pages(Store(plan.few_records), Store(plan.many_records))
    both = (pages.small, pages.large)
    try:
        for store in both:
            _filled(plan, store, tool, receiver)
            _walk(pages, store)
        for number in range(plan.rounds):
            plan.say(f"pages and feed, round {number + 1} of {plan.rounds}")
            for store in both:
                _one_by_one(plan, store, number)
                _at_once(plan, store)
            _feed(pages, pages.small)
    finally:
        for store in both:
            if store.daemon is not None:
                store.daemon.stop()
                shutil.rmtree(store.daemon.directory)
        tool.stop()
    return pages

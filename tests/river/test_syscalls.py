"""What the kernel is asked for: no 200 before the sync that covers it, and nothing at all when nothing happens."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from weir import eventually
from whole_river import person_event

CALLS = "accept4,read,recvfrom,recvmsg,write,writev,sendto,sendmsg,fdatasync,fsync,pwrite64,pwritev,msync," \
        "io_uring_enter,openat,close"
LINE = re.compile(r"(\d+) +(\d+\.\d+) (?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)")
RESULT = re.compile(r"= (-?\d+)[^=]*$")


@dataclass
class Call:
    """One system call; the times are those of its beginning and end."""

    name: str
    thread: str
    begin: float
    end: float
    text: str
    result: int

    @property
    def fd(self) -> int:
        found = re.match(r"(\d+)", self.text)
        return int(found.group(1)) if found else -1


def calls_of(trace: Path) -> list[Call]:
    """In the order of their ends. With -ttt a line's time is that of the call's begin, or of its resumption."""
    begun: dict[tuple[str, str], tuple[float, str]] = {}
    found = []
    for line in trace.read_text("utf-8", "replace").splitlines():
        match = LINE.match(line)
        if not match:
            continue
        thread, at, resumed, name, rest = match.groups()
        if name and rest.endswith("<unfinished ...>"):
            begun[thread, name] = (float(at), rest)
            continue
        begin, text = float(at), rest
        if resumed:
            name = resumed
            begin, text = begun.pop((thread, name), (float(at), ""))
            text += rest
        result = RESULT.search(rest)
        end = float(at)
        took = re.search(r"<(\d+\.\d+)>$", rest)
        if took and not resumed:
            end += float(took.group(1))
        found.append(Call(name, thread, begin, end, text, int(result.group(1)) if result else -1))
    return found


@pytest.fixture
def traced(make_river):
    if shutil.which("strace") is None:
        pytest.skip("there is no strace")
    works = subprocess.run(["strace", "-f", "-e", "trace=close", "true"], capture_output=True)
    if works.returncode != 0:
        pytest.skip("strace may not trace here")
    river = make_river(people=6)
    river.weir.env["ASAN_OPTIONS"] += ":detect_leaks=0"  # leaks cannot be looked for under a tracer
    river.folder.mkdir(exist_ok=True)
    trace = river.folder / "trace"
    river.weir.wrapper = ["strace", "-f", "-ttt", "-T", "-s", "64", "-o", str(trace), "-e", f"trace={CALLS}"]
    return river, trace


def test_every_200_follows_the_sync_that_covers_its_delivery(traced):
    river, trace = traced
    river.start()
    people = river.sim.person_ids()
    statuses: list[int] = []

    def send(part: int) -> None:
        for number in range(25):
            body = person_event(people[part], f"2026-06-{part + 1:02}T10:00:{number:02}.000Z")
            statuses.append(river.hook(body).status)

    threads = [threading.Thread(target=send, args=(part,)) for part in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert set(statuses) == {200} and len(statuses) == 150
    river.settle()
    river.weir.stop(60)

    calls = calls_of(trace)
    syncs = [c for c in calls if c.name in ("fdatasync", "fsync") and c.result == 0]
    # LMDB writes its meta page, which makes a commit count, through a descriptor of its own.
    meta_fds = {c.result for c in calls if c.name == "openat" and "data.mdb" in c.text and "DSYNC" in c.text}
    metas = [c for c in calls if c.name in ("pwrite64", "pwritev") and c.fd in meta_fds and c.result > 0]
    assert syncs and metas
    requests: dict[int, Call] = {}
    answered = 0
    for one in calls:
        if one.name in ("read", "recvfrom", "recvmsg") and "POST /hooks/" in one.text:
            requests[one.fd] = one
        elif one.name in ("write", "writev", "sendto", "sendmsg") and "HTTP/1.1 200" in one.text and one.fd in requests:
            request = requests.pop(one.fd)
            covering = [s for s in syncs if request.end <= s.begin and s.end <= one.begin]
            assert covering, f"200 at {one.begin} without a sync since its request at {request.end}"
            first = min(s.end for s in covering)
            assert any(first <= m.begin and m.end <= one.begin for m in metas), (
                f"200 at {one.begin} before the meta page of its commit")
            answered += 1
    assert answered == 150


def test_an_idle_daemon_asks_the_kernel_for_nothing(traced):
    river, trace = traced
    river.weir.wrapper = ["strace", "-f", "-ttt", "-o", str(trace)]
    river.start()
    river.sim.update_person(river.sim.person_ids()[0], first_name="Idle")
    river.wait_employee(river.sim.person_ids()[0], first_name="Idle")
    river.settle()
    time.sleep(3)  # kept connections are closed, the last notification is booked
    before = len(trace.read_text().splitlines())

    time.sleep(20)

    woken = trace.read_text().splitlines()[before:]
    assert len(woken) <= 15, f"{len(woken)} calls in 20 idle seconds:\n" + "\n".join(woken[:40])
    river.sim.update_person(river.sim.person_ids()[0], first_name="Awake")
    eventually(lambda: river.weir.employee(river.sim.person_ids()[0])["first_name"] == "Awake")

"""A full sync of a large company: how fast, with how much memory, beside plain curl loops over the same requests; and how
soon a change that was missed is told after a start."""

import json
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import Empty

import nginx
import processes
import river as river_part
from daemon import Daemon
from tool import Tool

PAGE = 50  # people, as the connector asks
CURLS = 4
CURL_SHARE = 500  # requests of one loop

# Static pages; all else as the tool of the other parts.
PAGES = """    location = /v2/persons {
      set $page $arg_cursor;
      if ($page = "") { set $page 0; }
      rewrite ^ /$page break;
      root %s;
    }
"""
PERSON = """{"id":"%(id)d","email":"p%(id)d@acme.example","created_at":"2024-01-07T09:00:00Z",\
"updated_at":"2026-02-03T10:15:29Z","first_name":"Ada","last_name":"Quill %(id)d","preferred_name":"Ada",\
"gender":"FEMALE","profile_picture":{"url":null},"status":"ACTIVE","custom_attributes":[\
{"id":"dynamic_305","type":"string","value":"Red","global_id":"color"},\
{"id":"dynamic_306","type":"date","value":"1985-05-17","global_id":"date_of_birth"}],\
"employments":[{"id":"7%(id)d"}],"_meta":{"links":{"employments":{"href":"/v2/persons/%(id)d/employments"}}}}"""
FIRST_ID = 1_000_000


@dataclass
class Sync:
    people: int
    people_per_s: list = field(default_factory=list)
    again_per_s: list = field(default_factory=list)
    curl_per_s: list = field(default_factory=list)
    kept_curl_per_s: list = field(default_factory=list)
    cpu_us: list = field(default_factory=list)
    growth_mb: list = field(default_factory=list)
    anon_growth_mb: list = field(default_factory=list)
    missed_ms: list = field(default_factory=list)
    start_ms: list = field(default_factory=list)
    wrong: list = field(default_factory=list)


def _write_pages(folder: Path, people: int) -> None:
    """Pages 0, 1, ... as files, each with the way to the next."""
    folder.mkdir()
    count = (people + PAGE - 1) // PAGE
    for number in range(count):
        ids = range(FIRST_ID + number * PAGE, FIRST_ID + min(people, (number + 1) * PAGE))
        links = {"next": {"href": f"/v2/persons?limit={PAGE}&cursor={number + 1}"}} if number + 1 < count else {}
        (folder / str(number)).write_text(
            '{"_data":[' + ",".join(PERSON % {"id": one} for one in ids) + '],"_meta":{"links":' + json.dumps(links) + "}}")


class _Memory:
    """The highest figures of a process while something runs."""

    def __init__(self, daemon: Daemon):
        self.before = daemon.memory_kb()
        self.most = dict(self.before)
        self._daemon = daemon
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._end.wait(0.05):
            now = self._daemon.memory_kb()
            self.most = {name: max(self.most[name], now[name]) for name in now}

    def growth_mb(self, name: str) -> float:
        return (self.most[name] - self.before[name]) / 1024

    def stop(self) -> None:
        self._end.set()
        self._thread.join()


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _full_sync(daemon: Daemon) -> dict:
    """Begin one and wait for its end: its row."""
    started = daemon.admin("/integrations/personio%3Abench1/sync", {"type": "FULL"})["sync_id"]
    while True:
        time.sleep(0.1)
        row = next(row for row in daemon.admin("/syncs?limit=20")["results"] if row["id"] == started)
        if row["state"] not in ("RUNNING", "QUEUED"):
            return row


def _took_s(row: dict) -> float:
    return _seconds(row["ended_at"]) - _seconds(row["started_at"])


def _requests(url: str, people: int) -> list[str]:
    """The requests of a full sync, as it makes them: a page, and the employments of each of its people."""
    urls = []
    for number in range((people + PAGE - 1) // PAGE):
        urls.append(f"{url}/v2/persons?limit={PAGE}&cursor={number}")
        urls += [f"{url}/v2/persons/{FIRST_ID + one}/employments"
                 for one in range(number * PAGE, min(people, (number + 1) * PAGE))]
    return urls


def _curl_loops(directory: Path, urls: list[str], kept: bool) -> float:
    """Requests per second of CURLS loops, each over its own share. kept: one curl a loop, with its connection."""
    share = CURL_SHARE * (20 if kept else 1)
    loops = []
    for number in range(CURLS):
        mine = (urls * (1 + CURLS * share // len(urls)))[number * share:(number + 1) * share]
        names = directory / f"urls-{number}"
        if kept:
            names.write_text("".join(f'url = "{one}"\noutput = "/dev/null"\n' for one in mine))
            command = ["curl", "-sS", "--fail", "-K", names]
        else:
            names.write_text("\n".join(mine) + "\n")
            command = ["sh", "-ec", f'while read -r url; do curl -sS --fail -o /dev/null "$url"; done < {names}']
        loops.append(command)
    begun = time.monotonic()
    running = [processes.start(command, stdout=subprocess.DEVNULL) for command in loops]
    if any([process.wait() != 0 for process in running]):
        raise SystemExit("a curl loop failed")
    return CURLS * share / (time.monotonic() - begun)


def _one_round(plan, sync: Sync, tool: Tool, pages: Path, receiver, number: int) -> None:
    daemon = Daemon(plan.build, plan.directory / f"sync-{number}", tool, receiver.url, integrations=1)
    shutil.rmtree(pages, ignore_errors=True)
    _write_pages(pages, PAGE)
    tool.start()
    daemon.start()
    daemon.settle()
    shutil.rmtree(pages)
    _write_pages(pages, sync.people)
    memory, cpu = _Memory(daemon), daemon.cpu_s()
    first = _full_sync(daemon)
    sync.cpu_us.append(1e6 * (daemon.cpu_s() - cpu) / sync.people)
    again = _full_sync(daemon)
    memory.stop()
    sync.people_per_s.append(sync.people / _took_s(first))
    sync.again_per_s.append(sync.people / _took_s(again))
    sync.growth_mb.append(memory.growth_mb("VmRSS"))
    sync.anon_growth_mb.append(memory.growth_mb("RssAnon"))
    for row, changed in ((first, sync.people - PAGE), (again, 0)):
        # Each person comes with one employment.
        if row["state"] != "SUCCEEDED" or row["changed"] != 2 * changed or row["gone"] != 0:
            sync.wrong.append(f"a full sync ended {row['state']}, changed {row['changed']}, gone {row['gone']}")
    daemon.stop()
    urls = _requests(tool.url, sync.people)
    per_person = len(urls) / sync.people
    sync.curl_per_s.append(_curl_loops(plan.directory, urls, kept=False) / per_person)
    sync.kept_curl_per_s.append(_curl_loops(plan.directory, urls, kept=True) / per_person)
    tool.stop()
    shutil.rmtree(daemon.directory)


def _missed(plan, sync: Sync, tool: Tool) -> None:
    """Start the daemon when the tool kept an event of the time it was down: from exec to the change's message."""
    plan.say("a missed change after a start")
    receiver = river_part.Receiver()
    daemon = Daemon(plan.build, plan.directory / "missed", tool, receiver.url, integrations=1)
    tool.start()
    daemon.start()
    daemon.settle()
    for number in range(plan.missed):
        time.sleep(1.2)  # a change is told at once when the integration was quiet for coalesce_ms (1 s)
        daemon.stop()
        person = f"3{number:06d}"
        tool.keep_event(person)
        begun = time.perf_counter()
        sync.start_ms.append(1000 * daemon.start())
        try:
            sync.missed_ms.append(1000 * (receiver.when(f'"{person}"') - begun))
        except Empty:
            sync.wrong.append("a missed change was never told")
        daemon.settle()
    daemon.stop()
    tool.stop()
    receiver.close()
    shutil.rmtree(daemon.directory)


def measure(plan, receiver) -> Sync:
    sync = Sync(plan.people)
    pages = plan.directory / "people"
    folder = plan.directory / "sync-tool"
    folder.mkdir()
    tool = Tool(folder, nginx.TOOL.replace(nginx.ONE_PERSON, PAGES % pages))
    try:
        for number in range(plan.sync_rounds):
            plan.say(f"full sync of {sync.people:,} people, round {number + 1} of {plan.sync_rounds}")
            _one_round(plan, sync, tool, pages, receiver, number)
        shutil.rmtree(pages)
        _write_pages(pages, 5)
        _missed(plan, sync, tool)
    finally:
        tool.stop()
        shutil.rmtree(pages, ignore_errors=True)
    return sync


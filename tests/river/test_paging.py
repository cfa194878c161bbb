"""Lists while they change: no page misses a record that is there all along, and no change is missed by whoever asks
for what changed since it last asked. What is made, changed and deleted, when, and in which pages it is read, is a
matter of chance; the seed is printed, and WEIR_SEED takes it again."""

from __future__ import annotations

import json
import os
import random
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from weir import eventually
from whole_river import River

JOBS = "hiring:jobs"
PATH = "/ats/tags"
SEED = int(os.environ.get("WEIR_SEED") or random.randrange(2 ** 32))
STAYING = 60  # records that are changed, and never deleted
FLEETING = 40  # that come and go


class Churn:
    """Deliveries of a tool whose tags are made, changed and deleted at random, by some threads at once."""

    def __init__(self, river: River, seed: int, threads: int = 3) -> None:
        self._river = river
        self._stop = threading.Event()
        self._failed: list[BaseException] = []
        self.sent = 0
        self._threads = [threading.Thread(target=self._run, args=(random.Random(seed + n), n, threads))
                         for n in range(threads)]

    def __enter__(self) -> Churn:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        assert not self._failed, self._failed[0]
        self._river.weir.wait_drained()

    def _run(self, rng: random.Random, nth: int, of: int) -> None:
        """Each thread has its own records, so that it knows in which order they are told of."""
        try:
            own = [f"s{n}" for n in range(nth, STAYING, of)] + [f"f{n}" for n in range(nth, FLEETING, of)]
            while not self._stop.is_set():
                one = rng.choice(own)
                gone = one[0] == "f" and rng.random() < 0.4
                tell(self._river, one, None if gone else f"{one} {rng.randrange(10 ** 6)}")
                self.sent += 1
        except BaseException as why:  # noqa: BLE001: it is raised where the churn ends
            self._failed.append(why)


def tell(river: River, tag: str, name: str | None) -> None:
    line = f"ats_tags {tag}" + ("" if name is None else " " + json.dumps({"name": name}))
    got = river.hook(line.encode(), integration=JOBS, token="")
    assert got.status == 200, (got.status, got.body)


@pytest.fixture
def river(make_river: Callable[..., River]) -> Iterator[River]:
    river = make_river(people=1, movable=True)
    river.weir.config["integrations"] = [{"id": JOBS, "organization": "Northwind Robotics GmbH"}]
    river.weir.config["endpoints"] = []
    river.weir.start()
    river.weir.wait_log("sync ended", integration=JOBS, state="SUCCEEDED")
    eventually(lambda: river.weir.api(PATH, JOBS).status == 200)
    for n in range(STAYING):
        tell(river, f"s{n}", f"s{n} 0")
    river.weir.wait_drained()
    print(f"WEIR_SEED={SEED}")
    yield river


def walk(river: River, rng: random.Random, **query: Any) -> list[dict[str, Any]]:
    """All pages of a list, now and then with a pause in which more happens."""
    found: list[dict[str, Any]] = []
    query["page_size"] = rng.choice([1, 2, 3, 7, 20, 59, 60, 61, 250])
    pages, cursor = 0, {}
    while True:
        page = river.weir.api(PATH, JOBS, **query, **cursor).data
        found += page["results"]
        assert len(page["results"]) <= query["page_size"]
        pages += 1
        assert pages < 5000, "the pages have no end"
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def test_no_page_misses_a_record_that_is_there_all_along(river):
    rng = random.Random(SEED)
    staying = {f"s{n}" for n in range(STAYING)}
    with Churn(river, SEED) as churn:
        for kind in range(24):
            query = [{}, {"include_deleted": "true"}, {"updated_after": "1970-01-01", "include_deleted": "true"},
                     {"updated_after": "1970-01-01"}][kind % 4]
            before, found = churn.sent, walk(river, rng, **query)
            shown = [row["remote_id"] for row in found]
            assert staying <= set(shown), (query, staying - set(shown))
            if "updated_after" not in query:
                assert len(shown) == len(set(shown)), "the order by id shows none twice"
            eventually(lambda: churn.sent > before, say="nothing happened meanwhile")
    rows = river.weir.rows(PATH, JOBS, include_deleted="true")
    assert any(row["remote_deleted_at"] for row in rows) and len(rows) > STAYING


class Consumer:
    """What the contract tells an application to do: note the time, ask for what changed since the time noted before,
    keep what comes."""

    def __init__(self, river: River) -> None:
        self._river = river
        self._since = "1970-01-01T00:00:00.000Z"
        self.rows: dict[str, tuple[str | None, bool]] = {}
        self.rounds = 0

    def ask(self, rng: random.Random) -> None:
        now = self._river.weir.clock_path.read_bytes()
        started = time.time() + struct.unpack("=q", now)[0] / 1000
        for row in walk(self._river, rng, updated_after=self._since, include_deleted="true"):
            self.rows[row["remote_id"]] = (row["name"], row["remote_deleted_at"] is not None)
        at = datetime.fromtimestamp(started, timezone.utc)
        self._since = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
        self.rounds += 1


def hurry(river: River, seconds: float) -> None:
    """The daemon's calendar jumps ahead, while commits are under way."""
    with river.weir.clock_path.open("r+b") as file:
        offset = struct.unpack("=q", file.read())[0] + int(seconds * 1000)
        file.seek(0)
        file.write(struct.pack("=q", offset))


def test_a_consumer_of_updated_after_misses_no_change_while_commits_race_the_clock(river):
    rng = random.Random(SEED)
    consumer = Consumer(river)
    for epoch in range(6):
        with Churn(river, SEED + 100 * epoch) as churn:
            for _ in range(8):
                before = churn.sent
                consumer.ask(rng)
                if rng.random() < 0.7:
                    hurry(river, rng.choice([0.001, 0.5, 1.9, 2.1, 5, 60]))
                eventually(lambda: churn.sent > before, say="nothing happened meanwhile")
        consumer.ask(rng)
        truth = {row["remote_id"]: (row["name"], row["remote_deleted_at"] is not None)
                 for row in river.weir.rows(PATH, JOBS, include_deleted="true", page_size=250)}
        wrong = {one: (consumer.rows.get(one), truth[one]) for one in truth if consumer.rows.get(one) != truth[one]}
        assert wrong == {}, f"epoch {epoch}"
        assert consumer.rows.keys() == truth.keys()
    assert consumer.rounds == 6 * 9

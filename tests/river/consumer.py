"""Two applications downstream of Weir, each written after the published recipe and nothing else: one reads the lists of
what changed, the other the feed. Both take messages from a queue, one after another, and keep a copy of what they read."""

from __future__ import annotations

import queue
import threading
import time
from datetime import datetime, timezone
from typing import Any

from sim.receiver import Message, Receiver, kombo_signature

from weir import ACME, Got, Weir

Row = dict[str, Any]
EPOCH = "1970-01-01T00:00:00.000Z"

# Which list is read for which names: the table of the contract.
READ_FOR = {
    "/hris/employees": {"hris_employees", "hris_employments", "hris_join_employees_teams", "hris_legal_entities",
                        "hris_locations", "hris_teams", "hris_time_off_balances"},
    "/hris/groups": {"hris_teams"},
    "/hris/employments": {"hris_employments"},
    "/hris/locations": {"hris_locations"},
    "/hris/legal-entities": {"hris_legal_entities"},
    "/hris/absences": {"hris_absences", "hris_absence_types"},
    "/hris/absence-types": {"hris_absence_types"},
}
MODEL_OF = {"/hris/employees": "hris_employees", "/hris/groups": "hris_teams", "/hris/employments": "hris_employments",
            "/hris/locations": "hris_locations", "/hris/legal-entities": "hris_legal_entities",
            "/hris/absences": "hris_absences", "/hris/absence-types": "hris_absence_types"}


class Unavailable(Exception):
    """The API did not answer, or not now."""


def data_of(got: Got) -> Any:
    if got.status in (0, 409, 429, 503):
        raise Unavailable(got.status)
    return got.data


class Consumer:
    """Messages that were answered with 2xx are handled until it goes well, on a thread of its own."""

    def __init__(self, weir: Weir, receiver: Receiver) -> None:
        self._weir = weir
        self._secret = receiver.secrets[0]
        self._queue: queue.Queue[Message | None] = queue.Queue()
        self.failed: BaseException | None = None
        self.handled = 0
        self.again = 0  # tries that the daemon was not there for
        self._thread = threading.Thread(target=self._run)
        receiver.on_message = self._take
        self._handle_patiently(None)
        self._thread.start()

    def _take(self, message: Message) -> None:
        if message.reply.how == "answer" and 200 <= message.reply.status < 300:
            self._queue.put(message)

    def _run(self) -> None:
        try:
            while (message := self._queue.get()) is not None:
                given = message.headers["x-kombo-signature"]
                assert given == kombo_signature(self._secret, message.body), "the signature is wrong"
                assert message.problems == []
                if message.type == "data-changed" and message.data["integration_id"] == ACME:
                    self._handle_patiently(message)
                self.handled += 1
                self._queue.task_done()
        except BaseException as why:  # noqa: BLE001: it is raised where the consumer is asked
            self.failed = why

    def _handle_patiently(self, message: Message | None) -> None:
        deadline = time.monotonic() + 120
        while True:
            try:
                return self.handle(message)
            except Unavailable:
                assert time.monotonic() < deadline, "the API was away for two minutes"
                self.again += 1
                time.sleep(0.02)

    def handle(self, message: Message | None) -> None:
        """None: for the first time, everything."""
        raise NotImplementedError

    def wait(self, timeout: float = 120) -> None:
        """Until each message that was taken is dealt with."""
        deadline = time.monotonic() + timeout
        while self._queue.unfinished_tasks:
            if self.failed is not None:
                raise self.failed
            assert time.monotonic() < deadline, f"{self._queue.unfinished_tasks} messages wait"
            time.sleep(0.02)

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join(130)


class ListReader(Consumer):
    """On data-changed: note the time, read what belongs to the changed names since the start of the last good read of
    that list, deleted ones too, to the end; keep by id; then keep the time."""

    def __init__(self, weir: Weir, receiver: Receiver) -> None:
        self.rows: dict[str, dict[str, Row]] = {path: {} for path in READ_FOR}
        self._since = {path: EPOCH for path in READ_FOR}
        super().__init__(weir, receiver)

    def handle(self, message: Message | None) -> None:
        names = None if message is None else set(message.changed_models)
        for path, wanted in READ_FOR.items():
            if names is None or names & wanted:
                self._read(path)

    def _read(self, path: str) -> None:
        at = datetime.now(timezone.utc)
        noted = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
        cursor: Row = {}
        while True:
            page = data_of(self._weir.api(path, page_size=250, updated_after=self._since[path],
                                          include_deleted="true", **cursor))
            self.rows[path].update({row["id"]: row for row in page["results"]})
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        self._since[path] = noted


class FeedReader(Consumer):
    """On data-changed: one road for all models, GET /v1/changes from where it was, with the records."""

    def __init__(self, weir: Weir, receiver: Receiver) -> None:
        self.rows: dict[str, dict[str, Row]] = {model: {} for model in MODEL_OF.values()}
        self.gone: dict[str, set[str]] = {model: set() for model in MODEL_OF.values()}
        self._cursor = ""
        self.told = 0
        super().__init__(weir, receiver)

    def handle(self, message: Message | None) -> None:
        more = True
        while more:
            place = {"cursor": self._cursor} if self._cursor else {}
            page = data_of(self._weir.api("/changes", None, page_size=100, include="record", **place))
            for row in page["results"]:
                self._keep(row)
            self._cursor, more = page["next"], page["has_more"]

    def _keep(self, row: Row) -> None:
        rows, gone = self.rows[row["model"]], self.gone[row["model"]]
        self.told += 1
        if row["change"] == "deleted":
            rows.pop(row["id"], None)
            gone.add(row["id"])
        elif row["record"] is not None:  # else it is deleted by now, and a later row says so
            rows[row["id"]] = row["record"]
            gone.discard(row["id"])

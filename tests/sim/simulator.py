"""What every simulated tool has: one address, a clock that can be moved, a courier, a record.

A tool derives from Simulator, gives it a Courier and answers `_api` and `_control`; the rest of
its behaviour is its own.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from .courier import Attempt, Courier, Rules
from .routing import Record, Recorded
from .tiny_http import Answer, HeaderList, Reply, Request, Server


class Simulator:
    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None, rules: Rules,
                 delivery_threads: int, retry_scale: float, delivery_tls: ssl.SSLContext | None,
                 deliver_anywhere: bool) -> None:
        self.lock = threading.RLock()
        self._clock_offset = 0.0
        self._frozen_at: float | None = None
        self._quiet = 0
        self.record = Record()
        self.courier = Courier(self.now, rules, delivery_threads, retry_scale, delivery_tls,
                               deliver_anywhere)
        self.server = Server(self._handle, host, port, tls)

    def _handle(self, request: Request) -> Answer:
        if request.target.startswith("/__sim/"):
            return self._control(request)
        return self._api(request)

    def _api(self, request: Request) -> Answer:
        raise NotImplementedError

    def _control(self, request: Request) -> Answer:
        raise NotImplementedError

    # Life and time

    @property
    def url(self) -> str:
        return self.server.url

    def start(self) -> Any:
        self.server.start()
        self.courier.start()
        return self

    def stop(self) -> None:
        self.courier.stop()
        self.server.stop()

    def __enter__(self) -> Any:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def now(self) -> float:
        if self._frozen_at is not None:
            return self._frozen_at
        return time.time() + self._clock_offset

    def advance(self, seconds: float) -> None:
        """Moves the simulator's clock: stamps, token expiry, what is kept for so many days."""
        self._clock_offset += seconds

    @contextmanager
    def frozen(self, at: float) -> Iterator[None]:
        """Within, the simulator's clock stands still at this time."""
        with self.lock:
            self._frozen_at = at
            try:
                yield
            finally:
                self._frozen_at = None

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Changes within leave no event at all, not even where the tool lists past ones."""
        with self.lock:
            self._quiet += 1
            try:
                yield
            finally:
                self._quiet -= 1

    # Requests that are no event

    def _first_hook(self, url: str | None) -> tuple[str, str, HeaderList]:
        """Id, URL and headers of the subscription that raw requests go to. LookupError: none."""
        raise NotImplementedError

    def send_raw(self, body: bytes, headers: Iterable[tuple[str, str]] | None = None,
                 url: str | None = None, method: str = "POST") -> Reply:
        """One request now, on this thread. Default: to the first webhook, with its own headers;
        given headers replace them all (only Host and Content-Length are added if missing)."""
        hook_id, hook_url, own = self._first_hook(url)
        target = url or hook_url
        sent: HeaderList = list(headers) if headers is not None else own
        return self.courier.send_now(
            hook_id, "(raw)", target, lambda c: c.send(
                target, sent, body, self.courier.timeout_s, method), sent, body)

    def send_bytes(self, data: bytes, url: str | None = None) -> Reply:
        """Bytes as they are, to the host of a webhook: for what is hardly HTTP any more."""
        hook_id, hook_url, _ = self._first_hook(url)
        target = url or hook_url
        return self.courier.send_now(
            hook_id, "(bytes)", target,
            lambda c: c.send_bytes(target, data, self.courier.timeout_s), [], data)

    # What was seen and done

    @property
    def requests(self) -> list[Recorded]:
        with self.lock:
            return list(self.record.requests)

    def count(self, what: str, status: int | None = None) -> int:
        """Of "GET /v2/persons/{id}", or of one path: "GET /v2/persons/3001"."""
        with self.lock:
            return self.record.count(what, status)

    @property
    def attempts(self) -> list[Attempt]:
        return list(self.courier.attempts)

    def wait_deliveries(self, count: int, timeout: float = 10.0) -> bool:
        """Until so many deliveries got a 2xx since the start or the last reset."""
        return self.courier.wait(lambda c: c.delivered >= count, timeout)

    def wait_attempts(self, count: int, timeout: float = 10.0) -> bool:
        return self.courier.wait(lambda c: len(c.attempts) >= count, timeout)

    def wait_idle(self, timeout: float = 10.0) -> bool:
        """Until nothing is on its way and no retry is due."""
        return self.courier.wait(Courier.idle, timeout)

    def reset_counters(self) -> None:
        """Forgets requests, attempts and pending deliveries; keeps people, webhooks, switches."""
        with self.lock:
            self.record.reset()
        self.courier.reset()


def spread(count: int, seconds: float, act: Callable[[int], None]) -> None:
    """act(0) … act(count - 1), evenly over so many seconds."""
    began = time.monotonic()
    for number in range(count):
        act(number)
        ahead = began + seconds * (number + 1) / count - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)

"""Sends deliveries as the tools do, in the background.

A delivery is tried at once and, while it fails in a way that may pass, again after each of some
delays; how many requests a try is and which answers end it are the tool's Rules. Every request is
recorded. Knows nothing of what a delivery says: its body and headers come from functions that are
asked again for each request.
"""

from __future__ import annotations

import heapq
import ipaddress
import itertools
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .tiny_http import Client, HeaderList, Reply

TIMEOUT_S = 3.0


@dataclass(frozen=True)
class Rules:
    """`final` says of a status whether it ends a delivery, as done or as lost."""

    retry_delays_s: tuple[float, ...]
    final: Callable[[int], bool]
    requests_per_try: int = 1


@dataclass
class Attempt:
    """One request. `request_number` counts from 1 within a delivery."""

    number: int
    delivery: int
    webhook_id: str
    url: str
    event_name: str
    request_number: int
    time: float
    completed_at: float
    duration: float
    status: int | None
    error: str
    headers: HeaderList
    body: bytes

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Delivery:
    """`compose` gives URL, headers and body of a request, or None when nobody wants it any more.
    `closed` is told at the end whether it was delivered."""

    webhook_id: str
    event_name: str
    compose: Callable[[int], tuple[str, HeaderList, bytes] | None]
    closed: Callable[[bool], None] = lambda delivered: None
    number: int = 0
    requests: int = 0
    retries: int = 0


@dataclass(order=True)
class _Due:
    at: float
    order: int
    run: Callable[[Client], None] = field(compare=False)


class Courier:
    def __init__(self, now: Callable[[], float], rules: Rules, threads: int, retry_scale: float,
                 tls: ssl.SSLContext | None, deliver_anywhere: bool) -> None:
        self.retry_scale = retry_scale
        self.retry_delays_s = rules.retry_delays_s
        self.timeout_s = TIMEOUT_S
        self.attempts: list[Attempt] = []
        self.delivered = 0
        self.given_up = 0
        self._now = now
        self._rules = rules
        self._threads = threads
        self._tls = tls
        self._deliver_anywhere = deliver_anywhere
        # Workers wait on one, tests on the other: a wake-up meant for a worker must reach one.
        lock = threading.Lock()
        self._ready = threading.Condition(lock)
        self._changed = threading.Condition(lock)
        self._heap: list[_Due] = []
        self._busy = 0
        self._life = 0  # odd while started; a worker of an earlier life ends
        self._orders = itertools.count()
        self._deliveries = itertools.count(1)

    def start(self) -> None:
        with self._changed:
            self._life += 1 if self._life % 2 == 0 else 0
            life = self._life
        for _ in range(self._threads):
            threading.Thread(target=self._work, args=(life,), daemon=True).start()

    def stop(self) -> None:
        """Forgets what is still to be sent."""
        with self._changed:
            self._life += self._life % 2
            self._heap.clear()
            self._ready.notify_all()
            self._changed.notify_all()

    # Sending

    def submit(self, delivery: Delivery, delay_s: float = 0.0) -> None:
        delivery.number = next(self._deliveries)
        self.later(delay_s, lambda client: self._try(client, delivery))

    def later(self, delay_s: float, run: Callable[[Client], None]) -> None:
        with self._changed:
            if self._life % 2 == 0:
                return
            heapq.heappush(self._heap, _Due(time.monotonic() + delay_s, next(self._orders), run))
            self._ready.notify()

    def send_now(self, webhook_id: str, event_name: str, url: str,
                 send: Callable[[Client], Reply], headers: HeaderList, body: bytes) -> Reply:
        """One request on the caller's thread, recorded like the others."""
        client = Client(self._tls)
        try:
            return self._record(Delivery(webhook_id, event_name, lambda _: None), url, headers,
                                body, lambda: send(client))
        finally:
            client.close()

    def _work(self, life: int) -> None:
        client = Client(self._tls)
        try:
            while (due := self._next_due(life)) is not None:
                try:
                    due.run(client)
                finally:
                    with self._changed:
                        self._busy -= 1
                        self._changed.notify_all()
        finally:
            client.close()

    def _next_due(self, life: int) -> _Due | None:
        with self._changed:
            while self._life == life:
                wait = self._heap[0].at - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._heap)
                self._ready.wait(wait)
        return None

    def _try(self, client: Client, delivery: Delivery) -> None:
        for _ in range(self._rules.requests_per_try):
            composed = delivery.compose(delivery.requests)
            if composed is None:
                return
            url, headers, body = composed
            reply = self._record(delivery, url, headers, body, lambda: self._send(
                client, url, headers, body))
            if reply.status is not None and self._rules.final(reply.status):
                self._close(delivery, 200 <= reply.status < 300)
                return
        if delivery.retries >= len(self.retry_delays_s):
            self._close(delivery, False)
            return
        delay = self.retry_delays_s[delivery.retries] * self.retry_scale
        delivery.retries += 1
        self.later(delay, lambda client: self._try(client, delivery))

    def _close(self, delivery: Delivery, delivered: bool) -> None:
        delivery.closed(delivered)
        with self._changed:
            self.delivered += delivered
            self.given_up += not delivered
            self._changed.notify_all()

    def _send(self, client: Client, url: str, headers: HeaderList, body: bytes) -> Reply:
        if not self._deliver_anywhere and not is_loopback(urlsplit(url).hostname or ""):
            return Reply(None, error="connection failed: not a loopback address")
        return client.send(url, headers, body, self.timeout_s)

    def _record(self, delivery: Delivery, url: str, headers: HeaderList, body: bytes,
                send: Callable[[], Reply]) -> Reply:
        delivery.requests += 1
        request_number, began = delivery.requests, self._now()
        reply = send()
        with self._changed:
            self.attempts.append(Attempt(
                len(self.attempts), delivery.number, delivery.webhook_id, url,
                delivery.event_name, request_number, began, began + reply.duration,
                reply.duration, reply.status, reply.error, headers, body))
            self._changed.notify_all()
        return reply

    # Waiting and counting

    def wait(self, done: Callable[[Courier], bool], timeout_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: done(self), timeout_s)

    def idle(self) -> bool:
        """Nothing is being sent and nothing waits, retries included. Call within wait()."""
        return not self._heap and not self._busy

    def pending(self) -> int:
        with self._changed:
            return len(self._heap) + self._busy

    def reset(self) -> None:
        """Forgets the past and what is still to be sent."""
        with self._changed:
            self._heap.clear()
            self.attempts.clear()
            self.delivered = self.given_up = 0
            self._changed.notify_all()


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

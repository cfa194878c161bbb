"""Webhooks as a person makes them in Recruitee's settings, and their deliveries.

Only 200 counts. A webhook is made when its URL answered a test request with 200, and shows its
secret only then.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from ..courier import Courier, Delivery, is_loopback
from ..tiny_http import HeaderList, Reply
from .company import Json
from .switches import Switches
from .views import Views

EVENTS = ("new_candidate", "candidate_assigned", "candidate_moved", "candidate_deleted",
          "offer_published", "offer_unpublished", "offer_updated")
UNKNOWN = "candidate_starred"
REORDER_GAP_S = 0.02
REORDER_PATIENCE_S = 0.3


class Refused(ValueError):
    """What the settings page shows in red."""


@dataclass
class Webhook:
    id: int
    url: str
    events: tuple[str, ...]
    secret: str


@dataclass(frozen=True)
class Event:
    id: int
    type: str
    subtype: str | None
    at: float
    payload: Json


@dataclass
class Entry:
    """A row of the tab Logs."""

    event: Event
    webhook_id: int
    state: str = "pending"  # then delivered, failed or cancelled


class Hooks:
    def __init__(self, switches: Switches, views: Views, courier: Courier,
                 lock: threading.RLock, now: Callable[[], float], allow_http: bool) -> None:
        self.webhooks: dict[int, Webhook] = {}
        self.log: list[Entry] = []
        self.allow_http = allow_http
        self._switches = switches
        self._views = views
        self._courier = courier
        self._lock = lock
        self._now = now
        self._last_event = 90000
        self._held: list[tuple[Webhook, Event]] = []

    # What a person does in the settings

    def create(self, url: str, events: Iterable[str] = EVENTS) -> int:
        """Verify and create. Refused: the URL did not answer the test with 200."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (
                self.allow_http and parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise Refused("the URL has to be https")
        unknown = set(events) - set(EVENTS)
        if unknown:
            raise Refused(f"there is no event {sorted(unknown)}")
        reply = self._send_test(Webhook(0, url, tuple(events), ""), signed=False)
        if reply.status != 200:
            raise Refused(f"the URL answered {reply.status or reply.error}, not 200")
        with self._lock:
            one = 20 + len(self.webhooks)
            self.webhooks[one] = Webhook(one, url, tuple(events), f"rc-sim-secret-{one}")
        return one

    def show_secret(self, webhook_id: int) -> str:
        return self.webhooks[webhook_id].secret + ("\n" if self._switches.secret_blank else "")

    def test(self, webhook_id: int) -> Reply:
        """The button Test."""
        return self._send_test(self.webhooks[webhook_id], self._switches.tests_signed)

    def repeat(self, event_id: int) -> None:
        with self._lock:
            for entry in list(self.log):
                if entry.event.id == event_id and entry.webhook_id in self.webhooks:
                    self._submit(self.webhooks[entry.webhook_id], entry.event, 0.0)

    def cancel(self, event_id: int) -> None:
        with self._lock:
            for entry in self.log:
                if entry.event.id == event_id and entry.state == "pending":
                    entry.state = "cancelled"

    def _send_test(self, hook: Webhook, signed: bool) -> Reply:
        value: Json = {"test": True}
        if self._switches.test_form == "example":
            value = self._envelope(Event(1, hook.events[0], None, self._now(), {
                "company": {"id": 1, "name": "Example"}, "candidate": {"id": 1, "name": "Example"},
                "offer": {"id": 1, "title": "Example", "kind": "job"}}), 1) | {"test": True}
        body = _encoded(value)
        headers = self.headers(hook, body) if signed else _PLAIN
        return self._courier.send_now(
            str(hook.id), "(test)", hook.url,
            lambda client: client.send(hook.url, headers, body, self._courier.timeout_s),
            headers, body)

    # Events

    def fire(self, name: str, subtype: str | None, candidate: Json | None, offers: list[Json],
             details: Json | None) -> Event:
        self._last_event += 1
        event = Event(self._last_event, name, subtype, self._now(), self._views.payload(
            candidate, offers, details, listed=name == "new_candidate"))
        self._spread(event)
        if self._switches.unknown_events and candidate is not None:
            self._last_event += 1
            self._spread(replace(event, id=self._last_event, type=UNKNOWN))
        return event

    def again(self, event: Event) -> None:
        self._spread(event)

    def _spread(self, event: Event) -> None:
        for hook in self.webhooks.values():
            if event.type in hook.events or event.type == UNKNOWN:
                self._queue(hook, event)

    def _queue(self, hook: Webhook, event: Event) -> None:
        if self._switches.reorder <= 1:
            self._submit(hook, event, 0.0)
            return
        self._held.append((hook, event))
        if len(self._held) >= self._switches.reorder:
            self._release()
        elif len(self._held) == 1:
            self._courier.later(REORDER_PATIENCE_S, lambda _: self._release())

    def _release(self) -> None:
        with self._lock:
            held, self._held = self._held, []
            for place, (hook, event) in enumerate(reversed(held)):
                self._submit(hook, event, place * REORDER_GAP_S)

    def _submit(self, hook: Webhook, event: Event, delay_s: float) -> None:
        copies = 1 + self._switches.duplicates + self._switches.same_id
        for copy in range(copies):
            entry = Entry(event, hook.id)
            self.log.append(entry)
            changed = self._switches.same_id and copy == copies - 1
            self._courier.submit(self._delivery(hook, entry, changed), delay_s)

    def _delivery(self, hook: Webhook, entry: Entry, changed: bool) -> Delivery:
        def compose(requests_before: int) -> tuple[str, HeaderList, bytes] | None:
            if entry.state == "cancelled" or hook.id not in self.webhooks:
                return None
            value = self._envelope(entry.event, requests_before + 1)
            if changed:
                value["payload"] = {**value["payload"], "note": "sent again"}
            body = _encoded(value)
            return hook.url, self.headers(hook, body), body

        def closed(delivered: bool) -> None:
            entry.state = "delivered" if delivered else "failed"
        return Delivery(str(hook.id), entry.event.type, compose, closed)

    def _envelope(self, event: Event, attempt: int) -> Json:
        value: Json = {"attempt_count": attempt, "created_at": self._views.time(event.at),
                       "event_type": event.type, "id": event.id, "level": "info",
                       "payload": event.payload}
        if event.subtype is not None or self._switches.subtype_null:
            value["event_subtype"] = None if self._switches.subtype_null else event.subtype
        if self._switches.bare_envelope:
            for name in ("attempt_count", "created_at", "level"):
                del value[name]
        return value

    def headers(self, hook: Webhook, body: bytes) -> HeaderList:
        kind = self._switches.signature
        key = hook.secret + ("x" if kind == "wrong" else "")
        proof = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        shown = {"upper": proof.upper(), "prefixed": f"sha256={proof}"}.get(kind, proof)
        if kind == "missing":
            return list(_PLAIN)
        return _PLAIN + [("X-Recruitee-Signature", shown)] * (2 if kind == "twice" else 1)


_PLAIN: HeaderList = [("Content-Type", "application/json"), ("User-Agent", "Recruitee-Webhooks")]


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

"""Turns events into deliveries, with the faults that are switched on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..courier import Courier, Delivery
from ..faults import spoil, turn
from ..tiny_http import HeaderList
from .company import Json, Refs
from .hooks import Event, Hooks, Webhook
from .switches import Switches

UNKNOWN_EVENT = "person.promoted"
GHOST_PERSON = "999999"
GHOST_UUID = "00000000-dead-4000-8000-000000000000"
TOO_LARGE = 70_000  # real events stay far below 2 KiB
REORDER_GAP_S = 0.02
REORDER_PATIENCE_S = 0.3


class Outgoing:
    """`deliver` False keeps events in the list of the last 30 days only."""

    def __init__(self, switches: Switches, courier: Courier, lock: threading.RLock) -> None:
        self.deliver = True
        self.hooks: Hooks  # set by the owner: the two know each other
        self._switches = switches
        self._courier = courier
        self._lock = lock
        self._held: list[tuple[Webhook, Event]] = []

    def fire(self, name: str, refs: Refs, payload: Json | None = None,
             force: bool = False) -> Event:
        """Something happened. `force` sends it to every enabled webhook, whatever it asked for."""
        event = self.hooks.record(name, refs, payload)
        if not self.deliver:
            return event
        events = [event]
        if self._switches.unknown_events:
            events.append(replace(event, name=UNKNOWN_EVENT))
        if self._switches.ghost_events:
            events.append(replace(event, refs=tuple(
                (kind, GHOST_PERSON if text.isdigit() else GHOST_UUID)
                for kind, text in event.refs)))
        takers = self.hooks.takers(name)
        if force:
            takers = [h for h in self.hooks.webhooks.values() if h.status == "ENABLED"]
        for hook in takers:
            for one in events:
                self._queue(hook, one)
        return event

    def again(self, event: Event) -> None:
        """The same event once more, as after a lost acknowledgement."""
        for hook in self.hooks.takers(event.name):
            self._queue(hook, event)

    def send(self, hook: Webhook, event: Event) -> None:
        """To one webhook, enabled or not."""
        self._courier.submit(self._delivery(hook, event, False, lambda: True))

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
        """Last first, with gaps: parallel senders would blur an order that is only queued."""
        with self._lock:  # the patience runs out on a sender's thread
            held, self._held = self._held, []
        for place, (hook, event) in enumerate(reversed(held)):
            self._submit(hook, event, place * REORDER_GAP_S)

    def _submit(self, hook: Webhook, event: Event, delay_s: float) -> None:
        for copy in range(1 + self._switches.duplicates):
            self._courier.submit(self._delivery(
                hook, event, copy > 0, lambda: hook.status == "ENABLED"), delay_s)

    def _delivery(self, hook: Webhook, event: Event, turned: bool,
                  wanted: Callable[[], bool]) -> Delivery:
        token_then = hook.token

        def compose(requests_before: int) -> tuple[str, HeaderList, bytes] | None:
            if hook.id not in self.hooks.webhooks or not wanted():
                return None
            retry = requests_before > 0
            token = token_then if retry and self._switches.retry_token == "original" else hook.token
            envelope = self.hooks.envelope(event)
            if turned or retry and self._switches.retry_other_order:
                envelope = turn(envelope)
            return hook.url, self._headers(hook, token), self._body(envelope)
        return Delivery(hook.id, event.name, compose)

    def headers(self, hook: Webhook) -> HeaderList:
        return self._headers(hook, hook.token)

    def _headers(self, hook: Webhook, token: str | None) -> HeaderList:
        headers = [("Content-Type", "application/json"), ("User-Agent", "Personio")]
        secrets: HeaderList = []
        if hook.auth_type == "TOKEN":
            secrets = [("Authorization", token or "")]
        elif hook.auth_type == "CUSTOM":
            secrets = list(hook.custom_headers.items())
        previous = hook.previous_token if hook.auth_type == "TOKEN" else None
        return headers + spoil(secrets, self._switches.token_fault, previous or "")

    def _body(self, envelope: Json) -> bytes:
        fault = self._switches.body_fault
        value: Any = envelope
        if fault == "too_large":
            value = {**envelope, "padding": "x" * TOO_LARGE}
        elif fault == "not_object":
            value = [envelope]
        elif fault == "missing_field":
            value = {k: v for k, v in envelope.items() if k != "event_name"}
        elif fault == "wrong_type":
            value = {**envelope, "payload": "text"}
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return body[:-7] if fault == "malformed" else body

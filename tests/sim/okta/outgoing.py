"""Gathers events into deliveries and sends them, with the faults that are switched on.

What happens within a short time reaches a hook in one POST. Nothing is sent twice but for the one
retry, and nothing that was lost is ever sent later.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..courier import Courier, Delivery
from ..faults import spoil
from ..stamps import iso_millis
from ..tiny_http import HeaderList
from .events import Event, EventViews
from .hooks import Hook, Hooks
from .ids import GROUP, USER, make_id
from .people import Json
from .switches import Switches
from .views import Views

UNKNOWN_EVENT = "user.lifecycle.promote"
GHOST_USER, GHOST_GROUP = make_id(USER, 2_000_000_000), make_id(GROUP, 2_000_000_000)
DAY_S = 86400


class Outgoing:
    """`deliver` False: events are in the System Log only. `lost(hook, events)` is told of each
    delivery that was given up."""

    def __init__(self, switches: Switches, courier: Courier, lock: threading.RLock, hooks: Hooks,
                 views: Views, event_views: EventViews, now: Callable[[], float],
                 lost: Callable[[Hook, list[Event]], None]) -> None:
        self.deliver = True
        self.batch_s = 0.05
        self.batch_max = 100
        self.daily_cap = 400_000
        self.dropped = 0  # deliveries
        self._switches = switches
        self._courier = courier
        self._lock = lock
        self._hooks = hooks
        self._views = views
        self._event_views = event_views
        self._now = now
        self._lost = lost
        self._held: dict[str, list[Event]] = {}
        self._today = (0, 0)  # the day, and how many events it has had

    def queue(self, hook: Hook, event: Event) -> None:
        if not self.deliver or self._over_cap():
            return
        held = self._held.setdefault(hook.id, [])
        held.append(event)
        if self._switches.split or len(held) >= self.batch_max:
            self._flush(hook.id)
        elif len(held) == 1:
            self._courier.later(self.batch_s, lambda _: self._flush(hook.id))

    def _over_cap(self) -> bool:
        day = int(self._now() // DAY_S)
        count = self._today[1] if self._today[0] == day else 0
        self._today = (day, count + 1)
        return count >= self.daily_cap

    def _flush(self, hook_id: str) -> None:
        sw = self._switches
        with self._lock:
            events = self._held.pop(hook_id, [])
            hook = self._hooks.rows.get(hook_id)
            if not events or hook is None:
                return
            if sw.drop > 0:
                sw.drop -= 1
                self.dropped += 1
                return
            if sw.unknown_events:
                events.append(replace(events[0], type=UNKNOWN_EVENT, uuid=str(uuid.uuid4())))
            if sw.ghost_events:
                events += _ghosts(events[0])
            if sw.reorder:
                events.reverse()
            for _ in range(1 + sw.duplicates):
                self.send(hook, events, sw.delay_s)

    def send(self, hook: Hook, events: list[Event], delay_s: float = 0.0) -> None:
        event_id = str(uuid.uuid4())
        body = b""

        def compose(requests_before: int) -> tuple[str, HeaderList, bytes] | None:
            nonlocal body
            with self._lock:
                if self._hooks.rows.get(hook.id) is not hook or not hook.taking:
                    return None
                body = body or self._body(self.envelope(hook, events, event_id))
                return hook.uri, self.headers(hook), body

        def closed(delivered: bool) -> None:
            if not delivered:
                self._lost(hook, events)
        self._courier.submit(
            Delivery(hook.id, ",".join(e.type for e in events), compose, closed), delay_s)

    def headers(self, hook: Hook) -> HeaderList:
        auth = spoil(hook.auth(), self._switches.secret_fault, hook.previous_secret)
        return [("Accept", "application/json"), ("Content-Type", "application/json"),
                *auth, *hook.extra()]

    def envelope(self, hook: Hook, events: list[Event], event_id: str) -> Json:
        return {
            "eventType": "com.okta.event_hook", "eventTypeVersion": "1.0",
            "cloudEventsVersion": "0.1", "source": self._views.link(f"/eventHooks/{hook.id}"),
            "eventId": event_id,
            "data": {"events": [self._event_views.delivered(event) for event in events]},
            "eventTime": iso_millis(self._now()), "contentType": "application/json"}

    def _body(self, envelope: Json) -> bytes:
        fault = self._switches.body_fault
        value: Any = envelope
        if self._switches.extra_members:
            value = {**envelope, "meta": {"region": "invented", "depth": {"a": [1, 2]}}}
        if fault == "not_object":
            value = [envelope]
        elif fault == "wrong_type":
            value = {**envelope, "eventType": "com.okta.inline_hook"}
        elif fault == "no_events":
            value = {**envelope, "data": {}}
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return body[:-7] if fault == "malformed" else body


def _ghosts(like: Event) -> list[Event]:
    """Events about a user and a group that nobody can read."""
    user = {"id": GHOST_USER, "type": "User", "alternateId": "gone@acme.example",
            "displayName": "Gone", "detailEntry": None}
    group = {"id": GHOST_GROUP, "type": "UserGroup", "alternateId": "unknown",
             "displayName": "Gone", "detailEntry": None}
    return [replace(like, type=kind, targets=targets, uuid=str(uuid.uuid4()))
            for kind, targets in (("user.account.update_profile", [user]),
                                  ("group.user_membership.add", [user, group]),
                                  ("group.profile.update", [group]))]

"""Webhook management: who wants which events where, and what happened in the last 30 days."""

from __future__ import annotations

import json
import operator
import re
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..courier import Attempt, is_loopback
from ..stamps import iso_millis, iso_seconds, parse_time
from ..tiny_http import Answer, Request, json_answer
from .company import Json, Refs
from .paging import Listing, Pager, any_of, compared
from .problems import Problem, bad_request, conflict, not_found, unprocessable
from .switches import Switches
from .views import Views

EVENTS = (
    "person.created", "person.updated", "person.deleted",
    "employment.created", "employment.updated", "employment.updated.cost-centers",
    "employment.deleted", "employment.started", "employment.terminated",
    "absence-period.created", "absence-period.updated.status",
    "absence-period.updated.timerange", "absence-period.deleted",
    "attendance-period.created", "attendance-period.updated", "attendance-period.deleted",
    "document.created", "document.updated", "document.signed", "document.deleted")
COST_CENTERS = "employment.updated.cost-centers"
FORBIDDEN_HEADERS = ("host", "content-length", "transfer-encoding", "connection", "upgrade", "te",
                     "trailer", "expect", "content-type")
FIELDS = ("url", "description", "enabled_events", "status", "auth_type", "token", "custom_headers")
HISTORY_S = 30 * 86400
HISTORY_MAX = 200_000
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass
class Webhook:
    id: str
    url: str
    description: str
    enabled_events: list[str]
    created_at: float
    status: str = "DISABLED"  # the trap everybody falls into
    auth_type: str = "TOKEN"
    token: str | None = None
    custom_headers: dict[str, str] = field(default_factory=dict)
    previous_token: str | None = None


@dataclass(frozen=True)
class Event:
    number: int
    name: str
    at: float
    refs: tuple[tuple[str, str], ...]
    payload: Json | None = None  # verbatim, when a test has given one

    @property
    def occurred_at(self) -> str:
        return iso_millis(self.at)


class Hooks:
    """`deliver(webhook, event)` sends one event; `attempts()` tells what was sent so far."""

    def __init__(self, switches: Switches, views: Views, pager: Pager, company_id: str,
                 now: Callable[[], float], deliver: Callable[[Webhook, Event], None],
                 attempts: Callable[[], list[Attempt]], allow_http: bool,
                 deliver_anywhere: bool) -> None:
        self.webhooks: dict[str, Webhook] = {}
        self.events: deque[Event] = deque(maxlen=HISTORY_MAX)
        self.allow_http = allow_http
        self._switches = switches
        self._views = views
        self._pager = pager
        self._company_id = company_id
        self._now = now
        self._deliver = deliver
        self._attempts = attempts
        self._deliver_anywhere = deliver_anywhere
        self._event_count = 0
        self._latest: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}

    # Events

    def record(self, name: str, refs: Refs, payload: Json | None = None) -> Event:
        """Two events of one record never share a millisecond: nothing else tells them apart."""
        key = (name, tuple(refs.items()))
        at = max(round(self._now(), 3), round(self._latest.get(key, 0.0) + 0.001, 3))
        self._latest[key] = at
        event = Event(self._event_count, name, at, key[1], payload)
        self._event_count += 1
        self.events.append(event)
        return event

    def takers(self, event_name: str) -> list[Webhook]:
        return [hook for hook in self.webhooks.values()
                if hook.status == "ENABLED" and event_name in hook.enabled_events]

    def envelope(self, event: Event) -> Json:
        payload = event.payload
        if payload is None:
            payload = self._views.payload(event.name, dict(event.refs))
        return self._views.envelope(self._company_id, event.name, event.occurred_at, payload)

    # List, get, create, change, delete

    def list_all(self, request: Request) -> Answer:
        listing = Listing(100, 200, {
            "status": any_of(lambda h: h.status),
            "enabled_events": lambda text: (
                lambda h: not set(text.split(",")).isdisjoint(h.enabled_events))})
        return self._pager.page(request, listing, self.webhooks.values(),
                                lambda h: (h.created_at, h.id), self._shown)

    def get(self, request: Request, hook_id: str) -> Answer:
        return json_answer(self._shown(self._find(hook_id)))

    def create(self, request: Request) -> Answer:
        fields = _json_object(request)
        missing = [name for name in ("url", "description", "enabled_events") if name not in fields]
        if missing:
            raise bad_request(f"Required: {', '.join(missing)}")
        hook = Webhook(str(uuid.uuid4()), "", "", [], self._now())
        self._change(hook, fields)
        self.webhooks[hook.id] = hook
        shown = self._shown(hook, with_secrets=True)
        return json_answer({"_data": shown} if self._switches.created_wrapped else shown, 201)

    def patch(self, request: Request, hook_id: str) -> Answer:
        hook = self._find(hook_id)
        self._change(hook, _json_object(request))
        return json_answer(self._shown(hook))

    def delete(self, request: Request, hook_id: str) -> Answer:
        self._find(hook_id)
        del self.webhooks[hook_id]
        return Answer(204)

    def _find(self, hook_id: str) -> Webhook:
        hook = self.webhooks.get(hook_id)
        if hook is None:
            raise not_found()
        return hook

    def _shown(self, hook: Webhook, with_secrets: bool = False) -> Json:
        shown: Json = {"id": hook.id, "url": hook.url, "description": hook.description,
                       "status": hook.status, "auth_type": hook.auth_type}
        if with_secrets or not self._switches.token_hidden:
            if hook.token is not None:
                shown["token"] = hook.token
            if hook.custom_headers:
                shown["custom_headers"] = hook.custom_headers
        shown["enabled_events"] = hook.enabled_events
        return shown

    def _change(self, hook: Webhook, fields: Json) -> None:
        """Checks everything first: a refused call changes nothing."""
        unknown = [name for name in fields if name not in FIELDS]
        if unknown:
            raise bad_request(f"Unknown: {', '.join(unknown)}")
        new = {name: fields.get(name, getattr(hook, name)) for name in FIELDS}
        self._check_url(new["url"])
        if not isinstance(new["description"], str):
            raise bad_request("description must be a string")
        self._check_events(new["enabled_events"])
        if new["status"] not in ("ENABLED", "DISABLED"):
            raise unprocessable("status is not valid")
        if new["auth_type"] not in ("NONE", "TOKEN", "CUSTOM"):
            raise unprocessable("auth_type is not valid")
        if new["auth_type"] == "TOKEN" and not (isinstance(new["token"], str) and new["token"]):
            raise unprocessable("auth_type TOKEN needs a token")
        if new["auth_type"] != "CUSTOM" and fields.get("custom_headers"):
            raise unprocessable("custom_headers need auth_type CUSTOM")
        _check_headers(new["custom_headers"])
        self._check_conflict(hook.id, new)
        if new["token"] != hook.token:
            hook.previous_token = hook.token
        for name in FIELDS:
            setattr(hook, name, new[name])

    def _check_url(self, url: Any) -> None:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        host = parts.hostname or ""
        http_allowed = self.allow_http and (self._deliver_anywhere or is_loopback(host))
        if not host or " " in url or parts.scheme != "https" and not (
                parts.scheme == "http" and http_allowed):
            raise bad_request("The URL is not valid.")

    def _check_events(self, names: Any) -> None:
        if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
            raise bad_request("enabled_events must be a list of event names")
        unknown = [name for name in names if name not in EVENTS]
        if unknown:
            raise unprocessable(f"Unknown events: {', '.join(unknown)}")
        if self._switches.refuse_cost_centers_event and COST_CENTERS in names:
            raise Problem(self._switches.refuse_cost_centers_event, "Bad request",
                          f"Unknown events: {COST_CENTERS}", None)

    def _check_conflict(self, own_id: str, new: Json) -> None:
        rule = self._switches.conflict
        for other in self.webhooks.values():
            if other.id == own_id or other.url != new["url"] or rule == "never":
                continue
            if rule == "url" or set(other.enabled_events) == set(new["enabled_events"]):
                raise conflict("A webhook with this URL exists.")

    # Ping, test event, history

    def ping(self, request: Request, hook_id: str) -> Answer:
        """Delivered whatever the status: it is how one tries a webhook before enabling it."""
        self._deliver(self._find(hook_id), Event(-1, "ping", self._now(), ()))
        return json_answer({})

    def test_event(self, request: Request, hook_id: str) -> Answer:
        hook = self._find(hook_id)
        fields = _json_object(request)
        name, payload = fields.get("event_name"), fields.get("payload")
        if name not in hook.enabled_events:
            raise bad_request("event_name is not enabled for this webhook")
        if not isinstance(payload, dict) or not payload:
            raise bad_request("Required payload data is missing")
        self._deliver(hook, Event(-1, name, self._now(), (), payload))
        return json_answer({})

    def history(self, request: Request, hook_id: str) -> Answer:
        """Events while the webhook was disabled are listed, those before it existed are not."""
        hook = self._find(hook_id)
        since = max(hook.created_at, self._now() - HISTORY_S)
        rows = [event for event in self.events
                if event.at >= since and event.name in hook.enabled_events]
        listing = Listing(100, 200, {
            "event_name": any_of(lambda e: e.name), **_range("occurred_at", lambda e: e.at)})
        return self._pager.page(request, listing, rows, lambda e: (e.at, e.number),
                                self._item, reverse=self._switches.events_newest_first)

    def _item(self, event: Event) -> Json:
        shown = self.envelope(event)
        if self._switches.event_ids:
            shown["id"] = f"evt-{event.number}"
        return shown

    def activity(self, request: Request, hook_id: str) -> Answer:
        self._find(hook_id)
        since = self._now() - HISTORY_S
        rows = [a for a in self._attempts() if a.webhook_id == hook_id and a.completed_at >= since]
        listing = Listing(100, 200, {
            "event_name": any_of(lambda a: a.event_name),
            "is_delivered": any_of(lambda a: str(a.delivered).lower()),
            **_range("completed_at", lambda a: a.completed_at)})
        return self._pager.page(request, listing, rows, lambda a: a.number, lambda a: {
            "event_name": a.event_name, "completed_at": iso_seconds(a.completed_at),
            "is_delivered": a.delivered, "response_status": a.status})

    def redelivery(self, request: Request, hook_id: str) -> Answer:
        self._find(hook_id)
        raise bad_request("The parameters of this call are not known, so nobody can send them.")


def _range(name: str, value: Callable[[Any], float]) -> dict[str, Any]:
    # Bounds come with milliseconds, so compare what the wire shows.
    shown = lambda item: round(value(item), 3)  # noqa: E731
    return {f"{name}.gte": compared(shown, parse_time, operator.ge),
            f"{name}.lte": compared(shown, parse_time, operator.le)}


def _check_headers(headers: Any) -> None:
    if not isinstance(headers, dict) or len(headers) > 3:
        raise unprocessable("custom_headers takes at most three entries")
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or not isinstance(value, str):
            raise unprocessable("a custom header is malformed")
        if name.lower().startswith(FORBIDDEN_HEADERS):
            raise unprocessable(f"the custom header {name} is not allowed")


def _json_object(request: Request) -> Json:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise bad_request("The body must be application/json")
    try:
        fields = json.loads(request.body)
    except ValueError:
        raise bad_request("The body is not JSON") from None
    if not isinstance(fields, dict):
        raise bad_request("The body is not an object")
    return fields

"""The System Log: everything that happened, in the order it was stored.

Polling gives it in that order and never ends; a query with both bounds gives it by the time things
happened, and misses what was not stored yet.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from ..stamps import parse_time
from ..tiny_http import Answer, Request
from . import filters
from .events import Event, EventViews
from .paging import Pager
from .problems import bad_filter, bad_log_query
from .switches import Switches
from .users import field_of

KEPT_S = 90 * 86400
SINCE_MAX_S = 180 * 86400
SINCE_DEFAULT_S = 7 * 86400
LIMIT_DEFAULT, LIMIT_MAX = 100, 1000
EVENTS_MAX = 400_000


class SystemLog:
    def __init__(self, switches: Switches, views: EventViews, pager: Pager,
                 now: Callable[[], float]) -> None:
        self._switches = switches
        self._views = views
        self._pager = pager
        self._now = now
        self._events: list[Event] = []  # by `stored`
        self._forgotten = 0  # how many stood before the first

    def __len__(self) -> int:
        return len(self._events)

    def append(self, event: Event) -> None:
        if self._events:  # a lag that was switched off does not let events overtake each other
            event.stored = max(event.stored, self._events[-1].stored)
        self._events.append(event)
        if len(self._events) > EVENTS_MAX:
            self._forgotten += EVENTS_MAX // 2
            del self._events[:EVENTS_MAX // 2]

    def last(self, count: int) -> list[Event]:
        return self._events[-count:] if count else []

    def read(self, request: Request) -> Answer:
        query = dict(request.query)
        now = self._now()
        order = query.get("sortOrder", "ASCENDING")
        if order not in ("ASCENDING", "DESCENDING"):
            raise bad_log_query("sortOrder must be ASCENDING or DESCENDING")
        if "after" in query and ("since" in query or self._switches.log_links_refused):
            raise bad_log_query("after cannot be used here")
        since = _time(query, "since", now - SINCE_DEFAULT_S)
        if since < now - SINCE_MAX_S:
            raise bad_log_query("since must be within the last 180 days")
        wanted = self._wanted(query)
        limit = _limit(query)
        if order == "ASCENDING" and "until" not in query:
            return self._poll(request, query, since, wanted, limit)
        until = _time(query, "until", now)
        return self._bounded(request, query, (since, until), wanted, limit, order)

    def _poll(self, request: Request, query: dict[str, str], since: float,
              wanted: Callable[[Event], bool], limit: int) -> Answer:
        if "after" in query:
            place = max(0, _cursor(query["after"])[1] - self._forgotten)
        else:
            place = bisect_left(self._events, since, key=lambda e: e.stored)
        rows = []
        now = self._now()
        while place < len(self._events) and len(rows) < limit:
            event = self._events[place]
            if event.stored > now:
                break
            if wanted(event):
                rows.append(event)
            place += 1
        return self._answer(request, rows, f"{int(now * 1000)}_{self._forgotten + place}")

    def _bounded(self, request: Request, query: dict[str, str], bounds: tuple[float, float],
                 wanted: Callable[[Event], bool], limit: int, order: str) -> Answer:
        """Its cursor holds the bounds' beginning: a next link names no `since`."""
        since, until = bounds
        skip = 0
        if "after" in query:
            millis, skip = _cursor(query["after"])
            since = millis / 1000
        now = self._now()
        rows = [e for e in self._events
                if since <= e.published < until and e.stored <= now and wanted(e)]
        rows.sort(key=lambda e: e.published, reverse=order == "DESCENDING")
        page = rows[skip:skip + limit]
        more = skip + len(page) < len(rows)
        return self._answer(request, page, f"{int(since * 1000)}_{skip + len(page)}" if more
                            else None)

    def _answer(self, request: Request, rows: list[Event], after: str | None) -> Answer:
        return self._pager.answer(request, [self._views.logged(one) for one in rows], after)

    def _wanted(self, query: dict[str, str]) -> Callable[[Event], bool]:
        node = None
        if "filter" in query:
            try:
                node = filters.parse(query["filter"], lambda name, _: name != "published")
            except filters.BadFilter as why:
                raise bad_filter(str(why)) from None
        text = query.get("q", "").lower()
        oldest = self._now() - KEPT_S

        def wanted(event: Event) -> bool:
            if event.published < oldest:
                return False
            if node is None and not text:
                return True
            if node is not None and not node.holds(self._getter(event)):
                return False
            return text in json.dumps(self._views.logged(event), ensure_ascii=False).lower()
        return wanted

    def _getter(self, event: Event) -> filters.Get:
        """The usual members without printing the whole event."""
        def get(name: str) -> Any:
            if name == "eventType":
                return event.type
            if name == "target.id":
                return [one["id"] for one in event.targets or []]
            return field_of(self._views.logged(event), name)
        return get


def _time(query: dict[str, str], name: str, default: float) -> float:
    if name not in query:
        return default
    try:
        return parse_time(query[name])
    except ValueError:
        raise bad_log_query(f"{name} must be an ISO 8601 time") from None


def _limit(query: dict[str, str]) -> int:
    text = query.get("limit", str(LIMIT_DEFAULT))
    if not text.isascii() or not text.isdigit() or int(text) > LIMIT_MAX:
        raise bad_log_query(f"limit must be 0 to {LIMIT_MAX}")
    return int(text)


def _cursor(text: str) -> tuple[int, int]:
    millis, _, place = text.partition("_")
    if not millis.isdigit() or not place.isdigit():
        raise bad_log_query("after is not valid")
    return int(millis), int(place)

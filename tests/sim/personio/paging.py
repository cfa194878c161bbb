"""Lists: filters, limits and opaque cursors.

A cursor stands for one listing with its limit and filters, and for the last item that was seen;
so items that come or go between two pages shift nothing.
"""

from __future__ import annotations

import base64
import random
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ..tiny_http import Answer, Request, json_answer
from .problems import bad_request
from .switches import Switches
from .views import Views

CURSORS_KEPT = 20_000

Predicate = Callable[[Any], bool]
FilterMaker = Callable[[str], Predicate]  # raises ValueError on a value it does not understand


@dataclass
class Listing:
    limit_default: int
    limit_max: int
    filters: dict[str, FilterMaker] = field(default_factory=dict)
    plain: tuple[str, ...] = ()  # parameters the caller of page() has dealt with, such as sort
    link_path: str = ""  # what links name, when that is not the path asked for


@dataclass(frozen=True)
class _Place:
    path: str
    limit: int
    given: tuple[tuple[str, str], ...]
    after: Any


def any_of(value: Callable[[Any], str]) -> FilterMaker:
    """Comma-separated values mean any of them."""
    def make(text: str) -> Predicate:
        wanted = set(text.split(","))
        return lambda item: value(item) in wanted
    return make


def compared(value: Callable[[Any], float], parse: Callable[[str], float],
             holds: Callable[[float, float], bool]) -> FilterMaker:
    def make(text: str) -> Predicate:
        bound = parse(text)
        return lambda item: holds(value(item), bound)
    return make


class Pager:
    def __init__(self, switches: Switches, views: Views, rng: random.Random) -> None:
        self._switches = switches
        self._views = views
        self._rng = rng
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._cursor_count = 0

    def parameters(self, request: Request) -> dict[str, str]:
        """Those of the request, or those its cursor stands for."""
        query = dict(request.query)
        place = self._places.get(query.get("cursor", ""))
        return dict(place.given) if place else query

    def page(self, request: Request, listing: Listing, items: Iterable[Any],
             key: Callable[[Any], Any], show: Callable[[Any], Any],
             reverse: bool = False) -> Answer:
        given = query_of(request, {"limit", "cursor", *listing.filters, *listing.plain})
        cursor = given.pop("cursor", None)
        after = None
        if cursor is not None:
            place = self._place(request.path, cursor, given)
            limit, after, given = place.limit, place.after, dict(place.given)
        else:
            limit = _limit(given.get("limit"), listing)
        tests = self._tests(given, listing)
        rows = [item for item in items if all(test(item) for test in tests)]
        rows.sort(key=key, reverse=reverse)
        if after is not None:
            rows = [r for r in rows if (key(r) < after if reverse else key(r) > after)]
        page = rows[:limit]
        if self._switches.empty_page_with_next:
            page = []
        link_path = listing.link_path or request.path
        links = {"self": {"href": self._views.link(link_path)}}
        next_cursor = None
        if cursor is not None and self._switches.repeat_cursor:
            next_cursor = cursor
        elif len(rows) > len(page):
            last = key(page[-1]) if page else after
            next_cursor = self._keep(_Place(request.path, limit, tuple(given.items()), last))
        if next_cursor:
            text = next_cursor
            if not self._switches.raw_cursor_in_links:
                text = quote(text, safe="")
            links["next"] = {"href": self._views.link(f"{link_path}?cursor={text}")}
        return json_answer({"_data": [show(item) for item in page], "_meta": {"links": links}})

    def _place(self, path: str, cursor: str, given: dict[str, str]) -> _Place:
        place = self._places.get(cursor)
        if place is None or place.path != path:
            raise bad_request("Provided value for cursor is not valid")
        if given and (self._switches.cursor_alone or dict(place.given) != given):
            raise bad_request("The parameters do not match the cursor")
        return place

    def _keep(self, place: _Place) -> str:
        text = self._new_cursor()
        self._places[text] = place
        if len(self._places) > CURSORS_KEPT:
            self._places.popitem(last=False)
        return text

    def _new_cursor(self) -> str:
        """Base64 of noise; two in three hold characters that a query must escape."""
        turn = self._cursor_count % 3
        self._cursor_count += 1
        raw = base64.b64encode(self._rng.randbytes(10 if turn else 9)).decode()
        raw = raw.replace("+", "A").replace("/", "B")  # nine bytes need no `=`: a plain cursor
        extra = ("", "+", "/")[turn]
        return f"cur_{raw[:3]}{extra}{raw[3:]}"

    @staticmethod
    def _tests(given: dict[str, str], listing: Listing) -> list[Predicate]:
        tests = []
        for name, value in given.items():
            if name in listing.filters:
                try:
                    tests.append(listing.filters[name](value))
                except ValueError:
                    raise bad_request(f"Provided value for {name} is not valid") from None
        return tests


def query_of(request: Request, known: set[str]) -> dict[str, str]:
    """The parameters of a request; one that is unknown or comes twice is refused."""
    given: dict[str, str] = {}
    for name, value in request.query:
        if name not in known or name in given:
            raise bad_request(f"Unknown or repeated parameter {name}")
        given[name] = value
    return given


def _limit(text: str | None, listing: Listing) -> int:
    if text is None:
        return listing.limit_default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= listing.limit_max:
        raise bad_request("Provided value for limit is not valid")
    return int(text)

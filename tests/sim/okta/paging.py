"""Lists in pages that Link headers lead through.

A cursor names the last item that was seen, so items that come or go shift nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlencode

from ..tiny_http import Answer, Request
from .printed import print_json
from .problems import invalid
from .switches import Switches

K = TypeVar("K")


class Pager:
    def __init__(self, switches: Switches, base: Callable[[], str]) -> None:
        self._switches = switches
        self._base = base

    def page(self, request: Request, keys: Iterator[K], limit: int, cursor: Callable[[K], str],
             show: Callable[[K], Any]) -> Answer:
        """`keys` are those behind the request's cursor; only a page of them is taken and shown."""
        sw = self._switches
        if sw.empty_page_with_next > 0:
            sw.empty_page_with_next -= 1
            return self.answer(request, [], dict(request.query).get("after", ""))
        taken = list(islice(keys, limit))
        full = len(taken) == limit and limit > 0
        more = full and (sw.empty_last_page or next(keys, None) is not None)
        return self.answer(request, [show(key) for key in taken],
                           cursor(taken[-1]) if more else None)

    def answer(self, request: Request, rows: list[Any], after: str | None) -> Answer:
        """`after`: the cursor of the next page; None: this is the last. Bytes among the rows are
        JSON already."""
        body = b"[%s]" % b",".join(
            row if isinstance(row, bytes) else print_json(row) for row in rows)
        answer = Answer(200, body, {"Content-Type": "application/json"})
        query = [(name, value) for name, value in request.query if name != "after"]
        links = [("self", request.query)]
        if after is not None:
            # What a log query began at belongs to its cursor, and the two exclude each other.
            query = [one for one in query if not (after and one[0] == "since")]
            links.append(("next", [("after", after)] * bool(after) + query))
        lines = [f'<{self._base()}{request.path}{"?" * bool(given)}{urlencode(given)}>; rel="{rel}"'
                 for rel, given in links]
        if self._switches.joined_links:
            lines = [", ".join(lines)]
        answer.more_headers += [("Link", line) for line in lines]
        return answer


def limit_of(request: Request, default: int, most: int, least: int = 1) -> int:
    """A wish: what is too large is cut down, what is too small is ignored."""
    text = dict(request.query).get("limit")
    if text is None:
        return default
    if not text.isascii() or not text.isdigit():
        raise invalid("limit", "limit: The value must be a number")
    wanted = int(text)
    return min(wanted, most) if wanted >= least else default

"""Answers to lists that were given already, for whoever measures a caller and not this simulator.

Off unless it is given room. An answer serves as long as nobody and no switch has changed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from ..tiny_http import Answer, Request


class Pages:
    """`state()` is different after each change of what lists show."""

    def __init__(self, room: int, state: Callable[[], object]) -> None:
        self._room = room
        self._state = state
        self._then: object = None
        self._used = 0
        self._kept: OrderedDict[tuple[str, str], Answer] = OrderedDict()

    def answer(self, request: Request, make: Callable[[Request], Answer]) -> Answer:
        if not self._room:
            return make(request)
        now = self._state()
        if now != self._then:
            self._then, self._used = now, 0
            self._kept.clear()
        key = (request.target, request.headers.get("content-type", ""))
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = make(request)
            self._used += len(kept.body)
            while self._used > self._room:
                self._used -= len(self._kept.popitem(last=False)[1].body)
        # The caller of this adds headers of its own.
        return replace(kept, headers=dict(kept.headers), more_headers=list(kept.more_headers))

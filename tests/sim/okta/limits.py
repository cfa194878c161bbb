"""How often one may call: windows of a minute, told in every answer."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..tiny_http import HeaderList
from .switches import Switches

WINDOW_S = 60
CONCURRENT_MAX = 75
# Numbers formerly published; the default is generous, so that only tests of limits meet one.
REAL = {"GET /api/v1/users": 600, "GET /api/v1/users/{id}": 2000, "GET /api/v1/groups": 500,
        "GET /api/v1/groups/{id}": 1000, "GET /api/v1/logs": 120}
REAL_OTHERS = 1200


class Limits:
    """A window begins with its first call and is not aligned to the minute."""

    def __init__(self, switches: Switches, now: Callable[[], float], default: int) -> None:
        self.default = default
        self.concurrent_max = CONCURRENT_MAX
        self._switches = switches
        self._now = now
        self._limits: dict[str, int] = {}
        self._windows: dict[str, tuple[float, int]] = {}  # when it ends, and calls so far

    def set(self, call: str, a_minute: int) -> None:
        """`call` is a method and a path template."""
        self._limits[call] = a_minute
        self._windows.pop(call, None)

    def use_real(self) -> None:
        self.default = REAL_OTHERS
        self._limits = dict(REAL)
        self._windows.clear()

    def reset(self) -> None:
        self._limits.clear()
        self._windows.clear()

    def take(self, call: str, concurrent: int) -> tuple[bool, HeaderList]:
        """Whether the call is allowed, and the headers that say so."""
        sw, now = self._switches, self._now()
        if concurrent > self.concurrent_max or sw.concurrency_limited > 0:
            sw.concurrency_limited -= sw.concurrency_limited > 0
            return False, self._headers(0, 0, now + sw.rate_reset_s, refused=True)
        limit = self._limits.get(call, self.default)
        ends, count = self._windows.get(call, (0.0, 0))
        if now >= ends:
            ends, count = now + WINDOW_S, 0
        if sw.rate_limited > 0:
            sw.rate_limited -= 1
            return False, self._headers(limit, 0, now + sw.rate_reset_s, refused=True)
        allowed = count < limit
        count += allowed
        self._windows[call] = (ends, count)
        return allowed, self._headers(limit, limit - count, ends, not allowed)

    def _headers(self, limit: int, remaining: int, ends: float, refused: bool) -> HeaderList:
        headers = [("X-Rate-Limit-Limit", str(limit)), ("X-Rate-Limit-Remaining", str(remaining))]
        right = str(math.ceil(ends))
        shown = {"once": [right], "twice": [str(math.ceil(ends) - WINDOW_S), right],
                 "missing": [], "unreadable": ["soon"]}[
                     self._switches.reset_header if refused else "once"]
        return headers + [("X-Rate-Limit-Reset", one) for one in shown]

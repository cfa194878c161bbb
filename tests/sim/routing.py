"""Which call a request is, and a record of the calls that came. Knows no tool."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from urllib.parse import unquote

from .tiny_http import Request

REQUESTS_KEPT = 100_000


class Routed(Protocol):
    @property
    def method(self) -> str: ...

    @property
    def template(self) -> str: ...


R = TypeVar("R", bound=Routed)


class Routes(Generic[R]):
    """Templates such as `/v2/persons/{id}`; what stands in braces is handed out decoded."""

    def __init__(self, routes: Iterable[R]) -> None:
        self._by_length: dict[int, list[tuple[list[str], R]]] = {}
        for route in routes:
            parts = route.template.split("/")
            self._by_length.setdefault(len(parts), []).append((parts, route))

    def matching(self, path: str) -> list[tuple[R, list[str]]]:
        """The routes of this path, whatever their method; the more literal template first wins."""
        parts = path.split("/")
        found = []
        for wanted, route in self._by_length.get(len(parts), ()):
            ids = []
            for want, part in zip(wanted, parts):
                if want[:1] == "{":
                    ids.append(unquote(part))
                elif want != part:
                    break
            else:
                found.append((route, ids))
        return found

    def find(self, method: str, path: str) -> tuple[R | None, list[str]]:
        for route, ids in self.matching(path):
            if route.method == method:
                return route, ids
        return None, []


@dataclass
class Recorded:
    time: float
    method: str
    template: str
    path: str  # with its query
    status: int
    duration: float
    headers: dict[str, str]
    body: bytes


class Record:
    """The calls so far, the last of them whole. Callers hold the simulator's lock."""

    def __init__(self) -> None:
        self.requests: deque[Recorded] = deque(maxlen=REQUESTS_KEPT)
        self.counts: Counter[str] = Counter()

    def note(self, request: Request, template: str, status: int, duration: float) -> None:
        self.counts[f"{request.method} {template}"] += 1
        if template != request.path:
            self.counts[f"{request.method} {request.path}"] += 1
        self.requests.append(Recorded(
            request.received_at, request.method, template, request.target, status, duration,
            request.headers, request.body))

    def count(self, what: str, status: int | None = None) -> int:
        """Of "GET /v2/persons/{id}", or of one path: "GET /v2/persons/3001"."""
        if status is None:
            return self.counts[what]
        method, _, path = what.partition(" ")
        return sum(r.method == method and r.status == status
                   and path in (r.template, r.path.partition("?")[0])
                   for r in self.requests)

    def reset(self) -> None:
        self.requests.clear()
        self.counts.clear()

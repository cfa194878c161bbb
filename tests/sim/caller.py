"""A careful client of a simulated API, for tests: one kept connection, answers as they came."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from .simulator import Simulator
from .tiny_http import HeaderList


@dataclass
class Got:
    """`headers` has lower-case names and keeps the last of equal ones."""

    status: int
    headers: dict[str, str]
    body: bytes
    header_list: HeaderList = field(default_factory=list)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ApiCaller:
    """`authorization` goes with every call; empty: none does."""

    def __init__(self, sim: Simulator, authorization: str = "") -> None:
        self.authorization = authorization
        self._conn = http.client.HTTPConnection("127.0.0.1", sim.server.port, timeout=10)

    def close(self) -> None:
        """The next call connects again."""
        self._conn.close()

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None,
             **query: Any) -> Got:
        if query:
            path += "?" + urlencode(query, quote_via=quote)
        sent = {"Authorization": self.authorization} if self.authorization else {}
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            sent["Content-Type"] = "application/json"
        self._conn.request(method, path, body, sent | (headers or {}))
        answer = self._conn.getresponse()
        rows = answer.getheaders()
        return Got(answer.status, {k.lower(): v for k, v in rows}, answer.read(), rows)

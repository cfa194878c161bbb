"""Fixtures for the tests of the simulators themselves."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

import pytest

from sim.personio import PersonioSim
from sim.receiver import Receiver

TOKEN = "Bearer 3q2-invented-token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.json["_data"]

    @property
    def next(self) -> str | None:
        return self.json["_meta"]["links"].get("next", {}).get("href")

    @property
    def cursor(self) -> str | None:
        """As a careful caller reads it: `+` stays `+`."""
        return unquote(urlsplit(self.next).query.partition("=")[2]) if self.next else None


class Caller:
    """A careful API client on one kept connection."""

    def __init__(self, sim: PersonioSim) -> None:
        self.sim = sim
        self._conn = http.client.HTTPConnection("127.0.0.1", sim.server.port, timeout=10)
        self.token = self.login().json["access_token"]

    def close(self) -> None:
        """The next call connects again."""
        self._conn.close()

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None,
             **query: Any) -> Got:
        if query:
            path += "?" + urlencode({k.replace("__", "."): v for k, v in query.items()},
                                    quote_via=quote)
        sent = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            sent = {"Content-Type": "application/json"} | sent
        self._conn.request(method, path, body, sent)
        answer = self._conn.getresponse()
        return Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Got:
        return self.call("GET", path, None, headers, **query)

    def beta(self, path: str, **query: Any) -> Got:
        return self.get(path, {"Beta": "true"}, **query)

    def login(self, headers: dict[str, str] | None = None, **changed: str) -> Got:
        form = {"grant_type": "client_credentials", "client_id": self.sim.client_id,
                "client_secret": self.sim.client_secret} | changed
        self.token = ""
        return self.call("POST", "/v2/auth/token", urlencode(form), headers or FORM)

    def everything(self, path: str, **query: Any) -> list[dict[str, Any]]:
        rows, got = [], self.get(path, **query)
        while True:
            assert got.status == 200, got.body
            rows += got.rows
            if got.cursor is None:
                return rows
            got = self.get(path, **query, cursor=got.cursor)

    def subscribe(self, url: str, events: list[str], **changed: Any) -> Got:
        return self.call("POST", "/v2/webhooks", {
            "url": url, "description": "weir:test", "status": "ENABLED", "auth_type": "TOKEN",
            "token": TOKEN, "enabled_events": events} | changed)


@pytest.fixture
def sim() -> Iterator[PersonioSim]:
    with PersonioSim(allow_http=True) as one:
        yield one


@pytest.fixture
def api(sim: PersonioSim) -> Iterator[Caller]:
    one = Caller(sim)
    yield one
    one.close()


@pytest.fixture
def target() -> Iterator[Receiver]:
    """Whoever takes the tool's deliveries: it records them, its signatures do not matter here."""
    with Receiver() as one:
        yield one

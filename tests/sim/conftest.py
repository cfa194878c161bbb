"""Fixtures for the tests of the simulators themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import pytest

from sim.caller import ApiCaller, Got
from sim.okta import OktaSim
from sim.okta_caller import Endpoint, OktaCaller
from sim.personio import PersonioSim
from sim.receiver import Receiver

TOKEN = "Bearer 3q2-invented-token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class PersonioGot(Got):
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


class Caller(ApiCaller):
    def __init__(self, sim: PersonioSim) -> None:
        super().__init__(sim)
        self.sim = sim
        self.token = self.login().json["access_token"]

    @property
    def token(self) -> str:
        return self.authorization.removeprefix("Bearer ")

    @token.setter
    def token(self, text: str) -> None:
        self.authorization = f"Bearer {text}"

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None,
             **query: Any) -> PersonioGot:
        got = self.send(method, path, body, headers,
                        **{name.replace("__", "."): value for name, value in query.items()})
        return PersonioGot(got.status, got.headers, got.body, got.header_list)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> PersonioGot:
        return self.call("GET", path, None, headers, **query)

    def beta(self, path: str, **query: Any) -> PersonioGot:
        return self.get(path, {"Beta": "true"}, **query)

    def login(self, headers: dict[str, str] | None = None, **changed: str) -> PersonioGot:
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

    def subscribe(self, url: str, events: list[str], **changed: Any) -> PersonioGot:
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


@pytest.fixture
def okta() -> Iterator[OktaSim]:
    with OktaSim(allow_http=True) as one:
        yield one


@pytest.fixture
def org(okta: OktaSim) -> Iterator[OktaCaller]:
    one = OktaCaller(okta)
    yield one
    one.close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as one:
        yield one

"""Both sides of the simulated Okta, for tests: who calls its API, and who takes its events."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from typing import Any

from .caller import ApiCaller, Got
from .okta import OktaSim
from .tiny_http import Answer, Request, Server, json_answer

SECRET = "Bearer 3rT8-invented-secret"


class OktaCaller(ApiCaller):
    def __init__(self, sim: OktaSim) -> None:
        super().__init__(sim, f"SSWS {sim.access.api_token}")

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Got:
        return self.send("GET", f"/api/v1{path}", None, headers, **query)

    def post(self, path: str, body: Any = None) -> Got:
        return self.send("POST", f"/api/v1{path}", body)

    def put(self, path: str, body: Any) -> Got:
        return self.send("PUT", f"/api/v1{path}", body)

    def delete(self, path: str) -> Got:
        return self.send("DELETE", f"/api/v1{path}")

    def follow(self, got: Got) -> Got | None:
        """The next page, as the link has it; None if there is none."""
        link = links(got).get("next")
        return self.send("GET", "/" + link.split("/", 3)[3]) if link else None

    def everything(self, path: str, **query: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        got: Got | None = self.get(path, **query)
        while got is not None:
            assert got.status == 200, got.body
            rows += got.json
            got = self.follow(got)
        return rows

    def subscribe(self, uri: str, items: list[str], **changed: Any) -> Got:
        """Without verification: nothing is delivered yet."""
        return self.post("/eventHooks", hook_body(uri, items, **changed))

    def hook(self, uri: str, items: list[str]) -> str:
        """The id of a hook that takes events."""
        hook_id = self.subscribe(uri, items).json["id"]
        assert self.post(f"/eventHooks/{hook_id}/lifecycle/verify").status == 200
        return hook_id


def hook_body(uri: str, items: list[str], **changed: Any) -> dict[str, Any]:
    return {
        "name": "weir test", "description": None,
        "events": {"type": "EVENT_TYPE", "items": items},
        "channel": {"type": "HTTP", "version": "1.0.0", "config": {
            "uri": uri, "headers": [], "authScheme": {
                "type": "HEADER", "key": "Authorization", "value": SECRET}}}} | changed


def links(got: Got) -> dict[str, str]:
    """By rel, whether they came on one line or on several."""
    lines = [text for name, text in got.header_list if name.lower() == "link"]
    return {rel: target for line in lines
            for target, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', line)}


class Endpoint:
    """Where a hook points: echoes challenges and keeps what is posted.

    `statuses` answer the next requests, then `status` does; None holds the answer back.
    """

    def __init__(self) -> None:
        self.status = 204
        self.statuses: list[int | None] = []
        self.echo: Callable[[str], Any] = lambda challenge: {"verification": challenge}
        self.requests: list[Request] = []
        self._released = threading.Event()
        self._server = Server(self._handle)

    def __enter__(self) -> Endpoint:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.stop()

    @property
    def url(self) -> str:
        return f"{self._server.url}/in/okta/7Qm2"

    @property
    def challenges(self) -> list[Request]:
        return [r for r in self.requests if r.method == "GET"]

    @property
    def posts(self) -> list[dict[str, Any]]:
        return [json.loads(r.body) for r in self.requests if r.method == "POST"]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for post in self.posts for event in post["data"]["events"]]

    @property
    def types(self) -> list[str]:
        return [event["eventType"] for event in self.events]

    def _handle(self, request: Request) -> Answer | None:
        self.requests.append(request)
        status = self.statuses.pop(0) if self.statuses else self.status
        if status is None:
            self._released.wait(10)
            return None
        if request.method == "GET" and status < 300:
            return json_answer(self.echo(request.headers["x-okta-verification-challenge"]))
        return Answer(status)

"""A river of several tools whose every answer is held against the OpenAPI file that the daemon serves."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from described import Described, Operation
from listener import Listener
from sim.recruitee import RecruiteeSim
from weir import ACME, PROBES, Got, call, eventually
from whole_river import River

HIRING, STAFFING, RECRUITEE = "hiring:jobs", "staffing:people", "recruitee:acme"
NARROW, PENDING, OFF, MADE = "personio:narrow", "personio:pending", "personio:off", "personio:made"
EMPTY = "personio:empty"
ONE = "9" * 24  # an id that nothing has

# What stands for the {} of paths. {tool} is a connector's, {name} an endpoint's.
PARTS = {"integration_id": ACME, "tool": "personio", "name": "app", "category": "hris"}


class Heard(Listener):
    """A listener whose events are held against the file, too."""

    def __init__(self, asked: Asked, path: str, query: dict[str, str]) -> None:
        super().__init__(asked, path + ("?" + urlencode(query) if query else ""), path.startswith("/admin/"))
        self.asked, self.plain = asked, path
        self.connect()
        asked.described.check("GET", path, Got(self.status, self.headers, b""))

    def wait(self, event: str) -> Any:
        """The data of the first event of that name."""
        return eventually(lambda: next((data for name, data in list(self.events) if name == event), None),
                          say=f"{self.path} tells no {event}")

    def close(self) -> None:
        super().close()
        self.ended.wait(30)
        for event, data in self.events:
            self.asked.described.check_event("GET", self.plain, event, data)


class Asked(River):
    """Three tools, and integrations in all states that a list can answer of. Each answer is checked as it comes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, people=5, movable=True)
        self.recruitee = RecruiteeSim(4, seed=3, allow_http=True)
        self.recruitee.start()
        self.dead = self.endpoint("dead")
        config = self.weir.config
        config["custom_fields"] = [{"key": "favourite", "model": "hris_employees", "label": "Favourite colour"}]
        config["scopes"] = [{"name": "default", "actions": {"hris_create_absence": "enabled",
                                                            "hris_delete_absence": "enabled"}}, {"name": "narrow", "models": {"hris_employees": "enabled"}}]
        self.weir.env["RECRUITEE_TOKEN"] = self.recruitee.token
        config["integrations"] += [
            {"id": HIRING, "organization": "Northwind Robotics GmbH"},
            {"id": STAFFING, "organization": "Northwind Robotics GmbH"},
            {"id": RECRUITEE, "organization": "Acme GmbH", "base_url": self.recruitee.url, "allow_private": True,
             "settings": {"company_id": str(self.recruitee.company_id), "api_token": "@env:RECRUITEE_TOKEN"}}]
        self.tool(NARROW, 1)
        config["integrations"][-1]["scope"] = "narrow"
        pending = self.tool(PENDING, 1)
        self.go = threading.Event()
        pending.gate = lambda request: request.path == "/v2/persons" and self.go.wait(120)
        self.tool(OFF, 1)
        config["integrations"][-1]["paused"] = True
        empty = self.tool(EMPTY, 1)
        with empty.quiet():
            empty.delete_person(empty.person_ids()[0])
        self.spare = self.account(1)
        self.described: Described

    def begin(self) -> None:
        self.weir.start()
        self.described = Described(json.loads(self.weir.admin("/openapi.json").body))
        for integration, path in ((ACME, "/hris/employees"), (NARROW, "/hris/employees"), (HIRING, "/ats/jobs"), (STAFFING, "/hris/timesheets"),
                                  (RECRUITEE, "/ats/candidates")):
            self.weir.wait_log("sync ended", integration=integration)
            eventually(lambda: self.weir.api(path, integration).status == 200)
        eventually(lambda: self.sim.hooks.webhooks)

    def close(self) -> None:
        self.go.set()
        try:
            super().close()
        finally:
            self.recruitee.stop()

    def ask(self, method: str, path: str, on: str | None = None, body: Any = None, key: str | None = None,
            **query: Any) -> Got:
        """path without its query, as it goes over the wire."""
        if path.startswith("/v1/"):
            got = self.weir.api(path[3:], on, key, method, body, **query)
        elif path in PROBES:
            got = self.weir.admin(path)
        else:
            real, self.weir.admin_key = self.weir.admin_key, key or self.weir.admin_key
            got = self.weir.admin(path.removeprefix("/admin/v1"), method, body, **query)
            self.weir.admin_key = real
        self.described.check(method, path, got)
        if method == "GET" and path.startswith("/v1/") and got.status == 200:
            self._ask_again(path, got, on, query)
        return got

    def _ask_again(self, path: str, got: Got, on: str | None, query: dict[str, Any]) -> None:
        """With the tag of the answer. It may have become another one since."""
        headers = {"Authorization": f"Bearer {self.weir.api_key}", "If-None-Match": got.headers["etag"]}
        if on is not None:
            headers["X-Integration-Id"] = on
        where = path + ("?" + urlencode(query, quote_via=quote) if query else "")
        self.described.check("GET", path, call(self.weir.port, "GET", where, headers))

    def admin(self, method: str, path: str, body: Any = None, status: int = 200, **query: Any) -> Any:
        """An answer of the admin API: its data, or its error."""
        operation = self.described.find(method, "/admin/v1" + path)
        if status == 200 and body is not None:
            assert self.described.body_errors(operation, body) == []
        got = self.ask(method, "/admin/v1" + path, body=body, **query)
        assert got.status == status, (method, path, got.status, got.body[:300])
        return got.json["data" if status == 200 else "error"]

    def api(self, method: str, path: str, body: Any = None, status: int = 200, on: str | None = None,
            **query: Any) -> Any:
        """The same of the application's."""
        operation = self.described.find(method, "/v1" + path)
        if status == 200 and body is not None:
            assert self.described.body_errors(operation, body) == []
        got = self.ask(method, "/v1" + path, on, body, **query)
        assert got.status == status, (method, path, got.status, got.body[:300])
        return got.json["data" if status == 200 else "error"]

    def customer(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """Through a link: the data of the answer, or its error; the text of a page."""
        operation = self.described.find(method, path)
        if status == 200 and body is not None:
            assert self.described.body_errors(operation, body) == []
        got = call(self.weir.port, method, path, {"Content-Type": "application/json"},
                   None if body is None else json.dumps(body).encode())
        self.described.check(method, path, got)
        assert got.status == status, (method, got.status, got.body[:300])
        return got.body if b"<html" in got.body else got.json["data" if status == 200 else "error"]

    def keep(self, made: Any) -> str:
        """The path of a link, whose token no log may show."""
        path = made["link"].removeprefix(self.weir.config["public_url"])
        self.words.append(path.rpartition("/")[2])
        return path

    def listen(self, path: str, **query: str) -> Heard:
        """A stream, whose events are checked when it is closed."""
        return Heard(self, path, query)

    def rows(self, path: str, **query: Any) -> list[Any]:
        return self.admin("GET", path, **query)["results"]


def filled(operation: Operation, **parts: str) -> str:
    """The path with something in its holes."""
    path = operation.template
    for parameter in operation.spec["parameters"]:
        if parameter.get("in") == "path":
            name = parameter["name"]
            path = path.replace("{" + name + "}", quote((PARTS | parts).get(name, ONE), safe=""))
    return path

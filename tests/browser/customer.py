"""A customer in front of a link: what they see, press and type, and the tools behind it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import Page, eventually
from sim import published
from sim.okta import OktaSim
from sim.recruitee import RecruiteeSim
from weir import Got
from whole_river import River

CREATED, FAILED = "integration-created", "connection-flow-failed"
SECRET = "papi-secret-of-kreisel"
WHO = "Kreisel & Söhne GmbH"
CUSTOMER = {"end_user_email": "hr@kreisel.example", "end_user_organization_name": WHO, "end_user_origin_id": "cust-77"}
SCOPES = [
    {"name": "default"},
    {"name": "choice", "models": {"hris_employees": {"fields": "all"}, "hris_teams": "enabled", "hris_absence_types": "optional",
                                  "hris_absences": "optional"}, "actions": {"hris_create_absence": "optional"}},
]


TEXTS = "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent.trim())"


class CustomerRiver(River):
    """Customers connect Personio, Okta and Recruitee by themselves; the operator gave what no customer knows."""

    def __init__(self, folder: Path, **overrides: Any) -> None:
        super().__init__(folder, **overrides)
        self.personio = self.account(client_secret=SECRET)
        self.okta = OktaSim(6, seed=5, allow_http=True)
        self.recruitee = RecruiteeSim(4, seed=6, allow_http=True)
        self.okta.start()
        self.recruitee.start()
        self.words += [self.okta.access.api_token, self.recruitee.token]
        self.weir.config["tools"] = [
            {"tool": "personio", "base_url": self.personio.url, "allow_private": True, "settings": {"partner_id": "ACME"}},
            {"tool": "okta", "allow_private": True},
            {"tool": "recruitee", "base_url": self.recruitee.url, "allow_private": True}]
        self.weir.config["connectors"]["path"].append(str(self.weir.build / "tests/browser/connectors"))
        self.weir.config["scopes"] = SCOPES
        self.weir.config["endpoints"][0]["events"] = ["data-changed", CREATED, FAILED]

    def close(self) -> None:
        try:
            super().close()
            for tool, sim in ((published.OKTA, self.okta), (published.RECRUITEE, self.recruitee)):
                assert not published.problems(tool, sim.requests)
        finally:
            self.okta.stop()
            self.recruitee.stop()

    def link(self, **more: Any) -> str:
        return self._kept(self.weir.api("/connect/create-link", None, method="POST", body=CUSTOMER | more))

    def link_for(self, integration: str, kind: str, **more: Any) -> str:
        """kind: relink, setup-link"""
        return self._kept(self.weir.api(f"/integrations/{integration}/{kind}", None, method="POST", body=more))

    def _kept(self, got: Got) -> str:
        url = str(got.data["link"])
        self.words.append(url.rpartition("/")[2])
        return url

    def told(self, kind: str) -> list[dict[str, Any]]:
        assert all(m.problems == [] for m in self.app.messages)
        return [m.data for m in self.app.messages if m.type == kind]

    def connected(self, tool: str) -> str:
        """The one that a customer made, as the application heard of it."""
        [made] = eventually(lambda: [m for m in self.told(CREATED) if m["tool"] == tool])
        return str(made["id"])

    def swap(self, token: str) -> Got:
        return self.weir.api(f"/connect/integration-by-token/{token}", None)

    def subscription(self, integration: str) -> dict[str, Any]:
        return self.weir.admin(f"/subscriptions/{integration.replace(':', '%3A')}").data

    def integration(self, integration: str) -> dict[str, Any]:
        return self.weir.admin(f"/integrations/{integration.replace(':', '%3A')}").data


class Customer:
    def __init__(self, page: Page, river: CustomerRiver) -> None:
        self.page, self.river = page, river

    def open(self, **more: Any) -> None:
        self.page.open(self.river.link(**more))

    def sees(self, heading: str) -> None:
        """The screen of that heading, which whoever listens to the page was taken to."""
        eventually(lambda: self.page.js(TEXTS, "h1") == [heading], 20,
                   say=f"not at {heading!r}: {self.page.text()[:1500]}")

    def is_at_heading(self) -> bool:
        return bool(self.page.js("return document.activeElement.tagName === 'H1'"))

    def presses(self, *names: str) -> None:
        for name in names:
            self.page.click(name)

    def types(self, label: str, value: str) -> None:
        self.page.fill(label, value)

    def value(self, label: str) -> str:
        return str(self.page.field(label).get_attribute("value"))

    def error_at(self, label: str) -> str:
        """What stands beside a field, as it is told with it."""
        field = self.page.field(label)
        if field.get_attribute("aria-invalid") != "true":
            return ""
        return str(self.page.js("return document.getElementById(arguments[0]).textContent", field.get_attribute("aria-describedby")))

    def alert(self) -> str:
        return self.page.find(".note[role=alert]").text

    def heard(self) -> list[dict[str, Any]]:
        """Messages that the page around the frame got: of the kinds that matter, once each kind's text changed."""
        return [m for m in self.page.js("return window.heard") if m["data"]["type"] not in ("weir:resize", "weir:ready")]


@pytest.fixture
def make_customer(page: Page, tmp_path: Path) -> Iterator[Callable[..., Customer]]:
    made: list[CustomerRiver] = []

    def make(**given: Any) -> Customer:
        made.append(CustomerRiver(tmp_path / f"c{len(made)}", **given))
        return Customer(page, made[-1])

    yield make
    page.leave()
    for one in made:
        one.close()


@pytest.fixture
def customer(make_customer: Callable[..., Customer]) -> Customer:
    one = make_customer()
    one.river.start()
    # What is refused is told by statuses that browsers note down.
    one.page.expect_console(r"/connect/[^/ ]+/submit - Failed to load resource: .* 400")
    return one


# An application around the pages

AROUND = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>An application</title><body>
<h1>An application</h1><p id="place"></p><script>
window.heard = [];
addEventListener("message", e => heard.push({origin: e.origin, data: e.data}));
const link = decodeURIComponent(location.hash.slice(1));
if (location.pathname === "/frame") {
  const frame = document.createElement("iframe");
  frame.src = link; frame.width = 370; frame.height = 700; frame.title = "Connect"; frame.allow = "clipboard-write";
  document.body.append(frame);
} else {
  const button = document.createElement("button");
  button.textContent = "Open"; button.onclick = () => { window.opened = window.open(link, "connect", "width=420,height=760"); };
  document.body.append(button);
}
</script></body></html>"""


class _Around(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = AROUND.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def application() -> Iterator[str]:
    """The origin of an application: /frame#<link> shows it in a frame, /window#<link> opens it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Around)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()

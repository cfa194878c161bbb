"""Requests of the application's own, passed through to Okta and Recruitee; those to Personio are in test_actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from okta_river import ACME_OKTA, OktaRiver
from recruitee_river import ACME_RC, RecruiteeRiver
from weir import ACME, Got


@dataclass
class Passing:
    """A river, and what is asked of its tool."""

    river: Any
    name: str
    integration: str
    api: str
    below: str   # the API's own path at the tool
    things: str  # a list, with its query
    proof: str   # what has to stand in Authorization, and nowhere else

    def ask(self, **body: Any) -> Got:
        return self.river.weir.api(f"/passthrough/{self.name}/{self.api}", self.integration, method="POST", body=body)

    @property
    def asked(self) -> list[Any]:
        return [r for r in self.river.sim.requests if r.path.startswith(self.below)]


def of_okta(folder: Path, **given: Any) -> Passing:
    river = OktaRiver(folder, 3, **given)
    return Passing(river, "okta", ACME_OKTA, "v1", "/api/v1", "/users?limit=2", f"SSWS {river.sim.access.api_token}")


def of_recruitee(folder: Path, **given: Any) -> Passing:
    river = RecruiteeRiver(folder, 3, **given)
    below = f"/c/{river.sim.company_id}"
    return Passing(river, "recruitee", ACME_RC, "default", below, "/candidates?limit=2", f"Bearer {river.sim.token}")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Passing]]:
    made: list[Passing] = []

    def start(tool: str, **given: Any) -> Passing:
        made.append({"okta": of_okta, "recruitee": of_recruitee}[tool](tmp_path / f"r{len(made)}", **given))
        made[-1].river.start()
        return made[-1]

    yield start
    for one in made:
        one.river.close()


@pytest.fixture(params=["okta", "recruitee"])
def passing(request: pytest.FixtureRequest, make: Callable[..., Passing]) -> Passing:
    return make(request.param)


def refused(got: Got) -> tuple[int, str | None]:
    return got.status, got.code


def test_a_list_is_read_with_credentials_that_stay_here(passing):
    passing.river.sim.reset_counters()

    got = passing.ask(method="GET", path=passing.things, headers={"X-Of-The-Caller": "1"})

    assert got.status == 200, got.body
    assert got.data["status"] == 200
    assert got.data["url"] == f"{passing.river.sim.url}{passing.below}{passing.things}"
    rows = got.data["data"] if passing.name == "okta" else got.data["data"]["candidates"]
    assert len(rows) == 2
    [sent] = passing.asked
    assert sent.headers["authorization"] == passing.proof and sent.headers["x-of-the-caller"] == "1"
    secret = passing.proof.split()[1].encode()
    assert secret not in got.body
    assert not {"authorization", "set-cookie", "www-authenticate"} & got.data["headers"].keys()


def test_parameters_are_encoded_and_stay_parameters(passing):
    passing.river.sim.reset_counters()
    path, _, _ = passing.things.partition("?")

    got = passing.ask(method="GET", path=path, params={"limit": "1&offset=../../x#y"})

    assert got.status == 200, got.body
    assert passing.asked[0].path == f"{passing.below}{path}?limit=1%26offset%3D..%2F..%2Fx%23y"
    passing.river.sim.reset_counters()  # no vendor publishes such a parameter


def test_what_could_leave_the_api_reaches_no_tool(passing):
    passing.river.sim.reset_counters()
    for path in ("https://evil.example/users", "//evil.example/users", "/../oauth2/v1/token", "/users/../../x",
                 "/%2e%2e/%2e%2e/admin", "/%252e%252e/x", "/..;a=b/x", "/users%2f..%2f..%2fx", "/a\\..\\b", "/x#y",
                 "/x\r\nHost: evil.example", "/@evil.example/.."):
        assert refused(passing.ask(method="GET", path=path)) == (400, "PLATFORM.INPUT_INVALID"), path
    for name in ("Authorization", "Cookie", "Host", "DPoP", "X-Forwarded-For", "Transfer-Encoding"):
        assert refused(passing.ask(method="GET", path="/x", headers={name: "x"})) == (400, "PLATFORM.INPUT_INVALID")
    assert refused(passing.ask(method="OPTIONS", path="/x")) == (400, "PLATFORM.INPUT_INVALID")
    assert passing.river.sim.requests == []


def test_an_address_that_looks_foreign_is_a_path_of_the_tool(passing):
    passing.river.sim.reset_counters()

    got = passing.ask(method="GET", path="/@evil.example:80/users")

    assert got.data["status"] in (404, 405)
    [sent] = passing.river.sim.requests
    assert sent.path == f"{passing.below}/@evil.example:80/users"
    passing.river.sim.reset_counters()


def test_each_refusal_of_the_tool_is_the_callers(passing):
    path = passing.things.partition("?")[0]
    missing = passing.ask(method="GET", path=f"{path}/999999")
    assert missing.status == 200 and missing.data["status"] == 404 and missing.json["warnings"] == []
    assert ("errorCode" if passing.name == "okta" else "error") in missing.data["data"]

    sw = passing.river.sim.switches
    sw.fail_count, sw.fail_status, sw.fail_body = 9, 503, "plain"
    broken = passing.ask(method="GET", path=path)
    assert broken.status == 200 and broken.data["status"] == 503
    sw.fail_count, sw.fail_body = 9, "close"
    assert refused(passing.ask(method="GET", path=path)) == (503, "PLATFORM.UNKNOWN_ERROR")
    sw.fail_count = 0


@pytest.mark.parametrize("tool, name, refusing, taking", [("okta", "token_expired", True, False),
                                                          ("recruitee", "token_revoked", 401, 0)])
def test_credentials_that_are_refused_are_the_callers_answer_too(make, tool, name, refusing, taking):
    passing = make(tool)
    passing.river.sim.switches.set(**{name: refusing})

    got = passing.ask(method="GET", path=passing.things)

    assert got.status == 200 and got.data["status"] == 401
    assert passing.proof.split()[1].encode() not in got.body
    passing.river.sim.switches.set(**{name: taking})
    assert passing.ask(method="GET", path=passing.things).data["status"] == 200


def test_a_request_that_changes_something_is_sent_once(passing):
    passing.river.sim.reset_counters()
    sw = passing.river.sim.switches
    sw.fail_count, sw.fail_status, sw.fail_body, sw.fail_match = 9, 503, "plain", "POST"

    got = passing.ask(method="POST", path=passing.things.partition("?")[0], data={"name": "Ada Quill"})

    assert got.data["status"] == 503
    assert len(passing.asked) == 1 and passing.asked[0].body == b'{"name":"Ada Quill"}'
    sw.fail_count, sw.fail_match = 0, ""
    passing.river.sim.reset_counters()  # no connector asks for it, so that no vendor's page was read for it


def test_the_tool_and_the_api_have_to_be_the_integrations(passing):
    weir, body = passing.river.weir, {"method": "GET", "path": passing.things}
    other = "recruitee/default" if passing.name == "okta" else "okta/v1"
    assert refused(weir.api(f"/passthrough/{other}", passing.integration, method="POST", body=body)) == (
        400, "PLATFORM.INPUT_INVALID")
    assert refused(weir.api(f"/passthrough/{passing.name}/v9", passing.integration, method="POST", body=body)) == (
        404, "PLATFORM.INPUT_INVALID")
    assert weir.api(f"/passthrough/{passing.name}/{passing.api}", ACME, method="POST", body=body).status == 404


@pytest.mark.parametrize("switches", [{}, {"dpop": True, "dpop_nonce_on_api": True}], ids=["bearer", "dpop"])
def test_a_service_app_proves_itself_and_shows_no_proof(make, switches):
    passing = make("okta", app="ES256", switches=switches)
    passing.river.sim.reset_counters()

    got = passing.ask(method="GET", path="/users?limit=1")

    assert got.data["status"] == 200 and len(got.data["data"]) == 1
    kind, _, token = passing.asked[-1].headers["authorization"].partition(" ")
    assert kind == ("DPoP" if switches else "Bearer") and ("dpop" in passing.asked[-1].headers) == bool(switches)
    assert token.encode() not in got.body
    assert not {"dpop-nonce", "www-authenticate"} & got.data["headers"].keys()

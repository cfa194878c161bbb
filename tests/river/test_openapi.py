"""Every route there is, asked of a running daemon, and what it answers held against the OpenAPI file that it serves."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from described import Described, Operation, sample
from sim.recruitee import RecruiteeSim
from weir import ACME, PROBES, Got, build_folder, eventually
from whole_river import River

HIRING, RECRUITEE = "hiring:jobs", "recruitee:acme"
NARROW, PENDING, OFF, MADE = "personio:narrow", "personio:pending", "personio:off", "personio:made"
ONE = "9" * 24  # an id that nothing has

# Neither Personio nor the made-up tool for recruiting delivers these, so their lists only ever answer that.
NOT_DELIVERED = {f"/v1/hris/{path}" for path in (
    "time-off-balances", "timesheets", "employee-document-categories", "performance-review-cycles",
    "performance-reviews", "staffing-entities")}

# Only refused here, so that their errors alone are held against the file: what they answer when all is well is looked at
# by river.endpoints, keys, scopes_admin, fields, connect, lifecycle, actions, replay, feed and listen.
REFUSED_HERE = {
    "GET /admin/v1/custom-fields",
    "POST /admin/v1/custom-fields",
    "DELETE /admin/v1/custom-fields/{custom_field_id}",
    "POST /admin/v1/deliveries/replay",
    "POST /admin/v1/endpoints",
    "DELETE /admin/v1/endpoints/{name}",
    "GET /admin/v1/endpoints/{name}",
    "PATCH /admin/v1/endpoints/{name}",
    "POST /admin/v1/endpoints/{name}/rotate",
    "POST /admin/v1/endpoints/{name}/test",
    "POST /admin/v1/integrations/{integration_id}/disable",
    "POST /admin/v1/integrations/{integration_id}/enable",
    "POST /admin/v1/integrations/{integration_id}/pass-qa",
    "GET /admin/v1/integrations/{integration_id}/records/{model}",
    "POST /admin/v1/integrations/{integration_id}/refetch",
    "POST /admin/v1/integrations/{integration_id}/relink",
    "PUT /admin/v1/integrations/{integration_id}/scope",
    "POST /admin/v1/integrations/{integration_id}/setup-link",
    "POST /admin/v1/keys",
    "DELETE /admin/v1/keys/{name}",
    "GET /admin/v1/keys/{name}",
    "POST /admin/v1/links",
    "GET /admin/v1/log/stream",
    "POST /admin/v1/notifications/discard",
    "GET /admin/v1/notifications/stream",
    "GET /admin/v1/notifications/{id}",
    "GET /admin/v1/overview",
    "POST /admin/v1/scopes",
    "DELETE /admin/v1/scopes/{name}",
    "GET /admin/v1/scopes/{name}",
    "PUT /admin/v1/scopes/{name}",
    "GET /v1/changes",
    "GET /v1/changes/stream",
    "POST /v1/connect/create-link",
    "GET /v1/connect/integration-by-token/{token}",
    "POST /v1/hris/absences",
    "DELETE /v1/hris/absences/{absence_id}",
    "DELETE /v1/integrations/{integration_id}",
    "PUT /v1/integrations/{integration_id}/custom-fields/{custom_field_id}",
    "PUT /v1/integrations/{integration_id}/enabled",
    "PATCH /v1/integrations/{integration_id}/integration-fields/{integration_field_id}",
    "POST /v1/integrations/{integration_id}/relink",
    "POST /v1/integrations/{integration_id}/setup-link",
    "POST /v1/passthrough/{tool}/{api}",
}

# What stands for the {} of paths. {tool} is a connector's, {name} an endpoint's.
PARTS = {"integration_id": ACME, "tool": "personio", "name": "app", "category": "hris"}


class Asked(River):
    """Three tools, and integrations in all states that a list can answer of. Each answer is checked as it comes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, people=5, movable=True)
        self.recruitee = RecruiteeSim(4, seed=3, allow_http=True)
        self.recruitee.start()
        self.dead = self.endpoint("dead")
        config = self.weir.config
        config["scopes"] = [{"name": "default"}, {"name": "narrow", "models": {"hris_employees": "enabled"}}]
        self.weir.env["RECRUITEE_TOKEN"] = self.recruitee.token
        config["integrations"] += [
            {"id": HIRING, "organization": "Northwind Robotics GmbH"},
            {"id": RECRUITEE, "organization": "Acme GmbH", "base_url": self.recruitee.url, "allow_private": True,
             "settings": {"company_id": str(self.recruitee.company_id), "api_token": "@env:RECRUITEE_TOKEN"}}]
        self.tool(NARROW, 1)
        config["integrations"][-1]["scope"] = "narrow"
        pending = self.tool(PENDING, 1)
        self.go = threading.Event()
        pending.gate = lambda request: request.path == "/v2/persons" and self.go.wait(120)
        self.tool(OFF, 1)
        config["integrations"][-1]["paused"] = True
        self.spare = self.account(1)
        self.described: Described

    def begin(self) -> None:
        self.weir.start()
        self.described = Described(json.loads(self.weir.admin("/openapi.json").body))
        for integration, path in ((ACME, "/hris/employees"), (NARROW, "/hris/employees"), (HIRING, "/ats/jobs"),
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
        return self.described.check(method, path, got)

    def admin(self, method: str, path: str, body: Any = None, status: int = 200, **query: Any) -> Any:
        """An answer of the admin API: its data, or its error."""
        operation = self.described.find(method, "/admin/v1" + path)
        if status == 200 and body is not None:
            assert self.described.body_errors(operation, body) == []
        got = self.ask(method, "/admin/v1" + path, body=body, **query)
        assert got.status == status, (method, path, got.status, got.body[:300])
        return got.json["data" if status == 200 else "error"]

    def rows(self, path: str, **query: Any) -> list[Any]:
        return self.admin("GET", path, **query)["results"]


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    river = Asked(tmp_path / "r0")
    yield river
    river.close()


def filled(operation: Operation, **parts: str) -> str:
    """The path with something in its holes."""
    path = operation.template
    for parameter in operation.spec["parameters"]:
        if parameter.get("in") == "path":
            name = parameter["name"]
            path = path.replace("{" + name + "}", quote((PARTS | parts).get(name, ONE), safe=""))
    return path


def ask_lists(asked: Asked) -> None:
    """Each list endpoint: whole, page by page, with each of its parameters, and each error that a list can answer."""
    lists = [one for one in asked.described.operations
             if one.method == "GET" and one.spec.get("operationId", "").startswith("list_")]
    assert len(lists) > 20
    for one in lists:
        own = (ACME,) if one.template.startswith("/v1/hris/") else (HIRING, RECRUITEE)
        other = HIRING if own == (ACME,) else ACME
        for integration in own:
            got = asked.ask("GET", one.template, integration)
            if got.status == 501:
                continue
            first = asked.ask("GET", one.template, integration, page_size=1, include_deleted="true")
            if first.data["next"]:
                asked.ask("GET", one.template, integration, page_size=1, include_deleted="true",
                          cursor=first.data["next"])
            for parameter in one.parameters(asked.described.file):
                if parameter["in"] == "query" and parameter["name"] != "cursor":
                    got = asked.ask("GET", one.template, integration, **{parameter["name"]: sample(parameter)})
                    assert got.status == 200, (one.name, parameter, got.body)
            assert asked.ask("GET", one.template, integration, cursor="nonsense").status == 400
        assert asked.ask("GET", one.template, other).status == 501
        assert asked.ask("GET", one.template, "personio:nobody").status == 404
        assert asked.ask("GET", one.template, None).status == 400
    for integration, status in ((PENDING, 409), (OFF, 409)):
        assert asked.ask("GET", "/v1/hris/employees", integration).status == status
    assert asked.ask("GET", "/v1/hris/absences", NARROW).status == 403


def ask_admin_lists(asked: Asked) -> None:
    """Each list of the admin API, in all forms that its parameters name."""
    for one in asked.described.operations:
        names = {p["name"] for p in one.parameters(asked.described.file)}
        if "limit" not in names:
            continue
        path = filled(one, model="hris_employees")
        page = asked.ask("GET", path, limit=1).data
        while page["next"]:
            page = asked.ask("GET", path, limit=1, cursor=page["next"]).data
        for parameter in one.parameters(asked.described.file):
            for value in parameter["schema"].get("enum", []):
                assert asked.ask("GET", path, **{parameter["name"]: value}).status == 200
        if "integration" in names:
            assert asked.ask("GET", path, integration=ACME).status == 200
            assert asked.ask("GET", path, integration="personio:nobody").status == 404
        assert asked.ask("GET", path, cursor="nonsense").status == 400
    for kind in ("delivery,fetch", "attempt", "integration"):
        assert asked.ask("GET", "/admin/v1/log", kind=kind).status == 200
    assert asked.ask("GET", "/admin/v1/notifications", endpoint="dead", state="dead").status == 200


def ask_without_key(asked: Asked) -> None:
    for one in asked.described.operations:
        if one.spec["security"]:
            assert asked.ask(one.method, filled(one), ACME, key="not-the-right-key").status == 401


def ask_what_is_not_built(asked: Asked) -> None:
    for one in asked.described.operations:
        if not one.answers:
            got = asked.ask(one.method, filled(one), ACME, {} if one.method != "GET" else None)
            assert got.status in (404, 501), (one.name, got.status)


def ask_general(asked: Asked) -> None:
    api = "/v1/integrations/personio%3Aacme"
    assert asked.ask("GET", "/v1/openapi.json").status == 200
    assert asked.ask("GET", "/v1/check-api-key").status == 200
    assert asked.ask("POST", "/v1/force-sync", ACME, {"type": "DELTA"}).status == 200
    assert asked.ask("POST", "/v1/force-sync", ACME, {"type": "NONE"}).status == 400
    assert asked.ask("POST", "/v1/force-sync", OFF, {}).status == 409
    for end in ("", "/custom-fields", "/integration-fields"):
        assert asked.ask("GET", api + end).status == 200
        assert asked.ask("GET", "/v1/integrations/personio%3Anobody" + end).status == 404
    for integration in (HIRING, RECRUITEE, PENDING, OFF):
        assert asked.ask("GET", f"/v1/integrations/{quote(integration, safe='')}").status == 200
    for category in ("hris", "ats", "lms"):
        assert asked.ask("GET", f"/v1/tools/{category}").status == 200
    assert asked.ask("GET", "/v1/tools/payroll").status == 400


def happen(asked: Asked) -> None:
    """A delivery, one that is set aside, and a dead letter, so that the logs have something to show."""
    asked.dead.answers = [500] * 6
    asked.sim.update_person(asked.sim.person_ids()[0], first_name="Zora")
    asked.wait_employee(asked.sim.person_ids()[0], first_name="Zora")
    assert asked.hook(b"{").status == 200
    eventually(lambda: asked.rows("/events", state="aside"))
    eventually(lambda: asked.rows("/notifications", state="dead"))
    asked.dead.answers = []


def ask_traces(asked: Asked) -> None:
    for delivery in asked.rows("/deliveries"):
        asked.admin("GET", f"/trace/{delivery['delivery']}")
    letter = asked.rows("/notifications", state="dead")[0]["id"]
    assert asked.admin("GET", f"/trace/{letter}")["by"] == "notification"
    asked.admin("GET", "/trace/nothing-of-that-name", None, 404)


def ask_replays(asked: Asked) -> None:
    number = asked.rows("/events", state="aside")[0]["number"]
    letter = asked.rows("/notifications", state="dead")[0]["id"]
    assert asked.admin("POST", "/events/replay", {"number": number})["replayed"] == 1
    asked.admin("POST", "/events/replay", {"integration": ACME})
    asked.admin("POST", "/events/replay", {"number": 10 ** 9}, 404)
    asked.admin("POST", "/events/replay", {}, 400)
    assert asked.admin("POST", "/notifications/replay", {"id": letter})["replayed"] == 1
    asked.admin("POST", "/notifications/replay", {"endpoint": "dead"})
    asked.admin("POST", "/notifications/replay", {"all": True})
    asked.admin("POST", "/notifications/replay", {"id": ONE}, 404)
    asked.admin("POST", "/notifications/replay", {}, 400)
    asked.admin("POST", "/endpoints/dead/disable")
    asked.admin("POST", "/endpoints/dead/enable")
    for end in ("enable", "disable"):
        asked.admin("POST", f"/endpoints/nobody/{end}", None, 404)


def ask_integrations(asked: Asked) -> None:
    wish = {"id": MADE, "organization": "Made AG", "base_url": asked.spare.url, "allow_private": True,
            "origin_id": "cust-7", "creator_email": "hr@made.example", "scope": "default",
            "settings": {"client_id": asked.spare.client_id, "client_secret": asked.spare.client_secret}}
    path = f"/integrations/{quote(MADE, safe='')}"

    asked.admin("POST", "/integrations", {"id": MADE}, 400)
    asked.admin("POST", "/integrations", wish)
    asked.admin("GET", path)
    asked.admin("POST", path + "/settings", {"settings": {"client_secret": asked.spare.client_secret}})
    asked.admin("POST", path + "/settings", {}, 400)
    asked.admin("POST", "/integrations/personio%3Aacme/settings", {"settings": {"client_id": "x"}}, 409)
    asked.admin("DELETE", "/integrations/personio%3Aacme", None, 409)
    asked.admin("DELETE", path)
    asked.admin("DELETE", "/integrations/personio%3Anobody", None, 404)
    asked.admin("POST", "/integrations/personio%3Anobody/settings", {"settings": {"a": "b"}}, 404)
    for way in ("/integrations", "/subscriptions"):
        asked.admin("GET", f"{way}/personio%3Aacme")
        asked.admin("GET", f"{way}/recruitee%3Aacme")
        asked.admin("GET", f"{way}/personio%3Anobody", None, 404)
        asked.admin("POST", f"{way}/personio%3Aacme/ensure")
        asked.admin("POST", f"{way}/personio%3Anobody/ensure", None, 404)
    asked.admin("POST", "/integrations/personio%3Aacme/sync", {"type": "FULL"})
    asked.admin("POST", "/integrations/personio%3Aacme/sync", {"type": "HALF"}, 400)
    asked.admin("POST", "/integrations/personio%3Apending/sync/cancel")
    asked.admin("POST", "/integrations/personio%3Anobody/sync/cancel", None, 404)
    asked.admin("POST", "/subscriptions/personio%3Anobody/remove", None, 404)
    asked.admin("POST", "/subscriptions/personio%3Aacme/remove")


def ask_daemon(asked: Asked) -> None:
    for probe in PROBES:
        assert asked.ask("GET", probe).status == 200
    asked.admin("GET", "/status")
    assert asked.ask("GET", "/admin/v1/openapi.json").status == 200
    for tool in ("personio", "recruitee", "hiring"):
        asked.admin("GET", f"/connectors/{tool}")
    asked.admin("GET", "/connectors/nobody", None, 404)
    asked.admin("POST", "/connectors/reload")
    asked.admin("POST", "/connectors/personio/reload")
    asked.admin("POST", "/connectors/nobody/reload", None, 404)
    asked.admin("POST", "/backup", {"path": str(asked.folder / "copy.weir"), "compact": True})
    asked.admin("POST", "/backup", {"path": "copy.weir"}, 400)
    asked.admin("POST", "/reload")
    asked.weir.write_config("no_such_key = 1;")
    assert asked.admin("POST", "/reload", None, 409)["report"]
    asked.weir.write_config()


def make_invalid(asked: Asked) -> None:
    """The tool refuses the credentials for days."""
    asked.sim.switches.token_error = "invalid_client"
    asked.sim.tokens.expire_all()

    def shown(name: str) -> Any:
        return asked.admin("GET", "/integrations/personio%3Aacme")[name]
    # What is due after the subscription was removed is spread over some time.
    eventually(lambda: shown("auth_failed_since") or asked.pass_time(hours=1), every=0.2)
    eventually(lambda: shown("state") == "INVALID" or asked.pass_time(hours=12), every=0.2)


def test_every_route_answers_as_the_openapi_file_says(asked):
    asked.begin()

    ask_lists(asked)
    ask_general(asked)
    happen(asked)
    ask_admin_lists(asked)
    ask_traces(asked)
    ask_replays(asked)
    ask_what_is_not_built(asked)
    ask_without_key(asked)
    ask_integrations(asked)
    ask_daemon(asked)
    make_invalid(asked)
    got = asked.ask("GET", "/v1/hris/employees", ACME)
    assert (got.status, got.code) == (409, "INTEGRATION.AUTHENTICATION_INVALID")
    assert asked.ask("POST", "/v1/force-sync", ACME, {}).status == 409
    assert asked.ask("GET", "/v1/integrations/personio%3Aacme").status == 200

    expected = {f"{name} never answered 200" for name in {f"GET {path}" for path in NOT_DELIVERED} | REFUSED_HERE}
    assert set(asked.described.silent()) == expected


def printed(*words: str) -> bytes:
    """By the command line, without a daemon."""
    return subprocess.run([build_folder() / "core" / "weir", "openapi", *words], capture_output=True, check=True,
                          timeout=60).stdout


def test_the_application_is_given_its_part_of_the_same_file(make_river):
    """And the command line prints the very bytes, as does the copy that the build makes for the package."""
    river = make_river()
    river.weir.start()
    ours = river.weir.api("/openapi.json", None)
    whole = river.weir.admin("/openapi.json")
    assert (ours.status, whole.status) == (200, 200)
    assert river.weir.api("/openapi.json", None, key="not-the-right-key").status == 401
    part, everything = json.loads(ours.body), json.loads(whole.body)
    assert part["paths"] == {path: spec for path, spec in everything["paths"].items() if path.startswith("/v1/")}
    assert everything["components"]["schemas"].items() >= part["components"]["schemas"].items()
    assert printed() == ours.body
    assert printed("--admin") == whole.body
    assert (build_folder() / "core" / "openapi.json").read_bytes() == ours.body
    assert (build_folder() / "core" / "openapi-admin.json").read_bytes() == whole.body


# The tables of the published contract, as the unit tests of the model have them

COLUMNS = Path(__file__).resolve().parents[1] / "unit" / "model"


def column_schema(file: Any, model: str, path: str) -> tuple[Any, bool]:
    """The schema of "bank_accounts[].iban", and whether the key has to be there. "format{TEXT}" is one of its forms."""
    schemas, must = [file["components"]["schemas"][model]], True
    for part in path.split("."):
        part, _, form = part.partition("{")
        name, entries = part.removesuffix("[]"), part.endswith("[]")
        holders = [one for one in schemas if name in one.get("properties", {})]
        assert holders, f"{model} {path}: there is no {name}"
        must = all(name in one["required"] for one in holders)
        found = [one["properties"][name] for one in holders]
        schemas = []
        for one in found:
            one = one["items"] if entries else one
            schemas += one.get("oneOf", [one])
        if form:
            schemas = [one for one in schemas if '"const": "' + form.rstrip("}") + '"' in json.dumps(one)]
    return schemas, must


def is_nullable(file: Any, schemas: list[Any]) -> bool:
    one = schemas[0]
    if "$ref" in one:
        one = file["components"]["schemas"][one["$ref"].rpartition("/")[2]]
    kind = one.get("type")
    return "null" in kind if isinstance(kind, list) else kind == "null" or any(
        is_nullable(file, [choice]) for choice in [*one.get("anyOf", []), *schemas[1:]]) or not (
        kind or one.keys() & {"const", "anyOf", "oneOf", "properties"})


@pytest.mark.parametrize("name", ["hris_columns.txt", "ats_columns.txt"])
def test_records_have_the_keys_of_the_contracts_tables(name):
    file = json.loads(printed())
    wrong, seen = [], 0
    for line in (COLUMNS / name).read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        model, path, kind, null, key, *words = line.split()
        schemas, must = column_schema(file, model, path)
        seen += 1
        if must != (key == "must"):
            wrong.append(f"{model} {path}: required is {must}")
        if kind not in ("object", "list", "any") and is_nullable(file, schemas) != (null == "null"):
            wrong.append(f"{model} {path}: nullable is {is_nullable(file, schemas)}: {schemas}")
        if kind == "closed" and [word for word in schemas[0]["enum"] if word] != words:
            wrong.append(f"{model} {path}: {schemas[0]['enum']}")
        if kind == "open" and schemas[0]["examples"] != words:
            wrong.append(f"{model} {path}: {schemas[0]['examples']}")
    assert wrong == [] and seen > 100


# Does the check find anything?


@pytest.mark.parametrize("status, body, why", [
    (200, {"status": "success", "data": {"environment_id": "e", "customer_id": "e", "more": 1}}, "'more' was unexpected"),
    (200, {"status": "success", "data": {"environment_id": "e"}}, "'customer_id' is a required property"),
    (200, {"status": "success", "data": {"environment_id": None, "customer_id": "e"}}, "is not of type 'string'"),
    (401, {"status": "error", "error": {"code": "PLATFORM.INPUT_INVALID", "title": "t", "message": "m",
                                        "log_url": None}}, "this code is not described"),
    (404, {"status": "error"}, "this status is not described")])
def test_an_answer_that_is_not_as_described_is_found(status, body, why):
    described = Described(json.loads(printed()))
    got = Got(status, {"content-type": "application/json"}, json.dumps(body).encode())
    with pytest.raises(AssertionError, match=re.escape(why)):
        described.check("GET", "/v1/check-api-key", got)
    with pytest.raises(AssertionError, match="is not described"):
        described.check("GET", "/v1/nothing", got)

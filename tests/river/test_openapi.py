"""Every route there is, asked of a running daemon, and what it answers held against the OpenAPI file that it serves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asked import Asked
from asks import (ask_admin_lists, ask_daemon, ask_general, ask_integrations, ask_lists, ask_replays, ask_traces,
                  ask_what_is_not_built, ask_with_a_small_key, ask_without_key, happen, make_invalid)
from asks_made import (ask_actions, ask_again, ask_changes, ask_end, ask_endpoints, ask_fields, ask_keys, ask_letters,
                       ask_life, ask_links, ask_records, ask_scopes, ask_streams)
from described import Described, printed
from weir import ACME, Got, build_folder


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    river = Asked(tmp_path / "r0")
    yield river
    river.close()


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
    ask_with_a_small_key(asked)
    ask_fields(asked)
    ask_endpoints(asked)
    ask_keys(asked)
    ask_scopes(asked)
    ask_records(asked)
    ask_letters(asked)
    ask_again(asked)
    ask_changes(asked)
    ask_actions(asked)
    ask_life(asked)
    ask_end(asked, ask_links(asked))
    ask_integrations(asked)
    ask_admin_lists(asked)
    ask_daemon(asked)
    make_invalid(asked)
    got = asked.ask("GET", "/v1/hris/employees", ACME)
    assert (got.status, got.code) == (409, "INTEGRATION.AUTHENTICATION_INVALID")
    assert asked.ask("POST", "/v1/force-sync", ACME, {}).status == 409
    assert asked.ask("GET", "/v1/integrations/personio%3Aacme").status == 200
    ask_streams(asked)

    # Whoever swaps a token a second time is told that it is spent.
    assert list(asked.described.silent()) == ["GET /v1/connect/integration-by-token/{token} never answered 304"]


def test_the_application_is_given_its_part_of_the_same_file(make_river):
    """And the command line prints the very bytes, as does the copy that the build makes for the package."""
    river = make_river()
    river.weir.start()
    ours = river.weir.api("/openapi.json", None)
    whole = river.weir.admin("/openapi.json")
    assert (ours.status, whole.status) == (200, 200)
    assert river.weir.api("/openapi.json", None, key="not-the-right-key").status == 401
    part, everything = json.loads(ours.body), json.loads(whole.body)
    assert part["paths"] == {path: spec for path, spec in everything["paths"].items()
                             if path.startswith(("/v1/", "/connect/"))}
    assert everything["components"]["schemas"].items() >= part["components"]["schemas"].items()
    assert everything["webhooks"] == part["webhooks"]
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


# How much does the file leave open?

# What the tool, or whoever configured it, has: at the end of these paths, and in whatever record they are.
FREE = re.compile(r"""(
    \.(custom_fields | remote_data | remote_fields | summary_rating | proficiency_scale | expected_proficiency)
    | \.integration_fields\[\]\.value | \.answer\.raw | \.raw_question
    | Passthrough\.data | PassthroughWish\.(data | multipart_form_data\[\] | api_options)
    | ModelWish\.fields  # a word, a list or an object
    | /openapi\.json\ 200
)$""", re.VERBOSE)


def open_places(schema: Any, path: str) -> Iterator[str]:
    """Where anything fits, or any member."""
    kinds = schema.get("type") if isinstance(schema.get("type"), list) else [schema.get("type")]
    if "$ref" in schema:
        return
    if not schema.keys() & {"type", "const", "enum", "anyOf", "oneOf"}:
        yield path
    if "object" in kinds and schema.get("additionalProperties", "properties" not in schema) is True:
        yield path
    elif isinstance(schema.get("additionalProperties"), dict):
        yield from open_places(schema["additionalProperties"], path + "{}")
    for name, member in schema.get("properties", {}).items():
        yield from open_places(member, f"{path}.{name}")
    for one in [*schema.get("anyOf", []), *schema.get("oneOf", [])]:
        yield from open_places(one, path)
    if "items" in schema:
        yield from open_places(schema["items"], path + "[]")


def test_the_file_leaves_open_what_the_tools_have_and_nothing_else():
    file = json.loads(printed("--admin"))
    found = [place for name, schema in file["components"]["schemas"].items() for place in open_places(schema, name)]
    for path, methods in file["paths"].items():
        for method, spec in methods.items():
            for status, answer in spec["responses"].items():
                for content in answer.get("content", {}).values():
                    found += open_places(content["schema"], f"{method} {path} {status}")
    assert [place for place in found if not FREE.search(place)] == []
    assert len(found) > 30


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

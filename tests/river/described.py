"""Answers held against the OpenAPI file that the daemon serves: status, content type, error code and body.

Strictly: an object of the file may not hold a member that the file does not name, although consumers have to bear one.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator, RefResolver
from jsonschema.exceptions import best_match

from weir import Got, build_folder

Json = Any


def printed(*words: str) -> bytes:
    """The file, by the command line, without a daemon."""
    return subprocess.run([build_folder() / "core" / "weir", "openapi", *words], capture_output=True, check=True,
                          timeout=60).stdout


def closed(schema: Json) -> Json:
    """The same, with each object closed that lists its properties and does not say that more may come."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema and "additionalProperties" not in schema:
        made["additionalProperties"] = False
    return made


@dataclass
class Operation:
    method: str
    template: str
    pattern: re.Pattern[str]
    spec: Json
    seen: set[int] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)  # the content types of good answers
    events: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def answers(self) -> bool:
        """It is built: it has an answer besides errors."""
        return "200" in self.spec["responses"]

    def parameters(self, file: Json) -> list[Json]:
        found = []
        for one in self.spec["parameters"]:
            if "$ref" in one:
                one = file["components"]["parameters"][one["$ref"].rpartition("/")[2]]
            found.append(one)
        return found


class Described:
    """The file, and what was asked of it so far."""

    def __init__(self, file: Json) -> None:
        self.file = file
        self.strict = closed(file)
        self._resolver = RefResolver.from_schema(self.strict)
        self.operations: list[Operation] = []
        for template, methods in file["paths"].items():
            pattern = re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template)) + "$")
            self.operations += [Operation(method.upper(), template, pattern, spec) for method, spec in methods.items()]
        # What is written out goes before what stands for anything.
        self.operations.sort(key=lambda one: one.template.count("{"))

    def find(self, method: str, path: str) -> Operation:
        for one in self.operations:
            if one.method == method and one.pattern.match(path):
                return one
        raise AssertionError(f"{method} {path} is not described")

    def check(self, method: str, path: str, got: Got) -> Got:
        """An answer to method and path (without its query)."""
        operation = self.find(method, path)
        where = f"{method} {path}: {got.status} {got.body[:300]!r}"
        response = operation.spec["responses"].get(str(got.status))
        assert response is not None, f"{where}: this status is not described"
        if got.status == 304:
            assert "content" not in response and got.body == b"", where
            operation.seen.add(304)
            return got
        kind = got.headers["content-type"].partition(";")[0]
        assert kind in response["content"], f"{where}: {kind} is not described"
        if kind == "application/json":
            self._check_body(operation, got, where)
            if "x-codes" in response:
                assert got.code in response["x-codes"], f"{where}: this code is not described"
        for name, header in response.get("headers", {}).items():
            assert name.lower() in got.headers or not header["required"], f"{where}: {name} is missing"
        operation.seen.add(got.status)
        if got.status == 200:
            operation.kinds.add(kind)
        return got

    def check_event(self, method: str, path: str, event: str, data: Json) -> None:
        """One of a stream."""
        operation = self.find(method, path)
        spec = self.strict["paths"][operation.template][operation.method.lower()]
        schema = spec["responses"]["200"]["content"]["text/event-stream"]["x-events"].get(event)
        assert schema is not None, f"{operation.name}: the event {event} is not described"
        self._check_schema(schema, data, f"{operation.name}: {event} {data}")
        operation.events.add(event)

    def _check_body(self, operation: Operation, got: Got, where: str) -> None:
        spec = self.strict["paths"][operation.template][operation.method.lower()]
        schema = spec["responses"][str(got.status)]["content"]["application/json"]["schema"]
        self._check_schema(schema, got.json, where)

    def _check_schema(self, schema: Json, value: Json, where: str) -> None:
        errors = list(Draft202012Validator(schema, resolver=self._resolver).iter_errors(value))
        # Of what fits none of several, the one that it was meant to be says most.
        told = [best_match([e]) for e in errors[:3]]
        assert not errors, f"{where}: " + "; ".join(
            f"{'.'.join(str(part) for part in e.absolute_path)}: {e.message[:200]}" for e in told)

    def body_errors(self, operation: Operation, body: Json) -> list[str]:
        """What is wrong with a request's body, after the file."""
        spec = self.strict["paths"][operation.template][operation.method.lower()]
        schema = spec["requestBody"]["content"]["application/json"]["schema"]
        return [e.message for e in Draft202012Validator(schema, resolver=self._resolver).iter_errors(body)]

    def message_errors(self, kind: str, body: Json) -> list[str]:
        """What is wrong with a message that Weir sent, after the file."""
        spec = self.strict["webhooks"][kind]["post"]
        schema = spec["requestBody"]["content"]["application/json"]["schema"]
        return [e.message for e in Draft202012Validator(schema, resolver=self._resolver).iter_errors(body)]

    def check_message(self, kind: str, headers: dict[str, str], body: Json) -> None:
        """headers: their names in small letters."""
        errors = self.message_errors(kind, body)
        for one in self.file["webhooks"][kind]["post"]["parameters"]:
            header = self.file["components"]["parameters"][one["$ref"].rpartition("/")[2]]
            value = headers.get(header["name"].lower(), "")
            errors += [e.message for e in Draft202012Validator(header["schema"]).iter_errors(value)]
        assert errors == [], f"{kind} {body}: {errors}"

    def silent(self) -> Iterator[str]:
        """What was not asked, or only answered errors although more is described."""
        for one in self.operations:
            if not one.seen:
                yield f"{one.name} was not asked"
            elif one.answers and 200 not in one.seen:
                yield f"{one.name} never answered 200"
            elif "304" in one.spec["responses"] and 304 not in one.seen:
                yield f"{one.name} never answered 304"
            elif one.answers and one.kinds != set(one.spec["responses"]["200"]["content"]):
                yield f"{one.name} never answered in all its forms"
            elif not [status for status in one.seen if status >= 400] and one.spec["tags"] != ["Probes"]:
                yield f"{one.name} never answered an error"


def sample(parameter: Json) -> str:
    """A value that the parameter takes, as it stands in a query."""
    schema = parameter["schema"]
    if "JSON" in parameter.get("description", ""):
        return '{"a":"b"}'
    if schema.get("type") == "array":
        schema = schema["items"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "boolean":
        return "true"
    if schema.get("type") == "integer":
        return str(schema["minimum"])
    return "2026-01-31" if re.search("date|time", parameter.get("description", "")) else "x"

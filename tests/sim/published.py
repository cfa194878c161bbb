"""What vendors publish of the calls that a connector makes, and what is wrong with a call that was recorded.

The simulators are as lenient as the tools; this is not: a parameter, a member or a header that the vendor's documents
do not name is a problem, and so is one that is missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from .routing import Recorded

ANY = r".+"
DATE_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
IDS = r"[^,]+(,[^,]+)*"


def up_to(most: int) -> str:
    """A whole number from 1."""
    return "|".join(map(str, range(1, most + 1)))


@dataclass(frozen=True)
class Call:
    """Parameters and members by name, as patterns of their whole value; "!" before a name: it has to be there."""

    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    parts: tuple[str, ...] | None = None  # of a form with files
    body: Mapping[str, type | tuple[type, ...]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tool:
    calls: Mapping[str, Call]
    headers: Mapping[str, str]  # of every call
    authorization: str          # of every call but those of `open`
    open: tuple[str, ...] = ()


def _named(wanted: Mapping[str, object]) -> dict[str, tuple[object, bool]]:
    return {name.removeprefix("!"): (value, name.startswith("!")) for name, value in wanted.items()}


def _texts(what: str, given: Iterable[tuple[str, str]], wanted: Mapping[str, str]) -> list[str]:
    names = _named(wanted)
    pairs = list(given)
    found = []
    for name, value in pairs:
        if name not in names:
            found.append(f"{what} {name} is not published")
        elif not re.fullmatch(str(names[name][0]), value, re.S):
            found.append(f"{what} {name}={value!r} has another form")
    present = [name for name, _ in pairs]
    found += [f"{what} {name} is missing" for name, (_, must) in names.items() if must and name not in present]
    found += [f"{what} {name} is there twice" for name in set(present) if present.count(name) > 1]
    return found


def _members(text: bytes, wanted: Mapping[str, type | tuple[type, ...]]) -> list[str]:
    names = _named(wanted)
    try:
        value = json.loads(text)
    except ValueError:
        return ["the body is no JSON"]
    if not isinstance(value, dict):
        return ["the body is no object"]
    found = [f"member {name} is not published" for name in value if name not in names]
    found += [f"member {name} is a {type(value[name]).__name__}" for name, (kind, _) in names.items()
              if name in value and not isinstance(value[name], kind)]  # type: ignore[arg-type]
    return found + [f"member {name} is missing" for name, (_, must) in names.items() if must and name not in value]


def _body(recorded: Recorded, call: Call) -> list[str]:
    kind = recorded.headers.get("content-type", "")
    if call.form is not None:
        found = [] if kind == "application/x-www-form-urlencoded" else [f"a form is sent as {kind!r}"]
        return found + _texts("form", parse_qsl(recorded.body.decode(), keep_blank_values=True), call.form)
    if call.parts is not None:
        found = [] if kind.startswith("multipart/form-data; boundary=") else [f"a form with files is sent as {kind!r}"]
        return found + [f"part {name} is missing" for name in call.parts if f'name="{name}"'.encode() not in recorded.body]
    if call.body is not None:
        return ([] if kind == "application/json" else [f"JSON is sent as {kind!r}"]) + _members(recorded.body, call.body)
    if recorded.body:
        return ["a body where none belongs"]
    if recorded.method in ("POST", "PUT") and recorded.headers.get("content-length") != "0":
        return ["no Content-Length: 0"]
    return []


def problems(tool: Tool, requests: Iterable[Recorded]) -> list[str]:
    """Of each request what is wrong with it; a request to another place than the published ones is."""
    found = []
    for recorded in requests:
        name = f"{recorded.method} {recorded.template}"
        call = tool.calls.get(name)
        if call is None:
            found.append(f"{recorded.method} {recorded.path}: not published")
            continue
        headers = dict(tool.headers) | dict(call.headers)
        if name not in tool.open:
            headers["authorization"] = tool.authorization
        wrong = _texts("parameter", parse_qsl(recorded.path.partition("?")[2], keep_blank_values=True), call.query)
        wrong += [f"header {header} has another form" for header, pattern in headers.items()
                  if not re.fullmatch(pattern, recorded.headers.get(header, ""))]
        wrong += _body(recorded, call)
        found += [f"{name}: {one}" for one in wrong]
    return found


# Personio, API v2

_BETA = {"beta": "true"}
_CURSOR = {"cursor": ANY}
_WEBHOOK = {"url": str, "description": str, "enabled_events": list, "status": str, "auth_type": str, "token": str,
            "custom_headers": dict}

PERSONIO = Tool(
    headers={"accept": ".*application/json.*", "user-agent": ANY},
    authorization=r"Bearer \S+",
    open=("POST /v2/auth/token", "POST /v1/auth"),
    calls={
        "POST /v2/auth/token": Call(form={"!grant_type": "client_credentials", "!client_id": ANY, "!client_secret": ANY,
                                          "scope": ANY}),
        "POST /v1/auth": Call(form={"!client_id": ANY, "!client_secret": ANY}),
        "POST /v1/company/documents": Call(parts=("title", "employee_id", "category_id", "file")),
        "GET /v1/company/employees": Call(query={"limit": up_to(100), "offset": r"\d+"}),
        "POST /v2/webhooks": Call(body={f"!{name}" if name in ("url", "description", "enabled_events") else name: kind
                                        for name, kind in _WEBHOOK.items()}),
        "GET /v2/webhooks": Call(query=_CURSOR | {"limit": up_to(200), "status": "ENABLED|DISABLED",
                                                  "enabled_events": IDS}),
        "GET /v2/webhooks/{id}": Call(),
        "PATCH /v2/webhooks/{id}": Call(body=_WEBHOOK),
        "DELETE /v2/webhooks/{id}": Call(),
        "GET /v2/webhooks/{id}/events": Call(query=_CURSOR | {"limit": up_to(200), "event_name": IDS,
                                                              "occurred_at.gt": DATE_TIME, "occurred_at.lt": DATE_TIME,
                                                              "occurred_at.gte": DATE_TIME,
                                                              "occurred_at.lte": DATE_TIME}),
        "GET /v2/persons": Call(query=_CURSOR | {
            "limit": up_to(50), "id": IDS, "email": IDS, "first_name": ANY, "last_name": ANY, "preferred_name": ANY,
            "created_at.gt": DATE_TIME, "created_at.lt": DATE_TIME, "updated_at.gt": DATE_TIME,
            "updated_at.lt": DATE_TIME, "status": "ACTIVE|INACTIVE"}),
        "GET /v2/persons/{id}": Call(),
        "GET /v2/persons/{id}/employments": Call(query=_CURSOR | {
            "limit": up_to(50), "id": IDS, "updated_at.gt": DATE_TIME, "updated_at.lt": DATE_TIME}),
        "GET /v2/absence-types": Call(query=_CURSOR | {"limit": up_to(100)}),
        "GET /v2/absence-types/{id}": Call(),
        "GET /v2/absence-periods": Call(query=_CURSOR | {
            "limit": up_to(100), "id": IDS, "person.id": IDS, "absence_type.id": IDS,
            "starts_from.date_time.gte": ANY, "starts_from.date_time.lte": ANY, "ends_at.date_time.gte": ANY,
            "ends_at.date_time.lte": ANY, "updated_at.gte": DATE_TIME, "updated_at.lte": DATE_TIME}),
        "GET /v2/absence-periods/{id}": Call(),
        "POST /v2/absence-periods": Call(
            query={"skip_approval": "true|false"},
            body={"!person": dict, "!absence_type": dict, "!starts_from": dict, "!ends_at": dict, "comment": str}),
        "DELETE /v2/absence-periods/{id}": Call(),
        "GET /v2/absence-periods/{id}/breakdowns": Call(query=_CURSOR | {"limit": up_to(28)}),
        "GET /v2/org-units": Call(query=_CURSOR | {"!type": "team|department", "sort": "-?(id|name)",
                                                   "limit": up_to(100)}, headers=_BETA),
        "GET /v2/org-units/{id}": Call(query={"!type": "team|department", "include_parent_chain": "true|false"}),
        "GET /v2/workplaces": Call(query=_CURSOR | {"id": IDS, "limit": up_to(100)}, headers=_BETA),
        "GET /v2/legal-entities": Call(query=_CURSOR | {"id": IDS, "country": IDS, "limit": up_to(100)}),
        "GET /v2/legal-entities/{id}": Call(),
        "GET /v2/cost-centers": Call(query=_CURSOR | {"id": IDS, "name": IDS, "sort": ANY, "limit": up_to(100)},
                                     headers=_BETA),
    })

# Okta, API v1. What follows `after` is the tool's own link, given back.

_PAGED = {"after": ANY, "limit": r"\d+"}
_HOOK = {"!name": str, "description": (str, type(None)), "!events": dict, "!channel": dict, "status": str}
_LIFECYCLE = "/api/v1/eventHooks/{id}/lifecycle"

OKTA = Tool(
    headers={"accept": "application/json", "user-agent": ANY},
    authorization=r"(SSWS|Bearer|DPoP) \S+",
    open=("POST /oauth2/v1/token",),
    calls={
        "POST /oauth2/v1/token": Call(form={
            "!grant_type": "client_credentials", "!scope": r"okta\.\S+( okta\.\S+)*",
            "!client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "!client_assertion": r"[\w-]+\.[\w-]+\.[\w-]+"}),
        "GET /api/v1/eventHooks": Call(),
        "POST /api/v1/eventHooks": Call(body=_HOOK),
        "GET /api/v1/eventHooks/{id}": Call(),
        "PUT /api/v1/eventHooks/{id}": Call(body=_HOOK),
        "DELETE /api/v1/eventHooks/{id}": Call(),
        f"POST {_LIFECYCLE}/activate": Call(),
        f"POST {_LIFECYCLE}/deactivate": Call(),
        f"POST {_LIFECYCLE}/verify": Call(),
        "GET /api/v1/users": Call(query=_PAGED | {"filter": ANY, "search": ANY, "sortBy": ANY,
                                                  "sortOrder": "asc|desc", "fields": ANY}),
        "GET /api/v1/users/{id}": Call(),
        "GET /api/v1/users/{id}/groups": Call(query=_PAGED),
        "GET /api/v1/users/{id}/linkedObjects/{name}": Call(),
        "GET /api/v1/groups": Call(query=_PAGED | {"filter": ANY}),
        "GET /api/v1/groups/{id}": Call(),
        "GET /api/v1/groups/{id}/users": Call(query=_PAGED),
        "GET /api/v1/logs": Call(query=_PAGED | {"since": DATE_TIME, "until": DATE_TIME, "filter": ANY,
                                                 "sortOrder": "ASCENDING|DESCENDING"}),
    })

# Recruitee. A part of it is told by integrations only; what the connector asks for is a subset of what they do.

_SLICE = {"limit": up_to(100), "offset": r"\d+"}
_SINCE = r'\[\{"field":"(created|updated)_at","gte":\d{9,11}\}\]'

RECRUITEE = Tool(
    headers={"accept": "application/json", "user-agent": ANY},
    authorization=r"Bearer \S+",
    calls={
        "GET /c/{company}/candidates": Call(query=_SLICE | {"created_after": DATE_TIME, "offer_id": r"\d+",
                                                            "sort": "by_date"}),
        "GET /c/{company}/candidates/{id}": Call(),
        "GET /c/{company}/search/new/candidates": Call(query=_SLICE | {"!filters_json": _SINCE}),
        "GET /c/{company}/offers": Call(query=_SLICE | {
            "scope": "published|active|archived|not_archived", "kind": "job|talent_pool",
            "view_mode": "brief|default"}),
        "GET /c/{company}/offers/{id}": Call(),
        "GET /c/{company}/admins": Call(),
        "GET /c/{company}/tags": Call(),
        "GET /c/{company}/departments": Call(),
        "GET /c/{company}/disqualify_reasons": Call(),
    })

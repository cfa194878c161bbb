"""published: a call that a vendor does not publish is found, whatever is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.published import OKTA, PERSONIO, RECRUITEE, problems
from sim.routing import Recorded

HEADERS = {"accept": "application/json", "user-agent": "weir/0", "authorization": "Bearer x"}


def call(method: str, template: str, query: str = "", body: Any = b"", **headers: str) -> Recorded:
    given = dict(HEADERS)
    if isinstance(body, dict):
        body = json.dumps(body).encode()
        given["content-type"] = "application/json"
    given["content-length"] = str(len(body))
    return Recorded(0.0, method, template, template + (f"?{query}" if query else ""), 200, 0.0,
                    given | {name.replace("_", "-"): value for name, value in headers.items()}, body)


HOOK = {"name": "weir", "events": {}, "channel": {}}


@pytest.mark.parametrize("tool, good", [
    (PERSONIO, call("GET", "/v2/persons", "limit=50&cursor=a%2Bb")),
    (PERSONIO, call("GET", "/v2/workplaces", "limit=100", beta="true")),
    (PERSONIO, call("POST", "/v2/webhooks", body={"url": "https://a", "description": "d", "enabled_events": []})),
    (PERSONIO, call("POST", "/v2/auth/token", body=b"grant_type=client_credentials&client_id=a&client_secret=b",
                    content_type="application/x-www-form-urlencoded", authorization="")),
    (OKTA, call("PUT", "/api/v1/eventHooks/{id}", body=HOOK)),
    (OKTA, call("POST", "/api/v1/eventHooks/{id}/lifecycle/verify")),
    (OKTA, call("GET", "/api/v1/logs", "since=2026-03-04T04:00:00.000Z&sortOrder=ASCENDING&limit=1000")),
    (RECRUITEE, call("GET", "/c/{company}/search/new/candidates",
                     "filters_json=%5B%7B%22field%22%3A%22updated_at%22%2C%22gte%22%3A1772442900%7D%5D&limit=100&offset=0")),
    (RECRUITEE, call("GET", "/c/{company}/offers", "scope=archived&kind=job&limit=100&offset=99")),
])
def test_what_is_published_is_good(tool, good):
    assert problems(tool, [good]) == []


@pytest.mark.parametrize("tool, bad, why", [
    (PERSONIO, call("GET", "/v2/people"), "not published"),
    (PERSONIO, call("GET", "/v2/persons", "limit=51"), "limit='51' has another form"),
    (PERSONIO, call("GET", "/v2/persons", "page=2"), "page is not published"),
    (PERSONIO, call("GET", "/v2/persons", "limit=5&limit=6"), "limit is there twice"),
    (PERSONIO, call("GET", "/v2/persons", "updated_at.gt=yesterday"), "updated_at.gt='yesterday'"),
    (PERSONIO, call("GET", "/v2/org-units", beta="true"), "type is missing"),
    (PERSONIO, call("GET", "/v2/cost-centers"), "header beta"),
    (PERSONIO, call("GET", "/v2/persons", authorization="x"), "header authorization"),
    (PERSONIO, call("GET", "/v2/persons", accept="text/html"), "header accept"),
    (PERSONIO, call("GET", "/v2/persons", body={"a": 1}), "a body where none belongs"),
    (PERSONIO, call("POST", "/v2/webhooks", body={"url": "https://a", "description": "d"}), "enabled_events is missing"),
    (PERSONIO, call("PATCH", "/v2/webhooks/{id}", body={"enabled_events": "all"}), "enabled_events is a str"),
    (PERSONIO, call("PATCH", "/v2/webhooks/{id}", body={"id": "1"}), "id is not published"),
    (PERSONIO, call("POST", "/v2/auth/token", body=b"grant_type=password", content_type="application/json"), "a form is"),
    (OKTA, call("POST", "/api/v1/eventHooks", body=b"[]", content_type="application/json"), "no object"),
    (OKTA, call("POST", "/api/v1/eventHooks", body=b"{", content_type="application/json"), "no JSON"),
    (OKTA, call("POST", "/api/v1/eventHooks/{id}/lifecycle/verify", content_length=""), "no Content-Length: 0"),
    (RECRUITEE, call("GET", "/c/{company}/candidates", "updated_after=1"), "updated_after is not published"),
    (RECRUITEE, call("GET", "/c/{company}/search/new/candidates", "limit=1"), "filters_json is missing"),
    (RECRUITEE, call("GET", "/c/{company}/webhooks"), "not published"),
])
def test_what_is_not_is_named(tool, bad, why):
    assert any(why in one for one in problems(tool, [bad])), problems(tool, [bad])

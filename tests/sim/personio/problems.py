"""Error answers in the shapes Personio uses."""

from __future__ import annotations

import time
import uuid
from typing import Any

from ..tiny_http import Answer, json_answer

DOCS = "https://developer.personio.de/reference/errors#"
PROBLEM_JSON = "application/problem+json"


class Problem(Exception):
    """Raised by a handler; becomes the answer."""

    def __init__(self, status: int, title: str, detail: str, type_name: str | None) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.type_name = type_name


def bad_request(detail: str) -> Problem:
    return Problem(400, "Bad request", detail, "common.bad_request")


def not_found(detail: str = "There is no resource with this id.") -> Problem:
    return Problem(404, "Resource not found", detail, "common.resource_not_found")


def unauthorized() -> Problem:
    return Problem(401, "Unauthorized", "Unauthorized Request", None)


def forbidden() -> Problem:
    return Problem(403, "Forbidden", "Insufficient access scope", None)


def conflict(detail: str) -> Problem:
    return Problem(409, "Conflict", detail, "common.conflict")


def unprocessable(detail: str) -> Problem:
    return Problem(422, "Unprocessable entity", detail, "common.unprocessable_entity")


def problem_answer(problem: Problem, gateway_shape: str = "problem") -> Answer:
    """401 and 403 come from a gateway, which was seen to use three different shapes."""
    if problem.status in (401, 403) and gateway_shape != "problem":
        error: dict[str, Any] = {"message": problem.detail}
        if gateway_shape == "v1":
            error = {"code": problem.status, "message": problem.detail}
            return json_answer({"success": False, "error": error}, problem.status)
        return json_answer({"error": error}, problem.status)
    kind = DOCS + problem.type_name if problem.type_name else None
    return json_answer({
        "personio_trace_id": str(uuid.uuid4()),
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
        "errors": [{"title": problem.title, "detail": problem.detail, "type": kind, "_meta": {}}],
    }, problem.status, PROBLEM_JSON)


def oauth_answer(error: str, description: str, meta: dict[str, Any] | None = None) -> Answer:
    """The token endpoint has a form of its own, and 400 for everything."""
    return json_answer({
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "trace_id": str(uuid.uuid4()),
        "error": error,
        "error_description": description,
        "error_uri": f"{DOCS}credentials.oauth2.{error}",
        "meta": meta or {},
    }, 400, PROBLEM_JSON)

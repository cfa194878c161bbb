"""Error answers in the shapes the tool uses. Callers decide on status and code; texts change."""

from __future__ import annotations

import secrets

from ..tiny_http import Answer, json_answer


class Problem(Exception):
    """Raised by a handler; becomes the answer."""

    def __init__(self, status: int, code: str, summary: str, causes: tuple[str, ...] = (),
                 headers: dict[str, str] | None = None) -> None:
        super().__init__(summary)
        self.status = status
        self.code = code
        self.summary = summary
        self.causes = causes
        self.headers = headers or {}

    def answer(self) -> Answer:
        answer = json_answer({
            "errorCode": self.code, "errorSummary": self.summary, "errorLink": self.code,
            "errorId": "oae" + secrets.token_urlsafe(16),
            "errorCauses": [{"errorSummary": cause} for cause in self.causes]}, self.status)
        answer.headers.update(self.headers)
        return answer


class OAuthProblem(Exception):
    """The token endpoint has a form of its own."""

    def __init__(self, status: int, error: str, description: str,
                 headers: dict[str, str] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description
        self.headers = headers or {}

    def answer(self) -> Answer:
        answer = json_answer({"error": self.error, "error_description": self.description},
                             self.status)
        answer.headers.update(self.headers)
        return answer


def invalid(what: str, *causes: str) -> Problem:
    return Problem(400, "E0000001", f"Api validation failed: {what}", causes)


def not_json() -> Problem:
    return Problem(400, "E0000003", "The request body was not well-formed.")


def bad_filter(why: str) -> Problem:
    return Problem(400, "E0000031", f"Invalid search criteria. {why}")


def bad_log_query(why: str) -> Problem:
    return Problem(400, "E0000053", f"Invalid parameter. {why}")


def invalid_token(headers: dict[str, str] | None = None) -> Problem:
    return Problem(401, "E0000011", "Invalid token provided", (), headers)


def forbidden(headers: dict[str, str] | None = None) -> Problem:
    return Problem(403, "E0000006", "You do not have permission to perform the requested action",
                   (), headers)


def feature_off() -> Problem:
    return Problem(401, "E0000015", "You do not have permission to access the feature you are "
                                    "requesting")


def not_found(record_id: str, kind: str) -> Problem:
    return Problem(404, "E0000007",
                   f"Not found: Resource not found: {record_id} ({kind})")


def no_such_path() -> Problem:
    return Problem(404, "E0000008", "The requested path was not found")


def wrong_method() -> Problem:
    return Problem(405, "E0000022",
                   "The endpoint does not support the provided HTTP method")


def too_many() -> Problem:
    return Problem(429, "E0000047", "API call exceeded rate limit due to too many requests.")


def server_error() -> Problem:
    return Problem(500, "E0000009", "Internal Server Error")

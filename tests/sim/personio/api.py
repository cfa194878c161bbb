"""What happens to every API call: routing, limits, rights, simulated trouble, recording."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..routing import Record, Routes
from ..tiny_http import Answer, Request
from .limits import Buckets, Token, Tokens
from .problems import PROBLEM_JSON, Problem, forbidden, not_found, problem_answer, unauthorized
from .switches import Switches

URL_MAX = 3000  # undocumented; some 50 ids in a comma list fit, hundreds do not

SCOPES = {"persons": "personio:persons:read", "absences": "personio:absences:read",
          "absences:write": "personio:absences:write",
          "webhooks": "personio:webhooks:read", "webhooks:write": "personio:webhooks:write"}


@dataclass(frozen=True)
class Route:
    """`resource` says which right a call needs; empty: none, not even a token."""

    method: str
    template: str
    handler: Callable[..., Answer]
    resource: str = ""
    beta: bool = False

    @property
    def key(self) -> str:
        return f"{self.method} {self.template}"


class Api:
    def __init__(self, routes: list[Route], record: Record, switches: Switches, buckets: Buckets,
                 tokens: Tokens, lock: threading.RLock, stopping: threading.Event) -> None:
        self._switches = switches
        self._buckets = buckets
        self._tokens = tokens
        self._lock = lock
        self._stopping = stopping
        self._routes = Routes(routes)
        self._record = record

    def handle(self, request: Request) -> Answer:
        began = time.perf_counter()
        route, ids = self._routes.find(request.method, request.path)
        template = route.template if route else request.path
        key = f"{request.method} {template}"
        if self._switches.slow_s and self._switches.slow_match in key:
            self._stopping.wait(self._switches.slow_s)
        with self._lock:
            allowed, limit_headers = self._buckets.take(key)
            answer = self._answer(request, route, ids, key) if allowed else self._too_many()
            answer.headers.update(limit_headers)
            self._record.note(request, template, answer.status, time.perf_counter() - began)
        return answer

    def _too_many(self) -> Answer:
        answer = Answer(429)  # no body and, in reality, no Retry-After
        if self._switches.retry_after_429:
            answer.headers["Retry-After"] = str(self._switches.retry_after_429)
        return answer

    def _answer(self, request: Request, route: Route | None, ids: list[str], key: str) -> Answer:
        sw = self._switches
        try:
            if sw.fail_count > 0 and sw.fail_match in key:
                sw.fail_count -= 1
                return self._failure()
            if len(request.target) > URL_MAX:
                return Answer(431)
            if route is None:
                raise not_found("There is no such endpoint.")
            if route.resource:
                self._check_rights(route, self._tokens.of(request))
            if route.beta and request.headers.get("beta", "").lower() != "true":
                raise not_found()
            if sw.strict_accept and request.method in ("PATCH", "DELETE") and (
                    PROBLEM_JSON not in request.headers.get("accept", "")):
                raise Problem(406, "Not acceptable", "Accept lacks " + PROBLEM_JSON, None)
            return route.handler(request, *ids)
        except Problem as problem:
            return problem_answer(problem, sw.gateway_error_shape)

    def _failure(self) -> Answer:
        status, kind = self._switches.fail_status, self._switches.fail_body
        if kind == "plain":
            return Answer(status, b"upstream connect error or disconnect/reset before headers",
                          {"Content-Type": "text/plain"})
        if kind == "empty":
            return Answer(status)
        if kind == "close":
            return Answer(status, script=lambda conn: None)
        if kind == "cut":
            whole = Answer(status, b'{"_data":[]}').encode()
            return Answer(status, script=lambda conn: conn.sendall(whole[:-4]))
        return problem_answer(Problem(status, "Error", "Simulated failure.", None))

    def _check_rights(self, route: Route, token: Token | None) -> None:
        """A missing right looks like a bad token on persons, and like itself elsewhere."""
        if token is None:
            raise unauthorized()
        resource, method = route.resource, route.method
        scope = SCOPES.get(resource)
        if resource in ("webhooks", "absences") and method != "GET":
            resource += ":write"
            scope = SCOPES[resource]
        if resource in self._switches.missing_rights or scope and scope not in token.scopes:
            raise unauthorized() if resource == "persons" else forbidden()

"""What happens to every API call: routing, limits, rights, simulated trouble, recording."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate

from ..routing import Record, Routes
from ..tiny_http import Answer, Request
from .access import Access
from .limits import Limits
from .problems import (OAuthProblem, Problem, feature_off, forbidden, no_such_path, server_error,
                       too_many, wrong_method)
from .switches import Switches

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>"


@dataclass(frozen=True)
class Route:
    """`resource` and `scope` say which role and which scope a call needs; no resource: none.
    A handler that is not `locked` waits for others and takes the lock itself when it needs it."""

    method: str
    template: str
    handler: Callable[..., Answer]
    resource: str = ""
    scope: str = ""
    locked: bool = True


class Api:
    def __init__(self, routes: list[Route], record: Record, switches: Switches, limits: Limits,
                 access: Access, lock: threading.RLock, now: Callable[[], float],
                 stopping: threading.Event, before: Callable[[], None]) -> None:
        self._routes = Routes(routes)
        self._record = record
        self._switches = switches
        self._limits = limits
        self._access = access
        self._lock = lock
        self._now = now
        self._stopping = stopping
        self._before = before
        self._concurrent = 0

    def handle(self, request: Request) -> Answer:
        began = time.perf_counter()
        matching = self._routes.matching(request.path)
        template = matching[0][0].template if matching else request.path
        key = f"{request.method} {template}"
        with self._lock:
            self._concurrent += 1
        try:
            if self._switches.slow_s and self._switches.slow_match in key:
                self._stopping.wait(self._switches.slow_s)
            answer = self._limited(request, matching, key)
        finally:
            with self._lock:
                self._concurrent -= 1
        with self._lock:
            self._record.note(request, template, answer.status, time.perf_counter() - began)
        return answer

    def _limited(self, request: Request, matching: list[tuple[Route, list[str]]],
                 key: str) -> Answer:
        with self._lock:
            allowed, rates = self._limits.take(key, self._concurrent)
            failure = self._failure(key) if allowed else None
        if not allowed:
            answer = too_many().answer()
        elif failure not in (None, "close", "cut", "mislabelled"):
            answer = self._broken(failure)
        else:
            answer = self._answer(request, matching)
        answer.headers["Date"] = formatdate(self._now(), usegmt=True)
        answer.headers["X-Okta-Request-Id"] = secrets.token_urlsafe(20)
        answer.more_headers += rates
        if self._switches.lower_case_headers:
            answer.headers = {name.lower(): text for name, text in answer.headers.items()}
            answer.more_headers = [(name.lower(), text) for name, text in answer.more_headers]
        if failure == "mislabelled":
            answer.headers["Content-Type"] = "text/plain"
        elif failure == "close":
            answer.script = lambda conn: None
        elif failure == "cut":
            whole = answer.encode()
            answer.script = lambda conn: conn.sendall(whole[:len(whole) - len(answer.body) // 2
                                                            - 1])
        return answer

    def _failure(self, key: str) -> str | None:
        sw = self._switches
        if sw.fail_count <= 0 or sw.fail_match not in key:
            return None
        sw.fail_count -= 1
        return sw.fail_body

    def _broken(self, kind: str | None) -> Answer:
        status = self._switches.fail_status
        if kind == "plain":
            return Answer(status, b"upstream connect error", {"Content-Type": "text/plain"})
        if kind == "html":
            return Answer(status, LOGIN_PAGE, {"Content-Type": "text/html;charset=utf-8"})
        if kind == "empty":
            return Answer(status)
        problem = server_error()
        problem.status = status
        return problem.answer()

    def _answer(self, request: Request, matching: list[tuple[Route, list[str]]]) -> Answer:
        try:
            with self._lock:
                self._before()
                if request.method in ("POST", "PUT") and not (
                        {"content-length", "transfer-encoding"} & set(request.headers)):
                    return Answer(411)
                route, ids = self._route(request, matching)
                if route.resource:
                    self._access.admit(request, route.scope)
                    self._check_role(route.resource)
                if route.locked:
                    return route.handler(request, *ids)
            return route.handler(request, *ids)
        except (Problem, OAuthProblem) as problem:
            return problem.answer()

    @staticmethod
    def _route(request: Request, matching: list[tuple[Route, list[str]]],
               ) -> tuple[Route, list[str]]:
        for route, ids in matching:
            if route.method == request.method:
                return route, ids
        raise wrong_method() if matching else no_such_path()

    def _check_role(self, resource: str) -> None:
        if resource in self._switches.features_off:
            raise feature_off()
        if resource in self._switches.missing_roles:
            raise forbidden()

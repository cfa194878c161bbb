"""Recruitee's API as a careful caller meets it: bearer, errors, lists, the search."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..routing import Record, Routes
from ..tiny_http import Answer, Request, json_answer
from .company import Company, Json
from .switches import Switches
from .views import Views

LIMIT_DEFAULT, LIMIT_MAX, SEARCH_LIMIT_MAX = 60, 1000, 10000
SCOPES: dict[str, Callable[[Json], bool]] = {
    "published": lambda offer: offer["status"] == "published",
    "active": lambda offer: offer["status"] in ("published", "internal", "draft"),
    "archived": lambda offer: offer["status"] == "archived",
    "not_archived": lambda offer: offer["status"] != "archived"}


class Problem(Exception):
    def __init__(self, status: int, *texts: str) -> None:
        super().__init__(*texts)
        self.status = status
        self.body: Json = {"error": list(texts), "error_fields": {}}


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    handler: Callable[..., Answer]


class Api:
    def __init__(self, company: Company, views: Views, switches: Switches, record: Record,
                 lock: threading.RLock, token: str, subdomain: str,
                 now: Callable[[], float]) -> None:
        self.token = token
        self._names = {str(company.id), subdomain}
        self._company = company
        self._views = views
        self._switches = switches
        self._record = record
        self._lock = lock
        self._now = now
        root = "/c/{company}"
        self._routes = Routes([
            Route("GET", f"{root}/candidates", self._candidates),
            Route("GET", f"{root}/candidates/{{id}}", self._candidate),
            Route("GET", f"{root}/search/new/candidates", self._search),
            Route("GET", f"{root}/offers", self._offers),
            Route("GET", f"{root}/offers/{{id}}", self._offer),
            Route("GET", f"{root}/admins", self._admins),
            Route("GET", f"{root}/tags", self._tags),
            Route("GET", f"{root}/departments", lambda r: json_answer({"departments": [
                {"id": i, "name": n, "status": "active"} for i, n in company.departments.items()]})),
            Route("GET", f"{root}/disqualify_reasons", lambda r: json_answer({
                "disqualify_reasons": [{"id": i, "name": n} for i, n in company.reasons.items()]})),
            Route("GET", f"{root}/webhooks", self._webhooks),
        ])

    def handle(self, request: Request) -> Answer:
        began = time.perf_counter()
        route, ids = self._routes.find(request.method, request.path)
        template = route.template if route else request.path
        with self._lock:
            answer = self._answer(request, route, ids, f"{request.method} {template}")
            self._record.note(request, template, answer.status, time.perf_counter() - began)
        return answer

    def _answer(self, request: Request, route: Route | None, ids: list[str], key: str) -> Answer:
        sw = self._switches
        if sw.fail_count > 0 and sw.fail_match in key:
            sw.fail_count -= 1
            return self._failure()
        authorization = request.headers.get("authorization", "")
        if sw.token_revoked or authorization != f"Bearer {self.token}":
            return json_answer({"error": "Token not found.", "error_code": "invalid_token"},
                               sw.token_revoked or 401)
        try:
            if route is None or ids[0] not in self._names:
                raise Problem(404, "Not found")
            return route.handler(request, *ids[1:])
        except Problem as problem:
            return json_answer(problem.body, problem.status)

    def _failure(self) -> Answer:
        status, kind = self._switches.fail_status, self._switches.fail_body
        if kind == "page":
            return Answer(status, b"<html><title>Maintenance</title></html>",
                          {"Content-Type": "text/html"})
        if kind == "empty":
            return Answer(status)
        if kind in ("close", "cut"):
            whole = Answer(status, b'{"candidates":[]}', {"Content-Type": "application/json"})
            data = whole.encode()[:-4] if kind == "cut" else b""
            return Answer(status, script=lambda conn: conn.sendall(data))
        return json_answer({"error": "Simulated failure."}, status)

    # Lists

    def _slice(self, request: Request, items: Iterable[Any], most: int = LIMIT_MAX) -> list[Any]:
        query = dict(request.query)
        try:
            limit = min(int(query.get("limit", LIMIT_DEFAULT)), most)
            offset = 0 if self._switches.ignore_offset else int(query.get("offset", 0))
        except ValueError:
            raise Problem(422, "limit or offset is no number") from None
        return list(items)[offset:offset + limit]

    def _candidates(self, request: Request) -> Answer:
        rows = sorted(self._company.candidates.values(), key=lambda c: (-c["created_at"], -c["id"]))
        return json_answer({"candidates": [
            self._views.candidate(c, not self._switches.short_candidates)
            for c in self._slice(request, rows)]})

    def _candidate(self, request: Request, candidate_id: str) -> Answer:
        candidate = self._company.candidates.get(_number(candidate_id))
        if candidate is None:
            raise Problem(404, "Candidate not found")
        shown = {"candidate": self._views.candidate(candidate)}
        if not self._switches.no_references:
            shown["references"] = self._views.references(candidate)
        return json_answer(shown)

    def _offers(self, request: Request) -> Answer:
        query = dict(request.query)
        scope = SCOPES.get(query.get("scope", "not_archived"))
        if scope is None:
            raise Problem(422, "scope is not known")
        rows = [o for o in self._company.offers.values()
                if scope(o) and query.get("kind", o["kind"]) == o["kind"]
                and str(o["id"]) not in self._switches.hidden_offers]
        return json_answer({"offers": [self._views.offer(o, not self._switches.short_offers)
                                       for o in self._slice(request, rows)]})

    def _offer(self, request: Request, offer_id: str) -> Answer:
        offer = self._company.offers.get(_number(offer_id))
        if offer is None or offer_id in self._switches.hidden_offers:
            raise Problem(404, "Offer not found")
        return json_answer({"offer": self._views.offer(offer)})

    def _admins(self, request: Request) -> Answer:
        return json_answer({"admins": [{"id": i, **a} for i, a in self._company.admins.items()]})

    def _tags(self, request: Request) -> Answer:
        if self._switches.tags_off:
            raise Problem(404, "Not found")
        return json_answer({"tags": [{"id": i, "name": n} for i, n in self._company.tags.items()]})

    def _webhooks(self, request: Request) -> Answer:
        kind = self._switches.subscribe_api
        if kind == "present":
            return json_answer({"webhooks": []})
        raise Problem(403, "You are not authorized to perform this action") \
            if kind == "forbidden" else Problem(404, "Not found")

    # The search

    def _search(self, request: Request) -> Answer:
        """An index, some seconds behind."""
        known = self._now() - self._switches.search_delay_s
        rows = []
        for states in self._company.index.values():
            rows += [state for at, state in states if at <= known][-1:]
        for wanted in self._filters(request):
            rows = [row for row in rows if wanted(row)]
        hits = self._slice(request, sorted(rows, key=lambda c: c["id"]), SEARCH_LIMIT_MAX)
        return json_answer({"hits": [self._views.hit(c) for c in hits], "total": len(rows)})

    def _filters(self, request: Request) -> list[Callable[[Json], bool]]:
        try:
            given = json.loads(dict(request.query).get("filters_json", "[]"))
        except ValueError:
            raise Problem(422, "filters_json is no JSON") from None
        found = []
        for one in given if isinstance(given, list) else [None]:
            field = one.get("field") if isinstance(one, dict) else None
            if field not in ("created_at", "updated_at"):
                raise Problem(422, "a filter is not known")
            if field == "updated_at" and self._switches.search_filter == "refused":
                raise Problem(422, "updated_at is not known")
            if field == "updated_at" and self._switches.search_filter == "ignored":
                continue
            found.append(_between(field, one.get("gte", 0), one.get("lte", float("inf"))))
        return found


def _between(field: str, least: float, most: float) -> Callable[[Json], bool]:
    return lambda candidate: least <= int(candidate[field]) <= most


def _number(text: str) -> int:
    return int(text) if text.isdigit() else -1

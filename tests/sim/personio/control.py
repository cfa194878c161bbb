"""The simulator's own API under /__sim/, for scripts and other processes. JSON in, JSON out."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..tiny_http import Answer, Request
from .company import Json, Unknown
from .problems import json_answer

if TYPE_CHECKING:
    from .sim import PersonioSim

SETTINGS = ("deliver", "retry_scale", "retry_delays_s", "timeout_s", "expires_in", "allow_http")


class Control:
    def __init__(self, sim: PersonioSim) -> None:
        self._sim = sim
        self._calls: dict[tuple[str, ...], Callable[..., Any]] = {
            ("GET", "state"): self._state,
            ("POST", "persons"): lambda b: self._person(sim.add_person(**b)),
            ("PATCH", "persons", "*"): lambda b, one: {"changed": sim.update_person(one, **b)},
            ("DELETE", "persons", "*"): lambda b, one: sim.delete_person(one),
            ("POST", "persons", "*", "employments"): lambda b, one: {
                "id": sim.add_employment(one, **b)},
            ("PATCH", "employments", "*"): lambda b, one: {
                "changed": sim.update_employment(one, **b)},
            ("DELETE", "employments", "*"): lambda b, one: sim.delete_employment(one),
            ("POST", "employments", "*", "start"): lambda b, one: sim.start_employment(one),
            ("POST", "employments", "*", "terminate"): lambda b, one: sim.terminate_employment(
                one, **b),
            ("POST", "persons", "*", "absences"): lambda b, one: {"id": sim.add_absence(one, **b)},
            ("PATCH", "absences", "*"): lambda b, one: {"changed": sim.update_absence(one, **b)},
            ("DELETE", "absences", "*"): lambda b, one: sim.delete_absence(one),
            ("PUT", "lookups", "*", "*"): lambda b, kind, key: sim.put_lookup(kind, key, **b),
            ("PUT", "lookups", "*", "*", "*"): lambda b, kind, sort, key: sim.put_lookup(
                kind, f"{sort}/{key}", **b),
            ("GET", "switches"): lambda b: sim.switches.as_dict(),
            ("PATCH", "switches"): self._switch,
            ("DELETE", "switches"): lambda b: sim.switches.reset(),
            ("GET", "settings"): lambda b: self._settings(),
            ("PATCH", "settings"): self._set,
            ("GET", "requests"): self._requests,
            ("GET", "attempts"): self._attempts,
            ("GET", "events"): self._events,
            ("POST", "emit"): lambda b: {"occurred_at": sim.emit(**b).occurred_at},
            ("POST", "redeliver"): lambda b: sim.redeliver(**b),
            ("POST", "storm"): lambda b: {"persons": sim.storm(**b)},
            ("POST", "raw"): self._raw,
            ("POST", "wait"): self._wait,
            ("POST", "rates"): self._rates,
            ("POST", "real-limits"): lambda b: sim.use_real_limits(),
            ("POST", "expire-tokens"): lambda b: sim.tokens.expire_all(),
            ("POST", "advance"): lambda b: sim.advance(**b),
            ("POST", "reset"): lambda b: sim.reset_counters(),
        }

    def handle(self, request: Request) -> Answer:
        parts = request.path.split("/")[2:]
        try:
            call, ids = self._find(request.method, parts)
            if request.method == "GET":
                given: Any = dict(request.query)
            else:
                given = json.loads(request.body) if request.body else {}
            if not isinstance(given, dict):
                raise ValueError("the body must be an object")
            if given.pop("quiet", False):
                with self._sim.quiet():
                    result = call(given, *ids)
            else:
                result = call(given, *ids)
        except Unknown as why:
            return json_answer({"error": str(why.args[0])}, 404)
        except (AttributeError, KeyError, LookupError, TypeError, ValueError) as why:
            return json_answer({"error": f"{type(why).__name__}: {why}"}, 400)
        return json_answer({} if result is None else result)

    def _find(self, method: str, parts: list[str]) -> tuple[Callable[..., Any], list[str]]:
        for (wanted_method, *wanted), call in self._calls.items():
            if wanted_method == method and len(wanted) == len(parts) and all(
                    w in ("*", p) for w, p in zip(wanted, parts)):
                return call, [p for w, p in zip(wanted, parts) if w == "*"]
        raise Unknown(f"no such control call: {method} /__sim/{'/'.join(parts)}")

    def _person(self, person_id: str) -> Json:
        return {"id": person_id, "employments": self._sim.employment_ids(person_id)}

    def _state(self, given: Json) -> Json:
        """`what` names the parts to show: persons,employments,absences,lookups,webhooks."""
        sim, company = self._sim, self._sim.company
        with sim.lock:
            whole: Json = {
                "persons": list(map(sim.views.person, company.persons.values())),
                "employments": list(map(sim.views.employment, company.employments.values())),
                "absences": list(map(sim.views.absence, company.absences.values())),
                "lookups": company.lookups,
                "webhooks": [dataclasses.asdict(h) for h in sim.hooks.webhooks.values()],
                "counts": {
                    "persons": len(company.persons), "absences": len(company.absences),
                    "employments": len(company.employments), "events": len(sim.hooks.events),
                    "attempts": len(sim.courier.attempts), "delivered": sim.courier.delivered,
                    "given_up": sim.courier.given_up, "pending": sim.courier.pending()},
            }
            wanted = given["what"].split(",") if "what" in given else list(whole)
            # A copy: the state may change before the answer is printed.
            return json.loads(json.dumps({name: whole[name] for name in wanted}))

    def _switch(self, given: Json) -> Json:
        with self._sim.lock:
            self._sim.switches.set(**given)
        return self._sim.switches.as_dict()

    def _settings(self) -> Json:
        sim = self._sim
        return {"deliver": sim.deliver, "retry_scale": sim.courier.retry_scale,
                "retry_delays_s": list(sim.courier.retry_delays_s),
                "timeout_s": sim.courier.timeout_s, "expires_in": sim.tokens.expires_in,
                "allow_http": sim.hooks.allow_http}

    def _set(self, given: Json) -> Json:
        sim = self._sim
        unknown = set(given) - set(SETTINGS)
        if unknown:
            raise ValueError(f"unknown settings: {sorted(unknown)}")
        with sim.lock:
            for name, value in given.items():
                owner: Any = {"deliver": sim, "expires_in": sim.tokens,
                              "allow_http": sim.hooks}.get(name, sim.courier)
                setattr(owner, name, tuple(value) if name == "retry_delays_s" else value)
        return self._settings()

    def _rates(self, given: Json) -> None:
        """{"GET /v2/persons/{id}": [tokens a second, bucket]}; {} makes all generous again."""
        if not given:
            self._sim.buckets.reset()
        for endpoint, (rate, burst) in given.items():
            self._sim.buckets.set(endpoint, rate, burst)

    def _requests(self, given: Json) -> Json:
        """Counts by method and path template; `match` and `limit` choose which are listed."""
        sim = self._sim
        with sim.lock:
            templates = {f"{r.method} {r.template}" for r in sim.api.requests}
            counts = {key: sim.api.counts[key] for key in sorted(templates)}
            rows = [r for r in sim.api.requests
                    if given.get("match", "") in f"{r.method} {r.template}"]
        limit = int(given.get("limit", 100))
        return {"counts": counts, "requests": [{
            "time": r.time, "method": r.method, "template": r.template, "path": r.path,
            "status": r.status, "duration": r.duration, "headers": r.headers,
            "body": r.body.decode("utf-8", "replace")} for r in rows[-limit:]]}

    def _attempts(self, given: Json) -> Json:
        rows = self._sim.attempts
        limit = int(given.get("limit", 100))
        return {"count": len(rows), "attempts": [
            {**dataclasses.asdict(a), "body": a.body.decode("utf-8", "replace"),
             "delivered": a.delivered} for a in rows[-limit:]]}

    def _events(self, given: Json) -> Json:
        sim = self._sim
        limit = int(given.get("limit", 100))
        with sim.lock:
            return {"count": len(sim.hooks.events),
                    "events": [sim.hooks.envelope(e) for e in list(sim.hooks.events)[-limit:]]}

    def _raw(self, given: Json) -> Json:
        """`body` text or `body_base64`, `headers` as pairs, `url`, `method`; all optional."""
        body = given.pop("body", "").encode()
        if "body_base64" in given:
            body = base64.b64decode(given.pop("body_base64"))
        headers = given.pop("headers", None)
        pairs = None if headers is None else [(str(n), str(v)) for n, v in headers]
        reply = self._sim.send_raw(body, pairs, **given)
        return {"status": reply.status, "headers": reply.headers, "error": reply.error,
                "body": reply.body.decode("utf-8", "replace"), "duration": reply.duration}

    def _wait(self, given: Json) -> Json:
        """For `deliveries`, `attempts` or, without either, until idle; at most `timeout` s."""
        sim, timeout = self._sim, float(given.get("timeout", 10))
        if "deliveries" in given:
            done = sim.wait_deliveries(int(given["deliveries"]), timeout)
        elif "attempts" in given:
            done = sim.wait_attempts(int(given["attempts"]), timeout)
        else:
            done = sim.wait_idle(timeout)
        return {"done": done}

"""A simulator's own API under /__sim/, for scripts and other processes. JSON in, JSON out.

Here are the calls that every simulated tool has; a tool adds its own. `"quiet": true` in a body
makes a change without an event.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Callable
from typing import Any

from .simulator import Simulator
from .tiny_http import Answer, Request, json_answer
from .unknown import Unknown

Json = dict[str, Any]
Calls = dict[tuple[str, ...], Callable[..., Any]]


class Control:
    """`calls`: (method, path part or "*", …) → what to call with the body and the "*" parts.
    `settings`: which attribute of which object a setting is."""

    def __init__(self, sim: Simulator, switches: Any, calls: Calls,
                 settings: dict[str, tuple[Any, str]]) -> None:
        self._sim = sim
        self._switches = switches
        self._settings_of = {
            "retry_scale": (sim.courier, "retry_scale"), "timeout_s": (sim.courier, "timeout_s"),
            "retry_delays_s": (sim.courier, "retry_delays_s"), **settings}
        self._calls: Calls = {
            ("GET", "switches"): lambda b: switches.as_dict(),
            ("PATCH", "switches"): self._switch,
            ("DELETE", "switches"): lambda b: switches.reset(),
            ("GET", "settings"): lambda b: self._settings(),
            ("PATCH", "settings"): self._set,
            ("GET", "requests"): self._requests,
            ("GET", "attempts"): self._attempts,
            ("POST", "raw"): self._raw,
            ("POST", "wait"): self._wait,
            ("POST", "advance"): lambda b: sim.advance(**b),
            ("POST", "reset"): lambda b: sim.reset_counters(), **calls}

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

    def _switch(self, given: Json) -> Json:
        with self._sim.lock:
            self._switches.set(**given)
        return self._switches.as_dict()

    def _settings(self) -> Json:
        values = {name: getattr(owner, attribute)
                  for name, (owner, attribute) in self._settings_of.items()}
        return {name: list(value) if isinstance(value, tuple) else value
                for name, value in values.items()}

    def _set(self, given: Json) -> Json:
        unknown = set(given) - set(self._settings_of)
        if unknown:
            raise ValueError(f"unknown settings: {sorted(unknown)}")
        with self._sim.lock:
            for name, value in given.items():
                owner, attribute = self._settings_of[name]
                setattr(owner, attribute, tuple(value) if isinstance(value, list) else value)
        return self._settings()

    def _requests(self, given: Json) -> Json:
        """Counts by method and path template; `match` and `limit` choose which are listed."""
        sim = self._sim
        with sim.lock:
            templates = {f"{r.method} {r.template}" for r in sim.record.requests}
            counts = {key: sim.record.counts[key] for key in sorted(templates)}
        match, limit = given.get("match", ""), int(given.get("limit", 100))
        rows = [r for r in sim.requests if match in f"{r.method} {r.template}"]
        return {"counts": counts, "requests": [
            {**dataclasses.asdict(r),
             "body": r.body.decode("utf-8", "replace")} for r in rows[-limit:]]}

    def _attempts(self, given: Json) -> Json:
        rows = self._sim.attempts
        limit = int(given.get("limit", 100))
        return {"count": len(rows), "attempts": [
            {**dataclasses.asdict(a), "body": a.body.decode("utf-8", "replace"),
             "delivered": a.delivered} for a in rows[-limit:]]}

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

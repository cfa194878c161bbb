"""What the control API of the simulated Personio has beyond every simulator's."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from ..control import Calls, Control
from .company import Json

if TYPE_CHECKING:
    from .sim import PersonioSim


class PersonioControl(Control):
    _sim: PersonioSim

    def __init__(self, sim: PersonioSim) -> None:
        super().__init__(sim, sim.switches, self._own_calls(sim), {
            "deliver": (sim, "deliver"), "expires_in": (sim.tokens, "expires_in"),
            "allow_http": (sim.hooks, "allow_http")})

    def _own_calls(self, sim: PersonioSim) -> Calls:
        return {
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
            ("GET", "events"): self._events,
            ("POST", "emit"): lambda b: {"occurred_at": sim.emit(**b).occurred_at},
            ("POST", "redeliver"): lambda b: sim.redeliver(**b),
            ("POST", "storm"): lambda b: {"persons": sim.storm(**b)},
            ("POST", "rates"): self._rates,
            ("POST", "real-limits"): lambda b: sim.use_real_limits(),
            ("POST", "expire-tokens"): lambda b: sim.tokens.expire_all(),
        }

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

    def _rates(self, given: Json) -> None:
        """{"GET /v2/persons/{id}": [tokens a second, bucket]}; {} makes all generous again."""
        if not given:
            self._sim.buckets.reset()
        for endpoint, (rate, burst) in given.items():
            self._sim.buckets.set(endpoint, rate, burst)

    def _events(self, given: Json) -> Json:
        sim = self._sim
        limit = int(given.get("limit", 100))
        with sim.lock:
            return {"count": len(sim.hooks.events),
                    "events": [sim.hooks.envelope(e) for e in list(sim.hooks.events)[-limit:]]}

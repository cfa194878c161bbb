"""What the control API of the simulated Okta has beyond every simulator's."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from ..control import Calls, Control
from .people import Json

if TYPE_CHECKING:
    from .sim import OktaSim

TURNS = ("activate", "reactivate", "suspend", "unsuspend", "deactivate")


class OktaControl(Control):
    _sim: OktaSim

    def __init__(self, sim: OktaSim) -> None:
        super().__init__(sim, sim.switches, self._own_calls(sim), {
            "deliver": (sim, "deliver"), "allow_http": (sim.hooks, "allow_http"),
            "batch_s": (sim.outgoing, "batch_s"), "batch_max": (sim.outgoing, "batch_max"),
            "daily_cap": (sim.outgoing, "daily_cap"),
            "expires_in": (sim.oauth, "expires_in"), "service_app": (sim.oauth, "service_app"),
            "concurrent_max": (sim.limits, "concurrent_max")})

    def _own_calls(self, sim: OktaSim) -> Calls:
        return {
            ("GET", "state"): self._state,
            ("POST", "users"): lambda b: {"id": sim.create_user(**b)},
            ("GET", "users"): lambda b: {"ids": sim.user_ids(int(b.get("limit", 100)))},
            ("GET", "users", "*"): lambda b, one: sim.user(one),
            ("PATCH", "users", "*"): lambda b, one: {"changed": sim.update_user(one, **b)},
            ("DELETE", "users", "*"): lambda b, one: sim.delete_user(one),
            ("POST", "users", "*", "*"): self._turn,
            ("PUT", "users", "*", "status"): lambda b, one: sim.set_user_status(one, **b),
            ("PUT", "users", "*", "type"): lambda b, one: sim.set_user_type(one, **b),
            ("PUT", "users", "*", "linked", "*"): lambda b, one, name: sim.set_linked_object(
                one, name, b.get("to")),
            ("POST", "imports"): lambda b: sim.import_users(b.get("profiles", {})),
            ("POST", "groups"): lambda b: {"id": sim.create_group(**b)},
            ("PATCH", "groups", "*"): lambda b, one: {"changed": sim.update_group(one, **b)},
            ("DELETE", "groups", "*"): lambda b, one: sim.delete_group(one),
            ("PUT", "groups", "*", "users", "*"): lambda b, group, user: {
                "changed": sim.add_member(group, user, **b)},
            ("DELETE", "groups", "*", "users", "*"): lambda b, group, user: {
                "changed": sim.remove_member(group, user, **b)},
            ("PATCH", "hooks", "*"): lambda b, one: sim.edit_hook(one, **b),
            ("DELETE", "hooks", "*"): lambda b, one: sim.delete_hook(one),
            ("POST", "hooks", "*", "deactivate"): lambda b, one: sim.deactivate_hook(one),
            ("POST", "hooks", "*", "preview"): lambda b, one: sim.preview(one, **b),
            ("GET", "events"): self._events,
            ("POST", "emit"): lambda b: sim.emit(**b),
            ("POST", "storm"): lambda b: {"users": sim.storm(**b)},
            ("POST", "rates"): self._rates,
            ("PUT", "keys", "*"): lambda b, kid: sim.oauth.add_key(kid, b.get("pem") or b["jwk"]),
            ("DELETE", "keys", "*"): lambda b, kid: sim.oauth.remove_key(kid),
            ("PUT", "scopes"): lambda b: sim.oauth.grant(b["scopes"]),
            ("POST", "expire-tokens"): lambda b: sim.oauth.expire_all(),
            ("POST", "rotate-nonce"): lambda b: sim.oauth.dpop.rotate(),
            ("POST", "forget-nonces"): lambda b: sim.oauth.dpop.forget_nonces(),
            ("POST", "real-limits"): lambda b: sim.use_real_limits(),
        }

    def _turn(self, given: Json, user_id: str, what: str) -> None:
        if what not in TURNS:
            raise ValueError(f"a user cannot be {what!r}: one of {TURNS}")
        getattr(self._sim, f"{what}_user")(user_id, **given)

    def _state(self, given: Json) -> Json:
        """`what` names the parts to show: groups, hooks, counts."""
        sim = self._sim
        with sim.lock:
            sim.directory.finish_deletions()
            whole: dict[str, Any] = {
                "groups": [sim.views.group(g) for g in sim.directory.groups.rows.values()],
                "hooks": [dataclasses.asdict(hook) for hook in sim.hooks.rows.values()],
                "counts": {
                    "users": len(sim.directory.users), "events": len(sim.log),
                    "groups": len(sim.directory.groups.rows),
                    "attempts": len(sim.courier.attempts), "delivered": sim.courier.delivered,
                    "given_up": sim.courier.given_up, "dropped": sim.outgoing.dropped,
                    "pending": sim.courier.pending()}}
            wanted = given["what"].split(",") if "what" in given else list(whole)
            return {name: whole[name] for name in wanted}

    def _events(self, given: Json) -> Json:
        sim = self._sim
        with sim.lock:
            rows = sim.log.last(int(given.get("limit", 100)))
            return {"count": len(sim.log), "events": [sim.event_views.logged(e) for e in rows]}

    def _rates(self, given: Json) -> None:
        """{"GET /api/v1/users/{id}": calls a minute}; {} makes all generous again."""
        with self._sim.lock:
            if not given:
                self._sim.limits.reset()
            for call, a_minute in given.items():
                self._sim.limits.set(call, a_minute)

"""RecruiteeSim: the simulated Recruitee as tests see it."""

from __future__ import annotations

import random
import ssl
from typing import Any

from ..control import Control
from ..courier import Rules
from ..simulator import Simulator, spread
from ..tiny_http import Answer, HeaderList, Reply, Request
from .api import Api
from .company import Company, Json
from .hooks import Event, Hooks
from .switches import Switches
from .views import Views

# About nine times within 48 hours, with growing pauses; the single ones are not published.
RETRY_DELAYS_S = (60.0, 300.0, 900.0, 3600.0, 7200.0, 14400.0, 28800.0, 43200.0, 72000.0)
RULES = Rules(RETRY_DELAYS_S, lambda status: status == 200)
SEEDED_AT = 1709280765.0  # 2024-03-01T08:12:45Z: what is there at the start is older than a test


class RecruiteeSim(Simulator):
    """One company's account: API, webhooks, and what its recruiters do."""

    def __init__(self, candidates: int = 20, seed: int = 1, *, host: str = "127.0.0.1", port: int = 0,
                 token: str = "rc-sim-token", company_id: int = 4711, subdomain: str = "northwind",
                 allow_http: bool = False, retry_scale: float = 0.001, delivery_threads: int = 8,
                 deliver_anywhere: bool = False, tls: ssl.SSLContext | None = None,
                 delivery_tls: ssl.SSLContext | None = None) -> None:
        super().__init__(host, port, tls, RULES, delivery_threads, retry_scale, delivery_tls,
                         deliver_anywhere)
        self.switches = Switches()
        self.token, self.company_id = token, company_id
        self.company = Company(company_id, self.now, random.Random(seed), self._emit)
        self.views = Views(self.company, self.switches)
        self.hooks = Hooks(self.switches, self.views, self.courier, self.lock, self.now, allow_http)
        self.api = Api(self.company, self.views, self.switches, self.record, self.lock, token,
                       subdomain, self.now)
        self.deliver = True  # False: nothing is sent, as when the customer's webhook is off
        self.control = Control(self, self.switches, {
            ("POST", "candidates"): lambda b: {"id": self.add_candidate(**b)},
            ("PATCH", "candidates", "*"): lambda b, one: self.update_candidate(int(one), **b),
            ("DELETE", "candidates", "*"): lambda b, one: self.delete_candidate(int(one)),
            ("POST", "candidates", "*", "move"): lambda b, one: self.move(int(one), **b),
            ("POST", "candidates", "*", "hire"): lambda b, one: self.hire(int(one), **b),
            ("POST", "candidates", "*", "disqualify"): lambda b, one: self.disqualify(int(one), **b),
            ("POST", "candidates", "*", "requalify"): lambda b, one: self.requalify(int(one), **b),
            ("POST", "offers"): lambda b: {"id": self.add_offer(**b)},
            ("PATCH", "offers", "*"): lambda b, one: self.update_offer(int(one), **b),
            ("POST", "webhooks"): lambda b: {"id": self.create_webhook(**b)},
            ("GET", "webhooks", "*", "secret"): lambda b, one: {
                "secret": self.hooks.show_secret(int(one))},
            ("POST", "webhooks", "*", "test"): lambda b, one: {
                "status": self.hooks.test(int(one)).status},
            ("GET", "log"): lambda b: {"log": [
                {"id": e.event.id, "type": e.event.type, "state": e.state} for e in self.hooks.log]},
            ("POST", "log", "*", "repeat"): lambda b, one: self.hooks.repeat(int(one)),
            ("POST", "log", "*", "cancel"): lambda b, one: self.hooks.cancel(int(one)),
            ("POST", "storm"): lambda b: self.storm(**b),
        }, {"deliver": (self, "deliver")})
        with self.quiet(), self.frozen(SEEDED_AT):
            self.company.seed(candidates)

    def _api(self, request: Request) -> Answer:
        return self.api.handle(request)

    def _control(self, request: Request) -> Answer:
        return self.control.handle(request)

    def _emit(self, name: str, subtype: str | None, candidate: Json | None, offers: list[Json],
              details: Json | None) -> None:
        if self.deliver and not self._quiet:
            self.hooks.fire(name, subtype, candidate, offers, details)

    # The settings page

    def create_webhook(self, url: str, events: list[str] | None = None) -> int:
        """As a person does it; hooks.Refused if the URL does not answer the test with 200."""
        return self.hooks.create(url, events) if events is not None else self.hooks.create(url)

    def show_secret(self, webhook_id: int) -> str:
        return self.hooks.show_secret(webhook_id)

    def test(self, webhook_id: int) -> Reply:
        return self.hooks.test(webhook_id)

    # What recruiters do

    def __getattr__(self, name: str) -> Any:
        """add_candidate, update_candidate, delete_candidate, assign, unassign, move, hire,
        disqualify, requalify, add_offer, update_offer, set_status: see Company."""
        if name not in ("add_candidate", "update_candidate", "delete_candidate", "assign", "unassign",
                        "move", "hire", "disqualify", "requalify", "add_offer", "update_offer",
                        "set_status"):
            raise AttributeError(name)

        def locked(*args: Any, **fields: Any) -> Any:
            with self.lock:
                return getattr(self.company, name)(*args, **fields)
        return locked

    def jobs(self) -> list[int]:
        with self.lock:
            return [one for one, offer in self.company.offers.items() if offer["kind"] == "job"]

    def pools(self) -> list[int]:
        with self.lock:
            return [one for one, offer in self.company.offers.items() if offer["kind"] != "job"]

    def candidate_ids(self) -> list[int]:
        with self.lock:
            return list(self.company.candidates)

    def candidate(self, candidate_id: int) -> Json:
        """As the API would print it."""
        with self.lock:
            return self.views.candidate(self.company.candidate(candidate_id))

    def redeliver(self, last: int = 1) -> None:
        """The last so many events again."""
        with self.lock:
            seen: dict[int, Event] = {entry.event.id: entry.event for entry in self.hooks.log}
            for one in sorted(seen)[-last:]:
                self.hooks.again(seen[one])

    def storm(self, moves: int = 5000, candidates: int = 200, seconds: float = 0.0) -> list[int]:
        """So many moves of so many candidates, in turn; the ids of those."""
        chosen = self.candidate_ids()[:candidates]
        spread(moves if chosen else 0, seconds, lambda number: self.move(
            chosen[number % len(chosen)], (701, 702, 703)[(number // len(chosen)) % 3]))
        return chosen

    def _first_hook(self, url: str | None) -> tuple[str, str, HeaderList]:
        with self.lock:
            for hook in self.hooks.webhooks.values():
                return str(hook.id), hook.url, [("Content-Type", "application/json")]
        if url is None:
            raise LookupError("there is no webhook; give a url")
        return "", url, [("Content-Type", "application/json")]

"""PersonioSim: the simulated Personio as tests see it."""

from __future__ import annotations

import random
import ssl
from typing import Any
from urllib.parse import urlsplit

from ..courier import Rules
from ..simulator import Simulator, spread
from ..tiny_http import Answer, HeaderList, Request
from .api import Api, Route
from .company import Absence, Company, Json, Refs
from .control import PersonioControl
from .hooks import Event, Hooks, Webhook
from .limits import Buckets, Tokens
from .outgoing import Outgoing
from .paging import Pager
from .reading import Reading
from .seed import seed_lookups, seed_people
from .switches import Switches
from .views import Views
from .writing import Writing

# The vendor gives their number and that they grow over at most three days, not the single ones.
RETRY_DELAYS_S = (60.0, 300.0, 1800.0, 7200.0, 43200.0, 172800.0)
# 4xx, 3xx and 501 lose a delivery; of the rest below 500 only 2xx delivers it.
RULES = Rules(RETRY_DELAYS_S, lambda status: status < 500 or status == 501, requests_per_try=2)
SEEDED_AT = 1709280765.0  # 2024-03-01T08:12:45Z: what is there at the start is older than a test


class PersonioSim(Simulator):
    """One company's Personio account: API, webhooks and the people in it.

    `link_base` is the host that links name. By default it is not this server and does not exist:
    a caller that follows a link instead of its cursor fails, as it must not send its token there.
    """

    def __init__(self, people: int = 20, seed: int = 1, *, host: str = "127.0.0.1", port: int = 0,
                 allow_http: bool = False, client_id: str = "papi-sim-client",
                 client_secret: str = "papi-sim-secret", company_id: str = "4711",
                 link_base: str = "https://api.personio.invalid", rate: float = 10_000,
                 burst: int = 20_000, retry_scale: float = 0.001, delivery_threads: int = 16,
                 deliver_anywhere: bool = False, tls: ssl.SSLContext | None = None,
                 delivery_tls: ssl.SSLContext | None = None) -> None:
        super().__init__(host, port, tls, RULES, delivery_threads, retry_scale, delivery_tls,
                         deliver_anywhere)
        self.switches = Switches()
        self.client_id, self.client_secret = client_id, client_secret
        self.company_id = company_id
        self._rng = random.Random(seed)
        self.company = Company(self.switches, self.now, self._rng, self._emit)
        self.tokens = Tokens(client_id, client_secret, self.now)
        self.buckets = Buckets(rate, burst)
        views = Views(self.company, self.switches, link_base)
        pager = Pager(self.switches, views, self._rng)
        self.outgoing = Outgoing(self.switches, self.courier, self.lock)
        self.hooks = self.outgoing.hooks = Hooks(
            self.switches, views, pager, company_id, self.now, self.outgoing.send,
            lambda: self.courier.attempts, allow_http, deliver_anywhere)
        self.writing = Writing(self.company)
        self.api = Api(self._routes(Reading(self.company, self.switches, views, pager), self.writing),
                       self.record, self.switches, self.buckets, self.tokens, self.lock,
                       self.server.stopping)
        self.views = views
        self.control = PersonioControl(self)
        self._seed(people)

    def _seed(self, people: int) -> None:
        with self.quiet(), self.frozen(SEEDED_AT):
            seed_lookups(self.company)
            seed_people(self.company, people, self._rng)

    def _routes(self, reading: Reading, writing: Writing) -> list[Route]:
        hooks = self.hooks
        person, absence, hook = "/v2/persons/{id}", "/v2/absence-periods/{id}", "/v2/webhooks/{id}"
        return [
            Route("POST", "/v2/auth/token", lambda r: self.tokens.issue(r, self.switches)),
            Route("POST", "/v2/auth/revoke", self.tokens.revoke),
            Route("GET", "/v2/persons", reading.persons, "persons"),
            Route("GET", person, reading.person, "persons"),
            Route("GET", f"{person}/employments", reading.employments, "persons"),
            Route("GET", f"{person}/employments/{{employment_id}}", reading.employment, "persons"),
            Route("GET", "/v2/absence-types", reading.absence_types, "absences"),
            Route("GET", "/v2/absence-types/{id}", reading.absence_type, "absences"),
            Route("GET", "/v2/absence-periods", reading.absences, "absences"),
            Route("GET", absence, reading.absence, "absences"),
            Route("POST", "/v2/absence-periods", writing.create_absence, "absences"),
            Route("DELETE", absence, writing.delete_absence, "absences"),
            Route("POST", "/v1/auth", self.tokens.issue_v1),
            Route("GET", "/v1/company/employees", writing.employees_v1, "v1"),
            Route("POST", "/v1/company/documents", writing.add_document_v1, "v1"),
            Route("GET", f"{absence}/breakdowns", reading.breakdowns, "absences"),
            Route("GET", "/v2/org-units", reading.org_units, "org-units", beta=True),
            Route("GET", "/v2/org-units/{id}", reading.org_unit, "org-units"),
            Route("GET", "/v2/workplaces", reading.workplaces, "workplaces", beta=True),
            Route("GET", "/v2/cost-centers", reading.cost_centers, "cost-centers", beta=True),
            Route("GET", "/v2/legal-entities", reading.legal_entities, "legal-entities"),
            Route("GET", "/v2/legal-entities/{id}", reading.legal_entity, "legal-entities"),
            Route("GET", "/v2/webhooks", hooks.list_all, "webhooks"),
            Route("POST", "/v2/webhooks", hooks.create, "webhooks"),
            Route("GET", hook, hooks.get, "webhooks"),
            Route("PATCH", hook, hooks.patch, "webhooks"),
            Route("DELETE", hook, hooks.delete, "webhooks"),
            Route("POST", f"{hook}/ping", hooks.ping, "webhooks"),
            Route("POST", f"{hook}/test-event", hooks.test_event, "webhooks"),
            Route("GET", f"{hook}/events", hooks.history, "webhooks"),
            Route("GET", f"{hook}/activity", hooks.activity, "webhooks"),
            Route("POST", f"{hook}/redelivery", hooks.redelivery, "webhooks"),
        ]

    def _api(self, request: Request) -> Answer:
        return self.api.handle(request)

    def _control(self, request: Request) -> Answer:
        return self.control.handle(request)

    # Persons

    def add_person(self, **fields: Any) -> str:
        """The new id. `employment={…}` or `employments=[…]` shape what the person is given."""
        with self.lock:
            return self.company.add_person(fields)["id"]

    def update_person(self, person_id: str, **fields: Any) -> bool:
        """Whether anything changed. `custom={"color": "Blue"}` sets single attributes."""
        with self.lock:
            return self.company.update_person(str(person_id), fields)

    def delete_person(self, person_id: str) -> None:
        with self.lock:
            self.company.delete_person(str(person_id))

    def person_ids(self) -> list[str]:
        with self.lock:
            return list(self.company.persons)

    def person(self, person_id: str) -> Json:
        """As the API would print it."""
        with self.lock:
            return self.views.person(self.company.persons[str(person_id)])

    # Employments

    def add_employment(self, person_id: str, **fields: Any) -> str:
        with self.lock:
            return self.company.add_employment(str(person_id), fields)["id"]

    def update_employment(self, employment_id: str, **fields: Any) -> bool:
        with self.lock:
            return self.company.update_employment(employment_id, fields)

    def delete_employment(self, employment_id: str) -> None:
        with self.lock:
            self.company.delete_employment(employment_id)

    def start_employment(self, employment_id: str) -> None:
        with self.lock:
            self.company.start_employment(employment_id)

    def terminate_employment(self, employment_id: str, last_day: str, **fields: Any) -> None:
        with self.lock:
            self.company.terminate_employment(employment_id, last_day, **fields)

    def employment_ids(self, person_id: str) -> list[str]:
        """Most recent first."""
        with self.lock:
            return [e["id"] for e in self.company.employments_by_recency(str(person_id))]

    # Absences

    def add_absence(self, person_id: str, **fields: Any) -> str:
        """type (name or id), start, end (last day off, included; None: open), half_start,
        half_end, status, comment. Types measured in hours take date-times."""
        with self.lock:
            return self.company.add_absence(str(person_id), fields).id

    def update_absence(self, absence_id: str, **fields: Any) -> bool:
        with self.lock:
            return self.company.update_absence(absence_id, fields)

    def delete_absence(self, absence_id: str) -> None:
        with self.lock:
            self.company.delete_absence(absence_id)

    def absences_of(self, person_id: str) -> list[Absence]:
        with self.lock:
            return [a for a in self.company.absences.values() if a.person_id == str(person_id)]

    # Names behind ids

    def put_lookup(self, kind: str, key: str, **fields: Any) -> None:
        """kind: absence-types, org-units (key "team/7"), workplaces, legal-entities,
        cost-centers. Creates or changes; fires nothing, as in reality."""
        with self.lock:
            self.company.put_lookup(kind, key, fields)

    # Events and deliveries

    @property
    def deliver(self) -> bool:
        return self.outgoing.deliver

    @deliver.setter
    def deliver(self, value: bool) -> None:
        """False: events appear in the events list only, as when every delivery was lost."""
        self.outgoing.deliver = value

    def _emit(self, name: str, refs: Refs) -> None:
        if not self._quiet:
            self.outgoing.fire(name, refs)

    def emit(self, name: str, payload: Json, force: bool = False) -> Event:
        """An event without a change. `force` sends it to webhooks that did not ask for it."""
        with self.lock:
            return self.outgoing.fire(name, {}, payload, force)

    def redeliver(self, last: int = 1) -> None:
        """The last so many events again, unchanged."""
        with self.lock:
            for event in list(self.hooks.events)[-last:]:
                self.outgoing.again(event)

    def storm(self, events: int = 5000, people: int = 200, seconds: float = 0.0,
              change: bool = True) -> list[str]:
        """So many person.updated over so many people, in turn; the ids of those people.

        Each is a real change unless `change` is off. `seconds` spreads them over time.
        """
        chosen = self.person_ids()[:people]

        def one(number: int) -> None:
            person_id = chosen[number % len(chosen)]
            if change:
                self.update_person(person_id, preferred_name=f"Storm {number}")
            else:
                with self.lock:
                    self._emit("person.updated", {"person": person_id})
        spread(events if chosen else 0, seconds, one)
        return chosen

    def _first_hook(self, url: str | None) -> tuple[str, str, HeaderList]:
        with self.lock:
            for hook in self.hooks.webhooks.values():
                return hook.id, hook.url, self.outgoing.headers(hook)
        if url is None or not urlsplit(url).hostname:
            raise LookupError("there is no webhook; give a url")
        return "", url, self.outgoing.headers(Webhook("", url, "", [], 0.0, auth_type="NONE"))

    def use_real_limits(self) -> None:
        """The rates seen at real accounts."""
        for endpoint, rate in (("/v2/persons", 30), ("/v2/persons/{id}", 30),
                               ("/v2/persons/{id}/employments", 30), ("/v2/absence-periods", 10),
                               ("/v2/absence-periods/{id}", 10),
                               ("/v2/absence-periods/{id}/breakdowns", 10)):
            self.buckets.set(f"GET {endpoint}", rate, 100)

"""The whole river: a simulated tool, the daemon, and the application that is told of changes."""

from __future__ import annotations

import base64
import json
import secrets
import sys
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sim import published  # noqa: E402
from sim.okta import OktaSim  # noqa: E402
from sim.personio import PersonioSim  # noqa: E402
from sim.receiver import Receiver  # noqa: E402
from sim.tiny_http import Answer, Request  # noqa: E402

from weir import ACME, WAIT_S, Got, Weir, call, eventually  # noqa: E402


class Tool(PersonioSim):
    """The simulated Personio with what single tests need on top: persons whose calls fail, and a gate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.poisoned: dict[str, int] = {}  # path prefix to status
        self.poisoned_calls: list[float] = []
        self.gate: Callable[[Request], None] = lambda request: None
        super().__init__(*args, **kwargs)

    def _handle(self, request: Request) -> Answer:
        self.gate(request)
        for prefix, status in self.poisoned.items():
            if request.path == prefix or request.path.startswith(prefix + "/"):
                self.poisoned_calls.append(time.time())
                return Answer(status, b'{"title":"Error"}', {"Content-Type": "application/problem+json"})
        return super()._handle(request)


class River:
    """Tool, daemon and application. Further tools and endpoints are made with tool() and endpoint()."""

    def __init__(self, folder: Path, people: int = 4, scope: dict[str, Any] | None = None,
                 movable: bool = False, **overrides: Any) -> None:
        self.folder = folder
        self.weir = Weir(folder, **overrides)
        if movable:
            self.weir.make_time_movable()
        self.tools: list[PersonioSim] = []
        self.receivers: list[Receiver] = []
        self.words: list[str] = []  # further secrets that no log line may hold
        self.weir.config.setdefault("integrations", [])
        self.weir.config.setdefault("endpoints", [])
        if scope is not None:
            self.weir.config["scopes"] = [{"name": "default", "models": scope}]
        self.sim = self.tool(ACME, people)
        self.app = self.endpoint("app")

    def account(self, people: int = 4, **given: Any) -> Tool:
        """A further simulated account that no integration is for."""
        sim = Tool(people, seed=len(self.tools) + 1, allow_http=True, rate=100_000, **given)
        sim.start()
        self.tools.append(sim)
        self.words.append(sim.client_secret)
        return sim

    def tool(self, integration: str, people: int = 4, **given: Any) -> Tool:
        """A further simulated account, and its integration in the file."""
        sim = self.account(people, **given)
        name = f"TOOL_SECRET_{len(self.tools)}"
        self.weir.env[name] = sim.client_secret
        self.weir.config["integrations"].append({
            "id": integration, "organization": "Acme GmbH", "base_url": sim.url, "allow_private": True,
            "settings": {"client_id": sim.client_id, "client_secret": f"@env:{name}"}})
        return sim

    def endpoint(self, name: str, **given: Any) -> Receiver:
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        receiver = Receiver(secret).start()
        self.receivers.append(receiver)
        variable = f"HOOK_SECRET_{len(self.receivers)}"
        self.weir.env[variable] = secret
        self.weir.config["endpoints"].append({
            "name": name, "url": receiver.url, "secret": f"@env:{variable}", "allow_private": True,
            "events": ["data-changed"]} | given)
        return receiver

    def start(self, synced: bool = True) -> River:
        """Up to the end of the first sync, with nothing on its way."""
        self.weir.start()
        if synced:
            self.weir.wait_synced()
            for sim in self.tools[:len(self.weir.config["integrations"])]:
                eventually(lambda: sim.hooks.webhooks, say="the webhook was not made at the tool")
            self.app.wait_for(lambda messages: len(messages) > 0)
            self.settle()
            for receiver in self.receivers:
                receiver.clear()
            for sim in self.tools:
                sim.reset_counters()
        return self

    def close(self) -> None:
        # The application goes last: a message in flight must not turn a clean stop into a slow one.
        try:
            self.weir.close()
            self.check_secrets()
            self.check_requests()
        finally:
            for one in [*self.tools, *self.receivers]:
                one.stop()

    def check_requests(self) -> None:
        """Each request to a tool was one that its vendor publishes."""
        for sim in self.tools:
            tool = published.OKTA if isinstance(sim, OktaSim) else published.PERSONIO
            wrong = published.problems(tool, sim.requests)
            assert not wrong, f"{len(wrong)} requests were not as published: {sorted(set(wrong))[:10]}"

    def check_secrets(self) -> None:
        """No run's log holds a secret, or who the people are."""
        log = self.weir.log.text()
        words = [self.weir.api_key, self.weir.admin_key, self.weir.env["WEIR_MASTER_KEY"], *self.words]
        words += [value for name, value in self.weir.env.items() if name.startswith(("HOOK_SECRET_", "TOOL_SECRET_"))]
        for sim in self.tools:
            words += [hook.token.removeprefix("Bearer ") for hook in sim.hooks.webhooks.values() if hook.token]
            words += [text for text in sim.tokens._issued]
            people = list(sim.company.persons.values())[:50]
            words += [p["email"] for p in people] + [p["last_name"] for p in people if len(p["last_name"]) > 5]
        found = [word for word in words if word and word in log]
        assert not found, f"the log shows: {found}"

    # What is on the way

    @property
    def token(self) -> str:
        """What the tool sends as Authorization."""
        return next(iter(self.sim.hooks.webhooks.values())).token or ""

    def hook(self, body: bytes, token: str | None = None, integration: str = ACME, method: str = "POST",
             headers: dict[str, str] | None = None, timeout: float = WAIT_S) -> Got:
        """A delivery by hand. token "" sends none."""
        sent = {"Content-Type": "application/json"} | (headers or {})
        token = self.token if token is None else token
        if token:
            sent["Authorization"] = token
        return call(self.weir.port, method, f"/hooks/{integration}", sent, body, timeout)

    def pass_time(self, hours: float = 0, days: float = 0) -> None:
        """For the tool and the daemon, at once: River must be made with movable=True."""
        seconds = hours * 3600 + days * 86400
        for sim in self.tools:
            sim.advance(seconds)
        for receiver in self.receivers:
            receiver.advance(seconds)
        self.weir.pass_time(seconds)

    def wait_sync_due(self, since: int, integration: str, **fields: Any) -> None:
        """Until a sync that is due by now has ended so. What is overdue after a start, or when webhooks are not relied on
        any more, is spread over some minutes from then on."""
        eventually(lambda: self.weir.log.find("sync ended", since, integration=integration, **fields)
                   or self.pass_time(hours=1), every=0.5, say=f"no sync of {integration} ended\n{self.weir.tail()}")

    def settle(self, timeout: float = WAIT_S) -> None:
        """Until the tool has nothing to send, the inbox is empty and the application has everything."""
        for sim in self.tools:
            assert sim.wait_idle(timeout)
        self.weir.wait_drained(timeout)
        # Changes that are being gathered are in neither box; nothing tells when they are told.
        time.sleep(3 * self.weir.config["dispatch"]["coalesce_ms"] / 1000)
        self.weir.wait_drained(timeout)

    def fetched(self, person: str) -> list[float]:
        """When the daemon asked for that person."""
        return [r.time for r in self.sim.requests if r.path == f"/v2/persons/{person}"]

    def wait_employee(self, person: str, timeout: float = WAIT_S, **fields: Any) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            row = self.weir.employee(person)
            return row if row and all(row[k] == v for k, v in fields.items()) else None
        return eventually(look, timeout, say=f"employee {person} did not become {fields}")

    def wait_message(self, changed: str, remote_id: str, change: str, timeout: float = WAIT_S) -> Any:
        """The first data-changed that names this record."""
        def names(message: Any) -> bool:
            return message.type == "data-changed" and any(
                (r["model"], r["remote_id"], r["change"]) == (changed, remote_id, change)
                for r in message.data["changed_records"])
        assert self.app.wait_for(lambda messages: any(names(m) for m in messages), timeout), (
            f"no message of {changed} {remote_id} {change}: "
            f"{[m.data.get('changed_records') for m in self.app.messages][-3:]}")
        message = next(m for m in self.app.messages if names(m))
        assert message.problems == []
        return message

    def differences(self, sim: PersonioSim | None = None, integration: str = ACME) -> list[str]:
        """What the API shows otherwise than the tool."""
        sim = sim or self.sim
        rows = {row["remote_id"]: row for row in self.weir.rows("/hris/employees", integration, page_size=250)}
        absences = {row["remote_id"]: row for row in self.weir.rows("/hris/absences", integration, page_size=250)}
        wrong = []
        with sim.lock:
            people = {one: sim.person(one) for one in sim.person_ids()}
            wanted_absences = {a.id: a for one in people for a in sim.absences_of(one)}
        if rows.keys() != people.keys():
            wrong.append(f"employees: too many {rows.keys() - people.keys()}, missing {people.keys() - rows.keys()}")
        for one in rows.keys() & people.keys():
            for field, name in (("first_name", "first_name"), ("last_name", "last_name"), ("work_email", "email"),
                                ("display_full_name", "preferred_name")):
                if rows[one][field] != people[one][name]:
                    wrong.append(f"{one}.{field}: {rows[one][field]!r}, at the tool {people[one][name]!r}")
            theirs = {e["id"] for e in people[one]["employments"]}
            ours = {e["remote_id"] for e in rows[one]["employments"]}
            if ours != theirs:
                wrong.append(f"{one}.employments: {ours} != {theirs}")
        if absences.keys() != wanted_absences.keys():
            wrong.append(f"absences: too many {absences.keys() - wanted_absences.keys()}, "
                         f"missing {wanted_absences.keys() - absences.keys()}")
        for one in absences.keys() & wanted_absences.keys():
            if absences[one]["employee_note"] != wanted_absences[one].comment:
                wrong.append(f"absence {one}.employee_note")
        return wrong

    def wait_same(self, sim: PersonioSim | None = None, integration: str = ACME, timeout: float = WAIT_S) -> None:
        """Until the API shows what the tool has."""
        wrong = ["?"]

        def same() -> bool:
            nonlocal wrong
            wrong = self.differences(sim, integration)
            return not wrong
        try:
            eventually(same, timeout, 0.05)
        except AssertionError:
            raise AssertionError(f"the API differs from the tool: {wrong[:5]}\n{self.weir.tail()}") from None


def person_event(person: str, at: str | None = None, name: str = "person.updated", company: str = "4711",
                 **members: Any) -> bytes:
    """A delivery as the tool would write it."""
    at = at or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return json.dumps({"company_id": company, "event_name": name, "occurred_at": at,
                       "payload": {"person": {"id": person}}} | members, separators=(",", ":")).encode()

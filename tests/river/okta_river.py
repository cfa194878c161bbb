"""The whole river with a simulated Okta before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.okta import OktaSim, jose

from weir import ACME, WAIT_S, eventually
from whole_river import River

ACME_OKTA = "okta:acme"
STATUSES = {"STAGED": "PENDING", "PROVISIONED": "PENDING", "SUSPENDED": "LEAVE", "DEPROVISIONED": "INACTIVE"}


class OktaRiver(River):
    """app: a service app with that kind of key ("ES256", "RS256") instead of an API token."""

    def __init__(self, folder: Path, people: int = 8, app: str | None = None, settings: dict[str, Any] | None = None,
                 switches: dict[str, Any] | None = None, **overrides: Any) -> None:
        self._app = app
        self._settings = settings or {}
        self._switches = switches or {}
        super().__init__(folder, people, **overrides)

    def tool(self, integration: str, people: int = 8, **given: Any) -> OktaSim:
        integration = ACME_OKTA if integration == ACME else integration
        sim = OktaSim(people, seed=len(self.tools) + 1, allow_http=True, **given)
        sim.switches.set(**self._switches)
        sim.start()
        self.tools.append(sim)
        settings = {"start_date_attribute": "startDate"} | self._settings
        if self._app is None:
            name = f"TOOL_SECRET_{len(self.tools)}"
            self.weir.env[name] = sim.access.api_token
            settings |= {"api_token": f"@env:{name}"}
        else:
            key = jose.new_key(self._app)
            sim.oauth.add_key("weir-1", jose.pem_of(key))
            pem = self.folder / "okta.pem"
            pem.write_text(jose.pem_of(key))
            pem.chmod(0o600)
            settings |= {"client_id": sim.oauth.client_id, "key_id": "weir-1", "private_key": f"@file:{pem}"}
        self.weir.config["integrations"].append({
            "id": integration, "organization": "Acme GmbH", "base_url": sim.url, "allow_private": True,
            "settings": settings})
        return sim

    def start(self, synced: bool = True) -> OktaRiver:
        self.weir.start()
        if synced:
            self.weir.wait_synced()
            self.wait_hook()
            self.settle()
            self.app.clear()
            self.sim.reset_counters()
        return self

    def wait_hook(self) -> str:
        """The id of the one hook, once it takes events."""
        def taking() -> list[str]:
            return [hook.id for hook in self.sim.hooks.rows.values() if hook.taking]
        found = eventually(taking, say=f"no event hook takes events\n{self.weir.tail()}")
        assert len(self.sim.hooks.rows) == 1
        return found[0]

    @property
    def token(self) -> str:
        return next(iter(self.sim.hooks.rows.values())).secret

    def check_secrets(self) -> None:
        log = self.weir.log.text()
        words = [self.weir.api_key, self.weir.admin_key, self.weir.env["WEIR_MASTER_KEY"], self.sim.access.api_token]
        words += [hook.secret.removeprefix("Bearer ") for hook in self.sim.hooks.rows.values()]
        words += [value for name, value in self.weir.env.items() if name.startswith(("HOOK_SECRET_", "TOOL_SECRET_"))]
        words += [self.sim.user(one)["profile"]["email"] for one in self.sim.user_ids(50)]
        found = [word for word in words if word and word in log]
        assert not found, f"the log shows: {found}"

    # What the API shows

    def employee(self, user: str, **query: Any) -> dict[str, Any] | None:
        return self.weir.employee(user, ACME_OKTA, **query)

    def wait_employee(self, person: str, timeout: float = WAIT_S, **fields: Any) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            row = self.employee(person)
            return row if row and all(row[k] == v for k, v in fields.items()) else None
        return eventually(look, timeout, say=f"employee {person} did not become {fields}\n{self.weir.tail()}")

    def wait_groups(self, user: str, *names: str) -> None:
        """Until these are the user's teams (departments and cost centers aside)."""
        got: set[str] = set()

        def same() -> bool:
            nonlocal got
            row = self.employee(user)
            got = {g["name"] for g in row["groups"] if g["type"] == "TEAM"} if row else set()
            return got == set(names)
        try:
            eventually(same)
        except AssertionError:
            raise AssertionError(f"groups of {user}: {got}, not {names}\n{self.weir.tail()}") from None

    def teams_of(self, user: str, sim: OktaSim | None = None) -> set[str]:
        """As the tool has it: the groups that are teams here."""
        sim = sim or self.sim
        rows = sim.directory.groups.rows
        return {rows[one].profile["name"] for one in sim.groups_of(user) if rows[one].type == "OKTA_GROUP"}

    def differences(self, sim: OktaSim | None = None, integration: str = ACME_OKTA) -> list[str]:
        sim = sim or self.sim
        rows = {row["remote_id"]: row for row in self.weir.rows("/hris/employees", integration, page_size=250)}
        people = {one: sim.user(one) for one in sim.user_ids()}
        wrong = []
        if rows.keys() != people.keys():
            wrong.append(f"employees: too many {rows.keys() - people.keys()}, missing {people.keys() - rows.keys()}")
        for one in rows.keys() & people.keys():
            profile, row = people[one]["profile"], rows[one]
            for field, name in (("first_name", "firstName"), ("last_name", "lastName"), ("work_email", "email"),
                                ("job_title", "title"), ("employee_number", "employeeNumber")):
                if row[field] != profile.get(name):
                    wrong.append(f"{one}.{field}: {row[field]!r}, at the tool {profile.get(name)!r}")
            status = STATUSES.get(people[one]["status"], "ACTIVE")
            if row["employment_status"] != status:
                wrong.append(f"{one}.employment_status: {row['employment_status']!r}, not {status!r}")
            groups = {(g["type"], g["name"]) for g in row["groups"]}
            wanted = {("TEAM", name) for name in self.teams_of(one, sim)}
            wanted |= {(kind, profile[name]) for kind, name in (("DEPARTMENT", "department"),
                                                              ("COST_CENTER", "costCenter")) if profile.get(name)}
            if groups != wanted:
                wrong.append(f"{one}.groups: {groups ^ wanted}")
        return wrong

    def wait_same(self, sim: OktaSim | None = None, integration: str = ACME_OKTA, timeout: float = WAIT_S) -> None:
        super().wait_same(sim, integration, timeout)

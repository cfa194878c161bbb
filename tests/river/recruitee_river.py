"""The whole river with a simulated Recruitee before it, whose webhook a person makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim import published
from sim.recruitee import RecruiteeSim
from sim.tiny_http import Reply

from weir import ACME, WAIT_S, call, eventually
from whole_river import River

ACME_RC = "recruitee:acme"
HOOK = f"/hooks/{ACME_RC}"


class RecruiteeRiver(River):
    """Not set up at the tool until set_up()."""

    def __init__(self, folder: Path, people: int = 6, switches: dict[str, Any] | None = None,
                 **overrides: Any) -> None:
        self._switches = switches or {}
        self.hook_id = 0
        super().__init__(folder, people, **overrides)

    def tool(self, integration: str, people: int = 6, **given: Any) -> RecruiteeSim:
        assert integration == ACME
        sim = RecruiteeSim(people, seed=len(self.tools) + 1, allow_http=True, **given)
        sim.switches.set(**self._switches)
        sim.start()
        self.tools.append(sim)
        self.weir.env["TOOL_SECRET_1"] = sim.token
        self.weir.config["integrations"].append({
            "id": ACME_RC, "organization": "Acme GmbH", "base_url": sim.url, "allow_private": True,
            "settings": {"company_id": str(sim.company_id), "api_token": "@env:TOOL_SECRET_1"}})
        return sim

    # What a person does

    def make_hook(self) -> int:
        """In Recruitee: hooks.Refused if the test request was not answered with 200."""
        self.hook_id = self.sim.create_webhook(self.weir.config["public_url"] + HOOK)
        return self.hook_id

    def paste(self, secret: str | None = None) -> None:
        """In Weir's file, and a reload."""
        secret = self.sim.show_secret(self.hook_id) if secret is None else secret
        self.words.append(secret.strip())
        self.weir.config["integrations"][0]["settings"]["webhook_secret"] = secret
        self.weir.write_config()
        if self.weir.process is not None:
            self.weir.cli("reload")

    def prove(self) -> None:
        """A first delivery, and the sweep for what came before it."""
        mark = self.weir.log.mark()
        self.sim.update_offer(self.sim.jobs()[-1])
        self.wait_state("active")
        self.wait_synced(mark)

    def start(self, synced: bool = True) -> RecruiteeRiver:
        """Set up by a person, read once, and nothing on its way."""
        self.weir.start()
        if synced:
            self.wait_synced()
            self.make_hook()
            self.paste()
            self.prove()
            self.settle()
            self.app.clear()
            self.sim.reset_counters()
        return self

    def wait_synced(self, since: int = 0) -> None:
        self.weir.wait_log("sync ended", since, integration=ACME_RC, state="SUCCEEDED")
        eventually(lambda: self.weir.api("/ats/candidates", ACME_RC).status == 200)

    def shown(self) -> dict[str, Any]:
        return self.weir.admin("/subscriptions/recruitee%3Aacme").data

    def wait_state(self, state: str) -> dict[str, Any]:
        return eventually(lambda: self.shown()["state"] == state and self.shown(), say=str(self.shown()))

    def check_requests(self) -> None:
        wrong = published.problems(published.RECRUITEE, self.sim.requests)
        assert not wrong, f"{len(wrong)} requests were not as published: {sorted(set(wrong))[:10]}"

    def check_secrets(self) -> None:
        log = self.weir.log.text()
        words = [self.weir.api_key, self.weir.admin_key, self.weir.env["WEIR_MASTER_KEY"], self.sim.token, *self.words]
        words += [value for name, value in self.weir.env.items() if name.startswith(("HOOK_SECRET_", "TOOL_SECRET_"))]
        with self.sim.lock:
            for candidate in self.sim.company.candidates.values():
                words += [candidate["name"], *candidate["emails"]]
        found = [word for word in words if word and word in log]
        assert not found, f"the log shows: {found}"

    # What the API shows

    def rows(self, model: str, **query: Any) -> dict[str, dict[str, Any]]:
        """By remote id."""
        return {row["remote_id"]: row for row in self.weir.rows(f"/ats/{model}", ACME_RC, **query)}

    def application(self, candidate: int, offer: int | None = None) -> dict[str, Any] | None:
        """Of that candidate, at the offer or the first."""
        found = [row for row in self.rows("applications").values()
                 if row["candidate"] and row["candidate"]["remote_id"] == str(candidate)
                 and (offer is None or row["job"]["remote_id"] == str(offer))]
        return found[0] if found else None

    def wait_application(self, candidate: int, offer: int | None = None, stage: str | None = None,
                         **fields: Any) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            row = self.application(candidate, offer)
            return row if row and all(row[k] == v for k, v in fields.items()) and (
                stage is None or (row["current_stage"] or {}).get("name") == stage) else None
        return eventually(look, say=f"no application of {candidate} became {fields} {stage}: "
                          f"{self.application(candidate, offer)}\n{self.weir.tail()}")

    def differences(self, sim: RecruiteeSim | None = None, integration: str = ACME_RC) -> list[str]:
        sim = sim or self.sim
        wrong = []
        with sim.lock:
            people = {str(one): sim.candidate(one) for one in sim.candidate_ids()}
            jobs = {str(one): sim.company.offers[one] for one in sim.jobs()}
        placed = {str(p["id"]): p for c in people.values() for p in c["placements"] if str(p["offer_id"]) in jobs}
        candidates, applications, offers = (self.rows(m) for m in ("candidates", "applications", "jobs"))
        for name, ours, theirs in (("candidates", candidates, people), ("applications", applications, placed),
                                   ("jobs", offers, jobs)):
            if ours.keys() != theirs.keys():
                wrong.append(f"{name}: too many {ours.keys() - theirs.keys()}, missing {theirs.keys() - ours.keys()}")
        for one in candidates.keys() & people.keys():
            row, name = candidates[one], people[one]["name"]
            if f"{row['first_name']} {row['last_name']}" != name:
                wrong.append(f"candidate {one}: {row['first_name']!r} {row['last_name']!r}, not {name!r}")
        for one in applications.keys() & placed.keys():
            row, placement = applications[one], placed[one]
            outcome = ("HIRED" if placement["hired_at"] else
                       "DECLINED" if placement.get("disqualified_at") else "PENDING")
            if row["outcome"] != outcome or row["current_stage"]["remote_id"] != str(placement["stage_id"]):
                wrong.append(f"application {one}: {row['outcome']} at {row['current_stage']}, not {outcome} "
                             f"at {placement['stage_id']}")
        for one in offers.keys() & jobs.keys():
            if offers[one]["name"] != jobs[one]["title"]:
                wrong.append(f"job {one}: {offers[one]['name']!r}, not {jobs[one]['title']!r}")
        return wrong

    def wait_same(self, sim: RecruiteeSim | None = None, integration: str = ACME_RC,
                  timeout: float = WAIT_S) -> None:
        super().wait_same(sim, integration, timeout)

    def post(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        return call(self.weir.port, "POST", HOOK, {"Content-Type": "application/json"} | (headers or {}), body).status

    def fetches(self, candidate: int) -> int:
        return self.sim.count(f"GET /c/{self.sim.company_id}/candidates/{candidate}")

    def test(self) -> Reply:
        return self.sim.test(self.hook_id)

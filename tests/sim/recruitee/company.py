"""What a company has at Recruitee, and what happens in it."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from ..names import FIRST_NAMES, LAST_NAMES
from ..unknown import Unknown

Json = dict[str, Any]
# Type, subtype, candidate, offers of it, details.
Emit = Callable[[str, str | None, Json | None, list[Json], Json | None], None]

STAGES = ((701, "Applied", "apply"), (702, "Phone screen", "phone_screen"),
          (703, "Interview", "interview"), (709, "Hired", "hire"))


class Company:
    """Callers hold the simulator's lock. Times are seconds, printed by Views."""

    def __init__(self, company_id: int, now: Callable[[], float], rng: random.Random,
                 emit: Emit) -> None:
        self.id, self.name = company_id, "Northwind"
        self._now = now
        self._rng = rng
        self._emit = emit
        self._last_id = 30000
        self.admins: dict[int, Json] = {}
        self.departments = {14: "Platform", 15: "Sales"}
        self.reasons = {31: "Not enough experience", 32: "Withdrew"}
        self.tags = {51: "referral", 52: "remote"}
        self.offers: dict[int, Json] = {}
        self.candidates: dict[int, Json] = {}
        self.index: dict[int, list[tuple[float, Json]]] = {}  # what the search may show, and since

    def seed(self, people: int) -> None:
        for number, (first, last) in enumerate((("Lena", "Fuchs"), ("Omar", "Winter"))):
            self.admins[88 + number] = {
                "first_name": first, "last_name": last,
                "email": f"{first.lower()}@northwind.example"}
        for title, kind in (("Backend Developer", "job"), ("Account Manager", "job"),
                            ("Future talents", "talent_pool")):
            self.add_offer(title=title, kind=kind)
        jobs = [one for one, offer in self.offers.items() if offer["kind"] == "job"]
        for number in range(people):
            self.add_candidate(offers=[jobs[number % len(jobs)]])

    def _id(self) -> int:
        self._last_id += 1
        return self._last_id

    # Offers

    def add_offer(self, **fields: Any) -> int:
        one = self._id()
        at = self._now()
        self.offers[one] = {
            "id": one, "kind": "job", "title": f"Job {one}", "status": "published",
            "department_id": 14, "city": "Hamburg", "country_code": "DE", "postal_code": "20457",
            "employment_type": "fulltime", "description": "<p>What it is</p>",
            "requirements": "<p>What it takes</p>", "hiring_manager_id": 88, "recruiter_id": 89,
            "published_at": at, "closed_at": None, "created_at": at, "updated_at": at,
            "stages": [{"id": s, "name": n, "category": c} for s, n, c in STAGES]} | fields
        self._emit("offer_published", None, None, [self.offers[one]], None)
        return one

    def update_offer(self, offer_id: int, subtype: str = "offer_changed", **fields: Any) -> None:
        offer = self.offer(offer_id)
        offer.update(fields, updated_at=self._now())
        self._emit("offer_updated", subtype, None, [offer], None)

    def set_status(self, offer_id: int, status: str) -> None:
        offer = self.offer(offer_id)
        was, now = offer["status"], self._now()
        offer.update(status=status, updated_at=now)
        if status == "published":
            offer["published_at"] = now
        if status in ("closed", "archived"):
            offer["closed_at"] = now
        name = "offer_published" if status == "published" else "offer_unpublished"
        if "published" in (was, status):
            self._emit(name, None, None, [offer], None)
        self._emit("offer_updated", "status_changed", None, [offer], None)

    def offer(self, offer_id: int) -> Json:
        if offer_id not in self.offers:
            raise Unknown(f"there is no offer {offer_id}")
        return self.offers[offer_id]

    # Candidates

    def candidate(self, candidate_id: int) -> Json:
        if candidate_id not in self.candidates:
            raise Unknown(f"there is no candidate {candidate_id}")
        return self.candidates[candidate_id]

    def placement(self, candidate_id: int, offer_id: int | None = None) -> Json:
        """That at the offer, or the first."""
        for placement in self.candidate(candidate_id)["placements"]:
            if offer_id in (None, placement["offer_id"]):
                return placement
        raise Unknown(f"candidate {candidate_id} is not at offer {offer_id}")

    def add_candidate(self, offers: list[int], **fields: Any) -> int:
        one = self._id()
        at = self._now()
        name = f"{self._rng.choice(FIRST_NAMES)} {self._rng.choice(LAST_NAMES)}-{one}"
        self.candidates[one] = {
            "id": one, "name": name, "emails": [f"c{one}@home.example"], "phones": [],
            "source": "career_site", "sources": ["Career site"], "tags": [], "links": [],
            "created_at": at, "updated_at": at, "placements": []} | fields
        for offer_id in offers:
            self._place(self.candidates[one], self.offer(offer_id))
        self._touch(self.candidates[one])
        self._emit("new_candidate", "career_site", self.candidates[one],
                   [self.offers[o] for o in offers], None)
        return one

    def _place(self, candidate: Json, offer: Json) -> Json:
        at = self._now()
        placement = {
            "id": self._id(), "candidate_id": candidate["id"], "offer_id": offer["id"],
            "stage_id": offer["stages"][0]["id"], "created_at": at, "updated_at": at,
            "hired_at": None, "disqualified_at": None, "reason_id": None, "job_starts_at": None}
        candidate["placements"].append(placement)
        return placement

    def _touch(self, candidate: Json, placement: Json | None = None) -> None:
        at = candidate["updated_at"] = self._now()
        if placement is not None:
            placement["updated_at"] = at
        self.index.setdefault(candidate["id"], []).append((at, copy.deepcopy(candidate)))
        del self.index[candidate["id"]][:-20]

    def update_candidate(self, candidate_id: int, **fields: Any) -> None:
        """An edit: no event tells of it."""
        candidate = self.candidate(candidate_id)
        candidate.update(fields)
        self._touch(candidate)

    def assign(self, candidate_id: int, offer_id: int) -> int:
        candidate, offer = self.candidate(candidate_id), self.offer(offer_id)
        placement = self._place(candidate, offer)
        self._touch(candidate, placement)
        self._emit("candidate_assigned", None, candidate, [offer],
                   {"stage": offer["stages"][0]})
        return placement["id"]

    def unassign(self, candidate_id: int, offer_id: int) -> None:
        """The placement goes; no event of its own tells."""
        candidate = self.candidate(candidate_id)
        candidate["placements"].remove(self.placement(candidate_id, offer_id))
        self._touch(candidate)

    def move(self, candidate_id: int, stage_id: int, offer_id: int | None = None) -> None:
        candidate, placement = self.candidate(candidate_id), self.placement(candidate_id, offer_id)
        offer = self.offer(placement["offer_id"])
        stages = {stage["id"]: stage for stage in offer["stages"]}
        was, placement["stage_id"] = placement["stage_id"], stage_id
        self._touch(candidate, placement)
        self._moved(candidate, offer, "stage_changed", stages.get(was), stages[stage_id], None)

    def hire(self, candidate_id: int, offer_id: int | None = None, starts: str | None = None) -> None:
        placement = self.placement(candidate_id, offer_id)
        placement["hired_at"], placement["job_starts_at"] = self._now(), starts
        self.move(candidate_id, self.offer(placement["offer_id"])["stages"][-1]["id"],
                  placement["offer_id"])

    def disqualify(self, candidate_id: int, reason_id: int = 31, offer_id: int | None = None) -> None:
        candidate, placement = self.candidate(candidate_id), self.placement(candidate_id, offer_id)
        placement["disqualified_at"], placement["reason_id"] = self._now(), reason_id
        self._touch(candidate, placement)
        self._moved(candidate, self.offer(placement["offer_id"]), "disqualified", None, None,
                    {"id": reason_id, "name": self.reasons[reason_id]})

    def requalify(self, candidate_id: int, offer_id: int | None = None) -> None:
        candidate, placement = self.candidate(candidate_id), self.placement(candidate_id, offer_id)
        placement["disqualified_at"] = placement["reason_id"] = None
        self._touch(candidate, placement)
        self._moved(candidate, self.offer(placement["offer_id"]), "requalified", None, None, None)

    def _moved(self, candidate: Json, offer: Json, subtype: str, was: Json | None,
               stage: Json | None, reason: Json | None) -> None:
        self._emit("candidate_moved", subtype, candidate, [offer],
                   {"from_stage": was, "to_stage": stage, "disqualify_reason": reason})

    def delete_candidate(self, candidate_id: int) -> None:
        candidate = self.candidate(candidate_id)
        del self.candidates[candidate_id]
        self.index.pop(candidate_id, None)
        self._emit("candidate_deleted", None, candidate, [], None)

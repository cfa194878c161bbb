"""How Recruitee prints what it has."""

from __future__ import annotations

from typing import Any

from ..stamps import iso_millis, iso_seconds
from .company import Company, Json
from .switches import Switches

TIMES = ("created_at", "updated_at", "published_at", "closed_at", "hired_at", "disqualified_at")


class Views:
    def __init__(self, company: Company, switches: Switches) -> None:
        self._company = company
        self._switches = switches

    def time(self, at: float | None) -> str | None:
        if at is None:
            return None
        if self._switches.old_times:
            return iso_seconds(at).replace("T", " ").replace("Z", " UTC")
        return iso_millis(at)

    def _timed(self, fields: Json) -> Json:
        return {name: self.time(value) if name in TIMES else value for name, value in fields.items()}

    # Of the API

    def offer(self, offer: Json, whole: bool = True) -> Json:
        shown = self._timed({k: v for k, v in offer.items() if k != "stages"})
        department = self._company.departments.get(offer["department_id"])
        shown |= {
            "slug": offer["title"].lower().replace(" ", "-"), "department": department,
            "location": f"{offer['city']}, Germany", "street": None, "state_name": "Hamburg",
            "careers_url": f"https://northwind.example/o/{offer['id']}", "lang_code": "en",
            "adminapp_url": f"https://app.recruitee.example/#/offers/{offer['id']}",
            "offer_tags": [], "candidates_count": len(self._company.candidates)}
        if self._switches.department_object:
            shown["department"] = {"id": offer["department_id"], "name": department}
        if whole:
            shown["pipeline_template"] = {"id": 61, "title": "Default", "stages": [
                {**stage, "group": stage["category"], "position": place, "locked": False}
                for place, stage in enumerate(offer["stages"], 1)]}
        return shown

    def placement(self, placement: Json) -> Json:
        shown = self._timed({k: v for k, v in placement.items() if k != "reason_id"})
        shown |= {"position": 1, "language": "en", "hired_by_id": None,
                  "hired_in_this_placement": placement["hired_at"] is not None,
                  "hired_in_other_placement": False,
                  "disqualify_reason": self._company.reasons.get(placement["reason_id"])}
        if self._switches.disqualify_silent:
            del shown["disqualified_at"], shown["disqualify_reason"]
        return shown

    def candidate(self, candidate: Json, whole: bool = True) -> Json:
        shown = self._timed({k: v for k, v in candidate.items() if k != "placements"})
        if self._switches.tag_objects:
            shown["tags"] = [{"id": place, "name": tag} for place, tag in enumerate(shown["tags"], 1)]
        shown |= {"referrer": None, "social_links": [], "cover_letter": None, "rating": 0,
                  "photo_url": None, "admin_id": 88,
                  "adminapp_url": f"https://app.recruitee.example/#/candidates/{candidate['id']}"}
        if whole:
            shown["placements"] = [self.placement(p) for p in candidate["placements"]]
        return shown

    def references(self, candidate: Json) -> list[Json]:
        found: list[Json] = [{"type": "Admin", "id": 88, "name": "Lena Fuchs"}]
        for placement in candidate["placements"]:
            offer = self._company.offers.get(placement["offer_id"])
            if offer is None:
                continue
            found.append({"type": "Offer", "id": offer["id"], "title": offer["title"]})
            found += [{"type": "Stage", **stage} for stage in offer["stages"]
                      if stage["id"] == placement["stage_id"]]
        return found

    def hit(self, candidate: Json) -> Json:
        return self._timed({name: candidate[name] for name in (
            "id", "name", "emails", "phones", "created_at", "updated_at")})

    # Of events: summaries, as things stand then

    def payload(self, candidate: Json | None, offers: list[Json], details: Json | None,
                listed: bool) -> Json:
        shown: dict[str, Any] = {"company": {"id": self._company.id, "name": self._company.name}}
        if candidate is not None:
            shown["candidate"] = self._timed({name: candidate[name] for name in (
                "id", "name", "emails", "phones", "source", "created_at", "updated_at")})
        summaries = [self._timed({name: offer[name] for name in (
            "id", "title", "kind", "status", "created_at", "updated_at")}) for offer in offers]
        if candidate is not None and self._switches.candidate_without_offer:
            summaries = []
        if listed:
            shown["offers"] = summaries
        elif summaries:
            shown["offer"] = summaries[0]
        if details is not None:
            shown["details"] = details
        return shown

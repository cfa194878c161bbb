"""Changes at the simulated Personio by chance, and the company as an application has to see it in the end."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from whole_river import Tool

TEAMS, OFFICES, ENTITIES = ("4500", "4502", "7"), ("60302", "60303", "60304"), ("170", "171")
STATUS = {"APPROVED": "APPROVED", "PENDING": "REQUESTED", "REJECTED": "DECLINED"}
PEOPLE_MIN, PEOPLE_MAX = 12, 60


class RandomCompany:
    """change() makes one change that the tool has an event for."""

    def __init__(self, sim: Tool, rng: random.Random) -> None:
        self._sim = sim
        self._rng = rng
        self._number = 0
        self.deleted_people: set[str] = set()
        self.deleted_absences: set[str] = set()
        self.counts: dict[str, int] = {}

    def change(self) -> None:
        self._number += 1
        with self._sim.lock:
            people = self._sim.person_ids()
            roads = [(self._make, 12 if len(people) < PEOPLE_MAX else 0), (self._rename, 25), (self._move, 22),
                     (self._delete, 9 if len(people) > PEOPLE_MIN else 0), (self._absent, 14), (self._judge, 12),
                     (self._return, 6), (self._second_job, 4), (self._leave_job, 4)]
            road = self._rng.choices([r for r, _ in roads], [w for _, w in roads])[0]
            road(people)
            name = road.__name__.strip("_")
            self.counts[name] = self.counts.get(name, 0) + 1

    def _make(self, people: list[str]) -> None:
        self._sim.add_person(first_name=f"New{self._number}", last_name=f"Person{self._number}",
                             employment={"title": f"Role {self._number}", "supervisor": self._rng.choice(people),
                                         "office": self._rng.choice(OFFICES), "teams": [self._rng.choice(TEAMS)]})

    def _rename(self, people: list[str]) -> None:
        name = self._rng.choice(("first_name", "last_name", "preferred_name", "email"))
        value = f"renamed.{self._number}@acme.example" if name == "email" else f"Renamed{self._number}"
        self._sim.update_person(self._rng.choice(people), **{name: value})

    def _move(self, people: list[str]) -> None:
        """The title changes each time: a change of the organisational units alone fires nothing."""
        person = self._rng.choice(people)
        others = [one for one in people if one != person]
        for one in self._sim.employment_ids(person)[:1]:
            self._sim.update_employment(
                one, title=f"Moved {self._number}", supervisor=self._rng.choice(others), office=self._rng.choice(OFFICES),
                legal_entity=self._rng.choice(ENTITIES), teams=self._rng.sample(TEAMS, self._rng.randrange(3)))

    def _delete(self, people: list[str]) -> None:
        """Who reported to them reports to somebody else from then on."""
        person = self._rng.choice(people)
        others = [one for one in people if one != person]
        for other in others:
            for one in self._sim.employment_ids(other):
                if (self._sim.company.employments[one]["supervisor"] or {}).get("id") == person:
                    heir = self._rng.choice([o for o in others if o != other])
                    self._sim.update_employment(one, title=f"Inherited {self._number}", supervisor=heir)
        self.deleted_people.add(person)
        self.deleted_absences |= {absence.id for absence in self._sim.absences_of(person)}
        self._sim.delete_person(person)

    def _day(self) -> date:
        return date(2026, 1, 1) + timedelta(days=self._rng.randrange(600))

    def _absent(self, people: list[str]) -> None:
        start = self._day()
        self._sim.add_absence(self._rng.choice(people), type=self._rng.choice(("Vacation", "Sick leave")),
                              start=start.isoformat(), end=(start + timedelta(days=self._rng.randrange(9))).isoformat(),
                              status=self._rng.choice(list(STATUS)), comment=f"Note {self._number}")

    def _absence(self) -> Any:
        days = [a for a in self._sim.company.absences.values()
                if self._sim.company.lookups["absence-types"][a.type_id]["unit"] == "DAY"]
        return self._rng.choice(days) if days else None

    def _judge(self, people: list[str]) -> None:
        absence = self._absence()
        if absence is not None:
            status = self._rng.choice([one for one in STATUS if one != absence.status])
            start = self._day()
            self._sim.update_absence(absence.id, status=status, comment=f"Judged {self._number}", start=start.isoformat(),
                                     end=(start + timedelta(days=self._rng.randrange(9))).isoformat())

    def _return(self, people: list[str]) -> None:
        absence = self._absence()
        if absence is not None:
            self.deleted_absences.add(absence.id)
            self._sim.delete_absence(absence.id)

    def _second_job(self, people: list[str]) -> None:
        person = self._rng.choice(people)
        if len(self._sim.employment_ids(person)) < 4:
            self._sim.add_employment(person, title=f"Second {self._number}", teams=[self._rng.choice(TEAMS)])

    def _leave_job(self, people: list[str]) -> None:
        person = self._rng.choice(people)
        jobs = self._sim.employment_ids(person)
        if len(jobs) > 1:
            self._sim.delete_employment(self._rng.choice(jobs))


def current(employments: list[dict[str, Any]]) -> dict[str, Any]:
    """The job that a person's job title is of: of the most recent first, the first one that goes on."""
    for wanted in (("ACTIVE", "LEAVE"), ("ONBOARDING",)):
        for one in employments:
            if one["status"] in wanted:
                return one
    return employments[0]


def names(rows: dict[str, dict[str, Any]], kind: str, given: list[dict[str, Any]]) -> list[str]:
    return sorted(rows[f"{kind}/{one['id']}"]["name"] for one in given if one["type"] == kind)


def people_of(sim: Tool) -> dict[str, dict[str, Any]]:
    """By remote id, in the words of an application."""
    seen = {}
    with sim.lock:
        lookups = sim.company.lookups
        for person_id in sim.person_ids():
            person = sim.person(person_id)
            jobs = sim.company.employments_by_recency(person_id)
            job = current(jobs)
            seen[person_id] = {
                **{ours: person[theirs] for ours, theirs in (
                    ("first_name", "first_name"), ("last_name", "last_name"), ("work_email", "email"),
                    ("display_full_name", "preferred_name"))},
                "job_title": job["position"]["title"],
                "manager": job["supervisor"] and job["supervisor"]["id"],
                "office": job["office"] and lookups["workplaces"][job["office"]["id"]]["name"],
                "entity": job["legal_entity"] and lookups["legal-entities"][job["legal_entity"]["id"]]["name"],
                "teams": names(lookups["org-units"], "team", job["org_units"]),
                "jobs": sorted((one["id"], one["position"]["title"]) for one in jobs)}
    return seen


def absences_of(sim: Tool) -> dict[str, dict[str, Any]]:
    seen = {}
    with sim.lock:
        for absence in sim.company.absences.values():
            kind = sim.company.lookups["absence-types"][absence.type_id]
            seen[absence.id] = {"person": absence.person_id, "type": kind["name"], "note": absence.comment,
                                "status": STATUS[absence.status], "start": absence.start.date().isoformat()}
            if kind["unit"] == "DAY" and absence.end is not None:
                seen[absence.id]["end"] = (absence.end.date() - timedelta(days=1)).isoformat()
    return seen

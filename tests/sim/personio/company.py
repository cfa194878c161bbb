"""The data of the simulated company, and which events a change of it fires.

Persons and employments are kept nearly as the API prints them, absences in a simpler form; views.py
makes the wire shape of each. Knows nothing of HTTP or webhooks: an event is handed to `emit` as a
name and the ids it is about. Callers hold the simulator's lock.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ..stamps import iso_seconds
from ..unknown import Unknown
from .switches import Switches

Json = dict[str, Any]
Refs = dict[str, str]

PERSON_FIELDS = ("email", "first_name", "last_name", "preferred_name", "gender", "language_code",
                 "custom_attributes")
EMPLOYMENT_FIELDS = (
    "status", "weekly_working_hours", "full_time_weekly_working_hours", "probation_end_date",
    "employment_start_date", "employment_end_date", "type", "contract_end_date", "position",
    "supervisor", "office", "legal_entity", "job", "sub_company", "org_units", "cost_centers",
    "termination")
REFERENCES = ("supervisor", "office", "legal_entity", "job", "sub_company")
LOOKUPS = ("absence-types", "org-units", "workplaces", "legal-entities", "cost-centers")


@dataclass
class Absence:
    """`start` and `end` are local times; `end` is exclusive for types measured in days."""

    id: str
    person_id: str
    type_id: str
    start: datetime
    end: datetime | None
    half_start: bool
    half_end: bool
    status: str
    comment: str | None
    created_at: str
    updated_at: str
    timezone_id: str = "Europe/Berlin"


class Company:
    def __init__(self, switches: Switches, now: Callable[[], float], rng: random.Random,
                 emit: Callable[[str, Refs], None]) -> None:
        self.persons: dict[str, Json] = {}
        self.employments: dict[str, Json] = {}
        self.employments_of: dict[str, list[str]] = {}
        self.absences: dict[str, Absence] = {}
        # Names behind ids. Org units are keyed "<type>/<id>": team 7 and department 7 both exist.
        self.lookups: dict[str, dict[str, Json]] = {kind: {} for kind in LOOKUPS}
        self._next_person = 3001
        self._switches = switches
        self._now = now
        self._rng = rng
        self._emit = emit

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def _stamp(self) -> str:
        return iso_seconds(self._now())

    # Persons

    def add_person(self, fields: Json) -> Json:
        """A person with one employment, or with `employments`. Missing fields are made up."""
        fields = dict(fields)
        employments = fields.pop("employments", None)
        employment = fields.pop("employment", {})
        person_id = str(fields.pop("id", self._next_person))
        if person_id in self.persons:
            raise ValueError(f"person {person_id} exists")
        self._next_person = max(self._next_person, int(person_id)) + 1
        now = self._stamp()
        first = fields.get("first_name", "Robin")
        last = fields.get("last_name", f"Test{person_id}")
        person = {
            "id": person_id, "email": f"{first}.{last}.{person_id}@acme.example".lower(),
            "created_at": now, "updated_at": now, "first_name": first, "last_name": last,
            "preferred_name": f"{first} {last}", "gender": "UNSPECIFIED",
            "language_code": "en", "custom_attributes": []}
        person.update(_person_fields(fields, person))
        self.persons[person_id] = person
        self.employments_of[person_id] = []
        self._emit("person.created", {"person": person_id})
        for one in [employment] if employments is None else employments:
            self.add_employment(person_id, one)
        if self._switches.updated_after_create:
            self._emit("person.updated", {"person": person_id})
        return person

    def update_person(self, person_id: str, fields: Json) -> bool:
        """Whether anything changed; nothing is fired if not."""
        person = self._find(self.persons, person_id)
        if not _apply(person, _person_fields(fields, person)):
            return False
        person["updated_at"] = self._stamp()
        self._emit("person.updated", {"person": person_id})
        return True

    def delete_person(self, person_id: str) -> None:
        self._find(self.persons, person_id)
        for employment_id in self.employments_of.pop(person_id):
            del self.employments[employment_id]
            self._emit("employment.deleted", {"employment": employment_id, "person": person_id})
        for absence in [a for a in self.absences.values() if a.person_id == person_id]:
            del self.absences[absence.id]  # no event of their own for these
        del self.persons[person_id]
        self._emit("person.deleted", {"person": person_id})

    # Employments

    def add_employment(self, person_id: str, fields: Json) -> Json:
        self._find(self.persons, person_id)
        fields = dict(fields)
        now = self._stamp()
        employment: Json = {
            "id": fields.pop("id", None) or self.new_uuid(), "status": "ACTIVE",
            "weekly_working_hours": 40, "full_time_weekly_working_hours": 40,
            "probation_end_date": None, "employment_start_date": now[:10],
            "employment_end_date": None, "type": "INTERNAL", "contract_end_date": None,
            "created_at": now, "updated_at": now, "position": {"title": "Engineer"},
            "supervisor": None, "office": None, "legal_entity": {"id": "170"}, "job": None,
            "sub_company": {"id": "47"}, "org_units": [], "cost_centers": [],
            "person": {"id": person_id}, "termination": None}
        employment.update(_employment_fields(fields, employment))
        self.employments[employment["id"]] = employment
        self.employments_of[person_id].append(employment["id"])
        self._emit("employment.created", self._employment_refs(employment))
        return employment

    def update_employment(self, employment_id: str, fields: Json) -> bool:
        employment = self._find(self.employments, employment_id)
        changed = _apply(employment, _employment_fields(fields, employment))
        if not changed:
            return False
        employment["updated_at"] = self._stamp()
        if self._switches.employment_touches_person:
            self.persons[employment["person"]["id"]]["updated_at"] = employment["updated_at"]
        refs = self._employment_refs(employment)
        silent = {"cost_centers", *self._switches.silent_employment_fields}
        if changed - silent or ("cost_centers" in changed
                                and self._switches.cost_centers_fire_updated):
            self._emit("employment.updated", refs)
        if "cost_centers" in changed:
            self._emit("employment.updated.cost-centers", refs)
        return True

    def delete_employment(self, employment_id: str) -> None:
        employment = self._find(self.employments, employment_id)
        del self.employments[employment_id]
        self.employments_of[employment["person"]["id"]].remove(employment_id)
        self._emit("employment.deleted", self._employment_refs(employment))

    def start_employment(self, employment_id: str) -> None:
        """The first day has come."""
        employment = self._find(self.employments, employment_id)
        employment.update(status="ACTIVE", updated_at=self._stamp())
        self._emit("employment.started", self._employment_refs(employment))

    def terminate_employment(self, employment_id: str, last_day: str, kind: str = "EMPLOYEE",
                             reason: str = "New job") -> None:
        """The termination takes effect."""
        employment = self._find(self.employments, employment_id)
        employment.update(
            status="INACTIVE", employment_end_date=last_day, updated_at=self._stamp(),
            termination={"termination_date": last_day, "last_working_day": last_day,
                         "terminated_at": last_day, "type": kind, "reason": reason})
        self._emit("employment.terminated", self._employment_refs(employment))

    def employments_by_recency(self, person_id: str) -> list[Json]:
        rows = [self.employments[one] for one in self.employments_of[person_id]]
        rows.sort(key=recency, reverse=True)
        return rows

    @staticmethod
    def _employment_refs(employment: Json) -> Refs:
        return {"employment": employment["id"], "person": employment["person"]["id"]}

    # Absences

    def add_absence(self, person_id: str, fields: Json) -> Absence:
        self._find(self.persons, person_id)
        fields = dict(fields)
        type_id = self.absence_type_id(fields.pop("type", "Vacation"))
        now = self._stamp()
        start, end = self._span(type_id, fields.pop("start", now[:10]), fields.pop("end", ...))
        absence = Absence(
            id=fields.pop("id", None) or self.new_uuid(), person_id=person_id, type_id=type_id,
            start=start, end=end, half_start=fields.pop("half_start", False),
            half_end=fields.pop("half_end", False), status=fields.pop("status", "PENDING"),
            comment=fields.pop("comment", None), created_at=now, updated_at=now)
        _no_rest(fields)
        self.absences[absence.id] = absence
        self._emit("absence-period.created", self._absence_refs(absence))
        return absence

    def update_absence(self, absence_id: str, fields: Json) -> bool:
        """A comment change fires nothing: certificates and comments have no event."""
        absence = self._find(self.absences, absence_id)
        fields = dict(fields)
        before = (absence.start, absence.end, absence.half_start, absence.half_end)
        status, rest = absence.status, (absence.comment, absence.type_id)
        if "type" in fields:
            absence.type_id = self.absence_type_id(fields.pop("type"))
        if "start" in fields or "end" in fields:
            begin = fields.pop("start", absence.start.isoformat())
            absence.start, absence.end = self._span(
                absence.type_id, begin, fields.pop("end", ...), absence.end)
        for name in ("half_start", "half_end", "status", "comment"):
            setattr(absence, name, fields.pop(name, getattr(absence, name)))
        _no_rest(fields)
        moved = before != (absence.start, absence.end, absence.half_start, absence.half_end)
        judged = status != absence.status
        changed = moved or judged or rest != (absence.comment, absence.type_id)
        if changed:
            absence.updated_at = self._stamp()
        refs = self._absence_refs(absence)
        if judged:
            self._emit("absence-period.updated.status", refs)
        if moved or self._switches.spurious_timerange:
            self._emit("absence-period.updated.timerange", refs)
        return changed

    def delete_absence(self, absence_id: str) -> None:
        absence = self._find(self.absences, absence_id)
        del self.absences[absence_id]
        self._emit("absence-period.deleted", self._absence_refs(absence))

    def absence_type_id(self, name_or_id: str) -> str:
        for kind in self.lookups["absence-types"].values():
            if name_or_id in (kind["id"], kind["name"]):
                return kind["id"]
        raise Unknown(f"absence type {name_or_id}")

    def _span(self, type_id: str, start: Any, end: Any,
              end_now: datetime | None = None) -> tuple[datetime, datetime | None]:
        """Tests name the last day off; the API names the midnight after it."""
        begin = _local(start)
        if self.lookups["absence-types"][type_id]["unit"] == "HOUR":
            if end is ...:
                return begin, end_now or begin + timedelta(hours=1)
            return begin, None if end is None else _local(end)
        if end is None:
            return begin, None
        if end is ...:
            return begin, end_now or begin + timedelta(days=1)
        return begin, _local(end) + timedelta(days=1)

    @staticmethod
    def _absence_refs(absence: Absence) -> Refs:
        return {"absence_period": absence.id, "person": absence.person_id}

    # Names behind ids

    def put_lookup(self, kind: str, key: str, fields: Json) -> Json:
        """Creates or changes one; Personio has no event for any of these."""
        rows = self.lookups[kind]
        row = rows.get(key)
        if row is None:
            row = {"id": key.rpartition("/")[2]}
            if kind == "org-units":
                row |= {"type": key.partition("/")[0], "name": "", "abbreviation": None,
                        "description": None, "parent_id": None}
            rows[key] = row
        row.update(fields)
        return row

    @staticmethod
    def _find(rows: dict[str, Any], key: str) -> Any:
        if key not in rows:
            raise Unknown(f"no such record: {key}")
        return rows[key]


def recency(employment: Json) -> tuple[str, str, str]:
    return (employment["employment_start_date"] or "", employment["created_at"], employment["id"])


def _local(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return datetime.fromisoformat(value)


def _no_rest(fields: Json) -> None:
    if fields:
        raise ValueError(f"unknown fields: {sorted(fields)}")


def _apply(record: Json, fields: Json) -> set[str]:
    changed = {name for name, value in fields.items() if record.get(name) != value}
    record.update(fields)
    return changed


def _person_fields(fields: Json, person: Json) -> Json:
    """`custom` sets single attributes by global_id: custom={"color": "Blue"}."""
    fields = dict(fields)
    custom = fields.pop("custom", {})
    if custom:
        rows = [dict(row) for row in fields.get("custom_attributes", person["custom_attributes"])]
        for global_id, value in custom.items():
            row = next((r for r in rows if r.get("global_id") == global_id), None)
            if row is None:
                row = {"id": f"dynamic_{400 + len(rows)}", "type": "string",
                       "global_id": global_id}
                rows.append(row)
            row["value"] = value
        fields["custom_attributes"] = rows
    _no_rest({name: None for name in fields if name not in PERSON_FIELDS})
    return fields


def _employment_fields(fields: Json, employment: Json) -> Json:
    """Takes wire shapes and short ones: supervisor="3001", title="Cook", teams=["7"]."""
    fields = dict(fields)
    for name in REFERENCES:
        if isinstance(fields.get(name), (str, int)):
            fields[name] = {"id": str(fields[name])}
    if "title" in fields:
        fields["position"] = {"title": fields.pop("title")}
    for name, kind in (("teams", "team"), ("departments", "department")):
        if name in fields:
            others = [u for u in fields.get("org_units", employment["org_units"])
                      if u["type"] != kind]
            fields["org_units"] = others + [
                {"type": kind, "id": str(one)} for one in fields.pop(name)]
    if "cost_centers" in fields:
        share = 100 // max(1, len(fields["cost_centers"]))
        fields["cost_centers"] = [
            one if isinstance(one, dict) else {"id": str(one), "weight": share}
            for one in fields["cost_centers"]]
    _no_rest({name: None for name in fields if name not in EMPLOYMENT_FIELDS})
    return fields

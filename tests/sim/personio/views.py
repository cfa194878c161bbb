"""The wire shape of each record and event, with the oddities that are switched on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .company import Absence, Company, Json, Refs
from .switches import Switches

BREAKDOWN_DAYS_MAX = 60  # an open end has no last day; only so many are listed


class Views:
    def __init__(self, company: Company, switches: Switches, link_base: str) -> None:
        self._company = company
        self._switches = switches
        self._link_base = link_base

    def link(self, path: str) -> str:
        return path if self._switches.relative_links else self._link_base + path

    # Persons and employments

    def person(self, person: Json) -> Json:
        sw, company, person_id = self._switches, self._company, person["id"]
        employments = company.employments_by_recency(person_id)
        latest = employments[0]["status"] if employments else "UNSPECIFIED"
        shown: Json = {name: person[name] for name in (
            "id", "email", "created_at", "updated_at", "first_name", "last_name",
            "preferred_name", "gender")}
        shown["profile_picture"] = {
            "url": f"{self._link_base}/v1/company/employees/{person_id}/profile-picture"}
        if not sw.person_status_missing:
            active = latest in ("ACTIVE", "LEAVE", "ONBOARDING")
            shown["status"] = "ACTIVE" if active else latest
        shown["custom_attributes"] = [self._attribute(row) for row in person["custom_attributes"]]
        shown["employments"] = [{"id": one["id"]} for one in employments]
        shown["_meta"] = {"links": {"employments": {
            "href": self.link(f"/v2/persons/{person_id}/employments")}}}
        if not sw.hidden_person_fields:
            return shown
        if "*" in sw.hidden_person_fields:
            return {"id": person_id, "employments": shown["employments"], "custom_attributes": [],
                    "_meta": {"links": {}}}
        return {k: v for k, v in shown.items() if k not in sw.hidden_person_fields}

    def _attribute(self, row: Json) -> Json:
        sw = self._switches
        shown = dict(row)
        if sw.attribute_types == "upper":
            shown["type"] = row["type"].upper()
        value = row["value"]
        if sw.typed_attribute_values:
            if isinstance(value, list):
                shown["value"] = [{"id": str(n), "value": v} for n, v in enumerate(value)]
        elif value is None:
            shown["value"] = ""
        elif isinstance(value, bool):
            shown["value"] = "true" if value else "false"
        elif not isinstance(value, list):
            shown["value"] = str(value)
        return shown

    def employment(self, employment: Json) -> Json:
        sw = self._switches
        shown = dict(employment)
        if sw.null_supervisor:
            shown["supervisor"] = None
        if sw.null_office:
            shown["office"] = None
        if shown["termination"] and sw.last_working_date:
            ending = dict(shown["termination"])
            ending["last_working_date"] = ending.pop("last_working_day", None)
            shown["termination"] = ending
        person_link = {"person": {"href": self.link(f"/v2/persons/{employment['person']['id']}")}}
        links = dict(person_link)
        if shown["supervisor"]:
            links["supervisor"] = {"href": self.link(f"/v2/persons/{shown['supervisor']['id']}")}
        shown["_meta"] = {"links": links}
        if not sw.hidden_employment_fields:
            return shown
        if "*" in sw.hidden_employment_fields:
            return {"id": shown["id"], "person": shown["person"], "status": shown["status"],
                    "_meta": {"links": person_link}}
        return {k: v for k, v in shown.items() if k not in sw.hidden_employment_fields}

    # Absences

    def _unit(self, absence: Absence) -> str:
        return self._company.lookups["absence-types"][absence.type_id]["unit"]

    def absence(self, absence: Absence) -> Json:
        sw = self._switches
        by_day = self._unit(absence) == "DAY"
        half_end = by_day and absence.half_end
        begin, end = absence.start, absence.end
        if sw.midday_boundaries:
            if by_day and absence.half_start:
                begin = begin + timedelta(hours=12)
            if half_end and end:
                end = end - timedelta(hours=12)
        starts = {"date_time": self._moment(begin),
                  "type": "SECOND_HALF" if by_day and absence.half_start else "FIRST_HALF"}
        ends = None
        if end is not None and not sw.null_ends_at:
            ends = {"date_time": self._moment(end),
                    "type": "FIRST_HALF" if half_end else "SECOND_HALF"}
        if not by_day or sw.absence_nulls:
            starts["type"] = None  # hours have no halves
            if ends:
                ends["type"] = None
        shown: Json = {"id": absence.id}
        if not sw.absence_person_missing:
            shown["person"] = {"id": absence.person_id}
        shown |= {
            "starts_from": starts, "ends_at": ends,
            "timezone_id": None if sw.absence_nulls else absence.timezone_id,
            "comment": None if sw.absence_nulls else absence.comment,
            "absence_type": {"id": absence.type_id}, "approval": {"status": absence.status},
            "created_at": absence.created_at, "updated_at": absence.updated_at}
        return shown

    def _moment(self, when: datetime) -> str:
        text = when.strftime("%Y-%m-%dT%H:%M:%S")
        return text + ".000Z" if self._switches.zoned_date_times else text

    def breakdowns(self, absence: Absence) -> list[Json]:
        """One entry per day, free days with 0."""
        if self._unit(absence) == "HOUR":
            hours = ((absence.end or absence.start) - absence.start).total_seconds() / 3600
            return [self._day(absence.start, "HOUR", round(hours, 2))]
        days = BREAKDOWN_DAYS_MAX
        if absence.end is not None:
            days = max(1, (absence.end - absence.start).days)
        rows = []
        for number in range(days):
            day = absence.start + timedelta(days=number)
            value: float = 0 if day.weekday() >= 5 else 1
            if number == 0 and absence.half_start:
                value = value / 2
            if number == days - 1 and absence.half_end and absence.end is not None:
                value = value / 2
            rows.append(self._day(day, "DAY", int(value) if value == int(value) else value))
        return rows

    @staticmethod
    def _day(day: datetime, unit: str, value: float) -> Json:
        return {"date": day.date().isoformat(), "effective_duration": {"unit": unit,
                                                                       "value": value}}

    # Events

    def payload(self, event_name: str, refs: Refs) -> Json:
        """Where the ids stand is not documented for most events, hence so many ways."""
        sw = self._switches
        own = event_name.partition(".")[0].replace("-", "_")
        shown = dict(refs)
        if own == "employment" and sw.employment_event_without_person or (
                own == "absence_period" and sw.absence_event_without_person):
            shown.pop("person", None)
        ids: dict[str, Any] = {
            name: int(text) if sw.integer_ids and text.isdigit() else text
            for name, text in shown.items()}
        spelling = {"absence_period": sw.absence_key}
        shape = sw.payload_shape
        if shape == "empty" or not ids:
            payload: Json = {}
        elif shape == "flat":
            payload = {f"{spelling.get(name, name)}_id": one for name, one in ids.items()}
        elif shape == "bare":
            payload = {"id": ids[own]}
        elif shape == "inner":
            payload = {spelling.get(own, own): {"id": ids[own]}}
            if own != "person" and "person" in ids:
                payload[spelling.get(own, own)]["person"] = {"id": ids["person"]}
        else:
            payload = {spelling.get(name, name): {"id": one} for name, one in ids.items()}
        if sw.extra_members:
            payload["origin"] = {"channel": "simulated", "tags": ["a", None, 1.5]}
        return payload

    def envelope(self, company_id: str, event_name: str, occurred_at: str,
                 payload: Json) -> Json:
        sw = self._switches
        company: str | int = "9" + company_id if sw.other_company else company_id
        if sw.integer_ids and isinstance(company, str) and company.isdigit():
            company = int(company)
        shown: Json = {"company_id": company, "event_name": event_name,
                       "occurred_at": occurred_at, "payload": payload}
        if sw.extra_members:
            shown["meta"] = {"source": "simulator", "depth": {"a": [1, 2]}}
            shown["schema_version"] = 3
        return shown

"""The read endpoints: persons, employments, absences and the names behind ids."""

from __future__ import annotations

import operator
from typing import Any

from ..stamps import parse_time
from ..tiny_http import Answer, Request, json_answer
from .company import Absence, Company, Json, recency
from .paging import Listing, Pager, any_of, compared, query_of
from .problems import Problem, bad_request, not_found
from .switches import Switches
from .views import Views


def _time_filters(name: str, strict: bool, get: Any) -> dict[str, Any]:
    value = lambda item: parse_time(get(item, name))  # noqa: E731
    if not strict:
        return {f"{name}.gte": compared(value, parse_time, operator.ge),
                f"{name}.lte": compared(value, parse_time, operator.le)}
    return {name: compared(value, parse_time, operator.eq),
            f"{name}.gt": compared(value, parse_time, operator.gt),
            f"{name}.lt": compared(value, parse_time, operator.lt)}


def _texts(*names: str) -> dict[str, Any]:
    return {name: any_of(lambda item, name=name: str(item[name])) for name in names}


def _naive(text: str) -> float:
    """Absence times are local without a zone; the zone of a filter is dropped to compare them."""
    return parse_time(text.removesuffix("Z").partition("+")[0])


def _overlap_filters() -> dict[str, Any]:
    """The date filters match periods that overlap the range, not those that lie within."""
    start = lambda a: parse_time(a.start.isoformat())  # noqa: E731
    end = lambda a: parse_time(a.end.isoformat()) if a.end else float("inf")  # noqa: E731
    filters = {}
    for name in ("starts_from", "ends_at"):
        filters[f"{name}.date_time.gte"] = compared(end, _naive, operator.ge)
        filters[f"{name}.date_time.lte"] = compared(start, _naive, operator.le)
    return filters


class Reading:
    def __init__(self, company: Company, switches: Switches, views: Views, pager: Pager) -> None:
        self._company = company
        self._switches = switches
        self._views = views
        self._pager = pager
        self._persons = Listing(10, 50, {
            **_texts("id", "email"),
            # These four take one value each: a comma is part of a name.
            **{name: (lambda text, name=name: lambda item: item[name] == text)
               for name in ("first_name", "last_name", "preferred_name")},
            **_time_filters("created_at", True, dict.get),
            **_time_filters("updated_at", True, dict.get),
            "status": self._status_filter})
        self._employments = Listing(
            10, 50, {**_texts("id"), **_time_filters("updated_at", True, dict.get)},
            link_path="/v2/employments")  # the real links name this path, which does not exist
        self._absences = Listing(100, 100, {
            "id": any_of(lambda a: a.id), "person.id": any_of(lambda a: a.person_id),
            "absence_type.id": any_of(lambda a: a.type_id), **_overlap_filters(),
            **_time_filters("updated_at", False, getattr)})

    def _status_filter(self, text: str) -> Any:
        if text not in ("ACTIVE", "INACTIVE"):
            raise ValueError(text)
        company = self._company

        def matches(person: Json) -> bool:
            rows = company.employments_by_recency(person["id"])
            active = bool(rows) and rows[0]["status"] in ("ACTIVE", "LEAVE", "ONBOARDING")
            return active == (text == "ACTIVE")
        return matches

    # Persons and employments

    def persons(self, request: Request) -> Answer:
        return self._pager.page(request, self._persons, self._company.persons.values(),
                                lambda p: int(p["id"]), self._views.person)

    def person(self, request: Request, person_id: str) -> Answer:
        person = self._company.persons.get(person_id)
        if person is None:
            raise not_found()
        return json_answer(self._views.person(person))

    def employments(self, request: Request, person_id: str) -> Answer:
        if person_id not in self._company.persons:
            raise not_found()
        return self._pager.page(
            request, self._employments, self._company.employments_by_recency(person_id),
            recency, self._views.employment, reverse=True)

    def employment(self, request: Request, person_id: str, employment_id: str) -> Answer:
        employment = self._company.employments.get(employment_id)
        if employment is None or employment["person"]["id"] != person_id:
            raise not_found()
        return json_answer(self._views.employment(employment))

    # Absences

    def absences(self, request: Request) -> Answer:
        return self._pager.page(request, self._absences, self._company.absences.values(),
                                lambda a: (a.start.isoformat(), a.id), self._views.absence)

    def absence(self, request: Request, absence_id: str) -> Answer:
        return json_answer(self._views.absence(self._absence(absence_id)))

    def breakdowns(self, request: Request, absence_id: str) -> Answer:
        return self._pager.page(request, Listing(28, 28),
                                self._views.breakdowns(self._absence(absence_id)),
                                lambda row: row["date"], lambda row: row)

    def _absence(self, absence_id: str) -> Absence:
        absence = self._company.absences.get(absence_id)
        if absence is None:
            raise not_found()
        return absence

    def absence_types(self, request: Request) -> Answer:
        return self._names(request, "absence-types", Listing(100, 100))

    def absence_type(self, request: Request, type_id: str) -> Answer:
        return self._name("absence-types", type_id)

    # Names behind ids

    def org_units(self, request: Request) -> Answer:
        kind = self._org_unit_type(self._pager.parameters(request))
        if self._switches.org_unit_list_off:
            raise not_found()
        units = [u for u in self._company.lookups["org-units"].values() if u["type"] == kind]
        return self._names(request, "org-units", Listing(20, 100, plain=("type", "sort")), units)

    def org_unit(self, request: Request, unit_id: str) -> Answer:
        query = query_of(request, {"type", "include_parent_chain"})
        kind = self._org_unit_type(query)
        if not unit_id.isdigit():
            raise bad_request("Provided value for id is not valid")
        units = self._company.lookups["org-units"]
        unit = units.get(f"{kind}/{unit_id}")
        if unit is None:
            raise not_found()
        shown = dict(unit)
        if query.get("include_parent_chain") == "true":
            chain, parent = [], unit["parent_id"]
            while parent is not None and (above := units.get(f"{kind}/{parent}")) is not None:
                chain.append(dict(above))
                parent = above["parent_id"]
            shown["parent_chain"] = chain  # the member's name is a guess
        return json_answer(shown)

    @staticmethod
    def _org_unit_type(query: dict[str, str]) -> str:
        kind = query.get("type", "")
        if kind not in ("team", "department"):
            raise bad_request("Provided value for type is not valid")
        return kind

    def workplaces(self, request: Request) -> Answer:
        return self._names(request, "workplaces", Listing(20, 100, _texts("id")))

    def cost_centers(self, request: Request) -> Answer:
        return self._names(request, "cost-centers",
                           Listing(20, 100, _texts("id", "name"), plain=("sort",)))

    def legal_entities(self, request: Request) -> Answer:
        self._need_legal_entities()
        rows = self._company.lookups["legal-entities"]
        age = {key: number for number, key in enumerate(rows)}
        return self._pager.page(request, Listing(20, 100, _texts("id", "country")), rows.values(),
                                lambda row: age[row["id"]], dict, reverse=True)  # newest first

    def legal_entity(self, request: Request, entity_id: str) -> Answer:
        self._need_legal_entities()
        return self._name("legal-entities", entity_id)

    def _need_legal_entities(self) -> None:
        if self._switches.legal_entities_off:
            raise Problem(412, "Precondition failed", "The feature is not available.", None)

    def _name(self, kind: str, key: str) -> Answer:
        row = self._company.lookups[kind].get(key)
        if row is None:
            raise not_found()
        return json_answer(row)

    def _names(self, request: Request, kind: str, listing: Listing,
               rows: list[Json] | None = None) -> Answer:
        sort = self._pager.parameters(request).get("sort", "id")
        if sort.removeprefix("-") not in ("id", "name"):
            raise bad_request("Provided value for sort is not valid")
        if rows is None:
            rows = list(self._company.lookups[kind].values())
        by_name = sort.endswith("name")

        def key(row: Json) -> tuple[Any, ...]:
            number = int(row["id"]) if row["id"].isdigit() else 0
            return (row["name"],) * by_name + (number, row["id"])
        return self._pager.page(request, listing, rows, key, dict, reverse=sort.startswith("-"))

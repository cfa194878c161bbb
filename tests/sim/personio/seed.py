"""Invented people and structures to start with. The same seed gives the same company."""

from __future__ import annotations

import random
from datetime import date, timedelta

from ..names import FIRST_NAMES, LAST_NAMES
from .company import Company

TITLES = ("Software Engineer", "Accountant", "Designer", "Recruiter", "Support Agent", "Buyer")

VACATION = "abc6fa09-0000-4de0-be03-f0a1d48df701"
DOCTOR = "abc6fa09-0000-4de0-be03-f0a1d48df702"
SICK = "abc6fa09-0000-4de0-be03-f0a1d48df703"
HOME_OFFICE = "abc6fa09-0000-4de0-be03-f0a1d48df704"
PARENTAL = "abc6fa09-0000-4de0-be03-f0a1d48df705"
OPEN_CATEGORY = "abc6fa09-0000-4de0-be03-f0a1d48df706"


def seed_lookups(company: Company) -> None:
    for type_id, name, category, unit in (
            (VACATION, "Vacation", "PAID_VACATION", "DAY"),
            (DOCTOR, "Doctor visit", "OTHER", "HOUR"),
            (SICK, "Sick leave", "SICK_LEAVE", "DAY"),
            (HOME_OFFICE, "Home office", "OFFSITE_WORK", "DAY"),
            (PARENTAL, "Parental leave", "MATERNITY_PARENTAL_LEAVE", "DAY"),
            (OPEN_CATEGORY, "Overtime taken", None, "HOUR")):
        company.put_lookup("absence-types", type_id,
                           {"name": name, "category": category, "unit": unit})
    for key, name, parent in (
            ("department/400", "Company", None), ("department/401", "Product", "400"),
            ("department/7", "Finance", "400"), ("team/4500", "Engineering", None),
            ("team/4502", "Platform", "4500"), ("team/7", "Payroll", None)):
        company.put_lookup("org-units", key, {"name": name, "abbreviation": name[:3].upper(),
                                              "parent_id": parent})
    for key, name in (("60302", "Berlin"), ("60303", "Graz"), ("60304", "Leeds")):
        company.put_lookup("workplaces", key, {"name": name})
    for key, name, country in (("170", "Acme GmbH", "DE"), ("171", "Acme Austria GmbH", "AT")):
        company.put_lookup("legal-entities", key, {
            "name": name, "country": country,
            "address": {"street": "Musterweg 1", "city": "Musterstadt", "country": country}})
    for key, name in (("1000", "Engineering"), ("1100", "Operations"), ("1200", "Sales")):
        company.put_lookup("cost-centers", key, {"name": name})


def seed_people(company: Company, people: int, rng: random.Random) -> None:
    ids: list[str] = []
    for number in range(people):
        # The head has nobody above; everybody else somebody who is already there.
        supervisor = rng.choice(ids[:max(1, len(ids) // 4)]) if ids else None
        ids.append(_seed_person(company, number, supervisor, rng))
    for number, person_id in enumerate(ids):
        _seed_absences(company, number, person_id)


def _seed_person(company: Company, number: int, supervisor: str | None,
                 rng: random.Random) -> str:
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[(number * 7) % len(LAST_NAMES)]
    start = date(2019, 1, 7) + timedelta(days=rng.randrange(0, 2200))
    part_time = number % 4 == 3
    employment = {
        "title": TITLES[number % len(TITLES)], "supervisor": supervisor,
        "office": ("60302", "60303", "60304")[number % 3],
        "legal_entity": ("170", "170", "171")[number % 3],
        "job": company.new_uuid(), "employment_start_date": start.isoformat(),
        "probation_end_date": (start + timedelta(days=181)).isoformat(),
        "weekly_working_hours": 24 if part_time else 40,
        "teams": [("4502", "7", "4500")[number % 3]],
        "departments": [("401", "7", "400")[number % 3]],
        "cost_centers": ["1000", "1100"] if number % 5 == 0 else ["1000"],
        "status": "ONBOARDING" if number % 17 == 16 else "LEAVE" if number % 13 == 12 else "ACTIVE",
        "type": "EXTERNAL" if number % 11 == 10 else "INTERNAL"}
    employments = [employment]
    if number % 6 == 5:  # came back: an earlier employment that has ended
        earlier = start - timedelta(days=700)
        ended = (start - timedelta(days=200)).isoformat()
        employments.insert(0, {
            "status": "INACTIVE", "employment_start_date": earlier.isoformat(),
            "employment_end_date": ended, "title": "Trainee",
            "termination": {"termination_date": ended, "last_working_day": ended,
                            "terminated_at": ended, "type": "CONTRACT_EXPIRED", "reason": None}})
    person = company.add_person({
        "first_name": first, "last_name": last,
        "email": f"p{number + 1}@acme.example",
        "gender": ("FEMALE", "MALE", "DIVERSE", "UNSPECIFIED")[number % 4],
        "custom_attributes": [
            {"id": "dynamic_305", "type": "string", "value": ("Red", "Green", "Blue")[number % 3],
             "global_id": "color"},
            {"id": "dynamic_306", "type": "date", "global_id": "date_of_birth",
             "value": f"{1965 + number % 35}-05-17", "label": "Date of birth"},
            {"id": "dynamic_307", "type": "int", "value": 100 + number, "global_id": "locker"},
            {"id": "dynamic_308", "type": "boolean", "value": number % 2 == 0,
             "global_id": "car_park"},
            {"id": "dynamic_a1b2c3.309", "type": "string_list", "value": ["en", "de"],
             "global_id": "languages"},
            {"id": "dynamic_310", "type": "double", "value": None, "global_id": "shoe_size"}],
        "employments": employments})
    return person["id"]


def _seed_absences(company: Company, number: int, person_id: str) -> None:
    """In turn: three days ending at midday, one day, over new year, an hour, an open end, none."""
    day = date(2026, 3, 2) + timedelta(days=7 * (number % 20))
    shapes = (
        {"type": VACATION, "start": day.isoformat(), "end": (day + timedelta(days=2)).isoformat(),
         "half_end": True, "status": "APPROVED", "comment": "Summer"},
        {"type": SICK, "start": day.isoformat(), "end": day.isoformat(), "status": "APPROVED"},
        {"type": VACATION, "start": "2026-12-28", "end": "2026-12-31", "half_start": True},
        {"type": DOCTOR, "start": f"{day}T13:00:00", "end": f"{day}T14:00:00",
         "status": "APPROVED"},
        {"type": PARENTAL, "start": day.isoformat(), "end": None, "status": "APPROVED"},
        {"type": HOME_OFFICE, "start": day.isoformat(), "end": day.isoformat(),
         "status": "REJECTED"})
    if number % 7 < len(shapes):
        company.add_absence(person_id, dict(shapes[number % 7]))

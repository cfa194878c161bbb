"""The people to start with. Each is a function of the seed and a number, made when asked for:
a hundred thousand cost nothing until somebody reads them.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ..names import FIRST_NAMES, LAST_NAMES
from .ids import TYPE, USER, make_id, number_of

Json = dict[str, Any]

SEEDED_AT = datetime(2024, 3, 1, tzinfo=timezone.utc)
SEEDED_TEXT = "2024-03-01T00:00:00.000Z"  # nobody here was changed later
DEPARTMENTS = ("Sales", "Engineering", "Finance", "People", "Support", "Legal", "Marketing",
               "Operations", "Research", "Purchasing", "Logistics", "IT")
TITLES = ("Team Lead", "Engineer", "Accountant", "Recruiter", "Agent", "Counsel", "Buyer")
PLACES = (("Berlin", "Berlin", "10115", "DE", "Europe/Berlin"),
          ("Graz", "Steiermark", "8010", "AT", "Europe/Vienna"),
          ("Leeds", "West Yorkshire", "LS1 4AP", "GB", "Europe/London"))
STATUSES = {6: "DEPROVISIONED", 13: "SUSPENDED", 17: "STAGED", 19: "PROVISIONED",
            26: "DEPROVISIONED", 31: "LOCKED_OUT", 35: "PASSWORD_EXPIRED", 38: "RECOVERY"}
DEFAULT_TYPE, OTHER_TYPE = make_id(TYPE, 0), make_id(TYPE, 1)
REALM = "guo9n4b7QwErTyUiO5d7"

_DAYS = [(SEEDED_AT - timedelta(days=n)).strftime("%Y-%m-%d") for n in range(1, 1500)]
_ASCII = str.maketrans({"ø": "o", "Ł": "l", "ł": "l"})
_FIRST_LOGINS = [name.translate(_ASCII).lower() for name in FIRST_NAMES]
_LAST_LOGINS = [name.translate(_ASCII).lower() for name in LAST_NAMES]


class People:
    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self._seed = seed

    def _noise(self, number: int) -> int:
        """The same for the same seed and number; looks random, costs little."""
        mixed = (number * 2654435761 + self._seed * 40503 + 12345) & 0xFFFFFFFF
        mixed = (mixed ^ mixed >> 15) * 2246822519 & 0xFFFFFFFF
        return mixed ^ mixed >> 13

    def status(self, number: int) -> str:
        return STATUSES.get(number % 40, "ACTIVE")

    def last_updated(self, number: int) -> str:
        noise = self._noise(number)
        return _stamp(noise % 300, noise)

    def login(self, number: int) -> str:
        noise = self._noise(number)
        return (f"{_FIRST_LOGINS[noise % len(FIRST_NAMES)]}."
                f"{_LAST_LOGINS[(noise >> 8) % len(LAST_NAMES)]}.{number}@acme.example")

    def number_by_login(self, login: str) -> int | None:
        """Also the short form, without the domain."""
        name, _, domain = login.lower().partition("@")
        digits = name.rpartition(".")[2]
        if not digits.isascii() or not digits.isdigit() or not 0 <= int(digits) < self.count:
            return None
        right = self.login(int(digits)).partition("@")[0]
        return int(digits) if name == right and domain in ("", "acme.example") else None

    def numbers_with(self, name: str, value: str) -> list[int] | None:
        """Whoever may have this value, a few too many perhaps; None: that could be anybody."""
        if name == "id":
            found = number_of(USER, value)
        elif name in ("profile.login", "profile.email"):
            found = self.number_by_login(value)
            desk = value.removeprefix("desk").partition("@")[0]
            if found is None and desk.isascii() and desk.isdigit():
                found = int(desk)
        elif name == "profile.employeeNumber":
            found = int(value) - 1000 if value.isascii() and value.isdigit() else None
        else:
            return None
        return [] if found is None or not 0 <= found < self.count else [found]

    def user(self, number: int) -> Json:
        """As the API prints it, without links and credentials."""
        noise = self._noise(number)
        status = STATUSES.get(number % 40, "ACTIVE")
        started = status not in ("STAGED", "DEPROVISIONED")
        updated = _stamp(noise % 300, noise)
        created = _stamp(400 + noise % 1000, noise >> 5)
        return {
            "id": make_id(USER, number), "status": status, "created": created,
            "activated": created if started else None,
            "statusChanged": None if status == "STAGED" else updated,
            "lastLogin": updated if status == "ACTIVE" else None, "lastUpdated": updated,
            "passwordChanged": created if started else None, "realmId": REALM,
            "type": {"id": OTHER_TYPE if number % 11 == 10 else DEFAULT_TYPE},
            "profile": self._profile(number, noise)}

    def _profile(self, number: int, noise: int) -> Json:
        first = FIRST_NAMES[noise % len(FIRST_NAMES)]
        last = LAST_NAMES[(noise >> 8) % len(LAST_NAMES)]
        login = self.login(number)
        city, state, code, country, zone = PLACES[number % 3]
        contractor = number % 11 == 10
        profile = {
            "login": login, "email": login if number % 9 else f"desk{number}@acme.example",
            "secondEmail": f"{first}.{number}@home.example" if number % 7 == 3 else None,
            "firstName": first, "lastName": last, "displayName": f"{first} {last}",
            "title": TITLES[number % len(TITLES)], "department": DEPARTMENTS[number % 12],
            "division": "EMEA", "organization": "Acme Austria GmbH" if country == "AT"
            else "Acme GmbH", "costCenter": str(4700 + number % 12),
            "employeeNumber": str(1000 + number),
            "userType": "Contractor" if contractor else "Employee",
            "mobilePhone": f"+49 170 {5550000 + number}" if number % 4 == 1 else None,
            "primaryPhone": "+49 30 555 01", "streetAddress": f"Hauptstr. {1 + number % 90}",
            "city": city, "state": state, "zipCode": code, "countryCode": country,
            "preferredLanguage": "de-DE", "locale": "de_DE", "timezone": zone}
        if number % 40 == 39:  # an account, no person: what is not set is not there
            for name in ("displayName", "title", "employeeNumber", "primaryPhone", "costCenter"):
                del profile[name]
        if number:
            self._manage(profile, number)
        if not contractor:  # the other user type has none of these
            profile["startDate"] = _DAYS[noise % 1400]
            profile["badge"] = 100 + number
            profile["remote"] = number % 2 == 0
            profile["skills"] = ["first aid", "<b>Klingon</b>"] if number % 5 == 0 else []
        return profile

    def _manage(self, profile: Json, number: int) -> None:
        """Mostly the manager's id; else whatever the import of that customer fills in."""
        boss = (number - 1) // 8
        form = number % 10
        if form == 5:
            profile["managerId"] = self.login(boss)
        elif form == 7:
            profile["managerId"] = str(1000 + boss)
        elif form == 9:
            profile["managerId"] = f"CN=Nobody {boss},OU=Staff,DC=acme,DC=example"
        elif form != 3:
            profile["managerId"] = make_id(USER, boss)
        profile["manager"] = f"Manager {boss}"


def _stamp(days_before: int, noise: int) -> str:
    return (f"{_DAYS[days_before]}T{noise % 24:02d}:{(noise >> 6) % 60:02d}:"
            f"{(noise >> 12) % 60:02d}.000Z")

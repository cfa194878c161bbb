"""Who is in the directory: the seeded people, and on top of them what tests changed.

Users are known by number here, in the order they came; `ids.make_id(USER, number)` is their id.
Knows nothing of groups, events or HTTP. Callers hold the simulator's lock.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from ..stamps import iso_millis
from ..unknown import Unknown
from .filters import Node
from .ids import USER, make_id, number_of
from .people import DEFAULT_TYPE, REALM, SEEDED_TEXT, Json, People

VERSIONS_KEPT = 20
NULL_WHEN_UNSET = ("mobilePhone", "secondEmail")  # the only two that are null instead of absent


class Users:
    def __init__(self, people: People, now: Callable[[], float]) -> None:
        self.next_number = people.count
        self._people = people
        self._now = now
        self._changed: dict[int, Json] = {}
        self._gone: set[int] = set()
        self._logins: dict[str, int] = {}
        # What an index that lags still shows: when each earlier version was replaced.
        self._earlier: dict[int, list[tuple[float, Json | None]]] = {}

    def __len__(self) -> int:
        return self.next_number - len(self._gone)

    # Reading

    def get(self, number: int) -> Json | None:
        """The record itself where a test has changed it: not to be modified."""
        if number in self._gone or not 0 <= number < self.next_number:
            return None
        return self._changed.get(number) or self._people.user(number)

    def seeded(self, number: int) -> bool:
        """Nobody has touched this one."""
        return (number < self._people.count and number not in self._changed
                and number not in self._gone)

    def status(self, number: int) -> str:
        if self.seeded(number):
            return self._people.status(number)
        return self.get(number)["status"]  # type: ignore[index]

    def field(self, number: int, name: str) -> Any:
        """For filters: the usual ones without making the whole user."""
        if self.seeded(number):
            if name == "status":
                return self._people.status(number)
            if name == "lastUpdated":
                return self._people.last_updated(number)
        if name == "id":
            return make_id(USER, number)
        return field_of(self.get(number) or {}, name)

    def numbers(self, after: int = -1) -> Iterator[int]:
        """All, in the order they came."""
        for number in range(after + 1, self.next_number):
            if number not in self._gone:
                yield number

    def matching(self, node: Node, after: int) -> Iterator[int]:
        """Those for whom the filter may hold, without looking at everybody where that is easy."""
        seeded: set[int] | None = set()
        if not node.later_than(SEEDED_TEXT):
            seeded = self._seeded_with(node)
        if seeded is None:
            return self.numbers(after)
        return iter(sorted(n for n in seeded | set(self._changed)
                           if n > after and n not in self._gone))

    def _seeded_with(self, node: Node) -> set[int] | None:
        found: set[int] = set()
        for one in node.one_of() or ():
            numbers = self._people.numbers_with(one.name, str(one.value))
            if numbers is None:
                return None
            found.update(numbers)
        return found if node.one_of() else None

    def before(self, number: int, at: float) -> tuple[bool, Json | None]:
        """Whether an index that is as old as `at` shows another version, and which."""
        for replaced_at, record in self._earlier.get(number, ()):
            if replaced_at > at:
                return True, record
        return False, None

    def replaced_since(self, at: float) -> list[int]:
        return sorted(n for n, rows in self._earlier.items() if rows[-1][0] > at)

    def find(self, key: str) -> int | None:
        """By id, by login or by the short form of a login, as the API accepts them."""
        number = number_of(USER, key)
        if number is not None:
            return number if self.get(number) is not None else None
        wanted = key.lower()
        for number in (self._logins.get(wanted), self._people.number_by_login(wanted)):
            record = self.get(number) if number is not None else None
            if record is not None:  # who had this login once may have another one now
                login = record["profile"]["login"].lower()
                if wanted in (login, login.partition("@")[0]):
                    return number
        return None

    def number(self, user_id: str) -> int:
        number = number_of(USER, user_id)
        if number is None or self.get(number) is None:
            raise Unknown(f"no such user: {user_id}")
        return number

    # Changing

    def add(self, profile: Json, status: str, type_id: str = DEFAULT_TYPE) -> int:
        number = self.next_number
        name = f"new.{number}"
        given = {"login": f"{name}@acme.example", "firstName": "Robin", "lastName": f"Test{number}",
                 "mobilePhone": None, "secondEmail": None, **profile}
        given.setdefault("email", given["login"])
        stamp = iso_millis(self._now())
        started = status != "STAGED"
        self.next_number += 1
        self._put(number, {
            "id": make_id(USER, number), "status": status, "created": stamp,
            "activated": stamp if started else None, "statusChanged": stamp if started else None,
            "lastLogin": None, "lastUpdated": stamp, "passwordChanged": None, "realmId": REALM,
            "type": {"id": type_id}, "profile": given})
        return number

    def change_profile(self, number: int, profile: Json) -> list[str]:
        """The attributes that changed; None takes one away."""
        record = self._copy(number)
        before = dict(record["profile"])
        after = record["profile"]
        for name, value in profile.items():
            if value is None and name not in NULL_WHEN_UNSET:
                after.pop(name, None)
            else:
                after[name] = value
        changed = [name for name in profile if before.get(name) != after.get(name)]
        if changed:
            record["lastUpdated"] = iso_millis(self._now())
            self._put(number, record)
        return changed

    def change(self, number: int, **members: Any) -> None:
        record = self._copy(number)
        record.update(members)
        record["lastUpdated"] = iso_millis(self._now())
        self._put(number, record)

    def set_status(self, number: int, status: str, **members: Any) -> None:
        self.change(number, status=status, statusChanged=iso_millis(self._now()), **members)

    def remove(self, number: int) -> None:
        self._keep(number, self.get(number))
        self._changed.pop(number, None)
        self._gone.add(number)

    def _copy(self, number: int) -> Json:
        return copy.deepcopy(self.get(number) or {})

    def _put(self, number: int, record: Json) -> None:
        self._keep(number, self.get(number) if number in self._changed
                   or number < self._people.count else None)
        self._changed[number] = record
        self._logins[record["profile"]["login"].lower()] = number
        self._logins[record["profile"]["login"].lower().partition("@")[0]] = number

    def _keep(self, number: int, record: Json | None) -> None:
        rows = self._earlier.setdefault(number, [])
        rows.append((self._now(), record))
        del rows[:-VERSIONS_KEPT]


def field_of(record: Json, path: str) -> Any:
    """`profile.login` of a record; a list on the way gives a list of what its members have."""
    value: Any = record
    for place, name in enumerate(parts := path.split(".")):
        if isinstance(value, list):
            rest = ".".join(parts[place:])
            return [field_of(one, rest) for one in value if isinstance(one, dict)]
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value

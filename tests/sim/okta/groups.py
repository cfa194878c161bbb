"""Groups and who is in them.

The seeded groups hold every n-th person, so membership is arithmetic and costs nothing; only a
user whose groups a test has changed has a set of their own. Callers hold the simulator's lock.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..stamps import iso_millis
from ..unknown import Unknown
from .ids import APP, GROUP, make_id
from .people import DEPARTMENTS, SEEDED_TEXT, Json
from .users import Users

EVERYONE = make_id(GROUP, 0)
DIRECTORY_APP = make_id(APP, 7)
TEAMS_MAX = 500
COLOURS = ("Amber", "Birch", "Coral", "Dune", "Ebony", "Fern", "Gold", "Hazel")


@dataclass
class Group:
    id: str
    number: int
    type: str
    profile: Json
    created: str
    last_updated: str
    last_membership_updated: str
    every: int = 0  # seeded members: those with number % every == rest; 0: none
    rest: int = 0
    own: set[int] = field(default_factory=set)  # members among the users with a set of their own


class Groups:
    def __init__(self, users: Users, people: int, now: Callable[[], float]) -> None:
        self.rows: dict[str, Group] = {}
        self._users = users
        self._people = people
        self._now = now
        self._next = 0
        self._sets: dict[int, set[str]] = {}
        self._seed()

    def _seed(self) -> None:
        self._plant("BUILT_IN", "Everyone", "All users in your organization", 1, 0)
        for rest, name in enumerate(DEPARTMENTS):
            self._plant("OKTA_GROUP", name, f"{name}, all regions", len(DEPARTMENTS), rest)
        self._plant("APP_GROUP", "Domain Staff", None, 3, 0)
        self._plant("OKTA_GROUP", "VPN access", None, 2, 1)
        self.teams = max(2, min(TEAMS_MAX, self._people // 20))
        for rest in range(self.teams):
            name = f"Team {COLOURS[rest % len(COLOURS)]} {rest + 1}"
            self._plant("OKTA_GROUP", name, None, self.teams, rest)

    def _plant(self, kind: str, name: str, text: str | None, every: int, rest: int) -> None:
        group = self.add(kind, {"name": name, "description": text})
        group.every, group.rest = every, rest
        group.created = group.last_updated = group.last_membership_updated = SEEDED_TEXT

    # Reading

    def get(self, group_id: str) -> Group:
        group = self.rows.get(group_id)
        if group is None:
            raise Unknown(f"no such group: {group_id}")
        return group

    def by_name(self, name: str) -> Group:
        for group in self.rows.values():
            if group.profile["name"] == name:
                return group
        raise Unknown(f"no such group: {name}")

    def of(self, number: int) -> list[Group]:
        """The groups of a user, Everyone first."""
        if number in self._sets:
            rows = [self.rows[one] for one in self._sets[number] if one in self.rows]
        else:
            rows = [g for g in map(self.rows.get, self._seeded_ids(number)) if g is not None]
        return sorted(rows, key=lambda g: g.number)

    def _seeded_ids(self, number: int) -> list[str]:
        if number >= self._people:
            return [EVERYONE]
        numbers = [0, 1 + number % len(DEPARTMENTS), 15 + number % self.teams]
        if number % 3 == 0:
            numbers.append(13)
        if number % 2 == 1:
            numbers.append(14)
        return [make_id(GROUP, one) for one in numbers]

    def has(self, group: Group, number: int) -> bool:
        if number in self._sets:
            return group.id in self._sets[number]
        return (number < self._people and group.every > 0
                and number % group.every == group.rest or group.id == EVERYONE)

    def members(self, group: Group, after: int = -1) -> Iterator[int]:
        """Numbers of users, in order, from behind `after`."""
        own = sorted(n for n in group.own if n > after)
        untouched: Iterator[int] = iter(())
        if group.every:
            begin = after + 1 + (group.rest - after - 1) % group.every
            untouched = (n for n in range(begin, self._people, group.every)
                         if n not in self._sets)
        for number in heapq.merge(untouched, own):
            if self._users.get(number) is not None:
                yield number

    # Changing

    def add(self, kind: str, profile: Json) -> Group:
        stamp = iso_millis(self._now())
        group = Group(make_id(GROUP, self._next), self._next, kind, dict(profile), stamp, stamp,
                      stamp)
        if kind == "APP_GROUP":
            name = profile["name"]
            group.profile |= {
                "samAccountName": name, "dn": f"CN={name},OU=Groups,DC=acme,DC=example",
                "externalId": f"ext{self._next}", "windowsDomainQualifiedName": f"ACME\\{name}"}
        self._next += 1
        self.rows[group.id] = group
        return group

    def change_profile(self, group: Group, profile: Json) -> bool:
        if all(group.profile.get(name) == value for name, value in profile.items()):
            return False
        group.profile.update(profile)
        group.last_updated = iso_millis(self._now())
        return True

    def remove(self, group: Group) -> None:
        for number in group.own:
            self._sets[number].discard(group.id)
        del self.rows[group.id]

    def put_in(self, group: Group, number: int) -> bool:
        """Whether they were not in it yet."""
        if self.has(group, number):
            return False
        self._own_set(number).add(group.id)
        group.own.add(number)
        group.last_membership_updated = iso_millis(self._now())
        return True

    def take_out(self, group: Group, number: int) -> bool:
        if not self.has(group, number):
            return False
        self._own_set(number).discard(group.id)
        group.own.discard(number)
        group.last_membership_updated = iso_millis(self._now())
        return True

    def join(self, number: int) -> None:
        """A new user is in Everyone, without an event."""
        self._own_set(number)

    def leave_all(self, number: int) -> None:
        for group_id in self._own_set(number):
            self.rows[group_id].own.discard(number)
        self._sets[number] = set()

    def _own_set(self, number: int) -> set[str]:
        if number not in self._sets:
            ids = {one for one in self._seeded_ids(number) if one in self.rows}
            self._sets[number] = ids
            for one in ids:
                self.rows[one].own.add(number)
        return self._sets[number]

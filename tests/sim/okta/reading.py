"""The read endpoints: users, groups, memberships, schemas, linked objects."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Callable, Iterator
from typing import Any

from ..tiny_http import Answer, Request, json_answer
from . import filters
from .directory import Directory
from .groups import Group
from .ids import GROUP, USER, make_id, number_of
from .paging import Pager, limit_of
from .people import DEFAULT_TYPE, Json
from .printed import Printed
from .problems import bad_filter, invalid, not_found, server_error
from .switches import Switches
from .users import field_of
from .views import SCHEMAS, TYPE_NAMES, Views

PAGE_MAX = 200
EQUAL_ONLY = ("status", "id", "profile.login", "profile.email", "profile.firstName",
              "profile.lastName")
ORDER = ("eq", "gt", "ge", "lt", "le")


class Reading:
    def __init__(self, directory: Directory, switches: Switches, views: Views, pager: Pager,
                 now: Callable[[], float], print_cache: int) -> None:
        self._directory = directory
        self._users, self._groups = directory.users, directory.groups
        self._switches = switches
        self._views = views
        self._pager = pager
        self._now = now
        self._printed = Printed(print_cache)

    # Users

    def user(self, request: Request, key: str) -> Answer:
        """`me` is the token's owner: the wrong person, when a manager's name was put here."""
        number = 0 if key == "me" else self._users.find(key)
        if number is None or not self._visible(number):
            raise not_found(key, "User")
        record = self._users.get(number)
        assert record is not None
        answer = json_answer(_chosen(dict(request.query).get("fields"), self._views.user(
            record, single=True, credentials=_credentials(request))))
        answer.headers["ETag"] = f'W/"{hashlib.md5(answer.body).hexdigest()}"'
        return answer

    def users(self, request: Request) -> Answer:
        query = dict(request.query)
        if "q" in query:
            return self._picker(request, query["q"])
        after = _after(query, USER)
        node = None
        for name, allowed in (("filter", _user_filter), ("search", _user_search)):
            if name in query:
                node = _parse(query[name], allowed)
        numbers = self._matching(node, after)
        if "search" in query and query.get("sortBy"):
            numbers = self._sorted(node, after, query)
        credentials, fields = _credentials(request), query.get("fields")
        return self._pager.page(
            request, numbers, limit_of(request, PAGE_MAX, PAGE_MAX),
            lambda number: make_id(USER, number),
            lambda number: self._listed(number, credentials, fields))

    def _listed(self, number: int, credentials: bool, fields: str | None) -> bytes:
        """One user as an element of a list."""
        key = None
        if self._users.seeded(number):
            key = (number, credentials, fields, self._switches.nulls, self._views.base())
        return self._printed.text(key, lambda: _chosen(fields, self._views.user(
            self._record(number), credentials=credentials)))

    def _matching(self, node: filters.Node | None, after: int) -> Iterator[int]:
        """Without a filter leavers are left out; with one they are not."""
        for number in self._candidates(node, after):
            get = self._getter(number)
            if get is None or not self._visible(number):
                continue
            if node.holds(get) if node else get("status") != "DEPROVISIONED":
                yield number

    def _candidates(self, node: filters.Node | None, after: int) -> Iterator[int]:
        numbers = self._users.matching(node, after) if node else self._users.numbers(after)
        if not self._switches.index_lag_s:
            return numbers
        stale = [n for n in self._users.replaced_since(self._index_time()) if n > after]
        return _unique(heapq.merge(numbers, stale))

    def _index_time(self) -> float:
        return self._now() - self._switches.index_lag_s

    def _getter(self, number: int) -> filters.Get | None:
        """How to read a user as the index sees them; None if it does not know them."""
        if self._switches.index_lag_s:
            changed, record = self._users.before(number, self._index_time())
            if changed:
                return None if record is None else lambda name: field_of(record, name)
        return lambda name: self._users.field(number, name)

    def _record(self, number: int) -> Json:
        record = None
        if self._switches.index_lag_s:
            record = self._users.before(number, self._index_time())[1]
        record = record or self._users.get(number)
        assert record is not None
        return record

    def _visible(self, number: int) -> bool:
        allowed = self._switches.visible_groups
        return not allowed or any(g.id in allowed for g in self._groups.of(number))

    def _sorted(self, node: filters.Node | None, after: int, query: dict[str, str],
                ) -> Iterator[int]:
        name = query["sortBy"]
        rows = sorted(self._matching(node, -1),
                      key=lambda n: (str(self._users.field(n, name) or ""), n),
                      reverse=query.get("sortOrder", "asc") != "asc")
        return iter(rows[rows.index(after) + 1:] if after in rows else rows)

    def _picker(self, request: Request, text: str) -> Answer:
        """For people who type: few, not paged, no leavers."""
        limit = limit_of(request, 10, PAGE_MAX)
        wanted = text.lower()
        rows = []
        for number in self._matching(None, -1):
            record = self._record(number)
            if any(str(record["profile"].get(name, "")).lower().startswith(wanted)
                   for name in ("firstName", "lastName", "email")):
                rows.append(self._views.user(record))
                if len(rows) == limit:
                    break
        return json_answer(rows)

    def user_groups(self, request: Request, key: str) -> Answer:
        number = self._users.find(key)
        if number is None:
            raise not_found(key, "User")
        return self._group_page(request, self._groups.of(number), PAGE_MAX, PAGE_MAX)

    def linked_objects(self, request: Request, key: str, name: str) -> Answer:
        number = self._users.find(key)
        if number is None:
            raise not_found(key, "User")
        other = self._directory.manager_links.get(number, {}).get(name)
        if other is None or self._users.get(other) is None:
            return json_answer([])
        href = self._views.link(f"/users/{make_id(USER, other)}")
        return json_answer([{"_links": {"self": {"href": href}}}])

    # Groups

    def group(self, request: Request, group_id: str) -> Answer:
        return json_answer(self._views.group(self._group(group_id)))

    def _group(self, group_id: str) -> Group:
        allowed = self._switches.visible_groups
        group = self._groups.rows.get(group_id)
        if group is None or allowed and group_id not in allowed:
            raise not_found(group_id, "UserGroup")
        return group

    def groups(self, request: Request) -> Answer:
        query = dict(request.query)
        rows = sorted(self._groups.rows.values(), key=lambda g: g.number)
        for name, allowed in (("filter", _group_filter), ("search", _group_search)):
            if name in query:
                node = _parse(query[name], allowed)
                rows = [g for g in rows if node.holds(
                    lambda path, g=g: field_of(self._views.group(g), path))]
        if "q" in query:
            rows = [g for g in rows if g.profile["name"].startswith(query["q"])]
        return self._group_page(request, rows, 10_000, 10_000)

    def _group_page(self, request: Request, rows: list[Group], default: int,
                    most: int) -> Answer:
        after = _after(dict(request.query), GROUP)
        allowed = self._switches.visible_groups
        keys = (g for g in rows if g.number > after and (not allowed or g.id in allowed))
        return self._pager.page(request, keys, limit_of(request, default, most),
                                lambda g: g.id, self._views.group)

    def members(self, request: Request, group_id: str) -> Answer:
        """Leavers are still in their groups. The cursor is a user's id."""
        group = self._group(group_id)
        limit = limit_of(request, 1000, 1000)
        most = self._switches.big_group_limit
        if most and limit > most:
            raise server_error()
        credentials = _credentials(request)
        numbers = self._groups.members(group, _after(dict(request.query), USER))
        return self._pager.page(
            request, numbers, limit, lambda number: make_id(USER, number),
            lambda number: self._listed(number, credentials, None))

    # Schema and types

    def types(self, request: Request) -> Answer:
        return json_answer([self._views.user_type(one) for one in TYPE_NAMES])

    def type(self, request: Request, type_id: str) -> Answer:
        type_id = DEFAULT_TYPE if type_id == "default" else type_id
        if type_id not in TYPE_NAMES:
            raise not_found(type_id, "UserType")
        return json_answer(self._views.user_type(type_id))

    def schema(self, request: Request, schema_id: str) -> Answer:
        for type_id, own in SCHEMAS.items():
            if schema_id == own or schema_id == "default" and type_id == DEFAULT_TYPE:
                return json_answer(self._views.schema(type_id))
        raise not_found(schema_id, "UserSchema")


def _after(query: dict[str, str], kind: str) -> int:
    if "after" not in query:
        return -1
    number = number_of(kind, query["after"])
    if number is None:
        raise invalid("after", "after: The cursor is not valid")
    return number


def _parse(text: str, allowed: Callable[[str, str], bool]) -> filters.Node:
    try:
        return filters.parse(text, allowed)
    except filters.BadFilter as why:
        raise bad_filter(str(why)) from None


def _user_filter(name: str, operator: str) -> bool:
    return operator == "eq" if name in EQUAL_ONLY else name == "lastUpdated" and operator in ORDER


def _user_search(name: str, operator: str) -> bool:
    return operator in (*ORDER, "sw", "pr", "co") and (
        name.startswith("profile.") or name in (
            "id", "status", "created", "activated", "statusChanged", "lastUpdated", "type.id"))


def _group_filter(name: str, operator: str) -> bool:
    if name in ("id", "type"):
        return operator == "eq"
    return name in ("lastUpdated", "lastMembershipUpdated") and operator in ORDER


def _group_search(name: str, operator: str) -> bool:
    return operator in (*ORDER, "sw", "pr", "co") and (
        name.startswith("profile.") or name in (
            "id", "type", "created", "lastUpdated", "lastMembershipUpdated"))


def _credentials(request: Request) -> bool:
    """Asked for, of all places, in the Content-Type of a GET."""
    wish = request.headers.get("content-type", "")
    return "omitcredentials" not in wish.replace(" ", "").lower().replace("omitcredentialslinks",
                                                                          "")


def _chosen(fields: str | None, shown: Json) -> Json:
    """`fields=id,status,profile:(firstName,lastName)` trims the answer."""
    if fields is None:
        return shown
    chosen: Json = {}
    for name, inner in re.findall(r"(\w+)(?::\(([^)]*)\))?", fields):
        if name not in shown:
            continue
        value: Any = shown[name]
        if inner and isinstance(value, dict):
            value = {one: value[one] for one in inner.split(",") if one in value}
        chosen[name] = value
    return chosen


def _unique(numbers: Iterator[int]) -> Iterator[int]:
    last = -1
    for number in numbers:
        if number != last:
            yield number
        last = number

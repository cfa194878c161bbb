"""What happens in the simulated organization, and which events each of it leaves.

Knows nothing of HTTP or hooks: an event is handed to `emit` as a type, the records it is about and
a few details. Callers hold the simulator's lock.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from ..stamps import iso_millis
from ..unknown import Unknown
from .groups import DIRECTORY_APP, Group, Groups
from .ids import USER, make_id
from .people import DEFAULT_TYPE, Json, People
from .switches import Switches
from .users import Users


class Emit(Protocol):
    def __call__(self, event_type: str, targets: list[Json], *, job: bool = False,
                 changed: Iterable[str] = ()) -> Any: ...


class Directory:
    def __init__(self, people: int, seed: int, switches: Switches, now: Callable[[], float],
                 rng: random.Random, emit: Emit) -> None:
        self.users = Users(People(people, seed), now)
        self.groups = Groups(self.users, people, now)
        self.manager_links: dict[int, dict[str, int]] = {}
        self._switches = switches
        self._now = now
        self._rng = rng
        self._emit = emit
        self._leaving: list[tuple[float, int]] = []  # when a deletion will be complete

    # Targets of events

    def user_target(self, number: int) -> Json:
        user = self.users.get(number)
        assert user is not None
        profile = user["profile"]
        name = profile.get("displayName") or " ".join(
            profile[part] for part in ("firstName", "lastName") if profile.get(part))
        return {"id": user["id"], "type": "User", "alternateId": profile["login"],
                "displayName": name, "detailEntry": None}

    @staticmethod
    def group_target(group: Group) -> Json:
        return {"id": group.id, "type": "UserGroup", "alternateId": "unknown",
                "displayName": group.profile["name"], "detailEntry": None}

    @staticmethod
    def app_target() -> Json:
        return {"id": DIRECTORY_APP, "type": "AppInstance", "alternateId": "Acme directory",
                "displayName": "Active Directory", "detailEntry": None}

    def _tell_user(self, event_type: str, number: int, **how: Any) -> None:
        self._emit(event_type, [self.user_target(number)], **how)

    def _tell_membership(self, what: str, number: int, group: Group, job: bool) -> None:
        targets = [self.user_target(number), self.group_target(group)]
        self._rng.shuffle(targets)  # found by type, never by place
        self._emit(f"group.user_membership.{what}", targets, job=job)

    # Users

    def create_user(self, profile: Json, activate: bool = True, status: str | None = None,
                    groups: Iterable[str] = (), type_id: str = DEFAULT_TYPE) -> str:
        """`status` overrides what `activate` leads to: ACTIVE, or STAGED without it."""
        rows = [self.groups.get(one) for one in groups]
        number = self.users.add(profile, status or ("ACTIVE" if activate else "STAGED"), type_id)
        self.groups.join(number)
        self._tell_user("user.lifecycle.create", number)
        if activate:
            self._tell_user("user.lifecycle.activate", number)
        for group in rows:
            self._put_in(group, number, job=True)
        return make_id(USER, number)

    def update_user(self, user_id: str, profile: Json) -> bool:
        """Whether anything changed; nothing is told if not."""
        number = self.users.number(user_id)
        changed = self.users.change_profile(number, profile)
        if not changed:
            return False
        self._tell_user("user.account.update_profile", number, changed=changed)
        for name, kind in (("email", "primary"), ("secondEmail", "secondary")):
            if name in changed:
                self._tell_user(f"user.account.update_{kind}_email", number)
        return True

    def set_user_type(self, user_id: str, type_id: str) -> None:
        number = self.users.number(user_id)
        self.users.change(number, type={"id": type_id})
        self._tell_user("user.account.update_user_type", number)

    def activate(self, user_id: str, status: str = "ACTIVE") -> None:
        self._turn(user_id, status, "activate", activated=self._stamp())

    def reactivate(self, user_id: str, status: str = "ACTIVE") -> None:
        """A leaver comes back, or an activation begins anew."""
        self._turn(user_id, status, "reactivate", activated=self._stamp())

    def suspend(self, user_id: str) -> None:
        self._turn(user_id, "SUSPENDED", "suspend")

    def unsuspend(self, user_id: str) -> None:
        self._turn(user_id, "ACTIVE", "unsuspend")

    def deactivate(self, user_id: str) -> None:
        """Groups stay as they are."""
        self._turn(user_id, "DEPROVISIONED", "deactivate", activated=None)

    def _turn(self, user_id: str, status: str, what: str, **members: Any) -> None:
        number = self.users.number(user_id)
        self.users.set_status(number, status, **members)
        self._tell_user(f"user.lifecycle.{what}", number)

    def set_status(self, user_id: str, status: str) -> None:
        """States of login. Only locking and unlocking are told."""
        number = self.users.number(user_id)
        before = self.users.status(number)
        self.users.set_status(number, status)
        if status == "LOCKED_OUT":
            self._tell_user("user.account.lock", number)
        elif before == "LOCKED_OUT" and status == "ACTIVE":
            self._tell_user("user.account.unlock", number)

    def delete_user(self, user_id: str) -> None:
        """In the background: until that is done, reading still gives a DEPROVISIONED user."""
        number = self.users.number(user_id)
        if any(leaver == number for _, leaver in self._leaving):
            raise Unknown(f"being deleted already: {user_id}")
        if self.users.status(number) != "DEPROVISIONED":
            self.deactivate(user_id)
        self._tell_user("user.lifecycle.delete.initiated", number)
        self._leaving.append((self._now() + self._switches.delete_delay_s, number))
        self.finish_deletions()

    def finish_deletions(self) -> None:
        """Those whose time has come. To be called before anything is read."""
        if not self._leaving:
            return
        now = self._now()
        for _, number in [one for one in self._leaving if one[0] <= now]:
            target = self.user_target(number)
            self.groups.leave_all(number)
            self.users.remove(number)
            self.manager_links.pop(number, None)
            self._emit("user.lifecycle.delete.completed", [target], job=True)
        self._leaving = [one for one in self._leaving if one[0] > now]

    def set_linked_object(self, user_id: str, name: str, to_user_id: str | None) -> None:
        """No event tells of it."""
        links = self.manager_links.setdefault(self.users.number(user_id), {})
        if to_user_id is None:
            links.pop(name, None)
        else:
            links[name] = self.users.number(to_user_id)

    def import_users(self, profiles: dict[str, Json]) -> None:
        """A run of an import: no event of a hook names the users, only that it is complete."""
        for user_id, profile in profiles.items():
            number = self.users.number(user_id)
            if self.users.change_profile(number, profile):
                self._tell_user("system.import.user.update", number, job=True)
        self._emit("system.import.complete", [self.app_target()], job=True)

    # Groups

    def create_group(self, name: str, description: str | None = None,
                     imported: bool = False) -> str:
        kind = "APP_GROUP" if imported else "OKTA_GROUP"
        group = self.groups.add(kind, {"name": name, "description": description})
        self._tell_group(group, "create", "system.import.group.create" if imported else None)
        return group.id

    def update_group(self, group_id: str, profile: Json) -> bool:
        group = self.groups.get(group_id)
        if not self.groups.change_profile(group, profile):
            return False
        self._emit("group.profile.update", [self.group_target(group)])
        return True

    def delete_group(self, group_id: str) -> None:
        """Its memberships go with it, untold unless a switch says otherwise."""
        group = self.groups.get(group_id)
        if self._switches.removes_on_delete:
            for number in list(self.groups.members(group)):
                self._tell_membership("remove", number, group, job=True)
        imported = group.type == "APP_GROUP"
        self.groups.remove(group)
        self._tell_group(group, "delete", "system.import.group.delete" if imported else None)

    def _tell_group(self, group: Group, what: str, by_import: str | None) -> None:
        if by_import:
            self._emit(by_import, [self.app_target(), self.group_target(group)], job=True)
        else:
            self._emit(f"group.lifecycle.{what}", [self.group_target(group)])

    def add_member(self, group_id: str, user_id: str, job: bool = False) -> bool:
        return self._put_in(self.groups.get(group_id), self.users.number(user_id), job)

    def _put_in(self, group: Group, number: int, job: bool) -> bool:
        if not self.groups.put_in(group, number):
            return False
        self._tell_membership("add", number, group, job)
        return True

    def remove_member(self, group_id: str, user_id: str, job: bool = False) -> bool:
        group, number = self.groups.get(group_id), self.users.number(user_id)
        if not self.groups.take_out(group, number):
            return False
        self._tell_membership("remove", number, group, job)
        return True

    def _stamp(self) -> str:
        return iso_millis(self._now())

"""OktaSim: the simulated Okta as tests see it."""

from __future__ import annotations

import random
import ssl
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from ..courier import Rules
from ..simulator import Simulator, spread
from ..tiny_http import Answer, HeaderList, Request
from .access import Access
from .api import Api, Route
from .catalogue import LOG_ONLY, eligible
from .control import OktaControl
from .directory import Directory
from .dpop import base_of
from .events import Event, EventViews
from .hooks import Hook, Hooks
from .ids import USER, make_id
from .limits import Limits
from .log import SystemLog
from .oauth import TOKEN_PATH, OAuth
from .outgoing import Outgoing
from .paging import Pager
from .people import Json
from .reading import Reading
from .switches import Switches
from .views import Views

# How long the tool waits before its one retry is not known. A 4xx ends a delivery: it is lost.
RULES = Rules((1.0,), lambda status: status < 500)
OTHER_HOST = "https://acme.okta.invalid"


class OktaSim(Simulator):
    """One organization: API, event hooks, System Log and the people in it.

    `people` may be a hundred thousand: they are made when somebody reads them. `org_url` is what
    links name; by default this server. `print_cache_mb` is room for users already printed.
    """

    def __init__(self, people: int = 20, seed: int = 1, *, host: str = "127.0.0.1", port: int = 0,
                 allow_http: bool = False, api_token: str = "00sim-Api-Token-Of-Nobody-0123456789",
                 client_id: str = "0oa7k2m9QwErTyUiO5d7", org_url: str | None = None,
                 rate: int = 1_000_000, retry_scale: float = 0.001, delivery_threads: int = 16,
                 deliver_anywhere: bool = False, tls: ssl.SSLContext | None = None,
                 delivery_tls: ssl.SSLContext | None = None, print_cache_mb: int = 0) -> None:
        super().__init__(host, port, tls, RULES, delivery_threads, retry_scale, delivery_tls,
                         deliver_anywhere)
        self.switches = Switches()
        self._org_url = org_url
        rng = random.Random(seed)
        self.directory = Directory(people, seed, self.switches, self.now, rng, self._emit)
        self.views = Views(self.switches, self._base)
        self.event_views = EventViews(self.switches)
        pager = Pager(self.switches, self._base)
        self.log = SystemLog(self.switches, self.event_views, pager, self.now)
        self.limits = Limits(self.switches, self.now, rate)
        scheme = "https" if tls else "http"
        self.oauth = OAuth(client_id, self.switches, self.now, base_of(scheme), self._tell_grant)
        self.access = Access(api_token, self.switches, self.now, self.oauth.scopes_of, self._base)
        self.hooks = Hooks(self.switches, self.views, self.courier, self.lock, rng, self.now,
                           self._tell_hook, allow_http, deliver_anywhere)
        self.outgoing = Outgoing(self.switches, self.courier, self.lock, self.hooks, self.views,
                                 self.event_views, self.now, self._tell_lost)
        reading = Reading(self.directory, self.switches, self.views, pager, self.now,
                          print_cache_mb << 20)
        self.api = Api(self._routes(reading), self.record, self.switches, self.limits, self.access,
                       self.lock, self.now, self.server.stopping, self.directory.finish_deletions)
        self.control = OktaControl(self)

    def _routes(self, reading: Reading) -> list[Route]:
        hooks, v1, hook = self.hooks, "/api/v1", "/api/v1/eventHooks/{id}"
        reads, manages = "okta.eventHooks.read", "okta.eventHooks.manage"
        return [
            Route("POST", TOKEN_PATH, self.oauth.token),
            Route("GET", f"{v1}/eventHooks", hooks.list_all, "eventHooks", reads),
            Route("POST", f"{v1}/eventHooks", hooks.create, "eventHooks", manages),
            Route("GET", hook, hooks.get, "eventHooks", reads),
            Route("PUT", hook, hooks.put, "eventHooks", manages),
            Route("DELETE", hook, hooks.delete, "eventHooks", manages),
            Route("POST", f"{hook}/lifecycle/activate", hooks.activate, "eventHooks", manages),
            Route("POST", f"{hook}/lifecycle/deactivate", hooks.deactivate, "eventHooks", manages),
            Route("POST", f"{hook}/lifecycle/verify", hooks.verify, "eventHooks", manages,
                  locked=False),
            Route("GET", f"{v1}/users", reading.users, "users", "okta.users.read"),
            Route("GET", f"{v1}/users/{{id}}", reading.user, "users", "okta.users.read"),
            Route("GET", f"{v1}/users/{{id}}/groups", reading.user_groups, "users",
                  "okta.users.read"),
            Route("GET", f"{v1}/users/{{id}}/linkedObjects/{{name}}", reading.linked_objects,
                  "users", "okta.users.read"),
            Route("GET", f"{v1}/groups", reading.groups, "groups", "okta.groups.read"),
            Route("GET", f"{v1}/groups/{{id}}", reading.group, "groups", "okta.groups.read"),
            Route("GET", f"{v1}/groups/{{id}}/users", reading.members, "groups",
                  "okta.groups.read"),
            Route("GET", f"{v1}/logs", self.log.read, "logs", "okta.logs.read"),
            Route("GET", f"{v1}/meta/schemas/user/{{id}}", reading.schema, "schemas",
                  "okta.schemas.read"),
            Route("GET", f"{v1}/meta/types/user", reading.types, "userTypes",
                  "okta.userTypes.read"),
            Route("GET", f"{v1}/meta/types/user/{{id}}", reading.type, "userTypes",
                  "okta.userTypes.read"),
        ]

    def _api(self, request: Request) -> Answer:
        return self.api.handle(request)

    def _control(self, request: Request) -> Answer:
        return self.control.handle(request)

    def _base(self) -> str:
        return OTHER_HOST if self.switches.other_host else self._org_url or self.url

    # Users

    def create_user(self, *, activate: bool = True, status: str | None = None,
                    groups: Iterable[str] = (), **profile: Any) -> str:
        """The new id. Creating and activating are two events; each group is one more."""
        with self.lock:
            return self.directory.create_user(profile, activate, status, groups)

    def update_user(self, user_id: str, **profile: Any) -> bool:
        """Whether anything changed. None takes an attribute away."""
        with self.lock:
            return self.directory.update_user(user_id, profile)

    def activate_user(self, user_id: str, status: str = "ACTIVE") -> None:
        with self.lock:
            self.directory.activate(user_id, status)

    def reactivate_user(self, user_id: str, status: str = "ACTIVE") -> None:
        with self.lock:
            self.directory.reactivate(user_id, status)

    def suspend_user(self, user_id: str) -> None:
        with self.lock:
            self.directory.suspend(user_id)

    def unsuspend_user(self, user_id: str) -> None:
        with self.lock:
            self.directory.unsuspend(user_id)

    def deactivate_user(self, user_id: str) -> None:
        with self.lock:
            self.directory.deactivate(user_id)

    def set_user_status(self, user_id: str, status: str) -> None:
        """LOCKED_OUT, PASSWORD_EXPIRED, RECOVERY, PROVISIONED: mostly without an event."""
        with self.lock:
            self.directory.set_status(user_id, status)

    def set_user_type(self, user_id: str, type_id: str) -> None:
        with self.lock:
            self.directory.set_user_type(user_id, type_id)

    def delete_user(self, user_id: str) -> None:
        """Done `delete_delay_s` later; until then the user can be read, DEPROVISIONED."""
        with self.lock:
            self.directory.delete_user(user_id)

    def import_users(self, profiles: dict[str, Json]) -> None:
        """Profile changes of which hooks learn only that an import is complete."""
        with self.lock:
            self.directory.import_users(profiles)

    def set_linked_object(self, user_id: str, name: str, to_user_id: str | None) -> None:
        with self.lock:
            self.directory.set_linked_object(user_id, name, to_user_id)

    def user_ids(self, limit: int | None = None) -> list[str]:
        with self.lock:
            self.directory.finish_deletions()
            numbers = list(self.directory.users.numbers())
        return [make_id(USER, one) for one in numbers[:limit]]

    def user(self, user_id: str) -> Json:
        """As the API would print it."""
        with self.lock:
            number = self.directory.users.number(user_id)
            return self.views.user(self.directory.users.get(number) or {}, single=True)

    def groups_of(self, user_id: str) -> list[str]:
        with self.lock:
            number = self.directory.users.number(user_id)
            return [group.id for group in self.directory.groups.of(number)]

    # Groups

    def create_group(self, name: str, description: str | None = None,
                     imported: bool = False) -> str:
        """`imported`: an APP_GROUP, told by system.import.group.create."""
        with self.lock:
            return self.directory.create_group(name, description, imported)

    def update_group(self, group_id: str, **profile: Any) -> bool:
        with self.lock:
            return self.directory.update_group(group_id, profile)

    def delete_group(self, group_id: str) -> None:
        with self.lock:
            self.directory.delete_group(group_id)

    def add_member(self, group_id: str, user_id: str, job: bool = False) -> bool:
        """`job`: by a rule, not by a person; its event has the sparse form."""
        with self.lock:
            return self.directory.add_member(group_id, user_id, job)

    def remove_member(self, group_id: str, user_id: str, job: bool = False) -> bool:
        with self.lock:
            return self.directory.remove_member(group_id, user_id, job)

    def group_ids(self) -> list[str]:
        with self.lock:
            return list(self.directory.groups.rows)

    def group_id(self, name: str) -> str:
        with self.lock:
            return self.directory.groups.by_name(name).id

    # Hooks, behind the back of whoever made them

    def deactivate_hook(self, hook_id: str) -> None:
        with self.lock:
            self.hooks.find(hook_id)
            self.hooks.turn(hook_id, "INACTIVE")

    def edit_hook(self, hook_id: str, **changes: Any) -> None:
        """name, description, items, uri, headers, key, secret, verified."""
        with self.lock:
            self.hooks.edit(hook_id, changes)

    def delete_hook(self, hook_id: str) -> None:
        with self.lock:
            self.hooks.find(hook_id)
            self.hooks.remove(hook_id)

    def preview(self, hook_id: str, event_type: str = "user.lifecycle.create") -> None:
        """What "Deliver request" in the console sends: sample data about nobody."""
        with self.lock:
            hook = self.hooks.find(hook_id)
            event = self._event(event_type, None, result="Success")
            self.outgoing.send(hook, [event])

    # Events

    @property
    def deliver(self) -> bool:
        return self.outgoing.deliver

    @deliver.setter
    def deliver(self, value: bool) -> None:
        """False: events are in the System Log only, as when every delivery was lost."""
        self.outgoing.deliver = value

    def emit(self, event_type: str, targets: list[Json] | None, **how: Any) -> None:
        """An event without a change. `how`: job, changed, result, reason."""
        with self.lock:
            self._emit(event_type, targets, **how)

    def _emit(self, event_type: str, targets: list[Json] | None, **how: Any) -> None:
        if self._quiet:
            return
        if self.switches.failed_outcomes and eligible(event_type):
            self._publish(self._event(event_type, targets, result="FAILURE", reason="Invented"))
        self._publish(self._event(event_type, targets, **how))

    def _event(self, event_type: str, targets: list[Json] | None, *, job: bool = False,
               changed: Iterable[str] = (), result: str = "SUCCESS",
               reason: str | None = None) -> Event:
        now = self.now()
        return Event(event_type, targets, now - self.switches.published_ago_s,
                     now + self.switches.log_lag_s, job, tuple(changed), result, reason)

    def _publish(self, event: Event) -> None:
        takers = [] if event.type in LOG_ONLY else self.hooks.takers(event.type)
        event.hook_ids = tuple(hook.id for hook in takers)
        self.log.append(event)
        for hook in takers:
            self.outgoing.queue(hook, event)

    def _tell_hook(self, event_type: str, hook: Hook) -> None:
        self._emit(event_type, [_hook_target(hook)])

    def _tell_grant(self, result: str, reason: str | None) -> None:
        self._emit("app.oauth2.token.grant.access_token", [
            {"id": self.oauth.client_id, "type": "PublicClientApp", "alternateId": "weir",
             "displayName": "weir", "detailEntry": None}], result=result, reason=reason)

    def _tell_lost(self, hook: Hook, events: list[Event]) -> None:
        with self.lock:
            self._emit("event_hook.delivery", [_hook_target(hook)], job=True, result="FAILURE",
                       reason=f"{len(events)} events were not delivered")

    def _first_hook(self, url: str | None) -> tuple[str, str, HeaderList]:
        with self.lock:
            for hook in self.hooks.rows.values():
                return hook.id, hook.uri, self.outgoing.headers(hook)
        if url is None or not urlsplit(url).hostname:
            raise LookupError("there is no hook; give a url")
        return "", url, []

    def storm(self, events: int = 5000, people: int = 200, seconds: float = 0.0) -> list[str]:
        """So many changes of so many people, in turn; the ids of those people."""
        chosen = self.user_ids(people)
        spread(events if chosen else 0, seconds, lambda number: self.update_user(
            chosen[number % len(chosen)], nickName=f"Storm {number}"))
        return chosen

    def use_real_limits(self) -> None:
        """Calls a minute as once published."""
        with self.lock:
            self.limits.use_real()


def _hook_target(hook: Hook) -> Json:
    return {"id": hook.id, "type": "EventHook", "alternateId": "unknown", "displayName": hook.name,
            "detailEntry": None}

"""Event hooks: who wants which events where, and whether the endpoint proved to be theirs."""

from __future__ import annotations

import json
import random
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..courier import Courier, is_loopback
from ..stamps import iso_millis
from ..tiny_http import Answer, HeaderList, Reply, Request, json_answer
from ..unknown import Unknown
from .catalogue import eligible
from .events import ADMIN
from .ids import HOOK, make_id
from .people import Json
from .problems import Problem, forbidden, invalid, not_found, not_json
from .switches import Switches
from .views import Views

HOOKS_MAX = 25
ITEMS_MAX = 300
URI_MAX = 1024
RESERVED = ("accept", "authorization", "connection", "content-length", "content-type", "host",
            "transfer-encoding", "user-agent")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
SECRET_MEMBERS = ("uri", "headers", "key", "secret")


@dataclass
class Hook:
    id: str
    name: str
    description: str | None
    items: list[str]
    uri: str
    headers: list[Json]
    key: str | None  # no auth scheme: None
    secret: str
    created: float
    last_updated: float
    status: str = "ACTIVE"
    verified: bool = False
    previous_secret: str = ""
    settled_at: float = 0.0

    def auth(self) -> HeaderList:
        return [(self.key, self.secret)] if self.key else []

    def extra(self) -> HeaderList:
        return [(one["key"], one["value"]) for one in self.headers]

    @property
    def taking(self) -> bool:
        return self.status == "ACTIVE" and self.verified


@dataclass
class _Given:
    """The checked body of a POST or PUT."""

    name: str
    description: str | None
    items: list[str]
    uri: str
    key: str | None
    secret: str | None  # None: not given
    status: str | None
    headers: list[Json] = field(default_factory=list)


class Hooks:
    """`tell(event type, hook)` puts what happened to a hook into the System Log."""

    def __init__(self, switches: Switches, views: Views, courier: Courier, lock: threading.RLock,
                 rng: random.Random, now: Callable[[], float], tell: Callable[[str, Hook], None],
                 allow_http: bool, deliver_anywhere: bool) -> None:
        self.rows: dict[str, Hook] = {}
        self.allow_http = allow_http
        self._switches = switches
        self._views = views
        self._courier = courier
        self._lock = lock
        self._rng = rng
        self._now = now
        self._tell = tell
        self._deliver_anywhere = deliver_anywhere
        self._count = 0

    # The API

    def list_all(self, request: Request) -> Answer:
        return json_answer([self.shown(hook) for hook in self.rows.values()])

    def get(self, request: Request, hook_id: str) -> Answer:
        return json_answer(self.shown(self._find(hook_id)))

    def create(self, request: Request) -> Answer:
        given = self._given(request, None)
        if len(self.rows) >= HOOKS_MAX:
            raise invalid("eventHook", f"No more than {HOOKS_MAX} event hooks are allowed")
        self._count += 1
        now = self._now()
        hook = Hook(make_id(HOOK, self._count), given.name, given.description, given.items,
                    given.uri, given.headers, given.key, given.secret or "", now, now,
                    given.status or "ACTIVE")
        self._changed(hook)
        self.rows[hook.id] = hook
        self._tell("event_hook.created", hook)
        return json_answer(self.shown(hook))

    def put(self, request: Request, hook_id: str) -> Answer:
        """The answer still has the former lastUpdated."""
        hook = self._find(hook_id)
        given = self._given(request, hook)
        secret = given.secret
        if secret is None:
            secret = hook.secret if self._switches.put_keeps_secret else ""
        before = (hook.uri, hook.headers, hook.key, hook.secret)
        if secret != hook.secret:
            hook.previous_secret = hook.secret
        hook.name, hook.description, hook.items = given.name, given.description, given.items
        hook.uri, hook.headers, hook.key, hook.secret = (given.uri, given.headers, given.key,
                                                         secret)
        hook.status = given.status or hook.status
        if before != (hook.uri, hook.headers, hook.key, hook.secret) or (
                self._switches.put_unverifies):
            hook.verified = False
        answer = json_answer(self.shown(hook))
        self._changed(hook)
        self._tell("event_hook.updated", hook)
        return answer

    def delete(self, request: Request, hook_id: str) -> Answer:
        hook = self._find(hook_id)
        if hook.status == "ACTIVE":
            raise forbidden()
        self.remove(hook_id)
        return Answer(204)

    def activate(self, request: Request, hook_id: str) -> Answer:
        return json_answer(self.shown(self.turn(hook_id, "ACTIVE")))

    def deactivate(self, request: Request, hook_id: str) -> Answer:
        return json_answer(self.shown(self.turn(hook_id, "INACTIVE")))

    def verify(self, request: Request, hook_id: str) -> Answer:
        """Asks the endpoint while the caller waits, without the lock: it may call us meanwhile."""
        with self._lock:
            hook = self._find(hook_id)
            skip = self._switches.verify_without_call
        if not skip and not self._challenge(hook):
            raise invalid("eventHook", f"Unable to verify event hook. Hook {hook.name} execution "
                                       "failed")
        with self._lock:
            hook = self._find(hook_id)
            hook.verified = True
            self._changed(hook)
            self._tell("event_hook.verified", hook)
            return json_answer(self.shown(hook))

    def _challenge(self, hook: Hook) -> bool:
        """One retry, after a time-out or an error."""
        challenge = secrets.token_urlsafe(27)
        headers = [("User-Agent", "Okta-Integrations"), ("Accept", "application/json"),
                   ("X-Okta-Request-Id", secrets.token_urlsafe(20)),
                   ("X-Okta-Verification-Challenge", challenge), *hook.auth(), *hook.extra()]
        if not self._allowed_host(hook.uri):
            return False
        for _ in range(2):
            reply = self._courier.send_now(
                hook.id, "(verify)", hook.uri, lambda client: client.send(
                    hook.uri, headers, b"", self._courier.timeout_s, "GET"), headers, b"")
            if reply.status is not None and reply.status < 500:
                return _echoes(reply, challenge)
        return False

    def _allowed_host(self, uri: str) -> bool:
        return self._deliver_anywhere or is_loopback(urlsplit(uri).hostname or "")

    # What the API and an administrator behind our back both do

    def find(self, hook_id: str) -> Hook:
        if hook_id not in self.rows:
            raise Unknown(f"no such hook: {hook_id}")
        return self.rows[hook_id]

    def turn(self, hook_id: str, status: str) -> Hook:
        """Succeeds whatever the status was."""
        hook = self._find(hook_id)
        if hook.status != status:
            hook.status = status
            self._changed(hook)
            self._tell("event_hook.activated" if status == "ACTIVE" else
                       "event_hook.deactivated", hook)
        return hook

    def remove(self, hook_id: str) -> None:
        self._tell("event_hook.deleted", self.rows.pop(hook_id))

    def edit(self, hook_id: str, changes: Json) -> None:
        """As an administrator does it in the console: a new address or secret is unverified."""
        hook = self.find(hook_id)
        for name, value in changes.items():
            if name not in ("name", "description", "items", "verified", *SECRET_MEMBERS):
                raise AttributeError(f"a hook has no {name!r}")
            if name in SECRET_MEMBERS:
                hook.verified = False
            setattr(hook, name, value)
        self._changed(hook)
        self._tell("event_hook.updated", hook)

    def _changed(self, hook: Hook) -> None:
        hook.last_updated = self._now()
        hook.settled_at = self._now() + self._switches.settle_s

    def takers(self, event_type: str) -> list[Hook]:
        now = self._now()
        return [hook for hook in self.rows.values()
                if hook.taking and event_type in hook.items and now >= hook.settled_at]

    def _find(self, hook_id: str) -> Hook:
        hook = self.rows.get(hook_id)
        if hook is None:
            raise not_found(hook_id, "EventHook")
        return hook

    # Shapes

    def shown(self, hook: Hook) -> Json:
        """The secret never; items in any order; the key in another case than it was sent."""
        path = self._views.link(f"/eventHooks/{hook.id}")
        steps = ("verify", "deactivate") if hook.status == "ACTIVE" else ("activate",)
        links: Json = {"self": {"href": path}}
        for step in steps:
            links[step] = {"href": f"{path}/lifecycle/{step}", "hints": {"allow": ["POST"]}}
        if hook.status != "ACTIVE":
            links["delete"] = {"href": path, "hints": {"allow": ["DELETE"]}}
        config: Json = {"uri": hook.uri, "headers": hook.headers, "method": "POST"}
        if hook.key:
            lower = self._switches.auth_key_case == "lower"
            config["authScheme"] = {"type": "HEADER",
                                    "key": hook.key.lower() if lower else hook.key}
        return {
            "id": hook.id, "status": hook.status,
            "verificationStatus": "VERIFIED" if hook.verified else "UNVERIFIED",
            "name": hook.name, "description": hook.description,
            "created": iso_millis(hook.created), "createdBy": ADMIN["id"],
            "lastUpdated": iso_millis(hook.last_updated),
            "events": {"type": "EVENT_TYPE", "filter": None,
                       "items": self._rng.sample(hook.items, len(hook.items))},
            "channel": {"type": "HTTP", "version": "1.0.0", "config": config}, "_links": links}

    def _given(self, request: Request, own: Hook | None) -> _Given:
        """All rules at once; the causes of a refusal say which are broken."""
        body = _json_object(request)
        wrong: list[str] = []
        events, channel = _member(body, "events", wrong), _member(body, "channel", wrong)
        config = _member(channel, "config", wrong)
        scheme = config.get("authScheme")
        name = body.get("name")
        if not isinstance(name, str) or not 1 <= len(name) <= 255:
            wrong.append("name: The field must have 1 to 255 characters")
        elif any(hook.name == name and hook is not own for hook in self.rows.values()):
            wrong.append("name: An event hook with this name exists")
        if not isinstance(body.get("description"), (str, type(None))):
            wrong.append("description: The field must be a string")
        if events.get("type") != "EVENT_TYPE":
            wrong.append("events.type: The value must be EVENT_TYPE")
        if events.get("filter") is not None:
            wrong.append("events.filter: Event hook filters are not enabled")
        wrong += _wrong_items(events.get("items"))
        if (channel.get("type"), channel.get("version")) != ("HTTP", "1.0.0"):
            wrong.append("channel: type and version must be HTTP and 1.0.0")
        wrong += self._wrong_uri(config.get("uri")) + _wrong_headers(config.get("headers"))
        if scheme is not None and not _good_scheme(scheme):
            wrong.append("channel.config.authScheme: type HEADER and a key are needed")
        if body.get("status") not in (None, "ACTIVE", "INACTIVE"):
            wrong.append("status: The value must be ACTIVE or INACTIVE")
        if wrong:
            raise invalid("eventHook", *wrong)
        scheme = scheme or {}
        return _Given(str(name), body.get("description"), list(events["items"]), config["uri"],
                      scheme.get("key"), scheme.get("value"), body.get("status"),
                      list(config.get("headers") or []))

    def _wrong_uri(self, uri: Any) -> list[str]:
        if isinstance(uri, str) and len(uri) <= URI_MAX and not re.search(r"\s", uri):
            parts = urlsplit(uri)
            http = self.allow_http and parts.scheme == "http" and self._allowed_host(uri)
            if parts.hostname and (parts.scheme == "https" or http):
                return []
        return ["channel.config.uri: The field must be an https URL"]


def _echoes(reply: Reply, challenge: str) -> bool:
    try:
        echo = json.loads(reply.body)
    except ValueError:
        return False
    return (reply.status == 200 and isinstance(echo, dict)
            and echo.get("verification") == challenge)


def _json_object(request: Request) -> Json:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise Problem(415, "E0000021", "Bad request. Accept and/or Content-Type headers are "
                                       "likely not set.")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise not_json() from None
    if not isinstance(body, dict):
        raise not_json()
    return body


def _member(owner: Json, name: str, wrong: list[str]) -> Json:
    value = owner.get(name)
    if isinstance(value, dict):
        return value
    wrong.append(f"{name}: The field cannot be left blank")
    return {}


def _wrong_items(items: Any) -> list[str]:
    if not isinstance(items, list) or not 1 <= len(items) <= ITEMS_MAX:
        return [f"events.items: 1 to {ITEMS_MAX} event types are needed"]
    return [f"events.items: {one} cannot be used in an event hook" for one in items
            if not isinstance(one, str) or not eligible(one)]


def _wrong_headers(headers: Any) -> list[str]:
    if headers is None:
        return []
    good = isinstance(headers, list) and all(
        isinstance(one, dict) and HEADER_NAME.fullmatch(str(one.get("key", "")))
        and isinstance(one.get("value"), str) and one["key"].lower() not in RESERVED
        for one in headers)
    return [] if good else ["channel.config.headers: a header is malformed or reserved"]


def _good_scheme(scheme: Any) -> bool:
    return (isinstance(scheme, dict) and scheme.get("type") == "HEADER"
            and HEADER_NAME.fullmatch(str(scheme.get("key", ""))) is not None
            and isinstance(scheme.get("value"), (str, type(None))))

"""Who may call, and how often: access tokens and the bucket of each endpoint."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ..tiny_http import Answer, Request, json_answer
from .problems import oauth_answer
from .switches import Switches

ALL_SCOPES = ("personio:persons:read", "personio:absences:read", "personio:absences:write",
              "personio:webhooks:read", "personio:webhooks:write")


class Buckets:
    """A token bucket per endpoint (path with its ids replaced), told in every answer."""

    def __init__(self, rate: float, burst: int) -> None:
        self.default = (rate, burst)
        self._rates: dict[str, tuple[float, int]] = {}
        self._levels: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def set(self, endpoint: str, rate: float, burst: int) -> None:
        with self._lock:
            self._rates[endpoint] = (rate, burst)
            self._levels.pop(endpoint, None)

    def reset(self) -> None:
        """All rates back to the default, all buckets full."""
        with self._lock:
            self._rates.clear()
            self._levels.clear()

    def take(self, endpoint: str) -> tuple[bool, dict[str, str]]:
        """Whether the call is allowed, and the headers that say so."""
        now = time.monotonic()
        with self._lock:
            rate, burst = self._rates.get(endpoint, self.default)
            level, since = self._levels.get(endpoint, (float(burst), now))
            level = min(float(burst), level + (now - since) * rate)
            allowed = level >= 1
            if allowed:
                level -= 1
            self._levels[endpoint] = (level, now)
        return allowed, {
            "x-ratelimit-replenish-rate": f"{rate:g}",
            "x-ratelimit-burst-capacity": str(burst),
            "x-ratelimit-requested-tokens": "1",
            "x-ratelimit-remaining": str(int(level)),
        }


@dataclass
class Token:
    expires_at: float
    scopes: frozenset[str]


class Tokens:
    """The token endpoint and what it has issued. Times are the simulator's: they can be moved."""

    def __init__(self, client_id: str, client_secret: str, now: Callable[[], float]) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.scopes = frozenset(ALL_SCOPES)
        self.expires_in = 86400
        self.per_minute = 150
        self._now = now
        self._issued: dict[str, Token] = {}
        self._calls: deque[float] = deque()
        self._throttled_until = 0.0

    def issue(self, request: Request, switches: Switches) -> Answer:
        if not self._admitted():
            return Answer(429)
        if switches.token_error:
            return oauth_answer(switches.token_error, "Simulated failure.")
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/x-www-form-urlencoded":
            return oauth_answer("invalid_request", "The body must be form-urlencoded.")
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        missing = [name for name in ("grant_type", "client_id", "client_secret")
                   if not form.get(name)]
        if missing:
            return oauth_answer("invalid_request", "Required parameters are missing.",
                                {"missing_parameters": missing})
        if form["grant_type"] != "client_credentials":
            return oauth_answer("unsupported_grant_type", "Only client_credentials is supported.")
        if (form["client_id"], form["client_secret"]) != (self.client_id, self.client_secret):
            return oauth_answer("invalid_client", "Client authentication failed.")
        wanted = frozenset(form.get("scope", "").split()) or self.scopes
        if not wanted <= self.scopes:
            return oauth_answer("invalid_scope", "A requested scope is not granted.")
        text = "papi-" + secrets.token_urlsafe(32)
        self._issued[text] = Token(self._now() + self.expires_in, wanted)
        return json_answer({"access_token": text, "token_type": "Bearer",
                            "expires_in": self.expires_in, "scope": " ".join(sorted(wanted))})

    def issue_v1(self, request: Request) -> Answer:
        """The older API has tokens of its own, and tells a refusal with status 200."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return json_answer({"success": False, "error": {"code": 0, "message": "Wrong credentials"}})
        text = "papi-v1-" + secrets.token_urlsafe(32)
        self._issued[text] = Token(self._now() + self.expires_in, self.scopes)
        return json_answer({"success": True, "data": {"token": text, "expires_in": self.expires_in}})

    def _admitted(self) -> bool:
        """150 calls a minute; who exceeds that gets one a second for the next 60 s."""
        now = time.monotonic()
        while self._calls and self._calls[0] < now - 60:
            self._calls.popleft()
        if now < self._throttled_until:
            if self._calls and now - self._calls[-1] < 1:
                return False
        elif len(self._calls) >= self.per_minute:
            self._throttled_until = now + 60
            return False
        self._calls.append(now)
        return True

    def revoke(self, request: Request) -> Answer:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        self._issued.pop(form.get("token", ""), None)
        return Answer(200)

    def expire_all(self) -> None:
        self._issued.clear()

    def of(self, request: Request) -> Token | None:
        """The valid token a request carries, if any."""
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        token = self._issued.get(text) if scheme == "Bearer" else None
        if token is None or token.expires_at <= self._now():
            return None
        return token

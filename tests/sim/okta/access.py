"""Who may call: API tokens, and tokens of the OAuth service app with their scopes."""

from __future__ import annotations

from collections.abc import Callable

from ..tiny_http import Request
from .problems import forbidden, invalid_token
from .switches import Switches

IDLE_MAX_S = 30 * 86400


class Access:
    """`oauth_scopes(request)`: the scopes of the valid OAuth token a request carries, or a
    Problem; `base()`: scheme and host of the organization."""

    def __init__(self, api_token: str, switches: Switches, now: Callable[[], float],
                 oauth_scopes: Callable[[Request], frozenset[str]],
                 base: Callable[[], str]) -> None:
        self.api_token = api_token
        self._switches = switches
        self._now = now
        self._oauth_scopes = oauth_scopes
        self._base = base
        self._last_used = now()

    def admit(self, request: Request, scope: str) -> None:
        """An API token has the rights of its owner; scopes are for OAuth tokens."""
        if self._switches.token_expired:
            raise invalid_token()
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme in ("Bearer", "DPoP"):
            self._check_scope(request, scheme, scope)
        elif scheme != "SSWS" or text != self.api_token or self._idle():
            raise invalid_token()
        else:
            self._last_used = self._now()

    def _idle(self) -> bool:
        return self._now() - self._last_used > IDLE_MAX_S

    def _check_scope(self, request: Request, scheme: str, scope: str) -> None:
        scopes = self._oauth_scopes(request)
        if scope in scopes or scope.replace(".read", ".manage") in scopes:
            return
        base = self._base()
        raise forbidden({"WWW-Authenticate": (
            f'{scheme} authorization_uri="{base}/oauth2/v1/authorize", realm="{base}", '
            f'scope="{scope}", error="insufficient_scope", error_description="The access token '
            f'provided does not contain the required scopes.", resource="{request.path}"')})

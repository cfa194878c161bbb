"""The org authorization server: one service app, its keys, and the tokens it was given."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ..tiny_http import Answer, Request, json_answer
from . import jose
from .dpop import BadProof, Dpop, NonceWanted, Used
from .problems import OAuthProblem, Problem, invalid_token
from .switches import Switches

TOKEN_PATH = "/oauth2/v1/token"
LIFE_S = 3600
ASSERTION_LIFE_MAX_S = 3600
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KNOWN_SCOPES = frozenset((
    "okta.eventHooks.read", "okta.eventHooks.manage", "okta.users.read", "okta.users.manage",
    "okta.groups.read", "okta.groups.manage", "okta.logs.read", "okta.schemas.read",
    "okta.userTypes.read", "okta.apps.read"))
GRANTED = frozenset((
    "okta.eventHooks.manage", "okta.users.read", "okta.groups.read", "okta.logs.read",
    "okta.schemas.read", "okta.userTypes.read"))


@dataclass
class _Issued:
    expires_at: float
    scopes: frozenset[str]
    thumbprint: str | None  # of the key it is bound to; None: a bearer token


class OAuth:
    """`tell(outcome, reason)` puts each grant into the System Log."""

    def __init__(self, client_id: str, switches: Switches, now: Callable[[], float],
                 base: Callable[[Request], str], tell: Callable[[str, str | None], None]) -> None:
        self.client_id = client_id
        self.scopes = GRANTED  # what the administrator has granted to the app
        self.service_app = True
        self.expires_in = LIFE_S
        self.dpop = Dpop(now, base)
        self._switches = switches
        self._now = now
        self._base = base
        self._tell = tell
        self._keys: dict[str, object] = {}
        self._used = Used()
        self._issued: dict[str, _Issued] = {}

    # What an administrator does

    def add_key(self, kid: str, key: object) -> None:
        """A PEM text (of a private key only its public half is kept), a JWK, or a key."""
        if isinstance(key, (str, bytes)):
            key = jose.public_from_pem(key)
        elif isinstance(key, dict):
            key = jose.public_from_jwk(key)
        self._keys[kid] = key.public_key() if hasattr(key, "private_numbers") else key

    def remove_key(self, kid: str) -> None:
        del self._keys[kid]

    def grant(self, scopes: list[str]) -> None:
        unknown = set(scopes) - KNOWN_SCOPES
        if unknown:
            raise ValueError(f"unknown scopes: {sorted(unknown)}")
        self.scopes = frozenset(scopes)

    def expire_all(self) -> None:
        self._issued.clear()

    # The token endpoint

    def token(self, request: Request) -> Answer:
        """Each failure is logged in the customer's System Log."""
        try:
            answer = self._token(request)
        except OAuthProblem as problem:
            self._tell("FAILURE", problem.error)
            raise
        self._tell("SUCCESS", None)
        return answer

    def _token(self, request: Request) -> Answer:
        if self._switches.token_error:
            raise OAuthProblem(400, self._switches.token_error, "Simulated failure.")
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/x-www-form-urlencoded":
            raise OAuthProblem(400, "invalid_request", "The body must be form-urlencoded.")
        rows = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        form = dict(rows)
        if len(form) != len(rows):
            raise OAuthProblem(400, "invalid_request", "A parameter comes twice.")
        if form.get("grant_type") != "client_credentials":
            raise OAuthProblem(400, "unsupported_grant_type", "The grant type is not supported.")
        self._check_client(request, form)
        scopes = self._asked(form)
        thumbprint = self._proof(request)
        text = "eyJraWQiOi" + secrets.token_urlsafe(120)
        self._issued[text] = _Issued(self._now() + self.expires_in, scopes, thumbprint)
        return json_answer({
            "token_type": "DPoP" if thumbprint else "Bearer", "expires_in": self.expires_in,
            "access_token": text, "scope": " ".join(sorted(scopes))})

    def _asked(self, form: dict[str, str]) -> frozenset[str]:
        scopes = frozenset(form.get("scope", "").split())
        if not scopes:
            raise OAuthProblem(400, "invalid_scope", "The authorization server resource does not "
                               "have any configured default scopes, 'scope' must be provided.")
        if not scopes <= KNOWN_SCOPES or not scopes <= self.scopes:
            raise OAuthProblem(400, "invalid_scope",
                               "One or more scopes are not configured for the app.")
        return scopes

    def _check_client(self, request: Request, form: dict[str, str]) -> None:
        if form.get("client_assertion_type") != JWT_BEARER:
            raise _invalid_client("The client_assertion_type is not valid.")
        try:
            token = jose.parse(form.get("client_assertion", ""))
            key = self._keys.get(str(token.header.get("kid")))
            if key is None:
                raise jose.BadToken("the kid is not known")
            jose.check(token, key)
        except jose.BadToken as why:
            raise _invalid_client(f"The client_assertion is not valid: {why}.") from None
        claims = token.claims
        if claims.get("iss") != self.client_id or claims.get("sub") != self.client_id:
            raise _invalid_client("The client is not known.")
        if claims.get("aud") != self._base(request) + TOKEN_PATH:
            raise _invalid_client("The audience claim for client_assertion must be the endpoint "
                                  "invoked for the request.")
        self._check_times(claims)
        # Documented as optional; here it is not, so that a client that forgets it is noticed.
        jti = claims.get("jti")
        if not isinstance(jti, str) or not jti or not self._used.take(jti):
            raise _invalid_client("The client_assertion token has been used, or has no jti.")
        if not self.service_app:
            raise _invalid_client("The app is no service app.")

    def _check_times(self, claims: jose.Json) -> None:
        now, expires, issued = self._now(), claims.get("exp"), claims.get("iat", 0)
        if not _numeric(expires) or not _numeric(issued):
            raise _invalid_client("The client_assertion token has no expiration.")
        if expires <= now:
            raise _invalid_client("The client_assertion token is expired.")
        if expires > now + ASSERTION_LIFE_MAX_S:
            raise _invalid_client("The client_assertion token has an expiration too far into the "
                                  "future.")
        if issued > now + 1:
            raise _invalid_client("The client_assertion token was issued in the future.")

    def _proof(self, request: Request) -> str | None:
        """The key a token will be bound to. The client is known by now: each step of the
        exchange uses up an assertion."""
        if not self._switches.dpop and "dpop" not in request.headers:
            return None
        try:
            return self.dpop.check(request, with_nonce=True)
        except BadProof as why:
            raise OAuthProblem(400, "invalid_dpop_proof", str(why)) from None
        except NonceWanted:
            raise OAuthProblem(400, "use_dpop_nonce",
                               "Authorization server requires nonce in DPoP proof.",
                               {"dpop-nonce": self.dpop.nonce}) from None

    # API calls

    def scopes_of(self, request: Request) -> frozenset[str]:
        """Of the valid token a request carries, in the way it was given out."""
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        issued = self._issued.get(text)
        if issued is None or issued.expires_at <= self._now() or (
                scheme != ("DPoP" if issued.thumbprint else "Bearer")):
            raise invalid_token()
        if issued.thumbprint:
            self._check_proof(request, text, issued.thumbprint)
        return issued.scopes

    def _check_proof(self, request: Request, text: str, thumbprint: str) -> None:
        try:
            found = self.dpop.check(request, self._switches.dpop_nonce_on_api, text)
        except BadProof as why:
            raise _bad_proof(str(why)) from None
        except NonceWanted:
            raise OAuthProblem(401, "use_dpop_nonce", "Resource server requires nonce in DPoP "
                               "proof.", {"dpop-nonce": self.dpop.nonce, "WWW-Authenticate":
                                          'DPoP error="use_dpop_nonce"'}) from None
        if found != thumbprint:
            raise _bad_proof("The DPoP proof JWT is by another key than the token is for.")


def _numeric(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _invalid_client(why: str) -> OAuthProblem:
    return OAuthProblem(401, "invalid_client", why)


def _bad_proof(why: str) -> Problem:
    return invalid_token({"WWW-Authenticate": f'DPoP error="invalid_dpop_proof", '
                                              f'error_description="{why}"'})

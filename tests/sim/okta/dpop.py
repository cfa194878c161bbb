"""Proofs of possession: whoever uses a token shows that they hold the key it was given for."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from ..tiny_http import Request
from . import jose

PROOF_AGE_MAX_S = 300
NONCE_NEW_S = 24 * 3600
NONCE_LIFE_S = 3 * 24 * 3600
USED_KEPT = 200_000


class BadProof(Exception):
    """The proof is missing or wrong."""


class NonceWanted(Exception):
    """The proof is right, but lacks the nonce of this server."""


class Used:
    """Ids that may come once; the oldest are forgotten."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    def take(self, text: str) -> bool:
        if text in self._seen:
            return False
        self._seen[text] = None
        if len(self._seen) > USED_KEPT:
            self._seen.popitem(last=False)
        return True


class Dpop:
    def __init__(self, now: Callable[[], float], base: Callable[[Request], str]) -> None:
        self._now = now
        self._base = base
        self._used = Used()
        self._nonces: list[tuple[float, str]] = []

    @property
    def nonce(self) -> str:
        if not self._nonces or self._nonces[-1][0] < self._now() - NONCE_NEW_S:
            self.rotate()
        return self._nonces[-1][1]

    def rotate(self) -> None:
        """A new nonce; former ones stay good for three days."""
        self._nonces.append((self._now(), secrets.token_urlsafe(24)))

    def forget_nonces(self) -> None:
        self._nonces.clear()

    def check(self, request: Request, with_nonce: bool, token: str | None = None) -> str:
        """The thumbprint of the key that made the proof of this request.

        `token`: the access token that the proof must name.
        """
        rows = [text for name, text in request.header_list if name.lower() == "dpop"]
        if len(rows) != 1:
            raise BadProof("The DPoP proof JWT header is missing." if not rows else
                           "There is more than one DPoP proof JWT header.")
        try:
            proof = jose.parse(rows[0])
            jwk = proof.header.get("jwk")
            jose.check(proof, jose.public_from_jwk(jwk))
        except jose.BadToken as why:
            raise BadProof(f"The DPoP proof JWT is not valid: {why}.") from None
        claims = proof.claims
        if proof.header.get("typ") != "dpop+jwt":
            raise BadProof("The DPoP proof JWT typ is not dpop+jwt.")
        if claims.get("htm") != request.method:
            raise BadProof("The DPoP proof JWT htm does not match.")
        if claims.get("htu") != self._base(request) + request.path:
            raise BadProof("The DPoP proof JWT htu does not match.")
        self._check_time(claims.get("iat"))
        if token is not None and claims.get("ath") != jose.encode(
                hashlib.sha256(token.encode()).digest()):
            raise BadProof("The DPoP proof JWT ath does not match.")
        jti = claims.get("jti")
        if not isinstance(jti, str) or not jti or not self._used.take(jti):
            raise BadProof("The DPoP proof JWT jti is missing or was used.")
        if with_nonce and not self._good_nonce(claims.get("nonce")):
            raise NonceWanted
        return jose.thumbprint(jwk)

    def _check_time(self, issued: object) -> None:
        now = self._now()
        if isinstance(issued, bool) or not isinstance(issued, (int, float)):
            raise BadProof("The DPoP proof JWT iat is missing.")
        if issued > now + 1 or issued < now - PROOF_AGE_MAX_S:
            raise BadProof("The DPoP proof JWT is too old or from the future.")

    def _good_nonce(self, nonce: object) -> bool:
        oldest = self._now() - NONCE_LIFE_S
        return any(text == nonce and at > oldest for at, text in self._nonces)


def base_of(scheme: str) -> Callable[[Request], str]:
    """Scheme and host a request went to: an organization answers under more than one name."""
    def base(request: Request) -> str:
        host = request.headers.get("host", "")
        return f"{scheme}://{urlsplit('//' + host).netloc}"
    return base

"""Signed tokens: JWS in compact form, and the keys that check them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (decode_dss_signature,
                                                             encode_dss_signature)

Json = dict[str, Any]
HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
CURVES: dict[str, tuple[str, type[ec.EllipticCurve], int]] = {
    "ES256": ("P-256", ec.SECP256R1, 32), "ES384": ("P-384", ec.SECP384R1, 48),
    "ES512": ("P-521", ec.SECP521R1, 66)}
ALGORITHMS = ("RS256", "RS384", "RS512", *CURVES)
RSA_BITS_MIN = 2048
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
PRIVATE_MEMBERS = ("d", "p", "q", "dp", "dq", "qi", "k", "oth")


class BadToken(ValueError):
    """The text is no such token, or its signature is not by that key."""


@dataclass
class Token:
    header: Json
    claims: Json
    signed: bytes
    signature: bytes


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        raise BadToken("not base64url without padding")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise BadToken("not base64url") from None


def parse(text: str) -> Token:
    parts = text.split(".")
    if len(parts) != 3:
        raise BadToken("not three parts")
    try:
        header, claims = (json.loads(decode(part)) for part in parts[:2])
    except ValueError:
        raise BadToken("header or claims are not JSON") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise BadToken("header or claims are no object")
    if header.get("alg") not in ALGORITHMS:
        raise BadToken("the algorithm is not accepted")
    return Token(header, claims, f"{parts[0]}.{parts[1]}".encode(), decode(parts[2]))


def check(token: Token, key: Any) -> None:
    """BadToken unless this public key made the signature."""
    algorithm = token.header["alg"]
    digest = HASHES[algorithm[2:]]()
    try:
        if algorithm.startswith("RS"):
            if not isinstance(key, rsa.RSAPublicKey):
                raise BadToken("the key is no RSA key")
            key.verify(token.signature, token.signed, padding.PKCS1v15(), digest)
            return
        _, curve, size = CURVES[algorithm]
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != curve().name:
            raise BadToken("the key is of another kind")
        if len(token.signature) != 2 * size:  # DER, as many libraries make it, is wrong here
            raise BadToken("the signature has a wrong length")
        r, s = (int.from_bytes(token.signature[at:at + size], "big") for at in (0, size))
        key.verify(encode_dss_signature(r, s), token.signed, ec.ECDSA(digest))
    except InvalidSignature:
        raise BadToken("the signature is wrong") from None


# Keys


def public_from_jwk(jwk: Any) -> Any:
    """BadToken when it is no public RSA or EC key, or holds private parts."""
    if not isinstance(jwk, dict) or any(name in jwk for name in PRIVATE_MEMBERS):
        raise BadToken("not a public key")

    def number(name: str) -> int:
        return int.from_bytes(decode(jwk.get(name, "")), "big")
    try:
        if jwk.get("kty") == "RSA":
            key = rsa.RSAPublicNumbers(number("e"), number("n")).public_key()
            if key.key_size < RSA_BITS_MIN:
                raise BadToken("the RSA key is too short")
            return key
        for name, curve, size in CURVES.values():
            if jwk.get("kty") == "EC" and jwk.get("crv") == name:
                if len(decode(jwk.get("x", ""))) != size or len(decode(jwk.get("y", ""))) != size:
                    raise BadToken("a coordinate has a wrong length")
                return ec.EllipticCurvePublicNumbers(number("x"), number("y"),
                                                     curve()).public_key()
    except ValueError as why:
        raise BadToken(f"not a key: {why}") from None
    raise BadToken("not a key of a kind that is accepted")


def public_from_pem(pem: str | bytes) -> Any:
    """Of a public key, or of a private one: then its public half."""
    data = pem.encode() if isinstance(pem, str) else pem
    if b"PRIVATE" in data:
        return serialization.load_pem_private_key(data, None).public_key()
    return serialization.load_pem_public_key(data)


def jwk_of(key: Any) -> Json:
    """The public half of a key, public or private."""
    public = key.public_key() if hasattr(key, "private_numbers") else key
    numbers = public.public_numbers()
    if isinstance(public, rsa.RSAPublicKey):
        return {"kty": "RSA", "e": _number(numbers.e), "n": _number(numbers.n)}
    for name, curve, size in CURVES.values():
        if public.curve.name == curve().name:
            return {"kty": "EC", "crv": name, "x": _number(numbers.x, size),
                    "y": _number(numbers.y, size)}
    raise BadToken("not a key of a kind that is accepted")


def _number(value: int, size: int = 0) -> str:
    return encode(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def thumbprint(jwk: Json) -> str:
    """RFC 7638."""
    names = ("e", "kty", "n") if jwk["kty"] == "RSA" else ("crv", "kty", "x", "y")
    text = json.dumps({name: jwk[name] for name in names}, separators=(",", ":"), sort_keys=True)
    return encode(hashlib.sha256(text.encode()).digest())


# The other side, for tests


def new_key(algorithm: str) -> Any:
    if algorithm.startswith("RS"):
        return rsa.generate_private_key(65537, RSA_BITS_MIN)
    return ec.generate_private_key(CURVES[algorithm][1]())


def pem_of(key: Any) -> str:
    """PKCS#8, without a passphrase."""
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption()).decode()


def sign(header: Json, claims: Json, key: Any) -> str:
    signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims)).encode()
    algorithm = header["alg"]
    digest = HASHES[algorithm[2:]]()
    if algorithm.startswith("RS"):
        signature = key.sign(signed, padding.PKCS1v15(), digest)
    else:
        size = CURVES[algorithm][2]
        signature = b"".join(part.to_bytes(size, "big") for part in decode_dss_signature(
            key.sign(signed, ec.ECDSA(digest))))
    return f"{signed.decode()}.{encode(signature)}"

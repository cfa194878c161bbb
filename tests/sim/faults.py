"""Faults of a delivery that every tool's can have."""

from __future__ import annotations

from typing import Any

from .tiny_http import HeaderList


def spoil(secrets: HeaderList, fault: str, previous: str) -> HeaderList:
    """The headers that carry a secret, as the fault has them; `previous`: it before a rotation."""
    if fault == "missing":
        return []
    if fault == "wrong":  # of the same length: only the last character differs
        return [(n, v[:-1] + ("0" if v[-1:] != "0" else "1")) for n, v in secrets]
    if fault == "no_prefix":
        return [(n, v.split(" ")[-1]) for n, v in secrets]
    if fault == "previous":
        return [(n, previous or v) for n, v in secrets]
    return secrets * 2 if fault == "twice" else secrets


def turn(value: Any) -> Any:
    """The same JSON with the members of each object in the opposite order."""
    if isinstance(value, dict):
        return {key: turn(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [turn(one) for one in value]
    return value

"""Prints a Python dict in the form of libconfig, so that a test changes the daemon's file as data."""

from __future__ import annotations

import json
from typing import Any


def libconfig(settings: dict[str, Any]) -> str:
    return "".join(f"{name} = {_value(value)};\n" for name, value in settings.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 1 << 31 else f"{value}L"
    if isinstance(value, dict):
        return "{ " + "".join(f"{name} = {_value(one)}; " for name, one in value.items()) + "}"
    if isinstance(value, list) and all(isinstance(one, dict) for one in value) and value:
        return "( " + ", ".join(_value(one) for one in value) + " )"
    if isinstance(value, list):
        return "[ " + ", ".join(_value(one) for one in value) + " ]"
    return json.dumps(str(value), ensure_ascii=False)

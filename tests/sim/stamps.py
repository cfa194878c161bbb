"""Times as the tools print them."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache


def iso_seconds(at: float) -> str:
    return datetime.fromtimestamp(int(at), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_millis(at: float) -> str:
    when = datetime.fromtimestamp(round(at * 1000) / 1000, timezone.utc)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


@lru_cache(maxsize=4096)
def parse_time(text: str) -> float:
    """Seconds since the epoch; a time without a zone is taken as UTC. ValueError if malformed."""
    if "T" not in text:
        raise ValueError("not a date-time")
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=timezone.utc)).timestamp()

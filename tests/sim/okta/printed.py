"""Users as they were printed before, for whoever measures a caller and not this simulator.

Off unless it is given room. Only people whom nobody has changed are kept, so nothing here is ever
out of date.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from .people import Json


class Printed:
    def __init__(self, room: int) -> None:
        self._left = room
        self._kept: dict[tuple[object, ...], bytes] = {}

    def text(self, key: tuple[object, ...] | None, make: Callable[[], Json]) -> bytes:
        """`key`: whom, and all that decides how they look; None: not to be kept."""
        kept = self._kept.get(key) if key else None
        if kept is None:
            kept = print_json(make())
            if key and self._left > len(kept):
                self._left -= len(kept)
                self._kept[key] = kept
        return kept


def print_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

"""Fixtures of the whole-river tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from whole_river import River


@pytest.fixture
def make_river(tmp_path: Path) -> Iterator[Callable[..., River]]:
    """River(folder, …), closed at the end: a clean stop, no sanitizer's report, no secret in the log."""
    made: list[River] = []

    def make(**given: object) -> River:
        made.append(River(tmp_path / f"r{len(made)}", **given))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def river(make_river: Callable[..., River]) -> River:
    """Four people, everything enabled, the first sync done."""
    return make_river().start()

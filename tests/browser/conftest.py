"""Fixtures of the browser tests: the river of tests/river, and a Chromium that looks at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "river"))

from browser import Page, screenshots, start, stop  # noqa: E402
from whole_river import River  # noqa: E402

ROLES = ("read", "operate", "admin")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    driver = start(tmp_path_factory.mktemp("chromium"))
    yield Page(driver, screenshots())
    stop(driver)


@pytest.fixture
def page(chromium: Page) -> Iterator[Page]:
    """A window without a past. What the console says against its pages fails the test."""
    chromium.reset()
    yield chromium
    chromium.check()


@pytest.fixture
def make_river(tmp_path: Path) -> Iterator[Callable[..., River]]:
    """River(folder, …) with a key for each role, closed at the end."""
    made: list[River] = []

    def make(**given: object) -> River:
        river = River(tmp_path / f"r{len(made)}", **given)
        for role in ROLES:
            name = f"WEIR_KEY_OF_{role.upper()}"
            river.weir.env[name] = f"key-of-{role}-{river.weir.admin_key}"
            river.weir.config["admin_keys"].append({"name": role, "key": f"@env:{name}", "role": role})
        made.append(river)
        return river

    yield make
    for one in made:
        one.close()


@pytest.fixture
def river(make_river: Callable[..., River]) -> River:
    """Four people, everything enabled, the first sync done."""
    return make_river().start()


@pytest.fixture
def sign_in(page: Page) -> Iterator[Callable[..., None]]:
    """sign_in(river, "operate", "/logs"): at that page, with the key of that role."""

    def go(river: River, role: str = "admin", path: str = "/") -> None:
        page.open(f"http://127.0.0.1:{river.weir.admin_port}{path}")
        page.fill("Admin key", river.weir.env[f"WEIR_KEY_OF_{role.upper()}"])
        page.click("Sign in")
        page.find(".shell")

    yield go
    # Before the daemon ends: a page that asks again by itself would find nobody.
    page.check()

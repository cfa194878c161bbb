"""Connectors: what each offers, how it does, what is wrong with a file, and its reload."""

from __future__ import annotations

import shutil

import pytest

from browser import eventually
from weir import ACME, build_folder


def version(number):
    return build_folder() / "tests/river/versions" / str(number) / "changing.so"


def rows(page):
    """At one moment: they may be drawn anew in between."""
    return page.js("return [...document.querySelectorAll('tbody tr')].map(row => row.innerText)")


@pytest.fixture
def changing(make_river):
    """A river with a folder of its own for connectors, in which one changes and one is broken."""
    river = make_river()
    folder = river.folder / "connectors"
    folder.mkdir()
    shutil.copy(version(1), folder / "changing.so")
    (folder / "broken.so").write_bytes(b"no library at all")
    river.weir.config["connectors"] = {"path": [str(build_folder() / "connectors"), str(folder)]}
    river.weir.config["integrations"] += [{"id": "changing:held", "organization": "Held GmbH", "settings": {"hold": str(river.folder / "gate")}},
                                          {"id": "changing:free", "organization": "Free GmbH"}]
    river.connectors = folder
    return river


def put(river, source):
    fresh = river.connectors / "changing.new"
    shutil.copy(source, fresh)
    fresh.rename(river.connectors / "changing.so")


@pytest.mark.parametrize("role", ["read", "operate", "admin"])
def test_what_a_connector_offers_is_shown(page, river, sign_in, role):
    sign_in(river, role, "/connectors")
    page.wait_text("Personio")
    assert page.has("loaded") and page.has("Reload all") == (role == "admin")
    page.axe()
    page.shot("connectors")
    page.click("Personio")
    page.wait_text("How its calls ended")
    for word in ("Contract", "Generation", "Isolation", "went well", "made and repaired by itself"):
        assert page.has(word), word
    page.axe()
    page.shot("connector")

    table = river.weir.admin("/connectors/personio").data
    for tab, word in (("Models", "hris_employees"), ("Events", "person.updated"), ("Settings", "client_secret"),
                      ("Actions and passthrough", "POST /v1/passthrough/personio/"), ("Integrations", ACME)):
        next(one for one in page.all("[role=tab]") if one.text.startswith(tab)).click()
        page.wait_text(word)
        page.axe()
        page.shot("connector-" + tab.split()[0].lower())
    next(one for one in page.all("[role=tab]") if one.text.startswith("Models")).click()
    eventually(lambda: len(rows(page)) == len(table["models"]))
    page.find("tbody summary").click()
    page.wait_text(table["models"][0]["fields"][0])
    assert "tab=models" in page.path()


def test_a_file_that_is_none_says_why(page, changing, sign_in):
    river = changing.start(synced=False)
    sign_in(river, "read", "/connectors")
    page.wait_text("not loaded")
    page.wait_text("is not a shared object")
    page.axe()
    page.shot("connectors-broken")
    page.click("broken")
    page.wait_text("It is not loaded")
    page.axe()
    page.shot("connector-broken")


def test_a_newer_file_is_taken_up_and_a_bad_one_refused(page, changing, sign_in):
    river = changing
    river.weir.start()
    river.weir.wait_synced("changing:held", "changing:free")
    put(river, version(2))
    sign_in(river, "admin", "/connectors/changing")
    page.click("Reload")
    page.wait_text("reloaded")
    page.axe()
    page.shot("connector-reload")
    page.button("Close", within="contains(@class,'dialog-foot')").click()
    eventually(lambda: river.weir.admin("/connectors/changing").data["generation"] == 2)
    page.wait_text("Generation")

    (river.connectors / "changing.so").unlink()
    (river.connectors / "changing.so").write_bytes(b"torn")
    page.click("Reload")
    page.wait_text("refused")
    page.press("\ue00c")
    page.wait_text("A newer file is refused; the earlier one goes on.")
    page.axe()
    page.shot("connector-refused")
    page.button("Connectors", within="contains(@class,'page-head')").click()
    page.wait_text("newer file refused")
    page.click("Reload all")
    page.wait_text("unchanged")


def test_an_address_of_no_connector_says_so(page, river, sign_in):
    page.expect_console(" 404")
    sign_in(river, "read", "/connectors/%22%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E")
    page.wait_text("There is no such connector")


def test_without_any_it_says_where_to_put_one(page, make_river, sign_in):
    river = make_river()
    empty = river.folder / "none"
    empty.mkdir()
    river.weir.config |= {"connectors": {"path": [str(empty)]}, "integrations": []}
    river.weir.start()
    sign_in(river, "admin", "/connectors")
    page.wait_text("No connector is there")
    page.axe()

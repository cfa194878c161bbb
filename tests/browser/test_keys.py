"""Keys: listed, made and shown once, used, and revoked; for admins alone."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from browser import HOSTILE, eventually
from weir import ACME


def rows(page):
    """At one moment: they may be drawn anew in between."""
    return page.js("return [...document.querySelectorAll('tbody tr')].map(row => row.innerText)")


def row_of(page, name):
    return next((row for row in rows(page) if row.split("\n")[0] == name or row.startswith(name)), "")


def test_a_key_is_made_shown_once_used_and_revoked(page, river, sign_in):
    sign_in(river, "admin", "/keys")
    eventually(lambda: {"app", "ops", "read"} <= {row.split("\n")[0] for row in rows(page)})
    page.axe()
    page.shot("keys")
    page.click("Make a key")
    page.fill("Name", "reporting")
    page.fill("Only for these integrations", f"{ACME}, okta:*")
    page.fill("It ends", "In 90 days")
    page.axe()
    page.shot("key-make")
    page.click("Make it")
    page.wait_text("Copy it now.")
    key = page.find("dialog code").text
    assert key.startswith("weir_")
    river.words.append(key)
    page.axe()
    page.press(Keys.ESCAPE)
    page.press(Keys.ESCAPE)
    assert key in page.find("dialog[open] code").text  # nobody loses it by a key press
    page.click("I have copied it")
    eventually(lambda: row_of(page, "reporting"))
    assert key not in page.driver.page_source
    assert "okta:*" in row_of(page, "reporting") and "in 3 months" in row_of(page, "reporting") and "never" in row_of(page, "reporting")
    assert page.js("const b = document.querySelector('.table-box'); return b.scrollWidth <= b.clientWidth"), "the table is cut"
    page.shot("keys-made")

    assert river.weir.api("/hris/employees", key=key).status == 200
    page.driver.refresh()
    eventually(lambda: "never" not in row_of(page, "reporting") and row_of(page, "reporting"))
    page.click("Revoke reporting")
    page.wait_text("Whoever uses it is refused from now on")
    page.axe()
    page.shot("key-revoke")
    page.button("Revoke", within="self::dialog").click()
    page.wait_text("reporting is revoked")
    eventually(lambda: not row_of(page, "reporting"))
    assert river.weir.api("/hris/employees", key=key).status == 401
    page.switch("Show the 1 that ended, too")
    eventually(lambda: "revoked" in row_of(page, "reporting"))
    page.axe()


def test_an_admin_key_signs_in_with_its_role(page, river, sign_in):
    sign_in(river, "admin", "/keys")
    page.click("Make a key")
    page.fill("Name", "watcher")
    page.fill("It is for", "admin")
    page.fill("Role", "admin")
    page.wait_text("Also changes credentials")
    page.fill("It is for", "app")
    eventually(lambda: page.field("Role").get_attribute("value") == "operate")
    page.fill("It is for", "admin")
    page.fill("Role", "read")
    page.click("Make it")
    page.wait_text("Copy it now.")
    key = page.find("dialog code").text
    river.words.append(key)
    page.click("I have copied it")
    page.expect_console("401")
    page.click("Sign out")
    page.fill("Admin key", key)
    page.click("Sign in")
    page.find(".shell")
    assert not any(link.text == "Keys" for link in page.all(".side nav a"))


def test_keys_of_the_file_are_not_revoked_here(page, river, sign_in):
    sign_in(river, "admin", "/keys")
    eventually(lambda: len(rows(page)) >= 5)
    assert not any("Revoke" in one.text for one in page.all("tbody button"))
    assert all("in the configuration" in row for row in rows(page))


@pytest.mark.parametrize("role", ["read", "operate"])
def test_who_is_no_admin_is_told_so(page, river, sign_in, role):
    sign_in(river, role, "/keys")
    page.wait_text("Keys are for admins")
    assert not any(link.text == "Keys" for link in page.all(".side nav a"))
    page.axe()


def test_what_is_refused_is_said_where_it_is_asked(page, river, sign_in):
    page.expect_console("admin/v1/keys .* 4")
    sign_in(river, "admin", "/keys")
    page.click("Make a key")
    for name in [text.replace("\u202e", "")[:60] for text in HOSTILE[:2]] + ["ops"]:
        page.fill("Name", name)
        page.click("Make it")
        page.find("dialog [role=alert]")
    page.fill("Name", "fine")
    page.fill("Only for these integrations", "<script>window.hacked=1</script>")
    page.click("Make it")
    eventually(lambda: "ids and patterns" in page.find("dialog [role=alert]").text)
    page.shot("key-refused")
    page.press(Keys.ESCAPE)
    eventually(lambda: not page.all("dialog[open]"))
    assert not row_of(page, "fine")

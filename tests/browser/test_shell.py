"""The dashboard's frame: signing in and out, what each role sees, keyboard, colours, sizes."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from browser import HOSTILE, eventually

BOTH = ["Overview", "Integrations", "Logs", "Webhooks", "Data", "Scopes", "Connectors"]


def at(river, path="/"):
    return f"http://127.0.0.1:{river.weir.admin_port}{path}"


def test_a_wrong_key_is_refused_and_a_right_one_lets_in(page, river):
    page.expect_console(r"/admin/v1/session - Failed to load resource: .* 40[013]")
    page.open(at(river))
    page.wait_text("With an admin key of this daemon")
    page.axe()
    page.shot("sign-in")
    for wrong in HOSTILE[:2]:
        page.fill("Admin key", wrong)
        page.click("Sign in")
        page.find("[role=alert]")

    page.fill("Admin key", river.weir.env["WEIR_KEY_OF_ADMIN"])
    page.press(Keys.ENTER)

    page.find("h1")
    page.wait_text("Sign out")
    cookie = page.driver.get_cookie("weir_session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    assert page.js("return document.cookie") == ""
    assert river.weir.env["WEIR_KEY_OF_ADMIN"] not in page.js("return JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")


@pytest.mark.parametrize("role", ["read", "operate", "admin"])
def test_each_role_sees_its_places_and_each_place_opens(page, river, sign_in, role):
    sign_in(river, role)
    links = [one.text for one in page.all(".side nav a")]

    assert links == BOTH + (["Keys"] if role == "admin" else []) + ["Audit log"]
    for link in links:
        page.click(link)
        eventually(lambda: page.title() == f"{link} · Weir")
        page.find("h1")
        assert page.all(".side nav a[aria-current=page]")[0].text == link
        page.wait_no_text("There is no such page")


def test_a_page_survives_reload_and_signing_out_ends_the_session(page, river, sign_in):
    page.expect_console(r"Failed to load resource: .* 401")
    sign_in(river, "read", "/logs")
    assert page.path() == "/logs"
    page.driver.refresh()
    page.find(".shell")
    assert page.path() == "/logs"

    page.click("Sign out")

    page.wait_text("With an admin key of this daemon")
    page.driver.refresh()
    page.wait_text("With an admin key of this daemon")


def test_the_frame_is_for_keyboards_phones_and_both_colours(page, river, sign_in):
    sign_in(river)
    page.driver.refresh()
    page.find(".shell")
    page.press(Keys.TAB)
    assert page.js("return document.activeElement.textContent") == "Skip to the content"
    page.axe()
    page.size("phone")
    page.click("Menu")
    page.find(".side nav a")
    page.axe()
    page.click("Data")
    eventually(lambda: page.path() == "/data")
    eventually(lambda: not page.all(".side.open"), say="the menu stayed open")
    page.size("desktop")
    page.fill("Colours", "Dark")
    assert page.js("return document.documentElement.dataset.theme") == "dark"
    page.driver.refresh()
    page.find(".shell")
    assert page.js("return document.documentElement.dataset.theme") == "dark"
    page.fill("Colours", "As the system")


def test_a_first_view_is_quick_and_small(page, river):
    """Nothing but the page itself is loaded, from nowhere else."""
    page.open(at(river))
    page.find("form")
    loaded = page.js("return performance.getEntriesByType('resource').map(e => e.name)")
    assert loaded and all(one.startswith(at(river)) for one in loaded), loaded
    timing = page.js("return performance.getEntriesByType('navigation')[0].toJSON()")
    print(f"first view after {timing['domContentLoadedEventEnd']:.0f} ms")


def test_an_address_that_leads_nowhere_says_so(page, river, sign_in):
    sign_in(river, "read", "/nowhere/at/all")
    page.wait_text("There is no such page")


def test_a_session_that_ends_leaves_what_was_being_typed(page, river, sign_in):
    """Whoever signs in again goes on where they were, and nothing of it is seen meanwhile. Somebody else begins anew."""
    page.expect_console(r"Failed to load resource: .* 401")
    sign_in(river, "admin", "/webhooks")
    page.click("Add an endpoint")
    page.fill("Name", "half-typed")
    page.fill("URL", "https://app.example.com/weir")
    page.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    page.click("Add")
    page.wait_text("With an admin key of this daemon")
    page.press(Keys.ESCAPE)
    page.press(Keys.ESCAPE)
    assert page.find("dialog.over") and not page.has("Event types") and not page.has("Webhooks")
    page.axe()

    page.fill("Admin key", river.weir.env["WEIR_KEY_OF_ADMIN"])
    page.click("Sign in")
    page.wait_text("Event types")
    assert page.field("Name").get_attribute("value") == "half-typed" and not page.all("dialog.over")

    page.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    page.click("Add")
    page.wait_text("With an admin key of this daemon")
    page.fill("Admin key", river.weir.env["WEIR_KEY_OF_READ"])
    page.click("Sign in")
    page.wait_text("Sign out")
    eventually(lambda: not page.all("dialog") and not page.has("Add an endpoint"))


def test_signing_out_that_does_not_reach_the_daemon_says_so(page, river, sign_in):
    page.expect_console("ERR_INTERNET_DISCONNECTED")
    sign_in(river, "read", "/audit")
    page.find("h1")
    with page.network(offline=True):
        page.click("Sign out")
        page.wait_text("The daemon cannot be reached")
        assert page.has("Sign out") and not page.has("With an admin key of this daemon")


def test_signing_out_of_a_session_that_ended_leaves_the_page(page, river, sign_in):
    page.expect_console(r"Failed to load resource: .* 401")
    sign_in(river, "read", "/audit")
    page.find("h1")
    page.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    page.click("Sign out")
    eventually(lambda: page.has("With an admin key of this daemon") and not page.all(".shell"))
    page.fill("Admin key", river.weir.env["WEIR_KEY_OF_READ"])
    page.click("Sign in")
    page.wait_text("Sign out")
    assert not page.all("dialog.over")


def test_a_dialog_is_closed_beside_it_and_not_by_its_scroll_bar(page, river, sign_in):
    sign_in(river, "admin", "/webhooks")
    page.click("Add an endpoint")
    box = page.find("dialog[open]").rect

    def press(x):
        page.js("document.querySelector('dialog').dispatchEvent(new MouseEvent('mousedown', {bubbles: true, clientX: arguments[0], clientY: arguments[1]}))",
                x, box["y"] + 20)

    press(box["x"] + box["width"] - 2)
    assert page.find("dialog[open]")
    press(box["x"] + box["width"] + 20)
    eventually(lambda: not page.all("dialog[open]"))

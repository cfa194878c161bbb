"""The integrations: found, connected by a link and by hand, and each with all that is done to it."""

from __future__ import annotations

import threading

import pytest
from selenium.webdriver.common.keys import Keys

from browser import HOSTILE, eventually
from weir import ACME

MADE = "personio:made"
TABS = ["Real-time updates", "Syncs", "Scope", "Credentials", "Log"]


def at(integration, tab=""):
    return f"/integrations/{integration.replace(':', '%3A')}" + (f"?tab={tab}" if tab else "")


def rows(page):
    """The ids in the list, at one moment."""
    return page.js("return [...document.querySelectorAll('.named .mono')].map(e => e.textContent)")


def buttons(page):
    return set(page.js("return [...document.querySelectorAll('main button, main a.button')].map(e => e.textContent.trim())")) - {""}


def made(river, name="made", **given):
    """An integration of the store, on an account of its own."""
    sim = river.account(2)
    body = {"id": f"personio:{name}", "organization": "Made AG", "base_url": sim.url, "allow_private": True,
            "settings": {"client_id": sim.client_id, "client_secret": sim.client_secret}} | given
    assert river.weir.admin("/integrations", "POST", body).status == 200
    river.weir.wait_log("sync ended", integration=f"personio:{name}")
    return sim


def shown(river, integration=MADE):
    return river.weir.admin(f"/integrations/{integration}").data


def test_the_list_is_searched_and_filtered(page, river, sign_in):
    for number in range(3):
        made(river, f"shop-{number}", organization=f"Shop {number} AG", origin_id=f"cust-{number}")
    river.weir.cli("integrations", "disable", "personio:shop-2")
    sign_in(river, "read", "/integrations")
    eventually(lambda: len(rows(page)) == 4)
    page.axe()
    page.shot("integrations")

    page.fill("Search", "SHOP")
    eventually(lambda: rows(page) == ["personio:shop-0", "personio:shop-1", "personio:shop-2"])
    page.fill("State", "Switched off")
    eventually(lambda: rows(page) == ["personio:shop-2"])
    page.driver.refresh()
    eventually(lambda: rows(page) == ["personio:shop-2"], say="the address does not keep the search")
    page.fill("Search", "cust-1")
    page.wait_text("None fits")
    page.click("Show all")
    eventually(lambda: len(rows(page)) == 4)
    page.fill("Tool", "Okta")
    eventually(lambda: rows(page) == [])
    page.fill("Tool", "Personio")
    page.click("Shop 1 AG")
    eventually(lambda: page.path() == at("personio:shop-1"))


def test_a_connection_link_is_made_and_leads_to_the_customers_page(page, river, sign_in):
    sign_in(river, "operate", "/integrations")
    page.click("Make a connection link")
    page.fill("Customer", "Umbra KG")
    page.fill("E-mail of who connects", "hr@umbra.example")
    page.fill("Your own id of the customer", "cust-9")
    page.axe()
    page.shot("connection-link")
    page.click("Make the link")
    page.wait_text("The link is made.")
    link = page.find('.code pre[aria-label="The link"]').text
    page.axe()
    assert link.startswith(river.weir.config["public_url"] + "/connect/")
    page.click("Done")
    eventually(lambda: not page.all("dialog"))
    page.open(link)
    page.wait_text("Umbra KG")


def test_an_integration_is_made_by_hand(page, river, sign_in):
    page.expect_console(r"/admin/v1/integrations - Failed to load resource: .* 400")
    sim = river.account(2)
    sign_in(river, "admin", "/integrations")
    page.click("Create")
    page.find("dialog select").send_keys("Personio")
    page.fill("Customer", "Made AG")
    page.fill("Name", "made")
    page.fill("Client ID", sim.client_id)
    page.fill("Client secret", "not-the-secret")
    page.find("dialog details:last-of-type summary").click()
    page.fill("Address", sim.url)
    page.find("dialog .switch span:last-child").click()
    page.axe()
    page.shot("create-integration")
    page.click("Try and create")
    page.wait_text("the tool refuses these settings")

    page.fill("Client secret", sim.client_secret)
    page.click("Try and create")
    eventually(lambda: page.path() == at(MADE), 30)
    page.wait_text("Made AG")
    assert sim.client_secret not in page.js("return document.documentElement.outerHTML")
    assert shown(river)["kept_in"] == "store"


def test_real_time_updates_are_shown_repaired_and_removed(page, river, sign_in):
    made(river)
    sign_in(river, "operate", at(MADE))
    page.wait_text("Webhook at Personio")
    page.wait_text("person.updated")
    eventually(lambda: "active" in page.find(".card-head h2").text)
    page.axe()
    page.shot("integration-updates")

    page.click("Check and repair now")
    page.wait_text("put right if it has to be")
    page.click("Remove")
    page.wait_text("Remove the webhook?")
    page.click("Remove it")
    page.wait_text("It was removed by a person", 30)
    page.click("Make it now")
    eventually(lambda: shown(river)["subscription"]["state"] == "active", 30)
    eventually(lambda: "Check and repair now" in buttons(page), 30)


def test_steps_by_hand_lead_to_the_set_up_page(page, make_river, sign_in):
    river = make_river(people=1)
    river.weir.config["integrations"].append({
        "id": "by_hand:acme", "organization": "Hand AG", "settings": {"password": "@env:BY_HAND_PASSWORD"}})
    river.weir.env["BY_HAND_PASSWORD"] = "not shown"
    river.weir.start()
    sign_in(river, "operate", at("by_hand:acme"))
    page.wait_text("Set-up steps at the tool")
    page.wait_text("manual")
    page.axe()
    page.shot("integration-steps")
    page.click("Open the set-up steps")
    page.click("Make the link")
    page.wait_text("The link is made.")
    page.open(page.find('.code pre[aria-label="The link"]').text)
    page.wait_text("Hand AG")


def test_a_sync_is_started_watched_and_cancelled(page, river, sign_in):
    sim = made(river)
    sign_in(river, "operate", at(MADE, "syncs"))
    page.wait_text("The next one is due")
    page.wait_text("succeeded")
    held = threading.Event()
    sim.gate = lambda request: request.path == "/v2/persons" and held.wait(60)
    page.click("Full sync now")
    page.wait_text("A full sync is under way")
    page.find("progress")
    page.axe()
    page.shot("integration-syncs")
    page.click("Cancel it")
    held.set()
    page.wait_text("cancelled", 30)
    page.wait_text("The next one is due", 30)


def test_another_scope_shows_its_effect_before_it_is_given(page, river, sign_in):
    made(river)
    river.weir.cli("scopes", "set", "lean", "hris_employees=enabled", "hris_teams=enabled")
    sign_in(river, "admin", at(MADE, "scope"))
    page.wait_text("hris_absences")
    page.find("[role=tabpanel] select").send_keys("lean")
    page.click("See what it would do")
    page.wait_text("What it would do")
    page.wait_text("records are shown no more")
    page.axe()
    page.shot("integration-scope")
    assert shown(river)["scope"] == "default"
    page.click("Give it this scope")
    eventually(lambda: shown(river)["scope"] == "lean")
    page.wait_no_text("hris_absences")


def test_credentials_are_written_and_never_shown(page, river, sign_in):
    page.expect_console(r"/settings - Failed to load resource: .* 400")
    sim = made(river)
    sign_in(river, "admin", at(MADE, "credentials"))
    page.wait_text("What is set")
    known = {one.text.split("\n")[0]: one.text.split("\n")[-1] for one in page.all(".known li")}
    assert known["Client ID"] == "set" and known["Client secret secret"] == "set"
    page.wait_text("7 optional settings are not set.")
    page.axe()
    page.shot("integration-credentials")
    html = page.js("return document.documentElement.outerHTML")
    assert sim.client_secret not in html and sim.client_id not in html

    page.fill("Client secret", "not-the-secret")
    page.click("Try and save")
    page.wait_text("the tool refuses these settings")
    page.fill("Client secret", sim.client_secret)
    page.click("Try and save")
    page.wait_text("they are in force")
    assert page.field("Client secret").get_attribute("value") == ""


def test_the_log_leads_to_traces(page, river, sign_in):
    river.sim.update_person(river.sim.person_ids()[0], first_name="Asa")
    river.wait_employee(river.sim.person_ids()[0], first_name="Asa")
    sign_in(river, "read", at(ACME, "log"))
    page.wait_text("A delivery of 1 event")
    page.find("[role=tabpanel] select").send_keys("Deliveries")
    eventually(lambda: {one.text for one in page.all("[role=tabpanel] tbody td:nth-child(2)")} == {"delivery"})
    page.axe()
    page.shot("integration-log")
    page.all("[role=tabpanel] tbody a")[0].click()
    eventually(lambda: page.path().startswith("/trace/"))


def test_it_is_paused_resumed_and_deleted(page, river, sign_in):
    made(river)
    sign_in(river, "admin", at(MADE))
    page.click("Pause")
    page.wait_text("It is switched off.")
    page.click("Resume")
    page.wait_no_text("It is switched off.", 30)
    page.click("Reconnect link")
    page.click("Make the link")
    page.wait_text("The link is made.")
    page.press(Keys.ESCAPE)
    eventually(lambda: not page.all("dialog"))

    page.click("Delete")
    page.wait_text("Delete this integration?")
    assert not page.button("Delete it").is_enabled()
    page.fill(f"Type {MADE} to go on", MADE)
    page.axe()
    page.click("Delete it")
    eventually(lambda: page.path() == "/integrations")
    eventually(lambda: rows(page) == [ACME])


def test_what_stands_in_the_file_is_changed_there(page, river, sign_in):
    sign_in(river, "admin", at(ACME, "credentials"))
    page.wait_text("It is in the configuration file.")
    page.wait_text("weir reload")
    assert not {"Delete", "Reconnect link", "Try and save"} & buttons(page)
    assert "Pause" in buttons(page)


@pytest.mark.parametrize("role", ["read", "operate", "admin"])
def test_each_role_sees_what_it_may_do(page, river, sign_in, role):
    made(river)
    sign_in(river, role, at(MADE))
    seen = set()
    for tab in TABS:
        page.click(tab)
        page.find("[role=tabpanel] .card")
        eventually(lambda: page.find("[role=tab][aria-selected=true]").text == tab)
        eventually(lambda: not page.all("[role=tabpanel] .loading"))
        seen |= buttons(page)
    operate = {"Pause", "Reconnect link", "Check and repair now", "Remove", "Full sync now", "Delta sync now"}
    assert operate & seen == (operate if role != "read" else set())
    assert {"Delete", "Try and save"} & seen == ({"Delete", "Try and save"} if role == "admin" else set())
    page.click("Integrations")
    page.wait_text("Made AG")
    assert ("Create" in buttons(page), "Make a connection link" in buttons(page)) == (role == "admin", role != "read")


def test_data_that_failed_the_check_is_let_through(page, make_river, sign_in):
    river = make_river(people=0)
    river.weir.start()
    eventually(lambda: shown(river, ACME)["qa_status"] == "FAILED")
    sign_in(river, "operate", at(ACME))
    page.wait_text("The quality check failed")
    page.axe()
    page.shot("integration-quality")
    page.click("Let its data be read")
    page.wait_no_text("The quality check failed")
    assert shown(river, ACME)["qa_status"] == "PASSED"


def test_text_from_outside_stays_text(page, river, sign_in):
    made(river, organization=HOSTILE[1], origin_id=HOSTILE[0])
    made(river, "long", organization=HOSTILE[2][:1000])
    page.expect_console(r"Failed to load resource: .* 40[04]")
    sign_in(river, "admin", "/integrations")
    eventually(lambda: len(rows(page)) == 3)
    page.shot("integrations-hostile")
    for text in HOSTILE[:2]:
        page.fill("Search", text[:100])
        eventually(lambda: len(rows(page)) < 3)
    page.open(page.js("return location.origin") + at(MADE))
    page.wait_text("Webhook at Personio")
    page.js("history.pushState(null, '', '/integrations/' + encodeURIComponent(arguments[0]))", HOSTILE[0])
    page.find("[role=alert]")
    page.open(page.js("return location.origin") + at("personio:long"))
    page.wait_text("Webhook at Personio")
    page.shot("integration-hostile")


def test_answers_that_are_slower_than_they_are_asked_for_are_shown(page, river, sign_in):
    sign_in(river, "read", at(ACME))
    page.wait_text("Webhook at Personio")
    with page.network(latency=5300):  # it is looked at every 5 s
        page.click("Syncs")
        page.wait_text("Past syncs", 30)
        assert river.weir.admin(f"/integrations/{ACME}/disable", "POST").status == 200
        page.wait_text("inactive", 30)

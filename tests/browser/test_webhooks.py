"""Endpoints: made, tried, watched, rotated, removed; what was given up is sent again or discarded; and signatures are checked."""

from __future__ import annotations

import json

import pytest
from selenium.webdriver.common.keys import Keys
from sim.receiver import Receiver

from browser import HOSTILE, eventually
from weir import ACME


@pytest.fixture
def crm():
    """An application that no configuration knows."""
    receiver = Receiver([]).start()
    yield receiver
    receiver.stop()


def made(river, receiver, name="crm", **given):
    data = river.weir.admin("/endpoints", "POST", {"name": name, "url": receiver.url, "allow_private": True} | given).data
    receiver.secrets = [data["secret"]]
    river.words.append(data["secret"])
    return data


def change(river, name="Wibke"):
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name=name)
    return river.wait_message("hris_employees", person, "updated")


def rows(page):
    return page.js("return [...document.querySelectorAll('tbody tr')].map(row => row.innerText)")


def test_an_endpoint_is_made_and_its_secret_is_shown_once(page, river, sign_in, crm):
    page.expect_console("endpoints - Failed to load resource: .* 400")
    sign_in(river, "admin", "/webhooks")
    page.wait_text("in the configuration")
    page.click("Add an endpoint")
    page.fill("Name", "crm")
    page.fill("URL", "http://app.example.com/weir")
    page.click("Add")
    assert "https" in page.find("dialog [role=alert]").text
    page.fill("URL", crm.url)
    page.find("dialog summary").click()
    page.switch("It is in a private network (allow private addresses)")
    page.click("Add a header")
    page.fill("Name of header 1", "X-Tenant")
    page.fill("Value of header 1", "red-tenant")
    page.axe()
    page.shot("webhooks-add")
    page.click("Add")
    page.wait_text("The signing secret of crm")
    secret = page.find("dialog code").text
    assert secret.startswith("whsec_")
    crm.secrets = [secret]
    river.words += [secret, "red-tenant"]
    page.axe()
    page.click("I have copied it")
    eventually(lambda: any("crm" in row for row in rows(page)))
    assert secret not in page.driver.page_source

    page.click("crm")
    page.wait_text("How it is set up")
    page.click("Send a test")
    page.wait_text("Taken: HTTP 200")
    message = crm.messages[-1]
    assert message.problems == [] and page.has(message.headers["webhook-signature"]) and page.has("X-Tenant: (as set, not shown)")
    page.axe()
    page.shot("webhook-test")
    page.press(Keys.ESCAPE)
    assert "red-tenant" not in page.driver.page_source and secret not in page.driver.page_source

    page.click("Change")
    page.find("dialog summary").click()
    page.fill("At once, at most", "2")
    page.click("Save")
    eventually(lambda: river.weir.admin("/endpoints/crm").data["concurrency"] == 2)
    assert river.weir.admin("/endpoints/crm").data["headers"] == ["X-Tenant"]  # what was not touched stays
    for typed, kept in (("7.5", 7500), ("", 0)):  # empty: as the daemon's
        eventually(lambda: not page.all("dialog[open]"))
        page.click("Change")
        page.find("dialog summary").click()
        page.fill("Seconds to wait for an answer", typed)
        page.click("Save")
        eventually(lambda: river.weir.admin("/endpoints/crm").data["timeout_ms"] == kept)


def test_a_secret_is_rotated_with_an_overlap(page, river, sign_in, crm):
    first = made(river, crm)["secret"]
    sign_in(river, "admin", "/webhooks/crm")
    page.click("Rotate the secret")
    page.axe()
    page.shot("webhook-rotate")
    page.click("Rotate")
    page.wait_text("The signing secret of crm")
    secret = page.find("dialog code").text
    river.words.append(secret)
    assert secret.startswith("whsec_") and secret != first and page.has("signed with the former one, too")
    page.click("I have copied it")
    page.wait_text("a former one ends")
    river.weir.admin("/endpoints/crm/test", "POST", {})
    assert len(crm.messages[-1].headers["webhook-signature"].split()) == 2


def test_an_endpoint_has_its_day_and_its_attempts(page, river, sign_in):
    message = change(river)
    change(river, "Malte")
    river.app.answers = [500]
    change(river, "Inken")
    river.settle()
    sign_in(river, "read", "/webhooks")
    page.wait_text("works")
    page.axe()
    page.shot("webhooks")
    page.click("app")
    page.wait_text("Attempts per hour")
    page.find(".chart canvas")
    assert page.has("It is in the configuration file.")
    for name in ("Send a test", "Rotate the secret", "Remove", "Disable", "Change"):
        assert not [b for b in page.all("button") if b.text == name], name
    page.axe()
    page.shot("webhook")

    page.click("Attempts")
    eventually(lambda: len(rows(page)) >= 3)
    assert page.has("HTTP 500") and page.path() == "/webhooks/app?tab=attempts"
    page.axe()
    page.shot("webhook-attempts")
    page.fill("Outcome", "delivered")
    page.wait_no_text("HTTP 500")
    page.click(message.id)
    page.wait_text("Message")
    page.find("dialog")
    page.wait_text('"changed_records"') if river.weir.admin(f"/notifications/{message.id}").status == 200 else page.wait_text("are not kept")
    page.click("Open its trace")
    page.wait_text("How it ended")


def test_what_is_in_the_file_is_tried_and_switched_but_not_changed(page, river, sign_in):
    sign_in(river, "admin", "/webhooks/app")
    page.wait_text("It is in the configuration file.")
    names = [b.text for b in page.all("button")]
    assert "Send a test" in names and "Rotate the secret" not in names and "Remove" not in names and "Change" not in names
    page.click("Disable")
    page.wait_text("It is disabled: a person disabled it.")
    assert river.weir.admin("/endpoints/app").data["state"] == "disabled"
    river.sim.update_person(river.sim.person_ids()[0], first_name="Tjark")
    eventually(lambda: river.weir.listed("/notifications", state="waiting"))
    page.click("Waiting")
    eventually(lambda: len(rows(page)) >= 1)
    page.axe()
    page.click("Enable")
    eventually(lambda: river.weir.admin("/endpoints/app").data["state"] == "ok")


def test_dead_letters_are_sent_again_or_discarded_single_and_in_bulk(page, make_river, sign_in):
    river = make_river(dispatch={"retry_ms": [10]}).start()
    river.app.default = {"status": 500, "body": HOSTILE[0]}
    for n in range(4):
        river.sim.update_person(river.sim.person_ids()[n], first_name="Malte")
        eventually(lambda: len(river.weir.listed("/notifications", state="dead")) > n)

    sign_in(river, "operate", "/webhooks/app?tab=dead")
    eventually(lambda: len(rows(page)) == 4)
    page.axe()
    page.shot("webhook-dead")
    river.app.default = 200
    ids = [letter["id"] for letter in river.weir.listed("/notifications", state="dead")]

    page.click(ids[0])
    page.wait_text('"changed_records"')
    page.find("dialog .answer summary").click()
    page.wait_text(HOSTILE[0])
    page.axe()
    page.shot("notification")
    page.click("Send again")
    eventually(lambda: any(m.id == ids[0] for m in river.app.messages))
    eventually(lambda: len(rows(page)) == 3)

    page.find(f"[aria-label='Pick {ids[1]}']").click()
    page.wait_text("1 picked")
    page.click("Discard these …")
    page.wait_text("would be forgotten for good")
    page.fill("Why", "the employee has left")
    page.click("Discard 1")
    eventually(lambda: len(rows(page)) == 2)
    assert river.weir.listed("/log", notification=ids[1], outcome="discarded")

    page.click("Send all again …")
    page.wait_text("2 notifications would be sent again")
    page.shot("webhook-bulk")
    page.click("Send 2")
    page.wait_text("No dead letters")
    eventually(lambda: {ids[2], ids[3]} <= {m.id for m in river.app.messages})


def test_a_signature_is_checked_without_showing_a_secret(page, river, sign_in, crm):
    secret = made(river, crm)["secret"]
    river.weir.admin("/endpoints/crm/test", "POST", {})
    message = crm.messages[-1]
    sign_in(river, "read", "/webhooks/crm?tab=verify")
    page.fill("webhook-id", message.headers["webhook-id"])
    page.fill("webhook-timestamp", message.headers["webhook-timestamp"])
    page.fill("webhook-signature", message.headers["webhook-signature"])
    page.fill("Body", message.body.decode())
    page.click("Check")
    page.wait_text("The signature is right.")
    page.axe()
    page.shot("webhook-verify")
    page.fill("Body", message.body.decode() + " ")
    page.click("Check")
    page.wait_text("Without the white space around the body it would be right")
    for text in HOSTILE[:2]:
        page.fill("Body", json.dumps(text))
        page.click("Check")
        page.wait_text("The usual reasons")
    page.click("Python")
    page.wait_text("from standardwebhooks.webhooks import Webhook")
    assert secret not in page.driver.page_source


def test_an_endpoint_is_removed_after_it_is_said_what_waits(page, river, sign_in, crm):
    made(river, crm)
    assert river.weir.admin("/endpoints/crm/disable", "POST").status == 200
    change(river)
    eventually(lambda: river.weir.admin("/endpoints/crm").data["waiting"] > 0)
    sign_in(river, "admin", "/webhooks/crm")
    page.click("Remove")
    page.wait_text("for it and become")
    page.axe()
    page.shot("webhook-remove")
    page.fill("Type crm to go on", "crm")
    page.find("dialog button[type=submit]").click()
    page.wait_text("became dead letters")
    eventually(lambda: page.path() == "/webhooks")
    eventually(lambda: not any("crm" in row for row in rows(page)))


def test_an_endpoint_that_fails_says_since_when_and_why(page, make_river, sign_in):
    river = make_river(dispatch={"retry_ms": [10] * 12}).start()
    river.app.default = {"status": 503, "body": HOSTILE[0]}
    river.sim.update_person(river.sim.person_ids()[0], first_name="Hauke")
    eventually(lambda: river.weir.admin("/endpoints/app").data["failures"] >= 3)
    sign_in(river, "operate", "/webhooks/app")
    page.wait_text("in a row failed")
    assert page.has("HTTP 503")
    page.click("Send a test")
    page.wait_text("Not taken: HTTP 503")
    assert page.has(HOSTILE[0])
    page.shot("webhook-failing")


def test_without_endpoints_it_is_said_what_to_do(page, make_river, sign_in):
    river = make_river()
    river.weir.config["endpoints"] = []
    river.start(synced=False)
    river.weir.wait_synced(ACME)
    sign_in(river, "admin", "/webhooks")
    page.wait_text("No endpoint yet")
    page.axe()
    page.shot("webhooks-none")

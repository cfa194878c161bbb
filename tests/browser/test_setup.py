"""The steps at a tool whose webhook a person makes: shown one by one, gone on with later, and green by themselves."""

from __future__ import annotations

import json

import pytest

from customer import CREATED, TEXTS, WHO, application, customer, make_customer  # noqa: F401
from sim.recruitee.hooks import Refused
from browser import eventually
from weir import call


def to_steps(customer, **more):
    """Credentials given, and the steps before us."""
    rc = customer.river.recruitee
    customer.open(integration_tool="recruitee", integration_category="ATS", **more)
    customer.presses("Continue")
    customer.types("Company ID", str(rc.company_id))
    customer.types("Personal API token", rc.token)
    customer.presses("Connect")
    customer.sees("Turn on real-time updates in Recruitee")


def address(customer):
    return customer.page.find(".copy-box input").get_attribute("value")


def open_step(customer):
    return "".join(customer.page.js(TEXTS, ".step.current h2"))


def lines(customer):
    """How address and secret stand: good, wait or bad."""
    return customer.page.js("return [...document.querySelectorAll('.wait-line')].map(one => one.classList[1])")


def at(customer, *wanted):
    eventually(lambda: lines(customer) == list(wanted), say=f"{lines(customer)} {customer.page.text()[-800:]}")


def secret(customer, hook):
    shown = customer.river.recruitee.show_secret(hook)
    customer.river.words.append(shown.strip())
    return shown


def test_recruitee_is_set_up_step_by_step(customer):
    page, river, rc = customer.page, customer.river, customer.river.recruitee
    to_steps(customer)
    one = river.connected("recruitee")
    assert page.has("Step 3 of 3") and open_step(customer) == "Make a webhook" and lines(customer) == ["wait", "wait"]
    assert address(customer) == river.weir.config["public_url"] + f"/hooks/{one}"
    assert page.button("Finish").get_attribute("disabled")
    page.axe()
    page.shot("setup-first")
    page.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    page.click("Copy: POST URL")
    page.wait_text("Copied")
    assert page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])") == address(customer)
    hooked = address(customer)
    customer.presses("Done, next step")
    assert open_step(customer) == "Tick the events" and page.js("return document.activeElement.tagName") == "H2"
    page.driver.refresh()
    customer.sees("Turn on real-time updates in Recruitee")
    eventually(lambda: open_step(customer) == "Tick the events")

    # The tool's test comes before there is a secret, and the page sees it by itself.
    hook = rc.create_webhook(hooked)
    at(customer, "good", "wait")
    page.wait_text("Recruitee reached us at")
    eventually(lambda: open_step(customer) == "Paste the secret")
    assert len(page.all(".step.done")) == 3
    page.axe()
    page.shot("setup-reached")
    assert river.subscription(one)["state"] == "manual_setup"
    assert river.weir.api("/ats/candidates", one).code == "INTEGRATION.SETUP_INCOMPLETE"
    customer.presses("Save")
    assert customer.error_at("Paste the Webhook secret") == "This is needed."
    given = secret(customer, hook)
    customer.types("Paste the Webhook secret", given)
    customer.presses("Save")
    page.wait_text("Recruitee's first message will prove it")
    eventually(lambda: not page.button("Finish").get_attribute("disabled"))
    state = call(river.weir.port, "GET", page.path() + "/state").data
    assert state["steps"][3]["is_pasted"] and given not in json.dumps(state)
    assert given not in page.js("return document.documentElement.outerHTML + JSON.stringify(localStorage)")
    page.driver.refresh()
    eventually(lambda: len(page.all(".step.done")) == 4)
    customer.presses("Paste the secret")
    page.wait_text("It is stored, and not shown again.")
    page.axe()
    page.shot("setup-pasted")
    customer.presses("Finish")

    # Done, but nothing proves the webhook yet: it is read every three hours.
    customer.sees("Recruitee is connected")
    page.wait_text("It is read now, and every few hours")
    page.axe()
    page.shot("setup-unproven")
    eventually(lambda: river.weir.api(f"/integrations/{one}", None).data["setup_status"] == "COMPLETED")
    shown = river.integration(one)
    assert shown["subscription"]["state"] == "manual_setup" and shown["sync"]["every_s"] == 3 * 3600
    assert "not relied on" in shown["sync"]["why"]

    rc.move(rc.candidate_ids()[0], 702)
    page.wait_text("Changes arrive as they happen.")
    page.axe()
    page.shot("setup-proven")
    assert river.subscription(one)["state"] == "active"
    eventually(lambda: river.integration(one)["sync"]["every_s"] == 24 * 3600)
    page.driver.refresh()
    customer.sees("All is done")


def test_a_signed_test_ends_the_set_up_by_itself(customer):
    page, rc = customer.page, customer.river.recruitee
    to_steps(customer)
    hook = rc.create_webhook(address(customer))
    eventually(lambda: open_step(customer) == "Paste the secret")
    customer.types("Paste the Webhook secret", secret(customer, hook))
    customer.presses("Save")
    page.wait_text("first message will prove it")
    rc.switches.tests_signed = True

    assert rc.hooks.test(hook).status == 200

    customer.sees("Recruitee is connected")
    one = customer.river.connected("recruitee")
    eventually(lambda: customer.river.weir.api(f"/integrations/{one}", None).data["setup_status"] == "COMPLETED")


def test_the_first_event_ends_the_set_up_by_itself(customer):
    page, river, rc = customer.page, customer.river, customer.river.recruitee
    to_steps(customer)
    hook = rc.create_webhook(address(customer))
    moved = rc.candidate_ids()[0]
    rc.courier.retry_scale = 0.002
    rc.move(moved, 702)
    assert rc.wait_attempts(2)
    at(customer, "good", "wait")
    assert {a.status for a in rc.attempts if a.event_name == "candidate_moved"} == {503}

    customer.types("Paste the Webhook secret", secret(customer, hook))
    customer.presses("Save")

    customer.sees("Recruitee is connected")
    page.wait_text("Changes arrive as they happen.")
    one = river.connected("recruitee")
    assert river.subscription(one)["state"] == "active"
    eventually(lambda: any(row["current_stage"]["name"] == "Phone screen" for row in river.weir.rows("/ats/applications", one)))


def test_another_secret_is_seen_and_pasted_again(customer):
    page, rc = customer.page, customer.river.recruitee
    to_steps(customer)
    hook = rc.create_webhook(address(customer))
    eventually(lambda: open_step(customer) == "Paste the secret")
    customer.types("Paste the Webhook secret", "of-another-webhook")
    customer.presses("Save")
    at(customer, "good", "wait")
    rc.courier.retry_scale = 0.002

    rc.move(rc.candidate_ids()[0], 702)

    at(customer, "good", "bad")
    page.wait_text("The last message was not signed with it.")
    page.axe()
    page.shot("setup-wrong-secret")
    assert open_step(customer) == "Paste the secret" and len(page.all(".step.done")) == 3
    customer.types("Paste the Webhook secret", secret(customer, hook))
    customer.presses("Save")
    customer.sees("Recruitee is connected")


def test_the_steps_go_on_later_in_another_browser_and_in_german(customer):
    page, river, rc = customer.page, customer.river, customer.river.recruitee
    river.words.append("papi-never")
    river.weir.cli("integrations", "create", "recruitee:made", "--organization", WHO, "--base-url", rc.url, "--allow-private",
                   f"company_id={rc.company_id}", "api_token=-", given=rc.token)
    url = river.link_for("recruitee:made", "setup-link", link_type="MAGIC_LINK", language="de")
    page.open(url)
    customer.sees("Echtzeit in Recruitee einschalten")
    assert open_step(customer) == "Einen Webhook anlegen" and page.has("Fähigkeit „Manage webhooks“") and page.has(WHO)
    page.axe()
    page.shot("setup-german")
    customer.presses("Erledigt, weiter")
    hook = rc.create_webhook(river.weir.config["public_url"] + "/hooks/recruitee:made")
    page.js("localStorage.clear()")
    page.driver.refresh()
    eventually(lambda: open_step(customer) == "Das Geheimnis einfügen")
    customer.types("Geheimnis des Webhooks einfügen", secret(customer, hook))
    customer.presses("Speichern")
    page.wait_text("Die erste Nachricht von Recruitee wird es bestätigen")
    rc.move(rc.candidate_ids()[0], 702)
    customer.sees("Recruitee ist verbunden")
    page.wait_text("Änderungen kommen an, sobald sie geschehen.")
    assert river.told(CREATED)[-1]["id"] == "recruitee:made"
    assert river.subscription("recruitee:made")["state"] == "active"


def test_an_application_hears_of_both_ends(make_customer, application):
    customer = make_customer(connect_origins=[application])
    page, river, rc = customer.page, customer.river, customer.river.recruitee
    river.start()
    page.open(f"{application}/frame#" + river.link(integration_tool="recruitee", integration_category="ATS"))
    with page.frame("iframe"):
        customer.presses("Continue")
        customer.types("Company ID", str(rc.company_id))
        customer.types("Personal API token", rc.token)
        customer.presses("Connect")
        customer.sees("Turn on real-time updates in Recruitee")
        assert page.js("return document.documentElement.scrollWidth <= innerWidth")
        hook = rc.create_webhook(address(customer))
        eventually(lambda: open_step(customer) == "Paste the secret")
        customer.types("Paste the Webhook secret", secret(customer, hook))
        customer.presses("Save")
        eventually(lambda: not page.button("Finish").get_attribute("disabled"))
    page.shot("setup-framed")
    with page.frame("iframe"):
        customer.presses("Finish")
        customer.sees("Recruitee is connected")
    first, second = (m["data"] for m in eventually(lambda: len(customer.heard()) == 2 and customer.heard()))
    river.words += [first["token"], second["token"]]
    assert (first["complete"], second["complete"]) == (False, True) and first["token"] != second["token"]
    assert river.swap(first["token"]).data["id"] == river.swap(second["token"]).data["id"] == river.connected("recruitee")


def test_a_webhook_is_not_made_while_the_page_only_waits(make_customer):
    """What the page calls reached has to have come from the tool."""
    customer = make_customer()
    customer.river.start()
    to_steps(customer)
    with pytest.raises(Refused):
        customer.river.recruitee.create_webhook(customer.river.weir.config["public_url"] + "/hooks/recruitee:nobody")
    assert lines(customer) == ["wait", "wait"] and open_step(customer) == "Make a webhook"


def test_a_link_that_ends_before_the_steps_are_done_says_so(make_customer):
    customer = make_customer(movable=True)
    page, river = customer.page, customer.river
    page.expect_console(r"/connect/\S+ - Failed to load resource: .* 410")
    river.start()
    to_steps(customer)
    one = river.connected("recruitee")
    river.pass_time(hours=1.1)
    customer.sees("This link has expired")
    assert river.weir.api(f"/integrations/{one}", None).data["setup_status"] == "INCOMPLETE"

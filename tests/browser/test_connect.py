"""The connection flow, as a customer goes through it: choose, see what is read, give credentials, and what can go wrong."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from selenium.webdriver.common.keys import Keys

from browser import HOSTILE, eventually
from customer import CREATED, FAILED, SECRET, TEXTS, WHO, application, customer, make_customer  # noqa: F401
from sim.okta import jose
from weir import call


TOOLS_TS = Path(__file__).resolve().parents[2] / "core/web/pages/src/connect/texts/tools.ts"


def credentials(customer, secret=SECRET):
    customer.types("Client ID", customer.river.personio.client_id)
    customer.types("Client secret", secret)
    customer.river.words.append(secret)


def test_a_customer_connects_personio(customer):
    page, river = customer.page, customer.river
    customer.open(scope_config_id="choice")
    customer.sees("Which tool do you use?")
    assert page.title() == "Connect your tool" and page.has(WHO) and page.has("Step 1 of 3")
    customer.types("Search", "nosuchtool")
    page.wait_text("No tool of that name")
    customer.types("Search", "PERSO")
    eventually(lambda: len(page.all(".choice")) == 1)
    page.axe()
    page.shot("connect-choose")
    customer.presses("Personio")

    customer.sees("What will be read from Personio")
    assert customer.is_at_heading() and page.has("Step 2 of 3")
    shown = [one.text for one in page.all(".parts h2")]
    assert shown == ["Employees", "Teams and departments", "Kinds of absence", "Absences"]
    assert [one.text for one in page.all(".parts .badge")] == ["Required", "Required"]
    assert page.has("Enter absences") and not page.has("Work locations")
    page.find(".fields summary").click()
    page.wait_text("Work e-mail, Private e-mail")
    page.axe()
    page.shot("connect-review")
    customer.presses("Continue")

    customer.sees("Credentials for Personio")
    assert customer.is_at_heading() and page.has("Step 3 of 3")
    assert [one.text for one in page.all(".codes code")] == [
        "personio:persons:read", "personio:absences:read", "personio:absences:write", "personio:webhooks:read",
        "personio:webhooks:write"]
    assert not page.has("Partner ID") and page.field("Client secret").get_attribute("type") == "password"
    page.axe()
    page.shot("connect-credentials")
    customer.presses("Connect")
    assert customer.error_at("Client ID") == customer.error_at("Client secret") == "This is needed."
    assert page.js("return document.activeElement.id") == page.field("Client ID").get_attribute("id")

    credentials(customer, "papi-mistyped-secret")
    customer.presses("Connect")
    assert "Personio does not accept these credentials." in customer.alert()
    assert page.js("return document.activeElement.getAttribute('role')") == "alert"
    assert customer.error_at("Client ID") == customer.error_at("Client secret") == "Check this value."
    page.axe()
    page.shot("connect-refused")
    page.find(".said summary").click()
    page.wait_text("invalid_client")
    [failed] = eventually(lambda: river.told(FAILED))
    assert (failed["integration_tool"], failed["end_user"]["origin_id"]) == ("personio", "cust-77")

    # Back and forth, and nothing that was typed is lost.
    customer.presses("Back", "Back", "Personio", "Continue")
    customer.sees("Credentials for Personio")
    assert customer.value("Client ID") == river.personio.client_id
    assert customer.value("Client secret") == "papi-mistyped-secret"
    customer.types("Client secret", f"  {SECRET} ")
    assert customer.error_at("Client secret") == ""
    page.press(Keys.ENTER)

    customer.sees("Personio is connected")
    assert customer.is_at_heading()
    page.axe()
    page.shot("connect-done")
    one = river.connected("personio")
    river.weir.wait_synced(one)
    assert river.told(CREATED)[0]["end_user"]["organization_name"] == WHO
    assert len(river.weir.rows("/hris/employees", one)) == 4
    page.driver.refresh()
    customer.sees("All is done")
    page.shot("connect-used")
    kept = page.js("return JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.documentElement.outerHTML")
    assert SECRET not in kept


def test_fields_that_are_filled_at_once_are_all_kept(customer):
    """As password managers do it."""
    customer.open(integration_tool="personio")
    customer.presses("Continue")
    names = ("Client ID", "Client secret")
    customer.page.js("""for (const [field, text] of arguments[0]) {
        field.value = text;
        field.dispatchEvent(new InputEvent('input', {bubbles: true}));
    }""", [[customer.page.field(name), f"the {name}"] for name in names])
    customer.presses("Show")
    assert [customer.value(name) for name in names] == ["the Client ID", "the Client secret"]


def test_what_is_refused_is_not_read(customer):
    page, river = customer.page, customer.river
    customer.open(scope_config_id="choice", integration_tool="personio")
    customer.sees("What will be read from Personio")
    assert page.has("Step 1 of 2")
    page.switch("Read Absences")
    page.switch("Read Kinds of absence")
    page.switch("Allow: Enter absences")
    page.shot("connect-refusing")
    customer.presses("Continue")
    assert [one.text for one in page.all(".codes code")] == [
        "personio:persons:read", "personio:webhooks:read", "personio:webhooks:write"]
    customer.presses("Back")
    assert [one.get_attribute("checked") for one in page.all(".parts input")] == [None, None, None]
    customer.presses("Continue")
    river.personio.switches.missing_rights = ["absences"]
    credentials(customer)
    customer.presses("Connect")
    customer.sees("Personio is connected")

    one = river.connected("personio")
    river.weir.wait_synced(one)
    assert river.weir.api("/hris/absences", one).code == "INTEGRATION.MODEL_DISABLED"
    assert river.weir.api("/hris/employees", one).status == 200
    shown = river.weir.api(f"/integrations/{one}", None).data
    assert [m["id"] for m in shown["read_models"] if m["opted_out_by_customer"]] == ["hris_absence_types", "hris_absences"]
    assert [a["id"] for a in shown["write_actions"] if a["opted_out_by_customer"]] == ["hris_create_absence"]
    assert "/v2/absence-periods" not in [r.path for r in river.personio.requests]


def test_the_right_that_lacks_is_named_and_granted_or_done_without(customer):
    page, river = customer.page, customer.river
    customer.open(scope_config_id="choice", integration_tool="personio")
    customer.presses("Continue")
    credentials(customer)
    river.personio.switches.missing_rights = ["absences", "webhooks"]
    customer.presses("Connect")

    page.wait_text("they may not read everything")
    lacks = [one.text for one in page.all(".lacks li")]
    assert all(word in lacks[0] for word in ("personio:webhooks:read", "personio:webhooks:write", "For real-time updates"))
    assert "personio:absences:read" in lacks[1] and "Kinds of absence, Absences" in lacks[1]
    assert customer.error_at("Client secret") == ""
    page.axe()
    page.shot("connect-rights")
    river.personio.switches.missing_rights = ["absences"]
    customer.presses("Continue without: Kinds of absence, Absences")
    customer.sees("Personio is connected")

    one = river.connected("personio")
    assert river.weir.api(f"/integrations/{one}", None).data["setup_status"] in ("COMPLETED", "FINAL_SYNC_PENDING")
    eventually(lambda: river.weir.api("/hris/absences", one).code == "INTEGRATION.MODEL_DISABLED")


def test_okta_is_connected_with_an_app_or_a_token(customer):
    page, river, okta = customer.page, customer.river, customer.river.okta
    page.expect_console(r"/submit - Failed to load resource: .* 503")
    key = jose.new_key("ES256")
    pem = jose.pem_of(key)
    okta.oauth.add_key("weir-1", pem)
    river.words.append(pem.splitlines()[1])
    customer.open(integration_tool="okta")
    customer.presses("Continue")
    customer.sees("Credentials for Okta")
    assert page.has("Private key") and not page.has("Groups that are teams")
    page.find(".more-settings summary").click()
    page.wait_text("Groups that are teams (optional)")
    page.axe()
    page.shot("connect-okta")
    customer.types("Address", okta.url + "/")
    customer.types("Client ID", okta.oauth.client_id)
    customer.types("Key ID", "weir-1")
    customer.types("Private key", "-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----")
    customer.presses("Connect")
    page.wait_text("Something in this form is not right.")
    assert customer.error_at("Private key") == "Check this value." and customer.error_at("Key ID") == ""
    customer.types("Private key", pem)
    okta.switches.missing_roles = ["eventHooks"]
    customer.presses("Connect")
    page.wait_text("For real-time updates")
    assert "Okta accepts the credentials" in customer.alert() and page.has("Assign the Super Administrator role")
    page.shot("connect-okta-role")
    okta.switches.missing_roles = []
    customer.presses("Connect")
    customer.sees("Okta is connected")
    river.weir.wait_synced(river.connected("okta"))

    customer.open(integration_tool="okta")
    customer.presses("Continue")
    page.find("input[type=radio]:not(:checked)").click()
    page.wait_no_text("Key ID")
    customer.types("Address", "http://127.0.0.1:1")
    customer.types("API token", okta.access.api_token)
    customer.presses("Connect")
    page.wait_text("Okta gives no answer.", 40)
    customer.types("Address", okta.url)
    customer.presses("Connect")
    customer.sees("Okta is connected")
    assert eventually(lambda: len(river.told(CREATED)) == 2)


def test_the_page_speaks_the_links_language_or_the_browsers(customer):
    page = customer.page
    customer.open(integration_tool="okta", language="de")
    customer.sees("Was aus Okta gelesen wird")
    assert page.js("return document.documentElement.lang") == "de" and page.title() == "Okta verbinden"
    assert page.has("Mitarbeitende") and page.has("Erforderlich")
    customer.presses("Weiter")
    customer.sees("Zugangsdaten für Okta")
    page.find(".more-settings summary").click()
    english = [one.text for one in page.all("label, .field-note") if one.text in (
        "API token", "Key ID", "Private key", "Groups that are teams", "true or false", "Its name, if the hierarchy is kept so (manager)")]
    assert english == [] and page.has("Gruppen, die Teams sind (optional)")
    page.axe()
    page.shot("connect-german")
    customer.types("Schlüssel-ID", "weir-1")
    page.fill("Sprache", "English")
    customer.sees("Credentials for Okta")
    assert customer.value("Key ID") == "weir-1"
    for asked, browser, heading in (("fr", "de-DE", "What will be read from Okta"), (None, "it-IT,de-AT", "Was aus Okta gelesen wird"),
                                    (None, "ja", "What will be read from Okta")):
        page.driver.execute_cdp_cmd("Emulation.setUserAgentOverride", {"userAgent": "Mozilla/5.0", "acceptLanguage": browser})
        customer.open(integration_tool="okta", language=asked)
        customer.sees(heading)
    page.driver.execute_cdp_cmd("Emulation.setUserAgentOverride", {"userAgent": "", "acceptLanguage": "en-GB"})


def test_the_shipped_connectors_are_all_in_german(customer):
    german = TOOLS_TS.read_text("utf-8").partition("export const toolsDe")[2]
    for tool, unasked in (("personio", {"partner_id", "app_id"}), ("okta", set()), ("recruitee", set())):
        of_tool = german.partition(f"  {tool}: {{")[2].partition("\n  },\n")[0]
        shown = customer.river.weir.admin(f"/connectors/{tool}").data
        missing = [s["key"] for s in shown["settings"] if f"{s['key']}: {{ label:" not in of_tool and s["key"] not in unasked]
        assert shown["settings"] and not missing, tool


def test_a_connection_is_renewed_and_what_was_refused_stays_so(customer):
    page, river = customer.page, customer.river
    customer.open(scope_config_id="choice", integration_tool="personio")
    page.switch("Read Absences")
    customer.presses("Continue")
    credentials(customer)
    customer.presses("Connect")
    customer.sees("Personio is connected")
    one = river.connected("personio")
    river.weir.wait_synced(one)
    river.personio.client_secret = river.personio.tokens.client_secret = "papi-renewed-secret"
    river.words.append("papi-renewed-secret")
    river.personio.tokens.expire_all()

    page.open(river.link_for(one, "relink"))
    customer.sees("Renew the connection to Personio")
    assert page.has(WHO) and page.has("needs new credentials")
    assert [row.get_attribute("class") for row in page.all(".parts > li")] == ["", "", "", "off", ""]
    page.shot("connect-relink")
    customer.presses("Continue")
    assert customer.value("Client ID") == customer.value("Client secret") == ""
    assert page.has("Leave it empty to keep what is there.")
    page.shot("connect-relink-credentials")
    customer.presses("Connect")
    page.wait_text("Personio does not accept these credentials.")
    customer.types("Client secret", "papi-renewed-secret")
    customer.presses("Connect")
    customer.sees("Personio is connected")
    page.wait_text("The new credentials are in use.")

    assert len(river.told(CREATED)) == 1
    assert river.weir.api("/hris/absences", one).code == "INTEGRATION.MODEL_DISABLED"
    person = river.personio.person_ids()[0]
    river.personio.update_person(person, first_name="Sif")
    eventually(lambda: river.weir.employee(person, one)["first_name"] == "Sif")


# In a frame, and in a window


def test_an_allowed_application_frames_the_page_and_gets_the_token(make_customer, application):
    customer = make_customer(connect_origins=[application, "https://other.example"])
    page, river = customer.page, customer.river
    river.start()
    page.expect_console(r"/submit - Failed to load resource: .* 400")
    page.open(f"{application}/frame#" + quote(river.link(integration_tool="personio", scope_config_id="choice")))
    with page.frame("iframe"):
        customer.sees("What will be read from Personio")
        assert page.js("return document.documentElement.scrollWidth <= innerWidth")
        customer.presses("Continue")
        credentials(customer, "papi-mistyped-secret")
        customer.presses("Connect")
        page.wait_text("does not accept")
    page.shot("connect-framed")
    with page.frame("iframe"):
        customer.types("Client secret", SECRET)
        customer.presses("Connect")
        customer.sees("Personio is connected")
        customer.presses("Close")

    failed, connected, closed = eventually(lambda: len(customer.heard()) == 3 and customer.heard())
    origin = river.weir.config["public_url"]
    assert {m["origin"] for m in (failed, connected, closed)} == {origin}
    assert failed["data"] == {"type": "weir:failed", "kind": "credentials"}
    token = connected["data"].pop("token")
    river.words.append(token)
    assert connected["data"] == {"type": "weir:connected", "tool": "personio", "complete": True}
    assert closed["data"] == {"type": "weir:closed"}
    heights = [m["data"]["height"] for m in page.js("return window.heard") if m["data"]["type"] == "weir:resize"]
    assert len(heights) > 2 and all(h > 100 for h in heights)
    got = river.swap(token).data
    assert (got["id"], got["end_user_origin_id"]) == (river.connected("personio"), "cust-77")
    assert river.swap(token).status == 404


def test_a_window_tells_its_opener(make_customer, application):
    customer = make_customer(connect_origins=[application])
    page, river = customer.page, customer.river
    river.start()
    page.open(f"{application}/window#" + quote(river.link(integration_tool="personio")))
    first = page.driver.current_window_handle
    page.click("Open")
    page.driver.switch_to.window(next(w for w in eventually(
        lambda: len(page.driver.window_handles) == 2 and page.driver.window_handles) if w != first))
    customer.sees("What will be read from Personio")
    customer.presses("Continue")
    credentials(customer)
    customer.presses("Connect")
    customer.sees("Personio is connected")
    customer.presses("Close")
    page.driver.switch_to.window(first)
    eventually(lambda: len(page.driver.window_handles) == 1)
    kinds = [m["data"]["type"] for m in customer.heard()]
    assert kinds == ["weir:connected", "weir:closed"]
    assert river.swap(customer.heard()[0]["data"]["token"]).status == 200


def test_another_application_can_neither_frame_the_page_nor_hear_it(make_customer, application):
    customer = make_customer(connect_origins=["https://app.example.com"])
    page, river = customer.page, customer.river
    river.start()
    page.expect_console(r"frame-ancestors|Refused to (frame|display)|Framing|chrome-error")
    page.open(f"{application}/frame#" + quote(river.link(integration_tool="personio")))
    page.find("iframe")
    page.driver.switch_to.frame(page.find("iframe"))
    eventually(lambda: page.js("return document.readyState") == "complete")
    assert "Personio" not in page.text()
    page.driver.switch_to.default_content()
    assert page.js("return window.heard") == []


# Links that lead nowhere, and texts that mean no good


def test_links_that_lead_nowhere_say_whom_to_ask(make_customer):
    customer = make_customer(movable=True)
    page, river = customer.page, customer.river
    page.expect_console(r"/connect/\S+ - Failed to load resource: .* (404|410)")
    river.start()
    page.open(river.weir.config["public_url"] + "/connect/" + "x" * 43)
    customer.sees("This link is not known")
    assert page.has("ask the person or application that sent it")
    page.axe()
    page.shot("connect-unknown")
    url = river.link(integration_tool="personio")
    page.open(url)
    customer.sees("What will be read from Personio")
    customer.presses("Continue")
    credentials(customer)
    river.pass_time(hours=1.1)
    customer.presses("Connect")
    customer.sees("This link has expired")
    page.driver.refresh()
    customer.sees("This link has expired")
    assert page.has("for a new one")
    page.shot("connect-expired")


def test_who_tries_too_often_is_told_to_wait(customer):
    customer.page.expect_console(r"/submit - Failed to load resource: .* 429")
    customer.open(integration_tool="recruitee", integration_category="ATS")
    customer.presses("Continue")
    customer.types("Company ID", "4711")
    customer.types("Personal API token", "rc-mistyped-token")
    for _ in range(10):
        assert call(customer.river.weir.port, "POST", customer.page.path() + "/submit", {"Content-Type": "application/json"},
                    b'{"settings":{"nosuch":"x"}}').status == 400
    customer.presses("Connect")
    customer.page.wait_text("Too many tries. Wait ten minutes")


@pytest.mark.parametrize("name", HOSTILE, ids=["markup", "marks", "long"])
def test_hostile_names_stay_text(customer, name):
    customer.open(end_user_organization_name=name[:1000], integration_tool="hostile")
    page = customer.page
    page.find(".parts")
    [tool], [heading] = page.js(TEXTS, ".connect-tool"), page.js(TEXTS, "h1")
    assert heading == "What will be read from " + tool and tool[0] + tool[-1] == "\u2068\u2069"
    assert all(len(one) < 300 for one in page.js(TEXTS, "p"))
    assert page.find(".connect-who").text.replace("\n", " ")[:10].strip() != ""
    page.shot("connect-hostile-" + {'"': "markup", "\u202e": "marks", "x": "long"}[name[0]])
    customer.presses("Continue")
    page.find("form")
    [field] = page.all("form input[type=password]")
    field.send_keys("anything")
    customer.presses("Connect")
    page.find(".note[role=alert]")
    page.find(".said summary").click()
    page.wait_text("<b>no</b>")
    page.axe()
    page.shot("connect-hostile-tool")
    assert page.all("b, img, script:not([src])") == []
    [field] = page.all("form input[type=password]")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("open sesame")
    customer.river.words.append("open sesame")
    customer.presses("Connect")
    page.find(".step.current .copy-box")
    page.axe()
    page.shot("setup-hostile")
    customer.presses("Done, next step")
    page.find(".step.current .paste")
    assert page.all("b, img, script:not([src])") == []

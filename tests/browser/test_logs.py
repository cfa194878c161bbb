"""The log: searched, shared by its address, followed live, and replayed in bulk."""

from __future__ import annotations

from urllib.parse import quote

from selenium.webdriver.common.keys import Keys

from browser import HOSTILE, eventually
from weir import ACME
from whole_river import person_event


def rows(page):
    return page.js("return [...document.querySelectorAll('tbody tr')].map(row => row.innerText)")


def change(river, name="Wibke", n=0):
    person = river.sim.person_ids()[n]
    river.sim.update_person(person, first_name=name)
    message = river.wait_message("hris_employees", person, "updated")
    river.settle()
    eventually(lambda: river.weir.listed("/attempts", notification=message.id))
    return person, message


def test_everything_that_happened_is_listed_and_its_details_open(page, river, sign_in):
    person, message = change(river)
    assert river.hook(person_event(person), token="Bearer wrong").status == 401
    eventually(lambda: river.weir.listed("/deliveries", outcome="refused"))

    sign_in(river, "read", "/logs")
    page.find("tbody tr")
    text = page.text()
    for word in ("Delivery", "Fetch", "Attempt", "delivered", "fetched", "refused", "person.updated"):
        assert word in text, word
    page.axe()
    page.shot("logs")

    page.click("Fetches")
    page.wait_no_text("person.updated")
    page.click(f"hris_employees {person}")
    page.find("dialog")
    page.wait_text("Requests to the tool")
    assert page.has(f"/v2/persons/{person}") and not page.has("Wibke")
    page.find("dialog .requests summary").click()
    page.wait_text('"first_name": "text"')
    page.axe()
    page.shot("logs-details")
    page.click("Open its trace")
    page.wait_text("How it ended")
    assert page.path().startswith("/trace/")


def test_a_search_stands_in_the_address_and_can_be_shared(page, river, sign_in):
    person, message = change(river)
    change(river, "Malte", 1)
    sign_in(river, "read", "/logs")
    page.find("tbody tr")

    page.click("Attempts")
    eventually(lambda: page.path() == "/logs?kind=attempt")
    page.fill("Id", message.id)
    eventually(lambda: page.path() == f"/logs?kind=attempt&id={message.id}")
    eventually(lambda: len(rows(page)) == 1)
    page.driver.refresh()
    eventually(lambda: len(rows(page)) == 1 and page.field("Id").get_attribute("value") == message.id)
    page.click("Clear")
    eventually(lambda: len(rows(page)) >= 2)

    page.fill("Integration", ACME)
    page.fill("Outcome", "given up")
    page.wait_text("Nothing fits")
    assert page.path() == f"/logs?kind=attempt&integration={quote(ACME, safe='')}&outcome=dead"
    page.fill("Outcome", "All")
    page.fill("Time", "Last hour")
    eventually(lambda: len(rows(page)) >= 2)
    assert "since=1h" in page.path()
    page.fill("Time", "From … until …")
    page.find("input[type=datetime-local]")
    page.axe()
    page.shot("logs-search")
    page.click("Everything")
    page.click("Clear")
    page.fill("Text", "no such thing anywhere")
    page.wait_text("Nothing fits")
    page.fill("Text", "PERSON.UPDATED")
    eventually(lambda: rows(page) and all("Delivery" in row for row in rows(page)))


def test_problems_only_shows_what_went_wrong(page, make_river, sign_in):
    river = make_river(dispatch={"retry_ms": [10]}).start()
    river.app.default = 500
    river.sim.update_person(river.sim.person_ids()[0], first_name="Inken")
    eventually(lambda: river.weir.listed("/notifications", state="dead"))

    sign_in(river, "read", "/logs")
    page.find("tbody tr")
    page.switch("Problems only")
    eventually(lambda: rows(page) and all("HTTP 500" in row for row in rows(page)))
    assert "errors=true" in page.path() and page.has("given up")
    page.shot("logs-problems")


def test_the_live_tail_brings_what_happens_and_can_be_paused(page, river, sign_in):
    sign_in(river, "read", "/logs?kind=fetch")
    page.click("Live tail")
    page.wait_text("Live\n")
    assert "live=1" in page.path()
    page.shot("logs-live")

    person, _ = change(river)
    eventually(lambda: any(person in row for row in rows(page)))
    assert all("Fetch" in row for row in rows(page))  # what does not fit the search is not brought

    page.click("Pause")
    page.wait_text("Paused, 0 new")
    before = len(rows(page))
    other, _ = change(river, "Malte", 1)
    eventually(lambda: not page.has("Paused, 0 new"))
    assert len(rows(page)) == before
    page.click("Go on")
    eventually(lambda: any(other in row for row in rows(page)))
    page.click("End live tail")
    page.button("Live tail")
    assert "live" not in page.path()


def test_deliveries_are_replayed_in_bulk_after_a_preview(page, river, sign_in):
    person, _ = change(river)
    sign_in(river, "read", "/logs")
    page.find("tbody tr")
    assert not page.has("Replay …")

    page.click("Sign out")
    page.expect_console("401")
    sign_in(river, "operate", "/logs")
    asked = len(river.fetched(person))
    page.click("Replay …")
    page.fill("Integration", ACME)
    page.fill("Since", "Last hour")
    page.click("Preview")
    page.wait_text("It would be")
    page.axe()
    page.shot("replay")
    button = next(one for one in page.all("dialog button") if one.text.startswith("Replay "))
    count = int(button.text.split()[1])
    assert count >= 1
    button.click()
    page.wait_text("looked at again")
    eventually(lambda: len(river.fetched(person)) > asked)
    page.press(Keys.ESCAPE)
    eventually(lambda: not page.all("dialog[open]"))


def test_a_single_fetch_is_made_again_from_its_details(page, river, sign_in):
    person, _ = change(river)
    asked = len(river.fetched(person))
    sign_in(river, "operate", f"/logs?kind=fetch&text={person}")
    page.click(f"hris_employees {person}")
    page.click("Fetch again")
    page.wait_text("The record is looked at again")
    eventually(lambda: len(river.fetched(person)) > asked)


def test_a_key_for_some_integrations_sees_theirs_and_has_no_live_tail(page, make_river, sign_in):
    river = make_river()
    river.tool("personio:other")
    next(k for k in river.weir.config["admin_keys"] if k["name"] == "read")["integrations"] = [ACME]
    river.start()
    change(river)
    sign_in(river, "read", "/logs")
    page.find("tbody tr")
    assert not page.has("personio:other") and not page.has("Live tail")


def test_hostile_texts_stay_texts(page, make_river, sign_in):
    """In what an application answers, and in what is searched for."""
    river = make_river(dispatch={"retry_ms": [10, 10]}).start()
    river.app.answers = [{"status": 500, "body": text} for text in HOSTILE]
    river.sim.update_person(river.sim.person_ids()[0], first_name="Inken")
    eventually(lambda: river.weir.listed("/notifications", state="dead"))
    sign_in(river, "read", "/logs?errors=true")
    eventually(lambda: len(rows(page)) == 3)
    for n, text in enumerate(reversed(HOSTILE)):  # the newest first
        page.all("tbody tr button.link")[n].click()
        page.find("dialog")
        assert text[:40] in page.js("return document.querySelector('dialog').textContent")
        page.all("dialog summary")[-1].click()
        page.axe()
        page.shot(f"logs-hostile-{n}")
        page.press(Keys.ESCAPE)
        eventually(lambda: not page.all("dialog[open]"))
    page.open(f"http://127.0.0.1:{river.weir.admin_port}/logs?text={quote(HOSTILE[0])}&id={quote(HOSTILE[1])}")
    page.wait_text("Nothing fits")
    assert page.field("Text").get_attribute("value") == HOSTILE[0]


def test_a_key_for_some_integrations_is_offered_no_replay_that_it_may_not_do(page, make_river, sign_in):
    river = make_river()
    next(k for k in river.weir.config["admin_keys"] if k["name"] == "operate")["integrations"] = [ACME]
    river.start()
    person, _ = change(river)
    sign_in(river, "operate", "/logs?kind=delivery")
    page.find("tbody tr button.link").click()
    page.button("Open its trace")
    assert not page.has("Replay")
    page.click("Close")
    page.open(f"http://127.0.0.1:{river.weir.admin_port}/logs?kind=fetch")
    page.find("tbody tr button.link").click()
    page.click("Fetch again")  # of its own integration
    page.wait_text("The record is looked at again")


def test_a_preview_that_comes_late_is_not_taken_for_that_of_another_choice(page, river, sign_in):
    change(river)
    sign_in(river, "operate", "/logs")
    page.click("Replay …")
    place = page.all("dialog select")[1]
    place.send_keys(ACME)
    with page.network(latency=1500):
        page.click("Preview")
        place.send_keys("All")
        eventually(lambda: page.button("Preview").get_attribute("aria-busy") == "false")
        assert not page.has("It would be")
    page.click("Preview")
    page.wait_text("It would be")


def test_the_live_tail_comes_back_when_the_daemon_does(page, river, sign_in):
    page.expect_console(r"log/stream - Failed to load resource|Failed to load resource: .* 401|net::ERR_")
    sign_in(river, "read", "/logs")
    page.click("Live tail")
    page.wait_text("Live\n")
    river.weir.config["admin_listen"] = f"127.0.0.1:{river.weir.admin_port}"
    river.weir.restart()
    page.wait_text("With an admin key of this daemon", 30)  # sessions do not outlive it
    page.fill("Admin key", river.weir.env["WEIR_KEY_OF_READ"])
    page.click("Sign in")
    page.wait_text("Live\n", 30)
    person, _ = change(river)
    eventually(lambda: any(person in row for row in rows(page)))

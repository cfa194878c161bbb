"""The way of one change on one page, from the tool's delivery to the application's answer; and each of its stages again."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from selenium.webdriver.common.keys import Keys

from browser import HOSTILE, eventually
from weir import ACME


def stages(page):
    return [one.text for one in page.all(".stage h3")]


def change(river, name="Wibke"):
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name=name)
    message = river.wait_message("hris_employees", person, "updated")
    river.settle()
    eventually(lambda: river.weir.listed("/attempts", notification=message.id))
    return person, message


@pytest.mark.parametrize("by", ["delivery", "event", "notification", "record"])
def test_one_change_is_followed_by_each_kind_of_id(page, river, sign_in, by):
    person, message = change(river)
    delivery = next(d for d in river.weir.listed("/deliveries") if any(e["outcome"] == "looked_at" for e in d["events"]))
    ids = {"delivery": str(delivery["delivery"]), "event": delivery["events"][0]["id"], "notification": message.id,
           "record": river.weir.employee(person)["id"]}

    sign_in(river, "read", "/trace")
    page.fill("Id", ids[by])
    page.press(Keys.ENTER)
    page.wait_text("How it ended")
    assert unquote(page.path()) == f"/trace/{ids[by]}"
    shown = stages(page)
    for word in ("Received", "Verified", "Event", "Fetched", "Changed", "Notification", "Attempt"):
        assert word in shown, (word, shown)
    assert shown.index("Received") < shown.index("Fetched") < shown.index("Attempt")
    assert page.has("delivered") and page.has("first_name") and page.has(ACME)
    assert page.has(f"GET /v2/persons/{person}".split()[1]) and not page.has("Wibke")
    gaps = [one.text for one in page.all(".stage-gap") if one.text]
    assert gaps and all(gap.startswith("+") or gap == "at once" for gap in gaps)
    assert not [one for one in page.all(".stage button") if one.text in ("Send again", "Fetch again", "Replay the delivery")]
    if by == "record":
        page.axe()
        page.shot("trace")


def test_values_and_messages_are_shown_when_they_are_asked_for(page, river, sign_in):
    person, message = change(river)
    sign_in(river, "read", f"/trace/{message.id}?by=notification")
    page.wait_text("How it ended")
    page.click("Show the values of now")
    page.wait_text('"first_name": "Wibke"')
    page.find(".requests summary").click()
    page.wait_text('"first_name": "text"')
    page.axe()
    page.shot("trace-open")


def test_each_stage_can_be_done_again(page, make_river, sign_in):
    river = make_river(dispatch={"retry_ms": [10]}).start()
    river.app.default = 500
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Malte")
    letter = eventually(lambda: river.weir.listed("/notifications", state="dead"))[0]["id"]
    sign_in(river, "operate", f"/trace/{letter}")
    page.wait_text("given up")
    assert page.has("HTTP 500") and len([s for s in stages(page) if s == "Attempt"]) == 2
    page.click("Show the message")
    page.wait_text('"changed_records"')
    page.axe()
    page.shot("trace-dead")

    asked = len(river.fetched(person))
    page.click("Fetch again")
    eventually(lambda: len(river.fetched(person)) > asked)
    page.click("Replay the delivery")
    eventually(lambda: len(river.fetched(person)) > asked + 1)
    river.app.default = 200
    page.click("Send again")
    page.wait_text("It is sent again")
    eventually(lambda: any(m.id == letter for m in river.app.messages))
    eventually(lambda: page.click("Look again") or page.has("delivered"))


def test_a_change_that_waits_says_so_and_what_is_not_there_says_what_may_be(page, river, sign_in):
    assert river.weir.admin("/endpoints/app/disable", "POST").status == 200
    river.sim.update_person(river.sim.person_ids()[0], first_name="Inken")
    waiting = eventually(lambda: river.weir.listed("/notifications", state="waiting"))[0]["id"]
    sign_in(river, "read", f"/trace/{waiting}")
    page.wait_text("waiting")
    assert "Attempt" not in stages(page)

    page.expect_console("404")
    page.open(f"http://127.0.0.1:{river.weir.admin_port}/trace/nothing-of-that-name")
    page.wait_text("The log names nothing with this id")
    page.axe()
    page.shot("trace-none")
    for text in HOSTILE[:2]:
        page.fill("Id", text)
        page.press(Keys.ENTER)
        page.wait_text("The log names nothing with this id")

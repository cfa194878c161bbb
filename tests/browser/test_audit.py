"""The audit log: who did what, searched by what stands in the address."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from browser import HOSTILE, eventually
from weir import ACME, call


def rows(page):
    """At one moment: they may be drawn anew in between."""
    return page.js("return [...document.querySelectorAll('tbody tr')].map(row => row.innerText)")


def denied(river):
    key = river.weir.env["WEIR_KEY_OF_READ"]
    assert call(river.weir.admin_port, "POST", f"/admin/v1/integrations/{quote(ACME, safe='')}/sync",
                {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}, b"{}").status == 403


@pytest.mark.parametrize("role", ["read", "operate", "admin"])
def test_it_says_who_did_what(page, river, sign_in, role):
    river.weir.admin("/endpoints/app/disable", "POST")
    river.weir.admin("/endpoints/app/enable", "POST")
    denied(river)
    sign_in(river, role, "/audit")
    eventually(lambda: len(rows(page)) >= 4)
    text = page.text()
    for word in ("Disabled an endpoint", "Enabled an endpoint", "Started a sync", "not allowed", "Signed in", "ops", "403"):
        assert word in text, word
    page.axe()
    page.shot("audit")
    page.click("app")
    eventually(lambda: page.path() == "/webhooks/app")


def test_a_search_stands_in_the_address(page, river, sign_in):
    river.weir.admin("/endpoints/app/disable", "POST")
    river.weir.admin("/endpoints/app/enable", "POST")
    denied(river)
    sign_in(river, "read", "/audit")
    eventually(lambda: len(rows(page)) >= 4)
    page.fill("Outcome", "Not allowed")
    eventually(lambda: len(rows(page)) == 1 and "Started a sync" in rows(page)[0])
    assert page.path() == "/audit?outcome=denied"
    page.driver.refresh()
    eventually(lambda: len(rows(page)) == 1)
    page.click("Clear")
    eventually(lambda: len(rows(page)) >= 4)

    page.click("Only what ops did")
    eventually(lambda: len(rows(page)) == 2 and all("ops" in row for row in rows(page)))
    assert page.field("Who").get_attribute("value") == "ops"
    page.fill("What", "Enabled an endpoint")
    eventually(lambda: len(rows(page)) == 1)
    page.fill("About", "nobody")
    page.wait_text("Nothing fits")
    page.fill("About", "app")
    eventually(lambda: len(rows(page)) == 1)
    page.click("Clear")
    page.fill("Time", "Last hour")
    eventually(lambda: len(rows(page)) >= 4)
    page.fill("Time", "From … until …")
    page.find("input[type=datetime-local]")
    page.axe()
    page.shot("audit-search")
    page.open(f"http://127.0.0.1:{river.weir.admin_port}/audit?since=2099-01-01T00:00:00Z")
    page.wait_text("Nothing fits")


def test_a_long_one_goes_on(page, river, sign_in):
    for n in range(30):
        river.weir.admin("/endpoints/app/disable", "POST")
        river.weir.admin("/endpoints/app/enable", "POST")
    sign_in(river, "read", "/audit")
    eventually(lambda: len(rows(page)) == 50)
    page.click("Show more")
    eventually(lambda: len(rows(page)) > 60)


def test_hostile_texts_stay_texts(page, river, sign_in):
    for text in HOSTILE:
        river.weir.admin("/scopes", "POST", {"name": text[:150], "models": {"hris_teams": "enabled"}})
    sign_in(river, "admin", "/audit")
    eventually(lambda: sum("Made a scope" in row for row in rows(page)) == 3)
    page.axe()
    page.shot("audit-hostile")
    page.open(f"http://127.0.0.1:{river.weir.admin_port}/audit?who={quote(HOSTILE[0])}&target={quote(HOSTILE[1])}")
    page.wait_text("Nothing fits")
    assert page.field("Who").get_attribute("value") == HOSTILE[0]

"""Records are browsed as the API gives them, and each says how it became so."""

from __future__ import annotations

import pytest

from browser import HOSTILE, eventually
from weir import ACME

EMPLOYEES = f"/data?integration={ACME}&model=hris_employees"


def rows(page):
    """At one moment: they may be drawn anew in between."""
    return page.js("return [...document.querySelectorAll('tbody tr')].map(row => row.innerText)")


def choose(page, word):
    next(one for one in page.all(".choice label") if one.text == word).click()


def record_path(river, person):
    return f"/data/{ACME}/hris_employees/{river.weir.employee(person)['id']}"


@pytest.mark.parametrize("role", ["read", "operate", "admin"])
def test_records_are_browsed_and_one_of_them_is_read(page, river, sign_in, role):
    person = river.sim.person_ids()[0]
    row = river.weir.employee(person)
    sign_in(river, role, "/data")
    eventually(lambda: len(rows(page)) == 4)
    assert page.field("Model").get_attribute("value") == "hris_employees"
    assert any(row["display_full_name"] in one and person in one for one in rows(page))
    page.axe()
    page.shot("data")

    page.click(f"Open {row['display_full_name']}")
    page.wait_text("As the API gives it")
    page.wait_text(row["work_email"])
    assert page.path().endswith(f"/hris_employees/{row['id']}") and page.title() == "Data · Weir"
    assert row["avatar"] is None and not page.has("avatar")
    page.axe()
    page.shot("data-record")
    page.switch("Empty fields, too")
    page.wait_text("avatar")
    choose(page, "JSON")
    page.wait_text(f'"work_email": "{row["work_email"]}"')
    page.axe()
    page.shot("data-json")
    assert bool(page.all("button.primary")) == (role != "read")
    page.click("Changes")
    page.wait_text("Full sync")  # it came by the first one
    assert page.has("created") and "tab=changes" in page.path()
    page.axe()
    page.click("Employees")
    eventually(lambda: len(rows(page)) == 4)


def test_the_changes_of_a_record_lead_to_what_brought_them(page, river, sign_in):
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Wibke")
    river.wait_employee(person, first_name="Wibke")
    river.settle()

    sign_in(river, "read", record_path(river, person) + "?tab=changes")
    eventually(lambda: len(rows(page)) >= 2)
    newest = rows(page)[0]
    assert "updated" in newest and "first_name" in newest and "Delivery" in newest, newest
    assert any("created" in row and "Full sync" in row for row in rows(page))
    page.shot("data-changes")
    page.all("tbody tr a.button")[0].click()
    page.wait_text("How it ended")
    assert page.path().startswith("/trace/") and page.path().endswith("?by=delivery")


def test_a_record_is_fetched_again_by_who_may(page, river, sign_in):
    person = river.sim.person_ids()[0]
    asked = len(river.fetched(person))
    sign_in(river, "operate", record_path(river, person))
    page.click("Fetch from the tool")
    page.wait_text("The tool is asked for it again")
    eventually(lambda: len(river.fetched(person)) > asked)


def test_what_is_looked_for_stands_in_the_address(page, river, sign_in):
    gone, person = river.sim.person_ids()[:2]
    river.sim.delete_person(gone)
    eventually(lambda: river.weir.employee(gone) is None)
    river.settle()

    sign_in(river, "read", EMPLOYEES)
    eventually(lambda: len(rows(page)) == 3)
    page.switch("Deleted ones, too")
    eventually(lambda: len(rows(page)) == 4 and any("deleted" in row for row in rows(page)))
    page.shot("data-deleted")
    page.fill("Id", person)
    eventually(lambda: len(rows(page)) == 1)
    assert f"find={person}" in page.path() and "deleted=1" in page.path()
    page.driver.refresh()
    eventually(lambda: len(rows(page)) == 1)
    page.fill("Id", river.weir.employee(person)["id"])
    eventually(lambda: len(rows(page)) == 1 and person in rows(page)[0])
    page.click("Clear")
    eventually(lambda: len(rows(page)) == 3)

    # What is typed and what is clicked meanwhile: neither undoes the other.
    page.fill("Id", person)
    page.switch("Deleted ones, too")
    eventually(lambda: f"find={person}" in page.path() and "deleted=1" in page.path())
    page.fill("Id", gone)
    page.click("Clear")
    page.driver.execute_async_script("setTimeout(arguments[0], 400)")  # behind the pause after which typed text counts
    assert "find" not in page.path() and page.field("Id").get_attribute("value") == ""
    eventually(lambda: len(rows(page)) == 3)
    page.open(f"http://127.0.0.1:{river.weir.admin_port}{EMPLOYEES}&after=2099-01-01T00:00:00.000Z")
    page.wait_text("Nothing fits")
    page.fill("Model", "Absences")
    page.click("Clear")
    eventually(lambda: len(rows(page)) > 0)
    page.shot("data-absences")


def test_a_model_that_scope_leaves_out_says_so(page, make_river, sign_in):
    river = make_river(scope={"hris_employees": "enabled"}).start()
    page.expect_console(r"records/hris_absences.* 403")
    sign_in(river, "read", f"/data?integration={ACME}&model=hris_absences")
    page.wait_text("switched off")
    assert page.has("Absences (not in its scope)")
    page.axe()
    page.shot("data-not-in-scope")
    page.click("default")
    page.wait_text("What is read")
    assert page.path() == "/scopes/default"


def test_a_long_list_goes_on(page, make_river, sign_in):
    river = make_river(people=60).start()
    sign_in(river, "read", EMPLOYEES)
    eventually(lambda: len(rows(page)) == 50)
    page.click("Show more")
    eventually(lambda: len(rows(page)) == 60)
    eventually(lambda: not page.has("Show more"))


def test_with_nothing_connected_it_says_what_to_do(page, make_river, sign_in):
    river = make_river()
    river.weir.config["integrations"] = []
    river.start(synced=False)
    sign_in(river, "read", "/data")
    page.wait_text("No integration yet")
    page.axe()
    page.shot("data-empty")


def test_hostile_values_stay_text(page, river, sign_in):
    people = river.sim.person_ids()
    for person, text in zip(people, HOSTILE):
        river.sim.update_person(person, first_name=text[:3000], preferred_name=text[:3000])
    eventually(lambda: sum(row["first_name"] in [t[:3000] for t in HOSTILE] for row in river.weir.rows("/hris/employees")) == 3)
    river.settle()
    sign_in(river, "admin", EMPLOYEES)
    eventually(lambda: len(rows(page)) == 4)
    page.axe()
    page.shot("data-hostile")
    for n, person in enumerate(people[:3]):
        page.open(f"http://127.0.0.1:{river.weir.admin_port}{record_path(river, person)}")
        eventually(lambda: HOSTILE[n][:60] in page.js("return document.querySelector('dl.readable')?.textContent ?? ''"))
        choose(page, "JSON")
        page.find(".code")
        choose(page, "Readable")
        if n != 1:
            page.shot(f"data-hostile-{n}")
    page.open(f"http://127.0.0.1:{river.weir.admin_port}/data?integration={ACME}&find=%3Cscript%3E&model=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E")
    page.wait_text("This integration has no such model")

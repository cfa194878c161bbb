"""Scopes: read, made as a copy, changed after their effect was shown, and deleted when nobody has them."""

from __future__ import annotations

import pytest

from browser import HOSTILE, eventually
from weir import ACME

LEAN = {"models": {"hris_employees": "enabled", "hris_teams": "enabled", "hris_absences": "enabled"}}

CHANGING = {"Delete", "Copy it", "Make a scope", "See what it does"}


def pick(page, label, word):
    """One of the words beside a model or a field."""
    page.js("""
        const box = [...document.querySelectorAll('[role=radiogroup]')].find(e => e.getAttribute('aria-label') === arguments[0]);
        box.scrollIntoView({block: 'center'});""", label)
    box = next(one for one in page.all("[role=radiogroup]") if one.get_attribute("aria-label") == label)
    next(one for one in box.find_elements("css selector", "label") if one.text == word).click()


def picked(page, label):
    return page.js("""
        const box = [...document.querySelectorAll('[role=radiogroup]')].find(e => e.getAttribute('aria-label') === arguments[0]);
        return box ? box.querySelector('input:checked').value : null;""", label)


def buttons(page):
    return {one.text for one in page.all("button")}


def make(river, name="lean", scope=LEAN, given=True):
    river.weir.admin("/scopes", "POST", {"name": name} | scope)
    if given:
        river.weir.admin(f"/integrations/{ACME}/scope", "PUT", {"scope": name})
        river.settle()
        eventually(lambda: not [s for s in river.weir.listed("/syncs") if s["state"] == "RUNNING"])


def test_a_scope_of_the_file_is_read_and_says_why_it_cannot_be_changed(page, river, sign_in):
    sign_in(river, "read", "/scopes")
    page.wait_text("All models")
    assert page.has(ACME) and page.has("configuration") and not page.has("Make a scope")
    page.axe()
    page.shot("scopes")
    page.click("default")
    page.wait_text("It stands in the configuration file.")
    page.wait_text("hris_employees")
    assert not page.all("[role=radiogroup]") and not buttons(page) & CHANGING
    page.find(".scope-open").click()
    page.wait_text("employee_number")
    page.axe()
    page.shot("scope-of-file")


def test_a_scope_is_made_changed_and_deleted(page, river, sign_in):
    sign_in(river, "admin", "/scopes")
    page.click("Make a scope")
    page.fill("Name", "../odd name")
    page.expect_console("admin/v1/scopes .* 400")
    page.click("Make it")
    page.find("dialog [role=alert]")
    page.fill("Name", "lean")
    page.fill("Begin with", "A copy of default")
    page.axe()
    page.shot("scope-make")
    page.click("Make it")
    page.wait_text("No integration has it yet")
    eventually(lambda: page.path() == "/scopes/lean")

    pick(page, "Absences", "Off")
    page.wait_text("1 change, not saved")
    pick(page, "Groups", "Optional")
    page.fill("Find a model or a field", "work_email")
    eventually(lambda: picked(page, "hris_employees.work_email") == "enabled")
    pick(page, "hris_employees.work_email", "Off")
    page.wait_text("3 changes, not saved")
    page.axe()
    page.shot("scope-changed")
    page.click("See what it does")
    page.wait_text("No integration has this scope yet")
    assert river.weir.admin("/scopes/lean").data["models"]["hris_absences"] != "disabled"
    page.click("Save")
    page.wait_text("lean is saved")
    page.wait_no_text("not saved")
    kept = river.weir.admin("/scopes/lean").data
    assert kept["models"]["hris_absences"] == "disabled" and kept["models"]["hris_teams"]["state"] == "optional"
    assert kept["models"]["hris_employees"]["fields"]["work_email"] == "disabled"
    assert kept["models"]["hris_employees"]["fields"]["first_name"] == "enabled"

    page.click("Delete")
    page.axe()
    page.button("Delete", within="self::dialog").click()
    eventually(lambda: page.path() == "/scopes")
    assert [s["name"] for s in river.weir.listed("/scopes")] == ["default"]


def test_what_a_change_does_is_shown_before_it_is_saved(page, river, sign_in):
    make(river)
    absences = len(river.weir.rows("/hris/absences"))
    assert absences
    sign_in(river, "admin", "/scopes/lean")
    page.wait_text(ACME)
    assert not next(b for b in page.all("button") if b.text == "Delete").is_enabled()
    page.wait_text("give its integrations another scope first")
    pick(page, "Absences", "Off")
    pick(page, "Legal entities", "On")
    page.fill("Find a model or a field", "first_name")
    pick(page, "hris_employees.first_name", "Off")
    page.click("See what it does")
    page.wait_text("is read no more")
    text = page.find("dialog").text
    assert f"{absences} record" in text and "hris_legal_entities" in text and "first_name" in text
    assert "The tool tells no more of" in text and "absence" in text and "A full sync begins" in text
    page.axe()
    page.shot("scope-effect")
    assert river.weir.api("/hris/absences").status == 200, "looking changes nothing"

    page.click("Save")
    page.wait_text("lean is saved")
    eventually(lambda: river.weir.api("/hris/absences").status == 403)
    assert river.weir.employee(river.sim.person_ids()[0])["first_name"] is None
    page.driver.refresh()
    page.wait_text("Legal entities")
    assert picked(page, "Absences") == "disabled" and picked(page, "Legal entities") == "enabled"


def test_what_leaves_nothing_is_refused_where_it_is_asked(page, river, sign_in):
    make(river, "tiny", {"models": {"hris_teams": "enabled"}}, given=False)
    page.expect_console("scopes/tiny .* 400")
    sign_in(river, "admin", "/scopes/tiny")
    page.wait_text("3 of 4 fields")
    pick(page, "Groups", "Off")
    page.click("See what it does")
    page.wait_text("this leaves no model")
    page.shot("scope-refused")
    page.click("Discard")
    page.wait_no_text("not saved")
    assert picked(page, "Groups") == "enabled"


def test_all_fields_of_a_model_are_set_at_once_by_keyboard_too(page, river, sign_in):
    make(river, given=False)
    sign_in(river, "admin", "/scopes/lean")
    page.wait_text("Employees")
    page.js("[...document.querySelectorAll('.scope-open')].find(e => e.textContent.includes('hris_employees')).click()")
    page.click("All fields of Employees: optional")
    eventually(lambda: picked(page, "hris_employees.work_email") == "optional")
    assert picked(page, "hris_employees.remote_data") == "disabled", "what the tool itself said is named or left"
    page.js("[...document.querySelectorAll('[role=radiogroup]')].find(e => e.getAttribute('aria-label') === 'Groups').querySelector('input:checked').focus()")
    page.press("\ue014")  # to the right
    eventually(lambda: picked(page, "Groups") == "optional")
    page.axe()
    page.shot("scope-fields")
    page.click("Recruiting 0")
    page.wait_text("Candidates")
    assert "part=ATS" in page.path() and page.has("not saved")


@pytest.mark.parametrize("role", ["read", "operate"])
def test_who_may_not_change_a_scope_sees_it_without_switches(page, river, sign_in, role):
    make(river, given=False)
    sign_in(river, role, "/scopes/lean")
    page.wait_text("Employees")
    assert not page.all("[role=radiogroup]")
    assert not buttons(page) & CHANGING


def test_a_name_that_is_none_says_so(page, river, sign_in):
    page.expect_console(" 404| 400")
    sign_in(river, "admin", "/scopes/%22%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E")
    page.wait_text("There is no such scope")
    for text in HOSTILE[:2]:
        page.open(f"http://127.0.0.1:{river.weir.admin_port}/scopes")
        page.click("Make a scope")
        page.fill("Name", text.replace("\u202e", "")[:60])
        page.click("Make it")
        page.find("dialog [role=alert]")
